package org.altdsl.optimize;

import java.util.List;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Op;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.Space;

/** Builds sums and products without writing neutral elements. */
final class Algebra {
    static final Expr ZERO = new Expr.Const(0);
    static final Expr ONE = new Expr.Const(1);

    private Algebra() {}

    static Expr number(double value) {
        return new Expr.Const(value);
    }

    static boolean isOne(Expr expr) {
        return expr instanceof Expr.Const constant && constant.value() == 1;
    }

    static Expr negative(Expr expr) {
        if (expr instanceof Expr.Const constant) {
            return number(-constant.value());
        }
        if (expr instanceof Expr.Prim prim && prim.op() == Op.NEG) {
            return prim.operands().get(0);
        }
        return Expr.Prim.of(Op.NEG, expr);
    }

    static Expr product(Expr a, Expr b) {
        if (isOne(a)) {
            return b;
        }
        if (isOne(b)) {
            return a;
        }
        if (a instanceof Expr.Const first && b instanceof Expr.Const second) {
            return number(first.value() * second.value());
        }
        if (a instanceof Expr.Const first && first.value() == -1) {
            return negative(b);
        }
        if (b instanceof Expr.Const) {
            return product(b, a);
        }
        return Expr.Prim.of(Op.MUL, a, b);
    }

    static Expr product(List<Expr> factors) {
        Expr result = ONE;
        for (Expr factor : factors) {
            result = product(result, factor);
        }
        return result;
    }

    /** A sum in which negated terms become subtractions; {@code null} stands for no terms yet. */
    static Expr sum(Expr soFar, Expr term) {
        if (soFar == null) {
            return term;
        }
        Expr positive = withoutSign(term);
        if (positive != null) {
            return Expr.Prim.of(Op.SUB, soFar, positive);
        }
        if (term instanceof Expr.Const constant && constant.value() == 0) {
            return soFar;
        }
        return Expr.Prim.of(Op.ADD, soFar, term);
    }

    /** What a term with a minus sign in front is the negative of, null for any other term. */
    private static Expr withoutSign(Expr term) {
        if (term instanceof Expr.Prim prim && prim.op() == Op.NEG) {
            return prim.operands().get(0);
        }
        if (term instanceof Expr.Prim prim && prim.op() == Op.MUL) {
            Expr first = prim.operands().get(0);
            Expr positive = first instanceof Expr.Const constant && constant.value() < 0
                    ? number(-constant.value())
                    : withoutSign(first);
            return positive == null ? null : product(positive, prim.operands().get(1));
        }
        return null;
    }

    /** One over the number of points of a space, and 0 where there are none: the factor of a mean over a sum. */
    static Expr share(Space axes, Sizes sizes) {
        double points = 1;
        for (Axis axis : axes.axes()) {
            points *= axis.isFixed() ? sizes.of(axis) : 1;
        }
        Expr share = number(points == 0 ? 0 : 1 / points);
        for (Axis axis : axes.axes()) {
            if (!axis.isFixed()) {
                Expr present = Expr.Prim.of(Op.MAX, new Expr.SizeOf(axis), ONE);
                share = Expr.Prim.of(Op.DIV, share, present);
            }
        }
        return share;
    }
}
