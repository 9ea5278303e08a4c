package org.altdsl.runtime.report;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What the compiler knows of a rule: the information it reads and what a device would need to run it.
 *
 * @param reads the kinds of information the updates use, as {@code pre}, {@code post}, {@code weight_transport}
 * @param local whether a synapse needs only what is at its two ends and on broadcast signals
 * @param online whether it updates as samples come, without a second pass over them
 * @param causal whether it needs nothing of the future
 * @param weightTransport whether it needs another pathway's weights
 * @param phases the number of phases per sample, at least 1
 * @param storesHistory whether it keeps earlier activity
 * @param more further facts, in the order to show
 */
public record RuleCard(
        List<String> reads,
        boolean local,
        boolean online,
        boolean causal,
        boolean weightTransport,
        int phases,
        boolean storesHistory,
        List<Fact> more) {

    /**
     * One further fact, as {@code memory per synapse: 4 bytes}.
     *
     * @param label what it is
     * @param value its value, in words
     */
    public record Fact(String label, String value) {

        /** Checks. */
        public Fact {
            requireNonNull(label, "label");
            requireNonNull(value, "value");
        }
    }

    /** Checks and copies. */
    public RuleCard {
        reads = List.copyOf(reads);
        more = List.copyOf(more);
        if (phases < 1) {
            throw new IllegalArgumentException("a rule has at least one phase, not " + phases);
        }
    }

    /**
     * What the rule needs beyond the two ends of its synapse, in words.
     *
     * @return the kinds of information other than {@code pre}, {@code post} and {@code synapse}
     */
    public List<String> needs() {
        return reads.stream()
                .filter(read -> !List.of("pre", "post", "synapse").contains(read))
                .map(read -> read.replace('_', ' '))
                .toList();
    }
}
