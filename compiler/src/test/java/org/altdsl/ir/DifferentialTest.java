package org.altdsl.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.altdsl.derive.GradientProgram;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.ir.interp.InterpretedProgram;
import org.altdsl.janino.FusedBackend;
import org.altdsl.janino.FusedOptions;
import org.altdsl.janino.KernelCache;
import org.altdsl.runtime.kernel.Precision;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.ProgramCode;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.StepInfo;
import org.junit.jupiter.api.Test;

/** Compiled kernels against the reference interpreter, on programs that nobody wrote. */
class DifferentialTest {
    private static final int PROGRAMS = 300;
    private static final int SINGLE_PRECISION_PROGRAMS = 100;
    private static final int GRADIENTS = 80;
    private static final int MAXIMUM_LANES = 4;
    private static final int[] LANES = {3, 1, 4};

    /** Half a unit in the last place of a float at 1. */
    private static final double FLOAT_ROUNDING = 0x1p-24;

    /** After what a part of the run did, every variable's values. */
    private interface Watch {
        void after(String part, Executor executor);
    }

    private static void drive(RandomProgram program, Executor executor, Runner runner, Watch watch) {
        executor.enter(Scope.RUN);
        executor.enter(Scope.EPOCH);
        for (int batch = 0; batch < LANES.length; batch++) {
            Random random = new Random(batch);
            executor.clocks().batch = batch;
            executor.clocks().update = batch + 1;
            executor.clocks().progress = batch / 8.0;
            executor.clocks().lanes = LANES[batch];
            executor.clocks().samples = random.ints(LANES[batch], 0, 1000).toArray();
            executor.enter(Scope.BATCH);
            for (Var input : program.inputs()) {
                double[] values = executor.read(input.name());
                Arrays.setAll(values, i -> (float) (2 * random.nextDouble() - 1));
                executor.write(input.name(), values);
            }
            runner.run(executor, Scope.BATCH);
            watch.after("batch " + batch, executor);
        }
        runner.run(executor, Scope.EPOCH);
        watch.after("epoch", executor);
    }

    private interface Runner {
        void run(Executor executor, Scope scope);
    }

    /** The value of every variable after every part of a run. */
    private static Map<String, double[]> results(RandomProgram program, ProgramCode code, Runner runner) {
        Map<String, double[]> results = new HashMap<>();
        drive(program, code.executor(7, MAXIMUM_LANES), runner, (part, executor) -> program.program()
                .variables()
                .forEach(variable -> results.put(variable.name() + " after " + part, executor.read(variable.name()))));
        return results;
    }

    private static ProgramCode interpreted(RandomProgram program) {
        return new InterpretedProgram(program.program(), program.sizes());
    }

    private static ProgramCode compiled(RandomProgram program, FusedOptions options) {
        Set<String> all = program.program().variables().stream().map(Var::name).collect(Collectors.toSet());
        return new FusedBackend(new KernelCache(1)).compile(program.program(), program.sizes(), all, options);
    }

    private static String difference(Map<String, double[]> expected, Map<String, double[]> actual, double tolerance) {
        for (String name : expected.keySet().stream().sorted().toList()) {
            double[] right = expected.get(name);
            double[] found = actual.get(name);
            double scale = Math.max(1, Arrays.stream(right).map(Math::abs).max().orElse(0));
            for (int i = 0; i < right.length; i++) {
                if (!(Math.abs(right[i] - found[i]) <= tolerance * scale)) {
                    return name + "[" + i + "] is " + found[i] + ", not " + right[i];
                }
            }
        }
        return "";
    }

    @Test
    void compiledProgramsInDoublePrecisionAgreeWithTheInterpreter() {
        FusedOptions options = FusedOptions.standard().withPrecision(Precision.DOUBLE);
        for (long seed = 0; seed < PROGRAMS; seed++) {
            compare(RandomPrograms.program(seed), options, 1e-10);
        }
    }

