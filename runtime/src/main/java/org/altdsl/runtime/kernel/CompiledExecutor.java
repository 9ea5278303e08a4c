package org.altdsl.runtime.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.runtime.plan.Clocks;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.Snapshot;
import org.altdsl.runtime.plan.SpikeListener;
import org.altdsl.runtime.plan.SpikeSource;
import org.altdsl.runtime.plan.StepInfo;
import org.altdsl.runtime.plan.VariableInfo;

/** One job of a compiled program. Running a block allocates nothing. */
final class CompiledExecutor implements Executor {
    private static final int[] NO_KERNELS = {};

    private final CompiledProgram program;
    private final Clocks clocks = new Clocks();
    private final int maximumLanes;
    private final Workers workers;

    /** The variables as each thread sees them, the caller's first. */
    private final Slots[] slots;

    /** The shards of every kernel whose number does not depend on lanes, or for the lanes that are on now. */
    private final Shard[][] shards;

    /** The walks that may be cut, by the number of the kernel; null for other kernels. */
    private final Walked[] walks;

    private int shardedLanes = -1;

    /** The kernels whose shards threads do now, each shard of one right after the same shard of the one before. */
    private int[] chain = NO_KERNELS;

    private int chainFirst;
    private int chainEnd;
    private final Workers.Work shardOfChain;
    private final Loading loading;
    private final Map<String, Integer> slotByName = new HashMap<>();
    private final List<SlotLayout> layouts;
    private final EventMemory events;
    private final SpikeRing[] rings;
    private final Map<Integer, EventLayout.Narrowed> narrowed = new HashMap<>();
    private final LazyValues[] lazy;
    private final Map<Integer, LazyValues> lazyBySlot = new HashMap<>();

    /** The rings whose spikes no kernel lists and no source has yet. */
    private SpikeRing[] repeated;

    private Played[] played = {};
    private Heard[] heard = {};
    private final Map<Scope, int[]> initialisations;
    private final Map<Scope, int[]> blocks;
    private final int[] stepKernels;
    private final int[] stretches;

    /** Whether nothing has changed from outside since a stretch was entered. */
    private boolean stretched;

    /** A walk that is cut when there is enough to do: how it is cut changes nothing of what it does to each synapse. */
    private static final class Walked {
        /** So many synapses are worth a helper's help. */
        private static final int LEAST_SYNAPSES = 512;

        private final SpikeRing ring;
        private final int lag;
        private final double mean;

        /** Whether a shard of it may be done right after the same shard of the walk before. */
        private final boolean follows;

        Walked(SpikeRing ring, int lag, double mean, boolean follows) {
            this.ring = ring;
            this.lag = lag;
            this.mean = mean;
            this.follows = follows;
        }

        double synapses() {
            return ring.count(lag) * mean;
        }
    }

    /** Spikes that somebody outside hears of. */
    private final class Heard {
        private final int slot;
        private final SpikeRing ring;
        private final boolean listed;
        private final SpikeListener listener;

        Heard(int slot, Optional<SpikeRing> ring, SpikeListener listener) {
            this.slot = slot;
            this.listed = ring.isPresent();
            this.ring = ring.orElseGet(() -> new SpikeRing(layouts.get(slot).elements(1), 0));
            this.listener = listener;
        }

        void step(long step) {
            if (!listed) {
                ring.collect(slots[0].at(slot));
            }
            int count = ring.count(0);
            if (count > 0) {
                listener.spiked(step, ring.list(0), count);
            }
        }
    }

    /** Flags that spikes from outside set. */
    private static final class Played {
        private final int slot;
        private final SpikeRing ring;
        private final SpikeSource source;
        private final int[] spiking;
        private int count;

        /** Whether flags may be set that are not among those that spiked last. */
        private boolean changed = true;

        Played(int slot, int neurons, SpikeRing ring, SpikeSource source) {
            this.slot = slot;
            this.ring = ring;
            this.source = source;
            this.spiking = new int[neurons];
        }

