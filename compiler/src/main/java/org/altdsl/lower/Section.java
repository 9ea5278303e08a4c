package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

/**
 * Where in a program an update is put, and in which phase of a rule the network is read.
 *
 * @param kind reads in a section see the versions that hold there
 * @param phase the phase whose quantities are read; empty for the plain forward pass
 * @param moment in a network that takes steps: 2 k after step k, 2 k - 1 within it; {@link #END} after the last one
 */
record Section(Kind kind, String phase, int moment) {
    /** After the last step; the only moment of a network that takes none. */
    static final int END = -1;

    static final Section INIT = new Section(Kind.INIT, "", END);
    static final Section START = new Section(Kind.START, "", END);
    static final Section SETTLE = new Section(Kind.SETTLE, "", END);
    static final Section BODY = new Section(Kind.BODY, "", END);
    static final Section EPOCH = new Section(Kind.EPOCH, "", END);
    static final Section PROTOCOL = new Section(Kind.PROTOCOL, "", END);
    static final Section TICK = new Section(Kind.TICK, "", END);

    Section {
        requireNonNull(kind);
        requireNonNull(phase);
    }

    /** The kinds of sections. */
    enum Kind {
        /** Initial values: pure expressions, no updates. */
        INIT,
        /** What a protocol computes between its acts. */
        PROTOCOL,
        /** What happens before the first step of a trial, in a network that runs in time. */
        START,
        /** A step of time, of a network that runs in time: everything that happens in it, in the documented order. */
        TICK,
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

    /** The forward pass of this section's phase; a step of time is its own. */
    Section settle() {
        return kind == Kind.TICK || kind == Kind.START ? this : new Section(Kind.SETTLE, phase, moment);
    }

    /** The same place, reading another phase. */
    Section in(String otherPhase) {
        return new Section(kind, otherPhase, END);
    }

    /** The same place at another moment. */
    Section at(int otherMoment) {
        return new Section(kind, phase, otherMoment);
    }

    /** What the name of a quantity of this phase and moment ends in. */
    String suffix() {
        String ofPhase = phase.isEmpty() ? "" : "@" + phase;
        if (moment == END) {
            return ofPhase;
        }
        return ofPhase + "~" + (moment + 1) / 2 + (moment % 2 == 0 ? "" : "-");
    }
}
