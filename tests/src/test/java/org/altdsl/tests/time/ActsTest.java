package org.altdsl.tests.time;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.driver.RunOptions;
import org.altdsl.janino.FusedProgram;
import org.altdsl.runtime.data.DataLocator;
import org.altdsl.runtime.data.DataSource;
import org.altdsl.runtime.report.Row;
import org.altdsl.tests.bench.Run;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The acts of a protocol one by one, with numbers that can be worked out in the head; interpreted and compiled. */
class ActsTest {
    /** A source that spikes in each step, neurons that add up what they are sent and given, rules that count arrivals. */
    private static final String MODELS = """
            import cells
            dataset Rows(file = "rows.csv") {
                let table = csv(file)
                field drive : [2] = table[0..1]
                split train 1
            }
            neuron Adder {
                param threshold = 1000000
                input I
                state v = 0
                each step { v += I }
                spike when v > threshold { v = 0 }
            }
            neuron Relay { input I;  state v = 0;  each step { v = I };  spike when v > 2.5 { v = 0 } }
            neuron Stamp { state heard : s = 0 s;  each step { heard = heard } }
            synapse Late {
                weight w
                param delay ~ uniform(1 ms, 30 ms)
                on pre.spike { post.heard += w * t }
            }
            synapse Add { weight w;  on pre.spike { post.v += 0 * w } }
            rule Ones { reads pre.spike, synapse;  on pre.spike { w += 1 } }
            rule Places { reads pre.index, post.index, synapse;  each step { w = 10 * pre.index + post.index } }
            rule Twos { reads pre.spike, synapse;  on pre.spike { w += 2 } }
            experiment "Acts" {
                dt = 1 ms
                data Rows batch 1
                network {
                    %s
                }
                protocol { %s }
                precision = double
                measure %s
            }
            """;

    private static final String COUNTED = """
            x : Spikes[1](every = 1 ms, from = 0 ms, count = 1000)
            y : Adder[1]
            p : x -> y via Add { w = 0 } learns Ones
            q : x -> y via Add { w = 0 } learns Ones
            r : x -> y via Add { w = 0 } learns Twos
            """;

    @TempDir
    private Path folder;

