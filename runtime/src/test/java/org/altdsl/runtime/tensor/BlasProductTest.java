package org.altdsl.runtime.tensor;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlasProductTest {

    @Test
    void productsByBlasEqualTheTripleLoopWithinTheRoundingOfTheirTerms() {
        MatrixProduct product = new MatrixProduct(1, 1);
        Random random = new Random(5);
        int[][] shapes = {{4, 3, 2}, {1, 7, 5}, {6, 1, 5}, {5, 7, 1}, {33, 40, 21}, {4, 3, 2}, {64, 64, 64}, {0, 3, 2}};
        for (int[] shape : shapes) {
            for (Matrices.Form form : Matrices.Form.values()) {
                for (double beta : new double[] {0, 1, 0.5}) {
                    Matrices matrices = new Matrices(random, form, shape[0], shape[1], shape[2], 0.75, beta);
                    matrices.checkFloats(product);
                    matrices.checkDoubles(product);
                }
            }
        }
    }

    @Test
    void productsOnEitherSideOfTheSwitchOverPointAgreeWithTheTripleLoop() {
        MatrixProduct product = MatrixProduct.blas();
        Random random = new Random(6);
        for (int[] shape : new int[][] {{16, 16, 16}, {128, 128, 128}, {8, 512, 300}}) {
            for (Matrices.Form form : Matrices.Form.values()) {
                new Matrices(random, form, shape[0], shape[1], shape[2], 1, 0).checkFloats(product);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void homesAndShardsDoNotChangeWhatIsComputed(int offHeap) {
        MatrixProduct product = new MatrixProduct(1, 1);
        Random random = new Random(7);
        for (int[] shape : new int[][] {{70, 33, 20}, {20, 40, 130}, {3, 5, 2}, {1, 9, 64}}) {
            for (Matrices.Form form : Matrices.Form.values()) {
                for (double beta : new double[] {0, 1}) {
                    for (int shards : new int[] {1, 2, 8}) {
                        new Matrices(random, form, shape[0], shape[1], shape[2], -0.5, beta)
                                .checkOffHeap(product, offHeap, shards);
                    }
                }
            }
        }
    }
}
