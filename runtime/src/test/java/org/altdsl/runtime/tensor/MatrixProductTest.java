package org.altdsl.runtime.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.altdsl.runtime.kernel.Shard;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MatrixProductTest {

    private static final int[] SIZES = {0, 1, 2, 3, 4, 5, 7, 13, 15, 16, 17, 31, 64, 67};

    /** Sizes around every block and every change of method, then random ones. */
    static List<int[]> shapes() {
        List<int[]> shapes = new ArrayList<>();
        for (int size : SIZES) {
            shapes.add(new int[] {size, 5, 20});
            shapes.add(new int[] {20, size, 20});
            shapes.add(new int[] {20, 5, size});
            shapes.add(new int[] {size, size, size});
        }
        shapes.add(new int[] {5, 131, 19});
        shapes.add(new int[] {6, 9, 1031});
        shapes.add(new int[] {1031, 9, 6});
        Random random = new Random(17);
        for (int count = 0; count < 30; count++) {
            shapes.add(new int[] {
                SIZES[random.nextInt(SIZES.length)], random.nextInt(150), SIZES[random.nextInt(SIZES.length)]
            });
        }
        return shapes;
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void equalsTheTripleLoopWithinTheRoundingOfItsTerms(int[] shape) {
        Random random = new Random(shape[0] * 31L + shape[1] * 7L + shape[2]);
        // One instance for all products: scratch memory left by one must not show in the next.
        MatrixProduct product = MatrixProduct.java();
        for (Matrices.Form form : Matrices.Form.values()) {
            for (double beta : new double[] {0, 1, 0.5}) {
                for (double alpha : new double[] {1, -0.75, 0}) {
                    Matrices matrices = new Matrices(random, form, shape[0], shape[1], shape[2], alpha, beta);
                    matrices.checkFloats(product);
                    matrices.checkDoubles(product);
                }
            }
        }
    }

    @Test
    void scratchOfALargerProductDoesNotShowInASmallerOne() {
        Random random = new Random(3);
        MatrixProduct product = MatrixProduct.java();
        for (int[] shape : new int[][] {{40, 30, 6}, {17, 5, 3}, {50, 3, 15}, {3, 60, 3}, {30, 30, 30}, {20, 2, 20}}) {
            for (Matrices.Form form : Matrices.Form.values()) {
                Matrices matrices = new Matrices(random, form, shape[0], shape[1], shape[2], 1, 0);
                matrices.checkFloats(product);
                matrices.checkDoubles(product);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"33, 70, 29", "3, 40, 50", "64, 20, 9", "8, 20, 9"})
    void theResultIsAFunctionOfTheOperandsAndNotOfWhatRanBefore(int m, int k, int n) {
        float[][] a = random(m, k);
        float[][] b = random(k, n);
        float[][] first = new float[m][n];
        multiply(MatrixProduct.java(), a, b, first, m, k, n);
        MatrixProduct used = MatrixProduct.java();
        multiply(used, random(90, 90), random(90, 8), new float[90][8], 90, 90, 8);
        float[][] second = new float[m][n];
        multiply(used, a, b, second, m, k, n);
        assertArrayEquals(first, second);
    }

    private static void multiply(MatrixProduct product, float[][] a, float[][] b, float[][] c, int m, int k, int n) {
        product.nn(Matrix.of(a), Matrix.of(b), Matrix.of(c), m, k, n, 1, 0, Shard.WHOLE);
    }

    private static float[][] random(int rows, int columns) {
        Random random = new Random(rows * 1000L + columns);
        float[][] matrix = new float[rows][columns];
        for (float[] row : matrix) {
            for (int j = 0; j < columns; j++) {
                row[j] = random.nextFloat() - 0.5f;
            }
        }
        return matrix;
    }
}
