package org.altdsl.runtime.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;

/** One random product, its operands at both precisions, and its exact result to compare with. */
final class Matrices {

    /** Which operand, if any, is given transposed. */
    enum Form {
        NN,
        NT,
        TN
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
        a = form == Form.TN ? filled(random, k, m) : filled(random, m, k);
        b = form == Form.NT ? filled(random, n, k) : filled(random, k, n);
        c = beta == 0 ? filled(null, m, n) : filled(random, m, n);
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
        switch (form) {
            case NN -> product.nn(floats(a), floats(b), result, m, k, n, (float) alpha, (float) beta);
            case NT -> product.nt(floats(a), floats(b), result, m, k, n, (float) alpha, (float) beta);
            case TN -> product.tn(floats(a), floats(b), result, m, k, n, (float) alpha, (float) beta);
        }
        check(doubles(result), 0x1p-24);
    }

    void checkDoubles(MatrixProduct product) {
        double[][] result = copy(c);
        switch (form) {
            case NN -> product.nn(a, b, result, m, k, n, alpha, beta);
            case NT -> product.nt(a, b, result, m, k, n, alpha, beta);
            case TN -> product.tn(a, b, result, m, k, n, alpha, beta);
        }
        check(result, 0x1p-53);
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
                    double term = alpha * (form == Form.TN ? a[l][i] : a[i][l]) * (form == Form.NT ? b[j][l] : b[l][j]);
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
