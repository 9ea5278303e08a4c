package org.altdsl.tests.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.driver.RunOptions;
import org.altdsl.janino.FusedProgram;
import org.altdsl.runtime.engine.Engine;
import org.altdsl.runtime.report.Row;
import org.altdsl.runtime.report.SeedResult;
import org.altdsl.tests.bench.Run;
import org.altdsl.tests.bench.StandardRules;
import org.junit.jupiter.api.Test;
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

    /** So large that steps of neurons are cut, and with so many spikes that walks along synapses are. */
    private static String spiking() {
        return """
                import stdp
                neuron Cell {
                    state v : mV ~ uniform(-60 mV, -50 mV)
                    state ge : mV = 0 mV, gi : mV = 0 mV
                    v' = (ge + gi - (v + 49 mV)) / (20 ms)
                    ge' = -ge / (5 ms)
                    gi' = -gi / (10 ms)
                    spike when v > -50 mV { v = -60 mV; hold v for 5 ms }
                }
                synapse Up   { weight w : mV; on pre.spike { post.ge += w } }
                synapse Down { weight w : mV; on pre.spike { post.gi -= w } }
                experiment "spikes" {
                    dt = 0.1 ms
                    network {
                        c : Cell[8000]
                        let exc = c[0..6399], inh = c[6400..7999]
                        ee : exc -> exc connect sparse(0.03) via Up { w = 0.6 mV } learns PairSTDP(w_max = 3.24 mV)
                        ei : exc -> inh connect sparse(0.03) via Up { w = 0.6 mV }
                        i : inh -> c    connect sparse(0.03) via Down { w = 3 mV }
                    }
                    protocol { run 60 ms }
                    seeds 1
                    measure rate(c.spike), rate(inh.spike), mean(ee.w), std(ee.w), mean(c.v), mean(isi(exc.spike)) every 10 ms
                }
                """;
    }

    /** The last walk reads, at the sources of its spikes, what the walk before the last one has written. */
    private static String chained() {
        return """
                neuron Cell {
                    state v : mV ~ uniform(-60 mV, -50 mV)
                    state g : mV = 0 mV, h : mV = 0 mV, k : mV = 0 mV
                    v' = (g + h - k - (v + 49 mV)) / (20 ms)
                    g' = -g / (5 ms)
                    h' = -h / (5 ms)
                    k' = -k / (10 ms)
                    spike when v > -50 mV { v = -60 mV; hold v for 5 ms }
                }
                synapse First  { weight w : mV; on pre.spike { post.g += w } }
                synapse Second { weight w : mV; on pre.spike { post.h += w } }
                synapse Third  { weight w; on pre.spike { post.k += w * pre.g } }
                experiment "chain" {
                    dt = 0.1 ms
                    network {
                        c : Cell[8000]
                        c -> c connect sparse(0.03) via First { w = 0.1 mV }
                        c -> c connect sparse(0.03) via Second { w = 0.1 mV }
                        c -> c connect sparse(0.03) via Third { w = 0.001 }
                    }
                    protocol { run 60 ms }
                    seeds 1
                    measure rate(c.spike), mean(c.v), mean(c.k) every 10 ms
                }
                """;
    }

    @Test
    void walksThatReadWhatAnEarlierOneWritesWaitForIt() {
        RunOptions options =
                new RunOptions(Map.of(), Optional.empty(), Optional.empty(), Optional.empty(), false, false);
        Run run = Run.of(chained(), options, 1);
        assertEquals(numbers(run), numbers(run.again(2)));
        assertEquals(numbers(run), numbers(run.again(3)));
    }

    @Test
    void numberOfThreadsChangesNoBitOfANetworkOfSpikes() {
        RunOptions options =
                new RunOptions(Map.of(), Optional.empty(), Optional.empty(), Optional.empty(), false, false);
        Run run = Run.of(spiking(), options, 1);
        String source = ((FusedProgram) run.prepared().plan().rules().get(0).train()).javaSource();
        assertTrue(source.contains(".collect(c_spike, part);") && source.contains(".join();"), source);
        Map<Engine.JobName, List<Map<String, Double>>> one = numbers(run);
        List<Map<String, Double>> rows = one.values().iterator().next();
        assertTrue(rows.stream().allMatch(row -> row.get("rate(c.spike)") > 2), rows.toString());
        assertEquals(one, numbers(run.again(2)));
        assertEquals(one, numbers(run.again(3)));
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
