package org.altdsl.tensorcode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.altdsl.ir.Printer;
import org.altdsl.ir.Program;
import org.altdsl.ir.RandomProgram;
import org.altdsl.ir.Var;
import org.altdsl.ir.interp.InterpretedProgram;
import org.altdsl.runtime.kernel.Precision;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.Scope;

/** Runs a program in the reference interpreter and as tensor operations, side by side, and compares every variable. */
final class Comparison {
    static final int MAXIMUM_LANES = 4;

    /** The last batch is a partial one. */
    private static final int[] LANES = {3, 1, 4, 2};

    private final Program program;
    private final List<Var> inputs;
    private final Executor expected;
    private final Executor actual;
    private final String source;
    private final double tolerance;
    private final List<Var> compared;

    private Comparison(RandomProgram random, Set<String> names, CompiledTensors compiled, double tolerance) {
        this.program = random.program();
        this.inputs = random.inputs();
        this.tolerance = tolerance;
        this.source = compiled.javaSource();
        this.expected = new InterpretedProgram(program, random.sizes()).executor(7, MAXIMUM_LANES);
        this.actual = compiled.executor(7, MAXIMUM_LANES);
        this.compared = program.variables().stream()
                .filter(variable -> names.contains(variable.name()) || !variable.isTemporary())
                .toList();
    }

    /**
     * A comparison in double precision.
     *
     * @param observed the variables to compare besides those that last; null for all
     * @param tolerance the largest difference relative to the largest element, or to 1
     */
    static Comparison of(RandomProgram random, Set<String> observed, double tolerance) {
        Set<String> names = observed != null
                ? observed
                : random.program().variables().stream().map(Var::name).collect(Collectors.toSet());
        CompiledTensors compiled = new TensorBackend(Precision.DOUBLE).compile(random.program(), random.sizes(), names);
        return new Comparison(random, names, compiled, tolerance);
    }

    /** Runs batches, then the end of an epoch, and compares after each. */
    void check(int batches) {
        start(expected);
        start(actual);
        compare("start");
        for (int batch = 0; batch < batches; batch++) {
            begin(expected, batch);
            begin(actual, batch);
            expected.run(Scope.BATCH);
            run(actual, batch % 2 == 1);
            compare("batch " + batch);
        }
        expected.run(Scope.EPOCH);
        actual.run(Scope.EPOCH);
        compare("epoch");
        assertEquals(expected.variables(), actual.variables());
    }

    /** Whole blocks and their steps one by one are the same. */
    private static void run(Executor executor, boolean inSteps) {
        if (!inSteps) {
            executor.run(Scope.BATCH);
            return;
        }
        for (int step = 0; step < executor.steps(Scope.BATCH).size(); step++) {
            executor.runStep(Scope.BATCH, step);
        }
    }

    static void start(Executor executor) {
        executor.clocks().lanes = 0;
        executor.enter(Scope.RUN);
        executor.enter(Scope.EPOCH);
    }

    private void begin(Executor executor, int batch) {
        Random random = new Random(batch);
        executor.clocks().batch = batch;
        executor.clocks().update = batch + 1;
        executor.clocks().progress = batch / 8.0;
        executor.clocks().lanes = LANES[batch % LANES.length];
        executor.clocks().samples =
                random.ints(executor.clocks().lanes, 0, 1000).toArray();
        executor.enter(Scope.BATCH);
        for (Var input : inputs) {
            double[] values = expected.read(input.name());
            Arrays.setAll(values, i -> 2 * random.nextDouble() - 1);
            executor.write(input.name(), values);
        }
    }

    private void compare(String when) {
        for (Var variable : compared) {
            double[] right = expected.read(variable.name());
            double[] found = actual.read(variable.name());
            assertEquals(right.length, found.length, variable.name());
            double scale = 1;
            for (double value : right) {
                scale = Math.max(scale, Double.isFinite(value) ? Math.abs(value) : 1);
            }
            for (int i = 0; i < right.length; i++) {
                boolean same =
                        Double.compare(right[i], found[i]) == 0 || Math.abs(right[i] - found[i]) <= tolerance * scale;
                if (!same) {
                    fail(variable + "[" + i + "] after " + when + " is " + found[i] + ", not " + right[i] + "\n"
                            + Printer.print(program) + source);
                }
            }
        }
    }
}