        void step(long step, Object flags) {
            if (flags instanceof float[] array) {
                if (changed) {
                    Arrays.fill(array, 0);
                }
                for (int i = 0; i < count; i++) {
                    array[spiking[i]] = 0;
                }
                count = source.spikes(step, spiking);
                for (int i = 0; i < count; i++) {
                    array[spiking[i]] = 1;
                }
            } else {
                double[] array = (double[]) flags;
                if (changed) {
                    Arrays.fill(array, 0);
                }
                for (int i = 0; i < count; i++) {
                    array[spiking[i]] = 0;
                }
                count = source.spikes(step, spiking);
                for (int i = 0; i < count; i++) {
                    array[spiking[i]] = 1;
                }
            }
            changed = false;
            if (ring != null) {
                ring.set(spiking, count);
            }
        }
    }

    CompiledExecutor(CompiledProgram program, long seed, int maximumLanes, Workers workers) {
        this.program = program;
        this.maximumLanes = maximumLanes;
        this.workers = workers;
        this.events = new EventMemory(program.events(), program.precision(), seed);
        int[] extents = events.extents();
        this.layouts = program.layouts().stream()
                .map(layout -> layout.resolved(extents))
                .toList();
        this.slots = new Slots[workers.threads()];
        this.slots[0] = new Slots(layouts, program.precision(), maximumLanes, events, program.products());
        for (int worker = 1; worker < slots.length; worker++) {
            slots[worker] = slots[0].forAnotherThread(maximumLanes);
        }
        this.loading = new Loading(workers, slots);
        this.shards = new Shard[program.unit().size()][];
        this.walks = new Walked[program.unit().size()];
        program.events().walks().forEach((number, walk) -> {
            Incidence edges = events.edges(walk.projection());
            boolean follows = walk.follows()
                    && workers.threads() > 1
                    && edges.ascends()
                    && events.edges(program.events().walks().get(number - 1).projection())
                            .ascends();
            walks[number] = new Walked(events.spikes(walk.ring()), walk.lag(), edges.mean(walk.isPre()), follows);
        });
        this.shardOfChain = (shard, worker) -> {
            for (int i = chainFirst; i < chainEnd; i++) {
                program.unit().run(chain[i], slots[worker], shards[chain[i]][shard], clocks);
            }
        };
        for (int slot = 0; slot < layouts.size(); slot++) {
            slotByName.put(layouts.get(slot).info().name(), slot);
        }
        this.initialisations = kernels(program.initialisations());
        this.blocks = kernels(program.blocks());
        this.stretches = initialisations.getOrDefault(Scope.STRETCH, NO_KERNELS);
        this.stepKernels = blocks.getOrDefault(Scope.STEP, NO_KERNELS);
        this.rings = new SpikeRing[program.events().rings().size()];
        for (int ring = 0; ring < rings.length; ring++) {
            rings[ring] = events.spikes(ring);
        }
        program.events().narrowed().forEach(variable -> narrowed.put(variable.slot(), variable));
        this.lazy = new LazyValues[program.events().lazy().size()];
        for (int number = 0; number < lazy.length; number++) {
            lazy[number] = events.lazy(number);
            lazyBySlot.put(program.events().lazy().get(number).slot(), lazy[number]);
        }
        this.repeated = repeated();
        clocks.seed = seed;
        clocks.lanes = maximumLanes;
        clocks.samples = new int[maximumLanes];
        for (int lane = 0; lane < maximumLanes; lane++) {
            clocks.samples[lane] = lane;
        }
    }

    private static Map<Scope, int[]> kernels(Map<Scope, List<Integer>> byScope) {
        Map<Scope, int[]> kernels = new EnumMap<>(Scope.class);
        byScope.forEach((scope, list) ->
                kernels.put(scope, list.stream().mapToInt(Integer::intValue).toArray()));
        return kernels;
    }

    @Override
    public double roundoff() {
        return program.precision().roundoff();
    }

