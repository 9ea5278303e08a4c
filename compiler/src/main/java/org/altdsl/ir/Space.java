package org.altdsl.ir;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** A product of named axes, unordered in meaning; kept in canonical order so that equal spaces are equal. */
public record Space(List<Axis> axes) {
    public static final Space SCALAR = new Space(List.of());

    public Space {
        axes = List.copyOf(new TreeSet<>(axes));
    }

    public static Space of(Axis... axes) {
        return new Space(Arrays.asList(axes));
    }

    public static Space of(Collection<Axis> axes) {
        return new Space(List.copyOf(axes));
    }

    public boolean has(Axis axis) {
        return axes.contains(axis);
    }

    public boolean contains(Space other) {
        return axes.containsAll(other.axes);
    }

    public boolean isScalar() {
        return axes.isEmpty();
    }

    public int rank() {
        return axes.size();
    }

    public Space union(Space other) {
        if (contains(other)) {
            return this;
        }
        List<Axis> all = new ArrayList<>(axes);
        all.addAll(other.axes);
        return new Space(all);
    }

    public Space minus(Space other) {
        return new Space(axes.stream().filter(axis -> !other.has(axis)).toList());
    }

    public Space intersect(Space other) {
        return new Space(axes.stream().filter(other::has).toList());
    }

    public Space with(Axis axis) {
        return union(of(axis));
    }

    public Space without(Axis axis) {
        return minus(of(axis));
    }

    @Override
    public String toString() {
        return axes.toString();
    }
}
