package org.altdsl.derive;

import java.util.List;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Exprs;
import org.altdsl.ir.Var;

/** Forward mode at one point: the derivative of an expression by a variable that it reads elementwise. */
public final class Slope {
    private final Var by;
    private final Algebra algebra = new Algebra();
    private boolean mixes;

    /**
     * @param by the variable, any version of which counts
     */
    public Slope(Var by) {
        this.by = by;
    }

    /** Whether the variable occurred where values of other points come in, so that {@link #of} has no meaning. */
    public boolean mixes() {
        return mixes;
    }

    /** The derivative, every read of the variable moving together; 0 where it is not read. */
    public Expr of(Expr expr) {
        if (expr instanceof Expr.Read read) {
            return read.variable().equals(by) ? Algebra.ONE : Algebra.ZERO;
        }
        if (!(expr instanceof Expr.Prim prim)) {
            mixes |= Exprs.reads(expr).contains(by);
            return Algebra.ZERO;
        }
        Expr total = Algebra.ZERO;
        List<Expr> operands = prim.operands();
        for (int i = 0; i < operands.size(); i++) {
            if (!Partials.isFlat(prim.op(), i)) {
                Expr tangent = of(operands.get(i));
                if (!Algebra.isZero(tangent)) {
                    total = algebra.add(total, Partials.times(algebra, prim, i, tangent));
                }
            }
        }
        return total;
    }
}
