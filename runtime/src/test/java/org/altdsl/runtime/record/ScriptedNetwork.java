package org.altdsl.runtime.record;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.altdsl.runtime.plan.Clocks;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.Snapshot;
import org.altdsl.runtime.plan.SpikeListener;
import org.altdsl.runtime.plan.SpikeSource;
import org.altdsl.runtime.plan.StepInfo;
import org.altdsl.runtime.plan.VariableInfo;

/** Neurons that spike by a script, and a quantity {@code v} whose element i is the number of steps done plus i / 10. */
public final class ScriptedNetwork implements Executor {
    private final Clocks clocks = new Clocks();
    private final LongFunction<int[]> spikes;
    private final int elements;
    private final List<SpikeListener> listeners = new ArrayList<>();

    /**
     * @param spikes the neurons that spike in a step
     * @param elements how many elements the quantity has
     */
    public ScriptedNetwork(LongFunction<int[]> spikes, int elements) {
        this.spikes = spikes;
        this.elements = elements;
    }

    @Override
    public double roundoff() {
        return 0x1p-53;
    }

    @Override
    public Clocks clocks() {
        return clocks;
    }

    @Override
    public List<VariableInfo> variables() {
        return List.of(new VariableInfo("v", List.of("y"), List.of(elements), Scope.RUN, "v"));
    }

    @Override
    public void run(Scope scope) {
        if (scope == Scope.STEP) {
            int[] now = spikes.apply(clocks.step);
            if (now.length > 0) {
                listeners.forEach(listener -> listener.spiked(clocks.step, now, now.length));
            }
        }
    }

    @Override
    public void listen(String variable, SpikeListener listener) {
        listeners.add(listener);
    }

    @Override
    public double[] read(String variable) {
        double[] values = new double[elements];
        for (int i = 0; i < elements; i++) {
            values[i] = clocks.step + i / 10.0;
        }
        return values;
    }

    @Override
    public void enter(Scope scope) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void play(String variable, SpikeSource source) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<StepInfo> steps(Scope scope) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void runStep(Scope scope, int step) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void write(String variable, double[] values) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void load(String variable, float[] rows, int width, int[] samples, int count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isFinite(String variable) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Snapshot snapshot() {
        return new Snapshot(Map.of(), clocks);
    }

    @Override
    public void restore(Snapshot snapshot) {
        throw new UnsupportedOperationException();
    }
}
