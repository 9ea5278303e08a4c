package org.altdsl.runtime.tensor.program;

import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The arrays of one job, by the number that the compiler gave each variable, and the constants its kernels use. */
public final class Tensors {
    final TensorFactory factory;
    private final List<TensorLayout> layouts;
    private final int maximumLanes;
    private final INDArray[] arrays;
    private final INDArray[] present;
    private final Map<Double, INDArray> constants = new HashMap<>();
    private final Set<INDArray> constantArrays = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<Long, INDArray> integers = new HashMap<>();
    private final Map<Integer, INDArray> counting = new HashMap<>();
    private final Map<Integer, INDArray> countingIntegers = new HashMap<>();
    private int lanes = -1;

    /**
     * Allocates every stored variable, filled with 0.
     *
     * @param layouts the variables in the order of their numbers
     * @param maximumLanes the extent of the lane axis in memory
     */
    Tensors(TensorFactory factory, List<TensorLayout> layouts, int maximumLanes) {
        this.factory = factory;
        this.layouts = List.copyOf(layouts);
        this.maximumLanes = maximumLanes;
        this.arrays = new INDArray[layouts.size()];
        this.present = new INDArray[layouts.size()];
        for (int slot = 0; slot < arrays.length; slot++) {
            TensorLayout layout = layouts.get(slot);
            if (layout.stored() && layout.elements(maximumLanes) > 0) {
                arrays[slot] = factory.lasting(layout.shape(maximumLanes));
            }
        }
    }

    /** Sets the extent of the lane axis that kernels see; arrays show that many of their lanes. */
    void lanes(int count) {
        if (count == lanes) {
            return;
        }
        lanes = count;
        for (int slot = 0; slot < arrays.length; slot++) {
            present[slot] = arrays[slot] == null ? null : first(slot, count);
        }
    }

    /** The first lanes of a variable, or all of it where it has no lanes; null for no lanes. */
    INDArray first(int slot, int count) {
        INDArray array = arrays[slot];
        if (!layouts.get(slot).perSample() || count == maximumLanes) {
            return array;
        }
        if (count == 0) {
            return null;
        }
        INDArrayIndex[] part = new INDArrayIndex[array.rank()];
        part[0] = NDArrayIndex.interval(0, count);
        for (int axis = 1; axis < part.length; axis++) {
            part[axis] = NDArrayIndex.all();
        }
        return array.get(part).reshape(layouts.get(slot).shape(count));
    }

    /** Every array of the job as kernels see it; null where a variable is not stored or has no element. */
    public INDArray at(int slot) {
        return present[slot];
    }

    /** How many variables there are. */
    public int size() {
        return arrays.length;
    }

    /** A number that is the same in every run of a kernel, as an array of length 1. */
    public INDArray constant(double value) {
        INDArray known = constants.get(value);
        if (known == null) {
            known = factory.fromHost(new double[] {value}, 1);
            constants.put(value, known);
            if (!Double.isNaN(value)) {
                constantArrays.add(known);
            }
        }
        return known;
    }

    /** Whether an array is one of the constants, which are defined. */
    boolean isConstant(INDArray array) {
        return constantArrays.contains(array);
    }

    /** A number that changes from run to run, as an array of length 1. */
    public INDArray scalar(double value) {
        return factory.values(1).assign(value);
    }

    /** A whole number as an array of integers of length 1. */
    INDArray integer(long value) {
        return integers.computeIfAbsent(value, factory::integer);
    }

    /** The numbers 0 to {@code extent - 1} as values. */
    public INDArray index(int extent) {
        return counting.computeIfAbsent(extent, factory::counting);
    }

    /** The numbers 0 to {@code extent - 1} as integers, with which elements can be addressed. */
    public INDArray integers(int extent) {
        return countingIntegers.computeIfAbsent(extent, factory::countingIntegers);
    }
}
