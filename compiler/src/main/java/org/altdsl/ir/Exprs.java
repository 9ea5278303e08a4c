package org.altdsl.ir;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Walks over expressions. */
public final class Exprs {
    private Exprs() {}

    /** The variables an expression reads, tables of maps included, in order of occurrence. */
    public static Set<Var> reads(Expr expr) {
        Set<Var> found = new LinkedHashSet<>();
        collect(expr, found);
        return found;
    }

    private static void collect(Expr expr, Set<Var> found) {
        if (expr instanceof Expr.Read read) {
            found.add(read.variable());
        }
        if (expr instanceof Expr.Deriv deriv) {
            found.add(deriv.by());
        }
        if (expr instanceof Expr.Gather gather && gather.along() instanceof IndexMap.Table map) {
            found.add(map.table());
        }
        if (expr instanceof Expr.Gather gather && gather.along() instanceof IndexMap.Delay map) {
            found.add(map.lags());
        }
        if (expr instanceof Expr.Reduce reduce && reduce.along() instanceof IndexMap.Table map) {
            found.add(map.table());
        }
        for (Expr child : expr.children()) {
            collect(child, found);
        }
    }

    /** The expression with each direct operand replaced, in the order of {@link Expr#children}; spaces are computed again. */
    public static Expr mapChildren(Expr expr, Function<Expr, Expr> change) {
        if (expr.children().isEmpty()) {
            return expr;
        }
        if (expr instanceof Expr.Prim prim) {
            List<Expr> operands = new ArrayList<>();
            boolean same = true;
            for (Expr operand : prim.operands()) {
                Expr changed = change.apply(operand);
                same &= changed == operand;
                operands.add(changed);
            }
            return same ? prim : Expr.Prim.of(prim.op(), operands);
        }
        if (expr instanceof Expr.Gather gather) {
            Expr of = change.apply(gather.of());
            IndexMap along = gather.along() instanceof IndexMap.Pick pick
                    ? new IndexMap.Pick(pick.to(), change.apply(pick.index()))
                    : gather.along();
            return Expr.Gather.of(along, of);
        }
        if (expr instanceof Expr.Reduce reduce) {
            Expr of = change.apply(reduce.of());
            if (of == reduce.of()) {
                return reduce;
            }
            if (reduce.along() instanceof IndexMap.Drop drop) {
                return Expr.Reduce.over(drop.dropped(), reduce.fold(), of);
            }
            return new Expr.Reduce(reduce.along(), reduce.fold(), of, reduce.space());
        }
        if (expr instanceof Expr.Draw draw) {
            return new Expr.Draw(
                    draw.dist(),
                    draw.arguments().stream().map(change).toList(),
                    draw.stream(),
                    draw.space(),
                    draw.once());
        }
        Expr.Deriv deriv = (Expr.Deriv) expr;
        return new Expr.Deriv(deriv.kind(), change.apply(deriv.of()), deriv.by());
    }
}
