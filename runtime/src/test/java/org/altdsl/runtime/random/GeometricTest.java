package org.altdsl.runtime.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.commons.statistics.distribution.ExponentialDistribution;
import org.apache.commons.statistics.inference.ChiSquareTest;
import org.apache.commons.statistics.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeometricTest {
    private static final double SIGNIFICANCE = 1e-4;

    private static final int DRAWS = 100_000;

    @ParameterizedTest
    @ValueSource(doubles = {0.03, 0.2, 0.5, 0.9})
    void runsOfFailuresFollowTheGeometricDistribution(double probability) {
        double scale = Geometric.scale(probability);
        // The last cell takes the tail; each cell expects 50 draws or more.
        int cells = 1 + (int) (Math.log(50.0 / DRAWS) / Math.log1p(-probability));
        long[] observed = new long[cells];
        double[] expected = new double[cells];
        for (int index = 0; index < DRAWS; index++) {
            observed[(int) Math.min(cells - 1, Geometric.draw(5, index, scale))]++;
        }
        for (int cell = 0; cell < cells; cell++) {
            double atLeast = DRAWS * Math.pow(1 - probability, cell);
            expected[cell] = cell == cells - 1 ? atLeast : atLeast * probability;
        }
        assertTrue(ChiSquareTest.withDefaults().test(expected, observed).getPValue() > SIGNIFICANCE);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-6, 1e-12})
    void runsOfRareEventsAreExponentialToTheirSmallestValues(double probability) {
        double scale = Geometric.scale(probability);
        double[] runs = new double[DRAWS];
        for (int index = 0; index < DRAWS; index++) {
            runs[index] = Geometric.draw(6, index, scale) * probability;
        }
        ExponentialDistribution exponential = ExponentialDistribution.of(1);
        KolmogorovSmirnovTest test = KolmogorovSmirnovTest.withDefaults();
        assertTrue(test.test(runs, exponential::cumulativeProbability).getPValue() > SIGNIFICANCE);
    }

    @Test
    void certaintyNeedsNoFailureAndImpossibilityNeverEnds() {
        for (int index = 0; index < 1000; index++) {
            assertEquals(0, Geometric.draw(7, index, Geometric.scale(1)));
            assertEquals(Long.MAX_VALUE, Geometric.draw(7, index, Geometric.scale(0)));
            assertEquals(Long.MAX_VALUE, Geometric.draw(7, index, Geometric.scale(-0.0)));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void whatIsNoProbabilityIsRefused(double probability) {
        assertThrows(IllegalArgumentException.class, () -> Geometric.scale(probability));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-5, 0.03, 0.5, 0.9999})
    void trialsAreOneMoreThanFailures(double probability) {
        double scale = Geometric.scale(probability);
        for (int index = 0; index < 10_000; index++) {
            long failures = Geometric.draw(8, index, scale);
            assertEquals(Math.min(failures + 1, Geometric.MOST_TRIALS), Geometric.trials(8, index, probability));
        }
    }

    @Test
    void trialsEndAtOnceOrNever() {
        for (int index = 0; index < 1000; index++) {
            assertEquals(1, Geometric.trials(9, index, 1));
            assertEquals(1, Geometric.trials(9, index, 2));
            for (double never : new double[] {0, -0.0, -1, Double.NaN, 1e-300}) {
                assertEquals(Geometric.MOST_TRIALS, Geometric.trials(9, index, never));
            }
        }
    }
}
