package org.altdsl.runtime.plan;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.Map;

/** The state of an executor between two batches: its persistent variables by name, and its clocks. */
public record Snapshot(Map<String, double[]> values, Clocks clocks) {
    public Snapshot {
        values = Map.copyOf(values);
        requireNonNull(clocks);
    }

    /** The part of it that another executor has variables for, such as the weights for a forward pass. */
    public Snapshot partFor(Executor other) {
        Map<String, double[]> part = new HashMap<>();
        for (VariableInfo variable : other.variables()) {
            double[] known = values.get(variable.name());
            if (known != null && variable.life() != Scope.STEP) {
                part.put(variable.name(), known);
            }
        }
        return new Snapshot(part, clocks);
    }
}
