package org.altdsl.codegen;

import org.altdsl.ir.Expr;
import org.altdsl.ir.Op;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;

/**
 * States that fade to nothing, such as the trace of a neuron that has stopped to spike: each step multiplies them by a
 * number, and adds nothing but what fades as well. After a second or two a float is so small that it has lost digits
 * (below 1e-38), and arithmetic on such numbers takes some processors a hundred times as long. So they end at 0 before.
 */
final class Fading {
    /**
     * Beside this number, what is less than half of its last digit vanishes (5e-38 for a float), and the rest keeps as
     * many digits as it has above that. What is larger than 2e-30 is not rounded any more than it was.
     */
    private static final double FLOAT_FLOOR = 0x1p-100;

    private static final double DOUBLE_FLOOR = 0x1p-967;

    private Fading() {}

    /** Whether a variable fades by an update. */
    static boolean fades(Update update) {
        return update.target().life().lasts()
                && !update.target().space().isScalar()
                && isSum(update.value())
                && keeps(update.value(), update.target());
    }

    /** The value of such an update, 0 where next to nothing is left of it. */
    static String ended(String value, Target target) {
        String floor = target.literal(target.isFloat() ? FLOAT_FLOOR : DOUBLE_FLOOR);
        return "(" + value + " + " + floor + ") - " + floor;
    }

    /** Whether all that is added up has axes, and so is no constant that a state would tend to. */
    private static boolean isSum(Expr expr) {
        if (expr instanceof Expr.Prim prim && (prim.op() == Op.ADD || prim.op() == Op.SUB)) {
            return prim.operands().stream().allMatch(Fading::isSum);
        }
        return !expr.space().isScalar();
    }

    /** Whether one of the parts of a sum is a share of the variable. */
    private static boolean keeps(Expr expr, Var variable) {
        if (!(expr instanceof Expr.Prim prim)) {
            return false;
        }
        if (prim.op() == Op.ADD || prim.op() == Op.SUB) {
            return prim.operands().stream().anyMatch(operand -> keeps(operand, variable));
        }
        return prim.op() == Op.MUL
                && prim.operands().stream()
                        .anyMatch(operand -> operand instanceof Expr.Read read
                                && read.variable().equals(variable));
    }
}
