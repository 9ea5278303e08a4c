package org.altdsl.runtime.tensor;

import java.util.Arrays;
import org.altdsl.runtime.kernel.Reductions;

/**
 * Products of single-precision matrices kept as arrays of rows, in pure Java.
 *
 * <p>The work is done by one inner loop, {@link #updateTwoByFour}: two rows of the result gain combinations of four
 * rows of the right operand. All rows share the bare loop index, which is what HotSpot vectorises. A body of four by
 * four it vectorises only with a raised LoopUnrollLimit, and then no faster. Operands that do not come as rows along
 * the longer side of the result are transposed first; very small products are inner products.
 * Terms are added in ascending order of the summed index within each of these schemes, and sizes alone choose the
 * scheme.
 */
final class FloatRowProduct {

    private float[][] left = new float[0][0];
    private float[][] right = new float[0][0];
    private float[][] result = new float[0][0];

    void multiply(
            float[][] a,
            boolean transposeA,
            float[][] b,
            boolean transposeB,
            float[][] c,
            int m,
            int k,
            int n,
            float alpha,
            float beta) {
        if (transposeA && transposeB) {
            tt(a, b, c, m, k, n, alpha, beta);
        } else if (transposeA) {
            tn(a, b, c, m, k, n, alpha, beta);
        } else if (transposeB) {
            nt(a, b, c, m, k, n, alpha, beta);
        } else {
            nn(a, b, c, m, k, n, alpha, beta);
        }
    }

    private void nn(float[][] a, float[][] b, float[][] c, int m, int k, int n, float alpha, float beta) {
        scale(c, m, n, beta);
        if (k == 0 || alpha == 0) {
            return;
        }
        if (n >= ProductSizes.NARROW) {
            addRowsTimesRows(a, b, c, m, k, n, alpha);
        } else if (m >= ProductSizes.NARROW) {
            left = transposed(a, left, m, k);
            clearResult(n, m);
            addColumnsTimesRows(b, left, result, n, k, m, alpha);
            addTransposed(result, c, m, n);
        } else {
            right = transposed(b, right, k, n);
            addInnerProducts(a, right, c, m, k, n, alpha);
        }
    }

    private void nt(float[][] a, float[][] b, float[][] c, int m, int k, int n, float alpha, float beta) {
        scale(c, m, n, beta);
        if (k == 0 || alpha == 0) {
            return;
        }
        if (m < ProductSizes.FEW_ROWS || m < ProductSizes.NARROW && n < ProductSizes.NARROW) {
            addInnerProducts(a, b, c, m, k, n, alpha);
        } else if (n >= ProductSizes.NARROW) {
            right = transposed(b, right, n, k);
            addRowsTimesRows(a, right, c, m, k, n, alpha);
        } else {
            left = transposed(a, left, m, k);
            clearResult(n, m);
            addRowsTimesRows(b, left, result, n, k, m, alpha);
            addTransposed(result, c, m, n);
        }
    }

    private void tn(float[][] a, float[][] b, float[][] c, int m, int k, int n, float alpha, float beta) {
        scale(c, m, n, beta);
        if (k == 0 || alpha == 0) {
            return;
        }
        if (n >= ProductSizes.NARROW) {
            addColumnsTimesRows(a, b, c, m, k, n, alpha);
        } else if (m >= ProductSizes.NARROW) {
            clearResult(n, m);
            addColumnsTimesRows(b, a, result, n, k, m, alpha);
            addTransposed(result, c, m, n);
        } else {
            left = transposed(a, left, k, m);
            right = transposed(b, right, k, n);
            addInnerProducts(left, right, c, m, k, n, alpha);
        }
    }

    /** By way of the transposed result, the product of the operands as they are in exchanged order. */
    private void tt(float[][] a, float[][] b, float[][] c, int m, int k, int n, float alpha, float beta) {
        scale(c, m, n, beta);
        if (k == 0 || alpha == 0) {
            return;
        }
        clearResult(n, m);
        addRowsTimesRows(b, a, result, n, k, m, alpha);
        addTransposed(result, c, m, n);
    }

    /** Multiplies by beta; beta = 0 overwrites, so that a NaN left from before does not survive. */
    static void scale(float[][] c, int m, int n, float beta) {
        if (beta == 1) {
            return;
        }
        for (int i = 0; i < m; i++) {
            if (beta == 0) {
                Arrays.fill(c[i], 0, n, 0);
            } else {
                scaleRow(c[i], n, beta);
            }
        }
    }

    private static void scaleRow(float[] row, int n, float beta) {
        for (int j = 0; j < n; j++) {
            row[j] *= beta;
        }
    }

