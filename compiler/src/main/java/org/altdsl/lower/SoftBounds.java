package org.altdsl.lower;

import org.altdsl.ir.Expr;
import org.altdsl.ir.Expr.Const;
import org.altdsl.ir.Op;

/**
 * Soft bounds, {@code keep w in [low, high] soft}: the nearer a value is to a bound, the less it moves towards it
 * (multiplicative plasticity; van Rossum, Bi and Turrigiano 2000). A change upwards counts times (high - w) / (high - low),
 * one downwards times (w - low) / (high - low), with w as it was before. A change larger than the whole range would
 * overshoot; hard bounds, which apply as well, stop it.
 */
final class SoftBounds {
    private SoftBounds() {}

    /**
     * What a variable becomes.
     *
     * @param old its value before
     * @param next what it would become without bounds
     */
    static Expr within(Expr old, Expr next, Expr low, Expr high) {
        Expr change = change(old, next);
        Expr range = Emission.prim(Op.SUB, high, low);
        Expr up = Emission.prim(Op.MAX, Emission.prim(Op.SUB, high, old), new Const(0));
        Expr down = Emission.prim(Op.MAX, Emission.prim(Op.SUB, old, low), new Const(0));
        Expr room = Emission.prim(Op.SELECT, Emission.prim(Op.GT, change, new Const(0)), up, down);
        Expr share = Emission.prim(Op.DIV, room, range);
        return Emission.prim(Op.ADD, old, Emission.prim(Op.MUL, change, share));
    }

    /** What is added: as it was written, where it was written as an increment. */
    private static Expr change(Expr old, Expr next) {
        if (next instanceof Expr.Prim sum && sum.operands().get(0).equals(old)) {
            if (sum.op() == Op.ADD) {
                return sum.operands().get(1);
            }
            if (sum.op() == Op.SUB) {
                return Emission.prim(Op.NEG, sum.operands().get(1));
            }
        }
        return Emission.prim(Op.SUB, next, old);
    }
}
