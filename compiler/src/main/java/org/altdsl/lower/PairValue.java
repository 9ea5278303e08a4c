package org.altdsl.lower;

import java.util.List;
import java.util.Map;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Folding;

/** The value of an expression over indices alone, at one pair of neurons. */
final class PairValue {
    private PairValue() {}

    static double of(Expr expr, Map<Axis, Integer> at) {
        if (expr instanceof Expr.Const constant) {
            return constant.value();
        }
        if (expr instanceof Expr.Index index) {
            return at.get(index.axis());
        }
        if (expr instanceof Expr.Prim prim) {
            List<Double> operands =
                    prim.operands().stream().map(operand -> of(operand, at)).toList();
            return Folding.evaluate(prim.op(), operands);
        }
        throw new IllegalArgumentException("a condition on more than the indices of the two ends: " + expr);
    }
}
