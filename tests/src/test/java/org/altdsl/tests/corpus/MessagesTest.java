package org.altdsl.tests.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.altdsl.diag.DiagnosticPrinter;
import org.altdsl.driver.FrontEnd;
import org.altdsl.source.SourceFile;
import org.altdsl.tests.bench.Programs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages as a researcher reads them: what is wrong, what would be right, in the words of the file. */
class MessagesTest {
    private static String check(String name, String text) {
        return new DiagnosticPrinter(false)
                .print(new FrontEnd(Programs.library())
                        .check(new SourceFile(name, text))
                        .diagnostics());
    }

    @Test
    void weightsOfOtherSynapsesAreFoundWhereTheyComeIn() {
        String text = """
                import neurons
                rule Mine {
                    reads pre, post, objective
                    feedback B = transpose(w)
                    signal delta {
                        at output: error
                        elsewhere: through(B, delta) * f'(u)
                    }
                    after forward { dw = pre.r * post.delta }
                }
                """;
        assertEquals("""
                mine.rule:9:21: error ALT-L001: this reads weight_transport (forward weights of other synapses, through\
                 'feedback B = transpose(w)'), which the contract does not allow
                    9 |     after forward { dw = pre.r * post.delta }
                      |                     ^^^^^^^^^^^^^^^^^^^^^^^
                   note: the chain, in an example network x -> h1 -> h2 -> y: dw <- delta <- w
                   note: 'delta' at mine.rule:7:20
                   note: 'feedback B = transpose(w)' is where the forward weights come in at mine.rule:4:5
                   note: the contract of 'Mine'; add 'weight_transport' to it, or do without at mine.rule:3:5
                1 error
                """.strip(), check("mine.rule", text).strip());
    }

    /** Of several pathways, the one that the update takes. */
    @Test
    void aPathwayThatIsNotDeclaredIsNamed() {
        String text = """
                import neurons
                rule Mine {
                    reads pre, post, objective
                    feedback A ~ normal(0, 1)
                    feedback B from output ~ normal(0, 1)
                    signal delta { at output: error;  elsewhere: through(B, delta) * f'(u) }
                    after forward { dw = pre.r * post.delta }
                }
                """;
        String found = check("mine.rule", text);
        assertTrue(
                found.contains("(a fixed feedback pathway, through 'feedback B from output ~ normal(0, 1)')"), found);
        assertTrue(found.contains("is where the pathway is declared at mine.rule:5:5"), found);
        assertFalse(found.contains("feedback A"), found);
    }

    /** In a network of the user's, quantities are told by the names that it gives its layers. */
    @Test
    void theChainNamesLayersOfTheUsersNetwork() {
        String text = """
                rule Filter { reads pre.spike, post.v;  param seen = post.v;  on pre.spike { w += seen } }
                neuron Cell { state v = 0, u = 0; v' = -v / (10 ms); u' = -u / (10 ms); spike when v > 1 { v = 0 } }
                synapse Line { weight w; on pre.spike { post.v += w } }
                experiment "contract" {
                    dt = 1 ms
                    network {
                        retina : Cell[2]
                        answer : Cell[2]
                        retina -> answer via Line { w = 1 } learns Filter(seen = post.u)
                    }
                    protocol { run 1 ms }
                    measure mean(answer.v)
                }
                """;
        String found = check("e.exp", text);
        assertTrue(
                found.contains("e.exp:1:78: error ALT-L001: this reads post (the postsynaptic neuron, through 'u')"),
                found);
        assertTrue(found.contains("note: the chain: w of retina->answer <- u of answer\n"), found);
    }

