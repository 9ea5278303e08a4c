package org.altdsl.ir;

import java.util.ArrayList;
import java.util.List;

/** Builds primitives, evaluating those whose operands are all constants, so that constant branches can vanish. */
public final class Folding {
    private Folding() {}

    /** The primitive of some operands, or what it is whatever the operands that are not constant. */
    public static Expr prim(Op op, Expr... operands) {
        List<Double> constants = new ArrayList<>();
        for (Expr operand : operands) {
            if (operand instanceof Expr.Const constant) {
                constants.add(constant.value());
            }
        }
        if (constants.size() == operands.length) {
            return new Expr.Const(evaluate(op, constants));
        }
        if (op == Op.SELECT && operands[0] instanceof Expr.Const condition) {
            return condition.value() != 0 ? operands[1] : operands[2];
        }
        if (op == Op.DIV && isConst(operands[1], 1)) {
            return operands[0];
        }
        if (op == Op.AND && (isConst(operands[0], 0) || isConst(operands[1], 0))) {
            return new Expr.Const(0);
        }
        if (op == Op.AND && isConst(operands[0], 1)) {
            return operands[1];
        }
        if (op == Op.OR && (isConst(operands[0], 1) || isConst(operands[1], 1))) {
            return new Expr.Const(1);
        }
        if (op == Op.OR && isConst(operands[0], 0)) {
            return operands[1];
        }
        return Expr.Prim.of(op, operands);
    }

    /** Whether an expression is a constant of a value. */
    public static boolean isConst(Expr expr, double value) {
        return expr instanceof Expr.Const constant && constant.value() == value;
    }

    /** The value of a primitive. */
    public static double evaluate(Op op, List<Double> x) {
        double a = x.get(0);
        double b = x.size() > 1 ? x.get(1) : 0;
        return switch (op) {
            case NEG -> -a;
            case ABS -> Math.abs(a);
            case SIGN -> Math.signum(a);
            case EXP -> Math.exp(a);
            case LOG -> Math.log(a);
            case SQRT -> Math.sqrt(a);
            case TANH -> Math.tanh(a);
            case SIN -> Math.sin(a);
            case COS -> Math.cos(a);
            case TAN -> Math.tan(a);
            case ASIN -> Math.asin(a);
            case ACOS -> Math.acos(a);
            case ATAN -> Math.atan(a);
            case FLOOR -> Math.floor(a);
            case CEIL -> Math.ceil(a);
            case ROUND -> Math.rint(a);
            case SIGMOID -> 1 / (1 + Math.exp(-a));
            case SOFTPLUS -> Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));
            case STOP -> a;
            case NOT -> flag(a == 0);
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case POW -> Math.pow(a, b);
            case MIN -> Math.min(a, b);
            case MAX -> Math.max(a, b);
            case MOD -> a - b * Math.floor(a / b);
            case LT -> flag(a < b);
            case LE -> flag(a <= b);
            case GT -> flag(a > b);
            case GE -> flag(a >= b);
            case EQ -> flag(a == b);
            case NE -> flag(a != b);
            case AND -> flag(a != 0 && b != 0);
            case OR -> flag(a != 0 || b != 0);
            case SELECT, BLEND -> a != 0 ? b : x.get(2);
        };
    }

    private static double flag(boolean condition) {
        return condition ? 1 : 0;
    }
}
