package org.altdsl.runtime.plan;

import java.util.List;

/**
 * The stretches of a run, from the shortest to the longest. A variable is initialised when the scope of its life is
 * entered; {@link #STEP} is the life of a temporary, which has no value before it is written.
 *
 * <p>Of a network in time, an epoch lies between two resets of its states.
 *
 * <p>A window lies between two measurements. What is measured at another interval has a window of its own, so there are
 * several; {@link #WINDOWS} has them all.
 */
public enum Scope {
    STEP,
    WINDOW,
    WINDOW_2,
    WINDOW_3,
    WINDOW_4,
    WINDOW_5,
    WINDOW_6,
    WINDOW_7,
    WINDOW_8,
    WINDOW_9,
    WINDOW_10,
    WINDOW_11,
    WINDOW_12,
    PHASE,
    TRIAL,
    BATCH,
    EPOCH,
    RUN;

    /** The windows, one for each interval of measuring. */
    public static final List<Scope> WINDOWS = List.of(
            WINDOW, WINDOW_2, WINDOW_3, WINDOW_4, WINDOW_5, WINDOW_6, WINDOW_7, WINDOW_8, WINDOW_9, WINDOW_10,
            WINDOW_11, WINDOW_12);

    /** Whether a variable of this life has a value between two batches, or between two steps of a network in time. */
    public boolean lasts() {
        return WINDOWS.contains(this) || this == EPOCH || this == RUN;
    }
}
