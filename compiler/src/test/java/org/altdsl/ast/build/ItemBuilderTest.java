package org.altdsl.ast.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.ast.Item.AssignmentOperator;
import org.altdsl.ast.Item.GivenKind;
import org.altdsl.ast.Item.StepKind;
import org.altdsl.ast.Item.Trigger;
import org.altdsl.ast.Name;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.source.SourceFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ItemBuilderTest {
    /** Which kind of item every statement of the language becomes. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "param a = 1 ms, b : Kind = x, c ~ normal(0, 1)   # Parameters",
                "shared state theta : mV = 20 mV                  # States",
                "state post = 0                                   # States",
                "x' = -x / tau                                    # Equation",
                "output.u' += beta * (target - r)                 # Equation",
                "synapse e' = -e / tau_e                          # Equation",
                "relax u' = -u                                    # Equation",
                "let n = e, m ~ D                                 # Lets",
                "signal s { at output: e; elsewhere: f }          # Cases",
                "let s { at output: e; elsewhere: f }             # Cases",
                "at output: dw = e                                # Located",
                "elsewhere: let x = 1                             # Located",
                "weight w : pA = 1 pA in [0 pA, 2 pA]             # Weight",
                "learnable k[A, B] = 1 in log                     # Weight",
                "bias b = 0                                       # Weight",
                "input I : pA                                     # Input",
                "input = S                                        # Assign",
                "out r = f(u)                                     # Output",
                "out = 3                                          # Assign",
                "compartment basal { input I }                    # Compartment",
                "spike when v > 1 { v = 0 } else { a = 1 }        # Spike",
                "spike with probability p                         # Spike",
                "event burst when v > 1 { v = 0 }                 # Spike",
                "event = 3                                        # Assign",
                "surrogate spike by fast_sigmoid(slope = 25)      # Surrogate",
                "method rk4                                       # Method",
                "hold v, w for 5 ms                               # Hold",
                "hold = 3                                         # Assign",
                "refractory 2 ms                                  # Refractory",
                "override on pre.spike at emission { w += 1 }     # Handler",
                "every 10 trials { w += 1 }                       # Handler",
                "w[E] *= k                                        # Assign",
                "feedback B from output ~ normal(0, 1) where a    # Feedback",
                "feedback B = transpose(w)                        # Feedback",
                "noise post xi ~ normal(0, 1)                     # Noise",
                "noise exc.I ~ uniform(0, 1)                      # Noise",
                "inject post.noise += xi                          # Inject",
                "stimulate x.S with 200 each step                 # Inject",
                "stimulate x.S with 200 { run 1 s }               # Step",
                "modulator reward, m = 1                          # Modulators",
                "adapts post.theta                                # Adapts",
                "reads pre.spike, post                            # Reads",
                "phase nudged for 4 steps of h from free { }      # Phase",
                "clamp pre.r = xi                                 # Clamp",
                "redirect w -> e                                  # Redirect",
                "keep w in [0, 1] soft                            # Keep",
                "conserve sum(w over pre) == 1 within 1e-5        # Conserve",
                "prune where weak > 3                             # Prune",
                "grow n where pre != post { w = 0 }               # Grow",
                "report n = e                                     # Report",
                "if a { b = 1 } else if c { b = 2 } else { b = 3 }    # If",
                "match k { a: { b = 1 }; c: { b = 2 } }           # MatchItem",
                "function f(x) = x^2                              # Local",
                "sign fixed                                       # SignFixed",
                "carry x, y                                       # Use",
                "objective CrossEntropy(y.u, 0) + 2 * e           # Loss",
                "loss = e                                         # Assign",
                "optimizer ClipNorm(limit = 1) then Adam every 10 trials  # Optimize",
                "data Digits(limit = 3) batch 32                  # Data",
                "network { x : Rate[3] }                          # Network",
                "network n = C(a = 1) frozen                      # Network",
                "x : Input(data.image)                            # Population",
                "h : [A[256], B[128]](f = relu) { b = 1 }         # Population",
                "P[k] : Rate[3]                                   # Population",
                "x -> h -> y                                      # Projection",
                "s : x -> [a, b] connect sparse(0.1) via Linear(d = 1) { w = 1 } partner q learns rule for k   # Projection",
                "learn [a, b] by rule for scale                   # Learn",
                "w ~ normal(0, 1)                                 # Draw",
                "schedule reward after uniform(1 s, 3 s)          # Schedule",
                "compare rule in [A, B(l = 1) with optimizer = SGD(eta = 1), eta = 2, C]  # Compare",
                "sweep eta in log(1e-3 .. 1e-1, 5)                # Sweep",
                "train 5 epochs                                   # Train",
                "train { field x = 1 }                            # Section",
                "test { field x = 1 }                             # Section",
                "seeds 1..5, 7                                    # Seeds",
                "measure accuracy, objective every epoch          # Measure",
                "checkpoint every epoch keep latest, best(a)      # Measure",
                "log to csv, tensorboard                          # Measure",
                "plot weights(x), activity                        # Measure",
                "export net to connectome at start, end           # Measure",
                "record syn.a - syn.b as g                        # Measure",
                "record = 3                                       # Assign",
                "protocol { run 1 s }                             # Protocol",
                "evaluate on test { freeze all { run 1 s } }      # Protocol",
                "run 1 s until w > 3                              # Step",
                "field image : [8, 8] = table[0..63] / 16         # Field",
                "split train 0.75, test 0.25 stratified by label seed 0  # Split",
                "generate train n seed key                        # Split",
                "given w = 1                                      # Given",
                "expect w == 2 within 1e-3 for R                  # Expect",
                "for k in 1..L-1 { x : Rate }                     # ForRow",
                "reset                                            # Step",
                "anything(x)                                      # Use",
            })
    void everyStatementHasItsItem(String statement, String kind) {
        assertEquals(kind.strip(), item(statement).getClass().getSimpleName());
    }

    @Test
    void aStatedSumIsSplitAtItsEquation() {
        Item.Conserve conserve = item(Item.Conserve.class, "conserve sum(w over pre) == budget within 1e-5");
        assertEquals("sum(w over pre)", show(conserve.quantity()));
        assertEquals(Optional.of("budget"), conserve.value().map(ItemBuilderTest::show));
        assertEquals(Optional.of("1.0E-5"), conserve.tolerance().map(ItemBuilderTest::show));
    }

    @Test
    void aToleranceInPercentIsANumberAndAFlag() {
        Item.Expect percent = item(Item.Expect.class, "expect w == 2 Hz within 10 %");
        assertTrue(percent.percent());
        assertEquals(Optional.of("10"), percent.tolerance().map(ItemBuilderTest::show));
        Item.Expect absolute = item(Item.Expect.class, "expect w == 2 Hz within 1 Hz for R(a = 1)");
        assertEquals(false, absolute.percent());
        assertEquals(Optional.of("<1 Hz>"), absolute.tolerance().map(ItemBuilderTest::show));
        assertEquals(Optional.of("R(a = 1)"), absolute.rule().map(ItemBuilderTest::show));
    }

    @Test
    void everyWayToGiveAValueIsKept() {
        Item.Given given = item(
                Item.Given.class,
                "given a = 1, b in [1, 2] in order, c ~ D once, d ~ D held 1 ms, e at 2 ms, "
                        + "f every 3 ms from 1 ms repeat 60, pre[6]");
        assertEquals(
                List.of(
                        "VALUE a 1 []",
                        "CYCLE b [1, 2] [order]",
                        "DRAWN c D [once]",
                        "DRAWN d D [held <1 ms>]",
                        "AT e <2 ms> []",
                        "EVERY f <3 ms> [from <1 ms>, repeat 60]",
                        "SIZE pre[6] - []"),
                given.values().stream()
                        .map(value -> value.kind() + " " + show(value.target()) + " "
                                + value.value().map(ItemBuilderTest::show).orElse("-") + " "
                                + value.clauses().stream()
                                        .map(ItemBuilderTest::show)
                                        .toList())
                        .toList());
        assertEquals(
                GivenKind.values().length,
                given.values().stream().map(Item.GivenValue::kind).distinct().count());
    }

    @Test
    void clausesKeepTheirOrder() {
        Item.Measure record =
                item(Item.Measure.class, "record a, b as n for 64 samples over last 1 s during p, q every epoch");
        assertEquals(Item.Action.RECORD, record.action());
        assertEquals(
                List.of("a", "b"),
                record.what().stream().map(ItemBuilderTest::show).toList());
        assertEquals(
                List.of("as n", "for <64 samples>", "over last(<1 s>)", "during p q", "every epoch"),
                record.clauses().stream().map(ItemBuilderTest::show).toList());
    }

    @Test
    void conditionsOfAConnectionAreThoseOfItsCall() {
        assertEquals(Optional.of("dense( where (pre != post))"), connection("x -> x connect where pre != post via L"));
        assertEquals(
                Optional.of("sparse(0.1 where (pre != post))"),
                connection("x -> x connect sparse(0.1) where pre != post via L"));
        assertEquals(Optional.of("from(\"a.csv\")"), connection("x -> y connect from \"a.csv\" via L"));
        assertEquals(Optional.of("one_to_one"), connection("x -> y connect one_to_one via L"));
    }

    @Test
    void aPhaseOfAProtocolIsAStep() {
        Item.Protocol protocol = item(Item.Protocol.class, "protocol { phase final { reset; run 10 s } }");
        Item.Step phase = assertInstanceOf(Item.Step.class, protocol.body().get(0));
        assertEquals(StepKind.PHASE, phase.kind());
        assertEquals(
                List.of("final"),
                phase.arguments().stream().map(ItemBuilderTest::show).toList());
        assertEquals(2, phase.body().size());
        assertInstanceOf(Item.Phase.class, item("phase final { clamp x = 1 }"));
    }

    @Test
    void lengthsOfRunsAreTold() {
        Item.Step run = item(Item.Step.class, "run 3 batches of 8 until done");
        assertEquals(StepKind.RUN, run.kind());
        assertEquals("<3 batches>", show(run.arguments().get(0)));
        assertEquals(Optional.of("8"), run.of().map(ItemBuilderTest::show));
        assertEquals(Optional.of("done"), run.until().map(ItemBuilderTest::show));
        Item.Protocol protocol = item(
                Item.Protocol.class,
                "protocol { repeat { present 1 s } until a; repeat 3 { rest 1 s }; for each sample { trial { } } }");
        Item.Step endless = (Item.Step) protocol.body().get(0);
        assertEquals(List.of(), endless.arguments());
        assertEquals(Optional.of("a"), endless.until().map(ItemBuilderTest::show));
        Item.Step counted = (Item.Step) protocol.body().get(1);
        assertEquals("3", show(counted.arguments().get(0)));
        assertEquals(Optional.empty(), counted.until());
        Item.Step each = (Item.Step) protocol.body().get(2);
        assertEquals(StepKind.FOR_EACH, each.kind());
        assertEquals("sample", show(each.arguments().get(0)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "on pre.spike after d at emission { } # ON pre.spike d emission",
                "after forward { }    # AFTER forward - -",
                "before dw { }        # BEFORE dw - -",
                "each step { }        # EACH step - -",
                "every 10 trials { }  # EVERY <10 trials> - -",
            })
    void handlersKnowTheirEvent(String statement, String expected) {
        Item.Handler handler = item(Item.Handler.class, statement);
        assertEquals(
                expected,
                handler.trigger() + " "
                        + handler.event().map(ItemBuilderTest::show).orElse("-") + " "
                        + handler.delay().map(ItemBuilderTest::show).orElse("-") + " "
                        + handler.clause().map(Name::text).orElse("-"));
        assertEquals(handler.trigger() == Trigger.ON, handler.delay().isPresent());
    }

    @Test
    void everyPartOfAProjectionIsKept() {
        Item.Projection projection = item(
                Item.Projection.class,
                "s[k] : a[0..9] -> b -> c.basal connect sparse(0.1) via L(d = 1) { w = 1 } partner q learns R(e = 1) "
                        + "for k");
        assertEquals(Optional.of("s[k]"), projection.name().map(ItemBuilderTest::show));
        assertEquals(
                List.of("a[(0 .. 9)]", "b", "c.basal"),
                projection.chain().stream().map(ItemBuilderTest::show).toList());
        assertEquals(Optional.of("L(d = 1)"), projection.via().map(ItemBuilderTest::show));
        assertEquals(1, projection.settings().size());
        assertEquals(Optional.of("q"), projection.partner().map(ItemBuilderTest::show));
        assertEquals(Optional.of("R(e = 1)"), projection.learns().map(ItemBuilderTest::show));
        assertEquals(Optional.of("k"), projection.learnable().map(Name::text));
    }

    @Test
    void settingsOfAnAlternativeAreNamed() {
        Item.Compare compare =
                item(Item.Compare.class, "compare rule in [A, B(l = 1) with optimizer = SGD(eta = 1), eta = 2, C]");
        assertEquals(
                List.of("A []", "B(l = 1) [optimizer, eta]", "C []"),
                compare.alternatives().stream()
                        .map(each -> show(each.value()) + " "
                                + each.settings().stream()
                                        .map(setting ->
                                                setting.name().orElseThrow().text())
                                        .toList())
                        .toList());
    }

    @Test
    void sharesOfADataSetAreTold() {
        Item.Split split = item(Item.Split.class, "split train 0.75, test 0.25 stratified by label seed 3");
        assertEquals(
                List.of("train 0.75", "test 0.25"),
                split.parts().stream()
                        .map(part -> part.name() + " " + show(part.share()))
                        .toList());
        assertEquals(Optional.of("label"), split.by().map(Name::text));
        assertEquals(Optional.of("3"), split.seed().map(ItemBuilderTest::show));
    }

    @Test
    void placedAndRelaxedEquationsSayWhere() {
        Item.Equation placed = item(Item.Equation.class, "pre x' = -x / tau");
        assertEquals(Optional.of("pre"), placed.place().map(Name::text));
        assertEquals(AssignmentOperator.SET, placed.operator());
        assertTrue(item(Item.Equation.class, "relax u' = -u").relaxing());
    }

    private static Optional<String> connection(String statement) {
        return item(Item.Projection.class, statement).connect().map(ItemBuilderTest::show);
    }

    private static String show(Expr expr) {
        return ExpressionText.of(expr);
    }

    private static String show(Item.Clause clause) {
        return clause.word()
                + clause.arguments().stream().map(each -> " " + show(each)).collect(Collectors.joining());
    }

    private static <T extends Item> T item(Class<T> kind, String statement) {
        return assertInstanceOf(kind, item(statement));
    }

    private static Item item(String statement) {
        DiagnosticSink sink = new DiagnosticSink();
        return SourceReader.read(new SourceFile("t", "rule A {\n" + statement + "\n}"), sink)
                .orElseThrow(() -> new AssertionError(sink.sorted().toString()))
                .declarations()
                .get(0)
                .body()
                .get(0);
    }
}
