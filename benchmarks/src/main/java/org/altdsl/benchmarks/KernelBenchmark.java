package org.altdsl.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.altdsl.driver.PreparedExperiment;
import org.altdsl.runtime.data.DataSet;
import org.altdsl.runtime.data.Samples;
import org.altdsl.runtime.kernel.Workers;
import org.altdsl.runtime.plan.Clamp;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.RulePlan;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.StepInfo;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One kernel of the training step of {@code loops/kernels.exp}, as the compiler emits it, on one thread: layers of n by
 * n, batches of 128. A kernel is named by the entry of the experiment and its method, as {@code altdsl explain --java}
 * shows it.
 */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"-XX:+UseSerialGC", "-Xss16m", "-XX:LoopUnrollLimit=2000"})
public class KernelBenchmark {
    private static final int LANES = 128;

    @Param({"256", "1024", "2048"})
    public int n;

    @Param({
        "0 multiply_y_u",
        "0 update_y_u",
        "0 multiply_h_delta",
        "0 update_h_delta",
        "0 multiply_h_y_w",
        "1 update_h_y_w_m",
        "2 update_h_y_w",
        "3 update_h_y_w"
    })
    public String kernel;

    private Workers workers;
    private Executor executor;
    private int step;

    @Setup(Level.Trial)
    public void setUp() throws IOException {
        PreparedExperiment prepared = Experiments.prepare(
                Path.of(System.getProperty("kernels", "benchmarks/loops/kernels.exp")),
                Map.of("n", Integer.toString(n)));
        String[] words = kernel.split(" ");
        RulePlan rule = prepared.plan().rules().get(Integer.parseInt(words[0]));
        DataSet data = prepared.plan().data();
        workers = new Workers(1);
        executor = rule.train().executor(1, LANES, workers);
        executor.enter(Scope.RUN);
        executor.enter(Scope.EPOCH);
        Samples reader = data.splits().get("train").samples();
        int[] chosen = new int[LANES];
        for (int lane = 0; lane < LANES; lane++) {
            chosen[lane] = lane;
        }
        reader.choose(chosen, LANES, 0);
        for (Clamp clamp : rule.clamps()) {
            reader.load(executor, clamp.variable(), data.field(clamp.field()));
        }
        executor.enter(Scope.BATCH);
        List<StepInfo> steps = executor.steps(Scope.BATCH);
        step = -1;
        for (int number = 0; number < steps.size(); number++) {
            executor.runStep(Scope.BATCH, number);
            if (steps.get(number).name().equals(words[1])) {
                step = number;
            }
        }
        if (step < 0) {
            throw new IllegalArgumentException("no kernel " + words[1] + " among "
                    + steps.stream().map(StepInfo::name).toList());
        }
    }

    @TearDown(Level.Trial)
    public void tearDown() {
        workers.close();
    }

    @Benchmark
    public void run() {
        executor.runStep(Scope.BATCH, step);
    }
}
