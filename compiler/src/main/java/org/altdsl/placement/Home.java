package org.altdsl.placement;

/** Where the elements of a variable live. */
public enum Home {
    /** Java arrays, one level an axis; elementwise loops run fast on nothing else. */
    HEAP,
    /** Off-heap tensors; for operands of large matrix products that no loop touches. */
    ND4J
}
