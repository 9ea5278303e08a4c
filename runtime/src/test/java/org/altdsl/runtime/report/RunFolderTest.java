package org.altdsl.runtime.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunFolderTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path temporary;

    @Test
    void theSummaryHasEveryFieldOfTheContract() throws IOException {
        RunFolder folder = RunFolder.at(temporary);
        folder.finish(SampleRun.typical());
        JsonNode root = JSON.readTree(temporary.resolve("summary.json").toFile());
        assertEquals("Who learns handwritten digits?", root.get("experiment").asText());
        assertEquals("complete", root.get("status").asText());
        assertEquals(41.7, root.get("wall_seconds").asDouble());
        assertEquals(JSON.readTree("[1, 2, 3, 4, 5]"), root.get("seeds"));
        assertEquals(7, root.get("rules").size());

        JsonNode rule = root.get("rules").get(0);
        assertEquals("Backprop", rule.get("rule").asText());
        assertEquals(0.1, rule.get("parameters").get("eta").asDouble());
        JsonNode accuracy = rule.get("metrics").get("test_accuracy");
        assertEquals(5, accuracy.get("per_seed").size());
        assertTrue(accuracy.get("ci95").get(0).asDouble() < accuracy.get("mean").asDouble());
        assertTrue(accuracy.get("ci95").get(1).asDouble() > accuracy.get("mean").asDouble());
        assertFalse(rule.get("metrics").has("seconds"));
        for (String field : List.of(
                "train_seconds_per_epoch",
                "samples_per_second",
                "bytes_per_synapse",
                "operations_per_synapse_update")) {
            assertTrue(rule.get("cost").get(field).isNumber(), field);
        }
        JsonNode card = rule.get("card");
        assertEquals(JSON.readTree("[\"pre\", \"post\", \"weight_transport\", \"objective\"]"), card.get("reads"));
        for (String field : List.of("local", "online", "causal", "weight_transport", "stores_history")) {
            assertTrue(card.get(field).isBoolean(), field);
        }
        assertEquals(1, card.get("phases").asInt());

        // Six rules have final values: fifteen pairs.
        assertEquals(15, root.get("comparisons").size());
        JsonNode pair = root.get("comparisons").get(0);
        assertEquals("test_accuracy", pair.get("metric").asText());
        assertEquals("Backprop", pair.get("a").asText());
        assertEquals("FeedbackAlignment", pair.get("b").asText());
        assertEquals("paired t, Holm", pair.get("test").asText());
        assertEquals(2, pair.get("ci95").size());
        assertTrue(pair.get("p").isNumber());
        assertTrue(pair.get("mean_difference").isNumber());
    }

    @Test
    void whatDoesNotApplyIsAbsent() throws IOException {
        JsonNode diverged = JSON.readTree(SummaryJson.summary(SampleRun.typical()))
                .get("rules")
                .get(6);
        assertEquals(0, diverged.get("cost").size());
        assertEquals(0, diverged.get("metrics").size());
        JsonNode single = JSON.readTree(SummaryJson.summary(oneSeed("R", Map.of("test_accuracy", 0.5))));
        assertFalse(
                single.get("rules").get(0).get("metrics").get("test_accuracy").has("ci95"));
    }

    @Test
    void numbersThatAreNoneDoNotReachTheSummary() throws IOException {
        JsonNode root = JSON.readTree(SummaryJson.summary(oneSeed("R", Map.of("test_loss", Double.NaN, "x", 1.0))));
        assertEquals(Set.of("x"), fields(root.get("rules").get(0).get("metrics")));
    }

    private static Set<String> fields(JsonNode node) {
        Set<String> names = new TreeSet<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void aRunReadsBackAsItWasWritten() {
        RunResult run = SampleRun.typical();
        RunFolder.at(temporary).finish(run);
        assertEquals(run, RunFolder.read(temporary));
    }

    @Test
    void namesWithCommasQuotesAndLineFeedsSurviveTheCsv() {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("a,\"b\"", 0.1 + 0.2);
        values.put("worst", Double.NEGATIVE_INFINITY);
        RunResult run = oneSeed("a, \"b\"\nc", values);
        RunFolder.at(temporary).finish(run);
        assertEquals(run, RunFolder.read(temporary));
    }

    @Test
    void theCsvHasOneRowPerRuleSeedAndEpoch() throws IOException {
        RunFolder.at(temporary).update(SampleRun.typical());
        List<String> lines = Files.readAllLines(temporary.resolve("results.csv"));
        assertEquals(
                "rule,parameters,seed,epoch,train_accuracy,test_accuracy,train_loss,test_loss,weight_norm[h],"
                        + "alignment[h],weight_norm[y],alignment[y],dead_fraction[h],entropy[h],seconds",
                lines.get(0));
        assertEquals(1 + 6 * 5 * 21 + 4, lines.size());
        assertTrue(lines.get(1).startsWith("Backprop,eta=0.1,1,0,0."), lines.get(1));
    }

    @Test
    void theFolderOfAnUnfinishedRunSaysStoppedAndReads() {
        RunFolder folder = RunFolder.at(temporary);
        folder.update(SampleRun.typical());
        assertTrue(folder.holdsRun());
        assertEquals(SampleRun.typical().withStatus(RunResult.Status.STOPPED), RunFolder.read(temporary));
        assertFalse(Files.exists(temporary.resolve("report.html")));
    }

    @Test
    void everyFileOfTheContractIsThereAndNoTemporaryOne() throws IOException {
        RunFolder folder = RunFolder.at(temporary.resolve("deep/er"));
        folder.sources(Map.of("digits.exp", "experiment", "rules/mine.rule", "rule Mine { }"));
        folder.log(Map.of("event", "start"));
        folder.update(SampleRun.typical());
        folder.finish(SampleRun.typical());
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.walk(folder.directory())) {
            files.filter(Files::isRegularFile)
                    .forEach(file -> names.add(
                            folder.directory().relativize(file).toString().replace('\\', '/')));
        }
        assertTrue(
                names.containsAll(List.of(
                        "summary.json",
                        "results.csv",
                        "report.html",
                        "environment.json",
                        "log.jsonl",
                        "sources/digits.exp",
                        "sources/rules/mine.rule",
                        "plots/test_accuracy.svg",
                        "plots/alignment-h.svg",
                        "plots/weight_norm-y.svg")),
                names.toString());
        assertTrue(names.stream().noneMatch(name -> name.contains("tmp")), names.toString());
    }

    @Test
    void aFailedWriteLeavesTheOldFileAndNoTemporaryOne() throws IOException {
        RunFolder folder = RunFolder.at(temporary);
        // A folder that is not empty cannot be replaced by a file.
        Files.createDirectories(temporary.resolve("results.csv/in-the-way"));
        OutputException failure = assertThrows(OutputException.class, () -> folder.update(SampleRun.typical()));
        assertTrue(failure.getMessage().startsWith("cannot write " + temporary.resolve("results.csv") + ": "));
        assertFalse(failure.getMessage().contains("Exception"), failure.getMessage());
        try (Stream<Path> files = Files.list(temporary)) {
            assertEquals(List.of(temporary.resolve("results.csv")), files.toList());
        }
    }

    @Test
    void theLogHasOneTimedObjectPerLine() throws IOException {
        RunFolder folder = RunFolder.at(temporary);
        folder.log(Map.of("event", "epoch", "epoch", 1));
        folder.log(Map.of("event", "line\nfeed"));
        List<String> lines = Files.readAllLines(temporary.resolve("log.jsonl"));
        assertEquals(2, lines.size());
        assertEquals("epoch", JSON.readTree(lines.get(0)).get("event").asText());
        assertEquals("line\nfeed", JSON.readTree(lines.get(1)).get("event").asText());
        assertTrue(JSON.readTree(lines.get(0)).get("time").asText().endsWith("Z"));
    }

    @ParameterizedTest
    @CsvSource({
        "Who learns handwritten digits?, who-learns-handwritten-digits-1",
        "  Ö & <b>, ö-b-1",
        "../../etc, etc-1",
        "???, experiment-1",
    })
    void aNumberedFolderIsNamedByTheLettersOfTheExperiment(String experiment, String expected) {
        assertEquals(
                temporary.resolve(expected),
                RunFolder.numbered(temporary, experiment).directory());
    }

    @Test
    void numbersGoOnAfterTheLargest() throws IOException {
        Files.createDirectories(temporary.resolve("digits-7"));
        Files.createDirectories(temporary.resolve("digits-x"));
        assertEquals(
                temporary.resolve("digits-8"),
                RunFolder.numbered(temporary, "digits").directory());
        assertEquals(
                temporary.resolve("digits-9"),
                RunFolder.numbered(temporary, "digits").directory());
    }

    @ParameterizedTest
    @CsvSource({"../evil.rule", "/evil.rule", "a/../../evil.rule", "."})
    void aSourceStaysInsideItsFolder(String name) {
        RunFolder folder = RunFolder.at(temporary.resolve("run"));
        assertThrows(OutputException.class, () -> folder.sources(Map.of(name, "x")));
        assertFalse(Files.exists(temporary.resolve("run/evil.rule")));
    }

    @Test
    void aFolderThatIsNoRunIsReportedInWords() throws IOException {
        OutputException missing = assertThrows(OutputException.class, () -> RunFolder.read(temporary));
        assertEquals("cannot read " + temporary.resolve("summary.json") + ": no such file", missing.getMessage());
        RunFolder.at(temporary).update(SampleRun.typical());
        Files.writeString(temporary.resolve("summary.json"), "{ \"experiment\":");
        OutputException broken = assertThrows(OutputException.class, () -> RunFolder.read(temporary));
        assertEquals(
                "cannot read " + temporary.resolve("summary.json") + ": it is not whole JSON", broken.getMessage());
    }

    @Test
    void aCsvThatLacksRowsIsReported() throws IOException {
        RunFolder.at(temporary).update(SampleRun.typical());
        Path csv = temporary.resolve("results.csv");
        List<String> lines = new ArrayList<>(Files.readAllLines(csv));
        Files.write(csv, lines.subList(0, 100));
        OutputException failure = assertThrows(OutputException.class, () -> RunFolder.read(temporary));
        assertTrue(failure.getMessage().contains("it lacks rows of Backprop, seed 5"), failure.getMessage());
    }

    private static RunResult oneSeed(String rule, Map<String, Double> values) {
        SeedResult seed = new SeedResult(3, SeedResult.Status.COMPLETE, List.of(new Row(1, values)), Optional.empty());
        return new RunResult(
                "one",
                RunResult.Status.COMPLETE,
                0.5,
                List.of(3),
                List.of(new RuleResult(
                        rule,
                        Map.of("mode", "a; b"),
                        List.of(seed),
                        Cost.unknown(),
                        SampleRun.card(List.of("pre"), true),
                        "",
                        "",
                        Optional.empty())),
                SampleRun.environment(),
                "",
                Map.of());
    }
}
