package org.altdsl.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.altdsl.driver.PreparedExperiment;
import org.altdsl.janino.FusedProgram;
import org.altdsl.runtime.kernel.Workers;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.RulePlan;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.StepInfo;

/**
 * Times the steps of networks in time, without their protocols: {@code StepTimes FILE.exp [THREADS [STEPS [PARTS]]]
 * [PARAM=VALUE ...]}. For each entry of the experiment it prints how long so many steps took, several times over, and
 * then the mean time of each kernel, without the slowest hundredth, and its share. With {@code java=} it prints the
 * kernels themselves.
 */
public final class StepTimes {
    private static final String SOURCE = "java";

    private StepTimes() {}

    public static void main(String[] arguments) throws IOException {
        Experiments.Wanted wanted = Experiments.Wanted.of(arguments);
        boolean shows = wanted.parameters().remove(SOURCE) != null;
        PreparedExperiment prepared = Experiments.prepare(Path.of(arguments[0]), wanted.parameters());
        int threads = wanted.number(0, 1);
        int steps = wanted.number(1, 10_000);
        int parts = wanted.number(2, 5);
        for (RulePlan rule : prepared.plan().rules()) {
            if (shows && rule.train() instanceof FusedProgram program) {
                System.out.println(program.javaSource());
            }
            try (Workers workers = new Workers(threads)) {
                time(rule, workers, steps, parts);
            }
        }
    }

    private static void time(RulePlan rule, Workers workers, int steps, int parts) {
        Executor executor = rule.train().executor(1, 1, workers);
        executor.clocks().seed = 1;
        executor.clocks().lanes = 1;
        rule.timed().orElseThrow().tables().forEach(executor::write);
        executor.enter(Scope.RUN);
        executor.enter(Scope.EPOCH);
        Scope.WINDOWS.forEach(executor::enter);
        rule.timed().orElseThrow().trains().forEach((variable, train) -> executor.play(variable, train.cursor()::at));
        System.out.printf(Locale.ROOT, "%n%s, %d threads: %d steps in", rule.rule(), workers.threads(), steps);
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        for (int part = 0; part < parts; part++) {
            long before = System.nanoTime();
            long cpu = threads.getCurrentThreadCpuTime();
            executor.advance(steps);
            System.out.printf(
                    Locale.ROOT,
                    " %.4f (%.4f)",
                    (System.nanoTime() - before) / 1e9,
                    (threads.getCurrentThreadCpuTime() - cpu) / 1e9);
        }
        System.out.println(" s (of this thread)");
        kernels(executor, steps);
    }

    private static void kernels(Executor executor, int steps) {
        List<StepInfo> kernels = executor.steps(Scope.STEP);
        double[][] nanos = new double[kernels.size()][steps];
        for (int step = 0; step < steps; step++) {
            for (int kernel = 0; kernel < kernels.size(); kernel++) {
                long before = System.nanoTime();
                executor.runStep(Scope.STEP, kernel);
                nanos[kernel][step] = System.nanoTime() - before;
            }
            executor.clocks().step++;
        }
        double all = 0;
        double[] means = new double[kernels.size()];
        for (int kernel = 0; kernel < means.length; kernel++) {
            Arrays.sort(nanos[kernel]);
            int kept = Math.max(1, steps * 99 / 100);
            means[kernel] = Arrays.stream(nanos[kernel], 0, kept).sum() / kept;
            all += means[kernel];
        }
        for (int kernel = 0; kernel < means.length; kernel++) {
            System.out.printf(
                    Locale.ROOT,
                    "%10.1f ns %5.1f %%  %s%n",
                    means[kernel],
                    100 * means[kernel] / all,
                    kernels.get(kernel).name());
        }
        System.out.printf(Locale.ROOT, "%10.1f ns a step%n", all);
    }
}
