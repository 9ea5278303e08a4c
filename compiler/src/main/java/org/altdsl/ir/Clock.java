package org.altdsl.ir;

/** The counters an expression may read. */
public enum Clock {
    /** Steps of time since the run began. */
    STEP,
    BATCH,
    UPDATE,
    EPOCH,
    PROGRESS
}
