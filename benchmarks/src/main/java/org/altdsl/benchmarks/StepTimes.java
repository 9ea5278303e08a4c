package org.altdsl.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Locale;
import org.altdsl.runtime.data.DataSet;
import org.altdsl.runtime.data.Samples;
import org.altdsl.runtime.kernel.Workers;
import org.altdsl.runtime.plan.Clamp;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.RulePlan;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.StepInfo;
import org.altdsl.runtime.plan.TimedPlan;

/** Times the kernels of a step of time. */
final class StepTimes {
    /** How many steps each sample is shown for. */
    private static final int SHOWN = 350;

    /** Time that other programs take is not counted, but for the kernels one by one: a look at this clock takes too long. */
    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

    private final RulePlan rule;
    private final DataSet data;
    private final Executor executor;
    private int sample;

    private StepTimes(RulePlan rule, DataSet data, Workers workers) {
        this.rule = rule;
        this.data = data;
        this.executor = rule.train().executor(1, 1, workers);
        executor.clocks().seed = 1;
        executor.clocks().lanes = 1;
        TimedPlan plan = rule.timed().orElseThrow();
        plan.tables().forEach(executor::write);
        executor.enter(Scope.RUN);
        executor.enter(Scope.EPOCH);
        Scope.WINDOWS.forEach(executor::enter);
        plan.trains().forEach((variable, train) -> executor.play(variable, train.cursor()::at));
    }

    /**
     * Prints the mean time of each kernel and of a whole step without a clock around each.
     *
     * @param steps how many steps are timed, after as many that are not
     */
    static void print(RulePlan rule, DataSet data, Workers workers, int steps) {
        StepTimes times = new StepTimes(rule, data, workers);
        times.whole(steps);
        double whole = times.whole(steps);
        List<StepInfo> kernels = times.executor.steps(Scope.STEP);
        long[] nanos = times.each(steps, kernels.size());
        double all = 0;
        for (long one : nanos) {
            all += one / 1e3 / steps;
        }
        System.out.printf(
                Locale.ROOT,
                "%n%s: %.2f us of the processor a step on %d threads, %.2f with the clock%n",
                rule.rule(),
                whole,
                workers.threads(),
                all);
        for (int kernel = 0; kernel < nanos.length; kernel++) {
            double mean = nanos[kernel] / 1e3 / steps;
            System.out.printf(
                    Locale.ROOT,
                    "%10.3f us %5.1f %%  %s%n",
                    mean,
                    100 * mean / all,
                    kernels.get(kernel).name());
        }
    }

    private double whole(int steps) {
        long nanos = 0;
        for (int done = 0; done < steps; done += SHOWN) {
            show();
            long before = CLOCK.getCurrentThreadCpuTime();
            executor.advance(SHOWN);
            nanos += CLOCK.getCurrentThreadCpuTime() - before;
            executor.run(Scope.BATCH);
        }
        return nanos / 1e3 / steps;
    }

    private long[] each(int steps, int kernels) {
        long[] nanos = new long[kernels];
        for (int step = 0; step < steps; step++) {
            if (step % SHOWN == 0) {
                executor.run(Scope.BATCH);
                show();
            }
            long before = System.nanoTime();
            for (int kernel = 0; kernel < kernels; kernel++) {
                executor.runStep(Scope.STEP, kernel);
                long after = System.nanoTime();
                nanos[kernel] += after - before;
                before = after;
            }
            executor.clocks().step++;
        }
        return nanos;
    }

    /** Puts another sample on the inputs. */
    private void show() {
        if (rule.clamps().isEmpty()) {
            return;
        }
        DataSet.Split train = data.splits().get("train");
        try (Samples reader = train.samples()) {
            reader.choose(new int[] {Math.floorMod(sample++ * 7919, train.size())}, 1, 0);
            for (Clamp clamp : rule.clamps()) {
                DataSet.Field field = data.field(clamp.field());
                int at = reader.lanes(field.name())[0] * field.width();
                double[] row = new double[field.width()];
                for (int i = 0; i < row.length; i++) {
                    row[i] = reader.rows(field.name())[at + i];
                }
                executor.write(clamp.variable(), row);
            }
        }
        if (executor.variables().stream().anyMatch(variable -> variable.name().equals("presenting"))) {
            executor.write("presenting", new double[] {1});
        }
        executor.enter(Scope.TRIAL);
        executor.enter(Scope.PHASE);
    }
}