    @Override
    public Clocks clocks() {
        return clocks;
    }

    @Override
    public List<VariableInfo> variables() {
        return layouts.stream()
                .filter(layout -> !layout.internal())
                .map(SlotLayout::info)
                .toList();
    }

    @Override
    public void enter(Scope scope) {
        stretched &= !scope.endsStretch();
        clocks.draw = clocks.batch;
        for (int number = 0; number < lazy.length; number++) {
            lazy[number].refresh(slots[0].at(program.events().lazy().get(number).slot()));
        }
        run(initialisations.getOrDefault(scope, NO_KERNELS));
        for (int number = 0; number < rings.length; number++) {
            EventLayout.Ring ring = program.events().rings().get(number);
            boolean isTemporary = ring.life() == Scope.STEP;
            Object flags = slots[0].at(ring.slot());
            if (isTemporary && scope == Scope.RUN) {
                rings[number].set(new int[0], 0);
                rings[number].forget();
            } else if (ring.life() == scope) {
                rings[number].collect(flags);
                rings[number].forget();
            }
        }
        flagsHaveChanged();
        events.delaysMayHaveChanged();
    }

    /** Enters a stretch, if the one before has ended. */
    private void stretch(boolean anew) {
        if (stretches.length > 0 && (anew || !stretched)) {
            long draw = clocks.draw;
            clocks.draw = clocks.step;
            run(stretches);
            clocks.draw = draw;
            stretched = true;
        }
    }

    private void endStep() {
        for (int number = 0; number < lazy.length; number++) {
            lazy[number].pass(slots[0].at(program.events().lazy().get(number).slot()));
        }
    }

    /** Brings up to date what a block other than that of a step reads. */
    private void refresh(Scope scope) {
        for (int number = 0; number < lazy.length; number++) {
            EventLayout.Lazy one = program.events().lazy().get(number);
            if (one.touchedIn().contains(scope)) {
                lazy[number].refresh(slots[0].at(one.slot()));
            }
        }
    }

    private void flagsHaveChanged() {
        for (Played one : played) {
            one.changed = true;
        }
    }

    private SpikeRing[] repeated() {
        List<SpikeRing> found = new ArrayList<>();
        for (int ring = 0; ring < rings.length; ring++) {
            SpikeRing candidate = rings[ring];
            boolean isPlayed = Arrays.stream(played).anyMatch(one -> one.ring == candidate);
            if (!program.events().rings().get(ring).collected() && !isPlayed) {
                found.add(candidate);
            }
        }
        return found.toArray(new SpikeRing[0]);
    }

    /** Lets the spikes of the steps before be one step older, and takes new ones from outside. */
    private void beginStep() {
        stretch(Scope.isLongStretch(clocks.step));
        for (SpikeRing ring : repeated) {
            ring.repeat();
        }
        for (int ring = 0; ring < rings.length; ring++) {
            if (program.events().rings().get(ring).collected()) {
                rings[ring].begin();
            }
        }
        for (Played one : played) {
            if (one.ring != null) {
                one.ring.begin();
            }
            one.step(clocks.step, slots[0].at(one.slot));
        }
    }

    @Override
    public void advance(long count) {
        checkLanes();
        events.sort(slots[0]);
        for (long i = 0; i < count; i++) {
            clocks.draw = clocks.ofStep();
            beginStep();
            runChains(stepKernels);
            endStep();
            for (Heard one : heard) {
                one.step(clocks.step);
            }
            clocks.step++;
        }
    }

    @Override
    public void run(Scope scope) {
        if (scope == Scope.STEP) {
            events.sort(slots[0]);
            beginStep();
        } else {
            refresh(scope);
        }
        clocks.draw = scope == Scope.STEP ? clocks.ofStep() : clocks.batch;
        run(blocks.getOrDefault(scope, NO_KERNELS));
        if (scope == Scope.STEP) {
            endStep();
            for (Heard one : heard) {
                one.step(clocks.step);
            }
        }
    }

