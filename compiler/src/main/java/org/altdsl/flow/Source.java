package org.altdsl.flow;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;

/**
 * Something that a value depends on: where it comes from, and how it got here.
 *
 * @param kind what it is
 * @param origin the variable at which the analysis stops
 * @param at the axes along which each point sees its own value
 * @param over the axes that were combined on the way
 * @param carried whether a feedback pathway or a slope of the objective carried it, so that only that is visible
 * @param path the variables of rules that it passed through, the last one first
 */
record Source(Kind kind, Var origin, Set<Axis> at, Set<Axis> over, boolean carried, List<Var> path) {
    /** What a source is, before its place relative to a synapse is known. */
    enum Kind {
        NEURON,
        WEIGHT,
        FEEDBACK_FIXED,
        FEEDBACK_LEARNED,
        MODULATOR,
        OBJECTIVE,
        NOISE
    }

    Source {
        requireNonNull(kind);
        requireNonNull(origin);
        at = Set.copyOf(at);
        over = Set.copyOf(over);
        path = List.copyOf(path);
    }

    static Source of(Kind kind, Var origin) {
        return new Source(kind, origin, axes(origin.space()), Set.of(), false, List.of());
    }

    private static Set<Axis> axes(Space space) {
        return new TreeSet<>(space.without(Axis.LANE).axes());
    }

    /** The same source without its history: two with equal identities tell the same. */
    Source identity() {
        return new Source(kind, origin, at, over, carried, List.of());
    }

    Source through(Var variable) {
        List<Var> longer = new ArrayList<>();
        longer.add(variable);
        longer.addAll(path);
        return new Source(kind, origin, at, over, carried, longer);
    }

    Source reduced(Space axes, boolean pathway) {
        Set<Axis> stays = new TreeSet<>(at);
        Set<Axis> gone = new TreeSet<>(over);
        boolean touched = false;
        for (Axis axis : axes.axes()) {
            if (stays.remove(axis)) {
                gone.add(axis);
                touched = true;
            }
        }
        return new Source(kind, origin, stays, gone, carried || pathway && touched && kind == Kind.NEURON, path);
    }

    /** The same source where only a slope of the objective that was computed from it is seen. */
    Source carriedBySlope() {
        return new Source(kind, origin, at, over, carried || kind == Kind.NEURON || kind == Kind.MODULATOR, path);
    }

    /** The same weight where it was read against its direction. */
    Source carriedBack() {
        return new Source(kind, origin, at, over, true, path);
    }

    /** The same source for a synapse that stands at all positions at once, since they share its weight. */
    Source withoutPositions(Space positions) {
        Set<Axis> stays = new TreeSet<>(at);
        positions.axes().forEach(stays::remove);
        Set<Axis> gone = new TreeSet<>(over);
        positions.axes().forEach(gone::remove);
        return new Source(kind, origin, stays, gone, carried, path);
    }

    /** The same source where its points are seen through a window, or from what a window sees. */
    Source seen(Space gone, Space come) {
        Set<Axis> changed = new TreeSet<>(at);
        if (changed.removeAll(gone.axes())) {
            changed.addAll(come.axes());
        }
        return new Source(kind, origin, changed, over, carried, path);
    }

    Source renamed(Axis from, Axis to) {
        Set<Axis> changed = new TreeSet<>(at);
        if (changed.remove(to)) {
            changed.add(from);
        }
        return new Source(kind, origin, changed, over, carried, path);
    }
}
