package org.altdsl.runtime.engine;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.altdsl.runtime.kernel.Workers;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.Metric;
import org.altdsl.runtime.plan.Protocol;
import org.altdsl.runtime.plan.RulePlan;
import org.altdsl.runtime.plan.Schedule;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.TimedPlan;
import org.altdsl.runtime.record.Recorders;
import org.altdsl.runtime.report.Divergence;
import org.altdsl.runtime.report.Row;
import org.altdsl.runtime.report.SeedResult;

/** One network in time with one seed: follows its protocol, and measures on the way. */
final class TimedJob {
    /** How many steps are taken between two questions whether to stop, or what is measured to be waited for. */
    private static final long STRETCH = 1000;

    private final RulePlan rule;
    private final TimedPlan plan;
    private final int seed;
    private final BooleanSupplier stopped;
    private final Executor executor;
    private final Consumer<Long> advanced;
    private final Optional<Recorders> recorders;
    private final List<Row> rows = new ArrayList<>();

    /** What was measured at the present time, until the next step is taken. */
    private final Map<String, Double> present = new LinkedHashMap<>();

    private Consumer<Row> measured;
    private double seconds;
    private Divergence divergence;

    /**
     * @param advanced hears of steps that were taken
     * @param recorders makes what writes records; empty where nothing is written
     */
    TimedJob(
            RulePlan rule,
            int seed,
            BooleanSupplier stopped,
            Consumer<Long> advanced,
            Workers workers,
            Optional<Function<Executor, Recorders>> recorders) {
        this.rule = requireNonNull(rule);
        this.plan = rule.timed().orElseThrow();
        this.seed = seed;
        this.stopped = requireNonNull(stopped);
        this.advanced = requireNonNull(advanced);
        this.executor = rule.train().executor(seed, 1, workers);
        executor.clocks().seed = seed;
        executor.clocks().lanes = 1;
        this.recorders = recorders.map(make -> make.apply(executor));
    }

    SeedResult run(Consumer<Row> done) {
        measured = requireNonNull(done);
        executor.enter(Scope.RUN);
        executor.enter(Scope.EPOCH);
        plan.schedules().forEach(schedule -> executor.enter(schedule.window()));
        plan.trains().forEach((variable, train) -> executor.play(variable, train.cursor()::at));
        boolean complete;
        try {
            look(List.of());
            complete = all(plan.protocol().acts());
            List<Schedule> last = plan.schedules().stream()
                    .filter(schedule -> !schedule.every().isPresent() || !isDue(schedule, executor.clocks().step))
                    .toList();
            if (complete && executor.clocks().step > 0) {
                look(last);
                measure(last);
            }
            publish();
        } finally {
            recorders.ifPresent(Recorders::finish);
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
        if (act instanceof Protocol.Phase phase) {
            recorders.ifPresent(all -> all.enter(phase.name()));
            boolean whole = all(phase.acts());
            recorders.ifPresent(Recorders::leave);
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
        long end = executor.clocks().step + run.steps();
        while (executor.clocks().step < end) {
            if (stopped.getAsBoolean()) {
                return false;
            }
            publish();
            if (divergence != null) {
                return false;
            }
            long step = executor.clocks().step;
            long next = Math.min(end, step + STRETCH);
            for (Schedule schedule : plan.schedules()) {
                next = Math.min(next, next(schedule, step).orElse(next));
            }
            long started = System.nanoTime();
            executor.advance(next - step);
            seconds += (System.nanoTime() - started) / 1e9;
            advanced.accept(next - step);
            List<Schedule> due = new ArrayList<>();
            for (Schedule schedule : plan.schedules()) {
                if (isDue(schedule, next) && next(schedule, next - 1).isPresent()) {
                    due.add(schedule);
                }
            }
            look(due);
            measure(due);
            boolean asked = !due.isEmpty()
                    || plan.schedules().stream().allMatch(one -> one.every().isEmpty());
            if (asked && run.until().isPresent() && holds(run.until().get())) {
                return true;
            }
        }
        return true;
    }

    private boolean holds(Protocol.Until until) {
        executor.run(until.window());
        return executor.read(until.flag())[0] != 0;
    }

    private static boolean isDue(Schedule schedule, long step) {
        return schedule.every().isPresent() && step % schedule.every().get() == 0;
    }

    /** The step after which a schedule comes round next; empty where that is not known to be before the end. */
    private Optional<Long> next(Schedule schedule, long step) {
        if (schedule.every().isEmpty()) {
            return Optional.empty();
        }
        long every = schedule.every().get();
        Optional<Long> wanted = schedule.metrics().isEmpty()
                ? recorders.flatMap(all -> all.next(schedule.window(), step + 1))
                : Optional.of(step + 1);
        return wanted.map(from -> (from + every - 1) / every * every);
    }

    /** Runs the blocks of schedules that have come round, and records what they say; before the first step, of all. */
    private void look(List<Schedule> due) {
        boolean first = executor.clocks().step == 0;
        for (Schedule schedule : first ? plan.schedules() : due) {
            boolean recorded = recorders
                    .flatMap(all -> all.next(schedule.window(), executor.clocks().step))
                    .filter(step -> step == executor.clocks().step)
                    .isPresent();
            if (recorded || !first && !schedule.metrics().isEmpty()) {
                executor.run(schedule.window());
            }
            if (recorded) {
                recorders.ifPresent(all -> all.sample(schedule.window()));
            }
        }
    }

    /** Takes what schedules measure, and lets their windows begin anew. */
    private void measure(List<Schedule> due) {
        for (Schedule schedule : due) {
            for (Metric metric : schedule.metrics()) {
                double total = 0;
                double[] all = executor.read(metric.variable());
                for (double value : all) {
                    total += value;
                }
                present.put(metric.name(), total / Math.max(1, all.length));
            }
            executor.enter(schedule.window());
        }
    }

    /** Adds what was measured at the present time to the results. */
    private void publish() {
        if (present.isEmpty()) {
            return;
        }
        double time = plan.protocol().time(executor.clocks().step);
        present.put(Row.TIME, time);
        present.put(Row.SECONDS, seconds);
        Row row = new Row(rows.size() + 1, present);
        present.clear();
        rows.add(row);
        measured.accept(row);
        seconds = 0;
        check(time);
    }

    private void check(double time) {
        for (String learnable : rule.learnable().keySet()) {
            if (!executor.isFinite(learnable)) {
                String owner = learnable.substring(0, Math.max(0, learnable.lastIndexOf('.')));
                String name = learnable.substring(learnable.lastIndexOf('.') + 1);
                divergence = new Divergence(
                        "'" + name + "' of '" + owner + "' is not finite any more, found at "
                                + plan.protocol().course().at(time),
                        rule.learnable().get(learnable),
                        owner,
                        0,
                        0);
                return;
            }
        }
    }
}
