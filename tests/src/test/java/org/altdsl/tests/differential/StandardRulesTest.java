package org.altdsl.tests.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.altdsl.driver.Backend;
import org.altdsl.driver.TestRunner;
import org.altdsl.janino.FusedOptions;
import org.altdsl.lower.LoweredRule;
import org.altdsl.lower.LoweredTest;
import org.altdsl.runtime.kernel.Precision;
import org.altdsl.source.SourceFile;
import org.altdsl.tests.bench.Programs;
import org.altdsl.tests.bench.StandardRules;
import org.altdsl.tests.bench.Trainer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule of the standard library means the same on every back end. */
class StandardRulesTest {
    /** Batches in a test beyond which the interpreter takes more than a second. */
    private static final int MANY = 5_000;

    /** The same for steps of time. */
    private static final long MANY_STEPS = 20_000;

    /** Added to the tolerances that tests state, which cover the rounding of doubles only: values are about 1 to 10. */
    private static final double FLOAT_SLACK = 1e-5;

    /** What a sum of values of this size may lose besides, times the root of the steps: rounding goes to and fro. */
    private static final double FLOAT_SLACK_OF_STEPS = 2e-6;

    static Stream<Arguments> shortTests() {
        return tests().filter(arguments -> isShort((LoweredTest) arguments.get()[1]));
    }

    static Stream<Arguments> longTests() {
        return tests().filter(arguments -> !isShort((LoweredTest) arguments.get()[1]));
    }

    private static Stream<Arguments> tests() {
        return Programs.library().files().stream().flatMap(StandardRulesTest::testsOf);
    }

    private static Stream<Arguments> testsOf(SourceFile file) {
        return Programs.tests(Programs.read(file)).entrySet().stream()
                .map(test -> Arguments.of(file.name() + ": " + test.getKey(), test.getValue()));
    }

    private static boolean isShort(LoweredTest test) {
        return batches(test) <= MANY && steps(test) <= MANY_STEPS;
    }

    /** Steps of time in a test, in all rows of its table together. */
    private static long steps(LoweredTest test) {
        long own = test.actions().stream()
                .mapToLong(action -> action instanceof LoweredTest.Advance advance ? advance.steps() : 0)
                .sum();
        return own + test.others().stream().mapToLong(StandardRulesTest::steps).sum();
    }

    private static int batches(LoweredTest test) {
        return test.actions().stream()
                .mapToInt(action -> action instanceof LoweredTest.Run run ? run.batches() : 0)
                .sum();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tests")
    void testBlockPassesOnFusedKernelsInDoublePrecision(String name, LoweredTest test) {
        assertEquals(List.of(), new TestRunner(Trainer.fused()).run(test));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shortTests")
    void testBlockPassesInTheInterpreter(String name, LoweredTest test) {
        assertEquals(List.of(), new TestRunner(Trainer.interpreter()).run(test));
    }

    @Tag("slow")
    @ParameterizedTest(name = "{0}")
    @MethodSource("longTests")
    void longTestBlockPassesInTheInterpreter(String name, LoweredTest test) {
        assertEquals(List.of(), new TestRunner(Trainer.interpreter()).run(test));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tests")
    void testBlockPassesOnFusedKernelsInSinglePrecision(String name, LoweredTest test) {
        Backend single = Backend.cpu(
                FusedOptions.standard().withPrecision(Precision.FLOAT).withExactFunctions(true));
        assertEquals(List.of(), new TestRunner(single).run(loosened(test)));
    }

    /** The same test with tolerances that floats of size one to ten can keep. */
    private static LoweredTest loosened(LoweredTest test) {
        double slack = FLOAT_SLACK + FLOAT_SLACK_OF_STEPS * Math.sqrt(steps(test));
        List<LoweredTest.Action> actions = test.actions().stream()
                .map(action -> action instanceof LoweredTest.Expectation one
                        ? new LoweredTest.Expectation(
                                one.span(), one.actual(), one.expected(), one.tolerance() + slack, one.relative())
                        : action)
                .toList();
        return test.with(actions)
                .and(test.others().stream().map(StandardRulesTest::loosened).toList());
    }

    static Stream<Arguments> rules() {
        return StandardRules.inNetwork(6, "tanh", "SGD(eta = 0.1)").stream()
                .map(rule -> Arguments.of(rule.name(), rule));
    }

    private static Agreement agreement(LoweredRule rule) {
        return new Agreement(rule, Map.of("image", StandardRules.INPUTS), StandardRules.CLASSES, 8, 3, 1, 8, 5);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void deepNetworkIsTheSameOnFusedKernelsInDoublePrecision(String name, LoweredRule rule) {
        assertEquals("", agreement(rule).differenceFromInterpreter(Trainer.fused(), 1e-10));
    }

    static Stream<Arguments> sparseRules() {
        return StandardRules.connected("connect sparse(0.6)", 6, "tanh", "SGD(eta = 0.1)").stream()
                .map(rule -> Arguments.of(rule.name(), rule));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sparseRules")
    void sparseNetworkIsTheSameOnFusedKernelsInDoublePrecision(String name, LoweredRule rule) {
        assertEquals("", agreement(rule).differenceFromInterpreter(Trainer.fused(), 1e-10));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void deepNetworkIsOffByItsRoundingOnlyInSinglePrecision(String name, LoweredRule rule) {
        Agreement agreement = agreement(rule);
        double tolerance = agreement.tolerance(Agreement.FLOAT_ROUNDING);
        assumeTrue(tolerance < 0.01, () -> "roundings grow to " + tolerance + ", which says nothing");
        assertEquals("", agreement.differenceFromInterpreter(Trainer.single(), tolerance));
    }
}