    private void run(int[] kernels) {
        checkLanes();
        runChains(kernels);
    }

    private void runChains(int[] kernels) {
        if (shardedLanes != clocks.lanes) {
            cut();
        }
        int place = 0;
        while (place < kernels.length) {
            Shard[] parts = shards[kernels[place]];
            if (parts.length == 1) {
                // Steps of small networks consist of little else than calls such as this one.
                program.unit().run(kernels[place], slots[0], parts[0], clocks);
                place++;
            } else {
                int end = endOfChain(kernels, place);
                runChain(kernels, place, end);
                place = end;
            }
        }
    }

    private int endOfChain(int[] kernels, int first) {
        int end = first + 1;
        while (end < kernels.length && walks[kernels[end]] != null && walks[kernels[end]].follows) {
            end++;
        }
        return end;
    }

    /** Runs a kernel that is cut, or walks of which each shard may be done right after the same shard of the one before. */
    private void runChain(int[] kernels, int first, int end) {
        if (walks[kernels[first]] != null && !isLong(kernels, first, end)) {
            for (int i = first; i < end; i++) {
                program.unit().run(kernels[i], slots[0], Shard.WHOLE, clocks);
            }
            return;
        }
        chain = kernels;
        chainFirst = first;
        chainEnd = end;
        workers.run(shardOfChain, shards[kernels[first]].length);
    }

    private boolean isLong(int[] kernels, int first, int end) {
        double synapses = 0;
        for (int i = first; i < end; i++) {
            synapses += walks[kernels[i]].synapses();
        }
        return synapses >= Walked.LEAST_SYNAPSES;
    }

    private void cut() {
        shardedLanes = clocks.lanes;
        for (int number = 0; number < shards.length; number++) {
            int count =
                    walks[number] != null ? workers.threads() : program.unit().shards(number, clocks.lanes);
            if (shards[number] == null || shards[number].length != count) {
                shards[number] = new Shard[count];
                for (int shard = 0; shard < count; shard++) {
                    shards[number][shard] = new Shard(shard, count);
                }
            }
        }
    }

    /** Where the elements of a variable are: an array, or a matrix off the heap. */
    private Object place(int slot) {
        boolean offHeap = layouts.get(slot).home() == SlotLayout.Home.OFF_HEAP;
        return offHeap ? slots[0].offHeap(slot) : slots[0].at(slot);
    }

    private void checkLanes() {
        if (clocks.lanes > maximumLanes || clocks.samples.length < clocks.lanes) {
            throw new IllegalStateException(clocks.lanes + " lanes, with room for " + maximumLanes + " and "
                    + clocks.samples.length + " sample identities");
        }
    }

    @Override
    public List<StepInfo> steps(Scope scope) {
        List<StepInfo> steps = new ArrayList<>();
        for (int kernel : blocks.getOrDefault(scope, NO_KERNELS)) {
            steps.add(program.steps().get(kernel));
        }
        return steps;
    }

    @Override
    public void play(String variable, SpikeSource source) {
        int slot = storedSlot(variable);
        int neurons = layouts.get(slot).elements(1);
        SpikeRing found = ring(slot).orElse(null);
        List<Played> all = new ArrayList<>(Arrays.asList(played));
        all.removeIf(one -> one.slot == slot);
        all.add(new Played(slot, neurons, found, source));
        played = all.toArray(new Played[0]);
        repeated = repeated();
    }

    @Override
    public void listen(String variable, SpikeListener listener) {
        int slot = storedSlot(variable);
        heard = Arrays.copyOf(heard, heard.length + 1);
        heard[heard.length - 1] = new Heard(slot, ring(slot), listener);
    }

    /** The lists of the spikes of a variable, where the program has them. */
    private Optional<SpikeRing> ring(int slot) {
        for (int ring = 0; ring < rings.length; ring++) {
            if (program.events().rings().get(ring).slot() == slot) {
                return Optional.of(rings[ring]);
            }
        }
        return Optional.empty();
    }

