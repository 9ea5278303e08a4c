package org.altdsl.ir;

import static java.util.Objects.requireNonNull;

/**
 * A named axis. Two axes of equal extent are still different axes: the sources and the targets of a recurrent
 * projection are {@code h@pre} and {@code h@post}, both of extent {@code h}.
 *
 * @param extent the symbol of its size, which {@link Sizes} binds to a number
 */
public record Axis(String name, Role role, String extent) implements Comparable<Axis> {
    /** The axis of the minibatch. No declaration mentions it; the compiler infers which values have it. */
    public static final Axis LANE = new Axis("lane", Role.LANE, "lane");

    public Axis {
        requireNonNull(name);
        requireNonNull(role);
        requireNonNull(extent);
    }

    public static Axis neurons(String population) {
        return new Axis(population, Role.NEURON, population);
    }

    /** An axis of the same extent under another name. */
    public Axis as(String otherName) {
        return new Axis(otherName, role, extent);
    }

    /** Whether its extent is known when a program is compiled, as that of lanes or of sparse synapses is not. */
    public boolean isFixed() {
        return role != Role.LANE && role != Role.SYNAPSE;
    }

    @Override
    public int compareTo(Axis other) {
        int byRole = role.compareTo(other.role);
        return byRole != 0 ? byRole : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
