package org.altdsl.runtime.tensor;

import java.util.ArrayList;
import java.util.List;

/**
 * A matrix as an operand or result of a {@link MatrixProduct}: rows on the Java heap, or one block of memory off it.
 *
 * <p>Rows on the heap may be more and longer than the sizes that a product is called with; what lies beyond is neither
 * read nor written. Where a matrix stands for nested arrays of more than two levels, or lies off the heap, its elements
 * follow each other without gaps, and each product says how many of them make a row.
 */
public abstract class Matrix {

    Matrix() {}

    /**
     * A matrix of rows on the heap.
     *
     * @param rows the rows, which are used in place
     * @return a view of them
     */
    public static Matrix of(float[][] rows) {
        return new HeapMatrix(rows, null, false);
    }

    /**
     * A matrix of rows on the heap, in double precision.
     *
     * @param rows the rows, which are used in place
     * @return a view of them
     */
    public static Matrix of(double[][] rows) {
        return new HeapMatrix(null, rows, false);
    }

    /**
     * A matrix of nested arrays of three levels or more, whose leading levels count its rows and whose others its columns.
     *
     * @param nested arrays of arrays of rows of float or of double, which are used in place
     * @return a view of them
     */
    public static Matrix of(Object[] nested) {
        List<Object> rows = new ArrayList<>();
        collect(nested, rows);
        return rows.get(0) instanceof float[]
                ? new HeapMatrix(rows.toArray(new float[0][]), null, true)
                : new HeapMatrix(null, rows.toArray(new double[0][]), true);
    }

    private static void collect(Object[] nested, List<Object> rows) {
        for (Object inner : nested) {
            if (inner instanceof Object[] deeper) {
                collect(deeper, rows);
            } else {
                rows.add(inner);
            }
        }
    }

    /**
     * The precision.
     *
     * @return whether the elements are of single precision
     */
    public abstract boolean isFloat();

    /** Rows on the heap, at one of the two precisions. */
    static final class HeapMatrix extends Matrix {
        final float[][] floats;
        final double[][] doubles;

        /** Whether several rows here may make one of a product. */
        final boolean nested;

        private HeapMatrix(float[][] floats, double[][] doubles, boolean nested) {
            this.floats = floats;
            this.doubles = doubles;
            this.nested = nested;
        }

        /** Copies a stretch of the row of a product, to a place off the heap or back from it. */
        void copy(int row, int first, int last, int columns, OffHeapMatrix other, long at, boolean back) {
            if (!nested) {
                copy(row, first, last - first, other, at, back);
                return;
            }
            int width = floats != null ? floats[0].length : doubles[0].length;
            long from = (long) row * columns + first;
            long to = (long) row * columns + last;
            long place = at;
            while (from < to) {
                int offset = (int) (from % width);
                int count = (int) Math.min(width - offset, to - from);
                copy((int) (from / width), offset, count, other, place, back);
                from += count;
                place += count;
            }
        }

        private void copy(int row, int offset, int count, OffHeapMatrix other, long at, boolean back) {
            if (floats != null && back) {
                other.get(at, floats[row], offset, count);
            } else if (floats != null) {
                other.put(at, floats[row], offset, count);
            } else if (back) {
                other.get(at, doubles[row], offset, count);
            } else {
                other.put(at, doubles[row], offset, count);
            }
        }

        @Override
        public boolean isFloat() {
            return floats != null;
        }
    }
}
