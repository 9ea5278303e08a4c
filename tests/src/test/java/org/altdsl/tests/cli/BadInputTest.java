package org.altdsl.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.altdsl.tests.bench.Programs;
import org.altdsl.tests.cli.CommandLine.Ended;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a researcher reads who made a usual mistake in a network in time: what is wrong, where, and what would be right. */
class BadInputTest {
    private static final int WRONG = 65;
    private static final int UNREADABLE = 74;

    @TempDir
    private Path folder;

    /**
     * A mistake.
     *
     * @param name what it is
     * @param declarations what stands before the experiment
     * @param network the lines of the network
     * @param exitCode 0 for a warning
     * @param message what standard error says of it
     */
    record Mistake(String name, String declarations, String network, int exitCode, String message) {
        Mistake(String name, String network, int exitCode, String message) {
            this(name, "", network, exitCode, message);
        }

        @Override
        public String toString() {
            return name;
        }

        String experiment() {
            return """
                    import cells, stdp
                    %sexperiment "Mistake" {
                        dt = 0.1 ms
                        network {
                    %s
                        }
                        protocol { run 50 ms }
                        measure count(c.spike)
                    }
                    """.formatted(declarations, network.indent(8).stripTrailing());
        }
    }

    /** The number of the line of cells.rule that holds a text, in the declaration that starts with another. */
    private static int line(String declaration, String text) {
        List<String> lines = Programs.library().files().stream()
                .filter(file -> file.name().endsWith("cells.rule"))
                .findFirst()
                .orElseThrow()
                .text()
                .lines()
                .toList();
        int at = 0;
        while (!lines.get(at).startsWith(declaration)) {
            at++;
        }
        while (!lines.get(at).contains(text)) {
            at++;
        }
        return at + 1;
    }

