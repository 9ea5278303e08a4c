package org.altdsl.optimize;

import java.util.Set;
import org.altdsl.ir.DType;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Exprs;
import org.altdsl.ir.Op;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;

/** Which updates of a step of time let a state decay towards 0, where nothing else happens to it. */
public final class Decays {
    private Decays() {}

    /**
     * Whether an update may compute the same state's next value as less than the present one, and never anything but 0 in
     * the end: a sum in which the state has a constant factor below 1, and nothing is constant.
     */
    public static boolean mayVanish(Update update) {
        if (update.target().type() != DType.REAL) {
            return false;
        }
        for (Var state : Exprs.reads(update.value())) {
            boolean isState = state.type() == DType.REAL
                    && !state.isTemporary()
                    && (state.equals(update.target()) || update.target().isTemporary());
            double share = isState ? share(update.value(), state) : Double.NaN;
            if (Math.abs(share) < 1) {
                return !hasConstant(update.value());
            }
        }
        return false;
    }

    /** The constant factor of a state in a sum, not a number where there is none. */
    private static double share(Expr expr, Var state) {
        if (expr instanceof Expr.Read read && read.variable().equals(state)) {
            return 1;
        }
        if (!Exprs.reads(expr).contains(state)) {
            return 0;
        }
        if (!(expr instanceof Expr.Prim prim)) {
            return Double.NaN;
        }
        Expr first = prim.operands().get(0);
        return switch (prim.op()) {
            case NEG -> -share(first, state);
            case ADD -> share(first, state) + share(prim.operands().get(1), state);
            case SUB -> share(first, state) - share(prim.operands().get(1), state);
            case MUL ->
                first instanceof Expr.Const factor
                        ? factor.value() * share(prim.operands().get(1), state)
                        : Double.NaN;
            default -> Double.NaN;
        };
    }

    private static boolean hasConstant(Expr expr) {
        if (expr instanceof Expr.Const constant) {
            return constant.value() != 0;
        }
        boolean isSum =
                expr instanceof Expr.Prim prim && Set.of(Op.ADD, Op.SUB, Op.NEG).contains(prim.op());
        return isSum && expr.children().stream().anyMatch(Decays::hasConstant);
    }
}
