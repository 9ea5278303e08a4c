package org.altdsl.runtime.engine;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.altdsl.runtime.data.Augmentation;
import org.altdsl.runtime.data.DataSet;
import org.altdsl.runtime.data.EpochOrder;
import org.altdsl.runtime.data.Samples;
import org.altdsl.runtime.kernel.Workers;
import org.altdsl.runtime.plan.Alignment;
import org.altdsl.runtime.plan.Clamp;
import org.altdsl.runtime.plan.Clocks;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.ExperimentPlan;
import org.altdsl.runtime.plan.Invariant;
import org.altdsl.runtime.plan.Metric;
import org.altdsl.runtime.plan.ProgramCode;
import org.altdsl.runtime.plan.RulePlan;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.Snapshot;
import org.altdsl.runtime.plan.StepInfo;
import org.altdsl.runtime.report.Divergence;
import org.altdsl.runtime.report.Row;
import org.altdsl.runtime.report.SeedResult;

/** One rule with one seed: trains, measures, and finds out where a value stopped being finite. */
final class Job {
    /** How many batches may pass between two checks of the weights; the batches since are run again on a failure. */
    private static final int CHECK_EVERY = 64;

    private static final int EVALUATION_LANES = 256;
    private static final String TEST = "test_";

    private final ExperimentPlan plan;
    private final RulePlan rule;
    private final int seed;
    private final BooleanSupplier stopped;
    private final Listener listener;
    private final List<Metric> everyBatch;
    private final Workers workers;
    private final Executor train;
    private final Executor evaluate;
    private final DataSet.Split training;
    private final Samples shown;
    private final Samples plain;
    private final Map<String, Samples> evaluated;
    private final List<Row> rows = new ArrayList<>();
    private final List<int[]> sinceCheck = new ArrayList<>();
    private Snapshot checked;
    private Divergence divergence;

    /** Hears of every batch. */
    interface Listener {
        /** A batch is done. */
        void done();

        /** What was measured in a batch; both counted from 1, the batch within its epoch. */
        void measured(int epoch, int batch, Map<String, Double> values);
    }

    Job(ExperimentPlan plan, RulePlan rule, int seed, BooleanSupplier stopped, Listener listener, Workers workers) {
        this.plan = requireNonNull(plan);
        this.rule = requireNonNull(rule);
        this.seed = seed;
        this.stopped = requireNonNull(stopped);
        this.listener = requireNonNull(listener);
        this.everyBatch = rule.metrics().stream()
                .filter(metric -> metric.source() == Metric.Source.BATCH)
                .toList();
        this.workers = requireNonNull(workers);
        this.training = plan.data().splits().get("train");
        this.plain = training.samples();
        this.shown = plan.augmentation().map(this::augmented).orElse(plain);
        this.evaluated = evaluated();
        this.train = rule.train().executor(seed, plan.batchSize(), workers);
        this.evaluate = rule.evaluate().executor(seed, EVALUATION_LANES, workers);
    }

    /** The training samples with what the augmentation makes of them; a reader of its own, since it is a state. */
    private Samples augmented(Augmentation augmentation) {
        int width = plan.data().field(augmentation.field()).width();
        return augmentation.of(training.samples(), width, seed);
    }

    /** What is measured: the test split and, where there is one, the validation split. */
    private Map<String, Samples> evaluated() {
        Map<String, Samples> readers = new LinkedHashMap<>();
        for (String name : List.of("validation", "test")) {
            DataSet.Split split = plan.data().splits().get(name);
            if (split != null) {
                readers.put(name, split.samples());
            }
        }
        // Data without a test split are tested on what they were trained on, unchanged.
        readers.putIfAbsent("test", plain);
        return readers;
    }

    /** Runs to the end, to a stop or to a divergence; {@code epochDone} hears of each row. */
    SeedResult run(java.util.function.Consumer<Row> epochDone) {
        try {
            return train(epochDone);
        } finally {
            plain.close();
            shown.close();
            evaluated.values().forEach(Samples::close);
        }
    }

    private SeedResult train(java.util.function.Consumer<Row> epochDone) {
        start(train);
        start(evaluate);
        add(measure(0, Map.of(), 0), epochDone);
        checked = train.snapshot();
        for (int epoch = 1; epoch <= plan.epochs(); epoch++) {
            if (stopped.getAsBoolean() || !epoch(epoch, epochDone)) {
                break;
            }
        }
        SeedResult.Status status = divergence != null
                ? SeedResult.Status.DIVERGED
                : rows.size() == plan.epochs() + 1 ? SeedResult.Status.COMPLETE : SeedResult.Status.STOPPED;
        return new SeedResult(seed, status, rows, Optional.ofNullable(divergence));
    }

