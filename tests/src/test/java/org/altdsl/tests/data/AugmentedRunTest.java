package org.altdsl.tests.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.altdsl.driver.RunOptions;
import org.altdsl.runtime.engine.Engine;
import org.altdsl.runtime.report.Row;
import org.altdsl.runtime.report.SeedResult;
import org.altdsl.tests.bench.Run;
import org.junit.jupiter.api.Test;

/** Training samples are changed as a function of seed, epoch and sample; nothing that is measured is. */
class AugmentedRunTest {
    private static final String ALL = "augment image by shift(2), flip, noise(0.5)";

    private static Run run(String data, double eta, String rules) {
        String text = """
                import backprop-family, datasets, neurons, objectives, optimizers
                dataset Corners {
                    field image : [2, 2] = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
                    field label : class(2) = [0, 0, 1, 1]
                }
                experiment "augmented" {
                    data %s
                    network {
                        x : Input(data.image)
                        h : Rate[12](f = tanh)
                        y : Rate[10](f = identity)
                        x -> h -> y via Linear { w ~ kaiming } learns rule
                    }
                    objective CrossEntropy(y.u, data.label)
                    optimizer SGD(eta = %s)
                    compare rule in [%s]
                    train 2 epochs
                    seeds 1..2
                    measure accuracy, alignment every epoch
                }
                """.formatted(data, eta, rules);
        return Run.of(text, RunOptions.asWritten(), 1);
    }

    private static List<Map<String, Double>> numbers(SeedResult result) {
        return result.rows().stream()
                .map(row -> {
                    Map<String, Double> values = new HashMap<>(row.values());
                    values.remove(Row.SECONDS);
                    return values;
                })
                .toList();
    }

    private static Map<Engine.JobName, List<Map<String, Double>>> numbers(Map<Engine.JobName, SeedResult> results) {
        Map<Engine.JobName, List<Map<String, Double>>> all = new HashMap<>();
        results.forEach((job, result) -> all.put(job, numbers(result)));
        return all;
    }

    /** What is measured in the two runs at an epoch, apart from what is seen in training. */
    private static void assertMeasuredAlike(Run plain, Run augmented, int epoch, String measure) {
        for (int seed = 1; seed <= 2; seed++) {
            Map<String, Double> one = plain.rows(0).get(seed).get(epoch).values();
            Map<String, Double> other = augmented.rows(0).get(seed).get(epoch).values();
            assertTrue(one.containsKey(measure), one.toString());
            assertEquals(one.get(measure), other.get(measure), measure + " in epoch " + epoch);
        }
    }

    private static double trainLoss(Run run) {
        return run.rows(0).get(1).get(1).values().get("train_loss");
    }

    @Test
    void theTestSplitIsNeverChanged() {
        // Nothing is learnt, so the tests of all epochs differ only if what they show does.
        Run plain = run("Digits(limit = 100) batch 16", 0, "Backprop");
        Run augmented = run("Digits(limit = 100) batch 16 " + ALL, 0, "Backprop");
        for (int epoch = 0; epoch <= 2; epoch++) {
            assertMeasuredAlike(plain, augmented, epoch, "test_loss");
            assertMeasuredAlike(plain, augmented, epoch, "test_accuracy");
        }
        assertNotEquals(trainLoss(plain), trainLoss(augmented), "the training samples were not changed");
        List<Row> epochs = augmented.rows(0).get(1);
        assertNotEquals(
                epochs.get(1).values().get("train_loss"),
                epochs.get(2).values().get("train_loss"),
                "every epoch shows the same changes");
    }

    @Test
    void whatIsMeasuredOnTrainingSamplesIsMeasuredOnThemUnchanged() {
        Run plain = run("Corners batch 4", 0, "Backprop");
        Run augmented = run("Corners batch 4 " + ALL, 0, "Backprop");
        assertMeasuredAlike(plain, augmented, 2, "test_loss");
        assertNotEquals(trainLoss(plain), trainLoss(augmented));
        Run before = run("Digits(limit = 100) batch 16", 0.1, "FeedbackAlignment");
        Run changed = run("Digits(limit = 100) batch 16 " + ALL, 0.1, "FeedbackAlignment");
        assertMeasuredAlike(before, changed, 0, "alignment[h]");
    }

    @Test
    void changesAndOrderDependOnNeitherThreadsNorCompanyNorResuming() {
        String data = "Digits(limit = 100) batch 16 " + ALL;
        Run run = run(data, 0.1, "Backprop, FeedbackAlignment");
        Map<Engine.JobName, List<Map<String, Double>>> whole = numbers(run.results());
        assertEquals(whole, numbers(run.again(3).results()), "threads");
        Run alone = run(data, 0.1, "FeedbackAlignment");
        for (int seed = 1; seed <= 2; seed++) {
            assertEquals(
                    whole.get(new Engine.JobName(1, seed)),
                    numbers(alone.results().get(new Engine.JobName(0, seed))),
                    "the other entry of the comparison");
        }
        Engine.JobName first = new Engine.JobName(0, 1);
        Run resumed = run.resumed(Map.of(first, run.results().get(first)));
        assertEquals(whole, numbers(resumed.results()), "resuming");
    }
}
