package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

/**
 * Where in a program an update is put, and in which phase of a rule the network is read.
 *
 * @param kind reads in a section see the versions that hold there
 * @param phase the phase whose quantities are read; empty for the plain forward pass
 */
record Section(Kind kind, String phase) {
    static final Section INIT = new Section(Kind.INIT, "");
    static final Section SETTLE = new Section(Kind.SETTLE, "");
    static final Section BODY = new Section(Kind.BODY, "");
    static final Section EPOCH = new Section(Kind.EPOCH, "");

    Section {
        requireNonNull(kind);
        requireNonNull(phase);
    }

    /** The kinds of sections. */
    enum Kind {
        /** Initial values: pure expressions, no updates. */
        INIT,
        /** The forward pass and everything derived from it, before anything is changed. */
        SETTLE,
        /** The rest of the batch's block, in the order it is lowered. */
        BODY,
        /** The block at the end of an epoch. */
        EPOCH
    }

    boolean is(Kind wanted) {
        return kind == wanted;
    }

    /** The forward pass of this section's phase. */
    Section settle() {
        return new Section(Kind.SETTLE, phase);
    }

    /** The same place, reading another phase. */
    Section in(String otherPhase) {
        return new Section(kind, otherPhase);
    }

    /** What the name of a quantity of this phase ends in. */
    String suffix() {
        return phase.isEmpty() ? "" : "@" + phase;
    }
}
