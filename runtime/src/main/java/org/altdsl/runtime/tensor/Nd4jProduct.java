package org.altdsl.runtime.tensor;

/**
 * Matrix products of which the large ones go to ND4J.
 *
 * <p>No ND4J type occurs here: its classes load with {@link OffHeapProduct}, at the first large product.
 */
final class Nd4jProduct extends MatrixProduct {

    private final long operations;
    private final int shortestSide;
    private final JavaProduct small = new JavaProduct();
    private OffHeapProduct large;

    /**
     * Products with a given switch-over point.
     *
     * @param operations the number of multiplications m k n from which ND4J is used
     * @param shortestSide the least of m, k and n from which ND4J is used, at least 1
     */
    Nd4jProduct(long operations, int shortestSide) {
        this.operations = operations;
        this.shortestSide = shortestSide;
    }

    @Override
    public void nn(float[][] a, float[][] b, float[][] c, int m, int k, int n, float alpha, float beta) {
        if (isSmall(m, k, n)) {
            small.nn(a, b, c, m, k, n, alpha, beta);
        } else {
            large().nn(a, b, c, m, k, n, alpha, beta);
        }
    }

    @Override
    public void nt(float[][] a, float[][] b, float[][] c, int m, int k, int n, float alpha, float beta) {
        if (isSmall(m, k, n)) {
            small.nt(a, b, c, m, k, n, alpha, beta);
        } else {
            large().nt(a, b, c, m, k, n, alpha, beta);
        }
    }

    @Override
    public void tn(float[][] a, float[][] b, float[][] c, int m, int k, int n, float alpha, float beta) {
        if (isSmall(m, k, n)) {
            small.tn(a, b, c, m, k, n, alpha, beta);
        } else {
            large().tn(a, b, c, m, k, n, alpha, beta);
        }
    }

    @Override
    public void nn(double[][] a, double[][] b, double[][] c, int m, int k, int n, double alpha, double beta) {
        if (isSmall(m, k, n)) {
            small.nn(a, b, c, m, k, n, alpha, beta);
        } else {
            large().nn(a, b, c, m, k, n, alpha, beta);
        }
    }

    @Override
    public void nt(double[][] a, double[][] b, double[][] c, int m, int k, int n, double alpha, double beta) {
        if (isSmall(m, k, n)) {
            small.nt(a, b, c, m, k, n, alpha, beta);
        } else {
            large().nt(a, b, c, m, k, n, alpha, beta);
        }
    }

    @Override
    public void tn(double[][] a, double[][] b, double[][] c, int m, int k, int n, double alpha, double beta) {
        if (isSmall(m, k, n)) {
            small.tn(a, b, c, m, k, n, alpha, beta);
        } else {
            large().tn(a, b, c, m, k, n, alpha, beta);
        }
    }

    private boolean isSmall(int m, int k, int n) {
        return (long) m * k * n < operations || Math.min(Math.min(m, k), n) < shortestSide;
    }

    private OffHeapProduct large() {
        if (large == null) {
            large = new OffHeapProduct();
        }
        return large;
    }
}
