package org.altdsl.lower;

import org.altdsl.names.Flattened;

/** What other packages ask about models in time. */
public final class TimedModels {
    private TimedModels() {}

    /** Whether a model has anything that happens in time: equations, spikes, what is done in each step. */
    public static boolean takesTime(Flattened model) {
        return Timing.takesTime(model);
    }
}
