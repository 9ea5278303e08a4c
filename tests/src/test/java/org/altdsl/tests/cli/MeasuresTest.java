package org.altdsl.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.altdsl.tests.cli.CommandLine.Ended;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is measured, after each epoch and in each batch, against numbers computed with NumPy. */
class MeasuresTest {
    private static final String EXPERIMENT = """
            import frozen-reporter, backprop-family, datasets, neurons, objectives, optimizers
            dataset Four {
                train { let t = csv("four.csv") }
                test { let t = csv("four.csv") }
                field image = t[0..1]
                field label : class(2) = t[2]
            }
            experiment "Measures" {
                data Four batch %d
                network {
                    x : Input(data.image)
                    h : Rate[3](f = tanh)
                    y : Rate[2](f = identity)
                    x -> h via Linear { w = [[0.5, -0.25], [1, 0.75], [-0.5, 0.125]] } learns rule
                    h -> y via Linear { w = [[0.25, -1, 0.5], [0.75, 0.5, -0.25]] } learns rule
                }
                objective CrossEntropy(y.u, data.label)
                optimizer SGD(eta = 0)
                compare rule in [Reporter, Backprop]
                train 2 epochs
                seeds 1..2
                precision = double
                measure accuracy, entropy, logit_mean, logit_std, probability_mean, probability_std every epoch
                measure accuracy, loss, prediction_entropy, layer_entropy, network_entropy, logit_mean, logit_std,
                    probability_mean, probability_std every batch
            }
            """;

    private static final String REPORTER = """
            rule Reporter {
                after forward { dw = pre.r * post.r }
                after batch { report drive = mean(pre.r over pre, batch) }
            }
            """;

    /** NumPy's numbers for all four samples; it sums in another order than we do. */
    private static final Map<String, Double> EXPECTED = expected();

    private static final double ROUNDING = 1e-13;

    private static Map<String, Double> expected() {
        Map<String, Double> numbers = new LinkedHashMap<>();
        numbers.put("loss", 0.7336989174244744);
        numbers.put("accuracy", 0.25);
        numbers.put("prediction_entropy", 0.597295950904659);
        numbers.put("layer_entropy[h]", 1.0275554177732327);
        numbers.put("layer_entropy[y]", 0.5790429048760644);
        numbers.put("network_entropy", 0.8032991613246485);
        numbers.put("logit_mean", -0.16684444828444805);
        numbers.put("logit_std", 0.5631615285170907);
        numbers.put("probability_mean", 0.5);
        numbers.put("probability_std", 0.20975049286003106);
        return numbers;
    }

    @TempDir
    private Path folder;

    private CommandLine altdsl;

    @BeforeEach
    void setUp() throws IOException {
        altdsl = new CommandLine(folder);
        Files.writeString(folder.resolve("four.csv"), "1,0.5,1\n-1,2,1\n0.25,-0.75,1\n0,1.5,0\n");
        Files.writeString(folder.resolve("frozen-reporter.rule"), REPORTER);
    }

    private void run(int batch, String... more) throws IOException {
        Files.writeString(folder.resolve("measures.exp"), EXPERIMENT.formatted(batch));
        List<String> arguments = new ArrayList<>(List.of("run", "measures.exp", "--quiet", "--out", "out"));
        arguments.addAll(List.of(more));
        Ended ended = altdsl.run(arguments.toArray(String[]::new));
        assertEquals(0, ended.exitCode(), ended.err());
    }

    private List<Map<String, String>> table(String name) throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve("out").resolve(name));
        String[] header = lines.get(0).split(",", -1);
        List<Map<String, String>> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",", -1);
            assertEquals(header.length, cells.length, line);
            Map<String, String> row = new LinkedHashMap<>();
            for (int i = 0; i < cells.length; i++) {
                row.put(header[i], cells[i]);
            }
            rows.add(row);
        }
        return rows;
    }

    @Test
    void everyEpochIsMeasuredOnTheTestSplit() throws IOException {
        run(4);
        List<Map<String, String>> rows = table("results.csv");
        assertEquals(2 * 2 * 3, rows.size());
        for (Map<String, String> row : rows) {
            EXPECTED.forEach((name, value) -> {
                String column = name.equals("loss") || name.equals("accuracy") ? "test_" + name : name;
                assertEquals(value, Double.parseDouble(row.get(column)), ROUNDING, column);
            });
        }
    }

    @Test
    void everyBatchHasARowOfItsOwn() throws IOException {
        run(4);
        List<Map<String, String>> rows = table("batches.csv");
        assertEquals(2 * 2 * 2, rows.size());
        for (Map<String, String> row : rows) {
            EXPECTED.forEach((name, value) -> assertEquals(value, Double.parseDouble(row.get(name)), ROUNDING, name));
            boolean reports = row.get("rule").equals("Reporter");
            // The mean of the inputs of the four samples: (1 + 0.5 - 1 + 2 + 0.25 - 0.75 + 0 + 1.5) / 8.
            assertEquals(reports ? "0.4375" : "", row.get("drive[h]"));
        }
    }

    @Test
    void batchesAreCountedInTheirEpochAndTheirMeanIsTheEpochs() throws IOException {
        run(3);
        List<Map<String, String>> rows = table("batches.csv");
        List<Map<String, String>> job = rows.stream()
                .filter(row ->
                        row.get("rule").equals("Backprop") && row.get("seed").equals("2"))
                .toList();
        assertEquals(
                List.of("1,1", "1,2", "2,1", "2,2"),
                job.stream()
                        .map(row -> row.get("epoch") + "," + row.get("batch"))
                        .toList());
        double whole = (3 * Double.parseDouble(job.get(0).get("loss"))
                        + Double.parseDouble(job.get(1).get("loss")))
                / 4;
        assertEquals(EXPECTED.get("loss"), whole, ROUNDING);
    }

    @Test
    void aResumedRunKeepsTheBatchesOfFinishedJobsOnly() throws IOException {
        run(4);
        Path batches = folder.resolve("out/batches.csv");
        List<String> before = Files.readAllLines(batches).stream().sorted().toList();
        // As if the run had been stopped within the second job: a line is cut in the middle.
        Path summary = folder.resolve("out/summary.json");
        Files.writeString(
                summary,
                Files.readString(summary)
                        .replaceFirst("(?s)(Backprop.*?\"status\" ?: ?)\"complete\"", "$1\"stopped\""));
        Files.writeString(batches, Files.readString(batches) + "Backprop,,1,2,");
        run(4, "--resume");
        List<String> after = Files.readAllLines(batches).stream().sorted().toList();
        assertEquals(before, after);
    }

    @Test
    void whatNeedsClassesSaysSo() throws IOException {
        Files.writeString(
                folder.resolve("measures.exp"),
                EXPERIMENT
                        .formatted(4)
                        .replace("objective CrossEntropy(y.u, data.label)", "objective MSE(y.r, data.image)")
                        .replace("accuracy, ", ""));
        Ended ended = altdsl.run("run", "measures.exp", "--quiet", "--out", "other");
        assertEquals(65, ended.exitCode());
        assertTrue(ended.err().contains("logit_mean needs an objective over classes"), ended.err());
    }

    @Test
    void otherSpansAreRefused() throws IOException {
        Files.writeString(
                folder.resolve("measures.exp"), EXPERIMENT.formatted(4).replace("every batch", "every 10 batches"));
        Ended ended = altdsl.run("run", "measures.exp", "--quiet", "--out", "other");
        assertEquals(65, ended.exitCode());
        assertTrue(ended.err().contains("'every epoch' or 'every batch'"), ended.err());
    }
}
