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
    private final Slots slots;
    private final Map<String, Integer> slotByName = new HashMap<>();
    private final Map<Scope, int[]> initialisations;
    private final Map<Scope, int[]> blocks;

    CompiledExecutor(CompiledProgram program, long seed, int maximumLanes) {
        this.program = program;
        this.maximumLanes = maximumLanes;
        this.slots = new Slots(
                program.layouts(),
                program.precision(),
                maximumLanes,
                program.products().get());
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
        for (int kernel : kernels) {
            program.unit().run(kernel, slots, Shard.WHOLE, clocks);
        }
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
        program.unit().run(blocks.getOrDefault(scope, NO_KERNELS)[step], slots, Shard.WHOLE, clocks);
    }

    @Override
    public double[] read(String variable) {
        int slot = storedSlot(variable);
        return StoredValues.read(program.layouts().get(slot), slots.at(slot), clocks.lanes);
    }

    @Override
    public void write(String variable, double[] values) {
        int slot = storedSlot(variable);
        SlotLayout layout = program.layouts().get(slot);
        if (values.length != layout.elements(clocks.lanes)) {
            throw new IllegalArgumentException(
                    variable + " has " + layout.elements(clocks.lanes) + " values, not " + values.length);
        }
        StoredValues.write(layout, slots.at(slot), clocks.lanes, values);
    }

    @Override
    public void load(String variable, float[] rows, int width, int[] samples, int count) {
        int slot = storedSlot(variable);
        SlotLayout layout = program.layouts().get(slot);
        if (layout.lane() != 0 || layout.elements(1) != width || count > maximumLanes) {
            throw new IllegalArgumentException(
                    variable + " cannot be loaded with " + count + " rows of " + width + " values");
        }
        Object array = slots.at(slot);
        for (int lane = 0; lane < count; lane++) {
            int offset = samples[lane] * width;
            if (array instanceof float[] row) {
                row[lane] = rows[offset];
            } else if (array instanceof double[] row) {
                row[lane] = rows[offset];
            } else {
                StoredValues.load(layout, ((Object[]) array)[lane], 1, rows, offset);
            }
        }
    }

    @Override
    public boolean isFinite(String variable) {
        int slot = storedSlot(variable);
        return StoredValues.isFinite(program.layouts().get(slot), slots.at(slot), clocks.lanes);
    }

    @Override
    public Snapshot snapshot() {
        Map<String, double[]> values = new HashMap<>();
        for (int slot = 0; slot < program.layouts().size(); slot++) {
            SlotLayout layout = program.layouts().get(slot);
            if (layout.persistent()) {
                // Lanes beyond this batch's may hold state that a later, fuller batch reads.
                values.put(layout.info().name(), StoredValues.read(layout, slots.at(slot), maximumLanes));
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
            StoredValues.write(layout, slots.at(slot), lanes, values);
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
