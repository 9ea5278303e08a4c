package org.altdsl.ir;

/** The counters an expression may read. */
public enum Clock {
    BATCH,
    UPDATE,
    EPOCH,
    PROGRESS
}
