package org.altdsl.runtime.data;

import org.altdsl.runtime.random.CounterRandom;

/** The order in which the training samples of an epoch are shown: the same for every rule, on any number of threads. */
public final class EpochOrder {
    private EpochOrder() {}

    /**
     * The positions of all samples, shuffled.
     *
     * @param epoch counted from 0
     * @param size how many samples there are
     */
    public static int[] of(long seed, long epoch, int size) {
        return CounterRandom.permutation(CounterRandom.key(CounterRandom.key(seed, "order of samples"), epoch), size);
    }
}