    private void add(Row row, java.util.function.Consumer<Row> epochDone) {
        rows.add(row);
        epochDone.accept(row);
    }

    private void start(Executor executor) {
        Clocks clocks = executor.clocks();
        clocks.seed = seed;
        clocks.batch = 0;
        clocks.update = 1;
        clocks.epoch = 0;
        clocks.progress = 0;
        clocks.lanes = Math.min(plan.batchSize(), training.size());
        clocks.samples = new int[Math.max(plan.batchSize(), EVALUATION_LANES)];
        executor.enter(Scope.RUN);
        executor.enter(Scope.EPOCH);
    }

    /** One pass over the training samples; false where it ended early. */
    private boolean epoch(int number, java.util.function.Consumer<Row> epochDone) {
        long started = System.nanoTime();
        int size = training.size();
        int[] order = EpochOrder.of(seed, number - 1, size);
        train.clocks().epoch = number - 1;
        train.enter(Scope.EPOCH);
        Map<String, Mean> means = new LinkedHashMap<>();
        int batches = (size + plan.batchSize() - 1) / plan.batchSize();
        for (int b = 0; b < batches; b++) {
            if (stopped.getAsBoolean()) {
                return false;
            }
            int from = b * plan.batchSize();
            int[] chosen = java.util.Arrays.copyOfRange(order, from, Math.min(size, from + plan.batchSize()));
            train.clocks().progress = (number - 1 + (double) b / batches) / plan.epochs();
            show(train, rule.clamps(), shown, chosen);
            train.run(Scope.BATCH);
            collect(means);
            if (!everyBatch.isEmpty()) {
                listener.measured(number, b + 1, ofBatch());
            }
            sinceCheck.add(chosen);
            boolean last = b == batches - 1;
            if (!finite(means) || ((sinceCheck.size() >= CHECK_EVERY || last) && !weightsFinite())) {
                diagnose(number);
                return false;
            }
            if (last && broken(number, b)) {
                return false;
            }
            train.clocks().batch++;
            train.clocks().update++;
            if (sinceCheck.size() >= CHECK_EVERY) {
                markChecked();
            }
            listener.done();
        }
        train.run(Scope.EPOCH);
        markChecked();
        double seconds = (System.nanoTime() - started) / 1e9;
        Map<String, Double> trained = new LinkedHashMap<>();
        means.forEach((name, mean) -> trained.put(name, mean.value()));
        add(measure(number, trained, seconds), epochDone);
        return true;
    }

    private void markChecked() {
        checked = train.snapshot();
        sinceCheck.clear();
    }

    private void show(Executor executor, List<Clamp> clamps, Samples samples, int[] chosen) {
        executor.clocks().lanes = chosen.length;
        System.arraycopy(chosen, 0, executor.clocks().samples, 0, chosen.length);
        samples.choose(chosen, chosen.length, executor.clocks().epoch);
        for (Clamp clamp : clamps) {
            samples.load(executor, clamp.variable(), plan.data().field(clamp.field()));
        }
        executor.enter(Scope.BATCH);
    }

    private void collect(Map<String, Mean> means) {
        for (Metric metric : rule.metrics()) {
            if (metric.source() == Metric.Source.TRAIN) {
                means.computeIfAbsent(metric.name(), unused -> new Mean(metric.combine()))
                        .add(train.read(metric.variable()));
            }
        }
    }

    private Map<String, Double> ofBatch() {
        Map<String, Double> values = new LinkedHashMap<>();
        for (Metric metric : everyBatch) {
            Mean mean = new Mean(metric.combine());
            mean.add(train.read(metric.variable()));
            values.put(metric.name(), mean.value());
        }
        return values;
    }

    private static boolean finite(Map<String, Mean> means) {
        Mean loss = means.get("train_loss");
        return loss == null || loss.isFinite();
    }

    private boolean weightsFinite() {
        return rule.learnable().keySet().stream().allMatch(train::isFinite);
    }

    /** Runs the batches since the last check again, equation by equation, to the first value that is not finite. */
    private void diagnose(int epoch) {
        long first = checked.clocks().batch;
        for (int pass = 0; pass < 2 && divergence == null; pass++) {
            train.restore(checked);
            // The snapshot may stem from the end of the epoch before.
            train.clocks().epoch = epoch - 1;
            for (int i = 0; i < sinceCheck.size() && divergence == null; i++) {
                int[] chosen = sinceCheck.get(i);
                train.clocks().batch = first + i;
                train.clocks().update = first + i + 1;
                show(train, rule.clamps(), shown, chosen);
                // In the second pass only what lasts is looked at: a temporary may be infinite without harm.
                steps(epoch, first + i, pass == 0);
            }
        }
        if (divergence == null) {
            divergence = new Divergence("a value is not finite any more", "", "", epoch, inEpoch(train.clocks().batch));
        }
    }