    static List<Mistake> mistakes() {
        return List.of(
                new Mistake("spikes out of order", """
                        x : Spikes(at = [10 ms, 5 ms])
                        c : LIF[1]
                        x -> c via CurrentExp { w = 100 pA }
                        """, WRONG, """
                        mistake.exp:5:25: error ALT-E006: the spikes of neuron 0 are out of order: 0.005 s comes after 0.01 s
                            5 |         x : Spikes(at = [10 ms, 5 ms])
                              |                         ^^^^^^^^^^^^^
                        """),
                new Mistake("a delay shorter than a step", """
                        x : Spikes(at = [5 ms, 10 ms])
                        c : LIF[1]
                        x -> c via CurrentExp(delay = 0.04 ms) { w = 100 pA }
                        """, 0, """
                        mistake.exp:7:39: warning ALT-W002: this delay of 40 us is less than half a step of 100 us, and rounds to\
                         none: spikes arrive in the step in which they are sent. Say delay = 0 ms if that is meant, else take a\
                         shorter step
                            7 |         x -> c via CurrentExp(delay = 0.04 ms) { w = 100 pA }
                              |                                       ^^^^^^^
                        """),
                new Mistake("a delay of more than half a step", """
                        x : Spikes(at = [5 ms, 10 ms])
                        c : LIF[1]
                        x -> c via CurrentExp(delay = 0.06 ms) { w = 100 pA }
                        """, 0, """
                        mistake.exp:7:39: warning ALT-W002: this delay of 60 us is shorter than a step of 100 us, and rounds to one;\
                         take a shorter step if that matters
                            7 |         x -> c via CurrentExp(delay = 0.06 ms) { w = 100 pA }
                              |                                       ^^^^^^^
                        """),
                new Mistake("drawn delays shorter than a step", """
                        x : Spikes(at = [5 ms, 10 ms])
                        c : LIF[1]
                        x -> c via CurrentExp(delay ~ uniform(0.01 ms, 2 ms)) { w = 100 pA }
                        """, 0, """
                        mistake.exp:7:39: warning ALT-W002: delays below half a step of 100 us round to none here; the shortest is\
                         10 us
                        """),
                new Mistake("a negative delay", """
                        x : Spikes(at = [5 ms, 10 ms])
                        c : LIF[1]
                        x -> c via CurrentExp(delay = -1 ms) { w = 100 pA }
                        """, WRONG, """
                        mistake.exp:7:39: error ALT-E006: a delay is not negative; this is -1 ms
                        """),
                new Mistake(
                        "a negative time constant", """
                        x : Spikes(at = [5 ms, 10 ms])
                        c : LIF[1]
                        x -> c via CurrentExp(tau = -5 ms) { w = 100 pA } learns PairSTDP(w_max = 200 pA)
                        """, 0, """
                        warning ALT-M006: the solution for i grows without bound: by a factor of e every 5 ms; is a time constant\
                         negative?
                        %5d |     i' = -i / tau
                              |     ^^^^^^^^^^^^^
                           note: 'tau' is -5 ms here at mistake.exp:7:37
                        """.formatted(line("synapse CurrentExp", "i' = -i / tau"))),
                new Mistake("a negative time constant of a rule", """
                        x : Spikes(at = [5 ms, 10 ms])
                        c : LIF[1]
                        x -> c via CurrentExp { w = 100 pA } learns PairSTDP(tau_plus = -20 ms, w_max = 200 pA)
                        """, 0, """
                           note: 'tau_plus' is -20 ms here at mistake.exp:7:73
                        """),
                new Mistake("no time constant", """
                        x : Spikes(at = [5 ms, 10 ms])
                        c : LIF[1](C = 0 pF)
                        x -> c via CurrentExp { w = 100 pA }
                        """, WRONG, """
                        error ALT-M003: a coefficient in v' is not finite: is it divided by 0?
                        %5d |     v' = (g_L * (v_rest - v) + I) / C
                              |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                           note: 'C' is 0 pF here at mistake.exp:6:24
                        """.formatted(
                                line("neuron LIF", "v' = (g_L * (v_rest - v) + I) / C"))),
                new Mistake("a time added to delays that differ", """
                        rule Later { reads pre.spike, synapse;  on pre.spike after 2 ms { w += 1 pA } }
                        """, """
                        x : Spikes[2](at = [5 ms, 10 ms])
                        c : LIF[1]
                        x -> c via CurrentExp(delay ~ uniform(1 ms, 2 ms)) { w = 100 pA } learns Later
                        """, WRONG, """
                        mistake.exp:2:60: error ALT-X001: this version adds no time to a delay that differs from synapse to\
                         synapse; write 'after … at emission', or make it part of the delay
                            2 | rule Later { reads pre.spike, synapse;  on pre.spike after 2 ms { w += 1 pA } }
                              |                                                            ^^^^
                        """),
                new Mistake("an argument that a way to connect has not", """
                        x : Spikes[2](at = [5 ms, 10 ms])
                        c : LIF[10]
                        x -> c connect sparse(prob = 0.1) via CurrentExp { w = 100 pA }
                        """, WRONG, """
                        mistake.exp:7:31: error ALT-N008: 'sparse' has no argument 'prob'; it takes 'p' (the share of synapses\
                         that exist), 'autapses' and 'room'
                            7 |         x -> c connect sparse(prob = 0.1) via CurrentExp { w = 100 pA }
                              |                               ^^^^
                        """),
                new Mistake("a misspelt switch of a way to connect", """
                        x : Spikes[2](at = [5 ms, 10 ms])
                        c : LIF[10]
                        x -> c connect fixed_indegree(k = 1, multapse = true) via CurrentExp { w = 100 pA }
                        """, WRONG, """
                        mistake.exp:7:46: error ALT-N008: 'fixed_indegree' has no argument 'multapse'; it takes 'k' (the number\
                         of sources of each target), 'autapses' and 'multapses'; did you mean 'multapses'?
                        """),
                new Mistake("a current as a conductance", """
                        x : Spikes(at = [5 ms, 10 ms])
                        c : LIF[1]
                        x -> c via ConductanceExp { w = 100 pA }
                        """, WRONG, """
                        mistake.exp:7:41: error ALT-U004: 'w' of synapse 'ConductanceExp' is in nS, but this is in pA
                            7 |         x -> c via ConductanceExp { w = 100 pA }
                              |                                         ^^^^^^
                        """),
                new Mistake("a current into a neuron that takes a voltage", """
                        x : Spikes(at = [5 ms, 10 ms])
                        c : Izhikevich[1]
                        x -> c via CurrentExp { w = 100 pA }
                        """, WRONG, """
                        mistake.exp:7:20: error ALT-U001: synapse 'CurrentExp' does not suit neuron 'Izhikevich': cannot add pA to\
                         'post.I', which is in mV
                            7 |         x -> c via CurrentExp { w = 100 pA }
                              |                    ^^^^^^^^^^
                           note: it is 'i' that does not fit at stdlib/spiking/cells.rule:%d:15
                        """.formatted(
                                line("synapse CurrentExp", "post.I += i"))),
                new Mistake("stimulation by a conductance", """
                        c : LIF[3]
                        stimulate c with 5 nS each step
                        """, WRONG, """
                        mistake.exp:6:26: error ALT-U001: 'I' of neuron 'LIF' is in pA, but this is in nS
                            6 |         stimulate c with 5 nS each step
                              |                          ^^^^
                        """),
                new Mistake("no input", """
                        c : LIF[10]
                        d : LIF[10]
                        c -> d via CurrentExp { w = 100 pA }
                        """, 0, """
                        mistake.exp:5:9: warning ALT-W002: nothing comes into this network, and none of its neurons spikes; give it\
                         a source, such as x : Poisson[100](rate = 10 Hz) or x : Spikes(at = [5 ms, 10 ms]) and a projection\
                         from it, or stimulate … with … each step
                            5 |         c : LIF[10]
                              |         ^^^^^^^^^^^
                        """),
                new Mistake("no start of a weight", """
                        x : Poisson[2](rate = 10 Hz)
                        c : LIF[3]
                        s : x -> c via CurrentExp
                        """, 0, """
                        mistake.exp:7:9: warning ALT-W002: nothing says what 'w' of 's' starts with: 0; say it where the synapse is\
                         used, as in via CurrentExp { w = … }
                        """),
                new Mistake("a rate that a step is too long for", """
                        c : Poisson[2](rate = 20 kHz)
                        """, 0, """
                        mistake.exp:5:9: warning ALT-W002: the probability 'rate * dt' of 'c' is 2.0 in each step of 100 us, more\
                         than 1: it happens once in each step
                        """),
                new Mistake("a negative rate", """
                        c : Poisson[2](rate = -5 Hz)
                        """, 0, """
                        mistake.exp:5:9: warning ALT-W002: the probability 'rate * dt' of 'c' is -5.0E-4 in each step of 100 us,\
                         less than 0: it never happens
                        """),
                new Mistake("a pause of less than a step", """
                        neuron Short { state v = 0; v' = 1 / (1 ms); spike when v > 1 { v = 0; refractory 0.05 ms } }
                        """, """
                        c : Short[2]
                        """, 0, """
                        warning ALT-W002: 'refractory 0.05 ms' is 50 us here, less than a step of 100 us: it has no effect
                        """),
                new Mistake("spikes after the end", """
                        c : Spikes[1](at = [5 s])
                        """, 0, """
                        mistake.exp:5:9: warning ALT-W002: 'c' does not spike in this run: its first spike is at 5\u00a0s, and the run\
                         ends at 0.05\u00a0s; times in a file are in seconds, unless unit = 1 ms says otherwise
                        """));
    }

