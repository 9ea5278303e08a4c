package org.altdsl.lower;

import org.altdsl.runtime.wiring.SpikeTrain;

/** Where the spikes of a source come from, once it is known how many neurons it has and how long a run is. */
interface Trains {
    /**
     * The spikes of a source.
     *
     * @param neurons how many neurons it has
     * @param steps spikes from this step on are not wanted
     */
    SpikeTrain of(int neurons, long steps);
}
