package org.altdsl.lower;

import java.util.List;
import java.util.Map;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Folding;
import org.altdsl.ir.Var;

/** The value of an expression over indices and known tables alone, at one point. */
final class PairValue {
    private PairValue() {}

    /** The value of an expression over indices, at one pair of neurons. */
    static double of(Expr expr, Map<Axis, Integer> at) {
        return of(expr, at, Map.of(), 0);
    }

    /**
     * The value of an expression at a point.
     *
     * @param tables the values of variables that it may read
     * @param row where in the tables the point is
     */
    static double of(Expr expr, Map<Axis, Integer> at, Map<Var, double[]> tables, int row) {
        if (expr instanceof Expr.Const constant) {
            return constant.value();
        }
        if (expr instanceof Expr.Index index) {
            return at.get(index.axis());
        }
        if (expr instanceof Expr.Read read && tables.containsKey(read.variable())) {
            return tables.get(read.variable())[row];
        }
        if (expr instanceof Expr.Prim prim) {
            List<Double> operands = prim.operands().stream()
                    .map(operand -> of(operand, at, tables, row))
                    .toList();
            return Folding.evaluate(prim.op(), operands);
        }
        throw new IllegalArgumentException("a condition on more than the indices of the two ends: " + expr);
    }
}
