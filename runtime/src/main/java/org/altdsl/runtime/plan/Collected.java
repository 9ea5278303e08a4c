package org.altdsl.runtime.plan;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What protocols collected, sample by sample: {@code train.response}, {@code test.label}. */
public final class Collected {
    private final Map<String, List<double[]>> rows = new HashMap<>();

    /** A number or several that are computed from what was collected. */
    @FunctionalInterface
    public interface Reading {
        /** Of shape [row, column]; a number is a row of one. */
        double[][] of(Collected collected);
    }

    /** Keeps a row. */
    public void add(String split, String name, double[] values) {
        rows.computeIfAbsent(requireNonNull(split) + "." + requireNonNull(name), unused -> new ArrayList<>())
                .add(values);
    }

    /** Hands everything over to another collection, behind what it has. */
    public void moveTo(Collected other) {
        rows.forEach((name, all) ->
                other.rows.computeIfAbsent(name, unused -> new ArrayList<>()).addAll(all));
        rows.clear();
    }

    /** The rows of a name, one a sample, in the order of collection. */
    public double[][] of(String split, String name) {
        return rows.getOrDefault(split + "." + name, List.of()).toArray(new double[0][]);
    }

    /** Whether a split has collected nothing. */
    public boolean isEmpty(String split) {
        return rows.keySet().stream().noneMatch(key -> key.startsWith(split + "."));
    }

    /** Forgets what a split has collected. */
    public void clear(String split) {
        rows.keySet().removeIf(key -> key.startsWith(split + "."));
    }
}
