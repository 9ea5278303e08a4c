package org.altdsl.runtime.tensor;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * A matrix in one block of memory off the Java heap, row after row, as a BLAS library wants it.
 *
 * <p>Loops in Java are slow on such memory, so they copy a row to an array, work there and copy it back. Several views
 * can share a block; a view itself must be used by one thread at a time.
 */
public final class OffHeapMatrix extends Matrix {

    private final FloatPointer floats;
    private final DoublePointer doubles;
    private final int columns;

    /** The same memory for copies that HotSpot compiles, without calls to C; null where it is too much for a buffer. */
    private final FloatBuffer floatBuffer;

    private final DoubleBuffer doubleBuffer;

    /**
     * A matrix filled with 0.
     *
     * @param isFloat whether its elements are of single precision
     * @param rows the number of rows
     * @param columns the number of columns, the distance of one row from the next
     */
    public OffHeapMatrix(boolean isFloat, int rows, int columns) {
        long length = Math.max(1, (long) rows * columns);
        this.floats = isFloat ? new FloatPointer(length) : null;
        this.doubles = isFloat ? null : new DoublePointer(length);
        this.columns = columns;
        if (isFloat) {
            Pointer.memset(floats, 0, length * Float.BYTES);
        } else {
            Pointer.memset(doubles, 0, length * Double.BYTES);
        }
        boolean fits = length * (isFloat ? Float.BYTES : Double.BYTES) <= Integer.MAX_VALUE;
        this.floatBuffer = fits && isFloat ? floats.asBuffer() : null;
        this.doubleBuffer = fits && !isFloat ? doubles.asBuffer() : null;
    }

    private OffHeapMatrix(OffHeapMatrix shared) {
        this.floats = shared.floats == null ? null : new FloatPointer(shared.floats);
        this.doubles = shared.doubles == null ? null : new DoublePointer(shared.doubles);
        this.columns = shared.columns;
        this.floatBuffer = shared.floatBuffer;
        this.doubleBuffer = shared.doubleBuffer;
    }

    /**
     * The same memory for another thread.
     *
     * @return a new view
     */
    public OffHeapMatrix view() {
        return new OffHeapMatrix(this);
    }

    /**
     * The number of columns.
     *
     * @return how many elements a row has
     */
    public int columns() {
        return columns;
    }

    @Override
    public boolean isFloat() {
        return floats != null;
    }

    /**
     * Copies a row to the heap.
     *
     * @param row its number
     * @param target takes the row's elements, from its first on
     */
    public void get(int row, float[] target) {
        get((long) row * columns, target, 0, columns);
    }

    /**
     * Copies a row to the heap.
     *
     * @param row its number
     * @param target takes the row's elements, from its first on
     */
    public void get(int row, double[] target) {
        get((long) row * columns, target, 0, columns);
    }

    /**
     * Sets a row.
     *
     * @param row its number
     * @param source the row's elements, from its first on
     */
    public void put(int row, float[] source) {
        put((long) row * columns, source, 0, columns);
    }

    /**
     * Sets a row.
     *
     * @param row its number
     * @param source the row's elements, from its first on
     */
    public void put(int row, double[] source) {
        put((long) row * columns, source, 0, columns);
    }

    /**
     * Sets a row from a stretch of single-precision data, whatever the precision of the matrix.
     *
     * @param row its number
     * @param source the data
     * @param offset where in the data the row begins
     */
    public void load(int row, float[] source, int offset) {
        if (floats != null) {
            put((long) row * columns, source, offset, columns);
            return;
        }
        for (int j = 0; j < columns; j++) {
            doubles.put((long) row * columns + j, source[offset + j]);
        }
    }

    /**
     * Copies elements to places at equal distances.
     *
     * @param element the first element
     * @param count how many
     * @param target takes them
     * @param offset the place of the first
     * @param stride how far apart their places are
     */
    public void read(long element, int count, double[] target, int offset, int stride) {
        if (floats != null) {
            float[] run = new float[count];
            get(element, run, 0, count);
            for (int i = 0; i < count; i++) {
                target[offset + i * stride] = run[i];
            }
        } else {
            double[] run = new double[count];
            get(element, run, 0, count);
            for (int i = 0; i < count; i++) {
                target[offset + i * stride] = run[i];
            }
        }
    }

    /**
     * Sets elements from places at equal distances.
     *
     * @param element the first element
     * @param count how many
     * @param source holds them
     * @param offset the place of the first
     * @param stride how far apart their places are
     */
    public void write(long element, int count, double[] source, int offset, int stride) {
        if (floats != null) {
            float[] run = new float[count];
            for (int i = 0; i < count; i++) {
                run[i] = (float) source[offset + i * stride];
            }
            put(element, run, 0, count);
        } else {
            double[] run = new double[count];
            for (int i = 0; i < count; i++) {
                run[i] = source[offset + i * stride];
            }
            put(element, run, 0, count);
        }
    }

    void get(long element, float[] target, int offset, int count) {
        if (floatBuffer != null) {
            floatBuffer.get((int) element, target, offset, count);
        } else {
            floats.position(element).get(target, offset, count);
        }
    }

    void get(long element, double[] target, int offset, int count) {
        if (doubleBuffer != null) {
            doubleBuffer.get((int) element, target, offset, count);
        } else {
            doubles.position(element).get(target, offset, count);
        }
    }

    void put(long element, float[] source, int offset, int count) {
        if (floatBuffer != null) {
            floatBuffer.put((int) element, source, offset, count);
        } else {
            floats.position(element).put(source, offset, count);
        }
    }

    void put(long element, double[] source, int offset, int count) {
        if (doubleBuffer != null) {
            doubleBuffer.put((int) element, source, offset, count);
        } else {
            doubles.position(element).put(source, offset, count);
        }
    }

    /** Where an element of a single-precision matrix is; valid until the next use of this view. */
    FloatPointer floatsAt(long element) {
        return floats.position(element);
    }

    /** Where an element of a double-precision matrix is; valid until the next use of this view. */
    DoublePointer doublesAt(long element) {
        return doubles.position(element);
    }
}
