package org.altdsl.tests.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.altdsl.tests.cli.CommandLine;
import org.altdsl.tests.cli.CommandLine.Ended;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example runs, and gives what its expected.json says. */
class ExamplesTest {
    @TempDir
    private Path folder;

    static List<Path> experiments() {
        return files(".exp");
    }

    static List<Path> rules() {
        return files(".rule");
    }

    private static List<Path> files(String ending) {
        try (Stream<Path> walk = Files.walk(CommandLine.root().resolve("examples"))) {
            return walk.filter(path ->
                            path.toString().endsWith(ending) && !path.toString().contains("/runs/"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Ended run(Path experiment, String... options) {
        String[] arguments = Stream.concat(
                        Stream.of("run", experiment.toString(), "--quiet", "--out", "out"), Stream.of(options))
                .toArray(String[]::new);
        Ended ended = new CommandLine(folder).run(arguments);
        boolean noData = ended.exitCode() == 74 && ended.err().contains("was not found");
        assumeTrue(!noData, "its data set is not on this machine");
        assertEquals(0, ended.exitCode(), ended.err());
        return ended;
    }

    private JsonNode summary() throws IOException {
        return CommandLine.json(Files.readString(folder.resolve("out/summary.json")));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void rulesCheckWithoutAWarning(Path rule) {
        Ended ended = new CommandLine(folder).run("check", rule.toString());
        assertEquals("", ended.err());
        assertEquals(0, ended.exitCode());
    }

    @ParameterizedTest
    @MethodSource("experiments")
    void runsMadeSmallAndLeavesEveryFile(Path experiment) throws IOException {
        run(experiment, "--smoke");
        JsonNode summary = summary();
        assertEquals("complete", summary.get("status").asText());
        assertTrue(summary.get("wall_seconds").asDouble() > 0);
        int rules = summary.get("rules").size();
        assertTrue(rules > 1);
        assertEquals(rules * (rules - 1) / 2, summary.get("comparisons").size());
        boolean inTime = Files.readString(experiment).contains("dt = ");
        for (JsonNode rule : summary.get("rules")) {
            assertTrue(rule.get("card").has("reads"));
            assertFalse(rule.get("metrics").isEmpty());
            if (!inTime) {
                JsonNode accuracy = rule.get("metrics").get("test_accuracy");
                assertEquals(
                        summary.get("seeds").size(), accuracy.get("per_seed").size());
                assertTrue(rule.get("cost").has("samples_per_second"));
            }
        }
        for (String file : List.of("results.csv", "environment.json", "report.html", "log.jsonl")) {
            assertTrue(Files.size(folder.resolve("out").resolve(file)) > 0, file);
        }
        assertTrue(Files.exists(folder.resolve("out/sources").resolve(experiment.getFileName())));
        try (Stream<Path> plots = Files.list(folder.resolve("out/plots"))) {
            assertTrue(plots.anyMatch(plot -> plot.toString().endsWith(".svg")));
        }
        String report = Files.readString(folder.resolve("out/report.html"));
        assertFalse(report.contains("src=\"http") || report.contains("href=\"http"), "the report needs a network");
    }

    /** What a folder expects of its experiment; where it has several, what it expects of this one. */
    private static Path expectations(Path experiment) {
        String name = experiment.getFileName().toString().replace(".exp", ".expected.json");
        Path own = experiment.resolveSibling(name);
        return Files.exists(own) ? own : experiment.resolveSibling("expected.json");
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("experiments")
    void reachesWhatIsExpected(Path experiment) throws IOException {
        JsonNode expected = CommandLine.json(Files.readString(expectations(experiment)));
        assertEquals(
                experiment.getFileName().toString(), expected.get("experiment").asText());
        run(experiment);
        for (JsonNode wanted : expected.get("results")) {
            boolean found = false;
            for (JsonNode rule : summary().get("rules")) {
                if (rule.get("label").asText().equals(wanted.get("label").asText())) {
                    double mean = rule.get("metrics")
                            .get(wanted.get("metric").asText())
                            .get("mean")
                            .asDouble();
                    assertTrue(
                            mean >= wanted.get("min").asDouble()
                                    && mean <= wanted.get("max").asDouble(),
                            wanted + " but " + mean);
                    found = true;
                }
            }
            assertTrue(found, "no entry " + wanted.get("label"));
        }
    }
}
