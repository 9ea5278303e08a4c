package org.altdsl.runtime.wiring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.apache.commons.statistics.inference.ChiSquareTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Statistical bounds are at a significance of 1e-4 with fixed keys. */
class SkipSamplerTest {
    private static final double SIGNIFICANCE = 1e-4;

    /** The standard normal number exceeded in size with a probability of 1e-4. */
    private static final double DEVIATIONS = 3.89;

    private static double[] same(int neurons, double probability) {
        double[] probabilities = new double[neurons];
        Arrays.fill(probabilities, probability);
        return probabilities;
    }

    /** Of shape [step, neuron]. */
    private static boolean[][] raster(SkipSampler sampler, int steps) {
        boolean[][] raster = new boolean[steps][sampler.neurons()];
        int[] into = new int[sampler.neurons()];
        for (int step = 0; step < steps; step++) {
            int count = sampler.at(sampler.step(), into);
            for (int k = 0; k < count; k++) {
                assertTrue(k == 0 || into[k] > into[k - 1]);
                raster[step][into[k]] = true;
            }
        }
        return raster;
    }

    private static int count(boolean[][] raster, int neuron) {
        int count = 0;
        for (boolean[] step : raster) {
            count += step[neuron] ? 1 : 0;
        }
        return count;
    }

    @Test
    void eachNeuronHasItsOwnRate() {
        double[] probabilities = {0, 1e-4, 1e-3, 0.03, 0.3, 0.9, 1};
        int steps = 1_000_000;
        boolean[][] raster = raster(new SkipSampler(1, probabilities, 0), steps);
        for (int neuron = 0; neuron < probabilities.length; neuron++) {
            double p = probabilities[neuron];
            assertEquals(steps * p, count(raster, neuron), DEVIATIONS * Math.sqrt(steps * p * (1 - p)));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.004, 0.05, 0.5})
    void intervalsAreGeometric(double probability) {
        int neurons = 20;
        int steps = (int) (10_000 / probability);
        boolean[][] raster = raster(new SkipSampler(2, same(neurons, probability), 0), steps);
        // The last cell takes the tail, which holds a thousandth of the intervals: 200 of them.
        int cells = 2 + (int) (Math.log(1e-3) / Math.log1p(-probability));
        long[] observed = new long[cells];
        double total = 0;
        for (int neuron = 0; neuron < neurons; neuron++) {
            int before = -1;
            for (int step = 0; step < steps; step++) {
                if (raster[step][neuron]) {
                    observed[Math.min(cells, step - before) - 1]++;
                    before = step;
                    total++;
                }
            }
        }
        double[] expected = new double[cells];
        for (int cell = 0; cell < cells; cell++) {
            double atLeast = total * Math.pow(1 - probability, cell);
            expected[cell] = cell == cells - 1 ? atLeast : atLeast * probability;
        }
        assertTrue(ChiSquareTest.withDefaults().test(expected, observed).getPValue() > SIGNIFICANCE);
    }

    @Test
    void neuronsAreIndependentOfEachOtherAndOfTheirPast() {
        int neurons = 40;
        double p = 0.1;
        int steps = 200_000;
        boolean[][] raster = raster(new SkipSampler(3, same(neurons, p), 0), steps);
        BinomialDistribution binomial = BinomialDistribution.of(neurons, p);
        // The last cell takes the tail, expected 100 times.
        int cells = 14;
        long[] together = new long[cells];
        for (boolean[] step : raster) {
            int count = 0;
            for (boolean spike : step) {
                count += spike ? 1 : 0;
            }
            together[Math.min(cells - 1, count)]++;
        }
        double[] expected = new double[cells];
        for (int count = 0; count < cells; count++) {
            double share = count == cells - 1 ? binomial.survivalProbability(count - 1) : binomial.probability(count);
            expected[count] = steps * share;
        }
        assertTrue(ChiSquareTest.withDefaults().test(expected, together).getPValue() > SIGNIFICANCE);
        double deviation = Math.sqrt(steps * p * p * (1 - p * p));
        for (int neuron = 1; neuron < neurons; neuron++) {
            for (int lag = 0; lag < 3; lag++) {
                int coincidences = 0;
                for (int step = lag; step < steps; step++) {
                    coincidences += raster[step][neuron] && raster[step - lag][neuron - 1] ? 1 : 0;
                }
                // 117 pairs: 1e-4 for all of them together is 4.9 deviations for one.
                assertEquals(steps * p * p, coincidences, 4.9 * deviation);
            }
        }
    }

