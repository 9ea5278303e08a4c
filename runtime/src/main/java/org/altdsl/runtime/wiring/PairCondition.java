package org.altdsl.runtime.wiring;

/** Which pairs of neurons a projection may connect at all: the condition of {@code connect ... where}. */
@FunctionalInterface
public interface PairCondition {

    /** The condition that all pairs meet. */
    PairCondition ALWAYS = (source, target) -> true;

    /**
     * Whether a pair may be connected; must give the same answer whenever it is asked.
     *
     * @param source the sending neuron's index in its population
     * @param target the receiving neuron's index in its population
     */
    boolean test(int source, int target);
}
