package org.altdsl.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.altdsl.tests.cli.CommandLine.Ended;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is measured over a part of a run, against the same computed from everything that was recorded. */
class WindowsTest {
    private static final int NEURONS = 4;
    private static final double DT = 0.1e-3;

    private static final String NETWORK = """
            neuron Noisy { param rate = 150 Hz; spike with probability rate * dt }
            neuron Slope { state v = 0;  v' = 2 / s * (1 + v);  method euler }
            experiment "Windows" {
                dt = 0.1 ms
                network {
                    a : Noisy[4](rate ~ uniform(100 Hz, 300 Hz))
                    b : Slope[2]
                    on a[0].spike { schedule ping after 3 ms }
                }
                protocol { %s }
                precision = double
                record a.spike
                record b.v every 0.1 ms
                %s
            }
            """;

    @TempDir
    private Path folder;

    private CommandLine altdsl;

    @BeforeEach
    void setUp() {
        altdsl = new CommandLine(folder);
    }

    private Ended run(String protocol, String statements, String... more) throws IOException {
        List<String> options = new ArrayList<>(List.of("--quiet"));
        options.addAll(List.of(more));
        return altdsl.experiment(NETWORK.formatted(protocol, statements), options.toArray(String[]::new));
    }

    private double[][] rows(String record, String name) {
        return altdsl.rows("no-rule-seed1", record, name);
    }

    /** The steps in which each neuron spiked, of those from one on up to but without another. */
    private List<List<Long>> spikes(long from, long to) {
        double[][] times = rows("a.spike", "time");
        double[][] neurons = rows("a.spike", "neuron");
        List<List<Long>> each = new ArrayList<>();
        for (int neuron = 0; neuron < NEURONS; neuron++) {
            each.add(new ArrayList<>());
        }
        for (int i = 0; i < times.length; i++) {
            long step = Math.round(times[i][0] / DT);
            if (step >= from && step < to) {
                each.get((int) neurons[i][0]).add(step);
            }
        }
        return each;
    }

    private static double mean(List<List<Long>> spikes, ToDoubleFunction<List<Long>> of) {
        return spikes.stream().mapToDouble(of).average().orElse(Double.NaN);
    }

    /** The spikes of the neurons that have so many intervals. */
    private static List<List<Long>> having(int intervals, List<List<Long>> spikes) {
        return spikes.stream().filter(neuron -> neuron.size() > intervals).toList();
    }

    private static double[] intervals(List<Long> spikes) {
        double[] intervals = new double[Math.max(0, spikes.size() - 1)];
        for (int i = 0; i < intervals.length; i++) {
            intervals[i] = (spikes.get(i + 1) - spikes.get(i)) * DT;
        }
        return intervals;
    }

    private static double average(double... values) {
        return Arrays.stream(values).average().orElse(0);
    }

    private static double variation(double... values) {
        double mean = average(values);
        double variance = Arrays.stream(values)
                .map(value -> (value - mean) * (value - mean))
                .average()
                .orElse(0);
        return mean == 0 ? 0 : Math.sqrt(variance) / mean;
    }

    private static double variance(double... values) {
        double mean = average(values);
        return average(Arrays.stream(values)
                .map(value -> (value - mean) * (value - mean))
                .toArray());
    }

    /** Golomb's measure, of bins that begin with the window. */
    private static double synchrony(List<List<Long>> spikes, long from, long to, int bin) {
        int bins = (int) ((to - from) / bin);
        double[] all = new double[bins];
        double single = 0;
        for (List<Long> neuron : spikes) {
            double[] own = new double[bins];
            for (long step : neuron) {
                int at = (int) ((step - from) / bin);
                if (at < bins) {
                    own[at]++;
                    all[at] += 1.0 / NEURONS;
                }
            }
            single += variance(own) / NEURONS;
        }
        return single == 0 ? 0 : Math.sqrt(variance(all) / single);
    }

