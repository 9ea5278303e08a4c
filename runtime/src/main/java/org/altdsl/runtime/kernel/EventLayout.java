package org.altdsl.runtime.kernel;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.altdsl.runtime.plan.EdgeSource;
import org.altdsl.runtime.plan.Scope;

/**
 * What a program needs for its events, each by the number that its kernels use.
 *
 * @param projections the sparse projections
 * @param rings the flags whose spikes are listed
 * @param arrivals the spikes that reach synapses after delays of their own
 * @param views flags of earlier steps or at synapses, as arrays for kernels that do not go by lists
 * @param narrowed variables of synapses that are kept for neurons
 * @param lazy variables of synapses that decay when they are needed
 * @param walks the kernels of a step that may be cut, by the number of the kernel
 */
public record EventLayout(
        List<Projection> projections,
        List<Ring> rings,
        List<Arrival> arrivals,
        List<View> views,
        List<Narrowed> narrowed,
        List<Lazy> lazy,
        Map<Integer, Walk> walks) {
    /** A program without events. */
    public static final EventLayout NONE =
            new EventLayout(List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), Map.of());

    public EventLayout {
        projections = List.copyOf(projections);
        rings = List.copyOf(rings);
        arrivals = List.copyOf(arrivals);
        views = List.copyOf(views);
        narrowed = List.copyOf(narrowed);
        lazy = List.copyOf(lazy);
        walks = Map.copyOf(walks);
    }

    /**
     * A sparse projection.
     *
     * @param name what it is called
     * @param wiring its synapses
     * @param sources how many source neurons there are
     * @param targets how many target neurons
     * @param sourceSlot the variable that is the table of sources, -1 if no kernel reads it
     * @param targetSlot the same of targets
     * @param byTarget whether a kernel walks over the synapses of a target
     */
    public record Projection(
            String name,
            EdgeSource wiring,
            int sources,
            int targets,
            int sourceSlot,
            int targetSlot,
            boolean byTarget) {
        public Projection {
            requireNonNull(name);
            requireNonNull(wiring);
        }
    }

    /**
     * Flags whose spikes are listed.
     *
     * @param slot the variable
     * @param neurons how many there are
     * @param longest how many steps before the present one are needed
     * @param collected whether a kernel of each step lists them; otherwise they come from outside
     * @param life when the past is forgotten; of a temporary, when a run begins
     */
    public record Ring(int slot, int neurons, int longest, boolean collected, Scope life) {
        public Ring {
            requireNonNull(life);
        }
    }

    /**
     * Spikes that reach synapses after delays.
     *
     * @param projection the number of the projection
     * @param ring the number of the spikes' ring
     * @param delays the variable that holds the delay of each synapse
     * @param longest the longest there may be
     */
    public record Arrival(int projection, int ring, int delays, int longest) {}

    /**
     * A variable of synapses that all synapses of a neuron share.
     *
     * @param slot the variable as it was written
     * @param kept the variable that is kept, one value for each neuron
     * @param projection the number of the projection
     * @param isPre whether the neurons are the sources
     */
    public record Narrowed(int slot, int kept, int projection, boolean isPre) {}

    /**
     * A variable of synapses that decays when it is needed.
     *
     * @param slot the variable
     * @param projection the number of the projection
     * @param factor what each step multiplies it by
     * @param touchedIn the scopes, other than steps, whose blocks read or write it
     */
    public record Lazy(int slot, int projection, double factor, Set<Scope> touchedIn) {
        public Lazy {
            touchedIn = Set.copyOf(touchedIn);
        }
    }

    /**
     * A kernel that goes from spikes to their synapses, and does the same to each of them however it is cut.
     *
     * @param ring the number of the spikes' ring
     * @param lag how many steps ago the spikes were
     * @param projection the number of the projection
     * @param isPre whether it goes from sources to targets
     * @param follows whether a shard of it needs nothing of the walk before, nor of those that this one follows, but what
     *     the same shard of them has done, if the synapses of each source are in the order of their targets
     */
    public record Walk(int ring, int lag, int projection, boolean isPre, boolean follows) {}

    /**
     * Flags as an array.
     *
     * @param ring the number of a ring; -1 for an arrival
     * @param lag how many steps ago; of an arrival, its number
     */
    public record View(int ring, int lag) {}
}
