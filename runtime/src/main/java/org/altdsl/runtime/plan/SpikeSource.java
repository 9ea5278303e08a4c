package org.altdsl.runtime.plan;

/** Spikes that come from outside a program: lists of times, data, a recording. */
public interface SpikeSource {
    /**
     * The neurons that spike in a step.
     *
     * @param step the step of time, counted from the start of the run; usually one more than the last time
     * @param into takes their indices, ascending; as long as there are neurons
     * @return how many there are
     */
    int spikes(long step, int[] into);
}
