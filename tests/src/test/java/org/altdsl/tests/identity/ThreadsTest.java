package org.altdsl.tests.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.driver.RunOptions;
import org.altdsl.runtime.engine.Engine;
import org.altdsl.runtime.report.Row;
import org.altdsl.runtime.report.SeedResult;
import org.altdsl.tests.bench.Run;
import org.altdsl.tests.bench.StandardRules;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run is a function of its text and its seeds: threads decide only when a job runs (I-30 of the rule zoo). */
class ThreadsTest {
    private static String text() {
        return """
                import %s
                experiment "every rule" {
                    data GaussianClusters(classes = 3, features = 5, samples = 100, held_out = 50) batch 16
                    network {
                        x : Input(data.image)
                        h : Rate[7](f = tanh)
                        y : Rate[3](f = identity)
                        x -> h -> y via Linear { w ~ kaiming } learns rule
                    }
                    objective CrossEntropy(y.u, data.label)
                    optimizer SGD(eta = 0.01)
                    compare rule in [%s]
                    train 2 epochs
                    seeds 1..2
                    measure accuracy, alignment, dead_fraction, weight_norm, entropy every epoch
                }
                """.formatted(StandardRules.imports(), String.join(", ", StandardRules.ofRates()));
    }

    private static Map<Engine.JobName, List<Map<String, Double>>> numbers(Run run) {
        Map<Engine.JobName, List<Map<String, Double>>> all = new HashMap<>();
        run.results().forEach((job, result) -> all.put(job, rows(result)));
        return all;
    }

    private static List<Map<String, Double>> rows(SeedResult result) {
        return result.rows().stream()
                .map(row -> {
                    Map<String, Double> values = new HashMap<>(row.values());
                    values.keySet().removeAll(Set.of(Row.SECONDS));
                    return values;
                })
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"float", "double"})
    void numberOfThreadsChangesNoBitOfAnyResult(String precision) {
        RunOptions options =
                new RunOptions(Map.of(), Optional.empty(), Optional.empty(), Optional.of(precision), false, false);
        Run run = Run.of(text(), options, 1);
        Map<Engine.JobName, List<Map<String, Double>>> one = numbers(run);
        assertEquals(2 * StandardRules.ofRates().size(), one.size());
        assertTrue(one.values().stream().allMatch(rows -> rows.size() == 3), "a job ended early");
        assertEquals(one, numbers(run.again(2)));
        assertEquals(one, numbers(run.again(3)));
    }
}
