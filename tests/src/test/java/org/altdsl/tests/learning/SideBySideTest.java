package org.altdsl.tests.learning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.driver.RunOptions;
import org.altdsl.runtime.data.DataLocator;
import org.altdsl.runtime.data.DataSource;
import org.altdsl.runtime.report.RuleCard;
import org.altdsl.tests.bench.Run;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Trials of a network in time that run side by side. */
class SideBySideTest {
    private static final List<String> SAMPLES = List.of("3,1,0", "1,4,1", "2,2,1", "5,0,0");

    /** Two driven neurons, three that they excite over delays, eligibilities that a label turns into proposals. */
    private static final String TEXT = """
            import optimizers
            dataset Rows(file = "all.csv") {
                let table = csv(file)
                field drive : [2] = table[0..1]
                field label : class(2) = table[2]
                split train 1
            }
            neuron Driven {
                param drive = 0, noise = 0
                state v = 0
                v' = drive * 30/s - v / (50 ms)
                spike when v + noise * uniform(0, 1) > 1 { v = 0 }
            }
            neuron Leaky {
                state v = 0
                v' = -v / (20 ms)
                spike when v > 0.6 { v = 0 }
            }
            synapse Kick { weight w; param delay = 2 ms; on pre.spike { post.v += w } }
            rule Told {
                reads pre, post, modulator, objective
                modulator label
                pre x' = -x / (10 ms)
                state synapse e = 0
                state global b = 0
                before trial { e = 0 }
                on pre.spike { x += 1 }
                on post.spike { e += x }
                after trial {
                    let R = (if label > 0.5 then 1 else -0.5) - b
                    dw += R * e
                    b += 0.1 * R
                }
            }
            rule Counted {
                state synapse n = 0
                param power = 1
                before trial { n = 0 }
                on pre.spike { n += 1 }
                after trial { dw += n^power }
            }
            experiment "Side by side" {
                dt = 1 ms
                data Rows("%s") batch %d
                network {
                    a : Driven[2](drive = data.drive, noise = %s)
                    y : Leaky[3]
                    %s
                }
                optimizer SGD(eta = 0.01)
                protocol { repeat %d { for each sample { present 100 ms } } }
                measure mean(p.w[0]), mean(p.w[1]), mean(p.w[2]), mean(p.w[3]), mean(p.w[4]), mean(p.w[5])
                %s
            }
            """;

    private static final String TOLD =
            "p : a -> y connect dense via Kick { w ~ uniform(0.3, 0.7) } learns Told(label = data.label)";

    @TempDir
    private Path folder;

    @BeforeEach
    void setUp() throws IOException {
        Files.write(folder.resolve("all.csv"), SAMPLES);
        for (int sample = 0; sample < SAMPLES.size(); sample++) {
            Files.write(folder.resolve("one" + sample + ".csv"), List.of(SAMPLES.get(sample)));
        }
        // Samples that differ in their number only, so that what is different about them is what they draw.
        Files.write(folder.resolve("same.csv"), List.of("3,3,1", "3,3,1", "3,3,1", "3,3,1"));
        Files.write(folder.resolve("alike.csv"), List.of("3,3,1"));
    }

    private Run run(String text, boolean reference, int threads) {
        RunOptions options =
                new RunOptions(Map.of(), Optional.empty(), Optional.empty(), Optional.of("double"), reference, false);
        return Run.of(text, options, threads, new DataSource(new DataLocator(List.of(), Map.of()), folder));
    }