    @Override
    public void runStep(Scope scope, int step) {
        clocks.draw = scope == Scope.STEP ? clocks.ofStep() : clocks.batch;
        checkLanes();
        if (scope == Scope.STEP && step == 0) {
            events.sort(slots[0]);
            beginStep();
        }
        refresh(scope);
        int[] kernels = blocks.getOrDefault(scope, NO_KERNELS);
        runChains(new int[] {kernels[step]});
        if (scope == Scope.STEP && step == kernels.length - 1) {
            endStep();
        }
    }

    @Override
    public double[] read(String variable) {
        int slot = storedSlot(variable);
        return narrowed.containsKey(slot) ? widened(narrowed.get(slot)) : current(slot, clocks.lanes);
    }

    private double[] current(int slot, int lanes) {
        double[] values = StoredValues.read(layouts.get(slot), place(slot), lanes);
        return lazyBySlot.containsKey(slot) ? lazyBySlot.get(slot).current(values) : values;
    }

    /** The values of a variable for each synapse that is kept for neurons. */
    private double[] widened(EventLayout.Narrowed variable) {
        double[] kept = StoredValues.read(layouts.get(variable.kept()), place(variable.kept()), 1);
        int[] neurons = events.neurons(variable);
        double[] values = new double[neurons.length];
        for (int s = 0; s < values.length; s++) {
            values[s] = kept[neurons[s]];
        }
        return values;
    }

    private void narrow(EventLayout.Narrowed variable, double[] values) {
        double[] kept = StoredValues.read(layouts.get(variable.kept()), place(variable.kept()), 1);
        int[] neurons = events.neurons(variable);
        for (int s = 0; s < values.length; s++) {
            kept[neurons[s]] = values[s];
        }
        for (int s = 0; s < values.length; s++) {
            if (Double.compare(kept[neurons[s]], values[s]) != 0) {
                throw new IllegalArgumentException(
                        layouts.get(variable.slot()).info().name()
                                + " is the same at all synapses of a neuron, and cannot be set to different values");
            }
        }
        StoredValues.write(layouts.get(variable.kept()), place(variable.kept()), 1, kept);
    }

    @Override
    public void write(String variable, double[] values) {
        int slot = storedSlot(variable);
        SlotLayout layout = layouts.get(slot);
        if (values.length != layout.elements(clocks.lanes)) {
            throw new IllegalArgumentException(
                    variable + " has " + layout.elements(clocks.lanes) + " values, not " + values.length);
        }
        stretched = false;
        if (narrowed.containsKey(slot)) {
            narrow(narrowed.get(slot), values);
            return;
        }
        StoredValues.write(layout, place(slot), clocks.lanes, values);
        if (lazyBySlot.containsKey(slot)) {
            lazyBySlot.get(slot).reset();
        }
        hasChanged(slot);
    }

    /** Takes note of a variable that was set from outside. */
    private void hasChanged(int slot) {
        for (int ring = 0; ring < rings.length; ring++) {
            if (program.events().rings().get(ring).slot() == slot) {
                rings[ring].collect(slots[0].at(slot));
            }
        }
        flagsHaveChanged();
        for (EventLayout.Arrival arrival : program.events().arrivals()) {
            if (arrival.delays() == slot) {
                events.delaysMayHaveChanged();
            }
        }
    }

    @Override
    public void load(String variable, float[] rows, int width, int[] samples, int count) {
        int slot = storedSlot(variable);
        SlotLayout layout = layouts.get(slot);
        if (layout.lane() != 0 || layout.elements(1) != width || count > maximumLanes) {
            throw new IllegalArgumentException(
                    variable + " cannot be loaded with " + count + " rows of " + width + " values");
        }
        loading.load(slot, layout, rows, width, samples, count);
        stretched = false;
    }

