package org.altdsl.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.altdsl.tests.cli.CommandLine.Ended;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules that change the network they teach: synapses that go and grow, and currents of a rule's own. */
class RewiringTest {
    private static final int TRIALS = 6;

    private static final String NETWORK = """
            neuron Cell { input I : pA;  state v : mV = 0 mV;  v' = (I * (100 Mohm) - v) / (20 ms);  spike when v > 30 mV { v = 0 mV } }
            synapse Jump { weight w : pA;  on pre.spike { post.I += w } }
            rule Rewiring {
                reads pre, post, synapse
                param n = 2
                state synapse age = 0
                after trial {
                    age += 1
                    prune where age > 3 and w > 0
                    grow n where pre.index != post.index { w = 7 pA;  age = 0 }
                }
            }
            /// A current for as long as the neuron is not where it should be.
            rule Teacher {
                reads pre, post
                post lack' = (if post.v < 5 mV then 1 else 0) / (10 ms) - lack / (10 ms)
                inject post.I += 10 pA * lack
                on pre.spike { w += 1 pA * lack }
            }
            experiment "Rewiring" {
                dt = 1 ms
                network {
                    x : Spikes[5](every = 3 ms)
                    y : Cell[5]
                    xy : x -> y connect sparse(0.2, room = true) via Jump { w = 5 pA } learns Rewiring%s
                    z : Cell[2]
                    xz : x -> z via Jump { w = 0 pA } learns Teacher
                }
                protocol { repeat 6 { trial { run 10 ms } } }
                precision = double
                seeds 1..3
                measure mean(xy.w)
                record xy.w every 10 ms
                record z.v, xz.lack every 1 ms
            }
            """;

    @TempDir
    private Path folder;

    private CommandLine altdsl;

    @BeforeEach
    void setUp() {
        altdsl = new CommandLine(folder);
    }

    private Ended run(String arguments, String... more) throws IOException {
        return altdsl.experiment(NETWORK.formatted(arguments), more);
    }

    private double[][] values(int seed, String record) throws IOException {
        Path records = folder.resolve("out/records");
        try (var folders = Files.list(records)) {
            Path one = folders.filter(path -> path.toString().endsWith("seed" + seed))
                    .findFirst()
                    .orElseThrow();
            return altdsl.rows(one.getFileName().toString(), record, "values");
        }
    }

    private static long count(double[] weights, double picoamperes) {
        return Arrays.stream(weights)
                .filter(weight -> Math.abs(weight - 1e-12 * picoamperes) < 1e-20)
                .count();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference"})
    void asManySynapsesGrowAsAskedForAndOldOnesGo(String backend) throws IOException {
        Ended ended = run("", "--backend", backend);
        assertEquals(0, ended.exitCode(), ended.err());
        long begun = 0;
        for (int seed = 1; seed <= 3; seed++) {
            // Looked at before each trial and after the last; synapses are by source, then target.
            double[][] weights = values(seed, "xy.w");
            assertEquals(TRIALS + 1, weights.length);
            long first = count(weights[0], 5);
            begun += first;
            assertEquals(25, first + count(weights[0], 0), "some exist, the others weigh nothing");
            for (int trial = 1; trial < weights.length; trial++) {
                // What was measured at the end of a trial is from before its last block.
                int ends = trial - 1;
                long old = ends < 4 ? first : 0;
                assertEquals(old, count(weights[trial], 5), "the first ones after " + ends);
                // Two more each time; those of the first trial go with the fifth, those of the second with the sixth.
                int grown = 2 * Math.min(ends, 4);
                assertEquals(grown, count(weights[trial], 7), "grown ones after " + ends);
                for (int neuron = 0; neuron < 5; neuron++) {
                    boolean isNew = Math.abs(weights[trial][6 * neuron] - 7e-12) < 1e-20;
                    assertTrue(!isNew, "grew where the condition forbids it");
                }
            }
        }
        // 75 draws with 0.2: 15, within five standard deviations.
        assertTrue(Math.abs(begun - 15) < 5 * Math.sqrt(75 * 0.2 * 0.8), begun + " at first");
    }

    /** Each step integrates what the rule's trace was at the end of the one before. */
    @Test
    void aRuleInjectsACurrentOfItsOwn() throws IOException {
        assertEquals(0, run("").exitCode());
        double[][] v = values(1, "z.v");
        double[][] lack = values(1, "xz.lack");
        double keep = Math.exp(-1 / 20.0);
        double[][] weights = values(1, "xy.w");
        assertTrue(weights.length > 0);
        // Before the first spike has been delivered to a synapse that has learnt, nothing else drives the cells.
        double expected = 0;
        for (int step = 0; step < 3; step++) {
            expected = keep * expected + (1 - keep) * 1e-3 * lack[step][0];
            assertEquals(expected, v[step + 1][0], 1e-12, "after " + (step + 1));
        }
        assertTrue(v[3][0] > 0);
    }

    @Test
    void whatCannotGrowIsSaid() throws IOException {
        Ended ended = run("(n = 101)");
        assertEquals(65, ended.exitCode());
        assertTrue(ended.err().contains("grows up to 100 synapses at a time, not 101"), ended.err());
    }

    @Test
    void nothingIsInjectedWhereNothingRunsInTime() throws IOException {
        Ended ended = altdsl.experiment("""
            import backprop-family, datasets, neurons, objectives, optimizers
            rule Pushed extends Backprop { inject post.drive += pre.r }
            experiment "Injection" {
                data Digits batch 32
                network { x : Input(data.image); y : Rate[10](f = identity); x -> y via Linear { w = 0 } learns Pushed }
                objective CrossEntropy(y.u, data.label)
                optimizer SGD(eta = 0.1)
                train 1 epochs
            }
            """);
        assertNotEquals(0, ended.exitCode());
        assertTrue(
                ended.err()
                        .contains("test.exp:2:32: error ALT-C001: a rule injects in every step of a network in time"),
                ended.err());
    }
}
