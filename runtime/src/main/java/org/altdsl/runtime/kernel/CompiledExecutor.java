package org.altdsl.runtime.kernel;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.altdsl.runtime.plan.Clocks;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.Snapshot;
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

    private int shardedLanes = -1;
    private int kernel;
    private final Workers.Work shardOfKernel;
    private final Loading loading;
    private final Map<String, Integer> slotByName = new HashMap<>();
    private final Map<Scope, int[]> initialisations;
    private final Map<Scope, int[]> blocks;

    CompiledExecutor(CompiledProgram program, long seed, int maximumLanes, Workers workers) {
        this.program = program;
        this.maximumLanes = maximumLanes;
        this.workers = workers;
        this.slots = new Slots[workers.threads()];
        this.slots[0] = new Slots(program.layouts(), program.precision(), maximumLanes, program.products());
        for (int worker = 1; worker < slots.length; worker++) {
            slots[worker] = slots[0].forAnotherThread(maximumLanes);
        }
        this.loading = new Loading(workers, slots);
        this.shards = new Shard[program.unit().size()][];
        this.shardOfKernel =
                (shard, worker) -> program.unit().run(kernel, slots[worker], shards[kernel][shard], clocks);
        for (int slot = 0; slot < program.layouts().size(); slot++) {
            slotByName.put(program.layouts().get(slot).info().name(), slot);
        }
        this.initialisations = kernels(program.initialisations());
        this.blocks = kernels(program.blocks());
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
    public Clocks clocks() {
        return clocks;
    }

    @Override
    public List<VariableInfo> variables() {
        return program.layouts().stream()
                .filter(layout -> !layout.internal())
                .map(SlotLayout::info)
                .toList();
    }

    @Override
    public void enter(Scope scope) {
        run(initialisations.getOrDefault(scope, NO_KERNELS));
    }

    @Override
    public void run(Scope scope) {
        run(blocks.getOrDefault(scope, NO_KERNELS));
    }

    private void run(int[] kernels) {
        checkLanes();
        for (int number : kernels) {
            runKernel(number);
        }
    }

    private void runKernel(int number) {
        if (shardedLanes != clocks.lanes) {
            cut();
        }
        kernel = number;
        workers.run(shardOfKernel, shards[number].length);
    }

    private void cut() {
        shardedLanes = clocks.lanes;
        for (int number = 0; number < shards.length; number++) {
            int count = program.unit().shards(number, clocks.lanes);
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
        boolean offHeap = program.layouts().get(slot).home() == SlotLayout.Home.OFF_HEAP;
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
    public void runStep(Scope scope, int step) {
        checkLanes();
        runKernel(blocks.getOrDefault(scope, NO_KERNELS)[step]);
    }

    @Override
    public double[] read(String variable) {
        int slot = storedSlot(variable);
        return StoredValues.read(program.layouts().get(slot), place(slot), clocks.lanes);
    }

    @Override
    public void write(String variable, double[] values) {
        int slot = storedSlot(variable);
        SlotLayout layout = program.layouts().get(slot);
        if (values.length != layout.elements(clocks.lanes)) {
            throw new IllegalArgumentException(
                    variable + " has " + layout.elements(clocks.lanes) + " values, not " + values.length);
        }
        StoredValues.write(layout, place(slot), clocks.lanes, values);
    }

    @Override
    public void load(String variable, float[] rows, int width, int[] samples, int count) {
        int slot = storedSlot(variable);
        SlotLayout layout = program.layouts().get(slot);
        if (layout.lane() != 0 || layout.elements(1) != width || count > maximumLanes) {
            throw new IllegalArgumentException(
                    variable + " cannot be loaded with " + count + " rows of " + width + " values");
        }
        loading.load(slot, layout, rows, width, samples, count);
    }

    @Override
    public boolean isFinite(String variable) {
        int slot = storedSlot(variable);
        return StoredValues.isFinite(program.layouts().get(slot), place(slot), clocks.lanes);
    }

    @Override
    public Snapshot snapshot() {
        Map<String, double[]> values = new HashMap<>();
        for (int slot = 0; slot < program.layouts().size(); slot++) {
            SlotLayout layout = program.layouts().get(slot);
            if (layout.persistent()) {
                // Lanes beyond this batch's may hold state that a later, fuller batch reads.
                values.put(layout.info().name(), StoredValues.read(layout, place(slot), maximumLanes));
            }
        }
        Clocks copy = new Clocks();
        copy.set(clocks);
        return new Snapshot(values, copy);
    }

    @Override
    public void restore(Snapshot snapshot) {
        clocks.set(snapshot.clocks());
        snapshot.values().forEach((name, values) -> {
            int slot = storedSlot(name);
            SlotLayout layout = program.layouts().get(slot);
            int lanes = layout.elements(maximumLanes) == values.length ? maximumLanes : clocks.lanes;
            if (layout.elements(lanes) != values.length) {
                throw new IllegalArgumentException(
                        name + " has " + layout.elements(lanes) + " values, not " + values.length);
            }
            StoredValues.write(layout, place(slot), lanes, values);
        });
    }

    private int storedSlot(String variable) {
        Integer slot = slotByName.get(variable);
        if (slot == null) {
            throw new IllegalArgumentException("the program has no variable " + variable);
        }
        if (!program.layouts().get(slot).stored()) {
            throw new IllegalArgumentException(
                    "variable " + variable + " is not stored, since it was not among those to be observed");
        }
        return slot;
    }
}
