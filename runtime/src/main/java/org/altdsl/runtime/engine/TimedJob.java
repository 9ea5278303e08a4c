package org.altdsl.runtime.engine;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.altdsl.runtime.data.DataSet;
import org.altdsl.runtime.data.EpochOrder;
import org.altdsl.runtime.data.Samples;
import org.altdsl.runtime.kernel.Workers;
import org.altdsl.runtime.plan.Clamp;
import org.altdsl.runtime.plan.Collected;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.Metric;
import org.altdsl.runtime.plan.Protocol;
import org.altdsl.runtime.plan.RulePlan;
import org.altdsl.runtime.plan.Schedule;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.Snapshot;
import org.altdsl.runtime.plan.TimedPlan;
import org.altdsl.runtime.record.Recorders;
import org.altdsl.runtime.report.Divergence;
import org.altdsl.runtime.report.Row;
import org.altdsl.runtime.report.SeedResult;

/** One network in time with one seed: follows its protocol, and measures on the way. */
final class TimedJob {
    /** How many steps are taken between two questions whether to stop, or what is measured to be waited for. */
    private static final long STRETCH = 1000;

    /** The variable that is 1 while a sample is shown. */
    private static final String PRESENTING = "presenting";

    private final RulePlan rule;
    private final TimedPlan plan;
    private final int seed;
    private final BooleanSupplier stopped;
    private final Executor executor;
    private final Consumer<Long> advanced;
    private final Optional<Recorders> recorders;
    private final List<Row> rows = new ArrayList<>();
    private final DataSet data;
    private final Map<String, double[]> shown = new HashMap<>();
    private final Map<String, double[]> hidden = new HashMap<>();
    private final Collected collected = new Collected();
    private final boolean counts;
    private String split = "train";
    private int epoch;
    private boolean measures = true;

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
            DataSet data,
            RulePlan rule,
            int seed,
            BooleanSupplier stopped,
            Consumer<Long> advanced,
            Workers workers,
            Optional<Function<Executor, Recorders>> recorders) {
        this.data = requireNonNull(data);
        this.rule = requireNonNull(rule);
        this.plan = rule.timed().orElseThrow();
        this.seed = seed;
        this.stopped = requireNonNull(stopped);
        this.advanced = requireNonNull(advanced);
        this.executor = rule.train().executor(seed, 1, workers);
        this.counts = executor.variables().stream()
                .anyMatch(variable -> variable.name().equals(PRESENTING));
        executor.clocks().seed = seed;
        executor.clocks().lanes = 1;
        this.recorders = recorders.map(make -> make.apply(executor));
    }

    SeedResult run(Consumer<Row> done) {
        measured = requireNonNull(done);
        plan.tables().forEach(executor::write);
        executor.enter(Scope.RUN);
        executor.enter(Scope.EPOCH);
        Scope.WINDOWS.forEach(executor::enter);
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
        } finally {
            recorders.ifPresent(Recorders::finish);
        }
        complete &= plan.evaluation().isEmpty()
                || !complete
                || evaluate(plan.evaluation().get());
        if (complete) {
            plan.readouts().forEach((name, readout) -> present.put(name, readout.of(collected)[0][0]));
        }
        publish();
        SeedResult.Status status = divergence != null
                ? SeedResult.Status.DIVERGED
                : complete ? SeedResult.Status.COMPLETE : SeedResult.Status.STOPPED;
        return new SeedResult(seed, status, rows, Optional.ofNullable(divergence));
    }

    /** Lets a protocol happen to the network, which is afterwards as it was. */
    private boolean evaluate(Protocol evaluation) {
        Snapshot before = executor.snapshot();
        measures = false;
        boolean whole = all(evaluation.acts());
        measures = true;
        executor.restore(before);
        return whole;
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
        if (act instanceof Protocol.Present present) {
            show(true);
            executor.enter(Scope.PHASE);
            boolean whole = run(new Protocol.Run(present.steps(), Optional.empty()));
            show(false);
            return whole;
        }
        if (act instanceof Protocol.Rest rest) {
            return run(new Protocol.Run(rest.steps(), Optional.empty()));
        }
        if (act instanceof Protocol.EachSample samples) {
            return each(samples);
        }
        if (act instanceof Protocol.Set set) {
            executor.run(Scope.PHASE);
            executor.write(set.variable(), executor.read(set.value()));
            return true;
        }
        if (act instanceof Protocol.Collect collect) {
            executor.run(Scope.PHASE);
            collected.add(split, collect.name(), executor.read(collect.value()));
            return true;
        }
        return repeat((Protocol.Repeat) act);
    }

    private boolean repeat(Protocol.Repeat repeat) {
        for (int i = 0; i < repeat.times(); i++) {
            if (!all(repeat.acts())) {
                return false;
            }
            if (repeat.until().isPresent()) {
                executor.run(Scope.PHASE);
                if (executor.read(repeat.until().get())[0] != 0) {
                    return true;
                }
            }
        }
        return true;
    }

    /** Acts for each sample of a split; hooks run at its end. */
    private boolean each(Protocol.EachSample act) {
        split = act.split();
        DataSet.Split samples = data.splits().get(split);
        boolean trains = split.equals("train");
        int[] order = trains ? EpochOrder.of(seed, epoch, samples.size()) : null;
        try (Samples reader = samples.samples()) {
            for (int i = 0; i < samples.size(); i++) {
                int sample = trains ? order[i] : i;
                reader.choose(new int[] {sample}, 1, epoch);
                for (Clamp clamp : rule.clamps()) {
                    DataSet.Field field = data.field(clamp.field());
                    shown.put(clamp.variable(), row(reader, field));
                    hidden.put(clamp.variable(), new double[field.width()]);
                    if (field.classes() > 0) {
                        // The class is there for the protocol even while nothing is shown.
                        executor.write(clamp.variable(), shown.get(clamp.variable()));
                    }
                }
                executor.clocks().samples[0] = sample;
                executor.enter(Scope.TRIAL);
                if (!all(act.acts())) {
                    return false;
                }
                executor.run(Scope.BATCH);
                executor.clocks().batch++;
                executor.clocks().update++;
            }
        }
        if (trains) {
            epoch++;
        }
        return true;
    }

    private static double[] row(Samples reader, DataSet.Field field) {
        float[] rows = reader.rows(field.name());
        int at = reader.lanes(field.name())[0] * field.width();
        double[] row = new double[field.width()];
        for (int i = 0; i < row.length; i++) {
            row[i] = rows[at + i];
        }
        return row;
    }

    /** Puts the sample at hand on the inputs, or nothing. */
    private void show(boolean present) {
        for (Clamp clamp : rule.clamps()) {
            if (data.field(clamp.field()).classes() == 0) {
                executor.write(clamp.variable(), (present ? shown : hidden).get(clamp.variable()));
            }
        }
        if (counts) {
            executor.write(PRESENTING, new double[] {present ? 1 : 0});
        }
    }

    private boolean run(Protocol.Run run) {
        long end = executor.clocks().step + run.steps();
        List<Schedule> schedules = measures ? plan.schedules() : List.of();
        while (executor.clocks().step < end) {
            if (stopped.getAsBoolean()) {
                return false;
            }
            if (measures) {
                publish();
            }
            if (divergence != null) {
                return false;
            }
            long step = executor.clocks().step;
            long next = stop(run, end, schedules);
            long started = System.nanoTime();
            executor.advance(next - step);
            seconds += (System.nanoTime() - started) / 1e9;
            advanced.accept(next - step);
            List<Schedule> due = new ArrayList<>();
            for (Schedule schedule : schedules) {
                if (isDue(schedule, next) && next(schedule, next - 1).isPresent()) {
                    due.add(schedule);
                }
            }
            if (measures) {
                look(due);
                measure(due);
            }
            if (run.until().filter(until -> until.isDue(next) && holds(until)).isPresent()) {
                return true;
            }
        }
        return true;
    }

    /** The step up to which nothing is to be asked or measured. */
    private long stop(Protocol.Run run, long end, List<Schedule> schedules) {
        long step = executor.clocks().step;
        long next = Math.min(end, step + STRETCH);
        for (Schedule schedule : schedules) {
            next = Math.min(next, next(schedule, step).orElse(next));
        }
        return Math.min(next, run.until().map(until -> until.next(step)).orElse(next));
    }

    private boolean holds(Protocol.Until until) {
        executor.run(until.window());
        boolean holds = executor.read(until.flag())[0] != 0;
        executor.enter(until.window());
        return holds;
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
