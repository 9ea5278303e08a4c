package org.altdsl.tests.identity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.altdsl.driver.Backend;
import org.altdsl.lower.LoweredRule;
import org.altdsl.runtime.plan.Snapshot;
import org.altdsl.runtime.plan.VariableInfo;
import org.altdsl.tests.bench.StandardRules;
import org.altdsl.tests.bench.Trainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for any rule (I-30 of the rule zoo), for every rule of the standard library in a deep network. */
class InvarianceTest {
    private static final int[] LANES = {8, 3, 8, 1, 8, 8};
    private static final Map<String, Integer> WIDTHS = Map.of("image", StandardRules.INPUTS);

    static Stream<Arguments> backends() {
        return Stream.of(
                Arguments.of("interpreter", Trainer.interpreter()),
                Arguments.of("double", Trainer.fused()),
                Arguments.of("float", Trainer.single()));
    }

    static Stream<Arguments> rulesOnBackends() {
        List<LoweredRule> rules = StandardRules.inNetwork(6, "tanh", "Adam(eta = 0.01)");
        return backends().flatMap(backend -> rules.stream()
                .map(rule -> Arguments.of(rule.name(), backend.get()[0], rule, backend.get()[1])));
    }

    static Stream<Arguments> proposing() {
        return Stream.of("SGD(eta = 0)", "Momentum(eta = 0)", "Adam(eta = 0)", "ClipNorm then SGD(eta = 0)")
                .flatMap(optimizer -> StandardRules.inNetwork(6, "tanh", optimizer).stream()
                        .filter(rule -> !StandardRules.assigns(rule))
                        .map(rule -> Arguments.of(rule.name(), optimizer, rule)));
    }

    private static Map<String, double[]> samples(Random random, int lanes) {
        Map<String, double[]> fields = new HashMap<>();
        fields.put("image", Trainer.normal(random, lanes * StandardRules.INPUTS));
        fields.put("label", Trainer.classes(random, lanes, StandardRules.CLASSES));
        return fields;
    }

