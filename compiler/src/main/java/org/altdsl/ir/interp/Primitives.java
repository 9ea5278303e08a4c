package org.altdsl.ir.interp;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.altdsl.ir.Op;

/** What the primitives compute, in double precision; a condition is anything but 0. */
final class Primitives {
    private Primitives() {}

    static DoubleUnaryOperator unary(Op op) {
        return switch (op) {
            case NEG -> x -> -x;
            case ABS -> Math::abs;
            case SIGN -> Math::signum;
            case EXP -> Math::exp;
            case LOG -> Math::log;
            case SQRT -> Math::sqrt;
            case TANH -> Math::tanh;
            case SIN -> Math::sin;
            case COS -> Math::cos;
            case TAN -> Math::tan;
            case ASIN -> Math::asin;
            case ACOS -> Math::acos;
            case ATAN -> Math::atan;
            case FLOOR -> Math::floor;
            case CEIL -> Math::ceil;
            case ROUND -> Math::rint;
            case SIGMOID -> Primitives::sigmoid;
            case SOFTPLUS -> x -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
            case STOP -> x -> x;
            case NOT -> x -> flag(x == 0);
            default -> throw new IllegalArgumentException(op + " is not unary");
        };
    }

    static DoubleBinaryOperator binary(Op op) {
        return switch (op) {
            case ADD -> (x, y) -> x + y;
            case SUB -> (x, y) -> x - y;
            case MUL -> (x, y) -> x * y;
            case DIV -> (x, y) -> x / y;
            case POW -> Math::pow;
            case MIN -> Math::min;
            case MAX -> Math::max;
            case MOD -> (x, y) -> x - y * Math.floor(x / y);
            case LT -> (x, y) -> flag(x < y);
            case LE -> (x, y) -> flag(x <= y);
            case GT -> (x, y) -> flag(x > y);
            case GE -> (x, y) -> flag(x >= y);
            case EQ -> (x, y) -> flag(x == y);
            case NE -> (x, y) -> flag(x != y);
            case AND -> (x, y) -> flag(x != 0 && y != 0);
            case OR -> (x, y) -> flag(x != 0 || y != 0);
            default -> throw new IllegalArgumentException(op + " is not binary");
        };
    }

    private static double sigmoid(double x) {
        double small = Math.exp(-Math.abs(x));
        return x >= 0 ? 1 / (1 + small) : small / (1 + small);
    }

    private static double flag(boolean value) {
        return value ? 1 : 0;
    }
}
