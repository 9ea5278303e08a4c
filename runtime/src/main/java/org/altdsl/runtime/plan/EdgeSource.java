package org.altdsl.runtime.plan;

/** How a sparse projection is connected: which synapses there are, decided by the seed alone. */
public interface EdgeSource {
    /** The synapses of a job. */
    EdgeList edges(long seed);

    /** About how many synapses there will be, whatever the seed: what the compiler judges costs by. */
    long expected();
}
