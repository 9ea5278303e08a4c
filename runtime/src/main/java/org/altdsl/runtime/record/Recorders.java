package org.altdsl.runtime.record;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.altdsl.runtime.plan.Collected;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.Protocol;
import org.altdsl.runtime.plan.Recorded;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.SpikeListener;
import org.altdsl.runtime.plan.VariableInfo;
import org.altdsl.runtime.report.OutputException;

/**
 * Everything that one job records. Spikes are written from the lists of those that spiked, so they cost by the spike;
 * quantities are read when their schedule comes round.
 */
public final class Recorders {
    private final Path folder;
    private final Protocol protocol;
    private final Column.Type numbers;
    private final Executor executor;
    private final List<Recorder> recorders = new ArrayList<>();
    private final List<Sampler> samplers = new ArrayList<>();
    private final List<Recorded.Confusion> confusions = new ArrayList<>();
    private final List<String> phases = new ArrayList<>();
    private boolean isOver;

    /**
     * Begins to record.
     *
     * @param folder where the files go
     * @param protocol which tells the time
     * @param isDouble whether quantities are stored in double precision
     */
    public Recorders(Path folder, List<Recorded> what, Protocol protocol, boolean isDouble, Executor executor) {
        this.folder = requireNonNull(folder);
        this.protocol = requireNonNull(protocol);
        this.numbers = isDouble ? Column.Type.DOUBLE : Column.Type.FLOAT;
        this.executor = requireNonNull(executor);
        if (what.isEmpty()) {
            return;
        }
        try {
            Files.createDirectories(folder);
            discardLeftOvers();
            for (Recorded one : what) {
                begin(one);
            }
        } catch (IOException failure) {
            throw OutputException.writing(folder, failure);
        }
    }

