package org.altdsl.ir;

/** What a variable is about, for the rule card. */
public enum Matter {
    /** A rate, potential, bias or other state of a neuron. */
    NEURON,
    /** A learnable weight. */
    WEIGHT,
    /** A reverse pathway of a rule that is a copy or function of forward weights. */
    TRANSPORTED,
    /** A reverse pathway of a rule that is its own. */
    FEEDBACK,
    /** A broadcast quantity such as reward. */
    MODULATOR,
    /** The target or a derivative of the objective. */
    OBJECTIVE,
    /** A derivative of the network's own quantities by one another, which tells neither of them. */
    SLOPE,
    /** A random process that the rule owns. */
    NOISE,
    /** Anything else: data, states and temporaries of rules, metrics. */
    OTHER
}
