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
            Axis to = to(gather.along());
            if (to != null && !of.space().has(to)) {
                return of;
            }
            Expr changed = of;
            return Exprs.mapChildren(gather, child -> child == gather.of() ? changed : change.apply(child));
        }
        if (expr instanceof Expr.Reduce reduce && !(reduce.along() instanceof IndexMap.Drop)) {
            Expr of = change.apply(reduce.of());
            Axis from = from(reduce.along());
            Expr varying = of.space().has(from) ? of : on(from, of);
            return Expr.Reduce.scatter(reduce.along(), from, to(reduce.along()), varying);
        }
        return Exprs.mapChildren(expr, change);
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

    private static Axis from(IndexMap along) {
        if (along instanceof IndexMap.Rename map) {
            return map.from();
        }
        return along instanceof IndexMap.Table map ? map.from() : ((IndexMap.Affine) along).from();
    }

    private static Axis to(IndexMap along) {
        if (along instanceof IndexMap.Rename map) {
            return map.to();
        }
        if (along instanceof IndexMap.Table map) {
            return map.to();
        }
        if (along instanceof IndexMap.Affine map) {
            return map.to();
        }
        return along instanceof IndexMap.Pick map ? map.to() : null;
    }
}
