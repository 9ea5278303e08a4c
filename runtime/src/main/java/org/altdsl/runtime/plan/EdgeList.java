package org.altdsl.runtime.plan;

import static java.util.Objects.requireNonNull;

/**
 * The synapses of a sparse projection, in the order in which their variables are stored: by source, and for each source
 * in the order of its row.
 *
 * @param source the index of the source neuron of each synapse, ascending
 * @param target the index of its target neuron
 */
public record EdgeList(int[] source, int[] target) {
    public EdgeList {
        requireNonNull(source);
        requireNonNull(target);
        if (source.length != target.length) {
            throw new IllegalArgumentException(source.length + " sources, " + target.length + " targets");
        }
    }

    /** How many synapses there are. */
    public int count() {
        return source.length;
    }
}
