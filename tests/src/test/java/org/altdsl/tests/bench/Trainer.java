package org.altdsl.tests.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.altdsl.driver.Backend;
import org.altdsl.ir.Program;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.Var;
import org.altdsl.janino.FusedOptions;
import org.altdsl.lower.LoweredRule;
import org.altdsl.runtime.kernel.Precision;
import org.altdsl.runtime.kernel.Workers;
import org.altdsl.runtime.plan.Clamp;
import org.altdsl.runtime.plan.Clocks;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.ProgramCode;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.Snapshot;
import org.altdsl.runtime.plan.VariableInfo;

/**
 * Trains a lowered rule batch by batch on samples that a test writes down: the harness without data sets and epochs,
 * so that every variable can be looked at after every batch.
 */
public final class Trainer {
    private static final int MAXIMUM_LANES = 64;

    private final LoweredRule rule;
    private final ProgramCode code;
    private final Executor executor;
    private long samples;

    private Trainer(LoweredRule rule, ProgramCode code, long seed, Workers workers) {
        this.rule = rule;
        this.code = code;
        this.executor = code.executor(seed, MAXIMUM_LANES, workers);
        Clocks clocks = executor.clocks();
        clocks.seed = seed;
        clocks.samples = new int[MAXIMUM_LANES];
        executor.enter(Scope.RUN);
        executor.enter(Scope.EPOCH);
    }

    /** The double-precision interpreter. */
    public static Backend interpreter() {
        return Backend.reference();
    }

    /** Fused kernels in double precision. */
    public static Backend fused() {
        return Backend.cpu(FusedOptions.standard().withPrecision(Precision.DOUBLE));
    }

    /** Fused kernels with large products by BLAS, as long runs have them. */
    public static Backend blas(Precision precision) {
        return Backend.cpu(FusedOptions.standard().withPrecision(precision).withBlas(true));
    }

    /** ND4J operations in double precision. */
    public static Backend tensors() {
        return Backend.tensor(FusedOptions.standard().withPrecision(Precision.DOUBLE));
    }

    /** Fused kernels in single precision, with the approximations of elementary functions that experiments use. */
    public static Backend single() {
        return Backend.cpu(FusedOptions.standard());
    }

    /** The training step of a rule, with every variable to be seen. */
    public static Trainer of(LoweredRule rule, Backend backend, Map<String, Integer> dataSizes, long seed) {
        return of(rule, rule.train(), backend, dataSizes, seed);
    }

    /** The forward pass of a rule in training, with the gradients of its weights. */
    public static Trainer evaluating(LoweredRule rule, Backend backend, Map<String, Integer> dataSizes, long seed) {
        return of(rule, rule.gradient().orElse(rule.evaluate()), backend, dataSizes, seed);
    }

    private static Trainer of(
            LoweredRule rule, Program program, Backend backend, Map<String, Integer> dataSizes, long seed) {
        Set<String> all = new LinkedHashSet<>();
        program.variables().stream().map(Var::name).forEach(all::add);
        return new Trainer(rule, backend.compile(program, new Sizes(sizes(rule, dataSizes)), all), seed, Workers.NONE);
    }

    /** Another one at the start of its run, of the same compiled program. */
    public Trainer fresh(long seed) {
        return fresh(seed, Workers.NONE);
    }

    /** The same, with kernels that some threads share. */
    public Trainer fresh(long seed, Workers workers) {
        return new Trainer(rule, code, seed, workers);
    }

    /** The extents of a rule's axes, with those that fields of the data fix. */
    public static Map<String, Integer> sizes(LoweredRule rule, Map<String, Integer> dataSizes) {
        Map<String, Integer> sizes = new HashMap<>(rule.sizes());
        rule.sizesFromData().forEach((extent, field) -> sizes.put(extent, dataSizes.get(field)));
        return sizes;
    }

    /** The compiled program. */
    public ProgramCode code() {
        return code;
    }

    /** What runs the program. */
    public Executor executor() {
        return executor;
    }

    /** Shows a batch, a field to its values sample by sample, and lets the rule learn from it. */
    public void batch(int lanes, Map<String, double[]> fields) {
        show(lanes, fields);
        executor.run(Scope.BATCH);
        next();
    }

    /** Shows a batch without learning from it. */
    public void show(int lanes, Map<String, double[]> fields) {
        Clocks clocks = executor.clocks();
        clocks.lanes = lanes;
        for (int i = 0; i < lanes; i++) {
            clocks.samples[i] = (int) (samples + i);
        }
        executor.enter(Scope.BATCH);
        for (Clamp clamp : rule.clamps()) {
            if (has(clamp.variable())) {
                executor.write(clamp.variable(), fields.get(clamp.field()));
            }
        }
    }

    /** Ends a batch: counts it. */
    public void next() {
        samples += executor.clocks().lanes;
        executor.clocks().batch++;
        executor.clocks().update++;
    }

    /** Goes on from a state that was kept, with samples numbered as they would have been. */
    public void restore(Snapshot snapshot) {
        executor.restore(snapshot);
        samples = snapshot.clocks().samples[0] + snapshot.clocks().lanes;
    }

    /** Whether the program has a variable. */
    public boolean has(String variable) {
        return executor.variables().stream().anyMatch(info -> info.name().equals(variable));
    }

    /** A variable's values, row by row. */
    public double[] read(String variable) {
        return executor.read(variable);
    }

    /** Sets a variable. */
    public void write(String variable, double... values) {
        executor.write(variable, values);
    }

    /** The variables that last from batch to batch. */
    public List<VariableInfo> lasting() {
        return executor.variables().stream()
                .filter(variable -> variable.life().compareTo(Scope.BATCH) > 0)
                .toList();
    }

    /** Copies of the variables that last from batch to batch. */
    public Map<String, double[]> state() {
        Map<String, double[]> state = new LinkedHashMap<>();
        lasting().forEach(variable -> state.put(variable.name(), executor.read(variable.name())));
        return state;
    }

    /** Copies of everything, temporaries too. */
    public Map<String, double[]> everything() {
        Map<String, double[]> values = new LinkedHashMap<>();
        executor.variables().forEach(variable -> values.put(variable.name(), executor.read(variable.name())));
        return values;
    }

    /** The names of the weights that learn. */
    public List<String> weights() {
        List<String> names = new ArrayList<>();
        rule.learnables().stream()
                .filter(LoweredRule.Learnable::weight)
                .forEach(learnable -> names.add(learnable.variable().name()));
        return names;
    }

    /** Standard normal numbers. */
    public static double[] normal(Random random, int count) {
        return IntStream.range(0, count).mapToDouble(i -> random.nextGaussian()).toArray();
    }

    /** Class indices. */
    public static double[] classes(Random random, int count, int classes) {
        return IntStream.range(0, count)
                .mapToDouble(i -> random.nextInt(classes))
                .toArray();
    }
}
