package org.altdsl.runtime.engine;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.altdsl.runtime.kernel.Workers;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.Metric;
import org.altdsl.runtime.plan.Protocol;
import org.altdsl.runtime.plan.RulePlan;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.TimedPlan;
import org.altdsl.runtime.report.Divergence;
import org.altdsl.runtime.report.Row;
import org.altdsl.runtime.report.SeedResult;

/** One network in time with one seed: follows its protocol, and measures on the way. */
final class TimedJob {
    /** How many steps are taken between two questions whether to stop. */
    private static final long STRETCH = 1000;

    /** The time of a measurement, in seconds from the start of the run, or in steps where those are counted. */
    static final String TIME = "time";

    private final RulePlan rule;
    private final TimedPlan plan;
    private final int seed;
    private final BooleanSupplier stopped;
    private final Executor executor;
    private final Consumer<Long> advanced;
    private final List<Row> rows = new ArrayList<>();
    private Consumer<Row> measured;
    private long sinceMeasured;
    private double seconds;
    private Divergence divergence;

    /**
     * @param advanced hears of steps that were taken
     */
    TimedJob(RulePlan rule, int seed, BooleanSupplier stopped, Consumer<Long> advanced, Workers workers) {
        this.rule = requireNonNull(rule);
        this.plan = rule.timed().orElseThrow();
        this.seed = seed;
        this.stopped = requireNonNull(stopped);
        this.advanced = requireNonNull(advanced);
        this.executor = rule.train().executor(seed, 1, workers);
    }

    SeedResult run(Consumer<Row> done) {
        measured = requireNonNull(done);
        executor.clocks().seed = seed;
        executor.clocks().lanes = 1;
        plan.tables().forEach(executor::write);
        executor.enter(Scope.RUN);
        executor.enter(Scope.EPOCH);
        executor.enter(Scope.WINDOW);
        plan.trains().forEach((variable, train) -> executor.play(variable, train.cursor()::at));
        boolean complete = all(plan.protocol().acts());
        if (complete && sinceMeasured > 0) {
            measure();
        }
        SeedResult.Status status = divergence != null
                ? SeedResult.Status.DIVERGED
                : complete ? SeedResult.Status.COMPLETE : SeedResult.Status.STOPPED;
        return new SeedResult(seed, status, rows, Optional.ofNullable(divergence));
    }

    /** Carries acts out; false where the run ended early. */
    private boolean all(List<Protocol.Act> acts) {
        for (Protocol.Act act : acts) {
            if (!carryOut(act)) {
                return false;
            }
        }
        return true;
    }

    private boolean carryOut(Protocol.Act act) {
        if (act instanceof Protocol.Run run) {
            return run(run);
        }
        if (act instanceof Protocol.Freeze freeze) {
            freeze.flags().forEach(flag -> executor.write(flag, new double[] {1}));
            boolean whole = all(freeze.acts());
            freeze.flags().forEach(flag -> executor.write(flag, new double[] {0}));
            return whole;
        }
        Protocol.Repeat repeat = (Protocol.Repeat) act;
        for (int i = 0; i < repeat.times(); i++) {
            if (!all(repeat.acts())) {
                return false;
            }
        }
        return true;
    }

    private boolean run(Protocol.Run run) {
        long left = run.steps();
        while (left > 0) {
            if (stopped.getAsBoolean() || divergence != null) {
                return false;
            }
            long stretch = Math.min(left, STRETCH);
            if (plan.every().isPresent()) {
                stretch = Math.min(stretch, plan.every().get() - sinceMeasured);
            }
            long started = System.nanoTime();
            executor.advance(stretch);
            seconds += (System.nanoTime() - started) / 1e9;
            left -= stretch;
            sinceMeasured += stretch;
            advanced.accept(stretch);
            if (plan.every().isPresent() && sinceMeasured >= plan.every().get()) {
                measure();
                if (run.until().isPresent() && executor.read(run.until().get())[0] != 0) {
                    return true;
                }
            }
        }
        return true;
    }

    private void measure() {
        executor.run(Scope.EPOCH);
        Map<String, Double> values = new LinkedHashMap<>();
        for (Metric metric : plan.metrics()) {
            double total = 0;
            double[] all = executor.read(metric.variable());
            for (double value : all) {
                total += value;
            }
            values.put(metric.name(), total / Math.max(1, all.length));
        }
        values.put(TIME, executor.clocks().step * plan.protocol().dt());
        values.put(Row.SECONDS, seconds);
        Row row = new Row(rows.size() + 1, values);
        rows.add(row);
        measured.accept(row);
        executor.enter(Scope.WINDOW);
        sinceMeasured = 0;
        seconds = 0;
        for (String learnable : rule.learnable().keySet()) {
            if (!executor.isFinite(learnable)) {
                divergence = new Divergence(
                        "'" + learnable.substring(learnable.lastIndexOf('.') + 1) + "' of '"
                                + learnable.substring(0, Math.max(0, learnable.lastIndexOf('.')))
                                + "' is not finite any more",
                        rule.learnable().get(learnable),
                        learnable.substring(0, Math.max(0, learnable.lastIndexOf('.'))),
                        row.epoch(),
                        (int) Math.min(Integer.MAX_VALUE, executor.clocks().step));
                return;
            }
        }
    }
}
