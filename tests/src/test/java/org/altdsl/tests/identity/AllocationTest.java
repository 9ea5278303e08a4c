package org.altdsl.tests.identity;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.altdsl.driver.Backend;
import org.altdsl.ir.Sizes;
import org.altdsl.janino.FusedOptions;
import org.altdsl.lower.LoweredRule;
import org.altdsl.runtime.plan.Clamp;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.tests.bench.StandardRules;
import org.altdsl.tests.bench.Trainer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A training step of fused kernels takes no memory from the heap: a run of any length leaves nothing to collect. */
class AllocationTest {
    private static final int WARM_UP = 300;
    private static final int STEPS = 300;
    private static final int LANES = 32;

    /** An object takes 16 bytes at least: what is allocated in each step comes to more over all of them. */
    private static final long LESS_THAN_ONE_OBJECT_A_STEP = 16L * STEPS - 1;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    static Stream<Arguments> rules() {
        Stream<LoweredRule> plain = StandardRules.inNetwork(40, "tanh", "ClipNorm then Adam(eta = 0.001)").stream();
        Stream<LoweredRule> sparse =
                StandardRules.connected("connect sparse(0.5)", 40, "tanh", "Momentum(eta = 0.001)").stream();
        return Stream.concat(
                plain.map(rule -> Arguments.of(rule.name(), rule)),
                sparse.map(rule -> Arguments.of(rule.name() + ", sparse", rule)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void aStepTakesNoMemory(String name, LoweredRule rule) {
        assumeTrue(THREADS.isThreadAllocatedMemorySupported() && THREADS.isThreadAllocatedMemoryEnabled());
        Sizes sizes = new Sizes(Trainer.sizes(rule, Map.of("image", StandardRules.INPUTS)));
        Executor executor = Backend.cpu(FusedOptions.standard())
                .compile(rule.train(), sizes, Set.of())
                .executor(1, LANES);
        executor.enter(Scope.RUN);
        executor.enter(Scope.EPOCH);
        Random random = new Random(1);
        float[] images = floats(Trainer.normal(random, LANES * StandardRules.INPUTS));
        float[] labels = floats(Trainer.classes(random, LANES, StandardRules.CLASSES));
        int[] samples = IntStream.range(0, LANES).toArray();
        List<Clamp> clamps = rule.clamps().stream()
                .filter(clamp -> executor.variables().stream()
                        .anyMatch(variable -> variable.name().equals(clamp.variable())))
                .toList();
        steps(executor, clamps, images, labels, samples, WARM_UP);
        long thread = Thread.currentThread().getId();
        long before = THREADS.getThreadAllocatedBytes(thread);
        steps(executor, clamps, images, labels, samples, STEPS);
        long taken = THREADS.getThreadAllocatedBytes(thread) - before;
        assertTrue(
                taken <= LESS_THAN_ONE_OBJECT_A_STEP,
                taken + " bytes in " + STEPS + " steps, " + taken / STEPS + " a step");
    }

    private static void steps(
            Executor executor, List<Clamp> clamps, float[] images, float[] labels, int[] samples, int count) {
        for (int step = 0; step < count; step++) {
            executor.clocks().lanes = LANES;
            System.arraycopy(samples, 0, executor.clocks().samples, 0, LANES);
            for (int i = 0; i < clamps.size(); i++) {
                boolean label = clamps.get(i).field().equals("label");
                int width = label ? 1 : StandardRules.INPUTS;
                executor.load(clamps.get(i).variable(), label ? labels : images, width, samples, LANES);
            }
            executor.enter(Scope.BATCH);
            executor.run(Scope.BATCH);
            executor.clocks().batch++;
            executor.clocks().update++;
        }
    }

    private static float[] floats(double[] values) {
        float[] result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = (float) values[i];
        }
        return result;
    }
}
