package org.altdsl.codegen;

import org.altdsl.ir.Expr;
import org.altdsl.ir.Op;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.runtime.kernel.LazyValues;

/**
 * States that fade to nothing, such as the trace of a neuron that has stopped to spike, which each step multiplies by a
 * number and to which it adds nothing but what fades as well, or a weight that is scaled again and again. In the end a
 * float is so small that it has lost digits (below 1e-38), and arithmetic on such numbers takes some processors a
 * hundred times as long; so does a product that comes out so small, as that of two traces. So they end at 0 before.
 */
final class Fading {
    /**
     * Beside this number, what is less than half of its last digit vanishes (5e-32 for a float), and the rest keeps as
     * many digits as it has above that. What is larger than 2e-24 is not rounded any more than it was: a current in
     * amperes may fade by ten orders of magnitude before. A small number times what is left is never subnormal, and
     * products of two such states are so in a narrow range only, below which they are 0 as well.
     */
    private static final double FLOAT_FLOOR = LazyValues.FLOAT_FLOOR;

    private static final double DOUBLE_FLOOR = LazyValues.DOUBLE_FLOOR;

    private Fading() {}

    /**
     * Whether a variable fades by an update.
     *
     * @param inStep whether the update is carried out in every step of time; elsewhere a variable counts only that is
     *     scaled as a whole, not the running means of optimizers
     */
    static boolean fades(Update update, boolean inStep) {
        return update.target().life().lasts()
                && !update.target().space().isScalar()
                && (inStep || isScaled(update.value()))
                && isSum(update.value())
                && keeps(update.value(), update.target());
    }

    private static boolean isScaled(Expr expr) {
        return expr instanceof Expr.Prim prim && (prim.op() == Op.MUL || prim.op() == Op.DIV);
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
        if (prim.op() == Op.DIV) {
            return isShare(prim.operands().get(0), variable);
        }
        return prim.op() == Op.MUL && prim.operands().stream().anyMatch(operand -> isShare(operand, variable));
    }

    private static boolean isShare(Expr factor, Var variable) {
        return factor instanceof Expr.Read read
                ? read.variable().equals(variable)
                : isScaled(factor) && keeps(factor, variable);
    }
}
