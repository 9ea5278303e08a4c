package org.altdsl.lower;

/** Where in a program an update is put; reads in a section see the versions that hold there. */
enum Section {
    /** Initial values: pure expressions, no updates. */
    INIT,
    /** The forward pass and everything derived from it, before anything is changed. */
    SETTLE,
    /** The rest of the batch's block, in the order it is lowered. */
    BODY,
    /** The block at the end of an epoch. */
    EPOCH
}