    private static double[] weights(Run run) {
        double[] weights = new double[6];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = run.last(0, "mean(p.w[" + i + "])")[0];
        }
        return weights;
    }

    private static String told(String file, int batch, int epochs) {
        return told(file, batch, epochs, "present 100 ms");
    }

    private static String told(String file, int batch, int epochs, String trial) {
        return TEXT.formatted(file, batch, "0", TOLD, epochs, "").replace("present 100 ms", trial);
    }

    /** What a batch changes is the mean of what its trials would change, each by itself, from the same start. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "present 100 ms",
                "present 60 ms; rest 20 ms",
                // Each lane by itself: the trials of a batch end at different times.
                "repeat 4 { present 30 ms; let n = count(y.spike over present) } until sum(n) > 4"
            })
    void aBatchIsItsTrialsWithTheirChangesAveraged(String trial) {
        double[] start = weights(run(told("all.csv", 1, 1, trial).replace("eta = 0.01", "eta = 0"), false, 1));
        double[] expected = start.clone();
        for (int sample = 0; sample < SAMPLES.size(); sample++) {
            double[] alone = weights(run(told("one" + sample + ".csv", 1, 1, trial), false, 1));
            boolean changed = false;
            for (int i = 0; i < expected.length; i++) {
                expected[i] += (alone[i] - start[i]) / SAMPLES.size();
                changed |= Math.abs(alone[i] - start[i]) > 1e-3;
            }
            assertTrue(changed, "sample " + sample + " changes nothing by itself");
        }
        assertArrayEquals(expected, weights(run(told("all.csv", 4, 1, trial), false, 1)), 1e-13);
    }

    /** Lanes in which the same happens are as one: in each, states go on from trial to trial, with the weights of all. */
    @Test
    void fourTimesTheSameTrialIsThatTrial() {
        double[] one = weights(run(told("alike.csv", 1, 3), false, 1));
        assertArrayEquals(one, weights(run(told("same.csv", 4, 3), false, 1)), 1e-12);
        assertArrayEquals(one, weights(run(told("same.csv", 4, 3), true, 1)), 1e-12);
    }

    /** Three batches, the last of every epoch not full: states go on in each lane, and so do threads and back ends. */
    @Test
    void kernelsInterpreterAndThreadsAgree() {
        String text = told("all.csv", 3, 3);
        double[] kernels = weights(run(text, false, 1));
        assertArrayEquals(kernels, weights(run(text, false, 2)), 0);
        assertArrayEquals(kernels, weights(run(text, true, 1)), 1e-12);
    }

    /** In batches of one, a network is what it is when trials come one after the other. */
    @Test
    void oneInABatchIsOneAfterTheOther() {
        String one = told("all.csv", 1, 2);
        double[] oneByOne = weights(run(one, false, 1));
        assertArrayEquals(oneByOne, weights(run(one.replace(" batch 1", ""), false, 1)), 0);
    }

    /** The mean of squares of counts is larger than the square of their mean: samples draw their own random numbers. */
    @Test
    void trialsDrawNumbersOfTheirOwn() {
        String counting = "p : a -> y connect dense via Kick { w = 0 } learns Counted\n"
                + "q : a -> y connect dense via Kick { w = 0 } learns Counted(power = 2)";
        String text = TEXT.formatted("same.csv", 4, "0.8", counting, 1, "measure mean(q.w[0])");
        Run run = run(text, false, 1);
        double mean = weights(run)[0] / 0.01;
        double square = run.last(0, "mean(q.w[0])")[0] / 0.01;
        assertTrue(mean > 1, "spikes in a trial: " + mean);
        assertTrue(square - mean * mean > 0.1, "variance of counts: " + (square - mean * mean));
        String still = TEXT.formatted("same.csv", 4, "0", counting, 1, "measure mean(q.w[0])");
        Run without = run(still, false, 1);
        double same = weights(without)[0] / 0.01;
        assertEquals(same * same, without.last(0, "mean(q.w[0])")[0] / 0.01, 1e-9);
    }

    /** Circuits, adapted neurons, pruning, an objective and signals: the library's rules that run side by side. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GliaHebbian(eta = 1, margin = x.margin(data.label), winner = x.winner, target = data.label)",
                "GliaRateGradient"
            })
    void kernelsAndInterpreterAgreeOnRulesOfTheLibrary(String rule) throws IOException {
        Files.write(folder.resolve("xor.csv"), List.of("0,0,0", "0,1,1", "1,0,1", "1,1,0"));
        String text = """
                import gliagl, cells, optimizers, objectives
                dataset Bits(file = "xor.csv") {
                    let table = csv(file)
                    field bits : [2] = table[0..1]
                    field label : class(2) = table[2]
                    split train 1
                }
                experiment "Exclusive or" {
                    dt = 1 step
                    data Bits batch 4
                    network {
                        x : GliaXor { A.leak = 1 }
                        learn x by %s
                        stimulate x.S with 200 * data.bits each step
                    }
                    objective CrossEntropy(x.rate, data.label)
                    optimizer SGD(eta = 1)
                    protocol { repeat 5 { for each sample { present 50 steps } } }
                    measure mean(x.sa.w), mean(x.s1.w), mean(x.a0.w), mean(x.a1.w)
                }
                """.formatted(rule);
        Run kernels = run(text, false, 1);
        Run interpreter = run(text, true, 1);
        double[] start = {60, 40, 40, -40};
        List<String> measures = List.of("mean(x.sa.w)", "mean(x.s1.w)", "mean(x.a0.w)", "mean(x.a1.w)");
        for (int i = 0; i < start.length; i++) {
            double found = kernels.last(0, measures.get(i))[0];
            assertTrue(Math.abs(found - start[i]) > 1e-3, measures.get(i) + " has not changed: " + found);
            assertEquals(interpreter.last(0, measures.get(i))[0], found, 1e-10);
        }
    }

    /** {@code for each batch} shows what {@code for each sample} does, whether or not trials run side by side. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4})
    void aTrialForEachSampleOfABatchIsASample(int batch) {
        String text = told("all.csv", batch, 2);
        String inBatches = text.replace(
                "for each sample { present 100 ms }", "for each batch { trial { present 60 ms;  present 40 ms } }");
        assertNotEquals(text, inBatches);
        String inParts = text.replace("present 100 ms", "present 60 ms;  present 40 ms");
        double[] samples = weights(run(inParts, false, 1));
        assertArrayEquals(samples, weights(run(inBatches, false, 1)), 0);
        assertArrayEquals(samples, weights(run(inBatches, true, 1)), 1e-12);
    }

    /** A batch runs its trials at once: nothing can be done between them, and nothing else for each. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "for each batch { present 100 ms }                        | a batch is a trial for each of its samples",
                "for each batch { trial { present 10 ms };  run 10 ms }   | a batch is a trial for each of its samples",
                "for each spike { present 100 ms }                        | for each what? data have samples and batches"
            })
    void whatABatchIsIsSaid(String protocol, String message) {
        String text = told("all.csv", 4, 1).replace("for each sample { present 100 ms }", protocol);
        AssertionError refused = assertThrows(AssertionError.class, () -> run(text, false, 1));
        assertTrue(refused.getMessage().contains(message), refused.getMessage());
    }

    /** Which statement it is, what it changes, and how the trials could run all the same. */
    @Test
    void aRuleThatChangesWeightsInTheCourseOfATrialCannotAndIsToldSo() {
        String text = told("all.csv", 4, 1).replace("on pre.spike { x += 1 }", "on pre.spike { x += 1;  w += 0.01 }");
        AssertionError refused = assertThrows(AssertionError.class, () -> run(text, false, 1));
        String message = refused.getMessage();
        assertTrue(
                message.contains("the trials of a batch cannot run side by side: 'w' of 'p' changes in the course"),
                message);
        assertTrue(message.contains("on pre.spike { x += 1;  w += 0.01 }"), message);
        assertTrue(message.contains("asked for here; with batch 1, trials run one after the other"), message);
        weights(run(text.replace("batch 4", "batch 1"), false, 1));
    }

    @Test
    void timeIsThatOfATrialForEachBatch() {
        Run run = run(told("all.csv", 2, 1), false, 1);
        List<Double> times = new ArrayList<>();
        run.rows(0).get(1).forEach(row -> times.add(row.values().get("time")));
        assertEquals(List.of(0.2), times);
    }

    @Test
    void theCardSaysHowManyAreInABatch() {
        RuleCard card =
                run(told("all.csv", 2, 1), false, 1).prepared().rules().get(0).card();
        assertTrue(
                card.more().contains(new RuleCard.Fact("trials side by side", "yes, 2 in a batch")),
                card.more().toString());
    }
}
