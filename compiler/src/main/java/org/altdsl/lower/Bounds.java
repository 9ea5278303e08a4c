package org.altdsl.lower;

import org.altdsl.ir.Expr;
import org.altdsl.ir.Expr.Const;

/** The least and the largest value that an expression of what is constant can have, as far as its shape tells. */
record Bounds(double low, double high) {
    /** How many standard deviations a draw may lie off; beyond them is what never happens. */
    private static final double FAR = 6;

    private static final Bounds ANY = new Bounds(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    private static final Bounds FLAG = new Bounds(0, 1);

    static Bounds of(Expr expr, Literals literals) {
        if (expr instanceof Const constant) {
            return new Bounds(constant.value(), constant.value());
        }
        if (expr instanceof Expr.Index index && literals.isSized(index.axis())) {
            return new Bounds(0, literals.sizeOf(index.axis()) - 1.0);
        }
        if (expr instanceof Expr.Gather gather) {
            return of(gather.of(), literals);
        }
        if (expr instanceof Expr.Read read && read.variable().init().isPresent()) {
            return of(read.variable().init().get(), literals);
        }
        if (expr instanceof Expr.Draw draw) {
            return ofDraw(draw, literals);
        }
        return expr instanceof Expr.Prim prim ? ofPrim(prim, literals) : ANY;
    }

    private static Bounds ofDraw(Expr.Draw draw, Literals literals) {
        Bounds first = of(draw.arguments().get(0), literals);
        Bounds second = draw.arguments().size() > 1 ? of(draw.arguments().get(1), literals) : first;
        return switch (draw.dist()) {
            case UNIFORM -> new Bounds(first.low, second.high);
            case NORMAL -> new Bounds(first.low - FAR * second.high, first.high + FAR * second.high);
            case LOGNORMAL -> new Bounds(0, Math.exp(first.high + FAR * second.high));
            case EXPONENTIAL -> new Bounds(0, FAR * FAR / 2 / first.low);
            case BERNOULLI -> FLAG;
            default -> ANY;
        };
    }

    private static Bounds ofPrim(Expr.Prim prim, Literals literals) {
        Bounds a = of(prim.operands().get(0), literals);
        Bounds b = prim.operands().size() > 1 ? of(prim.operands().get(1), literals) : a;
        return switch (prim.op()) {
            case ADD -> new Bounds(a.low + b.low, a.high + b.high);
            case SUB -> new Bounds(a.low - b.high, a.high - b.low);
            case NEG -> new Bounds(-a.high, -a.low);
            case MUL -> around(a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high);
            case DIV ->
                b.low > 0 || b.high < 0 ? around(a.low / b.low, a.low / b.high, a.high / b.low, a.high / b.high) : ANY;
            case MIN -> new Bounds(Math.min(a.low, b.low), Math.min(a.high, b.high));
            case MAX -> new Bounds(Math.max(a.low, b.low), Math.max(a.high, b.high));
            case FLOOR -> new Bounds(Math.floor(a.low), Math.floor(a.high));
            case SQRT -> new Bounds(Math.sqrt(Math.max(0, a.low)), Math.sqrt(Math.max(0, a.high)));
            case LT -> a.high < b.low ? new Bounds(1, 1) : a.low >= b.high ? new Bounds(0, 0) : FLAG;
            case LE -> a.high <= b.low ? new Bounds(1, 1) : a.low > b.high ? new Bounds(0, 0) : FLAG;
            case GT -> a.low > b.high ? new Bounds(1, 1) : a.high <= b.low ? new Bounds(0, 0) : FLAG;
            case GE -> a.low >= b.high ? new Bounds(1, 1) : a.high < b.low ? new Bounds(0, 0) : FLAG;
            case EQ, NE, AND, OR, NOT -> FLAG;
            case SELECT -> {
                Bounds c = of(prim.operands().get(2), literals);
                if (a.low == a.high) {
                    yield a.low != 0 ? b : c;
                }
                yield new Bounds(Math.min(b.low, c.low), Math.max(b.high, c.high));
            }
            default -> ANY;
        };
    }

    private static Bounds around(double... values) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (double value : values) {
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        return Double.isNaN(low) || Double.isNaN(high) ? ANY : new Bounds(low, high);
    }

    /** Whether there is only one value. */
    boolean isOne() {
        return low == high;
    }
}
