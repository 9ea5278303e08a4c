package org.altdsl.runtime.wiring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.altdsl.runtime.data.DataException;
import org.altdsl.runtime.data.Table;
import org.junit.jupiter.api.Test;

class EncodersTest {
    private static final double MS = 1e-3;

    /** The standard normal number exceeded in size with a probability of 1e-4. */
    private static final double DEVIATIONS = 3.89;

    @Test
    void aRateIsAProbabilityForEachStep() {
        assertArrayEquals(
                new double[] {0, 0.0159375, 0.031875},
                Encoders.rateProbabilities(new double[] {0, 0.5, 1}, 63.75, 0.5 * MS),
                1e-17);
        assertThrows(WiringException.class, () -> Encoders.rateProbabilities(new double[] {-0.1}, 60, MS));
        assertThrows(WiringException.class, () -> Encoders.rateProbabilities(new double[] {1}, 1001, MS));
    }

    @Test
    void anEvenRateHasEvenIntervals() {
        double[][] times = Encoders.evenRate(new double[] {0, 0.5, 1}, 100, 0.05);
        assertEquals(0, times[0].length);
        assertArrayEquals(new double[] {0.02, 0.04}, times[1], 1e-15);
        assertArrayEquals(new double[] {0.01, 0.02, 0.03, 0.04}, times[2], 1e-15);
        assertThrows(WiringException.class, () -> Encoders.evenRate(new double[] {Double.NaN}, 100, 1));
    }

    @Test
    void bernoulliSpikesHaveTheirProbability() {
        double[] probability = {0, 0.01, 0.5, 1, 0.5};
        int steps = 100_000;
        SpikeTrain train = Encoders.bernoulli(probability, steps, 11);
        SpikeTrain.Cursor cursor = train.cursor();
        int[] into = new int[5];
        double[] counts = new double[5];
        double both = 0;
        for (int step = 0; step < steps; step++) {
            int count = cursor.at(step, into);
            boolean second = false;
            for (int k = 0; k < count; k++) {
                counts[into[k]]++;
                both += into[k] == 4 && second ? 1 : 0;
                second |= into[k] == 2;
            }
        }
        for (int pixel = 0; pixel < 5; pixel++) {
            double p = probability[pixel];
            assertEquals(steps * p, counts[pixel], DEVIATIONS * Math.sqrt(steps * p * (1 - p)));
        }
        assertEquals(steps * 0.25, both, DEVIATIONS * Math.sqrt(steps * 0.25 * 0.75));
        assertTrue(train.lastStep() < steps);
        assertEquals(0, Encoders.bernoulli(probability, 0, 11).size());
    }

    @Test
    void aPixelsBernoulliSpikesAreItsOwn() {
        SpikeTrain alone = Encoders.bernoulli(new double[] {0, 0.1}, 1000, 12);
        SpikeTrain among = Encoders.bernoulli(new double[] {0.9, 0.1, 0.4}, 1000, 12);
        int[] into = new int[3];
        for (int step = 0; step < 1000; step++) {
            boolean spikes = alone.cursor().at(step, into) > 0;
            int count = among.cursor().at(step, into);
            boolean spikesAmong = false;
            for (int k = 0; k < count; k++) {
                spikesAmong |= into[k] == 1;
            }
            assertEquals(spikes, spikesAmong);
        }
    }

    @Test
    void brighterPixelsSpikeEarlier() {
        double[][] linear = Encoders.linearLatency(new double[] {0, 0.25, 1}, 0, 0.125);
        assertEquals(0, linear[0].length);
        assertArrayEquals(new double[] {0.09375}, linear[1]);
        assertArrayEquals(new double[] {0}, linear[2]);
        assertEquals(0, Encoders.linearLatency(new double[] {0.2}, 0.2, 0.1)[0].length);
        assertThrows(WiringException.class, () -> Encoders.linearLatency(new double[] {1.5}, 0, 0.1));
    }

    @Test
    void aLogarithmicLatencyIsTheTimeToThreshold() {
        double[][] times = Encoders.logarithmicLatency(new double[] {0.1, 0.2, 0.4, 0.2000001}, 0.2, 0.02, 0.1);
        assertEquals(0, times[0].length);
        assertEquals(0, times[1].length);
        assertArrayEquals(new double[] {0.02 * Math.log(2)}, times[2], 1e-16);
        // It would spike after 0.29 s.
        assertEquals(0, times[3].length);
        double potential = 0.4 * (1 - Math.exp(-times[2][0] / 0.02));
        assertEquals(0.2, potential, 1e-15);
        assertThrows(WiringException.class, () -> Encoders.logarithmicLatency(new double[] {1}, 0, 1, 1));
    }

    @Test
    void stepsForwardFollowTheSignal() {
        double[][] series = {{0, 5}, {1, 5}, {2.5, 5}, {2.5, 1}, {-0.5, 1}};
        double[][] times = Encoders.stepForward(series, MS, 0.9);
        // The reference of channel 0: 0, 0.9, 1.8, 1.8, 0.9; of channel 1: 5, 5, 5, 4.1, 3.2.
        assertArrayEquals(new double[] {1 * MS, 2 * MS}, times[0]);
        assertArrayEquals(new double[] {}, times[1]);
        assertArrayEquals(new double[] {4 * MS}, times[2]);
        assertArrayEquals(new double[] {3 * MS, 4 * MS}, times[3]);
    }

    @Test
    void aSlowSignalCrossesStepsButHasNoLargeDifferences() {
        double[][] series = new double[101][1];
        for (int sample = 0; sample <= 100; sample++) {
            series[sample][0] = 0.0625 * sample;
        }
        assertEquals(0, Encoders.differences(series, MS, 0.1)[0].length);
        double[][] steps = Encoders.stepForward(series, MS, 0.5);
        // 6.25 in steps of 0.5, each taken once the signal is above it.
        assertEquals(12, steps[0].length);
        assertEquals(0, steps[1].length);
        assertArrayEquals(new double[] {2 * MS}, Encoders.differences(new double[][] {{0}, {1}, {3}, {2}}, MS, 1.5)[0]);
        assertEquals(0, Encoders.differences(new double[0][], MS, 1).length);
        assertThrows(WiringException.class, () -> Encoders.differences(series, MS, 0));
    }

    @Test
    void eventsOfOnePixelInOneStepAreOneSpike() {
        double[] rows = {
            100, 0, 0, 1,
            200, 0, 0, 1,
            300, 2, 1, 0,
            1500, 0, 0, 1,
            1500, 0, 0, -1
        };
        SpikeTrain train = Encoders.events(Table.of(new int[] {5, 4}, rows, "clip.csv"), 3, 2, 1e-6, MS);
        assertEquals(12, train.neurons());
        assertEquals(4, train.size());
        int[] into = new int[12];
        assertEquals(2, train.cursor().at(0, into));
        assertEquals(0, into[0]);
        assertEquals(6 + 5, into[1]);
        assertEquals(2, train.cursor().at(1, into));
        assertEquals(0, into[0]);
        assertEquals(6, into[1]);
        Table outside = Table.of(new int[] {1, 4}, new double[] {0, 3, 0, 1}, "clip.csv");
        assertThrows(DataException.class, () -> Encoders.events(outside, 3, 2, 1e-6, MS));
        Table backwards = Table.of(new int[] {2, 4}, new double[] {5000, 0, 0, 1, 2000, 0, 0, 1}, "clip.csv");
        assertThrows(DataException.class, () -> Encoders.events(backwards, 3, 2, 1e-6, MS));
    }
}
