package org.altdsl.runtime.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.altdsl.runtime.kernel.Shard;

/** One random product, its operands at both precisions, and its exact result to compare with. */
final class Matrices {

    /** Which operand, if any, is given transposed. */
    enum Form {
        NN,
        NT,
        TN,
        TT
    }

    /** Rows and columns that the arrays have beyond the logical size; what they hold must not matter. */
    private static final int SURPLUS = 3;

    private final int m;
    private final int k;
    private final int n;
    private final double alpha;
    private final double beta;
    private final Form form;
    private final double[][] a;
    private final double[][] b;
    private final double[][] c;

    Matrices(Random random, Form form, int m, int k, int n, double alpha, double beta) {
        this.form = form;
        this.m = m;
        this.k = k;
        this.n = n;
        this.alpha = alpha;
        this.beta = beta;
        a = transposesA() ? filled(random, k, m) : filled(random, m, k);
        b = transposesB() ? filled(random, n, k) : filled(random, k, n);
        c = beta == 0 ? filled(null, m, n) : filled(random, m, n);
    }

    private boolean transposesA() {
        return form == Form.TN || form == Form.TT;
    }

    private boolean transposesB() {
        return form == Form.NT || form == Form.TT;
    }

    /** Single-precision numbers inside the size, NaN beyond it; NaN everywhere without a generator. */
    private static double[][] filled(Random random, int rows, int columns) {
        double[][] matrix = new double[rows + SURPLUS][columns + SURPLUS];
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < matrix[i].length; j++) {
                boolean inside = random != null && i < rows && j < columns;
                matrix[i][j] = inside ? (float) random.nextGaussian() : Double.NaN;
            }
        }
        return matrix;
    }

    void checkFloats(MatrixProduct product) {
        float[][] result = floats(c);
        run(product, Matrix.of(floats(a)), Matrix.of(floats(b)), Matrix.of(result), 1);
        check(doubles(result), 0x1p-24);
    }

    void checkDoubles(MatrixProduct product) {
        double[][] result = copy(c);
        run(product, Matrix.of(a), Matrix.of(b), Matrix.of(result), 1);
        check(result, 0x1p-53);
    }

    /** With chosen matrices off the heap (bits 1, 2 and 4 for a, b and c), cut into shards. */
    void checkOffHeap(MatrixProduct product, int offHeap, int shards) {
        float[][] result = floats(c);
        Matrix home = (offHeap & 4) == 0 ? Matrix.of(result) : offHeap(result, n);
        Matrix left = (offHeap & 1) == 0 ? Matrix.of(floats(a)) : offHeap(floats(a), transposesA() ? m : k);
        Matrix right = (offHeap & 2) == 0 ? Matrix.of(floats(b)) : offHeap(floats(b), transposesB() ? k : n);
        run(product, left, right, home, shards);
        if (home instanceof OffHeapMatrix matrix) {
            for (int row = 0; row < result.length; row++) {
                matrix.get(row, result[row]);
            }
        }
        check(doubles(result), 0x1p-24);
    }

    /** Off the heap there is no surplus: elements follow each other without gaps. */
    private static OffHeapMatrix offHeap(float[][] rows, int columns) {
        OffHeapMatrix matrix = new OffHeapMatrix(true, rows.length, columns);
        for (int row = 0; row < rows.length; row++) {
            matrix.put(row, rows[row]);
        }
        return matrix;
    }

    private void run(MatrixProduct product, Matrix left, Matrix right, Matrix result, int shards) {
        for (int number = shards - 1; number >= 0; number--) {
            Shard part = new Shard(number, shards);
            switch (form) {
                case NN -> product.nn(left, right, result, m, k, n, alpha, beta, part);
                case NT -> product.nt(left, right, result, m, k, n, alpha, beta, part);
                case TN -> product.tn(left, right, result, m, k, n, alpha, beta, part);
                case TT -> product.tt(left, right, result, m, k, n, alpha, beta, part);
            }
        }
    }

    /**
     * The error of a sum of k products is at most (k + a few) roundings of the sum of the sizes of the terms, in
     * whatever order they are added: Higham, "Accuracy and stability of numerical algorithms", section 3.1.
     */
    private void check(double[][] result, double rounding) {
        for (int i = 0; i < m + SURPLUS; i++) {
            for (int j = 0; j < n + SURPLUS; j++) {
                if (i >= m || j >= n) {
                    assertEquals(c[i][j], result[i][j], "an element beyond the size was written");
                    continue;
                }
                double sum = beta == 0 ? 0 : beta * c[i][j];
                double sizes = Math.abs(sum);
                for (int l = 0; l < k && alpha != 0; l++) {
                    double term = alpha * (transposesA() ? a[l][i] : a[i][l]) * (transposesB() ? b[j][l] : b[l][j]);
                    sum += term;
                    sizes += Math.abs(term);
                }
                // The reference has errors of its own, of the size of a double rounding.
                double tolerance = (k + 4) * (rounding + 0x1p-53) * sizes;
                assertEquals(sum, result[i][j], tolerance, this + " at " + i + ", " + j);
            }
        }
    }

    private static float[][] floats(double[][] matrix) {
        float[][] floats = new float[matrix.length][];
        for (int i = 0; i < matrix.length; i++) {
            floats[i] = new float[matrix[i].length];
            for (int j = 0; j < matrix[i].length; j++) {
                floats[i][j] = (float) matrix[i][j];
            }
        }
        return floats;
    }

    private static double[][] doubles(float[][] matrix) {
        double[][] doubles = new double[matrix.length][];
        for (int i = 0; i < matrix.length; i++) {
            doubles[i] = new double[matrix[i].length];
            for (int j = 0; j < matrix[i].length; j++) {
                doubles[i][j] = matrix[i][j];
            }
        }
        return doubles;
    }

    private static double[][] copy(double[][] matrix) {
        double[][] copy = new double[matrix.length][];
        for (int i = 0; i < matrix.length; i++) {
            copy[i] = matrix[i].clone();
        }
        return copy;
    }

    @Override
    public String toString() {
        return form + " " + m + "x" + k + "x" + n + " alpha " + alpha + " beta " + beta;
    }
}
