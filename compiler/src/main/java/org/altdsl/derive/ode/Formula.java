package org.altdsl.derive.ode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Exprs;
import org.altdsl.ir.Folding;
import org.altdsl.ir.Op;

/** Writes formulas with numbers folded and without terms that are 0. */
final class Formula {
    static final Expr ZERO = number(0);
    static final Expr ONE = number(1);

    /** Below this size the series takes over from the quotient, which by then has lost four bits. */
    private static final double SMALL = 0.0625;

    /** The first term left out is {@code z^8 / 9!}, less than 1e-15 for small arguments. */
    private static final int SERIES_DEGREE = 7;

    private Formula() {}

    static Expr number(double value) {
        return new Expr.Const(value);
    }

    static boolean isZero(Expr expr) {
        return Folding.isConst(expr, 0);
    }

    static Expr add(Expr a, Expr b) {
        if (isZero(a)) {
            return b;
        }
        if (isZero(b)) {
            return a;
        }
        Expr positive = withoutSign(b);
        return positive == null ? Folding.prim(Op.ADD, a, b) : Folding.prim(Op.SUB, a, positive);
    }

    static Expr sub(Expr a, Expr b) {
        if (isZero(b)) {
            return a;
        }
        return isZero(a) ? neg(b) : Folding.prim(Op.SUB, a, b);
    }

    static Expr neg(Expr a) {
        Expr positive = withoutSign(a);
        return positive == null ? Folding.prim(Op.NEG, a) : positive;
    }

    static Expr mul(Expr a, Expr b) {
        if (isZero(a) || isZero(b)) {
            return ZERO;
        }
        if (Folding.isConst(a, 1)) {
            return b;
        }
        if (Folding.isConst(b, 1)) {
            return a;
        }
        if (b instanceof Expr.Const && !(a instanceof Expr.Const)) {
            return mul(b, a);
        }
        if (Folding.isConst(a, -1)) {
            return neg(b);
        }
        boolean isScaled = b instanceof Expr.Prim prim
                && prim.op() == Op.MUL
                && prim.operands().get(0) instanceof Expr.Const;
        if (a instanceof Expr.Const && isScaled) {
            List<Expr> factors = ((Expr.Prim) b).operands();
            return mul(Folding.prim(Op.MUL, a, factors.get(0)), factors.get(1));
        }
        return Folding.prim(Op.MUL, a, b);
    }

    static Expr div(Expr a, Expr b) {
        return isZero(a) ? ZERO : Folding.prim(Op.DIV, a, b);
    }

    static Expr select(Expr condition, Expr yes, Expr no) {
        return yes.equals(no) ? yes : Folding.prim(Op.SELECT, condition, yes, no);
    }

    /** What an expression with a minus sign in front is the negative of, null for any other. */
    private static Expr withoutSign(Expr expr) {
        if (expr instanceof Expr.Const constant && constant.value() < 0) {
            return number(-constant.value());
        }
        if (expr instanceof Expr.Prim prim && prim.op() == Op.NEG) {
            return prim.operands().get(0);
        }
        if (expr instanceof Expr.Prim prim
                && prim.op() == Op.MUL
                && prim.operands().get(0) instanceof Expr.Const constant
                && constant.value() < 0) {
            return mul(number(-constant.value()), prim.operands().get(1));
        }
        return null;
    }

    static Expr exp(Expr z) {
        return isZero(z) ? ONE : Folding.prim(Op.EXP, z);
    }

    static Expr squareRoot(Expr x) {
        return Folding.prim(Op.SQRT, x);
    }

    /** {@code phi(z) = (exp(z) - 1) / z}, 1 at 0, to a few roundings everywhere. */
    static Expr phi(Expr z) {
        if (z instanceof Expr.Const constant) {
            return number(phi(constant.value()));
        }
        Expr isSmall = Expr.Prim.of(Op.LT, Expr.Prim.of(Op.ABS, z), number(SMALL));
        // Where the series counts the quotient is that of 1, so that its derivatives have values too.
        Expr large = Expr.Prim.of(Op.SELECT, isSmall, ONE, z);
        Expr quotient = Expr.Prim.of(Op.DIV, Expr.Prim.of(Op.SUB, Expr.Prim.of(Op.EXP, large), ONE), large);
        // Where the quotient counts the series is that of 0: both are numbers everywhere.
        Expr small = Expr.Prim.of(Op.SELECT, isSmall, z, number(0));
        double coefficient = 1;
        for (int i = 2; i <= SERIES_DEGREE + 1; i++) {
            coefficient /= i;
        }
        Expr series = number(coefficient);
        for (int i = SERIES_DEGREE + 1; i >= 2; i--) {
            coefficient *= i;
            series = Expr.Prim.of(Op.ADD, number(coefficient), Expr.Prim.of(Op.MUL, small, series));
        }
        return Expr.Prim.of(Op.SELECT, isSmall, series, quotient);
    }

    static double phi(double z) {
        return z == 0 ? 1 : Math.expm1(z) / z;
    }

    /**
     * A sum of weighted terms, those of equal weight together: {@code 0.5 (a - b)} for {@code 0.5 a - 0.5 b}.
     *
     * @param weights the weight of each term
     */
    static Expr sum(Map<Expr, Expr> weights, Expr constant) {
        Map<Expr, List<Expr>> byWeight = new LinkedHashMap<>();
        weights.forEach((term, weight) -> {
            boolean negative = weight instanceof Expr.Const number && number.value() < 0;
            Expr size = negative ? neg(weight) : weight;
            byWeight.computeIfAbsent(size, key -> new ArrayList<>()).add(negative ? neg(term) : term);
        });
        Expr total = ZERO;
        for (Map.Entry<Expr, List<Expr>> group : byWeight.entrySet()) {
            Expr terms = ZERO;
            for (Expr term : group.getValue()) {
                terms = add(terms, term);
            }
            Expr positive = withoutSign(terms);
            Expr weighted = mul(group.getKey(), positive == null ? terms : positive);
            total = positive == null ? add(total, weighted) : sub(total, weighted);
        }
        return add(total, constant);
    }

    /** An expression with some reads replaced, folded where a replacement makes that possible. */
    static Expr replace(Expr expr, Function<Expr.Read, Expr> replacement) {
        if (expr instanceof Expr.Read read) {
            return replacement.apply(read);
        }
        if (!(expr instanceof Expr.Prim prim)) {
            return Exprs.mapChildren(expr, child -> replace(child, replacement));
        }
        List<Expr> operands = new ArrayList<>();
        boolean same = true;
        for (Expr operand : prim.operands()) {
            Expr changed = replace(operand, replacement);
            same &= changed == operand;
            operands.add(changed);
        }
        if (same) {
            return prim;
        }
        return build(prim.op(), operands);
    }

    /** An expression with its constants folded. */
    static Expr folded(Expr expr) {
        if (!(expr instanceof Expr.Prim prim)) {
            return Exprs.mapChildren(expr, Formula::folded);
        }
        return build(prim.op(), prim.operands().stream().map(Formula::folded).toList());
    }

    private static Expr build(Op op, List<Expr> operands) {
        return switch (op) {
            case ADD -> add(operands.get(0), operands.get(1));
            case SUB -> sub(operands.get(0), operands.get(1));
            case NEG -> neg(operands.get(0));
            case MUL -> mul(operands.get(0), operands.get(1));
            case DIV -> div(operands.get(0), operands.get(1));
            default -> Folding.prim(op, operands.toArray(Expr[]::new));
        };
    }
}