    private static void train(Trainer trainer, Random random, int... lanes) {
        for (int count : lanes) {
            trainer.batch(count, samples(random, count));
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("proposing")
    void withoutStepWeightsStayBitIdentical(String name, String optimizer, LoweredRule rule) {
        for (Backend backend : List.of(Trainer.interpreter(), Trainer.fused(), Trainer.single())) {
            Trainer trainer = Trainer.of(rule, backend, WIDTHS, 3);
            // The first write brings weights that were drawn outside a rule's bounds to them.
            train(trainer, new Random(2), 4);
            Map<String, double[]> before = trainer.state();
            train(trainer, new Random(1), LANES);
            for (LoweredRule.Learnable learnable : rule.learnables()) {
                String variable = learnable.variable().name();
                assertSameBits(before.get(variable), trainer.read(variable), variable);
            }
        }
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("rulesOnBackends")
    void sameSeedGivesTheSameBits(String name, String on, LoweredRule rule, Backend backend) {
        Trainer first = Trainer.of(rule, backend, WIDTHS, 3);
        Trainer second = first.fresh(3);
        Trainer other = first.fresh(4);
        assertFalse(Arrays.equals(first.read("x->h1.w"), other.read("x->h1.w")), "seeds make no difference");
        train(first, new Random(1), LANES);
        train(second, new Random(1), LANES);
        first.everything().forEach((variable, values) -> assertSameBits(values, second.read(variable), variable));
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("rulesOnBackends")
    void stoppingAndContinuingChangesNoBit(String name, String on, LoweredRule rule, Backend backend) {
        Trainer through = Trainer.of(rule, backend, WIDTHS, 3);
        train(through, new Random(1), LANES);
        Random samples = new Random(1);
        Trainer stopped = through.fresh(3);
        train(stopped, samples, 8, 3, 8);
        Snapshot snapshot = stopped.executor().snapshot();
        Trainer continued = through.fresh(99);
        continued.restore(snapshot);
        // What the stopped one does after its snapshot was taken is nothing to the snapshot.
        train(stopped, new Random(7), 8);
        train(continued, samples, 1, 8, 8);
        through.state().forEach((variable, values) -> assertSameBits(values, continued.read(variable), variable));
    }

    /**
     * Rules whose units are alike; jitter would tell them apart, and Sanger's units are ordered. The number of units is
     * odd, and mass redistribution is left out, which hands signs from unit to unit of layers of equal length: with as
     * many signs up as down, a mean of signs would be zero but for the order of its sum.
     */
    static Stream<Arguments> symmetric() {
        return Stream.of(
                        "BCM",
                        "FeedbackAlignment",
                        "Backprop",
                        "DirectFeedbackAlignment",
                        "Delta",
                        "Frozen",
                        "CoFire",
                        "Hebb",
                        "IncomingMassRedistribution(jitter = 0)",
                        "Oja",
                        "OjaSubspace",
                        "SoftHebb",
                        "Competitive",
                        "KrotovHopfield",
                        "CovarianceHebb",
                        "SignSymmetry",
                        "KolenPollack")
                .map(use -> Arguments.of(use, StandardRules.one(use, 7, "tanh", "Adam(eta = 0.01, eps = 1e-3)")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("symmetric")
    void permutingHiddenNeuronsPermutesTheResults(String name, LoweredRule rule) {
        int[] order = {3, 0, 5, 1, 6, 4, 2};
        for (Backend backend : List.of(Trainer.interpreter(), Trainer.fused())) {
            Trainer plain = Trainer.of(rule, backend, WIDTHS, 3);
            Trainer permuted = plain.fresh(3);
            plain.lasting()
                    .forEach(variable ->
                            permuted.write(variable.name(), permuted(variable, plain.read(variable.name()), 0, order)));
            Random first = new Random(1);
            Random second = new Random(1);
            for (int lanes : LANES) {
                train(plain, first, lanes);
                train(permuted, second, lanes);
                for (VariableInfo variable : plain.executor().variables()) {
                    double[] expected = permuted(variable, plain.read(variable.name()), lanes, order);
                    // Sums run in another order.
                    assertClose(expected, permuted.read(variable.name()), variable.name());
                }
            }
        }
    }

    @Test
    void sangersUnitsAreOrderedOnPurpose() {
        LoweredRule rule = StandardRules.one("Sanger", 6, "tanh", "SGD(eta = 0.1)");
        int[] order = {3, 0, 5, 1, 4, 2};
        Trainer plain = Trainer.of(rule, Trainer.fused(), WIDTHS, 3);
        Trainer permuted = plain.fresh(3);
        VariableInfo weights = plain.lasting().stream()
                .filter(variable -> variable.name().equals("x->h1.w"))
                .findFirst()
                .orElseThrow();
        permuted.write("x->h1.w", permuted(weights, plain.read("x->h1.w"), 0, order));
        train(plain, new Random(1), 8);
        train(permuted, new Random(1), 8);
        double[] expected = permuted(weights, plain.read("x->h1.w"), 0, order);
        double[] found = permuted.read("x->h1.w");
        assertTrue(IntStream.range(0, found.length).anyMatch(i -> Math.abs(expected[i] - found[i]) > 1e-6));
    }

    /** The values of a variable with its elements along the axis {@code h1} in another order. */
    private static double[] permuted(VariableInfo variable, double[] values, int lanes, int[] order) {
        double[] result = values.clone();
        int stride = 1;
        for (int axis = variable.axes().size() - 1; axis >= 0; axis--) {
            int size = variable.axes().get(axis).equals("lane")
                    ? lanes
                    : variable.sizes().get(axis);
            if (variable.axes().get(axis).startsWith("h1")) {
                double[] before = result.clone();
                for (int i = 0; i < before.length; i++) {
                    int at = i / stride % size;
                    result[i] = before[i + (order[at] - at) * stride];
                }
            }
            stride *= size;
        }
        return result;
    }

    private static void assertClose(double[] expected, double[] found, String variable) {
        assertEquals(expected.length, found.length, variable);
        double scale = Math.max(1, Arrays.stream(expected).map(Math::abs).max().orElse(0));
        for (int i = 0; i < expected.length; i++) {
            boolean same =
                    Double.compare(expected[i], found[i]) == 0 || Math.abs(expected[i] - found[i]) <= 1e-11 * scale;
            assertTrue(same, variable + "[" + i + "] is " + found[i] + ", not " + expected[i]);
        }
    }

    private static void assertSameBits(double[] expected, double[] found, String variable) {
        assertArrayEquals(bits(expected), bits(found), variable);
    }

    private static long[] bits(double[] values) {
        return Arrays.stream(values).mapToLong(Double::doubleToLongBits).toArray();
    }
}
