package org.altdsl.ir;

/** The documented order inside one tick; lowering sorts updates by slot, then by declaration, to number versions. */
public enum Slot {
    INIT,
    CLAMP,
    SETTLE,
    INTEGRATE,
    THRESHOLD,
    DELIVER,
    ON_PRE,
    ON_POST,
    RESET,
    PLASTICITY,
    RECORD,
    END_OF_PHASE,
    END_OF_TRIAL,
    PROPOSE,
    OPTIMIZE,
    COMBINE,
    CONSTRAIN,
    MEASURE
}
