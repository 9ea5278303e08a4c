package org.altdsl.lower;

import org.altdsl.ir.Clock;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Expr.Const;
import org.altdsl.ir.Op;

/**
 * The time that a network runs in.
 *
 * @param dt the length of a step in seconds, or 1 where the network counts steps
 * @param countsSteps whether it does
 */
record Time(double dt, boolean countsSteps) {
    /** By how much of a step a duration may fall short of a whole number of steps. */
    private static final double SLACK = 1e-3;

    Time {
        if (!(dt > 0) || Double.isInfinite(dt)) {
            throw new IllegalArgumentException("a step of " + dt);
        }
    }

    /** The time at the start of the present step. */
    Expr now() {
        return Emission.prim(Op.MUL, new Expr.Tick(Clock.STEP), new Const(dt));
    }

    /** The whole steps that have begun and ended within a duration, as a spike's refractory time counts them. */
    Expr whole(Expr duration) {
        Expr steps = Emission.prim(Op.DIV, duration, new Const(dt));
        return Emission.prim(Op.FLOOR, Emission.prim(Op.ADD, steps, new Const(SLACK)));
    }

    /** The steps that come closest to a duration, as a delay or a run counts them. */
    long nearest(double duration) {
        return Math.round(duration / dt);
    }

    /** The steps that come closest to a duration. */
    Expr nearest(Expr duration) {
        Expr steps = Emission.prim(Op.DIV, duration, new Const(dt));
        return Emission.prim(Op.FLOOR, Emission.prim(Op.ADD, steps, new Const(0.5)));
    }
}
