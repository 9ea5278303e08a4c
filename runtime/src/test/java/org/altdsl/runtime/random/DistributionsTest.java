package org.altdsl.runtime.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.commons.statistics.distribution.ExponentialDistribution;
import org.apache.commons.statistics.distribution.LogNormalDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.PoissonDistribution;
import org.apache.commons.statistics.inference.ChiSquareTest;
import org.apache.commons.statistics.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The shapes of the distributions, at a significance of 1e-4 with fixed keys. */
class DistributionsTest {

    private static final double SIGNIFICANCE = 1e-4;

    /** The standard normal number exceeded in size with a probability of 1e-4. */
    private static final double DEVIATIONS = 3.89;

    private static final int DRAWS = 100_000;

    @Test
    void theQuantileInvertsTheDistributionFunction() {
        NormalDistribution normal = NormalDistribution.of(0, 1);
        for (double p = 0x1p-33; p < 1; p = p * 1.001 + 0x1p-40) {
            double x = NormalQuantile.of(p);
            assertEquals(normal.inverseCumulativeProbability(p), x, 2e-14 * Math.max(1, Math.abs(x)));
            // 1 - q is exact for q on the grid of 2^-53, and then so is the symmetry.
            double q = Math.rint(p * 0x1p33) * 0x1p-33;
            assertTrue(q == 0 || q == 1 || NormalQuantile.of(q) == -NormalQuantile.of(1 - q));
        }
        assertEquals(0, NormalQuantile.of(0.5));
    }

    @Test
    void theLogarithmOfTheQuantileIsThatOfStrictMath() {
        for (double x = 0x1p-40; x < 4; x *= 1.0007) {
            double exact = StrictMath.log(x);
            assertEquals(exact, NormalQuantile.logarithm(x), 2 * Math.ulp(Math.max(1, Math.abs(exact))));
        }
    }

    @Test
    void normalDrawsHaveTheMomentsOfTheNormalDistribution() {
        double[] sums = new double[5];
        for (int index = 0; index < DRAWS; index++) {
            double x = CounterRandom.normal(2, index);
            for (int power = 1; power <= 4; power++) {
                sums[power] += Math.pow(x, power);
            }
            assertEquals(4 + 3 * x, CounterRandom.normal(2, index, 4, 3));
        }
        // The variances of x, x², x³ and x⁴ are 1, 2, 15 and 96.
        assertEquals(0, sums[1] / DRAWS, DEVIATIONS * Math.sqrt(1.0 / DRAWS));
        assertEquals(1, sums[2] / DRAWS, DEVIATIONS * Math.sqrt(2.0 / DRAWS));
        assertEquals(0, sums[3] / DRAWS, DEVIATIONS * Math.sqrt(15.0 / DRAWS));
        assertEquals(3, sums[4] / DRAWS, DEVIATIONS * Math.sqrt(96.0 / DRAWS));
    }

