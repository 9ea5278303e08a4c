package org.altdsl.ir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.altdsl.codegen.KernelInfo;
import org.altdsl.ir.interp.InterpretedProgram;
import org.altdsl.janino.FusedBackend;
import org.altdsl.janino.FusedOptions;
import org.altdsl.janino.FusedProgram;
import org.altdsl.janino.KernelCache;
import org.altdsl.optimize.Decision;
import org.altdsl.runtime.kernel.Precision;
import org.altdsl.runtime.kernel.Workers;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.ProgramCode;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.Snapshot;
import org.junit.jupiter.api.Test;

/** Networks in time: walks from lists of spikes against the reference interpreter, on networks that nobody wrote. */
class EventsTest {
    private static final int NETWORKS = 400;
    private static final int[] STEPS = {1, 1, 3, 9, 14};
    private static final FusedOptions DOUBLE = FusedOptions.standard().withPrecision(Precision.DOUBLE);

    private static FusedProgram compiled(RandomNetwork network, FusedOptions options) {
        Set<String> all = network.program().variables().stream().map(Var::name).collect(Collectors.toSet());
        return new FusedBackend(new KernelCache(1)).compile(network.program(), network.sizes(), all, options);
    }

    private static ProgramCode interpreted(RandomNetwork network) {
        return new InterpretedProgram(network.program(), network.sizes());
    }

    private static Executor begun(RandomNetwork network, ProgramCode code) {
        Executor executor = code.executor(7 + network.seed() % 3, 1);
        network.play(executor);
        executor.enter(Scope.RUN);
        executor.enter(Scope.EPOCH);
        executor.enter(Scope.BATCH);
        return executor;
    }

    private static void note(RandomNetwork network, Executor executor, String when, Map<String, double[]> values) {
        for (Var variable : network.program().variables()) {
            values.put(variable.name() + " after " + when, executor.read(variable.name()));
        }
    }

    /** The values of all variables after some steps, twice with the block of a batch between. */
    private static Map<String, double[]> results(RandomNetwork network, ProgramCode code) {
        Map<String, double[]> values = new LinkedHashMap<>();
        Executor executor = begun(network, code);
        for (int batch = 0; batch < 2; batch++) {
            executor.clocks().batch = batch;
            for (int steps : STEPS) {
                executor.advance(steps);
                note(network, executor, "step " + executor.clocks().step, values);
            }
            executor.run(Scope.BATCH);
            note(network, executor, "batch " + batch, values);
        }
        return values;
    }

    private static String difference(Map<String, double[]> expected, Map<String, double[]> actual, double tolerance) {
        for (Map.Entry<String, double[]> entry : expected.entrySet()) {
            double[] right = entry.getValue();
            double[] found = actual.get(entry.getKey());
            if (found.length != right.length) {
                return entry.getKey() + " has " + found.length + " values, not " + right.length;
            }
            for (int i = 0; i < right.length; i++) {
                if (!(Math.abs(right[i] - found[i]) <= tolerance * Math.max(1, Math.abs(right[i])))) {
                    return entry.getKey() + "[" + i + "] is " + found[i] + ", not " + right[i];
                }
            }
        }
        return "";
    }

    @Test
    void walksAgreeWithTheInterpreter() {
        Set<String> kinds = new TreeSet<>();
        Set<Decision.Method> methods = EnumSet.noneOf(Decision.Method.class);
        for (long seed = 0; seed < NETWORKS; seed++) {
            RandomNetwork network = RandomNetworks.network(seed);
            Validator.check(network.program(), true);
            FusedProgram code = compiled(network, DOUBLE);
            String difference;
            try {
                difference = difference(results(network, interpreted(network)), results(network, code), 1e-10);
            } catch (RuntimeException failure) {
                throw new AssertionError(network + code.javaSource(), failure);
            }
            if (!difference.isEmpty()) {
                fail(difference + "\n" + network + code.javaSource());
            }
            code.decisions().forEach(decision -> methods.add(decision.method()));
            for (KernelInfo kernel : code.kernels(Scope.STEP)) {
                kinds.add(kernel.kind().replaceAll(" (of|over) z\\d+$", ""));
            }
        }
        assertEquals(
                "[fused loop, list of spikes, reduction, rows of earlier values, spike list, walk of columns per spike,"
                        + " walk of delayed rows per spike, walk of rows per spike]",
                kinds.toString());
        assertTrue(methods.contains(Decision.Method.PER_NEURON));
        assertTrue(methods.contains(Decision.Method.LAZY_DECAY));
    }

    @Test
    void runsThatStopAtAnyStepGoOnAsIfTheyHadNot() {
        for (long seed = 0; seed < 60; seed++) {
            RandomNetwork network = RandomNetworks.network(seed);
            for (ProgramCode code : List.of(interpreted(network), compiled(network, FusedOptions.standard()))) {
                Executor whole = begun(network, code);
                Executor first = begun(network, code);
                int stop = 1 + (int) (seed % 11);
                whole.advance(30);
                first.advance(stop);
                Snapshot snapshot = first.snapshot();
                Executor second = begun(network, code);
                second.advance(seed % 5);
                second.restore(snapshot);
                second.advance(30 - stop);
                for (Var variable : network.program().variables()) {
                    String name = variable.name();
                    double[] expected = whole.read(name);
                    double[] found = second.read(name);
                    if (!Arrays.equals(expected, found)) {
                        fail(name + " is " + Arrays.toString(found) + ", not " + Arrays.toString(expected) + "\n"
                                + network);
                    }
                }
            }
        }
    }

    /** Networks whose walks are long enough to be shared: the same bits as one thread computes. */
    @Test
    void threadsThatShareWalksChangeNoBit() {
        int rows = 0;
        int columns = 0;
        for (long seed = 0; seed < 8; seed++) {
            RandomNetwork network = RandomNetworks.large(seed);
            FusedProgram code = compiled(network, FusedOptions.standard());
            rows += code.javaSource().contains(".rows(part)") ? 1 : 0;
            columns += code.javaSource().contains("part.first(spikes.count(0))") ? 1 : 0;
            Executor alone = code.executor(3, 1);
            List<Executor> all = new ArrayList<>(List.of(alone));
            try (Workers two = new Workers(2);
                    Workers three = new Workers(3)) {
                all.add(code.executor(3, 1, two));
                all.add(code.executor(3, 1, three));
                for (Executor executor : all) {
                    network.play(executor);
                    executor.enter(Scope.RUN);
                    executor.enter(Scope.EPOCH);
                    executor.enter(Scope.BATCH);
                    executor.advance(12);
                }
            }
            for (Var variable : network.program().variables()) {
                double[] expected = alone.read(variable.name());
                for (Executor executor : all) {
                    assertArrayEquals(expected, executor.read(variable.name()), variable.name());
                }
            }
        }
        assertTrue(rows > 1 && columns > 1, rows + " networks with rows, " + columns + " with columns");
    }
}
