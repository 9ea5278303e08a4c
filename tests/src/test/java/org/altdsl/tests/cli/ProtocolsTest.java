package org.altdsl.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.altdsl.tests.cli.CommandLine.Ended;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks in time that are shown samples, rewarded and compared. */
class ProtocolsTest {
    /** The neuron spikes in every step; samples last 5 steps, so that each of two classes has 10 spikes in a round. */
    private static final String NETWORK = """
            import backprop-family, datasets, reward
            neuron Always {
                param tau = 1 s
                state v = 0
                v' = -v / tau
                spike when v > -1 { v = 0 }
            }
            synapse Link { weight w; on pre.spike { post.v += 0 * w } }
            experiment "Protocols" {
                dt = 1 ms
                data XOR
                network {
                    x : Always[2]
                    y : Always[3]
                    let reward = y[0].spike * (2 * data.label - 1)
                    state seen = 0, all = 0
                    on y[0].spike { seen += data.label }
                    on y.spike { %s }
                    s : x -> y via Link { w = 0.5 } learns rule
                }
                let half = mean(s.w) - 0.5
                let doubled = 2 * half
                compare rule in [MSTDP(reward = reward, a_plus = 1, a_minus = 1), Frozen]
                protocol { repeat 3 { for each sample { present 5 ms } } }
                evaluate on test { freeze all { for each sample { present 5 ms } } }
                seeds 1..1
                measure %s
            }
            """;

    @TempDir
    private Path folder;

    private CommandLine altdsl;

    @BeforeEach
    void setUp() {
        altdsl = new CommandLine(folder);
    }

    private Ended altdsl(String command, String event, String measured) throws IOException {
        Files.writeString(folder.resolve("shown.exp"), NETWORK.formatted(event, measured));
        return command.equals("run")
                ? altdsl.run("run", "shown.exp", "--out", "out", "--quiet")
                : altdsl.run(command, "shown.exp");
    }

    private double measured(int entry, String metric) throws IOException {
        JsonNode summary = CommandLine.json(Files.readString(folder.resolve("out/summary.json")));
        return summary.get("rules")
                .get(entry)
                .get("metrics")
                .get(metric)
                .get("mean")
                .asDouble();
    }

    @Test
    void checkLooksAtProtocolsThatGoThroughDataWithoutReadingThem() throws IOException {
        Ended ended = altdsl("check", "all += 1", "seen");
        assertEquals("", ended.err());
        assertEquals(0, ended.exitCode());
    }

    @Test
    void eventsOfAPopulationAddUpAndSamplesAreTold() throws IOException {
        Ended ended = altdsl("run", "all += 1", "seen, all");
        assertEquals(0, ended.exitCode(), ended.err());
        // 3 rounds of 4 samples of 5 steps, half of them of class 1; three neurons.
        assertEquals(30, measured(0, "seen"));
        assertEquals(180, measured(0, "all"));
    }

    @Test
    void whatHappensToSeveralNeuronsCannotSetOneValue() throws IOException {
        Ended ended = altdsl("check", "all = 1", "seen");
        assertEquals(65, ended.exitCode());
        assertTrue(ended.err().contains("has one value for all of them"), ended.err());
    }

    @Test
    void aRewardMayBeMadeOfAnythingAndReachesTheRuleAsOneNumber() throws IOException {
        Ended ended = altdsl("run", "all += 1", "mean(s.w)");
        assertEquals(0, ended.exitCode(), ended.err());
        // The contract of the rule names no labels and no other neurons. Rewards and punishments are equally many, and
        // pairs grow more frequent, so that not all of it cancels.
        assertTrue(measured(0, "mean(s.w)") != 0.5);
        assertEquals(0.5, measured(1, "mean(s.w)"));
    }

    @Test
    void anExperimentDefinesWhatItMeasures() throws IOException {
        Ended ended = altdsl("run", "all += 1", "half, doubled");
        assertEquals(0, ended.exitCode(), ended.err());
        assertEquals(2 * measured(0, "half"), measured(0, "doubled"), 1e-6);
        assertEquals(0, measured(1, "doubled"));
    }

    /** The larger of two inputs, which are dark again when a sample is over, is the class of three samples of four. */
    private static final String COMPARED = """
            import datasets
            neuron Seen { param lit = 0;  state n = 0;  each step { n = lit } }
            experiment "Compared" {
                dt = 1 ms
                data XOR %s
                network { x : Seen[2](lit = data.image);  let winner = max(x.n) }
                protocol {
                    %s
                }
                let owner = assign_labels(train.response, train.label)
                measure %s
            }
            """;

    private static final String COLLECTS =
            "repeat 2 { for each sample { present 5 ms;  collect response = x.n, found = winner, label = data.label;  rest 5 ms } }";

    private Ended compared(String command, String batch, String protocol, String measured) throws IOException {
        Files.writeString(folder.resolve("compared.exp"), COMPARED.formatted(batch, protocol, measured));
        return command.equals("run")
                ? altdsl.run("run", "compared.exp", "--out", "out", "--quiet")
                : altdsl.run(command, "compared.exp");
    }

