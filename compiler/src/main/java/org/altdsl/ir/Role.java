package org.altdsl.ir;

/** What an axis counts. The order is the canonical order of axes in a space. */
public enum Role {
    LANE,
    STEP,
    SAMPLE,
    NEURON,
    SYNAPSE,
    TIE,
    GROUP,
    COORD
}
