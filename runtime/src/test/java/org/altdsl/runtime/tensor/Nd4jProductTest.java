package org.altdsl.runtime.tensor;

import java.util.Random;
import org.junit.jupiter.api.Test;

class Nd4jProductTest {

    @Test
    void productsByNd4jEqualTheTripleLoopWithinTheRoundingOfTheirTerms() {
        MatrixProduct product = new Nd4jProduct(1, 1);
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
        MatrixProduct product = MatrixProduct.nd4j();
        Random random = new Random(6);
        for (int[] shape : new int[][] {{16, 16, 16}, {128, 128, 128}, {8, 512, 300}}) {
            for (Matrices.Form form : Matrices.Form.values()) {
                new Matrices(random, form, shape[0], shape[1], shape[2], 1, 0).checkFloats(product);
            }
        }
    }
}
