package org.altdsl.tests.identity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.driver.RunOptions;
import org.altdsl.lower.LoweredRule;
import org.altdsl.runtime.report.Row;
import org.altdsl.tests.bench.Programs;
import org.altdsl.tests.bench.Run;
import org.altdsl.tests.bench.Trainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What optimizers do over a whole network and a whole training, against numbers of PyTorch 1.13 in double precision. */
class OptimizersTest {
    private static final double ROUNDING = 1e-12;

    /** PyTorch adds 1e-6 to the norm that it divides by, here about 2.4, and we 1e-12. */
    private static final double CLIPPING = 1e-6;

    @Test
    void clippingTakesTheNormOverAllWeightsAndBiases() {
        LoweredRule rule = Programs.lower("""
                import backprop-family, datasets, neurons, objectives, optimizers
                dataset Samples { field image : [2] = [[0, 0]];  field label : class(2) = [0] }
                experiment "clipped" {
                    data Samples batch 3
                    network {
                        x : Input(data.image)
                        y : Rate[2](f = identity) { b = [0.1, -0.2] }
                        x -> y via Linear { w = [[0.5, -1], [0.25, 2]] } learns Backprop
                    }
                    objective CrossEntropy(y.u, data.label)
                    optimizer ClipNorm(limit = 0.3) then SGD(eta = 0.5)
                    train 1 epochs
                }
                """).get(0);
        Trainer trainer = Trainer.of(rule, Trainer.fused(), Map.of("image", 2), 1);
        for (int batch = 0; batch < 2; batch++) {
            trainer.batch(3, Map.of("image", new double[] {1, 2, -0.5, 1, 0, -3}, "label", new double[] {0, 1, 1}));
        }
        double[] w = trainer.read("x->y.w");
        boolean sourcesFirst = trainer.executor().variables().stream()
                .filter(variable -> variable.name().equals("x->y.w"))
                .findFirst()
                .orElseThrow()
                .axes()
                .get(0)
                .equals("x");
        double[] expected = sourcesFirst
                ? new double[] {0.5432047229442566, 0.2067952770557434, -0.7923335989678514, 1.7923335989678515}
                : new double[] {0.5432047229442566, -0.7923335989678514, 0.2067952770557434, 1.7923335989678515};
        assertArrayEquals(expected, w, CLIPPING);
        assertArrayEquals(new double[] {0.09719145860487804, -0.19719145860487805}, trainer.read("y.b"), CLIPPING);
    }

    static List<Arguments> schedules() {
        double[] cosine = {
            0.1,
            0.0962320368593087,
            0.0855017856687341,
            0.06944282990207196,
            0.0505,
            0.03155717009792806,
            0.0154982143312659,
            0.004767963140691306
        };
        double[] warm = {0, 0.025, 0.05, 0.075, 0.1, 0.1, 0.1, 0.1};
        double[] both = new double[8];
        for (int epoch = 0; epoch < 8; epoch++) {
            both[epoch] = cosine[epoch] * warm[epoch] / 0.1;
        }
        return List.of(
                Arguments.of("cosine(0.1, 0.001)", cosine),
                Arguments.of("stepped(0.1, 0.2, 3)", new double[] {0.1, 0.1, 0.1, 0.02, 0.02, 0.02, 0.004, 0.004}),
                Arguments.of("warm_up(0.1, 0.5)", warm),
                Arguments.of("warm_up(cosine(0.1, 0.001), 0.5)", both),
                Arguments.of("halving(0.1, 2)", new double[] {0.1, 0.1, 0.05, 0.05, 0.025, 0.025, 0.0125, 0.0125}));
    }

    /** With a proposal of 1 and one batch an epoch, a weight is the sum of the steps so far. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("schedules")
    void schedulesFollowTheTraining(String schedule, double[] steps) {
        Run run = Run.of("""
                import datasets, neurons, objectives, optimizers
                rule One { after forward { dw = 1 } }
                experiment "schedule" {
                    data XOR batch 4
                    network {
                        x : Input(data.image)
                        y : Rate[2](f = identity)
                        a : x -> y via Linear { w = 0 } learns One
                    }
                    objective CrossEntropy(y.u, data.label)
                    optimizer SGD(eta = %s)
                    train 8 epochs
                    seeds 1
                    precision = double
                    measure mean(a.w) every epoch
                }
                """.formatted(schedule), RunOptions.asWritten(), 1);
        List<Row> rows = run.rows(0).get(1);
        assertEquals(9, rows.size());
        double sum = 0;
        for (int epoch = 0; epoch < 8; epoch++) {
            sum += steps[epoch];
            assertEquals(sum, rows.get(epoch + 1).value("mean(a.w)").orElseThrow(), ROUNDING, "epoch " + epoch);
        }
        assertEquals(Optional.empty(), run.results().values().iterator().next().divergence());
    }
}