    /** A rule is looked at by itself and where it is used: what is the same is said once. */
    @Test
    void aMistakeIsToldOnce() {
        String text = """
                import neurons, optimizers, objectives, datasets
                rule Scaled { reads pre, post;  after forward { dw = post.r * pre.r / (1 + sum(abs(w) over pre)) } }
                experiment "E" {
                    data Digits batch 32
                    network { x : Input(data.image);  y : Rate[10](f = identity);  x -> y via Linear { w = 0 } learns Scaled }
                    objective CrossEntropy(y.u, data.label)
                    optimizer SGD(eta = 0.1)
                    train 1 epochs
                }
                """;
        String found = check("e.exp", text);
        assertEquals(1, found.split("ALT-L001", -1).length - 1, found);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x -> c via Kick { w = 1 } learns PairSTDP   | no rule 'PairSTDP' is declared or imported here; add 'import stdp', which declares it",
                "x -> c via Linear { w = 1 }                 | no synapse 'Linear' is declared or imported here; add 'import neurons', which declares it",
                "d : Cel[2]                                  | no neuron 'Cel' is declared or imported here",
                "d : Tick[2]                                 | ",
                "d : Rate[2]                                 | no neuron 'Rate' is declared or imported here; add 'import neurons', which declares it",
                "x -> c via Kick { w = warm_up(1, 2) }       | unknown function 'warm_up'; add 'import optimizers', which declares it"
            })
    void aNameOfTheLibraryIsToldWithTheFileThatHasIt(String line, String message) {
        String text = """
                import cells
                experiment "E" {
                    dt = 1 ms
                    network {
                        x : Spikes[2](at = 1 ms)
                        c : LIF[2]
                        %s
                    }
                    protocol { run 1 ms }
                    measure mean(c.v)
                }
                """.formatted(line);
        String found = check("e.exp", text);
        if (message == null) {
            assertFalse(found.contains("error"), found);
        } else {
            assertTrue(found.contains(message), found);
        }
    }

    /** Where a rule is used, the weight's unit is known, and what would suit it is said. */
    @Test
    void whatARuleNeedsForAWeightWithAUnitIsSaid() {
        String text = """
                import cells, stdp
                experiment "E" {
                    dt = 0.1 ms
                    network {
                        x : Spikes[2](every = 25 ms)
                        c : LIF[2]
                        p : x -> c via CurrentExp { w = 100 pA } learns PairSTDP(tau_plus = 10 ms)
                    }
                    protocol { run 10 ms }
                    measure mean(p.w)
                }
                """;
        String found = check("e.exp", text);
        assertTrue(found.startsWith("""
                e.exp:7:57: error ALT-U004: rule 'PairSTDP' does not suit 'w' of synapse 'CurrentExp', which is in pA: 'w' is in\
                 pA, but this bound is a pure number
                    7 |         p : x -> c via CurrentExp { w = 100 pA } learns PairSTDP(tau_plus = 10 ms)
                      |                                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^
                   note: in rule 'PairSTDP' at stdlib/spiking/stdp.rule:"""), found);
        assertTrue(found.endsWith("""
                   note: give w_max in pA: PairSTDP(tau_plus = 10 ms, w_max = 100 pA)
                1 error
                """), found);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TripletSTDP                        | give a2_plus, a3_plus, a2_minus and a3_minus in pA: TripletSTDP(a2_plus = 5e-8 pA, a3_plus = 0.62 pA, a2_minus = 0.7 pA, a3_minus = 0.023 pA)",
                "Vogels(w_max = 1 nS)               | give w_unit in pA: Vogels(w_unit = 100 pA)",
                "DivisiveNormalisation(total = 1)   | give total in pA: DivisiveNormalisation(total = 100 pA)",
                "PairSTDP(w_max = 200 pA)           | ",
                "Vogels(w_unit = 1 pA)              | ",
                "TripletSTDP(a2_plus = 0 pA, a3_plus = 0.6 pA, a2_minus = 0.7 pA, a3_minus = 0) | ",
                "DivisiveNormalisation(total = 2 nA) | ",
                "SubtractiveNormalisation(total = 2 nA) | "
            })
    void aParameterMayBeOfTheUnitOfTheWeight(String rule, String message) {
        String text = """
                import cells, stdp, vogels, scaling
                experiment "E" {
                    dt = 0.1 ms
                    network {
                        x : Spikes[2](every = 25 ms)
                        c : LIF[2]
                        p : x -> c via CurrentExp { w = 100 pA } learns %s
                    }
                    protocol { run 10 ms }
                    measure mean(p.w)
                }
                """.formatted(rule);
        String found = check("e.exp", text);
        if (message == null) {
            assertEquals("", found.strip());
        } else {
            assertTrue(found.contains("note: " + message + "\n"), found);
            assertTrue(found.contains("1 error"), found);
        }
    }

    @Test
    void parentsDataAndWhatIsTestedAreFoundToo() {
        String parent = check("a.rule", "rule Mine extends Oja { }\n");
        assertTrue(parent.contains("no rule 'Oja' is declared or imported here; add 'import oja', which"), parent);
        String tested = check("a.rule", "test \"t\" for Oja { given w = 1;  run 1 batch;  expect w == 1 }\n");
        assertTrue(tested.contains("nothing called 'Oja' is declared or imported here; add 'import oja'"), tested);
        String data = check("a.exp", "experiment \"E\" { data Digits batch 32 }\n");
        assertTrue(data.contains("no dataset 'Digits' is declared or imported here; add 'import datasets'"), data);
    }
}
