package org.altdsl.runtime.tensor;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A matrix off the heap, of changing shape, in memory that grows on demand and is kept. */
final class OffHeapMatrix {

    private final DataType type;
    private INDArray storage;
    private INDArray matrix;
    private FloatPointer floats;
    private DoublePointer doubles;

    /**
     * An empty matrix.
     *
     * @param type FLOAT or DOUBLE
     */
    OffHeapMatrix(DataType type) {
        this.type = type;
    }

    /**
     * The matrix in column-major order: its columns are the rows that were copied in.
     *
     * @return an array of shape (length of a row, number of rows), valid until the next change of shape
     */
    INDArray matrix() {
        return matrix;
    }

    /** Takes a shape, with contents undefined. */
    void shape(int rows, int columns) {
        if (matrix != null && matrix.size(0) == columns && matrix.size(1) == rows) {
            return;
        }
        long length = (long) rows * columns;
        if (storage == null || storage.length() < length) {
            storage = Nd4j.createUninitialized(type, length);
            if (type == DataType.FLOAT) {
                floats = new FloatPointer(storage.data().addressPointer());
            } else {
                doubles = new DoublePointer(storage.data().addressPointer());
            }
        }
        matrix = Nd4j.create(storage.data(), new long[] {columns, rows}, new long[] {1, columns}, 0, 'f');
    }

    void copyFrom(float[][] source, int rows, int columns) {
        shape(rows, columns);
        for (int row = 0; row < rows; row++) {
            floats.position((long) row * columns).put(source[row], 0, columns);
        }
    }

    void copyFrom(double[][] source, int rows, int columns) {
        shape(rows, columns);
        for (int row = 0; row < rows; row++) {
            doubles.position((long) row * columns).put(source[row], 0, columns);
        }
    }

    void copyTo(float[][] target, int rows, int columns) {
        for (int row = 0; row < rows; row++) {
            floats.position((long) row * columns).get(target[row], 0, columns);
        }
    }

    void copyTo(double[][] target, int rows, int columns) {
        for (int row = 0; row < rows; row++) {
            doubles.position((long) row * columns).get(target[row], 0, columns);
        }
    }
}
