package org.altdsl.tests.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.altdsl.tests.bench.Matrix;
import org.altdsl.tests.bench.Programs;
import org.altdsl.tests.bench.Trainer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Földiák's network on his bars (1990; section 1 of the rule zoo): 8 by 8 pixels, 16 bars that are each there with
 * probability 1/8, 16 units.
 */
class FoldiakTest {
    private static final int SIDE = 8;
    private static final int UNITS = 2 * SIDE;
    private static final double P = 1.0 / 8;
    private static final int WARM_UP = 4_000;
    private static final int COUNTED = 6_000;

    private static Trainer trainer;
    private static final double[] ACTIVE = new double[UNITS];
    private static final double[][] TOGETHER = new double[UNITS][UNITS];
    private static double[] biasBefore;
    private static double[][] lateralBefore;

    @BeforeAll
    static void train() {
        String text = """
                import neurons, optimizers, foldiak
                dataset Samples { field image : [64] = [[0%s]] }
                experiment "bars" {
                    data Samples batch 1
                    network {
                        steps = 30
                        x : Input(data.image)
                        y : Settling[16] { b = -0.5 }
                        x -> y via Linear { w ~ uniform(0, 0.06) } learns Foldiak
                        y -> y via Inhibition { w = 0 } learns Decorrelation
                    }
                    optimizer SGD(eta = 1)
                }
                """.formatted(", 0".repeat(63));
        trainer = Trainer.of(Programs.lower(text).get(0), Trainer.fused(), Map.of("image", SIDE * SIDE), 1);
        Random random = new Random(1);
        for (int sample = 0; sample < WARM_UP; sample++) {
            trainer.batch(1, Map.of("image", bars(random)));
        }
        biasBefore = trainer.read("y.b");
        lateralBefore = Matrix.read(trainer, "y->y.w", "y", "y'");
        for (int sample = 0; sample < COUNTED; sample++) {
            trainer.batch(1, Map.of("image", bars(random)));
            double[] said = trainer.read("y.r");
            for (int i = 0; i < UNITS; i++) {
                ACTIVE[i] += said[i];
                for (int j = 0; j < UNITS; j++) {
                    TOGETHER[i][j] += said[i] * said[j];
                }
            }
        }
    }

    private static double[] bars(Random random) {
        double[] image = new double[SIDE * SIDE];
        for (int bar = 0; bar < UNITS; bar++) {
            if (random.nextDouble() < P) {
                for (int k = 0; k < SIDE; k++) {
                    image[bar < SIDE ? bar * SIDE + k : k * SIDE + bar - SIDE] = 1;
                }
            }
        }
        return image;
    }

    /** Thresholds add up what is missing to p, so the mean is p but for their change: exactly, and by little. */
    @Test
    void everyUnitSaysYesWithProbabilityP() {
        double[] bias = trainer.read("y.b");
        for (int i = 0; i < UNITS; i++) {
            double missing = (bias[i] - biasBefore[i]) / 0.02;
            assertEquals(COUNTED * P - ACTIVE[i], missing, 1e-8, "unit " + i);
            assertEquals(P, ACTIVE[i] / COUNTED, 0.01, "unit " + i);
        }
    }

    /** So do lateral weights with what is missing to p^2, unless a bound holds them; and they only inhibit. */
    @Test
    void pairsOfUnitsSayYesAsRarelyAsIndependentOnes() {
        double[][] lateral = Matrix.read(trainer, "y->y.w", "y", "y'");
        double mean = 0;
        for (int i = 0; i < UNITS; i++) {
            for (int j = 0; j < UNITS; j++) {
                assertTrue(lateral[i][j] <= 0, "inhibition");
                if (i == j) {
                    assertEquals(0, lateral[i][j], "no connection to itself");
                    continue;
                }
                mean += TOGETHER[i][j] / COUNTED / (UNITS * (UNITS - 1));
            }
        }
        assertEquals(P * P, mean, 0.002);
    }

    @Test
    void eachUnitEndsWithABarOfItsOwn() {
        double[][] weights = Matrix.read(trainer, "x->y.w", "y", "x");
        Set<Integer> found = new HashSet<>();
        for (double[] row : weights) {
            int best = -1;
            double most = 0;
            for (int bar = 0; bar < UNITS; bar++) {
                double on = 0;
                for (int k = 0; k < SIDE; k++) {
                    on += row[bar < SIDE ? bar * SIDE + k : k * SIDE + bar - SIDE] / SIDE;
                }
                if (on > most) {
                    most = on;
                    best = bar;
                }
            }
            found.add(best);
        }
        assertEquals(UNITS, found.size());
    }
}
