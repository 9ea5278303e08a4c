package org.altdsl.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.altdsl.tests.cli.CommandLine.Ended;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a run leaves behind, however it ends. */
class RunTest {
    private static final String EXPERIMENT = """
            import backprop-family, datasets, neurons, objectives, optimizers
            experiment "Small" {
                data XOR batch 4
                network {
                    x : Input(data.image)
                    h : Rate[8](f = tanh)
                    y : Rate[2](f = identity)
                    x -> h -> y via Linear { w ~ kaiming } learns rule
                }
                objective CrossEntropy(y.u, data.label)
                param eta = 0.1
                optimizer SGD(eta = eta)
                compare rule in [Backprop, FeedbackAlignment]
                train 20 epochs
                seeds 1..2
                measure accuracy, alignment every epoch
            }
            """;

    @TempDir
    private Path folder;

    private CommandLine altdsl;

    @BeforeEach
    void setUp() throws IOException {
        altdsl = new CommandLine(folder);
        Files.writeString(folder.resolve("small.exp"), EXPERIMENT);
    }

    private JsonNode summary(String directory) throws IOException {
        return CommandLine.json(Files.readString(folder.resolve(directory).resolve("summary.json")));
    }

    /** results.csv without the column of measured times. */
    private List<String> numbers(String directory) throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve(directory).resolve("results.csv"));
        int seconds = List.of(lines.get(0).split(",")).indexOf("seconds");
        assertTrue(seconds > 0, lines.get(0));
        return lines.stream()
                .map(line -> {
                    String[] cells = line.split(",", -1);
                    cells[seconds] = "";
                    return String.join(",", cells);
                })
                .toList();
    }

    @Test
    void jsonIsAloneOnStandardOutput() throws IOException {
        Ended ended = altdsl.run("run", "small.exp", "--json", "--out", "out");
        assertEquals(0, ended.exitCode(), ended.err());
        JsonNode printed = CommandLine.json(ended.out());
        assertEquals(summary("out"), printed);
        assertEquals("Small", printed.get("experiment").asText());
        assertEquals("complete", printed.get("status").asText());
        assertEquals(CommandLine.json("[1,2]"), printed.get("seeds"));
        assertEquals(1, printed.get("comparisons").size());
        JsonNode backprop = printed.get("rules").get(0);
        assertEquals("Backprop", backprop.get("rule").asText());
        assertEquals(
                2, backprop.get("metrics").get("test_accuracy").get("per_seed").size());
        assertTrue(backprop.get("cost").get("train_seconds_per_epoch").asDouble() > 0);
        assertTrue(backprop.get("card").get("weight_transport").asBoolean());
        assertFalse(
                printed.get("rules").get(1).get("card").get("weight_transport").asBoolean());
        assertTrue(ended.err().contains("epoch 20"), ended.err());
    }

    @Test
    void theNumberOfThreadsChangesNoNumber() throws IOException {
        assertEquals(
                0,
                altdsl.run("run", "small.exp", "--quiet", "--threads", "1", "--out", "one")
                        .exitCode());
        assertEquals(
                0,
                altdsl.run("run", "small.exp", "--quiet", "--threads", "3", "--out", "three")
                        .exitCode());
        assertEquals(numbers("one"), numbers("three"));
    }

    @Test
    void dataBeyondTheirMemoryGiveTheSameNumbers() throws IOException {
        Files.writeString(
                folder.resolve("table.csv"),
                IntStream.range(0, 300)
                        .mapToObj(row -> row % 7 + "," + row % 5 + "," + row % 2 + "\n")
                        .collect(Collectors.joining()));
        Files.writeString(
                folder.resolve("table.exp"),
                EXPERIMENT.replaceFirst("data .*", "data Table batch 32").replaceFirst("experiment", """
                        dataset Table {
                            let table = csv("table.csv")
                            field image = (table[0..1] - mean(table[0..1] over train)) / 3
                            field label : class(2) = table[2]
                            split train 0.8, test 0.2 stratified by label
                        }
                        experiment"""));
        for (String memory : List.of("1G", "0M")) {
            Ended ended = altdsl.run(
                    "run", "table.exp", "--quiet", "--epochs", "2", "--data-memory", memory, "--out", memory);
            assertEquals(0, ended.exitCode(), ended.err());
        }
        assertEquals(numbers("1G"), numbers("0M"));
        Ended wrong = altdsl.run("run", "small.exp", "--data-memory", "lots");
        assertEquals(64, wrong.exitCode(), wrong.err());
        assertTrue(wrong.err().contains("a size such as 500M or 2G, not 'lots'"), wrong.err());
    }

    @Test
    void optionsReplaceWhatIsWritten() throws IOException {
        Ended ended = altdsl.run(
                "run",
                "small.exp",
                "--quiet",
                "--seeds",
                "3,5",
                "--epochs",
                "2",
                "--set",
                "eta=0.5",
                "--precision",
                "double",
                "--out",
                "out");
        assertEquals(0, ended.exitCode(), ended.err());
        assertEquals(CommandLine.json("[3,5]"), summary("out").get("seeds"));
        assertEquals("0.5", summary("out").get("settings").get("eta").asText());
        assertEquals(1 + 2 * 2 * 3, numbers("out").size());
        JsonNode environment = CommandLine.json(Files.readString(folder.resolve("out/environment.json")));
        assertEquals("double", environment.get("precision").asText());
        assertTrue(environment.get("cores").asInt() >= 1);
    }

    @Test
    void aParameterThatIsNotThereIsAnError() {
        Ended ended = altdsl.run("run", "small.exp", "--set", "etta=0.5");
        assertEquals(65, ended.exitCode(), ended.err());
        assertTrue(
                ended.err().contains("this experiment has no parameter 'etta' to set; did you mean 'eta'?"),
                ended.err());
        assertTrue(ended.err().contains("note: what can be set: eta"), ended.err());
    }

    @Test
    void aFolderThatHoldsARunIsKept() {
        assertEquals(
                0, altdsl.run("run", "small.exp", "--quiet", "--out", "out").exitCode());
        Ended again = altdsl.run("run", "small.exp", "--quiet", "--out", "out");
        assertEquals(73, again.exitCode(), again.err());
        assertTrue(again.err().contains("--resume"), again.err());
        assertEquals(73, altdsl.run("run", "small.exp", "--out", "small.exp/x").exitCode());
    }

    @Test
    void resumingRunsOnlyWhatIsNotFinished() throws IOException {
        assertEquals(
                0, altdsl.run("run", "small.exp", "--quiet", "--out", "out").exitCode());
        List<String> before = numbers("out");
        Path summary = folder.resolve("out/summary.json");
        JsonNode root = CommandLine.json(Files.readString(summary));
        JsonNode job = root.get("rules").get(1).get("runs").get(0);
        ((com.fasterxml.jackson.databind.node.ObjectNode) job).put("status", "stopped");
        Files.writeString(summary, root.toPrettyString());
        Ended ended = altdsl.run("run", "small.exp", "--out", "out", "--resume");
        assertEquals(0, ended.exitCode(), ended.err());
        assertTrue(ended.err().contains("FeedbackAlignment, seed 1, epoch 20"), ended.err());
        assertFalse(ended.err().contains("seed 2"), ended.err());
        assertEquals(before, numbers("out"));
        assertEquals("complete", summary("out").get("status").asText());
    }

    @Test
    void anotherExperimentIsNotResumed() throws IOException {
        assertEquals(
                0, altdsl.run("run", "small.exp", "--quiet", "--out", "out").exitCode());
        Ended set = altdsl.run("run", "small.exp", "--out", "out", "--resume", "--set", "eta=0.2");
        assertEquals(64, set.exitCode(), set.err());
        assertTrue(set.err().contains("eta"), set.err());
        Files.writeString(folder.resolve("small.exp"), EXPERIMENT.replace("tanh", "relu"));
        Ended changed = altdsl.run("run", "small.exp", "--out", "out", "--resume");
        assertEquals(64, changed.exitCode(), changed.err());
        assertTrue(changed.err().contains("small.exp has changed"), changed.err());
        assertEquals(
                74, altdsl.run("run", "small.exp", "--out", "empty", "--resume").exitCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void aSignalStopsCleanly(String signal) throws IOException, InterruptedException {
        Path log = folder.resolve("out/log.jsonl");
        Process process = altdsl.process("run", "small.exp", "--quiet", "--epochs", "2000000", "--out", "out")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out.txt").toFile())
                .start();
        while (process.isAlive() && !(Files.exists(log) && Files.readString(log).contains("\"epoch\":1,"))) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        assertTrue(process.isAlive(), Files.readString(folder.resolve("out.txt")));
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it did not stop");
        assertEquals(signal.equals("INT") ? 130 : 75, process.exitValue());
        assertEquals("stopped", summary("out").get("status").asText());
        assertTrue(numbers("out").size() > 2);
        assertTrue(Files.exists(folder.resolve("out/report.html")));
    }

    @Test
    void divergenceEndsOneRuleAndNamesItsLine() throws IOException {
        Files.writeString(folder.resolve("explode.rule"), """
                import neurons, optimizers
                /// Grows without end.
                rule Explode {
                    after forward {
                        dw = 1e30 * w
                    }
                }
                """);
        Files.writeString(
                folder.resolve("small.exp"),
                EXPERIMENT.replace("import ", "import explode, ").replace("FeedbackAlignment]", "Explode]"));
        Ended ended = altdsl.run("run", "small.exp", "--quiet", "--out", "out");
        assertEquals(0, ended.exitCode(), ended.err());
        assertTrue(ended.out().contains("Explode diverged"), ended.out());
        assertTrue(ended.out().replaceAll("\\s+", " ").contains("explode.rule:5:"), ended.out());
        JsonNode summary = summary("out");
        assertEquals("complete", summary.get("status").asText());
        assertTrue(summary.get("rules").get(0).get("metrics").has("test_accuracy"));
        assertFalse(summary.get("rules").get(1).get("metrics").has("test_accuracy"));
    }

    /** Weights that sum to five before each batch, and then to what is added. */
    private Ended normalized(String added) throws IOException {
        Files.writeString(folder.resolve("normalized.rule"), """
                import neurons
                /// Keeps what a neuron hears at five, in exact arithmetic.
                rule Normalized {
                    after batch {
                        w = 5 * normalize(abs(w) over pre) + %s
                    }
                    conserve sum(w over pre) == 5 within 1e-9
                }
                """.formatted(added));
        Files.writeString(
                folder.resolve("small.exp"),
                EXPERIMENT
                        .replace("import ", "import normalized, ")
                        .replace("FeedbackAlignment]", "Normalized]")
                        .replace("data XOR", "data GaussianClusters(features = 700, samples = 64, held_out = 16)")
                        .replace("Rate[2]", "Rate[4]"));
        return altdsl.run("run", "small.exp", "--quiet", "--out", "out");
    }

    @Test
    void roundingBreaksNoPromise() throws IOException {
        Ended ended = normalized("0");
        assertEquals(0, ended.exitCode(), ended.err());
        assertFalse(ended.out().contains("diverged"), ended.out());
    }

    @Test
    void whatIsNotConservedEndsTheRuleThatPromisedIt() throws IOException {
        Ended ended = normalized("1e-6");
        assertEquals(0, ended.exitCode(), ended.err());
        String out = ended.out().replaceAll("\\s+", " ");
        assertTrue(out.contains("'sum(w over pre)' is not conserved"), out);
        assertTrue(out.contains("normalized.rule:7:"), out);
    }

    @Test
    void finishedRunsAreComparedAndReportedAgain() throws IOException {
        assertEquals(0, altdsl.run("run", "small.exp", "--quiet", "--out", "a").exitCode());
        assertEquals(
                0,
                altdsl.run("run", "small.exp", "--quiet", "--seeds", "7..8", "--out", "b")
                        .exitCode());
        Ended compared = altdsl.run("compare", "a", "b");
        assertEquals(0, compared.exitCode(), compared.err());
        assertTrue(compared.out().contains("a: Small") && compared.out().contains("b: Small"), compared.out());
        Files.delete(folder.resolve("a/report.html"));
        assertEquals(0, altdsl.run("report", "a").exitCode());
        assertTrue(Files.size(folder.resolve("a/report.html")) > 1000);
    }

    /** What a person sees: the page that Chromium makes of the report, without a network. */
    @Test
    void theReportOpensInABrowser() throws IOException, InterruptedException {
        Path chromium = Path.of("/usr/bin/chromium");
        assumeTrue(Files.isExecutable(chromium), "needs Chromium");
        assertEquals(
                0, altdsl.run("run", "small.exp", "--quiet", "--out", "out").exitCode());
        Path page = folder.resolve("page.html");
        Process browser = new ProcessBuilder(
                        chromium.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--no-first-run",
                        "--user-data-dir=" + folder.resolve("profile"),
                        "--dump-dom",
                        folder.resolve("out").resolve("report.html").toUri().toString())
                .redirectOutput(page.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertTrue(browser.waitFor(60, TimeUnit.SECONDS), "the browser does not end");
        String seen = Files.readString(page);
        assertTrue(seen.contains("<h1>Small</h1>"), seen.substring(0, Math.min(500, seen.length())));
        assertTrue(seen.contains("Learning curves"), "no learning curves");
        assertTrue(seen.split("<svg", -1).length > 4, "hardly any drawings");
    }
}
