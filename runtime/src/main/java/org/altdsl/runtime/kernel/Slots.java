package org.altdsl.runtime.kernel;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.Array;
import java.util.List;
import java.util.function.Supplier;
import org.altdsl.runtime.tensor.Matrix;
import org.altdsl.runtime.tensor.MatrixProduct;
import org.altdsl.runtime.tensor.OffHeapMatrix;

/**
 * The arrays of one job, by the number that the compiler gave each variable, as one of its threads sees them: all
 * threads share the variables, and each has scratch memory of its own.
 */
public final class Slots {
    /** Multiplies the large matrices of this job. */
    public final MatrixProduct product;

    /** The synapses of sparse projections and the spikes of this job. */
    public final EventMemory events;

    private final List<SlotLayout> layouts;
    private final Class<?> element;
    private final Supplier<MatrixProduct> products;
    private final Object[] arrays;
    private final Matrix[] matrices;
    private final Object[] rows;

    /**
     * Allocates every stored variable, filled with 0.
     *
     * @param layouts the variables in the order of their numbers
     * @param precision float or double
     * @param maximumLanes the extent of the lane axis in memory
     * @param events the synapses and spikes of the job, and what says which tables they provide
     * @param products gives each thread its multiplier of matrices
     */
    Slots(
            List<SlotLayout> layouts,
            Precision precision,
            int maximumLanes,
            EventMemory events,
            Supplier<MatrixProduct> products) {
        this(layouts, precision == Precision.FLOAT ? float.class : double.class, events, products);
        for (int slot = 0; slot < arrays.length; slot++) {
            SlotLayout layout = layouts.get(slot);
            if (layout.home() == SlotLayout.Home.OFF_HEAP) {
                matrices[slot] = new OffHeapMatrix(
                        element == float.class, layout.rowCount(maximumLanes), layout.columnCount(maximumLanes));
            } else if (layout.home() == SlotLayout.Home.HEAP || layout.home() == SlotLayout.Home.SCRATCH) {
                arrays[slot] = allocate(layout, maximumLanes);
            }
        }
        events.tables(arrays);
        complete();
    }

    private Slots(List<SlotLayout> layouts, Class<?> element, EventMemory events, Supplier<MatrixProduct> products) {
        this.events = requireNonNull(events);
        this.layouts = layouts;
        this.element = element;
        this.products = requireNonNull(products);
        this.product = products.get();
        this.arrays = new Object[layouts.size()];
        this.matrices = new Matrix[layouts.size()];
        this.rows = new Object[layouts.size()];
    }

    /**
     * The same variables for another thread.
     *
     * @param maximumLanes the extent of the lane axis in memory
     * @return slots with scratch memory of their own
     */
    Slots forAnotherThread(int maximumLanes) {
        Slots other = new Slots(layouts, element, events, products);
        for (int slot = 0; slot < arrays.length; slot++) {
            SlotLayout.Home home = layouts.get(slot).home();
            if (home == SlotLayout.Home.OFF_HEAP) {
                other.matrices[slot] = ((OffHeapMatrix) matrices[slot]).view();
            } else if (home == SlotLayout.Home.SCRATCH) {
                other.arrays[slot] = allocate(layouts.get(slot), maximumLanes);
            } else {
                other.arrays[slot] = arrays[slot];
            }
        }
        other.complete();
        return other;
    }

    /** Has a variable in common with the slots of another job of the same program. */
    void share(int slot, Slots other) {
        if (other.matrices[slot] instanceof OffHeapMatrix matrix) {
            matrices[slot] = matrix.view();
        } else {
            arrays[slot] = other.arrays[slot];
            matrices[slot] = null;
            complete(slot);
        }
    }

    private void complete() {
        for (int slot = 0; slot < arrays.length; slot++) {
            complete(slot);
        }
    }

    private void complete(int slot) {
        if (matrices[slot] instanceof OffHeapMatrix matrix) {
            rows[slot] = Array.newInstance(element, matrix.columns());
        } else if (arrays[slot] instanceof float[][] floats) {
            matrices[slot] = Matrix.of(floats);
        } else if (arrays[slot] instanceof double[][] doubles) {
            matrices[slot] = Matrix.of(doubles);
        }
    }

    private Object allocate(SlotLayout layout, int maximumLanes) {
        int[] extents = new int[Math.max(1, layout.rank())];
        extents[0] = 1;
        for (int level = 0; level < layout.rank(); level++) {
            extents[level] = layout.extent(level, maximumLanes);
        }
        return Array.newInstance(element, extents);
    }

    /**
     * The array of a variable on the heap.
     *
     * @param slot its number
     * @return {@code float[]}, {@code float[][]}, … or the same of double, by rank; a scalar is an array of length 1
     */
    public Object at(int slot) {
        return arrays[slot];
    }

    /**
     * Keeps the present values of a variable as those of one step ago, and moves those of the steps before by one.
     *
     * @param past the slot of the earlier values: {@code [lag][point]}, or {@code [lag]} for a scalar; lag 0 is not used
     * @param present the slot of the variable
     */
    public void remember(int past, int present) {
        if (arrays[past] instanceof Object[] rows) {
            int longest = rows.length - 1;
            Object oldest = rows[longest];
            System.arraycopy(rows, 1, rows, 2, longest - 1);
            rows[1] = oldest;
            System.arraycopy(arrays[present], 0, oldest, 0, Array.getLength(oldest));
        } else {
            System.arraycopy(arrays[past], 1, arrays[past], 2, Array.getLength(arrays[past]) - 2);
            System.arraycopy(arrays[present], 0, arrays[past], 1, 1);
        }
    }

    /**
     * A variable as an operand of matrix products.
     *
     * @param slot the number of a variable on two axes or more
     * @return the variable itself, not a copy
     */
    public Matrix matrix(int slot) {
        if (matrices[slot] == null) {
            matrices[slot] = Matrix.of((Object[]) arrays[slot]);
        }
        return matrices[slot];
    }

    /**
     * A variable off the heap.
     *
     * @param slot its number
     * @return this thread's view of it
     */
    public OffHeapMatrix offHeap(int slot) {
        return (OffHeapMatrix) matrices[slot];
    }

    /**
     * An array for one row of a variable off the heap.
     *
     * @param slot the variable's number
     * @return {@code float[]} or {@code double[]}, this thread's own
     */
    public Object row(int slot) {
        return rows[slot];
    }
}