    /** Removes what a run that was killed has left. */
    private void discardLeftOvers() throws IOException {
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, ".*.part")) {
            for (Path part : parts) {
                Files.delete(part);
            }
        }
    }

    private void begin(Recorded what) throws IOException {
        if (what instanceof Recorded.Values values) {
            Sampler sampler = new Sampler(values);
            samplers.add(sampler);
            recorders.add(sampler);
        } else if (what instanceof Recorded.Confusion confusion) {
            confusions.add(confusion);
        } else {
            Recorded.OfSpikes spikes = (Recorded.OfSpikes) what;
            SpikeRecorder recorder = recorder(spikes);
            recorders.add(recorder);
            spikes.sources().forEach(source -> executor.listen(source.flag(), recorder.of(source)));
        }
    }

    private SpikeRecorder recorder(Recorded.OfSpikes what) throws IOException {
        if (what instanceof Recorded.Spikes spikes) {
            return new SpikeWriter(spikes);
        }
        if (what instanceof Recorded.Rate rate) {
            return new RateCounter(rate);
        }
        if (what instanceof Recorded.Stimulus stimulus) {
            return new StimulusCounter(stimulus);
        }
        if (what instanceof Recorded.Counts counts) {
            return new CountVariation(counts);
        }
        return new IntervalCounter((Recorded.Intervals) what);
    }

    /** A phase of the protocol begins. */
    public void enter(String phase) {
        phases.add(phase);
    }

    /** The innermost phase ends. */
    public void leave() {
        phases.remove(phases.size() - 1);
    }

    /** A sample begins to be shown, or ends to be. */
    public void present(boolean begins) {
        long step = executor.clocks().step;
        recorders.forEach(recorder -> recorder.present(step, begins));
    }

    /** Everything has been collected that confusions are made of. */
    public void collected(Collected all) {
        for (Recorded.Confusion confusion : confusions) {
            Path file = folder.resolve(confusion.name() + ".npz");
            try {
                write(file, confusion.found().of(all), confusion.labels().of(all));
            } catch (IOException failure) {
                throw OutputException.writing(file, failure);
            }
        }
    }

    private static void write(Path file, double[][] found, double[][] labels) throws IOException {
        Map<List<Integer>, Long> counts = new TreeMap<>(
                Comparator.<List<Integer>>comparingInt(pair -> pair.get(0)).thenComparingInt(pair -> pair.get(1)));
        for (int sample = 0; sample < labels.length; sample++) {
            counts.merge(List.of((int) labels[sample][0], (int) found[sample][0]), 1L, Long::sum);
        }
        RecordFile rows = new RecordFile(
                file,
                List.of(
                        Column.of("class", Column.Type.INT),
                        Column.of("found", Column.Type.INT),
                        Column.of("count", Column.Type.LONG)),
                OptionalDouble.empty());
        for (Map.Entry<List<Integer>, Long> one : counts.entrySet()) {
            rows.begin(one.getKey().get(0));
            rows.add(1, one.getKey().get(1));
            rows.add(2, one.getValue());
        }
        rows.finish();
    }

    /**
     * The first step, not before the given one, after which a quantity of a window may be wanted; empty for none that
     * is known now.
     */
    public Optional<Long> next(Scope window, long step) {
        return samplers.stream()
                .filter(sampler -> sampler.what.window() == window && sampler.isInPhase() && step <= sampler.when.end())
                .map(sampler -> Math.max(step, sampler.when.first()))
                .min(Long::compare);
    }

    /** Writes the quantities of a window, whose block has run. */
    public void sample(Scope window) {
        long step = executor.clocks().step;
        for (Sampler sampler : samplers) {
            if (sampler.what.window() == window && sampler.isInPhase() && sampler.mayLieAt(step)) {
                sampler.write(() -> sampler.sample(step));
            }
        }
    }

    /** Finishes the files with what there is; nothing is recorded afterwards. */
    public void finish() {
        isOver = true;
        long end = executor.clocks().step;
        for (Recorder recorder : recorders) {
            recorder.write(() -> recorder.finish(end));
        }
    }

    /** What writing does. */
    private interface Writing {
        void run() throws IOException;
    }

    /** One thing that is recorded. */
    private abstract class Recorder {
        final Recorded.When when;
        final Path file;

        Recorder(Recorded what) {
            this.when = what.when();
            this.file = folder.resolve(what.name() + ".npz");
        }

        boolean isInPhase() {
            return when.phases().isEmpty() || phases.stream().anyMatch(when.phases()::contains);
        }

        /** Whether a moment after so many steps is recorded. */
        boolean mayLieAt(long step) {
            return step >= when.first() && step <= when.end();
        }

        /** Whether a step is recorded. */
        boolean has(long step) {
            return !isOver && step >= when.first() && step < when.end() && isInPhase();
        }

        OptionalDouble trailing() {
            return when.trailing().isPresent()
                    ? OptionalDouble.of(protocol.time(when.trailing().get()))
                    : OptionalDouble.empty();
        }

        void write(Writing writing) {
            try {
                writing.run();
            } catch (IOException failure) {
                throw OutputException.writing(file, failure);
            }
        }

        /** A sample begins to be shown after so many steps, or ends to be. */
        void present(long step, boolean begins) {}

        abstract void finish(long end) throws IOException;
    }

    private final class Sampler extends Recorder {
        private final Recorded.Values what;
        private final RecordFile rows;
        private final int count;
        private final int all;

        Sampler(Recorded.Values what) throws IOException {
            super(what);
            this.what = what;
            VariableInfo variable = executor.variables().stream()
                    .filter(one -> one.name().equals(what.variable()))
                    .findFirst()
                    .orElseThrow();
            int points = executor.read(what.variable()).length;
            this.all = points;
            this.count = Math.min(points, what.most());
            boolean isWhole = count == all
                    && variable.sizes().stream().mapToInt(Integer::intValue).reduce(1, (a, b) -> a * b) == all;
            List<Integer> shape = isWhole ? variable.sizes() : List.of(count);
            this.rows = new RecordFile(
                    file,
                    List.of(Column.of("time", Column.Type.DOUBLE), new Column("values", numbers, shape)),
                    trailing());
        }

        void sample(long step) throws IOException {
            double[] values = executor.read(what.variable());
            rows.begin(protocol.time(step));
            for (int i = 0; i < count; i++) {
                int at = count == all ? i : (int) Math.round((double) i * (all - 1) / Math.max(1, count - 1));
                rows.add(1, values[at]);
            }
        }

        @Override
        void finish(long end) throws IOException {
            rows.finish();
        }
    }

    /** One thing that is recorded of spikes. */
    private abstract class SpikeRecorder extends Recorder {
        SpikeRecorder(Recorded.OfSpikes what) {
            super(what);
        }

        /** Hears of the spikes of some of the neurons. */
        abstract SpikeListener of(Recorded.Source source);
    }

    private final class SpikeWriter extends SpikeRecorder {
        private final RecordFile rows;

        SpikeWriter(Recorded.Spikes what) throws IOException {
            super(what);
            this.rows = new RecordFile(
                    file,
                    List.of(Column.of("time", Column.Type.DOUBLE), Column.of("neuron", Column.Type.INT)),
                    trailing());
        }

        @Override
        SpikeListener of(Recorded.Source source) {
            return (step, neurons, count) -> {
                if (has(step)) {
                    write(() -> add(source, step, neurons, count));
                }
            };
        }

        private void add(Recorded.Source source, long step, int[] neurons, int count) throws IOException {
            double time = protocol.time(step);
            for (int i = 0; i < count; i++) {
                int neuron = neurons[i] - source.first();
                if (neuron >= 0 && neuron < source.count()) {
                    rows.begin(time);
                    rows.add(1, neuron + source.number());
                }
            }
        }

        @Override
        void finish(long end) throws IOException {
            rows.finish();
        }
    }

    private final class RateCounter extends SpikeRecorder {
        private final RecordFile rows;
        private final long bin;
        private final double perCount;
        private long open;
        private long spikes;

        RateCounter(Recorded.Rate what) throws IOException {
            super(what);
            this.bin = what.bin();
            int neurons =
                    what.sources().stream().mapToInt(Recorded.Source::count).sum();
            this.perCount = 1 / (neurons * protocol.time(bin));
            this.rows = new RecordFile(
                    file,
                    List.of(Column.of("time", Column.Type.DOUBLE), Column.of("values", Column.Type.DOUBLE)),
                    trailing());
        }

        @Override
        SpikeListener of(Recorded.Source source) {
            return (step, neurons, count) -> {
                if (has(step)) {
                    write(() -> closeUntil((step - when.first()) / bin));
                    for (int i = 0; i < count; i++) {
                        int neuron = neurons[i] - source.first();
                        spikes += neuron >= 0 && neuron < source.count() ? 1 : 0;
                    }
                }
            };
        }

        private void closeUntil(long wanted) throws IOException {
            while (open < wanted) {
                open++;
                rows.begin(protocol.time(when.first() + open * bin));
                rows.add(1, spikes * perCount);
                spikes = 0;
            }
        }

        @Override
        void finish(long end) throws IOException {
            closeUntil(Math.max(0, Math.min(end, when.end()) - when.first()) / bin);
            rows.finish();
        }
    }

    /** Spikes by the time since a presentation began. */
    private final class StimulusCounter extends SpikeRecorder {
        private final long bin;
        private final int neurons;
        private long begun;
        private boolean presents;

        /** Of the present presentation, and of those that are over, by bin. */
        private long[] now = new long[64];

        private long[] all = new long[64];
        private long[] presentations = new long[64];

        StimulusCounter(Recorded.Stimulus what) {
            super(what);
            this.bin = what.bin();
            this.neurons =
                    what.sources().stream().mapToInt(Recorded.Source::count).sum();
            this.begun = when.first();
        }

        @Override
        SpikeListener of(Recorded.Source source) {
            return (step, spiking, count) -> {
                if (!has(step) || step < begun) {
                    return;
                }
                int at = Math.toIntExact((step - begun) / bin);
                hold(at + 1);
                for (int i = 0; i < count; i++) {
                    int neuron = spiking[i] - source.first();
                    now[at] += neuron >= 0 && neuron < source.count() ? 1 : 0;
                }
            };
        }

        private void hold(int bins) {
            if (bins > now.length) {
                int length = Math.max(bins, 2 * now.length);
                now = Arrays.copyOf(now, length);
                all = Arrays.copyOf(all, length);
                presentations = Arrays.copyOf(presentations, length);
            }
        }

        @Override
        void present(long step, boolean begins) {
            if (begins) {
                // What was before the first presentation belongs to none.
                close(presents ? step : begun);
                begun = step;
                presents = true;
            }
        }

        /** Adds the bins that the present presentation has filled. */
        private void close(long step) {
            int whole = Math.toIntExact(Math.max(0, step - begun) / bin);
            hold(whole);
            for (int i = 0; i < whole; i++) {
                all[i] += now[i];
                presentations[i]++;
            }
            Arrays.fill(now, 0);
        }

        @Override
        void finish(long end) throws IOException {
            close(Math.min(end, when.end()));
            RecordFile rows = new RecordFile(
                    file,
                    List.of(
                            Column.of("time", Column.Type.DOUBLE),
                            Column.of("values", Column.Type.DOUBLE),
                            Column.of("presentations", Column.Type.LONG)),
                    OptionalDouble.empty());
            for (int i = 0; i < all.length && presentations[i] > 0; i++) {
                rows.begin(protocol.time((i + 1) * bin));
                rows.add(1, all[i] / (presentations[i] * neurons * protocol.time(bin)));
                rows.add(2, presentations[i]);
            }
            rows.finish();
        }
    }

    /** How much counts of spikes vary. */
    private final class CountVariation extends SpikeRecorder {
        private final long stretch;
        private final double[] now;
        private final double[] sums;
        private final double[] squares;
        private long counts;
        private long begun;
        private boolean isShown;
        private boolean presents;

        CountVariation(Recorded.Counts what) {
            super(what);
            this.stretch = what.stretch();
            int neurons =
                    what.sources().stream().mapToInt(Recorded.Source::count).sum();
            this.now = new double[neurons];
            this.sums = new double[neurons];
            this.squares = new double[neurons];
            this.begun = when.first();
        }

        @Override
        SpikeListener of(Recorded.Source source) {
            return (step, spiking, count) -> {
                if (!has(step) || presents && !isShown) {
                    return;
                }
                closeStretches(step);
                for (int i = 0; i < count; i++) {
                    int neuron = spiking[i] - source.first();
                    if (neuron >= 0 && neuron < source.count()) {
                        now[neuron + source.number()]++;
                    }
                }
            };
        }

        @Override
        void present(long step, boolean begins) {
            if (begins) {
                if (!presents) {
                    // Samples are shown: what was counted without them does not count.
                    presents = true;
                    counts = 0;
                    Arrays.fill(sums, 0);
                    Arrays.fill(squares, 0);
                }
                Arrays.fill(now, 0);
            } else {
                count();
            }
            isShown = begins;
        }

        private void closeStretches(long step) {
            while (!presents && step - begun >= stretch) {
                count();
                begun += stretch;
            }
        }

        private void count() {
            for (int i = 0; i < now.length; i++) {
                sums[i] += now[i];
                squares[i] += now[i] * now[i];
            }
            Arrays.fill(now, 0);
            counts++;
        }

        @Override
        void finish(long end) throws IOException {
            closeStretches(Math.min(end, when.end()));
            RecordFile rows = new RecordFile(
                    file,
                    List.of(
                            Column.of("counts", Column.Type.LONG),
                            new Column("values", Column.Type.DOUBLE, List.of(now.length))),
                    OptionalDouble.empty());
            rows.begin(counts);
            for (int i = 0; i < now.length; i++) {
                double mean = sums[i] / counts;
                rows.add(1, (squares[i] / counts - mean * mean) / mean);
            }
            rows.finish();
        }
    }

    private final class IntervalCounter extends SpikeRecorder {
        /** How many classes lie between an interval and one ten times as long. */
        private static final int PER_DECADE = 10;

        /** Intervals of up to 10^15 steps. */
        private static final int CLASSES = 15 * PER_DECADE;

        private final long[] counts = new long[CLASSES];
        private final long[] last;

        IntervalCounter(Recorded.Intervals what) {
            super(what);
            int neurons =
                    what.sources().stream().mapToInt(Recorded.Source::count).sum();
            this.last = new long[neurons];
            Arrays.fill(last, -1);
        }

        @Override
        SpikeListener of(Recorded.Source source) {
            return (step, neurons, count) -> {
                if (!has(step)) {
                    return;
                }
                for (int i = 0; i < count; i++) {
                    int neuron = neurons[i] - source.first();
                    if (neuron >= 0 && neuron < source.count()) {
                        count(neuron + source.number(), step);
                    }
                }
            };
        }

        private void count(int neuron, long step) {
            if (last[neuron] >= 0) {
                // The slack puts a power of ten into the class that it begins.
                int where = (int) Math.floor(PER_DECADE * Math.log10(step - last[neuron]) + 1e-9);
                counts[Math.min(CLASSES - 1, where)]++;
            }
            last[neuron] = step;
        }

        @Override
        void finish(long end) throws IOException {
            RecordFile rows = new RecordFile(
                    file,
                    List.of(
                            Column.of("from", Column.Type.DOUBLE),
                            Column.of("to", Column.Type.DOUBLE),
                            Column.of("count", Column.Type.LONG)),
                    OptionalDouble.empty());
            for (int i = 0; i < CLASSES; i++) {
                if (counts[i] > 0) {
                    rows.begin(protocol.dt() * Math.pow(10, (double) i / PER_DECADE));
                    rows.add(1, protocol.dt() * Math.pow(10, (i + 1.0) / PER_DECADE));
                    rows.add(2, counts[i]);
                }
            }
            rows.finish();
        }
    }
}