    private void steps(int epoch, long batch, boolean all) {
        List<StepInfo> steps = train.steps(Scope.BATCH);
        for (int s = 0; s < steps.size(); s++) {
            train.runStep(Scope.BATCH, s);
            StepInfo step = steps.get(s);
            for (int w = 0; w < step.writes().size(); w++) {
                String variable = step.writes().get(w);
                boolean lasting = rule.learnable().containsKey(variable);
                if ((lasting || all && !isReport(variable)) && !train.isFinite(variable)) {
                    divergence = divergence(variable, step.places().get(w), epoch, batch);
                    return;
                }
            }
        }
    }

    /** Names what broke first, and the weights that had grown so: those are what the rule did. */
    private Divergence divergence(String variable, String place, int epoch, long batch) {
        String largest = variable;
        double size = -1;
        for (String learnable : rule.learnable().keySet()) {
            double here = 0;
            for (double value : train.read(learnable)) {
                here = Double.isFinite(value) ? Math.max(here, Math.abs(value)) : Double.POSITIVE_INFINITY;
            }
            if (here > size) {
                size = here;
                largest = learnable;
            }
        }
        String message = "'" + name(variable) + "' of '" + owner(variable) + "' is not finite any more";
        if (!rule.learnable().containsKey(variable)) {
            message += String.format(
                    Locale.ROOT,
                    " (%s); the largest '%s', of '%s', had grown to %.3g",
                    place,
                    name(largest),
                    owner(largest),
                    size);
        }
        return new Divergence(
                message, rule.learnable().getOrDefault(largest, place), owner(largest), epoch, inEpoch(batch));
    }

    /** A batch counted from the start of the run and from 0, as one counted from the start of its epoch and from 1. */
    private int inEpoch(long batch) {
        int batches = (training.size() + plan.batchSize() - 1) / plan.batchSize();
        return (int) (batch % batches) + 1;
    }

    private static String owner(String variable) {
        int dot = variable.lastIndexOf('.');
        return dot < 0 ? variable : variable.substring(0, dot);
    }

    private static String name(String variable) {
        return variable.substring(variable.lastIndexOf('.') + 1);
    }

    private boolean isReport(String variable) {
        return rule.metrics().stream()
                .anyMatch(metric ->
                        metric.variable().equals(variable) && !metric.name().equals("train_loss"));
    }

    /** Whether something that the rule promises to conserve is not conserved. */
    private boolean broken(int epoch, int batch) {
        for (Invariant invariant : rule.invariants()) {
            double off = train.read(invariant.variable())[0];
            double allowed = invariant.tolerance() + train.roundoff() * train.read(invariant.rounded())[0];
            if (!(off <= allowed)) {
                divergence = new Divergence(
                        "'" + invariant.text() + "' is not conserved: off by " + off + ", allowed " + allowed,
                        invariant.place(),
                        invariant.layer(),
                        epoch,
                        batch + 1);
                return true;
            }
        }
        return false;
    }

    private Row measure(int epoch, Map<String, Double> trained, double seconds) {
        Map<String, Double> values = new LinkedHashMap<>(trained);
        test(values);
        rule.alignment().ifPresent(alignment -> align(alignment, values));
        if (epoch > 0) {
            values.put(Row.SECONDS, seconds);
        }
        return new Row(epoch, values);
    }

    private void test(Map<String, Double> values) {
        List<Metric> wanted = rule.metrics().stream()
                .filter(metric -> metric.source() == Metric.Source.TEST)
                .toList();
        if (wanted.isEmpty()) {
            return;
        }
        evaluate.restore(train.snapshot().partFor(evaluate));
        evaluated.forEach((name, samples) -> {
            boolean test = name.equals("test");
            List<Metric> here = wanted.stream()
                    .filter(metric -> test || metric.name().startsWith(TEST))
                    .toList();
            int size = plan.data().splits().getOrDefault(name, training).size();
            evaluate(here, samples, size).forEach((metric, mean) -> {
                String measured =
                        test ? metric.name() : name + "_" + metric.name().substring(TEST.length());
                values.put(measured, mean.value());
            });
        });
    }

