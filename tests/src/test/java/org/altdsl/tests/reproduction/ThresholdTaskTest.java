package org.altdsl.tests.reproduction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.altdsl.driver.RunOptions;
import org.altdsl.runtime.report.Row;
import org.altdsl.tests.bench.Run;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Row A5 of {@code hebbian-energy-cofire.md} section 5: is the sum of five noisy features above 1? A network 5-12-8-2
 * of soft thresholds, 12 epochs, twenty seeds, with the settings of section 3.1.
 *
 * <p>Measured on twenty seeds, test accuracy: back-propagation 0.993 after the last epoch; the best epoch of the mass
 * rule with the tiny settings from 0.21 to 0.64, mean 0.503, with its defaults 0.500 on nearly every seed; co-fire 0.51 in
 * the mean. The reference saw 0.39 to 0.77 with the tiny settings on a handful of seeds: the signs that the rule cannot
 * change are drawn with the first weights.
 */
class ThresholdTaskTest {
    private static final String TEXT = """
            import backprop-family, cofire, mass_redistribution, datasets, neurons, objectives, optimizers
            function soft_threshold(u) = sigmoid((u - 0.1) / 0.3)
            experiment "threshold of a sum" {
                data ThresholdSum(noise = 0.25) batch 64
                network {
                    x : Input(data.image)
                    h : [Rate[12], Rate[8]](f = soft_threshold)
                    y : Rate[2](f = identity)
                    x -> h -> y via Linear { w ~ xavier_uniform } learns rule
                }
                objective CrossEntropy(y.u, data.label)
                optimizer Adam(eta = 0.01)
                compare rule in [
                    Backprop,
                    MassRedistribution(release = 0.2, reward_gain = 2, base_release = 0, decay = 0.1, bonus = 0.1,
                        competition = 0.01, jitter = 0.2, a_strength = 0.15),
                    MassRedistribution,
                    CoFire with optimizer = SGD(eta = 0.01)
                ]
                train 12 epochs
                seeds 1..20
            }
            """;
    private static final int BACKPROP = 0;
    private static final int TINY = 1;
    private static final int DEFAULTS = 2;
    private static final int COFIRE = 3;

    private static Run run;

    @BeforeAll
    static void train() {
        run = Run.of(TEXT, RunOptions.asWritten(), 2);
    }

    private static double[] best(int rule) {
        return run.rows(rule).values().stream()
                .mapToDouble(ThresholdTaskTest::best)
                .toArray();
    }

    private static double best(List<Row> rows) {
        return rows.stream()
                .skip(1)
                .mapToDouble(row -> row.values().get("test_accuracy"))
                .max()
                .orElseThrow();
    }

    private static double[] last(int rule) {
        return run.last(rule, "test_accuracy");
    }

    @Test
    void backPropagationSolvesIt() {
        for (double accuracy : last(BACKPROP)) {
            assertTrue(accuracy >= 0.98, Arrays.toString(last(BACKPROP)));
        }
    }

    @Test
    void massRedistributionDependsOnItsFirstSigns() {
        double[] last = last(TINY);
        double spread = Arrays.stream(last).max().orElseThrow()
                - Arrays.stream(last).min().orElseThrow();
        assertTrue(spread > 0.1, Arrays.toString(last));
        assertTrue(Arrays.stream(last).max().orElseThrow() < 0.9, Arrays.toString(last));
    }

    /**
     * What the tiny settings do depends on the first signs: some seeds learn, some unlearn. The defaults leave nearly all
     * seeds at exactly one half.
     */
    @Test
    void tinySettingsMoveWhatTheDefaultsLeaveAtChance() {
        double[] defaults = best(DEFAULTS);
        double[] tiny = best(TINY);
        Arrays.sort(defaults);
        assertEquals(0.5, defaults[defaults.length / 4], 1e-9, Arrays.toString(defaults));
        assertEquals(0.5, defaults[3 * defaults.length / 4], 1e-9, Arrays.toString(defaults));
        assertTrue(Arrays.stream(tiny).max().orElseThrow() > 0.6, Arrays.toString(tiny));
        assertTrue(moved(tiny) > 2 * moved(defaults), moved(tiny) + " and " + moved(defaults));
    }

    /** How many seeds are off one half by more than the 1.6 % that a standard deviation of 1024 coins is. */
    private static long moved(double[] accuracies) {
        return Arrays.stream(accuracies)
                .filter(accuracy -> Math.abs(accuracy - 0.5) > 0.016)
                .count();
    }

    /** Co-fire never sees a target: 0.5 in the mean, scattered by the luck of the first weights. */
    @Test
    void coFireStaysNearChance() {
        double mean = Arrays.stream(last(COFIRE)).average().orElseThrow();
        assertEquals(0.5, mean, 0.15, Arrays.toString(last(COFIRE)));
        assertTrue(Arrays.stream(best(COFIRE)).max().orElseThrow() < 0.85, Arrays.toString(best(COFIRE)));
    }
}
