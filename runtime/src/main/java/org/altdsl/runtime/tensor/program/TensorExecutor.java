package org.altdsl.runtime.tensor.program;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.altdsl.runtime.plan.Clocks;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.Snapshot;
import org.altdsl.runtime.plan.SpikeListener;
import org.altdsl.runtime.plan.SpikeSource;
import org.altdsl.runtime.plan.StepInfo;
import org.altdsl.runtime.plan.VariableInfo;

/** One job of a tensor program; every update is a step of its own. */
final class TensorExecutor implements Executor {
    private static final int[] NO_KERNELS = {};

    private final TensorProgram program;
    private final Clocks clocks = new Clocks();
    private final int maximumLanes;
    private final TensorFactory factory;
    private final Tensors tensors;
    private final Map<String, Integer> slotByName = new HashMap<>();
    private final Map<Scope, int[]> initialisations;
    private final Map<Scope, int[]> blocks;

    TensorExecutor(TensorProgram program, long seed, int maximumLanes) {
        this.program = program;
        this.maximumLanes = maximumLanes;
        this.factory = program.factories().get();
        this.tensors = new Tensors(factory, program.layouts(), maximumLanes);
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
    public double roundoff() {
        return factory.roundoff();
    }

    @Override
    public Clocks clocks() {
        return clocks;
    }

    @Override
    public List<VariableInfo> variables() {
        return program.layouts().stream()
                .filter(layout -> !layout.internal())
                .map(TensorLayout::info)
                .toList();
    }

    @Override
    public void enter(Scope scope) {
        clocks.draw = clocks.batch;
        run(initialisations.getOrDefault(scope, NO_KERNELS));
    }

    @Override
    public void play(String variable, SpikeSource source) {
        throw new IllegalArgumentException("the tensor back end runs no steps of time");
    }

    @Override
    public void listen(String variable, SpikeListener listener) {
        throw new IllegalArgumentException("the tensor back end runs no steps of time");
    }

    @Override
    public void run(Scope scope) {
        clocks.draw = scope == Scope.STEP ? clocks.step : clocks.batch;
        run(blocks.getOrDefault(scope, NO_KERNELS));
    }

    private void run(int[] kernels) {
        for (int kernel : kernels) {
            run(kernel);
        }
    }

    private void run(int kernel) {
        if (clocks.lanes > maximumLanes || clocks.samples.length < clocks.lanes) {
            throw new IllegalStateException(clocks.lanes + " lanes, with room for " + maximumLanes + " and "
                    + clocks.samples.length + " sample identities");
        }
        TensorKernel description = program.kernels().get(kernel);
        if (clocks.lanes == 0 && description.writesLanes()) {
            return;
        }
        if (clocks.lanes == 0 && description.readsLanes()) {
            throw new IllegalStateException(description.step().name() + " needs at least one sample");
        }
        tensors.lanes(clocks.lanes);
        try {
            program.unit().run(kernel, tensors, clocks);
        } finally {
            factory.release();
        }
    }

    @Override
    public List<StepInfo> steps(Scope scope) {
        List<StepInfo> steps = new ArrayList<>();
        for (int kernel : blocks.getOrDefault(scope, NO_KERNELS)) {
            steps.add(program.kernels().get(kernel).step());
        }
        return steps;
    }

    @Override
    public void runStep(Scope scope, int step) {
        clocks.draw = clocks.batch;
        run(blocks.getOrDefault(scope, NO_KERNELS)[step]);
    }

    @Override
    public double[] read(String variable) {
        return read(storedSlot(variable), clocks.lanes);
    }

    private double[] read(int slot, int lanes) {
        if (program.layouts().get(slot).elements(lanes) == 0) {
            return new double[0];
        }
        return Transfers.read(tensors.first(slot, lanes));
    }

    @Override
    public void write(String variable, double[] values) {
        write(storedSlot(variable), clocks.lanes, values);
    }

    private void write(int slot, int lanes, double[] values) {
        TensorLayout layout = program.layouts().get(slot);
        if (values.length != layout.elements(lanes)) {
            throw new IllegalArgumentException(
                    layout.info().name() + " has " + layout.elements(lanes) + " values, not " + values.length);
        }
        if (values.length > 0) {
            Transfers.write(factory, tensors.first(slot, lanes), values);
        }
    }

    @Override
    public void load(String variable, float[] rows, int width, int[] samples, int count) {
        int slot = storedSlot(variable);
        TensorLayout layout = program.layouts().get(slot);
        if (!layout.perSample() || layout.elements(1) != width || count > maximumLanes) {
            throw new IllegalArgumentException(
                    variable + " cannot be loaded with " + count + " rows of " + width + " values");
        }
        if (count == 0 || width == 0) {
            return;
        }
        float[] values = new float[count * width];
        for (int lane = 0; lane < count; lane++) {
            System.arraycopy(rows, samples[lane] * width, values, lane * width, width);
        }
        Transfers.write(factory, tensors.first(slot, count), values);
    }

    @Override
    public boolean isFinite(String variable) {
        int slot = storedSlot(variable);
        if (program.layouts().get(slot).elements(clocks.lanes) == 0) {
            return true;
        }
        return Transfers.isFinite(tensors.first(slot, clocks.lanes));
    }

    @Override
    public Snapshot snapshot() {
        Map<String, double[]> values = new HashMap<>();
        for (int slot = 0; slot < program.layouts().size(); slot++) {
            TensorLayout layout = program.layouts().get(slot);
            if (layout.persistent()) {
                // Lanes beyond this batch's may hold state that a later, fuller batch reads.
                values.put(layout.info().name(), read(slot, maximumLanes));
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
            boolean all = program.layouts().get(slot).elements(maximumLanes) == values.length;
            write(slot, all ? maximumLanes : clocks.lanes, values);
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
