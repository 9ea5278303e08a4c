package org.altdsl.ir;

/**
 * Who a variable belongs to. The information-flow analysis stops at variables of neurons, synapses and the harness,
 * and sees through those of rules and optimizers.
 */
public enum Owner {
    NEURON,
    SYNAPSE,
    RULE,
    OPTIMIZER,
    HARNESS
}