    /** c += alpha a b, all as rows. The blocks of b rows and of columns keep what is used again in the caches. */
    private static void addRowsTimesRows(float[][] a, float[][] b, float[][] c, int m, int k, int n, float alpha) {
        int columns = ProductSizes.COLUMN_BLOCK;
        int steps = ProductSizes.STEP_BLOCK;
        for (int from = 0; from < n; from += columns) {
            int to = Math.min(n, from + columns);
            for (int first = 0; first < k; first += steps) {
                int last = Math.min(k, first + steps);
                int i = 0;
                for (; i + 2 <= m; i += 2) {
                    addTwoRows(a, b, c, i, first, last, from, to, alpha);
                }
                for (; i < m; i++) {
                    addOneRow(a[i], b, c[i], first, last, from, to, alpha);
                }
            }
        }
    }

    private static void addTwoRows(
            float[][] a, float[][] b, float[][] c, int i, int first, int last, int from, int to, float alpha) {
        float[] a0 = a[i];
        float[] a1 = a[i + 1];
        int l = first;
        for (; l + 4 <= last; l += 4) {
            updateTwoByFour(
                    c[i],
                    c[i + 1],
                    b[l],
                    b[l + 1],
                    b[l + 2],
                    b[l + 3],
                    alpha * a0[l],
                    alpha * a0[l + 1],
                    alpha * a0[l + 2],
                    alpha * a0[l + 3],
                    alpha * a1[l],
                    alpha * a1[l + 1],
                    alpha * a1[l + 2],
                    alpha * a1[l + 3],
                    from,
                    to);
        }
        for (; l < last; l++) {
            updateTwoByOne(c[i], c[i + 1], b[l], alpha * a0[l], alpha * a1[l], from, to);
        }
    }

    private static void addOneRow(
            float[] a, float[][] b, float[] c, int first, int last, int from, int to, float alpha) {
        int l = first;
        for (; l + 4 <= last; l += 4) {
            updateOneByFour(
                    c,
                    b[l],
                    b[l + 1],
                    b[l + 2],
                    b[l + 3],
                    alpha * a[l],
                    alpha * a[l + 1],
                    alpha * a[l + 2],
                    alpha * a[l + 3],
                    from,
                    to);
        }
        for (; l < last; l++) {
            updateOneByOne(c, b[l], alpha * a[l], from, to);
        }
    }

    /** c += alpha aᵀ b, all as rows. */
    private static void addColumnsTimesRows(float[][] a, float[][] b, float[][] c, int m, int k, int n, float alpha) {
        int columns = ProductSizes.COLUMN_BLOCK;
        int steps = ProductSizes.STEP_BLOCK;
        for (int from = 0; from < n; from += columns) {
            int to = Math.min(n, from + columns);
            for (int first = 0; first < k; first += steps) {
                int last = Math.min(k, first + steps);
                int i = 0;
                for (; i + 2 <= m; i += 2) {
                    addTwoColumns(a, b, c, i, first, last, from, to, alpha);
                }
                for (; i < m; i++) {
                    addOneColumn(a, i, b, c[i], first, last, from, to, alpha);
                }
            }
        }
    }

    private static void addTwoColumns(
            float[][] a, float[][] b, float[][] c, int i, int first, int last, int from, int to, float alpha) {
        int l = first;
        for (; l + 4 <= last; l += 4) {
            float[] a0 = a[l];
            float[] a1 = a[l + 1];
            float[] a2 = a[l + 2];
            float[] a3 = a[l + 3];
            updateTwoByFour(
                    c[i],
                    c[i + 1],
                    b[l],
                    b[l + 1],
                    b[l + 2],
                    b[l + 3],
                    alpha * a0[i],
                    alpha * a1[i],
                    alpha * a2[i],
                    alpha * a3[i],
                    alpha * a0[i + 1],
                    alpha * a1[i + 1],
                    alpha * a2[i + 1],
                    alpha * a3[i + 1],
                    from,
                    to);
        }
        for (; l < last; l++) {
            float[] row = a[l];
            updateTwoByOne(c[i], c[i + 1], b[l], alpha * row[i], alpha * row[i + 1], from, to);
        }
    }

    private static void addOneColumn(
            float[][] a, int i, float[][] b, float[] c, int first, int last, int from, int to, float alpha) {
        int l = first;
        for (; l + 4 <= last; l += 4) {
            updateOneByFour(
                    c,
                    b[l],
                    b[l + 1],
                    b[l + 2],
                    b[l + 3],
                    alpha * a[l][i],
                    alpha * a[l + 1][i],
                    alpha * a[l + 2][i],
                    alpha * a[l + 3][i],
                    from,
                    to);
        }
        for (; l < last; l++) {
            updateOneByOne(c, b[l], alpha * a[l][i], from, to);
        }
    }

