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
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.Snapshot;
import org.altdsl.runtime.plan.TimedPlan;
import org.altdsl.runtime.report.Divergence;
import org.altdsl.runtime.report.Row;
import org.altdsl.runtime.report.SeedResult;

/** One network in time with one seed: follows its protocol, and measures on the way. */
final class TimedJob {
    /** How many steps are taken between two questions whether to stop. */
    private static final long STRETCH = 1000;

    /** The variable that is 1 while a sample is shown. */
    private static final String PRESENTING = "presenting";

    /** The time of a measurement, in seconds from the start of the run, or in steps where those are counted. */
    static final String TIME = "time";

    private final RulePlan rule;
    private final TimedPlan plan;
    private final int seed;
    private final BooleanSupplier stopped;
    private final Executor executor;
    private final Consumer<Long> advanced;
    private final List<Row> rows = new ArrayList<>();
    private final DataSet data;
    private final Map<String, double[]> shown = new HashMap<>();
    private final Map<String, double[]> hidden = new HashMap<>();
    private final Collected collected = new Collected();
    private final boolean counts;
    private String split = "train";
    private int epoch;
    private boolean measures = true;
    private Consumer<Row> measured;
    private long sinceMeasured;
    private double seconds;
    private Divergence divergence;

    /**
     * @param advanced hears of steps that were taken
     */
    TimedJob(DataSet data, RulePlan rule, int seed, BooleanSupplier stopped, Consumer<Long> advanced, Workers workers) {
        this.data = requireNonNull(data);
        this.rule = requireNonNull(rule);
        this.plan = rule.timed().orElseThrow();
        this.seed = seed;
        this.stopped = requireNonNull(stopped);
        this.advanced = requireNonNull(advanced);
        this.executor = rule.train().executor(seed, 1, workers);
        this.counts = executor.variables().stream()
                .anyMatch(variable -> variable.name().equals(PRESENTING));
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
        complete &= plan.evaluation().isEmpty()
                || !complete
                || evaluate(plan.evaluation().get());
        if (complete && (sinceMeasured > 0 || !plan.readouts().isEmpty())) {
            measure();
        }
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
        long left = run.steps();
        while (left > 0) {
            if (stopped.getAsBoolean() || divergence != null) {
                return false;
            }
            long stretch = Math.min(left, STRETCH);
            if (plan.every().isPresent() && measures) {
                stretch = Math.min(stretch, plan.every().get() - sinceMeasured);
            }
            long started = System.nanoTime();
            executor.advance(stretch);
            seconds += (System.nanoTime() - started) / 1e9;
            left -= stretch;
            sinceMeasured += measures ? stretch : 0;
            advanced.accept(stretch);
            if (plan.every().isPresent()
                    && measures
                    && sinceMeasured >= plan.every().get()) {
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
        boolean last = plan.evaluation().isEmpty() || !collected.isEmpty("test");
        plan.readouts().forEach((name, readout) -> {
            if (last) {
                values.put(name, readout.of(collected)[0][0]);
            }
        });
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
