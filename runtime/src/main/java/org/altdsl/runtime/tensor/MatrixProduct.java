package org.altdsl.runtime.tensor;

import org.altdsl.runtime.kernel.Shard;
import org.altdsl.runtime.tensor.Matrix.HeapMatrix;

/**
 * Matrix products c = beta c + alpha a b.
 *
 * <p>The sizes m, k and n are given with each call: the result is m by n, and k is the length of the sums. With
 * beta = 0 the old result is not read, with alpha = 0 the operands are not. The result must not share memory with an
 * operand. The letters of a method say which operand is given transposed: a, as k rows of m, in {@link #tn} and
 * {@link #tt}; b, as n rows of k, in {@link #nt} and {@link #tt}.
 *
 * <p>A product is cut into {@link #shards} by its sizes alone, and a call computes one of them. The order of the
 * additions is a function of the sizes, of the homes of the matrices and of the factory method; threads do not enter.
 * An instance keeps scratch memory and must be used by one thread at a time.
 */
public final class MatrixProduct {

    private final long operations;
    private final int shortestSide;
    private final FloatRowProduct floats = new FloatRowProduct();
    private final DoubleRowProduct doubles = new DoubleRowProduct();
    private BlasProduct blas;

    /**
     * Products with a given switch-over point.
     *
     * @param operations the number of multiplications m k n from which matrices on the heap are handed to BLAS
     * @param shortestSide the least of m, k and n from which they are, at least 1
     */
    MatrixProduct(long operations, int shortestSide) {
        this.operations = operations;
        this.shortestSide = shortestSide;
    }

    /**
     * Products in pure Java.
     *
     * @return a new instance
     */
    public static MatrixProduct java() {
        return new MatrixProduct(Long.MAX_VALUE, 1);
    }

    /**
     * Products of which the large ones, and those of matrices off the heap or of nested arrays, are handed to a BLAS library. The first
     * such product loads the library; a small one does not.
     *
     * @return a new instance
     */
    public static MatrixProduct blas() {
        return new MatrixProduct(ProductSizes.BLAS_OPERATIONS, ProductSizes.BLAS_SHORTEST_SIDE);
    }

    /**
     * Products that are all handed to a BLAS library, to be measured beside the others.
     *
     * @return a new instance
     */
    public static MatrixProduct alwaysBlas() {
        return new MatrixProduct(0, 0);
    }

    /**
     * Whether a product of these sizes is large enough for a BLAS library.
     *
     * @param m the number of rows of the result
     * @param k the length of the sums
     * @param n the number of columns of the result
     * @return whether {@link #blas} products of matrices on the heap are handed over
     */
    public static boolean isLarge(long m, long k, long n) {
        return m * k * n >= ProductSizes.BLAS_OPERATIONS
                && Math.min(Math.min(m, k), n) >= ProductSizes.BLAS_SHORTEST_SIDE;
    }

    /**
     * The number of shards that a product is cut into.
     *
     * @param m the number of rows of the result
     * @param k the length of the sums
     * @param n the number of columns of the result
     * @return at least 1
     */
    public static int shards(int m, int k, int n) {
        long operations = (long) m * k * n;
        if (!isLarge(m, k, n) || operations < ProductSizes.TWO_SHARDS_OPERATIONS) {
            return 1;
        }
        return Math.max(2, Shard.count(operations, ProductSizes.SHARD_OPERATIONS));
    }

    /** The product of two matrices; see the class. */
    public void nn(Matrix a, Matrix b, Matrix c, int m, int k, int n, double alpha, double beta, Shard part) {
        multiply(a, false, b, false, c, m, k, n, alpha, beta, part);
    }

    /** The product of a matrix and a transposed matrix; see the class. */
    public void nt(Matrix a, Matrix b, Matrix c, int m, int k, int n, double alpha, double beta, Shard part) {
        multiply(a, false, b, true, c, m, k, n, alpha, beta, part);
    }

    /** The product of a transposed matrix and a matrix; see the class. */
    public void tn(Matrix a, Matrix b, Matrix c, int m, int k, int n, double alpha, double beta, Shard part) {
        multiply(a, true, b, false, c, m, k, n, alpha, beta, part);
    }

    /** The product of two transposed matrices; see the class. */
    public void tt(Matrix a, Matrix b, Matrix c, int m, int k, int n, double alpha, double beta, Shard part) {
        multiply(a, true, b, true, c, m, k, n, alpha, beta, part);
    }

    private void multiply(
            Matrix a,
            boolean transposeA,
            Matrix b,
            boolean transposeB,
            Matrix c,
            int m,
            int k,
            int n,
            double alpha,
            double beta,
            Shard part) {
        boolean onHeap = isPlain(a) && isPlain(b) && isPlain(c);
        if (onHeap && ((long) m * k * n < operations || Math.min(Math.min(m, k), n) < shortestSide)) {
            if (part.number() == 0) {
                inJava((HeapMatrix) a, transposeA, (HeapMatrix) b, transposeB, (HeapMatrix) c, m, k, n, alpha, beta);
            }
            return;
        }
        if (blas == null) {
            blas = new BlasProduct();
        }
        // Along the longer side, so that the operand which every shard prepares for itself is the smaller one.
        boolean byColumns = n >= m;
        int first = part.first(byColumns ? n : m);
        int last = part.last(byColumns ? n : m);
        if (first < last) {
            blas.multiply(
                    a,
                    transposeA,
                    b,
                    transposeB,
                    c,
                    m,
                    n,
                    byColumns ? 0 : first,
                    byColumns ? m : last,
                    k,
                    byColumns ? first : 0,
                    byColumns ? last : n,
                    alpha,
                    beta);
        }
    }

    /** Whether the rows of a matrix are arrays on the heap. */
    private static boolean isPlain(Matrix matrix) {
        return matrix instanceof HeapMatrix heap && !heap.nested;
    }

    private void inJava(
            HeapMatrix a,
            boolean transposeA,
            HeapMatrix b,
            boolean transposeB,
            HeapMatrix c,
            int m,
            int k,
            int n,
            double alpha,
            double beta) {
        if (c.isFloat()) {
            floats.multiply(a.floats, transposeA, b.floats, transposeB, c.floats, m, k, n, (float) alpha, (float) beta);
        } else {
            doubles.multiply(a.doubles, transposeA, b.doubles, transposeB, c.doubles, m, k, n, alpha, beta);
        }
    }
}
