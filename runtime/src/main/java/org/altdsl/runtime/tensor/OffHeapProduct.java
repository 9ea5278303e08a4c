package org.altdsl.runtime.tensor;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Matrix products by the BLAS of ND4J, on one thread, with operands and result copied to and from memory off the heap.
 *
 * <p>Rows one after the other are, to a column-major BLAS, the columns of the transpose. So the transposed result is
 * computed from the transposed operands in exchanged order, and every array has the order 'f' that ND4J handles without
 * a copy of its own.
 */
final class OffHeapProduct {

    private final OffHeapMatrix left = new OffHeapMatrix(DataType.FLOAT);
    private final OffHeapMatrix right = new OffHeapMatrix(DataType.FLOAT);
    private final OffHeapMatrix result = new OffHeapMatrix(DataType.FLOAT);
    private final OffHeapMatrix doubleLeft = new OffHeapMatrix(DataType.DOUBLE);
    private final OffHeapMatrix doubleRight = new OffHeapMatrix(DataType.DOUBLE);
    private final OffHeapMatrix doubleResult = new OffHeapMatrix(DataType.DOUBLE);

    OffHeapProduct() {
        // The number of BLAS threads decides how its sums are cut, and parallelism belongs to the shards above this.
        Nd4j.factory().blas().setMaxThreads(1);
    }

    void nn(float[][] a, float[][] b, float[][] c, int m, int k, int n, float alpha, float beta) {
        left.copyFrom(a, m, k);
        right.copyFrom(b, k, n);
        multiply(c, m, n, false, false, alpha, beta);
    }

    void nt(float[][] a, float[][] b, float[][] c, int m, int k, int n, float alpha, float beta) {
        left.copyFrom(a, m, k);
        right.copyFrom(b, n, k);
        multiply(c, m, n, true, false, alpha, beta);
    }

    void tn(float[][] a, float[][] b, float[][] c, int m, int k, int n, float alpha, float beta) {
        left.copyFrom(a, k, m);
        right.copyFrom(b, k, n);
        multiply(c, m, n, false, true, alpha, beta);
    }

    private void multiply(
            float[][] c, int m, int n, boolean transposeRight, boolean transposeLeft, float alpha, float beta) {
        if (beta == 0) {
            result.shape(m, n);
        } else {
            result.copyFrom(c, m, n);
        }
        Nd4j.getBlasWrapper()
                .level3()
                .gemm(right.matrix(), left.matrix(), result.matrix(), transposeRight, transposeLeft, alpha, beta);
        result.copyTo(c, m, n);
    }

    void nn(double[][] a, double[][] b, double[][] c, int m, int k, int n, double alpha, double beta) {
        doubleLeft.copyFrom(a, m, k);
        doubleRight.copyFrom(b, k, n);
        multiply(c, m, n, false, false, alpha, beta);
    }

    void nt(double[][] a, double[][] b, double[][] c, int m, int k, int n, double alpha, double beta) {
        doubleLeft.copyFrom(a, m, k);
        doubleRight.copyFrom(b, n, k);
        multiply(c, m, n, true, false, alpha, beta);
    }

    void tn(double[][] a, double[][] b, double[][] c, int m, int k, int n, double alpha, double beta) {
        doubleLeft.copyFrom(a, k, m);
        doubleRight.copyFrom(b, k, n);
        multiply(c, m, n, false, true, alpha, beta);
    }

    private void multiply(
            double[][] c, int m, int n, boolean transposeRight, boolean transposeLeft, double alpha, double beta) {
        if (beta == 0) {
            doubleResult.shape(m, n);
        } else {
            doubleResult.copyFrom(c, m, n);
        }
        Nd4j.getBlasWrapper()
                .level3()
                .gemm(
                        doubleRight.matrix(),
                        doubleLeft.matrix(),
                        doubleResult.matrix(),
                        transposeRight,
                        transposeLeft,
                        alpha,
                        beta);
        doubleResult.copyTo(c, m, n);
    }
}
