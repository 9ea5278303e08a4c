package org.altdsl.tests.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Program;
import org.altdsl.ir.Update;
import org.altdsl.lower.LoweredRule;
import org.altdsl.runtime.plan.Invariant;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.VariableInfo;
import org.altdsl.tests.bench.Programs;
import org.altdsl.tests.bench.StandardRules;
import org.altdsl.tests.bench.Trainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A rule on a projection that lacks synapses is the rule of a network in which they were never thought of. */
class MaskTest {
    private static final int BATCHES = 4;
    private static final int LANES = 6;

    /** The sources that are connected; those after them are not. */
    private static final int CONNECTED = 3;

    private static final int SOURCES = 5;

    /** Every reduction of the language over synapses, so that a rule that uses another one is covered, too. */
    private static final String EVERYTHING = """
            rule Everything {
                state synapse s = 1 / fan_in
                after batch {
                    let x = mean(pre.r * post.r over batch) + w
                    s = 0.9 * s + 0.1 * (softmax(x over pre) + normalize(abs(x) over pre) + winner(x over pre)
                        + rank(x over pre) / 10 + cumsum(x over pre) / 10 + exp(logsoftmax(x over pre)))
                    w = 0.5 * w + 0.1 * s + 0.01 * (mean(x over pre) + max(x over pre) + min(x over pre) + std(x over pre)
                        + norm(x over pre) + sum(x over pre, post) + argmax(x over pre) + max(x) + mean(x over pre, post)
                        + mean(pre.r * post.r over pre, batch) + fan_in + count(x > 0 over pre) + fraction(x > 0 over pre)
                        + 1 / (0.5 + abs(w)))
                    b += 0.001 * mean(post.r over batch)
                }
            }
            """;

    private static String text(String connect, String sources, String weights, String use) {
        String file = use.equals("Everything") ? "" : ", " + StandardRules.file(use);
        return """
                import neurons, objectives, optimizers%s
                %s
                dataset Samples { field image : [2] = [[0, 0]];  field label : class(3) = [0] }
                experiment "masks" {
                    data Samples batch 6
                    network {
                        x : Input(data.image)
                        h : Rate[4](f = tanh)
                        y : Rate[3](f = identity)
                        %s
                        x -> h %s via Linear { w = %s } learns rule
                        h -> y via Linear { w ~ kaiming } learns rule
                    }
                    objective CrossEntropy(y.u, data.label)
                    optimizer AdamW(eta = 0.05)
                    compare rule in [%s]
                    train 1 epochs
                }
                """.formatted(file, use.equals("Everything") ? EVERYTHING : "", sources, connect, weights, use);
    }

    private static String literal(int columns) {
        Random random = new Random(11);
        List<String> rows = new ArrayList<>();
        for (int post = 0; post < 4; post++) {
            List<String> row = new ArrayList<>();
            for (int pre = 0; pre < CONNECTED; pre++) {
                row.add(Double.toString(random.nextGaussian()));
            }
            while (row.size() < columns) {
                row.add("7");
            }
            rows.add(row.toString());
        }
        return rows.toString();
    }

    private static LoweredRule masked(String use) {
        return Programs.lower(text("connect where pre.index < " + CONNECTED, "", literal(SOURCES), use))
                .get(0);
    }

    private static LoweredRule small(String use) {
        return Programs.lower(text("", "", literal(CONNECTED), use)).get(0);
    }

    static Stream<Arguments> uses() {
        return Stream.concat(Stream.of("Everything"), StandardRules.ofRates().stream())
                .filter(use -> !drawsAtSynapses(small(use)))
                .map(Arguments::of);
    }

    /** Draws are numbered by the points of their space, so those at synapses differ in a network of another size. */
    private static boolean drawsAtSynapses(LoweredRule rule) {
        Program program = rule.train();
        Stream<Expr> inits = program.variables().stream().flatMap(variable -> variable.init().stream());
        Stream<Expr> values = Stream.of(Scope.values())
                .flatMap(scope -> program.block(scope).stream())
                .map(Update::value);
        return Stream.concat(inits, values).anyMatch(MaskTest::drawsAtSynapses);
    }

