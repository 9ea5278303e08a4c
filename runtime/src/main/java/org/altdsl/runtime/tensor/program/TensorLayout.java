package org.altdsl.runtime.tensor.program;

import static java.util.Objects.requireNonNull;

import org.altdsl.runtime.plan.VariableInfo;

/**
 * How one variable lies in memory: row-major over its axes in reading order, the lanes first.
 *
 * @param info what the harness knows of it
 * @param perSample whether its first axis is that of the lanes
 * @param stored whether it has an array at all
 * @param persistent whether it is alive between batches
 * @param internal whether the compiler introduced it, so that it is not listed among the program's variables
 */
public record TensorLayout(VariableInfo info, boolean perSample, boolean stored, boolean persistent, boolean internal) {
    public TensorLayout {
        requireNonNull(info);
    }

    /** The extents of its array for a number of lanes; a scalar is an array of length 1. */
    long[] shape(int lanes) {
        int rank = info.sizes().size();
        if (rank == 0) {
            return new long[] {1};
        }
        long[] shape = new long[rank];
        for (int axis = 0; axis < rank; axis++) {
            shape[axis] = perSample && axis == 0 ? lanes : info.sizes().get(axis);
        }
        return shape;
    }

    /** The number of elements for a number of lanes. */
    int elements(int lanes) {
        long elements = 1;
        for (long extent : shape(lanes)) {
            elements *= extent;
        }
        return Math.toIntExact(elements);
    }
}