    private List<Map<String, String>> results() throws IOException {
        List<Map<String, String>> results = new ArrayList<>();
        List<String> lines = Files.readAllLines(folder.resolve("out/results.csv"));
        String[] header = cells(lines.get(0));
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = cells(line);
            Map<String, String> row = new LinkedHashMap<>();
            for (int i = 0; i < cells.length; i++) {
                row.put(header[i], cells[i]);
            }
            results.add(row);
        }
        return results;
    }

    private static String[] cells(String line) {
        String[] cells = line.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1);
        return Arrays.stream(cells).map(cell -> cell.replace("\"", "")).toArray(String[]::new);
    }

    /** All statistics over the last so many steps, whose names end as given. */
    private void check(Map<String, String> row, String over, long steps) {
        long end = Math.round(Double.parseDouble(row.get("time")) / DT);
        long from = Math.max(0, end - steps);
        List<List<Long>> spikes = spikes(from, end);
        Map<String, Double> wanted = new LinkedHashMap<>();
        wanted.put("count(a.spike over " + over + ")", mean(spikes, List::size));
        wanted.put("rate(a.spike over " + over + ")", mean(spikes, List::size) / ((end - from) * DT));
        wanted.put(
                "mean(cv(isi(a.spike over " + over + ")))",
                mean(having(2, spikes), neuron -> variation(intervals(neuron))));
        wanted.put(
                "mean(mean(isi(a.spike over " + over + ")))",
                mean(having(1, spikes), neuron -> average(intervals(neuron))));
        double[] v = Arrays.stream(rows("b.v", "values"))
                .mapToDouble(values -> values[0])
                .toArray();
        double[] last = Arrays.copyOfRange(v, Math.toIntExact(from) + 1, Math.toIntExact(end) + 1);
        wanted.put("mean(b.v over " + over + ")", average(last));
        wanted.put("std(b.v over " + over + ")", Math.sqrt(variance(last)));
        wanted.put("max(b.v over " + over + ")", Arrays.stream(last).max().orElseThrow());
        wanted.put("min(b.v over " + over + ")", Arrays.stream(last).min().orElseThrow());
        if (end >= steps) {
            wanted.put("synchrony(a.spike, bin = 2 ms over " + over + ")", synchrony(spikes, from, end, 20));
        }
        wanted.forEach((name, value) -> {
            assertTrue(row.containsKey(name), name + " in " + row.keySet());
            // Sums of thousands of terms in another order.
            assertEquals(
                    value, Double.parseDouble(row.get(name)), 1e-9 * (value > 1 ? value : 1), name + " after " + end);
        });
    }

    private static String statistics(String over) {
        return "count(a.spike over %1$s), rate(a.spike over %1$s), mean(cv(isi(a.spike over %1$s))), mean(mean(isi(a.spike over %1$s))), mean(b.v over %1$s), std(b.v over %1$s), max(b.v over %1$s), min(b.v over %1$s), synchrony(a.spike, bin = 2 ms over %1$s)"
                .formatted(over);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference"})
    void theLastStretchIsCountedBackFromEachMeasurement(String backend) throws IOException {
        String statements = """
                measure %s every 20 ms
                measure %s every 20 ms
                measure %s every 20 ms""".formatted(statistics("last 10 ms"), statistics("last 20 ms"), statistics("last 50 ms"));
        Ended ended = run("run 200 ms", statements, "--backend", backend);
        assertEquals(0, ended.exitCode(), ended.err());
        List<Map<String, String>> results = results();
        assertEquals(10, results.size());
        for (Map<String, String> row : results) {
            check(row, "last 10 ms", 100);
            check(row, "last 20 ms", 200);
            check(row, "last 50 ms", 500);
        }
    }

    /** The last row is measured 5 ms after the one before it, when the run ends. */
    @Test
    void theEndOfARunIsAMeasurementWhereverItIs() throws IOException {
        Ended ended = run("run 105 ms", "measure " + statistics("last 10 ms") + " every 20 ms");
        assertEquals(0, ended.exitCode(), ended.err());
        List<Map<String, String>> results = results();
        assertEquals("0.105", results.get(results.size() - 1).get("time"));
        for (Map<String, String> row : results) {
            check(row, "last 10 ms", 100);
        }
    }

    /** When v reaches 0.1 is not known before: after ln(1.1) / (2 / s) = 47.7 ms, which is seen after 50 ms. */
    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference"})
    void aRunThatEndsEarlyIsMeasuredBackFromItsEnd(String backend) throws IOException {
        String statements = "measure mean(b.v) every 10 ms\nmeasure " + statistics("last 30 ms");
        Ended ended = run("run 1 s until min(b.v over last 2 ms) > 0.1", statements, "--backend", backend);
        assertEquals(0, ended.exitCode(), ended.err());
        List<Map<String, String>> results = results();
        Map<String, String> last = results.get(results.size() - 1);
        assertEquals("0.05", last.get("time"));
        check(last, "last 30 ms", 300);
    }

    /** Conditions are asked for when something is measured, not whenever a picture needs a sample. */
    @Test
    void picturesDoNotChangeWhenARunEnds() throws IOException {
        String statements = "measure mean(b.v) every 10 ms\nplot trace(b.v)\nrecord b.v as fine every 1 ms";
        assertEquals(0, run("run 1 s until mean(b.v) > 0.1", statements).exitCode());
        List<Map<String, String>> results = results();
        // It holds after 47.7 ms.
        assertEquals("0.05", results.get(results.size() - 1).get("time"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference"})
    void scheduledEventsAreCountedAndThePastIsThatOfTheLastStep(String backend) throws IOException {
        String statements =
                "measure count(ping), rate(ping), prev(b.v), delayed(b.v, 2 ms), delayed(b.v, 0.2 ms) every 20 ms";
        Ended ended = run("run 100 ms", statements, "--backend", backend);
        assertEquals(0, ended.exitCode(), ended.err());
        double[] v = Arrays.stream(rows("b.v", "values"))
                .mapToDouble(values -> values[0])
                .toArray();
        double events = 0;
        for (Map<String, String> row : results()) {
            int end = (int) Math.round(Double.parseDouble(row.get("time")) / DT);
            int pings = spikes(end - 230, end - 30).get(0).size();
            events += pings;
            assertEquals(pings, Double.parseDouble(row.get("count(ping)")), "pings after " + end);
            assertEquals(pings / 0.02, Double.parseDouble(row.get("rate(ping)")), 1e-9);
            assertEquals(v[end - 1], Double.parseDouble(row.get("prev(b.v)")), "prev after " + end);
            assertEquals(v[end - 20], Double.parseDouble(row.get("delayed(b.v, 2 ms)")), "delayed after " + end);
            assertEquals(v[end - 2], Double.parseDouble(row.get("delayed(b.v, 0.2 ms)")), "delayed after " + end);
        }
        assertTrue(events > 3, "too few events to tell: " + events);
    }

    @Test
    void aStretchThatNoGridFitsIsRefused() throws IOException {
        Ended ended = run(
                "run 1 s until mean(b.v) > 9", "measure mean(b.v) every 0.7 ms\nmeasure mean(b.v over last 500 ms)");
        assertEquals(65, ended.exitCode());
        assertTrue(ended.err().contains("is known to within 1 steps only"), ended.err());
    }
}