    @Test
    void normalDrawsOverIndicesAndOverKeysFollowTheNormalDistribution() {
        double[] overIndices = new double[DRAWS];
        double[] overKeys = new double[DRAWS];
        for (int draw = 0; draw < DRAWS; draw++) {
            overIndices[draw] = CounterRandom.normal(9, draw);
            overKeys[draw] = CounterRandom.normal(draw, 9);
        }
        NormalDistribution normal = NormalDistribution.of(0, 1);
        KolmogorovSmirnovTest test = KolmogorovSmirnovTest.withDefaults();
        assertTrue(test.test(overIndices, normal::cumulativeProbability).getPValue() > SIGNIFICANCE);
        assertTrue(test.test(overKeys, normal::cumulativeProbability).getPValue() > SIGNIFICANCE);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "0.02, 1e-4", "5, 0.01", "100, 1e5"})
    void lognormalDrawsHaveTheMeanAndVarianceAskedFor(double mean, double variance) {
        double logVariance = Math.log1p(variance / mean / mean);
        LogNormalDistribution expected =
                LogNormalDistribution.of(Math.log(mean) - logVariance / 2, Math.sqrt(logVariance));
        assertEquals(mean, expected.getMean(), 1e-12 * mean);
        assertEquals(variance, expected.getVariance(), 1e-9 * variance);
        double[] draws = new double[DRAWS];
        for (int index = 0; index < DRAWS; index++) {
            draws[index] = CounterRandom.lognormal(4, index, mean, variance);
        }
        assertTrue(KolmogorovSmirnovTest.withDefaults()
                        .test(draws, expected::cumulativeProbability)
                        .getPValue()
                > SIGNIFICANCE);
        assertEquals(mean, CounterRandom.lognormal(4, 0, mean, 0), 1e-15 * 8 * mean);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 1, 250})
    void exponentialDrawsFollowTheExponentialDistribution(double mean) {
        double[] draws = new double[DRAWS];
        for (int index = 0; index < DRAWS; index++) {
            draws[index] = CounterRandom.exponential(5, index, mean);
        }
        ExponentialDistribution expected = ExponentialDistribution.of(mean);
        assertTrue(KolmogorovSmirnovTest.withDefaults()
                        .test(draws, expected::cumulativeProbability)
                        .getPValue()
                > SIGNIFICANCE);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1e-3, 0.3, 0.5, 0.97, 1})
    void bernoulliDrawsAreOneWithTheirProbability(double probability) {
        long ones = 0;
        for (int index = 0; index < DRAWS; index++) {
            ones += CounterRandom.bernoulli(6, index, probability);
        }
        double deviation = Math.sqrt(DRAWS * probability * (1 - probability));
        assertEquals(DRAWS * probability, ones, DEVIATIONS * deviation);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 1, 4, 9.99, 10, 13.5, 40, 300, 20_000})
    void poissonDrawsFollowThePoissonDistribution(double mean) {
        PoissonDistribution poisson = PoissonDistribution.of(mean);
        // Cells of equal width about the mean, wide enough to hold 25 draws or more; the rest goes to the end cells.
        double deviation = Math.sqrt(mean);
        int width = (int) Math.max(1, deviation / 4);
        int low = (int) Math.max(0, mean - 2.5 * deviation);
        int cells = (int) Math.max(2, (mean + 2.5 * deviation - low) / width);
        long[] counts = new long[cells];
        for (int index = 0; index < DRAWS; index++) {
            int cell = Math.floorDiv(CounterRandom.poisson(7, index, mean) - low, width);
            counts[Math.max(0, Math.min(cells - 1, cell))]++;
        }
        double[] expected = new double[cells];
        double below = 0;
        for (int cell = 0; cell < cells; cell++) {
            double upTo = cell == cells - 1 ? 1 : poisson.cumulativeProbability(low + (cell + 1) * width - 1);
            expected[cell] = DRAWS * (upTo - below);
            below = upTo;
        }
        double probability = ChiSquareTest.withDefaults().test(expected, counts).getPValue();
        assertTrue(probability > SIGNIFICANCE / 2 && probability < 1 - SIGNIFICANCE / 2, () -> "p " + probability);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e6, 1e9})
    void poissonDrawsOfLargeMeanHaveTheirMeanAndVariance(double mean) {
        double sum = 0;
        double squares = 0;
        for (int index = 0; index < DRAWS; index++) {
            double deviation = (CounterRandom.poisson(8, index, mean) - mean) / Math.sqrt(mean);
            sum += deviation;
            squares += deviation * deviation;
        }
        assertEquals(0, sum / DRAWS, DEVIATIONS * Math.sqrt(1.0 / DRAWS));
        assertEquals(1, squares / DRAWS, DEVIATIONS * Math.sqrt(2.0 / DRAWS));
    }

    @Test
    void poissonOfMeanZeroIsZero() {
        for (int index = 0; index < 1000; index++) {
            assertEquals(0, CounterRandom.poisson(1, index, 0));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY, 1.1e9})
    void poissonRefusesAMeanOutsideItsRange(double mean) {
        Exception refused = assertThrows(IllegalArgumentException.class, () -> CounterRandom.poisson(1, 1, mean));
        assertEquals("poisson needs a mean between 0 and 1e9, not " + mean, refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "-1, 1", "1, -1", "NaN, 1", "1, NaN"})
    void lognormalRefusesImpossibleMoments(double mean, double variance) {
        assertThrows(IllegalArgumentException.class, () -> CounterRandom.lognormal(1, 1, mean, variance));
    }
}