    private Map<Metric, Mean> evaluate(List<Metric> wanted, Samples samples, int size) {
        Map<Metric, Mean> means = new LinkedHashMap<>();
        for (int from = 0; from < size; from += EVALUATION_LANES) {
            int[] chosen = new int[Math.min(EVALUATION_LANES, size - from)];
            for (int i = 0; i < chosen.length; i++) {
                chosen[i] = from + i;
            }
            if (evaluate.clocks().samples.length < EVALUATION_LANES) {
                evaluate.clocks().samples = new int[EVALUATION_LANES];
            }
            show(evaluate, rule.clamps(), samples, chosen);
            evaluate.run(Scope.BATCH);
            for (Metric metric : wanted) {
                means.computeIfAbsent(metric, unused -> new Mean(metric.combine()))
                        .add(evaluate.read(metric.variable()));
            }
        }
        return means;
    }

    /** The angle, in degrees, between what one step does to each weight and the reference direction. */
    private void align(Alignment alignment, Map<String, Double> values) {
        Snapshot state = train.snapshot();
        int[] chosen = new int[Math.min(plan.batchSize(), training.size())];
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = i;
        }
        Map<String, double[]> changes = changes(rule.train(), rule.clamps(), state, chosen, alignment, false);
        Map<String, double[]> directions =
                changes(alignment.code(), alignment.clamps(), state, chosen, alignment, true);
        for (Alignment.Pair pair : alignment.pairs()) {
            double angle = angle(changes.get(pair.metric()), directions.get(pair.metric()), pair.sign());
            if (!Double.isNaN(angle)) {
                values.put(pair.metric(), angle);
            }
        }
    }

    private Map<String, double[]> changes(
            ProgramCode code,
            List<Clamp> clamps,
            Snapshot state,
            int[] chosen,
            Alignment alignment,
            boolean reference) {
        Executor scratch = code.executor(seed, plan.batchSize(), workers);
        start(scratch);
        scratch.restore(state.partFor(scratch));
        scratch.clocks().samples = new int[plan.batchSize()];
        Map<String, double[]> before = new HashMap<>();
        for (Alignment.Pair pair : alignment.pairs()) {
            before.put(pair.metric(), scratch.read(pair.weight()));
        }
        show(scratch, clamps, plain, chosen);
        scratch.run(Scope.BATCH);
        Map<String, double[]> changes = new HashMap<>();
        for (Alignment.Pair pair : alignment.pairs()) {
            boolean own = !reference || pair.direction().equals(pair.weight());
            double[] now = scratch.read(own ? pair.weight() : pair.direction());
            if (own) {
                double[] old = before.get(pair.metric());
                for (int i = 0; i < now.length; i++) {
                    now[i] -= old[i];
                }
            }
            changes.put(pair.metric(), now);
        }
        return changes;
    }

    private static double angle(double[] a, double[] b, double sign) {
        double dot = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            dot += a[i] * b[i];
            aa += a[i] * a[i];
            bb += b[i] * b[i];
        }
        if (aa == 0 || bb == 0) {
            return Double.NaN;
        }
        double cosine = sign * dot / Math.sqrt(aa * bb);
        return Math.toDegrees(Math.acos(Math.max(-1, Math.min(1, cosine))));
    }

    /** Combines the values of an epoch into one number. */
    private static final class Mean {
        private final Metric.Combine combine;
        private double total;
        private long count;
        private double squares;
        private double[] largest;

        Mean(Metric.Combine combine) {
            this.combine = combine;
        }

        void add(double[] values) {
            switch (combine) {
                case MEAN -> {
                    for (double value : values) {
                        total += value;
                    }
                    count += values.length;
                }
                case DEVIATION -> {
                    // Squares are summed about the mean so far (Welford 1962), since their difference would cancel.
                    for (double value : values) {
                        count++;
                        double away = value - total;
                        total += away / count;
                        squares += away * (value - total);
                    }
                }
                case LAST -> {
                    total = values[0];
                    count = 1;
                }
                case NEVER_POSITIVE -> {
                    if (largest == null) {
                        largest = values.clone();
                    }
                    for (int i = 0; i < values.length; i++) {
                        largest[i] = Math.max(largest[i], values[i]);
                    }
                }
            }
        }

        boolean isFinite() {
            return !Double.isNaN(total) && !Double.isInfinite(total);
        }

        double value() {
            if (combine == Metric.Combine.DEVIATION) {
                return count == 0 ? 0 : Math.sqrt(squares / count);
            }
            if (combine != Metric.Combine.NEVER_POSITIVE) {
                return count == 0 ? 0 : total / count;
            }
            int never = 0;
            for (double value : largest) {
                never += value <= 0 ? 1 : 0;
            }
            return (double) never / largest.length;
        }
    }
}
