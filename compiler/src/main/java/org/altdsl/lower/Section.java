package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

/**
 * Where in a program an update is put, and in which phase of a rule the network is read.
 *
 * @param kind reads in a section see the versions that hold there
 * @param phase the phase whose quantities are read; empty for the plain forward pass
 * @param moment in a network that takes steps: 2 k after step k, 2 k - 1 within it; {@link #END} after the last one
 * @param window which window what is watched through steps belongs to
 */
record Section(Kind kind, String phase, int moment, org.altdsl.runtime.plan.Scope window) {
    /** After the last step; the only moment of a network that takes none. */
    static final int END = -1;

    static final Section INIT = of(Kind.INIT);
    static final Section START = of(Kind.START);
    static final Section SETTLE = of(Kind.SETTLE);
    static final Section BODY = of(Kind.BODY);
    static final Section EPOCH = of(Kind.EPOCH);
    static final Section PROTOCOL = of(Kind.PROTOCOL);
    static final Section TICK = of(Kind.TICK);

    Section {
        requireNonNull(kind);
        requireNonNull(phase);
        requireNonNull(window);
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
        EPOCH,
        /** The block at the end of a window, in which a network in time is measured. */
        WINDOW
    }

    /** Which block of the program a section belongs to. */
    record Block(Kind kind, org.altdsl.runtime.plan.Scope window) {}

    private static Section of(Kind kind) {
        return new Section(kind, "", END, org.altdsl.runtime.plan.Scope.WINDOW);
    }

    /** The block at the end of a window. */
    static Section endOf(org.altdsl.runtime.plan.Scope window) {
        return new Section(Kind.WINDOW, "", END, window);
    }

    Block block() {
        return new Block(kind, kind == Kind.WINDOW ? window : org.altdsl.runtime.plan.Scope.WINDOW);
    }

    boolean is(Kind wanted) {
        return kind == wanted;
    }

    /** Whether it lies within time: what is told of a whole sample is not known there. */
    boolean isWithinTime() {
        return kind == Kind.TICK || kind == Kind.START;
    }

    /** The forward pass of this section's phase; a step of time is its own. */
    Section settle() {
        return isWithinTime() ? this : new Section(Kind.SETTLE, phase, moment, window);
    }

    /** The same place, reading another phase. */
    Section in(String otherPhase) {
        return new Section(kind, otherPhase, END, window);
    }

    /** The same place at another moment. */
    Section at(int otherMoment) {
        return new Section(kind, phase, otherMoment, window);
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
