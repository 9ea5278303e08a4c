package org.altdsl.ir;

/** The elementwise primitives; all total, FLAG values are 0 and 1. */
public enum Op {
    NEG(1),
    ABS(1),
    /** -1, 0 or 1. */
    SIGN(1),
    EXP(1),
    LOG(1),
    SQRT(1),
    TANH(1),
    SIN(1),
    COS(1),
    TAN(1),
    ASIN(1),
    ACOS(1),
    ATAN(1),
    FLOOR(1),
    CEIL(1),
    ROUND(1),
    /** The logistic function 1 / (1 + exp(-x)), without overflow. */
    SIGMOID(1),
    /** log(1 + exp(x)), without overflow. */
    SOFTPLUS(1),
    /** Its argument, with no derivative. */
    STOP(1),
    NOT(1),
    ADD(2),
    SUB(2),
    MUL(2),
    DIV(2),
    POW(2),
    MIN(2),
    MAX(2),
    /** The remainder with the sign of the divisor. */
    MOD(2),
    LT(2),
    LE(2),
    GT(2),
    GE(2),
    EQ(2),
    NE(2),
    AND(2),
    OR(2),
    /** {@code SELECT(condition, yes, no)}; both values are defined whatever the condition. */
    SELECT(3),
    /** The same where both values are finite, so that it may be computed as a sum of both with weights 0 and 1. */
    BLEND(3);

    private final int arity;

    Op(int arity) {
        this.arity = arity;
    }

    public int arity() {
        return arity;
    }

    /** Whether the result is 0 or 1. */
    public boolean isFlag() {
        return switch (this) {
            case LT, LE, GT, GE, EQ, NE, AND, OR, NOT -> true;
            default -> false;
        };
    }
}
