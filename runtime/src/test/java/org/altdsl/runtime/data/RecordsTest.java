package org.altdsl.runtime.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.altdsl.runtime.plan.Course;
import org.altdsl.runtime.plan.Protocol;
import org.altdsl.runtime.plan.Recorded;
import org.altdsl.runtime.plan.Recorded.When;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.record.Recorders;
import org.altdsl.runtime.record.ScriptedNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is recorded, read back by the reader of data sets, which is not what wrote it. */
class RecordsTest {
    private static final Protocol TENTHS = new Protocol(1e-4, Course.SECONDS, List.of());

    /** Neurons 2 and 5 in every tenth step, neuron 3 in step 14. */
    private static final LongFunction<int[]> SCRIPT =
            step -> step % 10 == 0 ? new int[] {2, 5} : step == 14 ? new int[] {3} : new int[0];

    private static final List<Recorded.Source> ALL = List.of(new Recorded.Source("x.spike", 0, 8, 0));

    @TempDir
    private Path folder;

    private double[] array(String record, String name) {
        return NpzReader.read(folder.resolve(record + ".npz"), name, DataMemory.standard())
                .toDoubles();
    }

    private void record(long steps, Recorded... what) {
        ScriptedNetwork network = new ScriptedNetwork(SCRIPT, 4);
        Recorders recorders = new Recorders(folder, List.of(what), TENTHS, false, network);
        network.advance(steps);
        recorders.finish();
    }

    @Test
    void spikesAreTimesAndNeurons() {
        record(21, new Recorded.Spikes("x", ALL, When.ALWAYS));
        assertArrayEquals(new double[] {0, 0, 0.001, 0.001, 0.0014, 0.002, 0.002}, array("x", "time"));
        assertArrayEquals(new double[] {2, 5, 2, 5, 3, 2, 5}, array("x", "neuron"));
        assertEquals(List.of("time", "neuron"), NpzReader.names(folder.resolve("x.npz")));
    }

    @Test
    void aPartOfThePopulationIsNumberedFromItsFirst() {
        record(11, new Recorded.Spikes("x", List.of(new Recorded.Source("x.spike", 3, 3, 10)), When.ALWAYS));
        assertArrayEquals(new double[] {12, 12}, array("x", "neuron"));
    }

    @Test
    void aRecordHasItsPartOfTheRunOnly() {
        record(41, new Recorded.Spikes("x", ALL, new When(10, 20, Optional.empty(), Set.of())));
        assertArrayEquals(new double[] {2, 5, 3}, array("x", "neuron"));
    }

    @Test
    void aRecordOfAPhaseHasThatPhaseOnly() {
        ScriptedNetwork network = new ScriptedNetwork(SCRIPT, 4);
        When final_ = new When(0, Long.MAX_VALUE, Optional.empty(), Set.of("final"));
        Recorders recorders =
                new Recorders(folder, List.of(new Recorded.Spikes("x", ALL, final_)), TENTHS, false, network);
        network.advance(15);
        recorders.enter("final");
        network.advance(10);
        recorders.leave();
        network.advance(10);
        recorders.finish();
        assertArrayEquals(new double[] {0.002, 0.002}, array("x", "time"));
    }

    @Test
    void nothingRecordedIsAnEmptyArray() {
        record(0, new Recorded.Spikes("x", ALL, When.ALWAYS));
        assertEquals(0, array("x", "time").length);
    }

    @Test
    void quantitiesAreRowsByTime() {
        ScriptedNetwork network = new ScriptedNetwork(SCRIPT, 4);
        Recorded values = new Recorded.Values("v", Scope.WINDOW_2, "v", Integer.MAX_VALUE, When.ALWAYS);
        Recorded ends = new Recorded.Values("ends", Scope.WINDOW_2, "v", 2, When.ALWAYS);
        Recorders recorders = new Recorders(folder, List.of(values, ends), TENTHS, true, network);
        recorders.sample(Scope.WINDOW_2);
        network.advance(5);
        recorders.sample(Scope.WINDOW);
        network.advance(5);
        recorders.sample(Scope.WINDOW_2);
        recorders.finish();
        assertArrayEquals(new double[] {0, 0.001}, array("v", "time"));
        assertArrayEquals(new double[] {0, 0.1, 0.2, 0.3, 10, 10.1, 10.2, 10.3}, array("v", "values"));
        assertArrayEquals(new double[] {0, 0.3, 10, 10.3}, array("ends", "values"));
        assertArrayEquals(
                new int[] {2, 4},
                NpzReader.read(folder.resolve("v.npz"), "values", DataMemory.standard())
                        .shape());
    }

    @Test
    void ratesArePerNeuronAndSecondInEachBin() {
        record(40, new Recorded.Rate("rate", ALL, 20, When.ALWAYS));
        // In the first 2 ms 5 spikes of 8 neurons, in the second 4.
        assertArrayEquals(new double[] {0.002, 0.004}, array("rate", "time"), 1e-15);
        assertArrayEquals(new double[] {5 / (8 * 0.002), 4 / (8 * 0.002)}, array("rate", "values"), 1e-9);
    }

    @Test
    void intervalsAreCountedByTheirLength() {
        record(41, new Recorded.Intervals("isi", ALL, When.ALWAYS));
        // Two neurons with four intervals of ten steps each.
        assertArrayEquals(new double[] {8}, array("isi", "count"));
        assertArrayEquals(new double[] {0.001}, array("isi", "from"), 1e-15);
    }

    @Test
    void whatIsKeptOfTheEndDoesNotGrowWithTheRun() throws IOException {
        ScriptedNetwork network = new ScriptedNetwork(step -> new int[] {0, 1, 2, 3}, 4);
        When last = new When(0, Long.MAX_VALUE, Optional.of(10_000L), Set.of());
        Recorders recorders =
                new Recorders(folder, List.of(new Recorded.Spikes("x", ALL, last)), TENTHS, false, network);
        long most = 0;
        for (int i = 0; i < 40; i++) {
            network.advance(2500);
            try (Stream<Path> files = Files.list(folder)) {
                most = Math.max(
                        most, files.mapToLong(file -> file.toFile().length()).sum());
            }
        }
        recorders.finish();
        // Two stretches of 10 000 steps with 4 spikes of 12 bytes.
        assertTrue(most <= 2 * 10_000 * 4 * 12, most + " bytes");
        double[] times = array("x", "time");
        assertEquals(40_000, times.length);
        assertEquals(9.0, times[0], 1e-12);
        assertEquals(9.9999, times[times.length - 1], 1e-12);
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void leftOversOfARunThatWasKilledAreRemoved() throws IOException {
        Files.writeString(folder.resolve(".x.npz.time.3.part"), "half a num");
        record(11, new Recorded.Spikes("x", ALL, When.ALWAYS));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(1, files.count());
        }
    }
}
