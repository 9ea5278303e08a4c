package org.altdsl.runtime.tensor;

/**
 * A matrix as an operand or result of a {@link MatrixProduct}: rows on the Java heap, or one block of memory off it.
 *
 * <p>Arrays may be larger than the sizes that a product is called with; what lies beyond is neither read nor written.
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
        return new HeapMatrix(rows, null);
    }

    /**
     * A matrix of rows on the heap, in double precision.
     *
     * @param rows the rows, which are used in place
     * @return a view of them
     */
    public static Matrix of(double[][] rows) {
        return new HeapMatrix(null, rows);
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

        private HeapMatrix(float[][] floats, double[][] doubles) {
            this.floats = floats;
            this.doubles = doubles;
        }

        @Override
        public boolean isFloat() {
            return floats != null;
        }
    }
}
