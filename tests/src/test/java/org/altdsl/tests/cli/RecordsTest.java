package org.altdsl.tests.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.altdsl.runtime.record.RecordArchive;
import org.altdsl.tests.cli.CommandLine.Ended;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a network in time leaves behind: rows by time, records, pictures. */
class RecordsTest {
    /** Neurons that reach their threshold in 101 steps ({@code a}) and in 51 ({@code b}), whatever they are sent. */
    private static final String NETWORK = """
            neuron Ramp {
                param speed = 100 / s
                state v = 0
                state k = 0
                k' = 0 / s
                v' = speed
                spike when v > 1.005 { v = 0 }
                method euler
            }
            synapse Copy { weight w = 1; on pre.spike { post.k += w } }
            experiment "Ramps" {
                dt = 0.1 ms
                network {
                    a : Ramp[3]
                    b : Ramp[2](speed = 200 / s)
                    ab : a -> b via Copy { w ~ uniform(0, 1) }
                }
                protocol { phase early { run %s }; phase late { run 100 ms } }
                seeds 1..2
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

    private Ended run(String early, String statements, String... more) throws IOException {
        return altdsl.experiment(NETWORK.formatted(early, statements), more);
    }

    private double[] array(String record, String name) {
        try (RecordArchive archive =
                new RecordArchive(folder.resolve("out/records/no-rule-seed1/" + record + ".npz"))) {
            RecordArchive.Reader reader = archive.array(name);
            List<Double> all = new ArrayList<>();
            for (long row = 0; row < reader.rows(); row++) {
                for (double value : reader.row()) {
                    all.add(value);
                }
            }
            return all.stream().mapToDouble(Double::doubleValue).toArray();
        }
    }

    @Test
    void intervalsOfMeasuringAreIndependent() throws IOException {
        Ended ended = run("100 ms", """
                measure count(b.spike) every 100 ms
                measure rate(a.spike) every 50 ms
                measure max(b.k)""", "--quiet");
        assertEquals(0, ended.exitCode(), ended.err());
        List<String> rows = Files.readAllLines(folder.resolve("out/results.csv"));
        List<String> header = List.of(rows.get(0).split(","));
        assertEquals("time", header.get(3));
        List<String> times = rows.stream()
                .skip(1)
                .filter(row -> row.startsWith("no rule,,1,"))
                .map(row -> row.split(",")[3])
                .toList();
        assertEquals(List.of("0.05", "0.1", "0.15", "0.2"), times);
        int rate = header.indexOf("rate(a.spike)");
        int count = header.indexOf("count(b.spike)");
        // A neuron of a spikes in steps 100, 201, 302, …: nine times in 100 ms, of which four in the first half.
        String[] half = rows.get(1).split(",", -1);
        assertEquals(4 / 0.05, Double.parseDouble(half[rate]), 1e-3);
        assertEquals("", half[count]);
        String[] whole = rows.get(2).split(",", -1);
        assertEquals(19, Double.parseDouble(whole[count]), 1);
        assertFalse(header.contains("epoch"));
        JsonNode summary =
                new ObjectMapper().readTree(folder.resolve("out/summary.json").toFile());
        assertEquals("s", summary.get("time_unit").asText());
        JsonNode rule = summary.get("rules").get(0);
        assertEquals(0.2, rule.get("metrics").get("rate(a.spike)").get("time").asDouble());
        assertTrue(rule.get("cost").get("wall_seconds_per_simulated_second").asDouble() > 0);
        assertFalse(rule.get("cost").has("train_seconds_per_epoch"));
    }

    @Test
    void bothBackEndsRecordTheSame() throws IOException {
        String statements = """
                measure rate(a.spike)
                record a.spike
                record b.spike as late over last 20 ms
                record b[1].v, a.v every 10 ms
                record b.spike as phased during late""";
        assertEquals(
                0, run("50 ms", statements, "--quiet", "--precision", "double").exitCode());
        double[] spikes = array("a.spike", "time");
        double[] values = array("a.v", "values");
        double[] late = array("late", "time");
        assertEquals(0, array("a.v", "time")[0]);
        assertEquals(3 * 16, values.length);
        assertEquals(1, values[3], 1e-9); // 100 a second for 10 ms
        assertTrue(late.length > 0 && Arrays.stream(late).allMatch(time -> time >= 0.13));
        assertTrue(array("phased", "time")[0] >= 0.05);
        // Three neurons that are alike.
        assertEquals(spikes[0], spikes[2]);
        Files.move(folder.resolve("out"), folder.resolve("compiled"));
        assertEquals(
                0,
                run("50 ms", statements, "--quiet", "--precision", "double", "--backend", "reference")
                        .exitCode());
        assertEquals(List.of(box(spikes)), List.of(box(array("a.spike", "time"))));
        assertEquals(List.of(box(values)), List.of(box(array("a.v", "values"))));
    }

    private static List<Double> box(double[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    @Test
    void everyPlotIsDrawn() throws IOException {
        Ended ended = run("100 ms", """
                measure rate(a.spike) every 10 ms
                record a.spike
                plot raster(a.spike), raster([a, b].spike over last 50 ms), trace(a.v, mean(b.v)), learning_curve
                plot rate(b.spike, bin = 20 ms), histogram(ab.w), histogram(isi(a.spike)), histogram(rate(a.spike))
                plot trace(b.v over first 20 ms), weights(ab), weights(ab, shape = [1, 3])""", "--quiet");
        assertEquals(0, ended.exitCode(), ended.err());
        String report = Files.readString(folder.resolve("out/report.html"));
        for (String wanted : List.of(
                "Spikes of a, ",
                "Spikes of [a, b], ",
                "mean(b.v)",
                "Rate of b.spike",
                "Distribution of ab.w",
                "Intervals between spikes of a.spike",
                "Distribution of rate(a.spike)",
                "Weights of ab",
                "time (s)",
                "Course in time")) {
            assertTrue(report.contains(wanted), wanted);
        }
        assertFalse(report.contains("epoch"), "speaks of epochs");
        assertTrue(report.contains("data:image/png;base64,"), "no picture of weights");
        try (Stream<Path> plots = Files.list(folder.resolve("out/plots"))) {
            assertTrue(plots.filter(file -> file.toString().endsWith(".svg")).count() >= 11);
        }
        // The report can be made again from the folder alone.
        Files.delete(folder.resolve("out/report.html"));
        assertEquals(0, altdsl.run("report", "out").exitCode());
        assertEquals(report, Files.readString(folder.resolve("out/report.html")));
    }

    /** Parts of what projections have, and several projections together, are shown in the unit of their synapses. */
    @Test
    void partsAndListsOfProjectionsHaveUnits() throws IOException {
        Ended ended = altdsl.experiment("""
                import cells
                experiment "Units" {
                    dt = 0.1 ms
                    network {
                        x : Spikes[4](at = [40 ms])
                        c : LIF[4]
                        d : LIF[4]
                        s : x -> [c, d] via CurrentExp(delay ~ uniform(1 ms, 2 ms)) { w = 1 pA }
                        q : x -> c connect dense via CurrentExp { w = 1 pA }
                    }
                    protocol { run 100 ms }
                    measure mean(s.w), mean(q.w[0..3]), q.w[1], mean(s.delay), count(c.spike)
                    plot raster(x.spike)
                }
                """, "--quiet");
        assertEquals(0, ended.exitCode(), ended.err());
        List<String> units = new ArrayList<>();
        new ObjectMapper()
                .readTree(folder.resolve("out/summary.json").toFile())
                .get("measures")
                .forEach(measure -> units.add(measure.path("unit").asText()));
        assertEquals(List.of("pA", "pA", "pA", "ms", ""), units);
        // The raster shows all of the time that is recorded, and not only that of its spikes.
        String report = Files.readString(folder.resolve("out/report.html"));
        String raster = report.substring(report.indexOf("Spikes of x, "));
        assertTrue(raster.contains(">0.00<") && raster.contains(">0.10<"), raster);
    }

    @Test
    void whatCannotBePlottedIsSaid() throws IOException {
        Ended ended = run("100 ms", "plot rastr(a.spike)");
        assertEquals(65, ended.exitCode());
        assertTrue(
                ended.err().contains("nothing called 'rastr' can be plotted here; did you mean 'raster'?"),
                ended.err());
        ended = run("100 ms", "plot synchrony(a.spike)");
        assertEquals(65, ended.exitCode());
        assertTrue(ended.err().contains("ALT-X001: this version plots raster(x.spike)"), ended.err());
        ended = run("100 ms", "plot trace(a.spike)");
        assertTrue(ended.err().contains("spikes are drawn by raster(a.spike)"), ended.err());
        ended = run("100 ms", "plot weights(ab over last 10 ms)");
        assertEquals(65, ended.exitCode());
        assertTrue(ended.err().contains("'weights' is plotted of the whole run"), ended.err());
        ended = run("100 ms", "record a.spike during lat");
        assertTrue(ended.err().contains("no phase 'lat'; did you mean 'late'?"), ended.err());
        ended = run("100 ms", "record a.spike every 1 ms");
        assertTrue(ended.err().contains("spikes are recorded when they happen"), ended.err());
    }

    @Test
    void ratesAndIntervalsArePlottedOfPartOfARun() throws IOException {
        String statements = """
                plot rate(a.spike, bin = 10 ms over last 40 ms), histogram(isi(b.spike over first 50 ms))
                plot rate(b.spike, bin = 20 ms)""";
        Ended ended = run("100 ms", statements, "--quiet");
        assertEquals(0, ended.exitCode(), ended.err());
        double[] late = array("rate-a.spike", "time");
        assertEquals(4, late.length, Arrays.toString(late));
        // Of 200 ms; the time of a bin is its end.
        assertArrayEquals(new double[] {0.17, 0.18, 0.19, 0.2}, late, 1e-9);
        assertEquals(10, array("rate-b.spike", "time").length);
    }

    /** The first measure that is declared, although others are measured more often and earlier. */
    @Test
    void theFirstDeclaredMeasureIsTheHeadline() throws IOException {
        String statements = """
                measure max(b.k), mean(b.v)
                measure rate(a.spike) every 10 ms""";
        Ended ended = run("100 ms", statements, "--quiet");
        assertEquals(0, ended.exitCode(), ended.err());
        assertTrue(ended.out().contains("max(b.k)"), ended.out());
        String report = Files.readString(folder.resolve("out/report.html"));
        String measured = report.substring(report.indexOf("Measured at the end"));
        assertTrue(
                measured.indexOf(">max(b.k)<") < measured.indexOf(">mean(b.v)<")
                        && measured.indexOf(">mean(b.v)<") < measured.indexOf(">rate(a.spike)<"),
                measured);
    }

    /**
     * Samples are shown for 20 ms, then rest for 10 ms; x spikes after 4, 9, 14 and 19 ms of each, y in the first three
     * samples of four only.
     */
    private static final String SHOWN = """
            neuron Clock { param lit = 0;  state n = 0;  each step { n += lit; n = n * lit };  spike when n == 5 { n = 0 } }
            neuron Cell { input I : pA;  state v : mV = -65 mV;  v' = (-65 mV - v) / (20 ms) + I * (1 Mohm) / (1 ms);  spike when v > 0 mV { v = -65 mV } }
            synapse Jump { weight w : pA; on pre.spike { post.I += w } }
            dataset Four {
                train { let t = csv("four.csv") }
                test { let t = csv("four.csv") }
                field image = t[0..1]
                field label : class(3) = t[2]
            }
            experiment "Shown" {
                dt = 1 ms
                data Four batch 1
                network {
                    x : Clock[2](lit = data.image)
                    y : Cell[3]
                    xy : x -> y via Jump { w = 2 pA }
                    yy : y -> y via Jump { w = -1 pA }
                }
                protocol {
                    run 10 ms
                    for each sample { present 20 ms;  rest 10 ms;  collect response = count(x.spike over present), label = data.label }
                }
                let owner = assign_labels(train.response, train.label)
                measure mean(y.v)
                plot psth(x.spike, bin = 5 ms), fano(x.spike), activity, graph(xy, yy), trace(y.v), histogram(xy.w)
                plot histogram(y.v over time)
                plot confusion(vote(train.response, owner), train.label)
            }
            """;

    @Test
    void whatSamplesEvokeIsRecordedAndDrawn() throws IOException {
        Files.writeString(folder.resolve("four.csv"), "1,1,0\n1,0,1\n1,1,0\n1,0,2\n");
        Files.writeString(folder.resolve("shown.exp"), SHOWN);
        Ended ended = altdsl.run("run", "shown.exp", "--out", "out", "--quiet");
        assertEquals(0, ended.exitCode(), ended.err());
        // In each bin of a presentation x[0] spikes once, x[1] in two samples of four: 0.75 spikes in 5 ms.
        double[] rate = array("psth-x.spike", "values");
        assertEquals(6, rate.length);
        for (int bin = 0; bin < 4; bin++) {
            assertEquals(150, rate[bin], 1e-9, "bin " + bin);
        }
        assertEquals(0, rate[4]);
        assertEquals(0, rate[5]);
        assertEquals(4, array("psth-x.spike", "presentations")[0]);
        // Counts are 4, 4, 4, 4 and, whatever their order, 4, 0, 4, 0: variances 0 and 4, means 4 and 2.
        assertEquals(List.of(0.0, 2.0), box(array("fano-x.spike", "values")));
        // x[0] answers to class 0 as to the others and is the first's; x[1] answers to class 0 only.
        assertEquals(List.of(0.0, 1.0, 2.0), box(array("confusion", "class")));
        assertEquals(List.of(0.0, 0.0, 0.0), box(array("confusion", "found")));
        assertEquals(List.of(2.0, 1.0, 1.0), box(array("confusion", "count")));
        String report = Files.readString(folder.resolve("out/report.html"));
        for (String wanted : List.of(
                "Rate of x.spike by the time since a sample was shown",
                "variance over mean of the counts of x.spike",
                "Rate of y.spike",
                "Synapses of xy, yy, 15",
                "Classes found by vote(train.response, owner), 50.0",
                ">mV<",
                "Distribution of y.v over time, darker where there are more",
                ">y.v (mV)<",
                ">xy.w (pA)<")) {
            assertTrue(report.contains(wanted), wanted);
        }
        // A trace is drawn in the unit that its quantity is declared in: its axis is near -65, not near -0.065.
        String trace = Files.readString(folder.resolve("out/plots/trace-y.v.svg"));
        assertTrue(trace.contains(">\u221265"), trace);
    }

    @Test
    void anInterruptedRunKeepsItsRecordsAndGoesOn() throws IOException, InterruptedException {
        Files.writeString(
                folder.resolve("ramps.exp"),
                NETWORK.formatted(
                        "100 h",
                        "measure rate(a.spike) every 1 s\nrecord a.spike every_"
                                .replace(" every_", " over first 1 s")));
        Process process = altdsl.process("run", "ramps.exp", "--quiet", "--threads", "1", "--out", "out")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out.txt").toFile())
                .start();
        Path log = folder.resolve("out/log.jsonl");
        while (process.isAlive() && !(Files.exists(log) && Files.readString(log).contains("\"time\":2.0,"))) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        assertTrue(process.isAlive(), Files.readString(folder.resolve("out.txt")));
        process.destroy();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it did not stop");
        assertEquals(75, process.exitValue());
        double[] times = array("a.spike", "time");
        assertEquals(3 * 99, times.length);
        assertTrue(times[times.length - 1] < 1);
        try (Stream<Path> files = Files.list(folder.resolve("out/records/no-rule-seed1"))) {
            assertEquals(
                    List.of("a.spike.npz"),
                    files.map(file -> file.getFileName().toString()).toList());
        }
    }

    /** A run that is stopped within its second job, and resumed, records and measures the same as one that is not. */
    @Test
    void aResumedRunRecordsTheSame() throws IOException, InterruptedException {
        String statements = """
                measure rate(a.spike), mean(b.v) every 1 s
                record a.spike over last 5 s
                record b.v, ab.w every 100 ms
                plot trace(a.v), histogram(isi(b.spike)), rate(b.spike, bin = 1 s)""";
        Files.writeString(folder.resolve("ramps.exp"), NETWORK.formatted("300 s", statements));
        Process process = altdsl.process("run", "ramps.exp", "--quiet", "--threads", "1", "--out", "out")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out.txt").toFile())
                .start();
        Path log = folder.resolve("out/log.jsonl");
        while (process.isAlive()
                && !(Files.exists(log) && Files.readString(log).matches("(?s).*\"seed\":2,[^\n]*\"time\":2.0,.*"))) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertTrue(process.isAlive(), Files.readString(folder.resolve("out.txt")));
        process.destroy();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it did not stop");
        assertEquals(75, process.exitValue());
        Ended resumed = altdsl.run("run", "ramps.exp", "--quiet", "--out", "out", "--resume");
        assertEquals(0, resumed.exitCode(), resumed.err());
        Ended whole = altdsl.run("run", "ramps.exp", "--quiet", "--out", "whole");
        assertEquals(0, whole.exitCode(), whole.err());
        assertEquals(measured("whole"), measured("out"));
        try (Stream<Path> files = Files.walk(folder.resolve("whole/records"))) {
            List<Path> all = files.filter(Files::isRegularFile).toList();
            assertEquals(2 * 6, all.size());
            for (Path file : all) {
                Path other = folder.resolve("out/records")
                        .resolve(folder.resolve("whole/records").relativize(file));
                assertTrue(sameArrays(file, other), file.toString());
            }
        }
    }

    /** What results.csv holds, but for how long it took. */
    private List<String> measured(String run) throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve(run).resolve("results.csv"));
        int seconds = List.of(lines.get(0).split(",")).indexOf("seconds");
        List<String> rows = new ArrayList<>();
        for (String line : lines) {
            List<String> cells = new ArrayList<>(List.of(line.split(",", -1)));
            cells.remove(seconds);
            rows.add(String.join(",", cells));
        }
        return rows;
    }

    /** Whether two archives hold the same arrays, bit for bit; times of entries may differ. */
    private static boolean sameArrays(Path one, Path other) throws IOException {
        try (ZipFile first = new ZipFile(one.toFile());
                ZipFile second = new ZipFile(other.toFile())) {
            if (first.size() != second.size()) {
                return false;
            }
            for (ZipEntry entry : Collections.list(first.entries())) {
                ZipEntry same = second.getEntry(entry.getName());
                if (same == null
                        || !Arrays.equals(
                                first.getInputStream(entry).readAllBytes(),
                                second.getInputStream(same).readAllBytes())) {
                    return false;
                }
            }
            return true;
        }
    }

    @Test
    void theSummarySaysInWhatUnitMeasuresAreShown() throws IOException {
        String statements = """
                let half = fraction(ab.w > 0.5)
                let speed = mean(b.speed)
                measure rate(a.spike), half, speed, mean(ab.w), cv(isi(b.spike)) every 10 ms
                """;
        assertEquals(0, run("100 ms", statements).exitCode());
        JsonNode summary =
                new ObjectMapper().readTree(folder.resolve("out/summary.json").toFile());
        List<String> told = new ArrayList<>();
        summary.get("measures").forEach(one -> told.add(one.toString()));
        assertEquals(
                List.of(
                        "{\"name\":\"rate(a.spike)\",\"unit\":\"Hz\",\"scale\":1.0,\"range\":\"not_negative\"}",
                        "{\"name\":\"half\",\"range\":\"share\"}",
                        "{\"name\":\"speed\",\"unit\":\"Hz\",\"scale\":1.0,\"range\":\"any\"}",
                        "{\"name\":\"mean(ab.w)\",\"range\":\"any\"}",
                        "{\"name\":\"cv(isi(b.spike))\",\"range\":\"not_negative\"}"),
                told);
        String report = Files.readString(folder.resolve("out/report.html"));
        assertTrue(report.contains("rate(a.spike) (Hz)"), report);
    }
}