    @Test
    void aNeuronsSpikesAreItsOwn() {
        double[] first = {0.1, 0.2, 0.3};
        double[] second = {0.9, 0.2, 0, 0.7};
        boolean[][] one = raster(new SkipSampler(4, first, 0), 500);
        boolean[][] other = raster(new SkipSampler(4, second, 0), 500);
        boolean[][] anotherKey = raster(new SkipSampler(5, first, 0), 500);
        boolean differs = false;
        for (int step = 0; step < 500; step++) {
            assertEquals(one[step][1], other[step][1]);
            differs |= one[step][1] != anotherKey[step][1];
        }
        assertTrue(differs);
    }

    @Test
    void aSnapshotGoesOnLikeTheOriginal() {
        double[] probabilities = {0, 1, 0.5, 0.01, 1e-5};
        SkipSampler original = new SkipSampler(6, probabilities, 100);
        raster(original, 333);
        original.setProbability(2, 0.25);
        // A calendar of another length, which must not matter.
        SkipSampler copy = new SkipSampler(6, same(5, 1e-4), 0);
        copy.restore(original.snapshot());
        assertEquals(433, copy.step());
        assertArrayEquals(original.snapshot(), copy.snapshot());
        assertArrayEquals(raster(original, 5000), raster(copy, 5000));
        assertThrows(IllegalArgumentException.class, () -> copy.restore(new double[3]));
    }

    @Test
    void ratesChangeBetweenSteps() {
        int neurons = 200;
        int steps = 5000;
        SkipSampler sampler = new SkipSampler(7, same(neurons, 0.001), 0);
        double[] rates = {0.02, 0, 0.3, 0.02};
        for (double p : rates) {
            sampler.setProbabilities(same(neurons, p));
            boolean[][] raster = raster(sampler, steps);
            double total = 0;
            for (int neuron = 0; neuron < neurons; neuron++) {
                total += count(raster, neuron);
            }
            double trials = (double) neurons * steps;
            assertEquals(trials * p, total, DEVIATIONS * Math.sqrt(trials * p * (1 - p)));
            // The very first step has the new rate.
            double first = 0;
            for (boolean spike : raster[0]) {
                first += spike ? 1 : 0;
            }
            assertEquals(neurons * p, first, DEVIATIONS * Math.sqrt(neurons * p * (1 - p)) + (p > 0 ? 1 : 0));
        }
    }

    @Test
    void aChangeOfOneNeuronLeavesTheOthersAlone() {
        double[] probabilities = {0.1, 0.2, 0.3, 0, 0.4};
        SkipSampler changed = new SkipSampler(8, probabilities, 0);
        SkipSampler unchanged = new SkipSampler(8, probabilities, 0);
        SkipSampler together = new SkipSampler(8, probabilities, 0);
        for (int turn = 0; turn < 300; turn++) {
            double p = turn % 3 == 0 ? 0 : 0.01 * (turn % 7);
            int neuron = turn % 2 == 0 ? 3 : 1;
            changed.setProbability(neuron, p);
            probabilities[neuron] = p;
            together.setProbabilities(probabilities);
            assertArrayEquals(together.snapshot(), changed.snapshot());
            boolean[][] one = raster(changed, 10);
            assertArrayEquals(one, raster(together, 10));
            boolean[][] other = raster(unchanged, 10);
            for (int step = 0; step < 10; step++) {
                for (int same : new int[] {0, 2, 4}) {
                    assertEquals(other[step][same], one[step][same]);
                }
            }
        }
    }

    @Test
    void aRestartDrawsAnew() {
        SkipSampler sampler = new SkipSampler(9, same(50, 0.2), 0);
        boolean[][] first = raster(sampler, 100);
        sampler.restart(0);
        assertEquals(0, sampler.step());
        assertFalse(Arrays.deepEquals(first, raster(sampler, 100)));
        assertThrows(IllegalArgumentException.class, () -> sampler.at(7, new int[50]));
    }

    @Test
    void extremesSpikeAlwaysOrNever() {
        int[] into = new int[3];
        SkipSampler sampler = new SkipSampler(10, new double[] {1, 0, 1}, 5);
        for (long step = 5; step < 300; step++) {
            assertEquals(2, sampler.at(step, into));
            assertEquals(0, into[0]);
            assertEquals(2, into[1]);
        }
        assertEquals(0, new SkipSampler(10, new double[0], 0).at(0, into));
    }

    @Test
    void whatIsNoProbabilityIsRefusedByNeuron() {
        String message = assertThrows(WiringException.class, () -> new SkipSampler(1, new double[] {0.5, 1.5}, 0))
                .getMessage();
        assertTrue(message.startsWith("neuron 1 spikes in a step with the probability 1.5"), message);
        SkipSampler sampler = new SkipSampler(1, same(2, 0.5), 0);
        assertThrows(WiringException.class, () -> sampler.setProbability(0, Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> sampler.setProbabilities(same(3, 0.5)));
    }
}
