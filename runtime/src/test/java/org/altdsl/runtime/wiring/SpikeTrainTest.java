package org.altdsl.runtime.wiring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.Stream;
import org.altdsl.runtime.data.DataException;
import org.altdsl.runtime.data.Table;
import org.altdsl.runtime.random.CounterRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SpikeTrainTest {
    private static final double MS = 1e-3;

    private static int[] at(SpikeTrain.Cursor cursor, SpikeTrain train, long step) {
        int[] into = new int[train.neurons()];
        return Arrays.copyOf(into, cursor.at(step, into));
    }

    private static int[] at(SpikeTrain train, long step) {
        return at(train.cursor(), train, step);
    }

    @Test
    void spikesOfAStepAreInTheOrderOfNeurons() {
        SpikeTrain train = SpikeTrain.ofTimes(new double[][] {{3 * MS, 5 * MS}, {}, {0, 3 * MS}}, MS);
        assertEquals(3, train.neurons());
        assertEquals(4, train.size());
        assertEquals(5, train.lastStep());
        assertArrayEquals(new int[] {2}, at(train, 0));
        assertArrayEquals(new int[] {}, at(train, 1));
        assertArrayEquals(new int[] {0, 2}, at(train, 3));
        assertArrayEquals(new int[] {0}, at(train, 5));
        assertArrayEquals(new int[] {}, at(train, 6));
    }

    @Test
    void multiplesOfTheStepAreMetInSpiteOfRounding() {
        double dt = 0.1 * MS;
        for (int k = 0; k < 200_000; k++) {
            assertEquals(k, SpikeTrain.step(k * dt, dt));
            assertEquals(k, SpikeTrain.step(k / 10_000.0, dt));
            assertEquals(k, SpikeTrain.step((k + 0.99) * dt, dt));
        }
    }

    @Test
    void regularSpikesDoNotDrift() {
        SpikeTrain train = SpikeTrain.regular(2, 100 * MS, 0.7 * MS, 100_000, 0.1 * MS);
        SpikeTrain.Cursor cursor = train.cursor();
        for (long k = 0; k < 100_000; k++) {
            assertArrayEquals(new int[] {0, 1}, at(cursor, train, 1000 + 7 * k));
            assertArrayEquals(new int[] {}, at(cursor, train, 1001 + 7 * k));
        }
        assertEquals(200_000, train.size());
        assertThrows(WiringException.class, () -> SpikeTrain.regularTimes(0, 0, 1));
    }

    @Test
    void aRasterIsASpikeWhereverItIsNotZero() {
        SpikeTrain train = SpikeTrain.ofRaster(new double[] {0, 1, 0, 0, 1, 1}, 3, 2);
        assertArrayEquals(new int[] {1}, at(train, 0));
        assertArrayEquals(new int[] {}, at(train, 1));
        assertArrayEquals(new int[] {0, 1}, at(train, 2));
        assertThrows(WiringException.class, () -> SpikeTrain.ofRaster(new double[5], 3, 2));
    }

    @Test
    void aTableMayMixNeurons() {
        Table table = Table.of(new int[] {4, 2}, new double[] {2, 1, 1, 0, 3, 1, 2, 0}, "spikes.csv");
        SpikeTrain train = SpikeTrain.ofTable(table, 2, MS, MS);
        assertArrayEquals(new int[] {0}, at(train, 1));
        assertArrayEquals(new int[] {0, 1}, at(train, 2));
        assertArrayEquals(new int[] {1}, at(train, 3));
    }

    static Stream<Arguments> badTimes() {
        return Stream.of(
                Arguments.of(
                        new double[] {0.002, 0.001},
                        "the spikes of neuron 1 are out of order: 0.001 s comes after 0.002 s"),
                Arguments.of(
                        new double[] {0.002, 0.0025},
                        "neuron 1 spikes at 0.002 s and at 0.0025 s, both in step 2 of 0.001 s"),
                Arguments.of(new double[] {0.002, 0.002}, "both in step 2"),
                Arguments.of(new double[] {-0.001}, "neuron 1 spikes at -0.001 s; times must be 0 or more"),
                Arguments.of(new double[] {Double.NaN}, "neuron 1 spikes at NaN s"));
    }

    @ParameterizedTest
    @MethodSource("badTimes")
    void timesOutOfOrderAreRefusedByNeuronAndTime(double[] times, String message) {
        String found = assertThrows(WiringException.class, () -> SpikeTrain.ofTimes(new double[][] {{}, times}, MS))
                .getMessage();
        assertTrue(found.contains(message), found);
    }

    @Test
    void faultsOfATableNameTheFile() {
        Table late = Table.of(new int[] {2, 2}, new double[] {2, 0, 1, 0}, "spikes.csv");
        String message = assertThrows(WiringException.class, () -> SpikeTrain.ofTable(late, 1, 1, MS))
                .getMessage();
        assertEquals("spikes.csv: the spikes of neuron 0 are out of order: 1.0 s comes after 2.0 s", message);
        Table outside = Table.of(new int[] {1, 2}, new double[] {2, 5}, "spikes.csv");
        assertThrows(DataException.class, () -> SpikeTrain.ofTable(outside, 5, 1, MS));
        Table wide = Table.of(new int[] {1, 3}, new double[] {2, 5, 1}, "spikes.csv");
        assertThrows(DataException.class, () -> SpikeTrain.ofTable(wide, 5, 1, MS));
    }

    @Test
    void twoSpikesOfANeuronInAStepAreRefused() {
        assertThrows(WiringException.class, () -> SpikeTrain.ofSteps(new long[] {4, 4}, new int[] {1, 1}, 2));
        assertThrows(WiringException.class, () -> SpikeTrain.ofSteps(new long[] {4}, new int[] {2}, 2));
        assertThrows(WiringException.class, () -> SpikeTrain.ofTimes(new double[][] {{1}}, 0));
    }

    @Test
    void theCursorFindsEveryStepForwardsBackwardsAndWithGaps() {
        int steps = 400;
        int neurons = 9;
        double[] raster = new double[steps * neurons];
        for (int k = 0; k < raster.length; k++) {
            raster[k] = CounterRandom.bernoulli(1, k, 0.05);
        }
        SpikeTrain train = SpikeTrain.ofRaster(raster, steps, neurons);
        SpikeTrain.Cursor forwards = train.cursor();
        SpikeTrain.Cursor anywhere = train.cursor();
        for (int k = 0; k < steps; k++) {
            for (int step : new int[] {k, (int) (CounterRandom.uniform(2, k) * steps)}) {
                int[] expected = java.util.stream.IntStream.range(0, neurons)
                        .filter(neuron -> raster[step * neurons + neuron] != 0)
                        .toArray();
                assertArrayEquals(expected, at(step == k ? forwards : anywhere, train, step));
            }
        }
        anywhere.seek(17);
        assertArrayEquals(at(train, 17), at(anywhere, train, 17));
        assertArrayEquals(at(train, 17), at(anywhere, train, 17));
    }

    @Test
    void noSpikesAndNoNeuronsAreSizes() {
        for (SpikeTrain train : new SpikeTrain[] {
            SpikeTrain.ofTimes(new double[0][], MS),
            SpikeTrain.ofTimes(new double[3][0], MS),
            SpikeTrain.ofRaster(new double[0], 0, 3),
            SpikeTrain.ofRaster(new double[0], 4, 0),
            SpikeTrain.regular(4, 0, 1, 0, MS)
        }) {
            assertEquals(0, train.size());
            assertEquals(-1, train.lastStep());
            assertArrayEquals(new int[] {}, at(train, 0));
        }
    }
}
