package org.altdsl.optimize;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Op;

/** Takes sums apart into parts with factors that have no axes. */
final class LinearSum {
    /** One part of a sum: a number that may depend on the run, times an expression. */
    record Part(Expr scale, Expr expr) {}

    private LinearSum() {}

    /**
     * The parts of a sum, in order.
     *
     * @param wanted the expressions for whose sake factors are drawn out of a product
     */
    static List<Part> parts(Expr expr, Predicate<Expr> wanted) {
        List<Part> parts = new ArrayList<>();
        split(Algebra.ONE, expr, wanted, parts);
        return parts;
    }

    private static void split(Expr scale, Expr expr, Predicate<Expr> wanted, List<Part> parts) {
        if (expr instanceof Expr.Prim prim && isLinear(prim.op())) {
            Expr first = prim.operands().get(0);
            Expr second = prim.operands().size() > 1 ? prim.operands().get(1) : Algebra.ONE;
            switch (prim.op()) {
                case ADD, SUB -> {
                    split(scale, first, wanted, parts);
                    split(prim.op() == Op.ADD ? scale : Algebra.negative(scale), second, wanted, parts);
                    return;
                }
                case NEG -> {
                    split(Algebra.negative(scale), first, wanted, parts);
                    return;
                }
                default -> {
                    boolean divides = prim.op() == Op.DIV;
                    Expr number = second.space().isScalar() ? second : divides ? null : first;
                    Expr other = number == second ? first : second;
                    if (number != null && number.space().isScalar() && wanted.test(other)) {
                        Expr factor = divides ? Expr.Prim.of(Op.DIV, Algebra.ONE, number) : number;
                        split(Algebra.product(scale, factor), other, wanted, parts);
                        return;
                    }
                }
            }
        }
        parts.add(new Part(scale, expr));
    }

    private static boolean isLinear(Op op) {
        return op == Op.ADD || op == Op.SUB || op == Op.NEG || op == Op.MUL || op == Op.DIV;
    }

    /** Whether a reduction over at least three axes is a part of a sum, or a factor in one. */
    static boolean containsMatrix(Expr expr) {
        if (expr instanceof Expr.Reduce reduce) {
            return reduce.of().space().rank() >= 3;
        }
        return expr instanceof Expr.Prim prim
                && isLinear(prim.op())
                && prim.operands().stream().anyMatch(LinearSum::containsMatrix);
    }
}
