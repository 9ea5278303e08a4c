package org.altdsl.placement;

/** Where the elements of a variable live. */
public enum Home {
    /** Java arrays, one level an axis; elementwise loops run fast on nothing else. */
    HEAP,
    /** One block off the heap, for operands and results of large matrix products; loops copy rows to and from it. */
    OFF_HEAP
}
