package org.altdsl.derive;

import java.util.function.UnaryOperator;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Exprs;
import org.altdsl.ir.Fold;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Op;
import org.altdsl.ir.Space;

/** Changes the operands of an expression where the new ones may vary over fewer axes than the old. */
final class Rebuild {
    private Rebuild() {}

    static Expr children(Expr expr, UnaryOperator<Expr> change) {
        if (expr instanceof Expr.Reduce reduce && reduce.along() instanceof IndexMap.Drop drop) {
            Expr of = change.apply(reduce.of());
            if (!of.space().contains(drop.dropped())) {
                return narrowed(drop.dropped(), reduce.fold(), of);
            }
            return of == reduce.of() ? reduce : Expr.Reduce.over(drop.dropped(), reduce.fold(), of);
        }
        if (expr instanceof Expr.Gather gather && !(gather.along() instanceof IndexMap.Drop)) {
            Expr of = change.apply(gather.of());
            Axis to = gather.along().target();
            boolean varies = to == null || of.space().has(to);
            if (!varies && !(gather.along() instanceof IndexMap.Window)) {
                return of;
            }
            // Past the end of an axis a window sees 0, also of what is the same all along it.
            Expr changed = varies ? of : on(to, of);
            return Exprs.mapChildren(gather, child -> child == gather.of() ? changed : change.apply(child));
        }
        if (expr instanceof Expr.Reduce reduce && !(reduce.along() instanceof IndexMap.Drop)) {
            Expr of = change.apply(reduce.of());
            return Expr.Reduce.scatter(reduce.along(), on(reduce.along().sources(), of));
        }
        return Exprs.mapChildren(expr, change);
    }

    /** A value at every point of those of the axes that it does not vary over. */
    static Expr on(Space axes, Expr value) {
        Expr result = value;
        for (Axis axis : axes.minus(value.space()).axes()) {
            result = on(axis, result);
        }
        return result;
    }

    /** A value at every point of an axis that it does not vary over. */
    static Expr on(Axis axis, Expr value) {
        Expr isPoint = Expr.Prim.of(Op.GE, new Expr.Index(axis), Algebra.ZERO);
        return Expr.Prim.of(Op.SELECT, isPoint, value, Algebra.ZERO);
    }

    /** A reduction over axes of which the value varies over some only. */
    private static Expr narrowed(Space axes, Fold fold, Expr of) {
        Space present = axes.intersect(of.space());
        if (fold == Fold.ARGMAX) {
            return Algebra.ZERO;
        }
        if (fold == Fold.SUM) {
            return new Algebra().sum(axes, of);
        }
        return present.isScalar() ? of : Expr.Reduce.over(present, fold, of);
    }
}
