package org.altdsl.janino;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Set;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.Snapshot;
import org.altdsl.runtime.plan.StepInfo;
import org.junit.jupiter.api.Test;

class CompiledExecutorTest {
    private static Executor perceptron(Set<String> observed) {
        Executor executor = new FusedBackend(new KernelCache(1))
                .compile(RateNets.perceptron().sketch.program(), RateNets.SIZES, observed, FusedOptions.standard())
                .executor(3, 4);
        executor.enter(Scope.RUN);
        executor.enter(Scope.EPOCH);
        executor.enter(Scope.BATCH);
        return executor;
    }

    private static void load(Executor executor, int batch) {
        float[] rows = new float[6 * 7];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (i * 37 % 11 - 5) / 5f;
        }
        executor.clocks().batch = batch;
        executor.clocks().lanes = 3;
        executor.load("x.r", rows, 7, new int[] {5, batch % 5, 2}, 3);
        executor.load("label", new float[] {0, 1, 0, 1, 0, 1}, 1, new int[] {5, batch % 5, 2}, 3);
    }

    @Test
    void rowsOfADataSetGoToTheLanesThatAskForThem() {
        Executor executor = perceptron(Set.of());
        load(executor, 0);
        double[] values = executor.read("x.r");
        assertEquals(21, values.length);
        assertEquals((5 * 7 * 37 % 11 - 5) / 5f, values[0]);
        assertEquals(-1, values[7]);
        assertArrayEquals(new double[] {1, 0, 0}, executor.read("label"));
    }

    @Test
    void weightsAreReadAndWrittenInCanonicalOrderWhateverTheirLayout() {
        Executor executor = perceptron(Set.of());
        double[] values = new double[35];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        executor.write("x->h.w", values);
        assertArrayEquals(values, executor.read("x->h.w"));
        assertEquals(List.of("h", "x"), executor.variables().get(2).axes());
    }

    @Test
    void aRunThatIsStoppedAndResumedIsTheSameRun() {
        Executor whole = perceptron(Set.of());
        for (int batch = 0; batch < 3; batch++) {
            load(whole, batch);
            whole.run(Scope.BATCH);
        }
        Snapshot middle = whole.snapshot();
        load(whole, 3);
        whole.run(Scope.BATCH);
        Executor resumed = perceptron(Set.of());
        resumed.restore(middle);
        assertEquals(2, resumed.clocks().batch);
        load(resumed, 3);
        resumed.run(Scope.BATCH);
        assertArrayEquals(whole.read("x->h.w"), resumed.read("x->h.w"));
    }

    @Test
    void stepsOneByOneAreTheBlock() {
        Executor whole = perceptron(Set.of("loss"));
        Executor stepped = perceptron(Set.of("loss"));
        load(whole, 0);
        load(stepped, 0);
        whole.run(Scope.BATCH);
        List<StepInfo> steps = stepped.steps(Scope.BATCH);
        for (int step = 0; step < steps.size(); step++) {
            stepped.runStep(Scope.BATCH, step);
            steps.get(step).writes().forEach(name -> assertTrue(stepped.isFinite(name), name));
        }
        assertArrayEquals(whole.read("loss"), stepped.read("loss"));
        assertTrue(steps.stream().anyMatch(step -> step.writes().contains("loss")));
    }

    @Test
    void aValueThatIsNotFiniteIsFound() {
        Executor executor = perceptron(Set.of());
        double[] values = executor.read("x->h.w");
        assertTrue(executor.isFinite("x->h.w"));
        values[17] = Double.POSITIVE_INFINITY;
        executor.write("x->h.w", values);
        assertFalse(executor.isFinite("x->h.w"));
    }

    @Test
    void aTemporaryThatWasFusedAwaySaysSo() {
        Executor executor = perceptron(Set.of());
        IllegalArgumentException error = assertThrows(IllegalArgumentException.class, () -> executor.read("x->h.dw"));
        assertTrue(error.getMessage().contains("observed"), error.getMessage());
    }

    @Test
    void batchesAllocateNothing() {
        Executor executor = perceptron(Set.of());
        load(executor, 0);
        for (int i = 0; i < 50; i++) {
            executor.run(Scope.BATCH);
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(thread);
        for (int i = 0; i < 1000; i++) {
            executor.run(Scope.BATCH);
        }
        long perBatch = (threads.getThreadAllocatedBytes(thread) - before) / 1000;
        // Below the size of any object: what is counted belongs to the measurement.
        assertTrue(perBatch < 16, perBatch + " bytes a batch");
    }
}
