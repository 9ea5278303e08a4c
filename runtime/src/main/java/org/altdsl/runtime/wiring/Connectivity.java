package org.altdsl.runtime.wiring;

import static java.util.Objects.requireNonNull;

import java.util.Objects;
import org.altdsl.runtime.random.CounterRandom;

/**
 * The connectivity of one projection: a wiring between a slice of a population and a slice of another one, or of the
 * same.
 *
 * <p>For example {@code exc -> c connect sparse(0.02)} with {@code exc = c[0..3199]} and 4000 neurons in {@code c}:
 *
 * <pre>{@code
 * Connectivity connectivity = new Connectivity(
 *         new Wiring.Sparse(0.02), 0, 3200, 0, 4000, true, true, false, "exc -> c");
 * Edges edges = connectivity.edges(seed);
 * }</pre>
 *
 * @param wiring which pairs are connected
 * @param sourceFirst the first source's index in its population
 * @param sourceCount how many sources there are
 * @param targetFirst the first target's index in its population
 * @param targetCount how many targets there are
 * @param samePopulation whether both slices are of one population, so that a neuron may meet itself
 * @param autapses whether a neuron may be connected to itself
 * @param multapses whether a pair may be connected more than once, where the wiring draws pairs one by one: with fixed
 *     degrees or a fixed number, and in lists
 * @param stream the name of the stream of random numbers; projections with different names are independent
 */
public record Connectivity(
        Wiring wiring,
        int sourceFirst,
        int sourceCount,
        int targetFirst,
        int targetCount,
        boolean samePopulation,
        boolean autapses,
        boolean multapses,
        String stream) {

    public Connectivity {
        requireNonNull(wiring);
        requireNonNull(stream);
        Objects.checkFromIndexSize(sourceFirst, sourceCount, Integer.MAX_VALUE);
        Objects.checkFromIndexSize(targetFirst, targetCount, Integer.MAX_VALUE);
    }

    /**
     * A projection between two whole populations, without multapses.
     *
     * @param sources how many neurons send
     * @param targets how many neurons receive
     * @param stream the name of the stream of random numbers
     */
    public static Connectivity between(Wiring wiring, int sources, int targets, String stream) {
        return new Connectivity(wiring, 0, sources, 0, targets, false, true, false, stream);
    }

    /**
     * A projection from a whole population to itself, without multapses.
     *
     * @param neurons how many neurons it has
     * @param autapses whether a neuron may be connected to itself
     * @param stream the name of the stream of random numbers
     */
    public static Connectivity within(Wiring wiring, int neurons, boolean autapses, String stream) {
        return new Connectivity(wiring, 0, neurons, 0, neurons, true, autapses, false, stream);
    }

    /**
     * The synapses, by the indices of their neurons in their populations, sorted by source, then target.
     *
     * <p>They depend on this value and the seed only. The time taken grows with the number of synapses and of neurons.
     *
     * @param seed the seed of the run
     * @throws WiringException if the neurons are too few, or a list names others
     */
    public Edges edges(long seed) {
        return edges(seed, PairCondition.ALWAYS);
    }

    /**
     * The synapses between pairs that meet a condition.
     *
     * <p>With fixed degrees or a fixed number, partners are drawn among those that meet it, which takes time for every
     * pair; the other wirings draw as they would without it and leave out those that do not.
     *
     * @param seed the seed of the run
     * @param condition asked for pairs of indices in the populations
     * @throws WiringException if the neurons that meet it are too few, or a list names others
     */
    public Edges edges(long seed, PairCondition condition) {
        return wiring.draw(new Ends(
                sourceFirst,
                sourceCount,
                targetFirst,
                targetCount,
                samePopulation && !autapses,
                multapses,
                CounterRandom.key(CounterRandom.key(seed, "connectivity"), stream),
                requireNonNull(condition)));
    }
}