    private Run run(boolean interpreted, String network, String protocol, String measures) throws IOException {
        Files.write(folder.resolve("rows.csv"), List.of("1,0", "0.5,0"));
        RunOptions options =
                new RunOptions(Map.of(), Optional.empty(), Optional.empty(), Optional.empty(), interpreted, false);
        return Run.of(
                MODELS.formatted(network, protocol, measures),
                options,
                1,
                new DataSource(new DataLocator(List.of(), Map.of()), folder));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aProjectionARuleOrAllAreFrozen(boolean interpreted) throws IOException {
        Run run = run(
                interpreted,
                COUNTED,
                "run 10 ms;  freeze p { run 10 ms };  freeze Ones { run 10 ms };  freeze all { run 10 ms };  run 1 ms",
                "mean(p.w), mean(q.w), mean(r.w)");
        assertEquals(11, run.last(0, "mean(p.w)")[0]);
        assertEquals(21, run.last(0, "mean(q.w)")[0]);
        assertEquals(62, run.last(0, "mean(r.w)")[0]);
    }

    /** Neurons with too few intervals are left out of a mean; where none is left, there is no number. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aMeanOfStatisticsOfIntervalsIsOfTheNeuronsThatHaveThem(boolean interpreted) throws IOException {
        Run run = run(
                interpreted,
                """
                x : Spikes[4](at = [[10 ms, 20 ms, 50 ms], [10 ms, 30 ms], [10 ms], []])
                y : Spikes[2](at = [[10 ms], []])
                """,
                "run 100 ms",
                "mean(cv(isi(x.spike)) over population), cv(isi(x.spike)), std(isi(x.spike)), mean(isi(x.spike)),"
                        + " mean(count(isi(x.spike))), cv(isi(x[1].spike)), mean(isi(y.spike))");
        assertEquals(0.5, run.last(0, "mean(cv(isi(x.spike)) over population)")[0], 1e-6);
        assertEquals(0.5, run.last(0, "cv(isi(x.spike))")[0], 1e-6);
        assertEquals(0.01, run.last(0, "std(isi(x.spike))")[0], 1e-6);
        assertEquals(0.02, run.last(0, "mean(isi(x.spike))")[0], 1e-6);
        assertEquals(0.75, run.last(0, "mean(count(isi(x.spike)))")[0], 1e-6);
        assertEquals(Double.NaN, run.last(0, "cv(isi(x[1].spike))")[0]);
        assertEquals(Double.NaN, run.last(0, "mean(isi(y.spike))")[0]);
    }

    /** Spikes from outside are in a list before the step begins; counting them costs nothing where there are none. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void spikesFromOutsideAreCountedByTheirList(boolean interpreted) throws IOException {
        Run run = run(interpreted, COUNTED, "run 10 ms;  run 7 ms", "count(x.spike), rate(x.spike)");
        assertEquals(17, run.last(0, "count(x.spike)")[0]);
        assertEquals(1000, run.last(0, "rate(x.spike)")[0], 1e-9);
        if (run.prepared().plan().rules().get(0).train() instanceof FusedProgram code) {
            assertTrue(code.javaSource().contains("watch_sum[neuron] = watch_sum[neuron] + 1"), code.javaSource());
        } else {
            assertTrue(interpreted);
        }
    }

    /** A number of steps is as many times {@code dt}, wherever a time may stand. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aNumberOfStepsLastsAsLongAsTheyDo(boolean interpreted) throws IOException {
        String program = """
                import cells
                neuron Adder { input I;  state v = 0;  each step { v += I } }
                synapse Later { weight w;  param delay = 0 ms;  on pre.spike { post.v += w } }
                experiment "Steps" {
                    dt = 0.5 ms
                    param length = 4 steps
                    network {
                        x : Spikes[1](every = 2 steps, from = 0 ms, count = 100)
                        y : Adder[1]
                        x -> y via Later(delay = 3 steps) { w = 1 }
                    }
                    protocol { run 10 steps;  run length;  run 3 ms }
                    measure count(x.spike), mean(y.v) every 4 steps
                }
                """;
        RunOptions options =
                new RunOptions(Map.of(), Optional.empty(), Optional.empty(), Optional.empty(), interpreted, false);
        Run run = Run.of(program, options, 1, new DataSource(new DataLocator(List.of(), Map.of()), folder));
        List<Double> times =
                run.rows(0).get(1).stream().map(row -> row.values().get("time")).toList();
        assertEquals(0.002, times.get(0), 1e-12);
        assertEquals(0.01, times.get(times.size() - 1), 1e-12);
        assertEquals(2, run.last(0, "count(x.spike)")[0]);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRunEndsWhenItsConditionHolds(boolean interpreted) throws IOException {
        Run run = run(
                interpreted,
                COUNTED,
                "run 1 s until mean(p.w) >= 25;  repeat 3 { run 2 ms };  repeat { run 5 ms } until mean(p.w) > 50",
                "mean(p.w) every 10 ms");
        // 30 steps, since the condition is asked for whenever something is measured; 6; three times 5.
        List<Row> rows = run.rows(0).get(1);
        Row last = rows.get(rows.size() - 1);
        assertEquals(0.051, last.values().get("time"), 1e-12);
        assertEquals(51, last.values().get("mean(p.w)"));
    }

    /** Diehl and Cook's: shown again and stronger until there are spikes enough. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSampleIsShownAgainAndStrongerIfItEvokesTooFewSpikes(boolean interpreted) throws IOException {
        String network = """
                state gain = 1, tries = 0
                y : Relay[2]
                stimulate y.I with gain * (1 + data.drive) each step
                """;
        Run run = run(
                interpreted,
                network,
                "for each sample { repeat 4 { present 5 ms;  let n = count(y.spike over present);  rest 2 ms;  gain += 1;"
                        + "  tries += 1 } until sum(n) >= 5;  gain = 1 }",
                "tries, count(y[0].spike), count(y[1].spike), gain");
        // A neuron spikes whenever it was given more than 2.5 in the step before. y[0] is given 2, then 4, then 6:
        // nothing,
        // four spikes while the sample is shown, which are too few, and four the third time, when y[1], given 3, has
        // four as well. One more follows in the rest, which at a gain of 3 goes on with 3: two more. The second sample
        // does
        // the same with 1.5, 3 and 4.5.
        assertEquals(6, run.last(0, "tries")[0]);
        assertEquals(1, run.last(0, "gain")[0]);
        assertEquals(5 + 7 + 5 + 6, run.last(0, "count(y[0].spike)")[0]);
        assertEquals(7 + 6, run.last(0, "count(y[1].spike)")[0]);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void stimulationDependsOnTimeAndOnTheNeuron(boolean interpreted) throws IOException {
        Run run = run(
                interpreted,
                "a : Adder[3];  stimulate a.I with 10 * a.index + t / (1 ms) each step",
                "run 5 ms",
                "a[0].v, a[1].v, a[2].v");
        // What is given in steps 0 to 3 is felt in steps 1 to 4.
        double[] found = {run.last(0, "a[0].v")[0], run.last(0, "a[1].v")[0], run.last(0, "a[2].v")[0]};
        assertArrayEquals(new double[] {6, 46, 86}, found, 1e-9);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ratesComeFromDataAndFromFunctionsOfTime(boolean interpreted) throws IOException {
        String network = """
                x : Poisson[2](rate = data.drive * 500 Hz)
                half : Poisson[1](rate = if mod(t + 0.5 ms, 20 ms) < 10 ms then 500 Hz else 0 Hz)
                """;
        Run run = run(
                interpreted,
                network,
                "for each sample { present 400 ms;  rest 200 ms }",
                "count(x[0].spike), count(x[1].spike) every 400 ms;  measure count(half.spike) every 10 ms");
        double[] half = new double[2];
        double all = 0;
        for (Row row : run.rows(0).get(1)) {
            Double count = row.values().get("count(half.spike)");
            if (count != null && row.values().get("time") > 0) {
                half[(int) Math.round(row.values().get("time") / 0.01) % 2] += count;
            }
            all += row.values().getOrDefault("count(x[0].spike)", 0.0);
            assertEquals(0, row.values().getOrDefault("count(x[1].spike)", 0.0), "a rate of 0");
        }
        // Counts of 600 draws of 0.5, and of 400 of 0.5 and 400 of 0.25: five standard deviations to each side.
        assertEquals(300, half[1], 5 * Math.sqrt(150));
        assertEquals(0, half[0]);
        assertEquals(300, all, 5 * Math.sqrt(175));
    }

    /** {@code synapses_of} finds the synapses of a neuron in a sparse projection, wherever they are in its list. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theSynapsesOfANeuronAreFound(boolean interpreted) throws IOException {
        String network = """
                a : Adder[3]
                b : Adder[4]
                s : a -> b connect pairs([[2, 0], [0, 3], [2, 1], [1, 2]]) via Add { w = 0 } learns Places
                """;
        Run run = run(
                interpreted,
                network,
                "run 2 ms",
                "s.synapses_of(a[2])[0].w, s.synapses_of(a[2])[1].w, s.synapses_of(a[0])[0].w, s.synapses_of(a[0])[1].w,"
                        + " s.synapses_of(a[2])[2].post.v");
        // Of a[0] only one synapse starts, and of a[2] two.
        assertEquals(Double.NaN, run.last(0, "s.synapses_of(a[0])[1].w")[0]);
        assertEquals(Double.NaN, run.last(0, "s.synapses_of(a[2])[2].post.v")[0]);
        assertEquals(20, run.last(0, "s.synapses_of(a[2])[0].w")[0]);
        assertEquals(21, run.last(0, "s.synapses_of(a[2])[1].w")[0]);
        assertEquals(3, run.last(0, "s.synapses_of(a[0])[0].w")[0]);
    }

    /** Populations of several neurons, some of them, and values that were drawn or stand in a file. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsResetStartsWhereItStartedAndNothingElse(boolean interpreted) throws IOException {
        Files.write(folder.resolve("v.csv"), List.of("1", "2", "3"));
        String network = """
                a : Adder[3] { v = csv("v.csv") * 10 }
                b : Adder[4]
                c : Adder[2] { v ~ uniform(0, 1) }
                let half = b[1..2]
                stimulate [a, b].I with 1 each step
                state start = 0
                """;
        String measures = "a[0].v, a[1].v, a[2].v, b[0].v, b[1].v, b[2].v, b[3].v, start - mean(c.v)";
        Run run = run(
                interpreted,
                network.replace("stimulate [a, b].I", "stimulate a.I with 1 each step;  stimulate b.I"),
                "start = mean(c.v);  run 10 ms;  reset a;  reset half;  reset c;  run 5 ms",
                measures);
        double[] found = new double[8];
        int i = 0;
        for (String measure : measures.split(", ")) {
            found[i++] = run.last(0, measure)[0];
        }
        // What is given is felt a step later; of what was given in the last step, nothing is left where all is reset.
        assertArrayEquals(new double[] {14, 24, 34, 14, 4, 4, 14, 0}, found, 1e-9);
    }

    /** What is given in a step is felt in the next: the block's last one in the first step behind it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aProtocolStimulatesWhileItsActsHappen(boolean interpreted) throws IOException {
        String network = """
                state amp = 1
                a : Adder[3]
                b : Adder[2]
                stimulate b with 1 each step
                let last = a[2..2]
                """;
        String protocol = "run 5 ms;  stimulate a.I with amp * (1 + a.index) { run 2 ms;  amp = 10;  run 3 ms;"
                + "  stimulate a with 100 { stimulate last.I with 1000 { run 1 ms };  run 1 ms } };  run 5 ms;"
                + "  repeat 2 { stimulate b.I with 2 * t / (1 ms) { run 1 ms };  run 1 ms }";
        Run run = run(interpreted, network, protocol, "a[0].v, a[1].v, a[2].v, b[0].v");
        double[] found = {
            run.last(0, "a[0].v")[0], run.last(0, "a[1].v")[0], run.last(0, "a[2].v")[0], run.last(0, "b[0].v")[0]
        };
        // amp is 1 for two steps and 10 for five; the inner block lasts two. 21 steps in all, of which the last but one
        // is felt; steps 17 and 19 are given their numbers twice.
        assertArrayEquals(new double[] {252, 304, 1356, 20 + 2 * (17 + 19)}, found, 1e-9);
    }

    /** The amount may be what the sample at hand says. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void samplesStimulateWhileTheyAreShown(boolean interpreted) throws IOException {
        String network = "a : Adder[2]";
        String protocol = "for each sample { stimulate a.I with data.drive { present 3 ms };  rest 2 ms }";
        Run run = run(interpreted, network, protocol, "a[0].v, a[1].v");
        assertEquals(3 * 1.5, run.last(0, "a[0].v")[0], 1e-9);
        assertEquals(0, run.last(0, "a[1].v")[0]);
    }

    /** A delay that is asked for is that of the spikes: drawn once for each synapse, in whole steps. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theDelayThatIsAskedForIsTheOneInUse(boolean interpreted) throws IOException {
        String network = """
                x : Spikes[1](at = [2 ms])
                a : Stamp[4]
                b : Stamp[4]
                c : Stamp[4]
                s : x -> a via Late { w = 1 }
                q : x -> b via Late(delay ~ uniform(1 ms, 30 ms)) { w = 1 }
                r : x -> c via Late(delay = 3.4 ms) { w = 1 }
                """;
        StringBuilder measures = new StringBuilder("mean(r.delay)");
        for (int i = 0; i < 4; i++) {
            measures.append(", s.delay[%d], a[%d].heard, q.delay[%d], b[%d].heard, c[%d].heard".replace("%d", "" + i));
        }
        Run run = run(interpreted, network, "run 50 ms", measures.toString());
        assertEquals(0.003, run.last(0, "mean(r.delay)")[0], 1e-12);
        Set<Double> different = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            assertEquals(run.last(0, "a[" + i + "].heard")[0], 0.002 + run.last(0, "s.delay[" + i + "]")[0], 1e-9);
            assertEquals(run.last(0, "b[" + i + "].heard")[0], 0.002 + run.last(0, "q.delay[" + i + "]")[0], 1e-9);
            assertEquals(0.005, run.last(0, "c[" + i + "].heard")[0], 1e-9);
            different.add(run.last(0, "s.delay[" + i + "]")[0]);
            different.add(run.last(0, "q.delay[" + i + "]")[0]);
        }
        assertTrue(different.size() > 2, different.toString());
    }

    /** Of the synapses that a file lists, those that meet a condition, or all that are no loops. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theSynapsesOfAFileMayHaveToMeetACondition(boolean interpreted) throws IOException {
        Files.write(folder.resolve("edges.csv"), List.of("0,0", "0,1", "1,1", "2,3", "3,0"));
        Files.write(folder.resolve("w.csv"), List.of("1", "2", "4", "8", "16"));
        String network = """
                a : Adder[4]
                b : Adder[4]
                p : a -> b connect from "edges.csv" where pre.index != post.index via Add { w = 1 }
                q : a -> a connect from "edges.csv", autapses = false via Add { w = csv("w.csv") }
                r : a -> a connect from "edges.csv", autapses = true where post.index > 0 via Add { w = csv("w.csv") }
                """;
        Run run = run(interpreted, network, "run 2 ms", "sum(p.w), sum(q.w), sum(r.w)");
        assertEquals(3, run.last(0, "sum(p.w)")[0]);
        assertEquals(2 + 8 + 16, run.last(0, "sum(q.w)")[0]);
        assertEquals(2 + 4 + 8, run.last(0, "sum(r.w)")[0]);
    }
}