    /** What comes in may be too little for a spike, or come only when a protocol says so. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "network { c : LIF[1];  stimulate c.I with 100 pA each step };  protocol { run 50 ms }",
                "network { state amp : pA = 0 pA;  c : LIF[1];  stimulate c.I with amp each step };"
                        + "  protocol { run 20 ms;  amp = 500 pA;  run 50 ms }",
                "network { c : LIF[1] };  protocol { run 1 ms;  stimulate c with 500 pA { run 50 ms } }"
            })
    void nothingIsMissedWhereSomethingComesIn(String experiment) throws IOException {
        Ended ended = run(
                "import cells\nexperiment \"Driven\" { dt = 0.1 ms;  " + experiment + ";  measure count(c.spike) }\n");
        assertEquals(0, ended.exitCode(), ended.err());
        assertFalse(ended.err().contains("warning"), ended.err());
    }

    @Test
    void aProtocolStimulatesWhileSomethingHappens() throws IOException {
        String experiment = """
                import cells
                experiment "Acts" {
                    dt = 0.1 ms
                    network { c : LIF[3] }
                    protocol { let n = count(c.spike);  %s }
                    measure mean(c.v)
                }
                """;
        String each =
                run(experiment.formatted("stimulate c.I with 300 pA each step")).err();
        assertTrue(
                each.contains(
                        "mistake.exp:5:41: error ALT-C001: a protocol stimulates while something happens; say what:"
                                + " stimulate c.I with 300 pA { run 10 ms }"),
                each);
        String unit =
                run(experiment.formatted("stimulate c with 5 nS { run 1 ms }")).err();
        assertTrue(unit.contains("error ALT-U001: 'I' of neuron 'LIF' is in pA, but this is in nS"), unit);
        String once = run(experiment.formatted("stimulate c.I with n * 1 pA { run 1 ms }"))
                .err();
        assertTrue(once.contains("'n' is found once, in the course of the protocol"), once);
        String network = run(experiment
                        .formatted("run 1 ms")
                        .replace("LIF[3] }", "LIF[3];  stimulate c.I with 1 pA { run 1 ms } }"))
                .err();
        assertTrue(network.contains("'stimulate' cannot stand in a network with acts"), network);
    }

    @Test
    void seedsAscend() throws IOException {
        Ended ended = run("""
                import cells
                experiment "Seeds" { dt = 0.1 ms;  network { c : LIF[3] };  protocol { run 5 ms };  seeds 2..1;  measure mean(c.v) }
                """);
        assertEquals(WRONG, ended.exitCode());
        assertTrue(ended.err().contains("there are no seeds from 2 to 1; say seeds 1..2"), ended.err());
    }

    /** What follows from a missing step is not said beside it. */
    @Test
    void aMissingStepIsSaidAlone() throws IOException {
        Ended ended = run("""
                import cells
                experiment "No step" {
                    network { x : Spikes(at = [1 ms]);  c : LIF[3];  x -> c via CurrentExp { w = 1 pA } }
                    protocol { run 5 ms }
                    record c.v
                    measure mean(c.v) every 1 ms
                }
                """);
        assertEquals(WRONG, ended.exitCode());
        assertTrue(
                ended.err().contains("'LIF' moves in time, and this experiment says no step; add dt = 0.1 ms"),
                ended.err());
        assertTrue(ended.err().contains("1 error\n"), ended.err());
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void isTold(Mistake mistake) throws IOException {
        Ended ended = run(mistake.experiment());
        assertTrue(ended.err().contains(mistake.message()), ended.err());
        assertEquals(mistake.exitCode(), ended.exitCode());
    }

    private Ended run(String experiment) throws IOException {
        Files.writeString(folder.resolve("mistake.exp"), experiment);
        return new CommandLine(folder).run("run", "mistake.exp", "--out", "out");
    }

    @Test
    void theSpikesOfAFileAreInOrder() throws IOException {
        Files.writeString(folder.resolve("spikes.csv"), "0.010,0\n0.002,1\n0.005,0\n");
        Ended ended = run("""
                import cells
                experiment "Spikes of a file" {
                    dt = 0.1 ms
                    network { x : Spikes[2](from = "spikes.csv") }
                    protocol { run 50 ms }
                    measure count(x.spike)
                }
                """);
        assertEquals(UNREADABLE, ended.exitCode());
        assertTrue(
                ended.err().contains("spikes.csv: the spikes of neuron 0 are out of order: 0.005 s comes after 0.01 s"),
                ended.err());
        assertTrue(ended.err().contains("mistake.exp:4:36: error ALT-D002"), ended.err());
    }

    @Test
    void aLoopThatNoStateCutsIsShown() throws IOException {
        Ended ended = run("""
                neuron Fast { input I; out r = tanh(I) }
                synapse Now { weight w; post.I += w * pre.r }
                experiment "Loop" {
                    dt = 0.1 ms
                    network { c : Fast[3];  d : Fast[3];  c -> d via Now { w = 1 };  d -> c via Now { w = 1 } }
                    protocol { run 50 ms }
                    measure mean(c.r)
                }
                """);
        assertEquals(WRONG, ended.exitCode());
        assertTrue(
                ended.err()
                        .contains(
                                "mistake.exp:1:37: error ALT-C004: 'd.I' is asked for before it has arrived: these"
                                        + " neurons and those that they hear from need one another's values in the same step, an"
                                        + " algebraic loop; send a state that takes time to follow, as in v' = (I - v) / (1 ms)"),
                ended.err());
    }

    @Test
    void definitionsThatNeedOneAnotherAreShownInTheirOrder() throws IOException {
        Ended ended = run("""
                neuron Circular {
                    input I
                    state v = 0
                    let a = b + v
                    let b = 2 * a
                    v' = (a - v) / (10 ms)
                }
                experiment "Loop" { dt = 0.1 ms;  network { c : Circular[3] };  protocol { run 50 ms };  measure mean(c.v) }
                """);
        assertEquals(WRONG, ended.exitCode());
        assertTrue(
                ended.err().contains("mistake.exp:4:9: error ALT-N015: 'a' is defined by itself: a -> b -> a"),
                ended.err());
    }

    @Test
    void aStepThatIsTooLongIsToldWithItsNumbers() throws IOException {
        Ended ended = run("""
                neuron Quick { param tau = 0.04 ms; state v = 1; v' = -v / tau; method euler }
                experiment "Step" { dt = 0.1 ms;  network { c : Quick[3] };  protocol { run 50 ms };  measure mean(c.v) }
                """);
        assertEquals(0, ended.exitCode());
        assertTrue(
                ended.err()
                        .contains(
                                "mistake.exp:1:50: warning ALT-M004: the step of 100 us is too long for the method euler:"
                                        + " v has a time constant of 40 us, and with steps of more than 2 of that the result grows"),
                ended.err());
    }

    @Test
    void whatHasBecomeInfiniteEndsTheRunAndIsNamed() throws IOException {
        Ended ended = run("""
                neuron Runaway { state v = 1; v' = v^3 / (0.04 ms); method euler }
                experiment "Runaway" { dt = 0.1 ms;  network { c : Runaway[3] };  protocol { run 5 s };  measure mean(c.v) }
                """);
        assertEquals(0, ended.exitCode());
        String all = ended.out() + ended.err();
        assertTrue(all.contains("diverged: 'v' of 'c' is not finite any more"), all);
        assertTrue(all.contains("at mistake.exp:1:31"), all);
        assertTrue(
                all.replaceAll("[\\s\u00a0]+", " ")
                        .contains("(a dt below the present 0.1 ms may help, or another method, as in method rk4)"),
                all);
    }

    @Test
    void timesHaveUnits() throws IOException {
        Ended ended = run("""
                import cells
                experiment "Units" {
                    dt = 0.1
                    network { c : LIF[3] }
                    protocol { run 50 }
                    measure mean(c.v)
                }
                """);
        assertEquals(WRONG, ended.exitCode());
        String found =
                ended.err().lines().filter(line -> line.contains("error")).collect(Collectors.joining("\n"));
        assertEquals(
                "mistake.exp:3:10: error ALT-U001: the step 'dt' is a time, but this is a pure number; write dt = 0.1 ms, or"
                        + " dt = 1 step\n"
                        + "mistake.exp:5:20: error ALT-U001: how long this lasts is a time, but this is a pure number; write 50"
                        + " ms, or 50 steps\n2 errors",
                found);
    }

    @Test
    void neuronsInTimeWantAStep() throws IOException {
        Ended ended = run("""
                import cells
                experiment "No step" { network { c : LIF[3] };  measure mean(c.v) }
                """);
        assertEquals(WRONG, ended.exitCode());
        assertTrue(
                ended.err().contains("'LIF' moves in time, and this experiment says no step; add dt = 0.1 ms"),
                ended.err());
    }
}
