package org.altdsl.ir;

/** How a reduction combines values. */
public enum Fold {
    SUM,
    MEAN,
    MAX,
    MIN,
    /** The index of the first largest element; over exactly one axis. */
    ARGMAX
}