    /** What is compared is what the network says when a sample has been shown, over all samples; in lanes as well. */
    @ParameterizedTest
    @ValueSource(strings = {"", "batch 4", "batch 3"})
    void accuracyIsOfTheSamplesShown(String batch) throws IOException {
        Ended ended =
                compared("run", batch, COLLECTS, "accuracy(winner, data.label), accuracy(train.found, train.label)");
        assertEquals("", ended.err());
        assertEquals(0.75, measured(0, "accuracy(train.found, train.label)"));
        assertEquals(0.75, measured(0, "accuracy(winner, data.label)"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            accuracy(vote(train.respons, owner), train.label)  | nothing collects 'respons' on train; did you mean 'response'?
            accuracy(vote(train.response, owner), train.lable) | nothing collects 'lable' on train; did you mean 'label'?
            accuracy(vote(test.response, owner), test.label)   | nothing is shown of 'test': evaluate on test {
            accuracy(train.found)                              | written accuracy(test.found, test.label)
            accuracy(x.n, data.label)                          | this is not one number a sample
            accuracy(winner, data.label) every 10 ms           | measure it in a line of its own, without 'every'
            """)
    void whatNobodyCollectsIsAnErrorAtItsName(String measured, String message) throws IOException {
        Ended ended = compared("check", "", COLLECTS, measured);
        assertEquals(65, ended.exitCode());
        assertTrue(ended.err().contains(message), ended.err());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            run 5 ms                                        | accuracy(winner, data.label)           | 65 | this protocol goes through none
            for each sample { present 5 ms }                | accuracy(train.found, train.label)     | 65 | nothing collects 'found' on train: for each sample {
            for each sample { present 5 ms } }; evaluate on test { for each sample { present 5 ms } | accuracy(winner, data.label) | 65 | and so does 'evaluate'
            for each sample { present 5 ms }; collect r = winner | mean(x.n)                         | 65 | 'collect' keeps something of each sample that is shown
            for each batch { trial { run 100 ms } }         | mean(x.n)                              | 0  | no sample is shown here: data reach the network in 'present' only, as in for each batch { trial { present 100 ms } }
            for each sample { run 100 ms }                  | mean(x.n)                              | 0  | as in for each sample { present 100 ms }
            """)
    void protocolsThatShowNothingAreTold(String protocol, String measured, int exitCode, String message)
            throws IOException {
        Ended ended = compared("check", "", protocol, measured);
        assertEquals(exitCode, ended.exitCode(), ended.err());
        assertTrue(ended.err().contains(message), ended.err());
    }

    /** What shows a field has as many neurons as the field has numbers; a picture of weights no more places than sources. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            x : Poisson[3](rate = data.image * 80 Hz)       | sized.exp:6:31: error ALT-T003: 'data.image' has 2 numbers a sample, and 'x' has 3 neurons
            x : Poisson[1](rate = data.image * 80 Hz)       | sized.exp:6:31: error ALT-T003: 'data.image' has 2 numbers a sample, and 'x' has 1 neuron:
            x : LIF[3]; stimulate x with data.image * 1 pA each step | 'data.image' has 2 numbers a sample, and 'x' has 3 neurons
            x : Poisson[2](rate = data.image * 80 Hz)       | 'xc' comes from 2 neurons of 'x', and 2 rows of 3 are 6
            """)
    void numbersOfNeuronsAndOfWhatIsShownAreCompared(String population, String message) throws IOException {
        Files.writeString(folder.resolve("sized.exp"), """
                import cells, datasets
                experiment "Sized" {
                    dt = 1 ms
                    data XOR batch 1
                    network {
                        %s
                        c : LIF[4]
                        xc : x -> c via CurrentExp { w = 100 pA }
                    }
                    protocol { for each sample { present 5 ms } }
                    measure count(c.spike)
                    plot weights(xc, shape = [2, 3])
                }
                """.formatted(population));
        Ended ended = altdsl.run("check", "sized.exp");
        assertEquals(65, ended.exitCode(), ended.err());
        assertTrue(ended.err().contains(message), ended.err());
    }

    private static final String GIVEN = """
            import cells
            rule A { param k = 1;  modulator margin;  on pre.spike { w += k * margin } }
            rule B { param j = 1;  on pre.spike { w += j } }
            experiment "Given" {
                dt = 1 ms
                network {
                    x : Spikes(at = [1 ms, 3 ms])
                    c : LIF[1]
                    let m = x[0].spike + 4
                    xc : x -> c via CurrentExp { w = 0 pA } learns rule(margin = m, %s)
                }
                compare rule in [A, B]
                protocol { run 10 ms }
                measure mean(xc.w) / (1 pA)
            }
            """;

    /** A compared rule takes what it declares of what is given; what none declares is an error. */
    @Test
    void comparedRulesTakeTheArgumentsThatTheyDeclare() throws IOException {
        Files.writeString(folder.resolve("given.exp"), GIVEN.formatted("k = 2 pA, j = 3 pA"));
        Ended ended = altdsl.run("run", "given.exp", "--out", "out", "--quiet");
        assertEquals("", ended.err());
        assertEquals(20, measured(0, "mean(xc.w) / (1 pA)"), 1e-4);
        assertEquals(6, measured(1, "mean(xc.w) / (1 pA)"), 1e-4);
        Files.writeString(folder.resolve("given.exp"), GIVEN.formatted("kk = 2 pA"));
        Ended wrong = altdsl.run("check", "given.exp");
        assertEquals(65, wrong.exitCode());
        assertTrue(wrong.err().contains("no compared rule has a parameter 'kk'; did you mean 'k'?"), wrong.err());
    }
}
