package org.altdsl.runtime.kernel;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import org.altdsl.runtime.plan.VariableInfo;

/**
 * How one variable lies in memory: nested Java arrays, one level an axis, and an array of length 1 for a scalar.
 *
 * @param info what the harness knows of it; its axes are in reading order, and an extent of {@code -1 - i} is the number
 *     of synapses of projection {@code i}, which is known when a job begins
 * @param order for each array level, outermost first, the position of its axis in reading order
 * @param lane the array level of the lane axis, -1 without one; at most 0
 * @param home where its elements are
 * @param rows how many of the levels count the rows of a variable off the heap; the others count its columns
 * @param persistent whether it is alive between batches
 * @param internal whether the compiler introduced it, so that it is not listed among the program's variables
 */
public record SlotLayout(
        VariableInfo info, List<Integer> order, int lane, Home home, int rows, boolean persistent, boolean internal) {
    /** The axis of a row of scratch memory in which the synapses of any projection have room. */
    public static final String ALL_SYNAPSES = "synapses";

    /** Where the elements of a variable are. */
    public enum Home {
        /** In Java arrays. */
        HEAP,
        /** In one block off the heap; for variables on two axes or more. */
        OFF_HEAP,
        /** In Java arrays that each thread has for itself, and whose contents no kernel leaves to another. */
        SCRATCH,
        /** In a table of whole numbers that a sparse projection provides. */
        TABLE,
        /** In a variable for each neuron, whose synapses all share its value. */
        NARROWED,
        /** Nowhere: a temporary that was fused away. */
        NOWHERE
    }

    public SlotLayout {
        requireNonNull(home);
        requireNonNull(info);
        order = List.copyOf(order);
        if (order.size() != info.axes().size() || lane > 0) {
            throw new IllegalArgumentException(info + " laid out as " + order + ", lane " + lane);
        }
        if (home == Home.OFF_HEAP && (rows < 1 || rows >= order.size())) {
            throw new IllegalArgumentException(info + " off the heap");
        }
    }

    /** Whether it has elements at all. */
    public boolean stored() {
        return home != Home.NOWHERE;
    }

    /**
     * The layout for one job.
     *
     * @param counts how many synapses each projection has: the extent that {@code -1 - i} stands for
     */
    SlotLayout resolved(int[] counts) {
        List<Integer> sizes = new ArrayList<>();
        for (int size : info.sizes()) {
            int resolved = size < 0 ? counts[-1 - size] : size;
            if (home == Home.SCRATCH && info.axes().contains(ALL_SYNAPSES)) {
                for (int count : counts) {
                    resolved = Math.max(resolved, count);
                }
            }
            sizes.add(resolved);
        }
        VariableInfo known = new VariableInfo(info.name(), info.axes(), sizes, info.life(), info.label());
        return new SlotLayout(known, order, lane, home, rows, persistent, internal);
    }

    /** How many axes it has. */
    int rank() {
        return order.size();
    }

    /** The extent of an array level, with the given extent for the lane axis. */
    int extent(int level, int lanes) {
        return level == lane ? lanes : info.sizes().get(order.get(level));
    }

    /** How many rows it has off the heap, with the given extent for the lane axis. */
    int rowCount(int lanes) {
        return product(0, rows, lanes);
    }

    /** How many elements a row has off the heap. */
    int columnCount(int lanes) {
        return product(rows, rank(), lanes);
    }

    private int product(int from, int to, int lanes) {
        int product = 1;
        for (int level = from; level < to; level++) {
            product = Math.multiplyExact(product, extent(level, lanes));
        }
        return product;
    }

    /** The number of elements with the given extent of the lane axis. */
    int elements(int lanes) {
        int elements = 1;
        for (int level = 0; level < rank(); level++) {
            elements *= extent(level, lanes);
        }
        return elements;
    }

    /** How far apart two neighbours along an array level lie in reading order. */
    int stride(int level, int lanes) {
        int position = order.get(level);
        int stride = 1;
        for (int other = 0; other < rank(); other++) {
            if (order.get(other) > position) {
                stride *= extent(other, lanes);
            }
        }
        return stride;
    }
}
