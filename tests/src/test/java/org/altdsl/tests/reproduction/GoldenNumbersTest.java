package org.altdsl.tests.reproduction;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.stream.Stream;
import org.altdsl.driver.Backend;
import org.altdsl.tests.bench.Matrix;
import org.altdsl.tests.bench.Programs;
import org.altdsl.tests.bench.Trainer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The one-batch numbers of the source project, to 1e-5 (rows A1 and A3 of {@code hebbian-energy-cofire.md} section 5).
 * Unlike the tests in the rules' own files, they go through a network with an objective: what is correct follows from
 * the labels.
 */
class GoldenNumbersTest {
    private static final double TOLERANCE = 1e-5;
    private static final double[] IMAGES = {1, 0, -1, 0.5, 2, 0, -1, 1, 1};

    static Stream<Arguments> backends() {
        return Stream.of(
                Arguments.of("interpreter", Trainer.interpreter()),
                Arguments.of("double", Trainer.fused()),
                Arguments.of("float", Trainer.single()));
    }

    private static Trainer learned(String rule, Backend backend, double... labels) {
        String text = """
                import neurons, objectives, optimizers, cofire, mass_redistribution
                dataset Samples {
                    field image : [3] = [[0, 0, 0]]
                    field label : class(2) = [0]
                }
                experiment "one layer" {
                    data Samples batch 3
                    network {
                        x : Input(data.image)
                        y : Rate[2](f = identity) { b = [0.1, -0.1] }
                        x -> y via Linear { w = [[1, -2, 0.5], [-1, 1, 2]] } learns %s
                    }
                    objective CrossEntropy(y.u, data.label)
                    optimizer SGD(eta = 0.1)
                }
                """.formatted(rule);
        Trainer trainer = Trainer.of(Programs.lower(text).get(0), backend, Map.of("image", 3), 1);
        trainer.batch(3, Map.of("image", IMAGES, "label", labels));
        return trainer;
    }

    private static void assertWeights(Trainer trainer, double[][] expected) {
        double[][] found = Matrix.read(trainer, "x->y.w", "y", "x");
        for (int i = 0; i < expected.length; i++) {
            for (int j = 0; j < expected[i].length; j++) {
                assertEquals(expected[i][j], found[i][j], TOLERANCE, "w[" + i + "][" + j + "]");
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("backends")
    void coFire(String name, Backend backend) {
        Trainer trainer = learned("CoFire(lr = 1, c = 2, kappa = 0.05)", backend, 0, 1, 1);
        assertWeights(trainer, new double[][] {{0.984667, -1.9184, 0.487733}, {-1.018, 1.0784, 1.9856}});
        assertEquals(0.113333, trainer.read("y.b")[0], TOLERANCE);
        assertEquals(-0.113333, trainer.read("y.b")[1], TOLERANCE);
        assertEquals(0.666667, trainer.read("x->y.clamp_ratio")[0], TOLERANCE);
        assertEquals(1.775132, trainer.read("x->y.entropy")[0], TOLERANCE);
    }

    private static final String MASS = "MassRedistribution(release = 0.2, reward_gain = 2, base_release = 0,"
            + " decay = 0.1, bonus = 0.1, competition = 0.01, jitter = 0, a_strength = 0)";

    @ParameterizedTest(name = "{0}")
    @MethodSource("backends")
    void massRedistributionRewarded(String name, Backend backend) {
        Trainer trainer = learned(MASS, backend, 0, 1, 1);
        assertEquals(1, trainer.read("x->y.reward")[0], TOLERANCE);
        assertEquals(2, trainer.read("x->y.pool")[0], TOLERANCE);
        assertWeights(trainer, new double[][] {{2.717474, -2.781056, 1.165230}, {-2.282526, 2.218944, 3.834770}});
        assertEquals(0.09, trainer.read("y.b")[0], TOLERANCE);
        assertEquals(-0.09, trainer.read("y.b")[1], TOLERANCE);
        assertEquals(0.959552, trainer.read("x->y.mass_entropy")[0], TOLERANCE);
        assertEquals(7.5, trainer.read("x->y.signal")[0], TOLERANCE);
        assertEquals(0, trainer.read("x->y.conservation_error")[0], TOLERANCE);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("backends")
    void massRedistributionPunished(String name, Backend backend) {
        Trainer trainer = learned(MASS, backend, 1, 0, 1);
        assertEquals(-0.333333, trainer.read("x->y.reward")[0], TOLERANCE);
        assertEquals(0, trainer.read("x->y.pool")[0], TOLERANCE);
        assertWeights(trainer, new double[][] {{2.702821, -2.788759, 1.120860}, {-2.297179, 2.211241, 3.879140}});
        assertEquals(0.954226, trainer.read("x->y.mass_entropy")[0], TOLERANCE);
    }
}
