package org.altdsl.runtime.kernel;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.Array;
import java.util.List;
import org.altdsl.runtime.tensor.MatrixProduct;

/** The arrays of one job, by the number that the compiler gave each variable. */
public final class Slots {
    /** Multiplies the large matrices of this job. */
    public final MatrixProduct product;

    private final Object[] arrays;

    /**
     * Allocates every stored variable, filled with 0.
     *
     * @param layouts the variables in the order of their numbers
     * @param precision float or double
     * @param maximumLanes the extent of the lane axis in memory
     * @param product multiplies matrices
     */
    public Slots(List<SlotLayout> layouts, Precision precision, int maximumLanes, MatrixProduct product) {
        this.product = requireNonNull(product);
        this.arrays = new Object[layouts.size()];
        Class<?> element = precision == Precision.FLOAT ? float.class : double.class;
        for (int slot = 0; slot < arrays.length; slot++) {
            SlotLayout layout = layouts.get(slot);
            if (layout.stored()) {
                arrays[slot] = allocate(layout, element, maximumLanes);
            }
        }
    }

    private static Object allocate(SlotLayout layout, Class<?> element, int maximumLanes) {
        int[] extents = new int[Math.max(1, layout.rank())];
        extents[0] = 1;
        for (int level = 0; level < layout.rank(); level++) {
            extents[level] = layout.extent(level, maximumLanes);
        }
        return Array.newInstance(element, extents);
    }

    /**
     * The array of a variable.
     *
     * @param slot its number
     * @return {@code float[]}, {@code float[][]}, … or the same of double, by rank; a scalar is an array of length 1
     */
    public Object at(int slot) {
        return arrays[slot];
    }
}
