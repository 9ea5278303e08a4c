package org.altdsl.derive;

import org.altdsl.ir.Expr;
import org.altdsl.ir.Op;

/**
 * The partial derivatives of the primitives. Multiplication by a partial derivative is its own transpose, so forward
 * and reverse mode use the same table.
 *
 * <p>Where a primitive has a kink the derivative is one of the two slopes: {@code abs} has 0 at 0; {@code min} and
 * {@code max} give the derivative to the first operand at a tie. Rounding, comparisons, {@code sign} and {@code stop}
 * have none.
 */
final class Partials {
    private Partials() {}

    /** Whether the derivative by an operand is 0 everywhere. */
    static boolean isFlat(Op op, int operand) {
        return switch (op) {
            case SIGN, FLOOR, CEIL, ROUND, STOP, NOT, LT, LE, GT, GE, EQ, NE, AND, OR -> true;
            case SELECT, BLEND -> operand == 0;
            default -> false;
        };
    }

    /** The derivative of a primitive by one operand, times {@code by}. */
    static Expr times(Algebra algebra, Expr.Prim prim, int operand, Expr by) {
        if (isFlat(prim.op(), operand)) {
            return Algebra.ZERO;
        }
        Expr x = prim.operands().get(0);
        Expr y = prim.operands().size() > 1 ? prim.operands().get(1) : x;
        boolean first = operand == 0;
        return switch (prim.op()) {
            case NEG -> algebra.neg(by);
            case ABS -> algebra.mul(by, Expr.Prim.of(Op.SIGN, x));
            case EXP -> algebra.mul(by, prim);
            case LOG -> algebra.div(by, x);
            case SQRT -> algebra.div(by, algebra.mul(Algebra.constant(2), prim));
            case TANH -> algebra.mul(by, algebra.sub(Algebra.ONE, algebra.mul(prim, prim)));
            case SIN -> algebra.mul(by, Expr.Prim.of(Op.COS, x));
            case COS -> algebra.neg(algebra.mul(by, Expr.Prim.of(Op.SIN, x)));
            case TAN -> algebra.mul(by, algebra.add(Algebra.ONE, algebra.mul(prim, prim)));
            case ASIN -> algebra.div(by, chord(algebra, x));
            case ACOS -> algebra.neg(algebra.div(by, chord(algebra, x)));
            case ATAN -> algebra.div(by, algebra.add(Algebra.ONE, algebra.mul(x, x)));
            case SIGMOID -> algebra.mul(by, algebra.mul(prim, algebra.sub(Algebra.ONE, prim)));
            case SOFTPLUS -> algebra.mul(by, Expr.Prim.of(Op.SIGMOID, x));
            case ADD -> by;
            case SUB -> first ? by : algebra.neg(by);
            case MUL -> algebra.mul(by, first ? y : x);
            case DIV -> first ? algebra.div(by, y) : algebra.neg(algebra.div(algebra.mul(by, prim), y));
            case POW -> first ? base(algebra, x, y, by) : exponent(algebra, x, by, prim);
            case MIN -> choose(algebra, Expr.Prim.of(Op.LE, x, y), first, by);
            case MAX -> choose(algebra, Expr.Prim.of(Op.GE, x, y), first, by);
            case MOD -> first ? by : algebra.neg(algebra.mul(by, Expr.Prim.of(Op.FLOOR, algebra.div(x, y))));
            case SELECT, BLEND -> choose(algebra, x, operand == 1, by);
            default -> throw new IllegalStateException("no derivative of " + prim.op());
        };
    }

    private static Expr chord(Algebra algebra, Expr x) {
        return Expr.Prim.of(Op.SQRT, algebra.sub(Algebra.ONE, algebra.mul(x, x)));
    }

    private static Expr choose(Algebra algebra, Expr condition, boolean whenTrue, Expr by) {
        return whenTrue ? algebra.select(condition, by, Algebra.ZERO) : algebra.select(condition, Algebra.ZERO, by);
    }

    private static Expr base(Algebra algebra, Expr x, Expr y, Expr by) {
        if (y instanceof Expr.Const constant) {
            double n = constant.value();
            return algebra.mul(by, algebra.mul(Algebra.constant(n), algebra.power(x, n - 1)));
        }
        Expr power = Expr.Prim.of(Op.POW, x, algebra.sub(y, Algebra.ONE));
        return algebra.mul(by, algebra.mul(y, power));
    }

    /** At a base that is not positive the power has no derivative by its exponent; it counts as 0 there. */
    private static Expr exponent(Algebra algebra, Expr x, Expr by, Expr power) {
        Expr slope = algebra.mul(power, Expr.Prim.of(Op.LOG, x));
        Expr positive = Expr.Prim.of(Op.GT, x, Algebra.ZERO);
        return algebra.mul(by, algebra.select(positive, slope, Algebra.ZERO));
    }
}
