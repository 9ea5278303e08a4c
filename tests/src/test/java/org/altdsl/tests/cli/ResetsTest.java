package org.altdsl.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.altdsl.tests.cli.CommandLine.Ended;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What starts anew when a protocol says so, and what goes on. */
class ResetsTest {
    /** Spikes after 2, 9, 12, 19 and 22 ms, which arrive 3 ms later; all is reset after 10 ms. */
    private static final String NETWORK = """
            neuron Cell {
                input I : pA
                state v : mV = -1 mV
                state u = 0, n = 0
                v' = (I * (100 Mohm) - v) / (20 ms)
                each step { u += 1;  n += 1 }
                spike when v > 3 mV { v = 0 mV }
                carry n
            }
            synapse Depressing {
                weight w : pA
                param delay = 3 ms
                state x = 1
                on pre.spike { post.I += w * x;  x -= 0.5 * x }
            }
            rule Counting {
                reads pre, post
                pre a' = -a / (20 ms)
                state global g = 0
                state synapse e = 0
                before trial { e = 0 }
                on pre.spike { a += 1;  e += 1 }
                after trial { w += 1 pA * e;  g += 1 }
            }
            experiment "Resets" {
                dt = 1 ms
                network {
                    x : Spikes[1](at = [2 ms, 9 ms, 12 ms, 19 ms, 22 ms])
                    y : Cell[1]
                    xy : x -> y via Depressing { w = 100 pA } learns Counting
                }
                protocol { trial { run 10 ms };  %s;  trial { run 10 ms };  trial { run 10 ms } }
                precision = double
                measure mean(xy.w)
                record y.v, y.u, y.n, xy.x, xy.a, xy.g, xy.w every 1 ms
            }
            """;

    @TempDir
    private Path folder;

    private CommandLine altdsl;

    @BeforeEach
    void setUp() {
        altdsl = new CommandLine(folder);
    }

    private Ended run(String between, String... more) throws IOException {
        return altdsl.experiment(NETWORK.formatted(between), more);
    }

    /** A record's value after so many milliseconds. */
    private double at(String record, int time) {
        return altdsl.rows("Counting-seed1", record, "values")[time][0];
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference"})
    void statesStartAnewAndWeightsGoOn(String backend) throws IOException {
        Ended ended = run("reset", "--backend", backend);
        assertEquals(0, ended.exitCode(), ended.err());
        // Decays from -1 mV, twice.
        assertEquals(-1e-3 * Math.exp(-4 / 20.0), at("y.v", 4), 1e-12);
        assertEquals(-1e-3 * Math.exp(-4 / 20.0), at("y.v", 14), 1e-12);
        assertEquals(10, at("y.u", 10));
        assertEquals(1, at("y.u", 11));
        assertEquals(11, at("y.n", 11), "carried");
        // The spike at 9 ms would arrive at 12 ms, that at 12 ms does at 15 ms.
        assertEquals(0.5, at("xy.x", 10));
        assertEquals(1, at("xy.x", 15));
        assertEquals(0.5, at("xy.x", 16));
        // The trace of the spike that arrived at 5 ms is gone; that of 15 ms begins at 1.
        assertEquals(0, at("xy.a", 15));
        assertEquals(Math.exp(-1 / 20.0), at("xy.a", 17), 1e-12);
        // One, one and two arrivals in the three trials, whose number goes on.
        assertEquals(101e-12, at("xy.w", 11), 1e-20);
        assertEquals(102e-12, at("xy.w", 21), 1e-20);
        assertEquals(2, at("xy.g", 21));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference"})
    void withoutAResetTrialsGoOn(String backend) throws IOException {
        Ended ended = run("run 0 ms", "--backend", backend);
        assertEquals(0, ended.exitCode(), ended.err());
        assertEquals(11, at("y.u", 11));
        // The spike at 9 ms arrives after all.
        assertEquals(0.25, at("xy.x", 13));
        assertEquals(0.125, at("xy.x", 16));
        // One, two and two arrivals: what is kept for a trial begins at 0 in each.
        assertEquals(101e-12, at("xy.w", 11), 1e-20);
        assertEquals(103e-12, at("xy.w", 21), 1e-20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference"})
    void oneOfThemStartsAnewAndTheOthersGoOn(String backend) throws IOException {
        Ended ended = run("reset y", "--backend", backend);
        assertEquals(0, ended.exitCode(), ended.err());
        // Decays from -1 mV, until the spike of 9 ms arrives at 12 ms.
        assertEquals(-1e-3 * Math.exp(-2 / 20.0), at("y.v", 12), 1e-12);
        assertEquals(1, at("y.u", 11));
        assertEquals(11, at("y.n", 11), "carried");
        // The spike at 9 ms is under way, and arrives at a synapse that has not recovered.
        assertEquals(0.25, at("xy.x", 13));
        assertEquals(0.125, at("xy.x", 16));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference"})
    void synapsesStartAnewAndTheirNeuronsGoOn(String backend) throws IOException {
        Ended ended = run("reset xy", "--backend", backend);
        assertEquals(0, ended.exitCode(), ended.err());
        assertEquals(11, at("y.u", 11));
        assertEquals(1, at("xy.x", 11));
        assertEquals(0.5, at("xy.x", 13));
        // The trace of the spike that arrived at 5 ms is gone; that of 12 ms begins at 1.
        assertEquals(Math.exp(-1 / 20.0), at("xy.a", 14), 1e-12);
    }

    @Test
    void whatCannotBeResetIsSaid() throws IOException {
        Ended ended = run("reset Counting");
        assertEquals(65, ended.exitCode());
        assertTrue(ended.err().contains("expected a population, a projection or a circuit to reset"), ended.err());
    }
}
