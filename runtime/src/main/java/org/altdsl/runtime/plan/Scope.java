package org.altdsl.runtime.plan;

import java.util.List;

/**
 * The stretches of a run, from the shortest to the longest. A variable is initialised when the scope of its life is
 * entered; {@link #STEP} is the life of a temporary, which has no value before it is written.
 *
 * <p>A window lies between two measurements. What is measured at another interval has a window of its own, so there are
 * several; {@link #WINDOWS} has them all.
 *
 * <p>Executors enter a {@link #STRETCH} by themselves: before the first step, and before the one that follows when a variable
 * was set or a longer scope entered; and once in so many steps that a count of them never becomes inexact.
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
    /** The steps of time between two changes from outside. */
    STRETCH,
    PHASE,
    TRIAL,
    BATCH,
    EPOCH,
    RUN;

    private static final long LONGEST_STRETCH = 1 << 22;

    /** The windows, one for each interval of measuring. */
    public static final List<Scope> WINDOWS = List.of(
            WINDOW, WINDOW_2, WINDOW_3, WINDOW_4, WINDOW_5, WINDOW_6, WINDOW_7, WINDOW_8, WINDOW_9, WINDOW_10,
            WINDOW_11, WINDOW_12);

    /** Whether a variable of this life has a value between two batches, or between two steps of a network in time. */
    public boolean lasts() {
        return WINDOWS.contains(this) || this == STRETCH || this == EPOCH || this == RUN;
    }

    /** Whether what happens when this scope is entered ends a stretch. */
    public boolean endsStretch() {
        return compareTo(STRETCH) > 0;
    }

    /** Whether a stretch ends before a step, however long nothing has changed. */
    public static boolean isLongStretch(long step) {
        return step % LONGEST_STRETCH == 0;
    }
}
