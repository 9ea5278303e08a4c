package org.altdsl.runtime.plan;

/** Hears which neurons spiked, step by step. */
@FunctionalInterface
public interface SpikeListener {
    /**
     * Some neurons spiked; not called for a step in which none did.
     *
     * @param step the number of the step, from 0
     * @param neurons the indices of those that spiked, ascending, in the first {@code count} elements; not to be
     *     changed, and of no meaning after this returns
     */
    void spiked(long step, int[] neurons, int count);
}