    private static void updateTwoByFour(
            float[] c0,
            float[] c1,
            float[] b0,
            float[] b1,
            float[] b2,
            float[] b3,
            float a00,
            float a01,
            float a02,
            float a03,
            float a10,
            float a11,
            float a12,
            float a13,
            int from,
            int to) {
        for (int j = from; j < to; j++) {
            c0[j] = Math.fma(a03, b3[j], Math.fma(a02, b2[j], Math.fma(a01, b1[j], Math.fma(a00, b0[j], c0[j]))));
            c1[j] = Math.fma(a13, b3[j], Math.fma(a12, b2[j], Math.fma(a11, b1[j], Math.fma(a10, b0[j], c1[j]))));
        }
    }

    private static void updateTwoByOne(float[] c0, float[] c1, float[] b, float a0, float a1, int from, int to) {
        for (int j = from; j < to; j++) {
            c0[j] = Math.fma(a0, b[j], c0[j]);
            c1[j] = Math.fma(a1, b[j], c1[j]);
        }
    }

    private static void updateOneByFour(
            float[] c,
            float[] b0,
            float[] b1,
            float[] b2,
            float[] b3,
            float a0,
            float a1,
            float a2,
            float a3,
            int from,
            int to) {
        for (int j = from; j < to; j++) {
            c[j] = Math.fma(a3, b3[j], Math.fma(a2, b2[j], Math.fma(a1, b1[j], Math.fma(a0, b0[j], c[j]))));
        }
    }

    private static void updateOneByOne(float[] c, float[] b, float a, int from, int to) {
        for (int j = from; j < to; j++) {
            c[j] = Math.fma(a, b[j], c[j]);
        }
    }

    /** c += alpha a bᵀ by inner products of rows. */
    private static void addInnerProducts(float[][] a, float[][] b, float[][] c, int m, int k, int n, float alpha) {
        for (int i = 0; i < m; i++) {
            float[] row = a[i];
            for (int j = 0; j < n; j++) {
                c[i][j] += alpha * Reductions.dot(row, b[j], k);
            }
        }
    }

    private static void addTransposed(float[][] transposed, float[][] c, int m, int n) {
        for (int i = 0; i < m; i++) {
            float[] row = c[i];
            for (int j = 0; j < n; j++) {
                row[j] += transposed[j][i];
            }
        }
    }

    private void clearResult(int rows, int columns) {
        result = grown(result, rows, columns);
        for (int i = 0; i < rows; i++) {
            Arrays.fill(result[i], 0, columns, 0);
        }
    }

    /** The transpose of the leading rows and columns of a matrix; eight of its rows at a time fill each target row. */
    private static float[][] transposed(float[][] matrix, float[][] scratch, int rows, int columns) {
        float[][] target = grown(scratch, columns, rows);
        int i = 0;
        for (; i + 8 <= rows; i += 8) {
            transposeEight(matrix, target, i, columns);
        }
        for (; i < rows; i++) {
            float[] row = matrix[i];
            for (int j = 0; j < columns; j++) {
                target[j][i] = row[j];
            }
        }
        return target;
    }

    private static void transposeEight(float[][] matrix, float[][] target, int i, int columns) {
        float[] row0 = matrix[i];
        float[] row1 = matrix[i + 1];
        float[] row2 = matrix[i + 2];
        float[] row3 = matrix[i + 3];
        float[] row4 = matrix[i + 4];
        float[] row5 = matrix[i + 5];
        float[] row6 = matrix[i + 6];
        float[] row7 = matrix[i + 7];
        for (int j = 0; j < columns; j++) {
            float[] column = target[j];
            column[i] = row0[j];
            column[i + 1] = row1[j];
            column[i + 2] = row2[j];
            column[i + 3] = row3[j];
            column[i + 4] = row4[j];
            column[i + 5] = row5[j];
            column[i + 6] = row6[j];
            column[i + 7] = row7[j];
        }
    }

    /** The scratch itself if it is large enough in both directions, else a larger one. */
    private static float[][] grown(float[][] scratch, int rows, int columns) {
        int width = scratch.length == 0 ? 0 : scratch[0].length;
        if (scratch.length >= rows && width >= columns) {
            return scratch;
        }
        return new float[Math.max(scratch.length, rows)][Math.max(width, columns)];
    }
}