    @Override
    public void share(String variable, Executor other) {
        if (!(other instanceof CompiledExecutor same) || same.program != program) {
            throw new IllegalArgumentException("an executor of another program");
        }
        int slot = storedSlot(variable);
        int stored = narrowed.containsKey(slot) ? narrowed.get(slot).kept() : slot;
        if (lazyBySlot.containsKey(stored)) {
            throw new IllegalArgumentException(variable + " changes in steps");
        }
        for (Slots own : slots) {
            own.share(stored, same.slots[0]);
        }
    }

    @Override
    public boolean isFinite(String variable) {
        int slot = storedSlot(variable);
        int stored = narrowed.containsKey(slot) ? narrowed.get(slot).kept() : slot;
        return StoredValues.isFinite(layouts.get(stored), place(stored), clocks.lanes);
    }

    @Override
    public Snapshot snapshot() {
        stretch(false);
        Map<String, double[]> values = new HashMap<>();
        for (int slot = 0; slot < layouts.size(); slot++) {
            SlotLayout layout = layouts.get(slot);
            if (layout.persistent()) {
                // Lanes beyond this batch's may hold state that a later, fuller batch reads.
                values.put(
                        layout.info().name(),
                        narrowed.containsKey(slot) ? widened(narrowed.get(slot)) : current(slot, maximumLanes));
            }
        }
        lazyBySlot.forEach((slot, behind) -> {
            // What is up to date says less than this: brought up to date in two parts, values are rounded twice.
            String name = layouts.get(slot).info().name();
            values.put(name + "@old", StoredValues.read(layouts.get(slot), place(slot), maximumLanes));
            values.put(name + "@behind", behind.behind());
        });
        for (int ring = 0; ring < rings.length; ring++) {
            values.put(ringName(ring), rings[ring].values());
        }
        Clocks copy = new Clocks();
        copy.set(clocks);
        return new Snapshot(values, copy);
    }

    @Override
    public void restore(Snapshot snapshot) {
        clocks.set(snapshot.clocks());
        stretched = true;
        Map<String, Integer> ringByName = new HashMap<>();
        for (int ring = 0; ring < rings.length; ring++) {
            ringByName.put(ringName(ring), ring);
        }
        snapshot.values().forEach((name, values) -> {
            if (name.endsWith("@old") || name.endsWith("@behind")) {
                return;
            }
            if (ringByName.containsKey(name)) {
                rings[ringByName.get(name)].setValues(values);
                return;
            }
            int slot = storedSlot(name);
            SlotLayout layout = layouts.get(slot);
            int lanes = layout.elements(maximumLanes) == values.length ? maximumLanes : clocks.lanes;
            if (layout.elements(lanes) != values.length) {
                throw new IllegalArgumentException(
                        name + " has " + layout.elements(lanes) + " values, not " + values.length);
            }
            if (narrowed.containsKey(slot)) {
                // Where the snapshot has the kept variable as well, both say the same.
                narrow(narrowed.get(slot), values);
            } else {
                StoredValues.write(layout, place(slot), lanes, values);
            }
        });
        lazyBySlot.forEach((slot, lagging) -> {
            SlotLayout layout = layouts.get(slot);
            double[] old = snapshot.values().get(layout.info().name() + "@old");
            lagging.reset();
            if (old != null) {
                StoredValues.write(layout, place(slot), maximumLanes, old);
                lagging.setBehind(snapshot.values().get(layout.info().name() + "@behind"));
            }
        });
        flagsHaveChanged();
        events.delaysMayHaveChanged();
    }

    /** The name under which a snapshot keeps the spikes of the last steps. */
    private String ringName(int ring) {
        return layouts.get(program.events().rings().get(ring).slot()).info().name() + "@spikes";
    }

    private int storedSlot(String variable) {
        Integer slot = slotByName.get(variable);
        if (slot == null) {
            throw new IllegalArgumentException("the program has no variable " + variable);
        }
        if (!layouts.get(slot).stored()) {
            throw new IllegalArgumentException(
                    "variable " + variable + " is not stored, since it was not among those to be observed");
        }
        return slot;
    }
}
