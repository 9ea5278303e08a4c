package org.altdsl.runtime.tensor;

/**
 * Matrix products c = beta c + alpha (a b) over matrices kept as arrays of rows.
 *
 * <p>The sizes m, k and n are given with each call: the result is m by n, and k is the length of the sums. Arrays may
 * have more rows, and rows more columns, than the sizes say; what lies beyond is neither read nor written. With
 * beta = 0 the old result is not read, with alpha = 0 the operands are not. The result must not share rows with an
 * operand.
 *
 * <p>The order of the additions is a function of the sizes and of the factory method alone. An instance keeps scratch
 * memory and must be used by one thread at a time.
 */
public abstract class MatrixProduct {

    MatrixProduct() {}

    /**
     * Products in pure Java, the better choice for small matrices and for those that live on the heap.
     *
     * @return a new instance
     */
    public static MatrixProduct java() {
        return new JavaProduct();
    }

    /**
     * Products of which the large ones are handed to ND4J and its BLAS, operands and result being copied. The first
     * large product loads ND4J, which takes seconds; a small one does not.
     *
     * @return a new instance
     */
    public static MatrixProduct nd4j() {
        return new Nd4jProduct(ProductSizes.ND4J_OPERATIONS, ProductSizes.ND4J_SHORTEST_SIDE);
    }

    /**
     * The product of two matrices.
     *
     * @param a the left operand, m rows of k
     * @param b the right operand, k rows of n
     * @param c the result, m rows of n
     * @param m the number of rows of the result
     * @param k the length of the sums
     * @param n the number of columns of the result
     * @param alpha the factor of the product
     * @param beta the factor of the old result
     */
    public abstract void nn(float[][] a, float[][] b, float[][] c, int m, int k, int n, float alpha, float beta);

    /**
     * The product of a matrix and a transposed matrix.
     *
     * @param a the left operand, m rows of k
     * @param b the transpose of the right operand, n rows of k
     * @param c the result, m rows of n
     * @param m the number of rows of the result
     * @param k the length of the sums
     * @param n the number of columns of the result
     * @param alpha the factor of the product
     * @param beta the factor of the old result
     */
    public abstract void nt(float[][] a, float[][] b, float[][] c, int m, int k, int n, float alpha, float beta);

    /**
     * The product of a transposed matrix and a matrix.
     *
     * @param a the transpose of the left operand, k rows of m
     * @param b the right operand, k rows of n
     * @param c the result, m rows of n
     * @param m the number of rows of the result
     * @param k the length of the sums
     * @param n the number of columns of the result
     * @param alpha the factor of the product
     * @param beta the factor of the old result
     */
    public abstract void tn(float[][] a, float[][] b, float[][] c, int m, int k, int n, float alpha, float beta);

    /**
     * The product of two matrices, in double precision.
     *
     * @param a the left operand, m rows of k
     * @param b the right operand, k rows of n
     * @param c the result, m rows of n
     * @param m the number of rows of the result
     * @param k the length of the sums
     * @param n the number of columns of the result
     * @param alpha the factor of the product
     * @param beta the factor of the old result
     */
    public abstract void nn(double[][] a, double[][] b, double[][] c, int m, int k, int n, double alpha, double beta);

    /**
     * The product of a matrix and a transposed matrix, in double precision.
     *
     * @param a the left operand, m rows of k
     * @param b the transpose of the right operand, n rows of k
     * @param c the result, m rows of n
     * @param m the number of rows of the result
     * @param k the length of the sums
     * @param n the number of columns of the result
     * @param alpha the factor of the product
     * @param beta the factor of the old result
     */
    public abstract void nt(double[][] a, double[][] b, double[][] c, int m, int k, int n, double alpha, double beta);

    /**
     * The product of a transposed matrix and a matrix, in double precision.
     *
     * @param a the transpose of the left operand, k rows of m
     * @param b the right operand, k rows of n
     * @param c the result, m rows of n
     * @param m the number of rows of the result
     * @param k the length of the sums
     * @param n the number of columns of the result
     * @param alpha the factor of the product
     * @param beta the factor of the old result
     */
    public abstract void tn(double[][] a, double[][] b, double[][] c, int m, int k, int n, double alpha, double beta);
}