    @Test
    void compiledGradientsAgreeWithTheInterpreter() {
        FusedOptions options = FusedOptions.standard().withPrecision(Precision.DOUBLE);
        for (long seed = 0; seed < GRADIENTS; seed++) {
            GradientProgram posed = GradientProgram.of(seed);
            Program resolved = posed.resolved(new DiagnosticSink());
            RandomProgram random = posed.program();
            compare(new RandomProgram(seed, resolved, random.sizes(), random.inputs()), options, 1e-10);
        }
    }

    private static void compare(RandomProgram program, FusedOptions options, double tolerance) {
        String difference = between(program, options, tolerance);
        if (!difference.isEmpty()) {
            RandomProgram small =
                    program.shrink(each -> !between(each, options, tolerance).isEmpty());
            fail(difference + "\nshrunk: " + between(small, options, tolerance) + "\n" + small);
        }
    }

    private static String between(RandomProgram program, FusedOptions options, double tolerance) {
        Map<String, double[]> expected = results(program, interpreted(program), Executor::run);
        try {
            return difference(expected, results(program, compiled(program, options), Executor::run), tolerance);
        } catch (RuntimeException failure) {
            return failure.toString();
        }
    }

    @Test
    void compiledProgramsInSinglePrecisionAreOffByTheirRoundingOnly() {
        for (long seed = 0; seed < SINGLE_PRECISION_PROGRAMS; seed++) {
            RandomProgram program = RandomPrograms.continuous(seed);
            compare(program, FusedOptions.standard().withExactFunctions(true), tolerance(program));
        }
    }

    /**
     * How much rounding moves the results of a program: the largest change when every value is moved, as it is
     * written, by as much as the roundings of its expression can add up to; four times that, since the moves are one
     * random choice, and a unit for the roundings that no update sees.
     */
    private static double tolerance(RandomProgram program) {
        Map<String, double[]> exact = results(program, interpreted(program), Executor::run);
        double largest = 0;
        for (int trial = 0; trial < 3; trial++) {
            Random random = new Random(trial);
            Map<String, double[]> moved = results(program, interpreted(program), (executor, scope) -> {
                List<Update> block = program.program().block(scope);
                List<StepInfo> steps = executor.steps(scope);
                assertEquals(block.size(), steps.size());
                for (int step = 0; step < steps.size(); step++) {
                    executor.runStep(scope, step);
                    move(executor, block.get(step), program.sizes(), random);
                }
            });
            for (Map.Entry<String, double[]> entry : exact.entrySet()) {
                double[] other = moved.get(entry.getKey());
                for (int i = 0; i < other.length; i++) {
                    largest = Math.max(largest, Math.abs(other[i] - entry.getValue()[i]));
                }
            }
        }
        return 4 * largest + 64 * FLOAT_ROUNDING;
    }

    private static void move(Executor executor, Update update, Sizes sizes, Random random) {
        if (update.target().type() != DType.REAL) {
            return;
        }
        double[] values = executor.read(update.target().name());
        double step = FLOAT_ROUNDING * roundings(update.value(), sizes);
        for (int i = 0; i < values.length; i++) {
            values[i] += (random.nextBoolean() ? step : -step) * Math.max(1, Math.abs(values[i]));
        }
        executor.write(update.target().name(), values);
    }

    /** A bound on the roundings of an expression, each of a value below 36: a product of two that are below 6. */
    private static double roundings(Expr expr, Sizes sizes) {
        double total = expr instanceof Expr.Const ? 0 : 1;
        for (Expr child : expr.children()) {
            total += roundings(child, sizes);
        }
        if (expr instanceof Expr.Reduce reduce) {
            double terms = 1;
            for (Axis axis : reduce.of().space().minus(reduce.space()).axes()) {
                terms *= axis.equals(Axis.LANE) ? MAXIMUM_LANES : sizes.of(axis);
            }
            total += 36 * terms;
        }
        return total;
    }
}
