package org.altdsl.tests.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.altdsl.tests.bench.Matrix;
import org.altdsl.tests.bench.Programs;
import org.altdsl.tests.bench.Trainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Laws and fixed points of Hebbian rules (I-15 of the rule zoo), averaged: a batch holds one sample along each
 * eigenvector, so its mean is the equation averaged over a covariance that is known exactly.
 */
class HebbianFixedPointsTest {
    private static final double[] EIGENVALUES = {5, 3, 2, 1, 0.5, 0.2};
    private static final int SIZE = EIGENVALUES.length;
    private static final double ETA = 0.01;

    private final double[][] eigenvectors = Matrix.orthonormal(new Random(11), SIZE);

    private static Trainer linear(String rule, int units, double eta) {
        String text = """
                import neurons, optimizers, hebb, oja, sanger, bcm
                dataset Samples {
                    field image : [6] = [[0, 0, 0, 0, 0, 0]]
                }
                experiment "one linear layer" {
                    data Samples batch 6
                    network {
                        x : Input(data.image)
                        y : Rate[%d](f = identity)
                        x -> y via Linear { w ~ normal(0, 0.3) } learns %s
                    }
                    optimizer SGD(eta = %s)
                }
                """.formatted(units, rule, eta);
        return Trainer.of(Programs.lower(text).get(0), Trainer.fused(), Map.of("image", SIZE), 5);
    }

    /** Six samples whose mean outer product is the covariance. */
    private Map<String, double[]> samples() {
        List<double[]> rows = new ArrayList<>();
        for (int k = 0; k < SIZE; k++) {
            double length = Math.sqrt(SIZE * EIGENVALUES[k]);
            rows.add(java.util.Arrays.stream(eigenvectors[k])
                    .map(v -> v * length)
                    .toArray());
        }
        return Map.of("image", Matrix.flat(rows));
    }

    private static double[] weights(Trainer trainer) {
        return Matrix.read(trainer, "x->y.w", "y", "x")[0];
    }

    private double[] correlated(double[] w) {
        double[] result = new double[SIZE];
        for (int k = 0; k < SIZE; k++) {
            double along = EIGENVALUES[k] * Matrix.dot(w, eigenvectors[k]);
            for (int j = 0; j < SIZE; j++) {
                result[j] += along * eigenvectors[k][j];
            }
        }
        return result;
    }

    @Test
    void hebbGrowsByOnePlusEtaLambdaAlongEachEigenvector() {
        Trainer hebb = linear("Hebb", 1, ETA);
        double[] before = weights(hebb);
        for (int i = 0; i < 10; i++) {
            hebb.batch(SIZE, samples());
        }
        double[] after = weights(hebb);
        for (int k = 0; k < SIZE; k++) {
            double grown = Matrix.dot(before, eigenvectors[k]) * Math.pow(1 + ETA * EIGENVALUES[k], 10);
            assertEquals(grown, Matrix.dot(after, eigenvectors[k]), 1e-12 * Math.max(1, Math.abs(grown)));
        }
    }

    /** d|w|^2/dt = 2 w'Cw (1 - |w|^2), with the square of the step that a finite eta adds. */
    @Test
    void ojaKeepsItsNormLaw() {
        Trainer oja = linear("Oja", 1, ETA);
        for (int i = 0; i < 50; i++) {
            double[] w = weights(oja);
            double[] cw = correlated(w);
            double variance = Matrix.dot(w, cw);
            double norm = Matrix.dot(w, w);
            double step = 0;
            for (int j = 0; j < SIZE; j++) {
                step += Math.pow(cw[j] - variance * w[j], 2);
            }
            oja.batch(SIZE, samples());
            double[] next = weights(oja);
            double expected = norm + ETA * 2 * variance * (1 - norm) + ETA * ETA * step;
            assertEquals(expected, Matrix.dot(next, next), 1e-12);
        }
    }

    /** The second eigenvector fades by exp(-eta (5 - 3)) a batch: 1e-17 after 2000. */
    @Test
    void ojaConvergesToTheUnitPrincipalComponent() {
        Trainer oja = linear("Oja", 1, ETA);
        for (int i = 0; i < 2000; i++) {
            oja.batch(SIZE, samples());
        }
        double[] w = weights(oja);
        assertEquals(1, Math.sqrt(Matrix.dot(w, w)), 1e-8);
        assertEquals(1, Math.abs(Matrix.dot(w, eigenvectors[0])), 1e-8);
        for (int k = 1; k < SIZE; k++) {
            assertEquals(0, Matrix.dot(w, eigenvectors[k]), 1e-8);
        }
    }

    /** The slowest gap is that of the third component, 2 - 1. */
    @Test
    void sangerFindsThePrincipalComponentsInOrder() {
        Trainer sanger = linear("Sanger", 3, ETA);
        for (int i = 0; i < 6000; i++) {
            sanger.batch(SIZE, samples());
        }
        double[][] w = Matrix.read(sanger, "x->y.w", "y", "x");
        for (int unit = 0; unit < 3; unit++) {
            for (int k = 0; k < SIZE; k++) {
                assertEquals(unit == k ? 1 : 0, Math.abs(Matrix.dot(w[unit], eigenvectors[k])), 1e-8);
            }
        }
    }

    /** Three units of the subspace rule span what the first three components span, orthonormally. */
    @Test
    void subspaceRuleFindsThePrincipalSubspace() {
        Trainer oja = linear("OjaSubspace", 3, ETA);
        for (int i = 0; i < 6000; i++) {
            oja.batch(SIZE, samples());
        }
        double[][] w = Matrix.read(oja, "x->y.w", "y", "x");
        for (int a = 0; a < 3; a++) {
            for (int b = 0; b < 3; b++) {
                assertEquals(a == b ? 1 : 0, Matrix.dot(w[a], w[b]), 1e-8);
            }
            for (int k = 3; k < SIZE; k++) {
                assertEquals(0, Matrix.dot(w[a], eigenvectors[k]), 1e-8);
            }
        }
    }

    /** One of K orthonormal patterns gets y = K, the others 0, and the threshold is K. */
    @ParameterizedTest
    @ValueSource(ints = {2, 4, 6})
    void bcmAnswersOnePatternOfKWithK(int patterns) {
        Trainer bcm = linear("BCM", 1, 0.02);
        double[] start = new double[SIZE];
        for (int k = 0; k < patterns; k++) {
            for (int j = 0; j < SIZE; j++) {
                start[j] += (0.4 - 0.05 * k) * eigenvectors[k][j];
            }
        }
        bcm.write("x->y.w", start);
        Map<String, double[]> shown = Map.of(
                "image", Matrix.flat(java.util.Arrays.asList(eigenvectors).subList(0, patterns)));
        for (int i = 0; i < 40_000; i++) {
            bcm.batch(patterns, shown);
        }
        double[] w = weights(bcm);
        for (int k = 0; k < patterns; k++) {
            assertEquals(k == 0 ? patterns : 0, Matrix.dot(w, eigenvectors[k]), 1e-8);
        }
        assertEquals(patterns, bcm.read("y.theta")[0], 1e-8);
    }
}
