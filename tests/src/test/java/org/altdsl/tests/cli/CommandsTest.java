package org.altdsl.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.altdsl.tests.cli.CommandLine.Ended;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each command prints, and its exit code. */
class CommandsTest {
    private static final String GOOD = """
            import neurons, optimizers
            /// Hebb.
            rule Mine {
                reads pre, post
                after forward { dw = post.r * pre.r }
            }
            test "one step" for Mine {
                given w = [[0.5, 0.25]], pre.r = [[1, 2]]
                optimizer SGD(eta = 0.1)
                run 1 batch
                expect w == [[0.6, 0.45]] within 1e-9
            }
            """;

    @TempDir
    private Path folder;

    private CommandLine altdsl;

    @BeforeEach
    void setUp() {
        altdsl = new CommandLine(folder);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    @Test
    void helpNamesEveryCommand() {
        Ended ended = altdsl.run("--help");
        assertEquals(0, ended.exitCode(), ended.err());
        for (String command : List.of("run", "check", "explain", "test", "compare", "report", "data", "new")) {
            assertTrue(ended.out().contains("\n  " + command + " "), ended.out());
        }
    }

    @Test
    void versionIsTheProjects() {
        Ended ended = altdsl.run("--version");
        assertEquals(0, ended.exitCode());
        assertTrue(ended.out().startsWith("altdsl "), ended.out());
    }

    @ParameterizedTest
    @CsvSource({
        "chek x.rule, check",
        "run, FILE.exp",
        "run x.exp --sedes 1, --seeds",
        "run x.exp --seeds 5..1, 1..5",
        "run x.exp --epochs 0, at least 1",
        "run x.exp --backend cuda, CUDA",
        "run x.exp --precision half, float or double",
        "run x.exp --resume, --out",
        "data get Nothing, FashionMNIST",
        "explain Backpop, Backprop",
        "new 1st, letter"
    })
    void wrongUsageExitsWith64AndSaysWhatIsMeant(String arguments, String hint) {
        Ended ended = altdsl.run(arguments.split(" "));
        assertEquals(64, ended.exitCode(), ended.err());
        assertTrue(ended.err().contains(hint), ended.err());
        assertEquals("", ended.out());
        assertFalse(ended.err().contains("Exception"), ended.err());
    }

    @Test
    void checkSaysWhereAnErrorIs() throws IOException {
        write("bad.rule", "import neurons\n/// Doc.\nrule R {\n    after forward { dw = pre.r * pots.r }\n}\n");
        Ended ended = altdsl.run("check", "bad.rule");
        assertEquals(65, ended.exitCode());
        assertTrue(ended.err().startsWith("bad.rule:4:34: error ALT-N001: "), ended.err());
        assertTrue(ended.err().contains("did you mean 'post'"), ended.err());
        assertEquals("", ended.out());
    }

    @Test
    void checkOfAGoodFileSaysSo() throws IOException {
        write("good.rule", GOOD);
        Ended ended = altdsl.run("check", "good.rule");
        assertEquals(0, ended.exitCode(), ended.err());
        assertEquals("good.rule: no errors\n", ended.out());
        assertEquals("", ended.err());
    }

    @Test
    void checkLoadsNeitherNd4jNorJaninoNorPlots() throws IOException {
        write("good.rule", GOOD);
        Path loaded = folder.resolve("loaded.txt");
        Ended ended = altdsl.with("-Xlog:class+load:file=" + loaded).run("check", "good.rule");
        assertEquals(0, ended.exitCode(), ended.err());
        String classes = Files.readString(loaded);
        assertTrue(classes.contains("org.altdsl.driver.FrontEnd"), "the log of loaded classes is empty");
        for (String absent : List.of("org.nd4j.", "org.codehaus.janino.", "org.knowm.")) {
            assertFalse(classes.contains(absent), absent + " was loaded");
        }
    }

    @ParameterizedTest
    @CsvSource({"check absent.rule", "run absent.exp", "test absent.rule", "report absent", "compare absent", "check ."
    })
    void whatCannotBeReadExitsWith74(String arguments) {
        Ended ended = altdsl.run(arguments.split(" "));
        assertEquals(74, ended.exitCode(), ended.err());
        assertFalse(ended.err().contains("Exception"), ended.err());
    }

    @Test
    void textThatIsNotUtf8ExitsWith74() throws IOException {
        Files.write(folder.resolve("latin.rule"), new byte[] {'/', '/', ' ', (byte) 0xe4, '\n'});
        Ended ended = altdsl.run("check", "latin.rule");
        assertEquals(74, ended.exitCode());
        assertTrue(ended.err().contains("UTF-8"), ended.err());
    }

    @Test
    void passingTestsAreCounted() throws IOException {
        write("good.rule", GOOD);
        Ended ended = altdsl.run("test", "good.rule");
        assertEquals(0, ended.exitCode(), ended.err());
        assertEquals("ok    good.rule:7  Mine: one step\n1 passed, 0 failed\n", ended.out());
        assertEquals(ended, altdsl.run("test", "--backend", "reference", "good.rule"));
    }

    @Test
    void aFailingTestShowsItsLineAndNumbers() throws IOException {
        write("wrong.rule", GOOD.replace("0.45", "0.46"));
        Ended ended = altdsl.run("test", folder.toString());
        assertEquals(65, ended.exitCode());
        assertTrue(ended.out().contains("wrong.rule:11:"), ended.out());
        assertTrue(ended.out().contains("expected 0.46, found 0.45"), ended.out());
        assertTrue(ended.out().endsWith("0 passed, 1 failed\n"), ended.out());
    }

    /** What the library's rules say they read is what they do read, with an equation for weights and with growth, too. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "PairSTDP",
                "TripletSTDP",
                "Vogels",
                "SynapticScaling",
                "BioScaling",
                "DivisiveNormalisation",
                "GliaStructure(grow_edges = 1)",
                "GliaHebbian(grow_edges = 1, margin = 0, winner = 0, target = 0)",
                "GliaRateGradient(grow_edges = 1)"
            })
    void rulesInTimeKeepTheirContracts(String rule) throws IOException {
        write("test.exp", """
                import cells, gliagl, objectives, optimizers, scaling, stdp, vogels
                experiment "contract" {
                    dt = 1 ms
                    network {
                        a : Poisson[5](rate = 30 Hz)
                        c : Tick[3]
                        p : a -> c connect sparse(0.5, room = true) via TickEdge { w = 1 } learns %s
                        output = c
                        state rate[c] = 0
                        each step { rate += 0.05 * (c.spike - rate) }
                    }
                    objective CrossEntropy(rate, 0)
                    optimizer SGD(eta = 0.1)
                    protocol { trial { run 20 ms } }
                    seeds 1
                    measure mean(p.w)
                }
                """.formatted(rule));
        Ended ended = altdsl.run("run", "test.exp", "--quiet", "--out", "out");
        assertEquals(0, ended.exitCode(), ended.err());
    }

    @ParameterizedTest
    @CsvSource({
        "explain CoFire, post_aggregate",
        "explain Backprop, weight_transport",
        "explain Backprop --equations, Δw = pre.r · post.δ",
        "explain Backprop --java, public",
        "explain Backprop --ir, dw",
        "explain Adam, optimizer Adam",
        "explain LIF, linear with constant coefficients",
        "explain HodgkinHuxley, exponential_euler",
        "explain CurrentExp, 's.i                exact'",
        "explain PairSTDP, 'h1->h2.y           exact'"
    })
    void explainShowsEachStage(String arguments, String text) {
        Ended ended = altdsl.run(arguments.split(" "));
        assertEquals(0, ended.exitCode(), ended.err());
        assertTrue(ended.out().contains(text), ended.out());
    }

    @Test
    void explainSaysWhatTheStepDoesToAnEquation() throws IOException {
        write("fast.exp", """
                neuron Fast { state v = 0; v' = -v / (0.15 ms); spike when v > 1 { v = 0 }; method euler }
                experiment "fast" { dt = 0.1 ms;  network { c : Fast[1] };  protocol { run 1 ms };  measure mean(c.v) }
                """);
        Ended ended = altdsl.run("explain", folder.resolve("fast.exp").toString(), "Fast");
        assertEquals(0, ended.exitCode(), ended.err());
        assertTrue(ended.out().contains("equations, in steps of 0.1 ms"), ended.out());
        assertTrue(ended.out().contains("x.v                euler"), ended.out());
        assertTrue(
                ended.err()
                        .contains("the step of 100 us is coarse for the method euler: v has a time constant of 150 us"),
                ended.err());
        assertEquals(1, ended.err().split("is coarse", -1).length - 1, "said once: " + ended.err());
    }

    @Test
    void explainSaysWhatEachProjectionOfAnExperimentHolds() throws IOException {
        write("two.exp", """
                import cells, stdp
                experiment "two" {
                    dt = 0.1 ms
                    network {
                        a : Spikes[3](every = 20 ms)
                        b : LIF[2]
                        p : a -> b via CurrentExp { w = 500 pA } learns PairSTDP(w_max = 1 nA)
                        q : b -> b via CurrentExp { w = 500 pA }
                    }
                    protocol { run 1 ms }
                    measure mean(p.w)
                }
                """);
        Ended ended = altdsl.run("explain", folder.resolve("two.exp").toString());
        assertEquals(0, ended.exitCode(), ended.err());
        assertTrue(ended.out().contains("memory per synapse, PairSTDP"), ended.out());
        assertTrue(
                ended.out().contains("p                   20 bytes: w 4, source 4, target 4, order by target 8"),
                ended.out());
        assertTrue(ended.out().contains("q                   12 bytes: w 4, source 4, target 4"), ended.out());
    }

    @Test
    void explainMeasuresWindows() throws IOException {
        Ended ended = altdsl.run(
                "explain",
                "PairSTDP",
                "--window",
                "--range",
                "20ms",
                "--step",
                "10 ms",
                "--rates",
                "20,50",
                "--pairs",
                "3",
                "--set",
                "a_plus=0.02",
                "--svg",
                "window.svg");
        assertEquals(0, ended.exitCode(), ended.err());
        // 0.02 * exp(-10 ms / 20 ms), and 0.0105 * exp(-1).
        assertTrue(ended.out().contains("10 ms    0.01213\n"), ended.out());
        assertTrue(ended.out().contains("-20 ms    -0.003863\n"), ended.out());
        assertTrue(ended.out().contains("3 pairs at a rate"), ended.out());
        String picture = Files.readString(folder.resolve("window.svg"));
        assertTrue(picture.contains("postsynaptic minus presynaptic spike (ms)"), picture);
        assertTrue(picture.contains("post 10 ms before pre"), picture);
        ended = altdsl.run("explain", "Oja", "--window");
        assertEquals(0, ended.exitCode(), ended.err());
        assertTrue(
                ended.out().startsWith("Oja has no window: nothing in it happens when a neuron spikes"), ended.out());
        ended = altdsl.run("explain", "PairSTDP", "--window", "--range", "5");
        assertEquals(64, ended.exitCode());
        assertTrue(ended.err().contains("--range is a time, as in 5ms or 0.1s; not '5'"), ended.err());
        ended = altdsl.run("explain", "PairSTDP", "--window", "--set", "a_pluss=1");
        assertEquals(64, ended.exitCode());
        assertTrue(ended.err().contains("no parameter or modulator 'a_pluss'; did you mean 'a_plus'?"), ended.err());
    }

    /** Bounds say where a weight is looked at, and in which unit; a weight at a bound shows nothing. */
    @Test
    void windowsOfBoundedWeightsAreSeenBetweenTheirBounds() throws IOException {
        write("bounded.rule", """
                rule Bounded {
                    param w_max = 2 nS
                    pre x' = -x / (20 ms)
                    on pre.spike { x += 1 }
                    on post.spike { w += 0.1 nS * x }
                    keep w in [0 nS, w_max]
                }
                rule Grows { each step { w += 1e300 * w * w };  on pre.spike { w += 0 } }
                """);
        String file = folder.resolve("bounded.rule").toString();
        Ended ended = altdsl.run("explain", file, "Bounded", "--window", "--range", "20ms", "--step", "10ms");
        assertEquals(0, ended.exitCode(), ended.err());
        assertTrue(ended.out().contains("from w = 1.000 nS\n"), ended.out());
        assertTrue(ended.out().contains("change of w (nS)"), ended.out());
        assertTrue(ended.out().contains("10 ms    0.06065\n"), ended.out());
        ended = altdsl.run("explain", file, "Bounded", "--window", "--weight", "500 pS", "--range", "10ms");
        assertTrue(ended.out().contains("from w = 0.5000 nS\n"), ended.out());
        ended = altdsl.run("explain", file, "Bounded", "--window", "--weight", "2 nS", "--range", "10ms");
        assertTrue(
                ended.out().contains("has no window: w is at a bound all the time, keep w in [0 nS, w_max]"),
                ended.out());
        ended = altdsl.run("explain", file, "Bounded", "--window", "--weight", "3 nS");
        assertEquals(64, ended.exitCode());
        assertTrue(ended.err().contains("between 0 nS and 2.000 nS; --weight is 3.000 nS"), ended.err());
        ended = altdsl.run("explain", file, "Bounded", "--window", "--weight", "3 mV");
        assertEquals(64, ended.exitCode());
        assertTrue(ended.err().contains("--weight is a weight, as in 0.5 or \"1 nS\"; not '3 mV'"), ended.err());
        ended = altdsl.run("explain", file, "Grows", "--window", "--range", "10ms");
        assertTrue(ended.out().contains("has no window: w does not stay a finite number"), ended.out());
    }

    /** A neuron of the library need not be imported, and one that has the event that a rule waits for is found. */
    @Test
    void windowsFindTheirNeurons() throws IOException {
        write("waits.rule", """
                neuron Burster {
                    param C = 200 pF, g_L = 10 nS
                    input I : pA
                    state v : mV = -70 mV
                    v' = (g_L * (-70 mV - v) + I) / C
                    spike when v > -50 mV { v = -60 mV }
                    event burst when rises(v > -58 mV) { }
                }
                rule OnBurst { pre x' = -x / (20 ms); on pre.spike { x += 1 }; on post.burst { w += 0.1 * x } }
                """);
        write("potential.rule", """
                rule Potential { pre x' = -x / (20 ms); on pre.spike { x += 1; w += 0.001 * (post.v + 70 mV) / (1 mV) } }
                """);
        String file = folder.resolve("waits.rule").toString();
        Ended ended = altdsl.run("explain", file, "OnBurst", "--window", "--range", "20ms", "--step", "10ms");
        assertEquals(0, ended.exitCode(), ended.err());
        assertTrue(ended.out().contains("onto Burster, which a jump"), ended.out());
        assertTrue(ended.out().contains("10 ms    0.06065\n"), ended.out());
        file = folder.resolve("potential.rule").toString();
        ended = altdsl.run("explain", file, "Potential", "--window", "--neuron", "LIF", "--range", "10ms");
        assertEquals(0, ended.exitCode(), ended.err());
        assertTrue(ended.out().contains("onto LIF, which a jump"), ended.out());
    }

    /** What is recorded of synapses is none of the memory that they need, whether or not a rule teaches them. */
    @Test
    void memoryIsThatOfTheNetworkAlone() throws IOException {
        write("one.exp", """
                import cells
                experiment "one" {
                    dt = 0.1 ms
                    network {
                        a : Spikes[3](every = 20 ms)
                        b : LIF[2]
                        p : a -> b via CurrentExp { w = 500 pA }
                    }
                    protocol { run 1 ms }
                    measure mean(p.w)
                    record p.w every 0.5 ms
                    plot weights(p)
                }
                """);
        String file = folder.resolve("one.exp").toString();
        Ended ended = altdsl.run("explain", file);
        assertTrue(ended.out().contains("p                   12 bytes: w 4, source 4, target 4\n"), ended.out());
        ended = altdsl.run("run", file, "--out", "one", "--quiet");
        assertEquals(0, ended.exitCode(), ended.err());
        String report = Files.readString(folder.resolve("one/report.html"));
        assertTrue(report.contains("12 bytes: w 4, source 4, target 4<"), report);
    }

    @Test
    void importsAreLookedForBesideTheFileFirst() throws IOException {
        write("oja.rule", GOOD.replace("Mine", "Oja"));
        write("user.rule", "import oja\n/// Doc.\nrule Child extends Oja {}\n");
        Ended ended = altdsl.run("explain", folder.resolve("user.rule").toString(), "Child", "--equations");
        assertEquals(0, ended.exitCode(), ended.err());
        assertTrue(ended.out().contains("Δw = post.r · pre.r\n"), ended.out());
    }

    @Test
    void dataSetsAreListedAndDescribed() {
        Ended list = altdsl.run("data", "list");
        assertEquals(0, list.exitCode(), list.err());
        assertTrue(list.out().contains("found: part of altdsl"), list.out());
        assertTrue(list.out().contains("MNIST"), list.out());
        Ended info = altdsl.run("data", "info", "Digits");
        assertEquals(0, info.exitCode(), info.err());
        assertTrue(info.out().contains("1797"), info.out());
        assertEquals(0, altdsl.run("data", "get", "Digits").exitCode());
        assertEquals(74, altdsl.run("data", "info", "Nothing").exitCode());
    }

    @Test
    void whatNewWritesChecksTestsAndRuns() {
        Ended made = altdsl.run("new", "my-rule");
        assertEquals(0, made.exitCode(), made.err());
        Ended check = altdsl.run("check", "my-rule.rule", "my-rule.exp");
        assertEquals("my-rule.rule: no errors\nmy-rule.exp: no errors\n", check.out(), check.err());
        assertEquals(0, altdsl.run("test", "my-rule.rule").exitCode());
        Ended run = altdsl.run("run", "my-rule.exp", "--smoke", "--quiet");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().contains("\nMyRule "), run.out());
        assertTrue(Files.exists(folder.resolve("runs/myrule-on-digits-1/summary.json")));
        assertEquals(73, altdsl.run("new", "my-rule").exitCode());
    }
}
