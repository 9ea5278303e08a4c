package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

/**
 * What is known, while a program is built, of the moments at which something is looked at.
 *
 * @param rhythm which of the multiples of the grid they are
 * @param grid the steps after which they come are multiples of this
 * @param most no moment comes after more steps
 */
record Moments(Rhythm rhythm, long grid, long most) {
    /** Which steps are moments. */
    enum Rhythm {
        /** The grid's first multiple, and no other. */
        ONCE,
        /** All multiples of the grid. */
        EACH,
        /** Some multiples of the grid; which ones, a run shows. */
        SOME
    }

    Moments {
        requireNonNull(rhythm);
        if (grid < 0) {
            throw new IllegalArgumentException("a grid of " + grid + " steps");
        }
    }

    /** One moment, after so many steps. */
    static Moments once(long steps) {
        return new Moments(Rhythm.ONCE, steps, steps);
    }

    /** A moment after each so many steps; the last one when the run has ended, wherever that is on the grid. */
    static Moments every(long steps, Moments end) {
        return end.grid % steps == 0
                ? new Moments(Rhythm.EACH, steps, end.most)
                : new Moments(Rhythm.SOME, divisor(steps, end.grid), end.most);
    }

    /** Moments on a grid. */
    static Moments some(long grid, long most) {
        return new Moments(Rhythm.SOME, Math.max(1, grid), most);
    }

    /** The greatest common divisor; that of a number and 0 is the number. */
    static long divisor(long a, long b) {
        return b == 0 ? a : divisor(b, a % b);
    }
}
