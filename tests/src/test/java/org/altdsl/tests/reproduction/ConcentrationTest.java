package org.altdsl.tests.reproduction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.altdsl.driver.RunOptions;
import org.altdsl.tests.bench.Run;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Row A6 of {@code hebbian-energy-cofire.md} section 5: the concentration rule on the sum of five features, in the network
 * 5-12-12-8-2 of its source, with that source's first weights and biases, uniform within 1/sqrt(fan-in). It learns above
 * 90 % on some seeds, then may collapse to 50 %.
 *
 * <p>The source's logs are older than its bound of 10 on the punishment: there losses climb above 100. Measured on 60 seeds
 * without the bound: 38 learn above 0.9; 11 of these answer one class, exactly 0.5, after 100 epochs, and all 38 after 300.
 * With the bound, 43 learn above 0.9 within 300 epochs; 12 of these fall below 0.6, most of them to about 0.1 where
 * answers are turned round, as one of the logs does before its 50 %.
 */
class ConcentrationTest {
    private static final String TEXT = """
            import concentration, datasets, neurons, objectives, optimizers
            function soft_threshold(u) = sigmoid((u - 0.1) / 0.3)
            experiment "threshold of a sum" {
                data ThresholdSum(noise = 0) batch 64
                network {
                    x  : Input(data.image)
                    h1 : Rate[12](f = soft_threshold) { b ~ uniform(-1 / sqrt(5), 1 / sqrt(5)) }
                    h2 : Rate[12](f = soft_threshold) { b ~ uniform(-1 / sqrt(12), 1 / sqrt(12)) }
                    h3 : Rate[8](f = soft_threshold)  { b ~ uniform(-1 / sqrt(12), 1 / sqrt(12)) }
                    y  : Rate[2](f = identity)        { b ~ uniform(-1 / sqrt(8), 1 / sqrt(8)) }
                    x -> h1 -> h2 -> h3 -> y via Linear { w ~ uniform(-1 / sqrt(fan_in), 1 / sqrt(fan_in)) } learns rule
                }
                objective CrossEntropy(y.u, data.label)
                optimizer None
                compare rule in [Concentration(most = inf), Concentration]
                train 100 epochs
                seeds 1..20
                measure accuracy every epoch
            }
            """;
    private static final int WITHOUT_BOUND = 0;
    private static final int BOUNDED = 1;
    private static final double LEARNT = 0.9;

    private static Run run;

    @BeforeAll
    static void train() {
        run = Run.of(TEXT, RunOptions.asWritten(), 2);
    }

    /** The test accuracy after every epoch, of the seeds that learn, from the epoch on in which they first have. */
    private static List<double[]> sinceLearnt(int rule) {
        return run.rows(rule).values().stream()
                .map(rows -> rows.stream()
                        .mapToDouble(row -> row.values().get("test_accuracy"))
                        .toArray())
                .filter(accuracies -> learnt(accuracies).isPresent())
                .map(accuracies ->
                        Arrays.copyOfRange(accuracies, learnt(accuracies).getAsInt(), accuracies.length))
                .toList();
    }

    private static OptionalInt learnt(double[] accuracies) {
        return IntStream.range(0, accuracies.length)
                .filter(epoch -> accuracies[epoch] > LEARNT)
                .findFirst();
    }

    private static double last(double[] accuracies) {
        return accuracies[accuracies.length - 1];
    }

    /** 38 and 43 of 60 seeds do; of 20, fewer than 5 would be a chance below 1e-4. */
    @Test
    void someSeedsLearnAboveNinetyPercentAndSomeDoNot() {
        for (int rule : new int[] {WITHOUT_BOUND, BOUNDED}) {
            int learnt = sinceLearnt(rule).size();
            assertTrue(learnt >= 5 && learnt < 20, learnt + " of 20 by entry " + rule);
        }
    }

    @Test
    void someThatLearntCollapseToOneAnswerForAll() {
        List<double[]> learnt = sinceLearnt(WITHOUT_BOUND);
        long collapsed =
                learnt.stream().filter(accuracies -> last(accuracies) == 0.5).count();
        assertTrue(collapsed >= 1 && collapsed < learnt.size(), collapsed + " of " + learnt.size());
    }

    /** What has collapsed stays so: every later epoch is exactly one half, for the classes are balanced. */
    @Test
    void whatHasCollapsedStaysAtOneHalf() {
        for (double[] accuracies : sinceLearnt(WITHOUT_BOUND)) {
            if (last(accuracies) == 0.5) {
                int collapse = IntStream.range(0, accuracies.length)
                        .filter(epoch -> accuracies[epoch] > LEARNT)
                        .max()
                        .orElseThrow();
                int settled = IntStream.range(collapse, accuracies.length)
                        .filter(epoch -> accuracies[epoch] == 0.5)
                        .findFirst()
                        .orElseThrow();
                for (int epoch = settled; epoch < accuracies.length; epoch++) {
                    assertEquals(0.5, accuracies[epoch], Arrays.toString(accuracies));
                }
            }
        }
    }
}