    private static boolean drawsAtSynapses(Expr expr) {
        boolean here = expr instanceof Expr.Draw
                && expr.space().axes().stream().anyMatch(axis -> axis.name().equals("x"));
        return here || expr.children().stream().anyMatch(MaskTest::drawsAtSynapses);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("uses")
    void sourcesWithoutSynapsesDoNotCount(String use) {
        Trainer whole = Trainer.of(masked(use), Trainer.interpreter(), Map.of("image", SOURCES), 5);
        Trainer part = Trainer.of(small(use), Trainer.interpreter(), Map.of("image", CONNECTED), 5);
        Random random = new Random(2);
        for (int batch = 0; batch < BATCHES; batch++) {
            double[] images = Trainer.normal(random, LANES * SOURCES);
            double[] labels = Trainer.classes(random, LANES, 3);
            whole.batch(LANES, Map.of("image", images, "label", labels));
            part.batch(LANES, Map.of("image", first(images), "label", labels));
            for (VariableInfo variable : part.lasting()) {
                double[] expected = part.read(variable.name());
                double[] found = connected(whole, variable);
                // The same operations in the same order; only zeros are added.
                assertEquals(expected.length, found.length, variable.name());
                for (int i = 0; i < expected.length; i++) {
                    double tolerance = 1e-12 * Math.max(1, Math.abs(expected[i]));
                    assertEquals(expected[i], found[i], tolerance, variable.name() + " after batch " + batch);
                }
            }
        }
    }

    private static double[] first(double[] images) {
        double[] kept = new double[LANES * CONNECTED];
        for (int lane = 0; lane < LANES; lane++) {
            System.arraycopy(images, lane * SOURCES, kept, lane * CONNECTED, CONNECTED);
        }
        return kept;
    }

    /** The values of a variable without those of sources that are not connected. */
    private static double[] connected(Trainer trainer, VariableInfo variable) {
        double[] values = trainer.read(variable.name());
        int x = variable.axes().indexOf("x");
        if (x < 0) {
            return values;
        }
        int inner = 1;
        for (int axis = x + 1; axis < variable.axes().size(); axis++) {
            inner *= variable.sizes().get(axis);
        }
        List<Double> kept = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            if (i / inner % SOURCES < CONNECTED) {
                kept.add(values[i]);
            }
        }
        return kept.stream().mapToDouble(Double::doubleValue).toArray();
    }

    static Stream<Arguments> sparse() {
        return StandardRules.connected("connect sparse(0.6)", 6, "tanh", "Adam(eta = 0.1)").stream()
                .map(rule -> Arguments.of(rule.name(), rule));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sparse")
    void aSynapseThatDoesNotExistStaysZeroAndWhatIsConservedIsConserved(String name, LoweredRule rule) {
        Trainer trainer = Trainer.of(rule, Trainer.fused(), Map.of("image", StandardRules.INPUTS), 7);
        Random random = new Random(3);
        int absent = 0;
        for (int batch = 0; batch < BATCHES; batch++) {
            if (batch > 0) {
                trainer.batch(
                        8,
                        Map.of(
                                "image",
                                Trainer.normal(random, 8 * StandardRules.INPUTS),
                                "label",
                                Trainer.classes(random, 8, StandardRules.CLASSES)));
            }
            for (String projection : List.of("x->h1", "h1->h2", "h2->y")) {
                String weight = projection + ".w";
                double[] live = trainer.read(projection + ".live");
                double[] values = trainer.read(weight);
                for (int i = 0; i < live.length; i++) {
                    if (live[i] == 0) {
                        absent++;
                        assertTrue(values[i] == 0, weight + " after batch " + batch);
                    } else {
                        assertEquals(1, live[i]);
                    }
                }
            }
            for (Invariant invariant : batch == 0 ? List.<Invariant>of() : rule.invariants()) {
                double off = trainer.read(invariant.variable())[0];
                assertTrue(off <= invariant.tolerance(), invariant.text() + " is off by " + off);
            }
        }
        assertTrue(absent > 0, "no synapse is absent");
    }

    @Test
    void theMaskDependsOnTheSeedAndOnNothingElse() {
        LoweredRule first =
                StandardRules.connected("connect sparse(0.6)", 6, "tanh", "SGD").get(0);
        LoweredRule other = StandardRules.connected("connect sparse(0.6)", 6, "relu", "Adam")
                .get(1);
        Map<String, Integer> widths = Map.of("image", StandardRules.INPUTS);
        double[] live = Trainer.of(first, Trainer.fused(), widths, 7).read("x->h1.live");
        double[] again = Trainer.of(other, Trainer.interpreter(), widths, 7).read("x->h1.live");
        double[] seeded = Trainer.of(first, Trainer.fused(), widths, 8).read("x->h1.live");
        assertEquals(Arrays.toString(live), Arrays.toString(again));
        assertNotEquals(Arrays.toString(live), Arrays.toString(seeded));
        double share = Arrays.stream(live).average().orElseThrow();
        // 30 draws with probability 0.6: six standard deviations.
        assertEquals(0.6, share, 6 * Math.sqrt(0.6 * 0.4 / live.length));
    }

    @Test
    void initialWeightsKnowHowManySourcesThereAre() {
        String text = text("connect where pre.index < 2 + post.index", "", "fan_in + 100 * fan_out", "Backprop");
        Trainer trainer = Trainer.of(Programs.lower(text).get(0), Trainer.fused(), Map.of("image", SOURCES), 1);
        // Targets 0 to 3 have 2 to 5 sources; sources 0 and 1 have 4 targets, then 3, 2 and 1. In rows of sources.
        double[][] expected = {
            {402, 403, 404, 405}, {402, 403, 404, 405}, {0, 303, 304, 305}, {0, 0, 204, 205}, {0, 0, 0, 105}
        };
        VariableInfo weight = trainer.executor().variables().stream()
                .filter(variable -> variable.name().equals("x->h.w"))
                .findFirst()
                .orElseThrow();
        boolean sourcesFirst = weight.axes().get(0).equals("x");
        double[] found = trainer.read("x->h.w");
        for (int pre = 0; pre < SOURCES; pre++) {
            for (int post = 0; post < 4; post++) {
                assertEquals(expected[pre][post], found[sourcesFirst ? pre * 4 + post : post * SOURCES + pre]);
            }
        }
    }
}
