package org.altdsl.runtime.tensor;

/** Matrix products in pure Java at either precision. */
final class JavaProduct extends MatrixProduct {

    private final FloatRowProduct floats = new FloatRowProduct();
    private final DoubleRowProduct doubles = new DoubleRowProduct();

    @Override
    public void nn(float[][] a, float[][] b, float[][] c, int m, int k, int n, float alpha, float beta) {
        floats.nn(a, b, c, m, k, n, alpha, beta);
    }

    @Override
    public void nt(float[][] a, float[][] b, float[][] c, int m, int k, int n, float alpha, float beta) {
        floats.nt(a, b, c, m, k, n, alpha, beta);
    }

    @Override
    public void tn(float[][] a, float[][] b, float[][] c, int m, int k, int n, float alpha, float beta) {
        floats.tn(a, b, c, m, k, n, alpha, beta);
    }

    @Override
    public void nn(double[][] a, double[][] b, double[][] c, int m, int k, int n, double alpha, double beta) {
        doubles.nn(a, b, c, m, k, n, alpha, beta);
    }

    @Override
    public void nt(double[][] a, double[][] b, double[][] c, int m, int k, int n, double alpha, double beta) {
        doubles.nt(a, b, c, m, k, n, alpha, beta);
    }

    @Override
    public void tn(double[][] a, double[][] b, double[][] c, int m, int k, int n, double alpha, double beta) {
        doubles.tn(a, b, c, m, k, n, alpha, beta);
    }
}
