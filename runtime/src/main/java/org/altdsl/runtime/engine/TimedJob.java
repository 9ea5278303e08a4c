package org.altdsl.runtime.engine;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.altdsl.runtime.data.DataSet;
import org.altdsl.runtime.data.EpochOrder;
import org.altdsl.runtime.data.Samples;
import org.altdsl.runtime.kernel.Workers;
import org.altdsl.runtime.plan.Clocks;
import org.altdsl.runtime.plan.Collected;
import org.altdsl.runtime.plan.Course;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.Metric;
import org.altdsl.runtime.plan.Protocol;
import org.altdsl.runtime.plan.RulePlan;
import org.altdsl.runtime.plan.Schedule;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.SideBySide;
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

    private final RulePlan rule;
    private final TimedPlan plan;
    private final int seed;
    private final BooleanSupplier stopped;

    /** The network that is measured and recorded. */
    private final Executor executor;

    private final Lane main;

    /** All lanes, the measured one first; it is alone where trials do not run side by side. */
    private final List<Lane> lanes = new ArrayList<>();

    private final Optional<Batch> batch;
    private final int threads;
    private final Consumer<Long> advanced;
    private final Optional<Recorders> recorders;
    private final List<Row> rows = new ArrayList<>();
    private final DataSet data;
    private final Collected collected = new Collected();
    private String split = "train";

    /** Whether trials run side by side at the moment: what happens now happens to one lane. */
    private boolean sideBySide;

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
        this.threads = workers.threads();
        this.batch = rule.sideBySide().map(side -> new Batch(side, plan.tables(), seed));
        // Threads share the trials, if there are several at a time, and else the kernels.
        this.executor = network(batch.isPresent() ? Workers.NONE : workers);
        this.main = new Lane(executor, data, rule.clamps(), collected);
        lanes.add(main);
        for (int lane = 1; lane < rule.sideBySide().map(SideBySide::lanes).orElse(1); lane++) {
            lanes.add(new Lane(network(Workers.NONE), data, rule.clamps(), new Collected()));
        }
        this.recorders = recorders.map(make -> make.apply(executor));
    }

    private Executor network(Workers workers) {
        Executor network = rule.train().executor(seed, 1, workers);
        network.clocks().seed = seed;
        network.clocks().lanes = 1;
        network.clocks().samples = new int[1];
        return network;
    }

    private void begin(Executor network) {
        plan.tables().forEach(network::write);
        network.enter(Scope.RUN);
        network.enter(Scope.EPOCH);
        Scope.WINDOWS.forEach(network::enter);
        plan.trains().forEach((variable, train) -> network.play(variable, train.cursor()::at));
    }

    SeedResult run(Consumer<Row> done) {
        measured = requireNonNull(done);
        for (int lane = 0; lane < lanes.size(); lane++) {
            begin(lanes.get(lane).executor());
            lanes.get(lane).executor().clocks().trial = -lane;
        }
        rule.sideBySide().ifPresent(side -> side.common().forEach(variable -> lanes.subList(1, lanes.size())
                .forEach(lane -> lane.executor().share(variable, executor))));
        boolean complete;
        try {
            look(List.of());
            complete = all(plan.protocol().acts(), main);
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
            recorders.ifPresent(all -> all.collected(collected));
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
        boolean whole = all(evaluation.acts(), main);
        measures = true;
        executor.restore(before);
        return whole;
    }

    /** Carries acts out in a lane; false where the run ended early. */
    private boolean all(List<Protocol.Act> acts, Lane lane) {
        for (Protocol.Act act : acts) {
            if (!carryOut(act, lane)) {
                return false;
            }
        }
        return true;
    }

    /** What something happens to: a lane while trials run side by side, all of them otherwise. */
    private List<Lane> concerned(Lane lane) {
        return sideBySide ? List.of(lane) : lanes;
    }

    private boolean carryOut(Protocol.Act act, Lane lane) {
        if (act instanceof Protocol.Run run) {
            return run(run, lane);
        }
        if (act instanceof Protocol.Flagged flagged) {
            flagged.flags().forEach(flag -> write(flag, new double[] {1}, lane));
            boolean whole = all(flagged.acts(), lane);
            flagged.flags().forEach(flag -> write(flag, new double[] {0}, lane));
            return whole;
        }
        if (act instanceof Protocol.Phase phase) {
            Optional<Recorders> told = lane == main ? recorders : Optional.empty();
            told.ifPresent(all -> all.enter(phase.name()));
            boolean whole = all(phase.acts(), lane);
            told.ifPresent(Recorders::leave);
            return whole;
        }
        if (act instanceof Protocol.Present present) {
            lane.show(true);
            present(true, lane);
            lane.executor().enter(Scope.PHASE);
            boolean whole = run(new Protocol.Run(present.steps(), Optional.empty()), lane);
            lane.show(false);
            present(false, lane);
            return whole;
        }
        if (act instanceof Protocol.Rest rest) {
            return run(new Protocol.Run(rest.steps(), Optional.empty()), lane);
        }
        if (act instanceof Protocol.EachSample samples) {
            return each(samples);
        }
        if (act instanceof Protocol.Trial trial) {
            return trial(trial.acts(), lane);
        }
        if (act instanceof Protocol.Reset) {
            // States that are reset are those of an epoch: see Scope.
            concerned(lane).forEach(one -> one.executor().enter(Scope.EPOCH));
            return true;
        }
        if (act instanceof Protocol.Set set) {
            lane.executor().run(Scope.PHASE);
            write(set.variable(), lane.executor().read(set.value()), lane);
            return true;
        }
        if (act instanceof Protocol.Collect collect) {
            lane.executor().run(Scope.PHASE);
            lane.collected().add(split, collect.name(), lane.executor().read(collect.value()));
            return true;
        }
        return repeat((Protocol.Repeat) act, lane);
    }

    /** Tells those who record of presentations; in an evaluation nothing is recorded. */
    private void present(boolean begins, Lane lane) {
        if (measures && lane == main) {
            recorders.ifPresent(all -> all.present(begins));
        }
    }

    /** Acts, with what happens before and after a trial. */
    private boolean trial(List<Protocol.Act> acts, Lane lane) {
        concerned(lane).forEach(TimedJob::beginTrial);
        if (!all(acts, lane)) {
            return false;
        }
        lane.executor().run(Scope.BATCH);
        lane.executor().clocks().batch++;
        lane.executor().clocks().update++;
        return true;
    }

    private static void beginTrial(Lane lane) {
        lane.executor().enter(Scope.TRIAL);
        lane.executor().run(Scope.TRIAL);
    }

    private void write(String variable, double[] values, Lane lane) {
        concerned(lane).forEach(one -> one.executor().write(variable, values));
    }

    private boolean repeat(Protocol.Repeat repeat, Lane lane) {
        for (int i = 0; i < repeat.times(); i++) {
            if (!all(repeat.acts(), lane)) {
                return false;
            }
            if (repeat.until().isPresent()) {
                lane.executor().run(Scope.PHASE);
                if (lane.executor().read(repeat.until().get())[0] != 0) {
                    return true;
                }
            }
        }
        return true;
    }

    /** Acts for each sample of a split; hooks run at its end, or at the end of a batch. */
    private boolean each(Protocol.EachSample act) {
        split = act.split();
        DataSet.Split samples = data.splits().get(split);
        boolean trains = split.equals("train");
        int[] order = trains
                ? EpochOrder.of(seed, epoch, samples.size())
                : IntStream.range(0, samples.size()).toArray();
        int together = act.lanes();
        try (Samples reader = samples.samples()) {
            for (int from = 0; from < order.length; from += together) {
                int[] chosen = Arrays.copyOfRange(order, from, Math.min(order.length, from + together));
                reader.choose(chosen, chosen.length, epoch);
                if (!(together == 1 ? alone(act, reader, chosen[0]) : together(act, reader, chosen))) {
                    return false;
                }
            }
        }
        if (trains) {
            epoch++;
        }
        return true;
    }

    private boolean alone(Protocol.EachSample act, Samples reader, int sample) {
        main.take(reader, 0, sample);
        beginTrial(main);
        if (!all(act.acts(), main)) {
            return false;
        }
        executor.run(Scope.BATCH);
        executor.clocks().batch++;
        executor.clocks().update++;
        return true;
    }

    /** One trial in each lane, until all are over; the time is then that of the longest one. */
    private boolean together(Protocol.EachSample act, Samples reader, int[] chosen) {
        List<Lane> trials = lanes.subList(0, chosen.length);
        for (int lane = 0; lane < chosen.length; lane++) {
            trials.get(lane).take(reader, lane, chosen[lane]);
            // What a sample draws depends neither on its lane nor on those beside it.
            trials.get(lane).executor().clocks().trial = chosen[lane] + 1L;
        }
        sideBySide = true;
        boolean whole = Trials.run(trials, threads, lane -> {
            beginTrial(lane);
            return all(act.acts(), lane);
        });
        sideBySide = false;
        for (Lane lane : trials.subList(1, trials.size())) {
            lane.collected().moveTo(collected);
        }
        long latest = trials.stream()
                .mapToLong(lane -> lane.executor().clocks().step)
                .max()
                .orElseThrow();
        if (whole) {
            batch.orElseThrow().after(trials);
        }
        for (int lane = 0; lane < lanes.size(); lane++) {
            Clocks clocks = lanes.get(lane).executor().clocks();
            clocks.step = latest;
            clocks.trial = -lane;
            clocks.batch++;
            clocks.update++;
        }
        return whole;
    }

    private boolean run(Protocol.Run run, Lane lane) {
        if (lane != main) {
            return unwatched(run, lane);
        }
        long from = executor.clocks().step;
        boolean whole = watched(run);
        for (Lane other : sideBySide || !measures ? List.<Lane>of() : lanes.subList(1, lanes.size())) {
            other.executor().advance(executor.clocks().step - from);
        }
        return whole;
    }

    /** Steps of a lane that nothing is measured of. */
    private boolean unwatched(Protocol.Run run, Lane lane) {
        Executor network = lane.executor();
        long end = network.clocks().step + run.steps();
        while (network.clocks().step < end) {
            if (stopped.getAsBoolean()) {
                return false;
            }
            long steps = Math.min(STRETCH, end - network.clocks().step);
            network.advance(steps);
        }
        return true;
    }

    private boolean watched(Protocol.Run run) {
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
            check(rule.states());
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
        check(rule.learnable());
    }

    /** What may keep numbers finite: equations diverge where a step is too long for them. */
    private String advice() {
        return plan.protocol().course() == Course.SECONDS
                ? " (a dt below the present "
                        + Course.SECONDS.at(plan.protocol().dt() * 1e3).replace("\u00a0s", "\u00a0ms")
                        + " may help, or another method, as in method rk4)"
                : "";
    }

    /** Looks whether all numbers are numbers still; a network that has lost some goes no further. */
    private void check(Map<String, String> places) {
        for (Map.Entry<String, String> place : places.entrySet()) {
            String variable = place.getKey();
            if (divergence == null && !executor.isFinite(variable)) {
                int dot = variable.lastIndexOf('.');
                String owner = variable.substring(0, Math.max(0, dot));
                double time = plan.protocol().time(executor.clocks().step);
                divergence = new Divergence(
                        "'" + variable.substring(dot + 1) + "' of '" + owner + "' is not finite any more, found at "
                                + plan.protocol().course().at(time) + advice(),
                        place.getValue(),
                        owner,
                        0,
                        0);
            }
        }
    }
}
