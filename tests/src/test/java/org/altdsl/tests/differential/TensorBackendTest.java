package org.altdsl.tests.differential;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.altdsl.ast.Declaration;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.driver.Backend;
import org.altdsl.driver.TestRunner;
import org.altdsl.janino.FusedOptions;
import org.altdsl.lower.DatasetLowering;
import org.altdsl.lower.LoweredRule;
import org.altdsl.lower.LoweredTest;
import org.altdsl.lower.TestLowering;
import org.altdsl.names.LinkedProgram;
import org.altdsl.runtime.data.DataLocator;
import org.altdsl.runtime.data.DataSource;
import org.altdsl.runtime.kernel.Precision;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.source.SourceFile;
import org.altdsl.tests.bench.Programs;
import org.altdsl.tests.bench.StandardRules;
import org.altdsl.tests.bench.Trainer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule of the standard library means the same as chains of ND4J operations, here on ND4J's CPU library. */
class TensorBackendTest {
    /** Batches in a test beyond which some hundred calls of ND4J a batch take more than a few seconds. */
    private static final int MANY = 1_000;

    /** Batches in a test beyond which they take more than minutes: such a test does not run on tensors. */
    private static final int TOO_MANY = 50_000;

    private static final Backend TENSORS =
            Backend.tensor(FusedOptions.standard().withPrecision(Precision.DOUBLE));
    private static final Backend FLOAT_TENSORS = Backend.tensor(FusedOptions.standard());

    static Stream<Arguments> rules() {
        return StandardRules.inNetwork(6, "tanh", "SGD(eta = 0.1)").stream()
                .map(rule -> Arguments.of(rule.name(), rule));
    }

    private static Agreement agreement(LoweredRule rule) {
        return new Agreement(rule, Map.of("image", StandardRules.INPUTS), StandardRules.CLASSES, 8, 3, 1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void deepNetworkIsTheSameOnTensorsInDoublePrecision(String name, LoweredRule rule) {
        assertEquals("", agreement(rule).differenceFromInterpreter(TENSORS, 1e-9));
    }

    /** What runs after an epoch: the forward pass, measures, and the gradient of every weight. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void whatIsMeasuredIsTheSameOnTensors(String name, LoweredRule rule) {
        Map<String, double[]> expected = evaluated(rule, Trainer.interpreter());
        Map<String, double[]> found = evaluated(rule, TENSORS);
        expected.forEach((variable, values) -> assertArrayEquals(values, found.get(variable), 1e-9, variable));
    }

    private static Map<String, double[]> evaluated(LoweredRule rule, Backend backend) {
        Trainer trainer = Trainer.evaluating(rule, backend, Map.of("image", StandardRules.INPUTS), 7);
        Random random = new Random(3);
        trainer.show(
                8,
                Map.of(
                        "image",
                        Trainer.normal(random, 8 * StandardRules.INPUTS),
                        "label",
                        Trainer.classes(random, 8, StandardRules.CLASSES)));
        trainer.executor().run(Scope.BATCH);
        return trainer.everything();
    }

    static Stream<Arguments> sparseRules() {
        return StandardRules.connected("connect sparse(0.6)", 6, "tanh", "Adam(eta = 0.1)").stream()
                .map(rule -> Arguments.of(rule.name(), rule));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sparseRules")
    void sparseNetworkIsTheSameOnTensorsInDoublePrecision(String name, LoweredRule rule) {
        assertEquals("", agreement(rule).differenceFromInterpreter(TENSORS, 1e-9));
    }

    /** The tolerance is that of the fused kernels, so each is off from the other by twice that at most. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void deepNetworkIsOffByItsRoundingOnlyOnFloatTensorsAndOnFusedKernels(String name, LoweredRule rule) {
        Agreement agreement = agreement(rule);
        double tolerance = agreement.tolerance(Agreement.FLOAT_ROUNDING);
        assumeTrue(tolerance < 0.01, () -> "roundings grow to " + tolerance + ", which says nothing");
        assertEquals("", agreement.differenceFromInterpreter(FLOAT_TENSORS, tolerance));
        assertEquals("", agreement.differenceFromInterpreter(Trainer.single(), tolerance));
    }

    static Stream<Arguments> shortTests() {
        return tests().filter(arguments -> batches((LoweredTest) arguments.get()[1]) <= MANY);
    }

    static Stream<Arguments> longTests() {
        return tests().filter(arguments -> {
            int batches = batches((LoweredTest) arguments.get()[1]);
            return batches > MANY && batches <= TOO_MANY;
        });
    }

    /** Tests of networks in time are not among them: tensors are refused there. */
    private static Stream<Arguments> tests() {
        return Programs.library().files().stream()
                .flatMap(TensorBackendTest::testsOf)
                .filter(arguments -> ((LoweredTest) arguments.get()[1])
                        .program()
                        .block(Scope.STEP)
                        .isEmpty());
    }

    private static Stream<Arguments> testsOf(SourceFile file) {
        LinkedProgram program = Programs.read(file);
        return program.own(Declaration.Kind.TEST).stream()
                .map(test -> Arguments.of(file.name() + ": " + test.name().text(), lower(program, test)));
    }

    private static LoweredTest lower(LinkedProgram program, Declaration test) {
        DiagnosticSink sink = new DiagnosticSink();
        DataSource source = new DataSource(new DataLocator(List.of(), Map.of()), Path.of("."));
        DatasetLowering datasets = new DatasetLowering(program, sink, source, Trainer.fused());
        Optional<LoweredTest> lowered = new TestLowering(program, sink, Optional.of(datasets)).lower(test);
        return lowered.orElseThrow(() -> Programs.failure(sink, test.span().text()));
    }

    private static int batches(LoweredTest test) {
        return test.actions().stream()
                .mapToInt(action -> action instanceof LoweredTest.Run run ? run.batches() : 0)
                .sum();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shortTests")
    void testBlockPassesOnTensors(String name, LoweredTest test) {
        assertEquals(List.of(), new TestRunner(TENSORS).run(test));
    }

    @Tag("slow")
    @ParameterizedTest(name = "{0}")
    @MethodSource("longTests")
    void longTestBlockPassesOnTensors(String name, LoweredTest test) {
        assertEquals(List.of(), new TestRunner(TENSORS).run(test));
    }
}
