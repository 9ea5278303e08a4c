package org.altdsl.runtime.plan;

/**
 * The stretches of a run, from the shortest to the longest. A variable is initialised when the scope of its life is
 * entered; {@link #STEP} is the life of a temporary, which has no value before it is written.
 */
public enum Scope {
    STEP,
    WINDOW,
    PHASE,
    TRIAL,
    BATCH,
    EPOCH,
    RUN
}
