package org.altdsl.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.altdsl.driver.PreparedExperiment;
import org.altdsl.runtime.data.DataSet;
import org.altdsl.runtime.data.Samples;
import org.altdsl.runtime.kernel.Workers;
import org.altdsl.runtime.plan.Clamp;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.RulePlan;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.StepInfo;

/**
 * Times every kernel of a training step: {@code KernelTimes FILE.exp [THREADS [ROUNDS]] [PARAM=VALUE ...]}. For each entry of the
 * experiment it prints the median time of each kernel in microseconds, over batches of random samples, and the share of
 * the step.
 */
public final class KernelTimes {
    private KernelTimes() {}

    public static void main(String[] arguments) throws IOException {
        Experiments.Wanted wanted = Experiments.Wanted.of(arguments);
        PreparedExperiment prepared = Experiments.prepare(Path.of(arguments[0]), wanted.parameters());
        int threads = wanted.number(0, 1);
        int rounds = wanted.number(1, 300);
        DataSet data = prepared.plan().data();
        for (RulePlan rule : prepared.plan().rules()) {
            try (Workers workers = new Workers(threads)) {
                time(rule, prepared.plan().batchSize(), data, workers, rounds);
            }
        }
    }

    private static void time(RulePlan rule, int lanes, DataSet data, Workers workers, int rounds) {
        DataSet.Split samples = data.splits().get("train");
        Samples reader = samples.samples();
        Executor executor = rule.train().executor(1, lanes, workers);
        executor.enter(Scope.RUN);
        executor.enter(Scope.EPOCH);
        List<StepInfo> steps = executor.steps(Scope.BATCH);
        double[][] micros = new double[steps.size() + 1][rounds];
        int[] chosen = new int[lanes];
        for (int round = -rounds; round < rounds; round++) {
            for (int lane = 0; lane < lanes; lane++) {
                chosen[lane] = Math.floorMod(round * 7919 + lane * 104729, samples.size());
            }
            long before = System.nanoTime();
            reader.choose(chosen, lanes, 0);
            for (Clamp clamp : rule.clamps()) {
                reader.load(executor, clamp.variable(), data.field(clamp.field()));
            }
            executor.enter(Scope.BATCH);
            note(micros, steps.size(), round, before);
            for (int step = 0; step < steps.size(); step++) {
                before = System.nanoTime();
                executor.runStep(Scope.BATCH, step);
                note(micros, step, round, before);
            }
        }
        double all = 0;
        for (double[] times : micros) {
            Arrays.sort(times);
            all += times[rounds / 2];
        }
        System.out.printf(
                Locale.ROOT, "%n%s: %.0f us a batch of %d on %d threads%n", rule.rule(), all, lanes, workers.threads());
        for (int step = 0; step <= steps.size(); step++) {
            String name = step == steps.size()
                    ? "(loading the batch)"
                    : steps.get(step).name();
            double median = micros[step][rounds / 2];
            System.out.printf(Locale.ROOT, "%10.1f us %5.1f %%  %s%n", median, 100 * median / all, name);
        }
    }

    private static void note(double[][] micros, int step, int round, long before) {
        if (round >= 0) {
            micros[step][round] = (System.nanoTime() - before) / 1e3;
        }
    }
}
