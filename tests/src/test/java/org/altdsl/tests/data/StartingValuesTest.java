package org.altdsl.tests.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.altdsl.diag.DiagnosticPrinter;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.driver.FrontEnd;
import org.altdsl.driver.Preparation;
import org.altdsl.driver.RunOptions;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.RulePlan;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.TimedPlan;
import org.altdsl.source.SourceFile;
import org.altdsl.tests.bench.Programs;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Synapses, spikes, weights, delays and states that a network in time takes from files. */
class StartingValuesTest {
    /** A neuron that counts what arrives, in steps of a millisecond. */
    private static final String TEXT = """
            neuron Counter {
                state v = 0
                spike when v > 1e9 { v = 0 }
            }
            synapse Add { weight w; param delay = 0 ms; on pre.spike { post.v += w } }
            experiment "from files" {
                dt = 1 ms
                network {
                    x : Spikes[3](from = "spikes.csv")
                    c : Counter[2] { v = csv("v.csv") * 1000 }
                    s : x -> c connect from "edges.csv" via Add(delay = csv("delays.csv") * 1 ms) { w = csv("weights.csv") }
                }
                protocol { run 10 ms }
                measure mean(c.v)
            }
            """;

    @TempDir
    private Path folder;

    @BeforeEach
    void files() throws IOException {
        // Neither by source nor by target, and one pair twice.
        write("edges.csv", "source,target\n2,0\n0,1\n1,0\n0,0\n2,0\n");
        write("weights.csv", "1\n10\n100\n1000\n10000\n");
        write("delays.csv", "0\n1\n2\n3.4\n3.5\n");
        write("spikes.csv", "0.001,2\n0.002,0\n0.002,1\n0.004,2\n");
        write("v.csv", "7\n8\n");
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private Executor started(String text) {
        DiagnosticSink sink = new DiagnosticSink();
        RulePlan rule = Preparation.prepare(
                        Programs.read("test.exp", text), RunOptions.asWritten(), DataFiles.source(folder), sink)
                .orElseThrow(() -> Programs.failure(sink, text))
                .plan()
                .rules()
                .get(0);
        TimedPlan plan = rule.timed().orElseThrow();
        Executor executor = rule.train().executor(1, 1);
        plan.tables().forEach(executor::write);
        executor.enter(Scope.RUN);
        plan.trains().forEach((variable, train) -> executor.play(variable, train.cursor()::at));
        return executor;
    }

    /** What a neuron has counted after each step. */
    private static double[] course(Executor executor, int steps, int neuron) {
        double[] course = new double[steps];
        for (int step = 0; step < steps; step++) {
            executor.advance(1);
            course[step] = executor.read("c.v")[neuron];
        }
        return course;
    }

    @Test
    void eachSynapseHasItsOwnWeightAndDelay() {
        double[] first = {7000, 7001, 7001, 7001, 7102, 18102, 18102, 18102, 28102, 28102};
        assertArrayEquals(first, course(started(TEXT), 10, 0), "delays of 0, 2, 3 and 4 steps");
        double[] second = {8000, 8000, 8000, 8010, 8010, 8010, 8010, 8010, 8010, 8010};
        assertArrayEquals(second, course(started(TEXT), 10, 1), "a delay of 1 step");
    }

    @Test
    void weightsGoByTheLinesOfTheList() {
        assertArrayEquals(
                new double[] {1000, 10, 100, 1, 10000}, started(TEXT).read("s.w"), "by source, target, then line");
    }

    /** Synapses and weights in the arrays of one file, as NumPy writes them. */
    @Test
    void synapsesMayStandInTheArraysOfAFile() throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(folder.resolve("net.npz")))) {
            Map<String, double[]> arrays = Map.of(
                    "source", new double[] {2, 0, 1, 0, 2},
                    "target", new double[] {0, 1, 0, 0, 0},
                    "w", new double[] {1, 10, 100, 1000, 10000});
            for (Map.Entry<String, double[]> array : arrays.entrySet()) {
                zip.putNextEntry(new ZipEntry(array.getKey() + ".npy"));
                zip.write(DataFiles.npy(array.getValue(), array.getValue().length, 1));
                zip.closeEntry();
            }
        }
        String text =
                TEXT.replace("\"edges.csv\"", "\"net.npz\"").replace("csv(\"weights.csv\")", "npz(\"net.npz\", \"w\")");
        assertArrayEquals(started(TEXT).read("s.w"), started(text).read("s.w"));
        assertArrayEquals(course(started(TEXT), 10, 0), course(started(text), 10, 0));
    }

    @Test
    void timesMayBeInMilliseconds() throws IOException {
        double[] inSeconds = course(started(TEXT), 10, 0);
        write("spikes.csv", "1,2\n2,0\n2,1\n4,2\n");
        String text = TEXT.replace("\"spikes.csv\"", "\"spikes.csv\", unit = 1 ms");
        assertArrayEquals(inSeconds, course(started(text), 10, 0));
    }

    @Test
    void denseSynapsesAreInTheOrderOfTheirSources() throws IOException {
        write("weights.csv", "1\n2\n3\n4\n5\n6\n");
        String text = TEXT.replace("connect from \"edges.csv\" ", "").replace("csv(\"delays.csv\") * 1 ms", "1 ms");
        assertArrayEquals(new double[] {1, 2, 3, 4, 5, 6}, started(text).read("s.w"));
    }

    @Test
    void aCheckNeedsNoFiles() {
        DiagnosticSink found = new FrontEnd(Programs.library())
                .check(new SourceFile("test.exp", TEXT.replace(".csv", ".txt")))
                .diagnostics();
        assertFalse(found.hasErrors(), () -> new DiagnosticPrinter(false).print(found));
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                Arguments.of("edges.csv", "0,2\n0,1\n1,0\n0,0\n2,0\n", "target 2, but there are 2"),
                Arguments.of("edges.csv", "0\n1\n", "two columns, source and target"),
                Arguments.of("weights.csv", "1\n2\n", "has 2 number(s), and 's' has 5 synapse(s)"),
                Arguments.of("v.csv", "1\n2\n3\n", "has 3 number(s), and 'c' has 2 neuron(s)"),
                Arguments.of("delays.csv", "1\n1\n-1\n1\n1\n", "a delay is not negative"),
                Arguments.of("spikes.csv", "0.004,2\n0.001,2\n", "out of order"),
                Arguments.of("spikes.csv", "0.001,3\n", "there is no neuron 3"),
                Arguments.of("spikes.csv", "0.0011,1\n0.0012,1\n", "at most once in a step"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeInAFileIsToldWhereItIsRead(String file, String text, String expected) throws IOException {
        write(file, text);
        String told = refusal(TEXT);
        assertTrue(told.contains(expected), told);
        assertTrue(told.contains("test.exp:"), told);
    }

    @Test
    void numbersForDrawnSynapsesBelongToNobody() {
        String told = refusal(TEXT.replace("from \"edges.csv\"", "sparse(0.5)"));
        assertTrue(told.contains("which number is whose?"), told);
    }

    @Test
    void aMissingFileIsNamed() {
        String told = refusal(TEXT.replace("v.csv", "nowhere.csv"));
        assertTrue(told.contains("nowhere.csv"), told);
    }

    private String refusal(String text) {
        return DataFiles.refusal(text, DataFiles.source(folder));
    }
}
