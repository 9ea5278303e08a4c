package org.altdsl.ir;

import static java.util.Objects.requireNonNull;

import org.altdsl.runtime.plan.EdgeSource;

/**
 * The synapses of a sparse projection: an axis of their own, with a table for each end. How many there are and where
 * they lead is decided by the seed, when a job begins; then the tables are filled, before anything is initialised.
 *
 * @param synapses the axis of the synapses, sorted by source
 * @param pre the axis of the sources
 * @param post the axis of the targets
 * @param source an INDEX variable on {@code synapses}: the source of each
 * @param target an INDEX variable on {@code synapses}: the target of each
 * @param wiring which synapses there are
 */
public record Edges(Axis synapses, Axis pre, Axis post, Var source, Var target, EdgeSource wiring) {
    public Edges {
        requireNonNull(synapses);
        requireNonNull(pre);
        requireNonNull(post);
        requireNonNull(source);
        requireNonNull(target);
        requireNonNull(wiring);
        if (synapses.role() != Role.SYNAPSE) {
            throw new IllegalArgumentException(synapses + " is no axis of synapses");
        }
    }

    /**
     * An axis that stands for one end of the synapses, as {@code over pre} names it: the neurons of that end as the
     * synapses of the other end's neurons tell them apart.
     */
    public Axis end(boolean ofSources) {
        return end(synapses.name(), ofSources);
    }

    /** As {@link #end(boolean)}, for the synapses of a name. */
    public static Axis end(String synapses, boolean ofSources) {
        return new Axis(synapses + (ofSources ? ".pre" : ".post"), Role.SYNAPSE, "#1");
    }

    /** From a synapse to its source. */
    public IndexMap.Table toPre() {
        return new IndexMap.Table(synapses, pre, source);
    }

    /** From a synapse to its target. */
    public IndexMap.Table toPost() {
        return new IndexMap.Table(synapses, post, target);
    }
}
