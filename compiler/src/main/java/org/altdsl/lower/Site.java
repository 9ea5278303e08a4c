package org.altdsl.lower;

/** What a statement beside a projection is about, and so at what it has one value each. */
enum Site {
    /** Each synapse; quantities of its two neurons are seen from there. */
    SYNAPSE,
    /** The presynaptic neurons themselves. */
    SOURCE,
    /** The postsynaptic neurons themselves. */
    TARGET
}
