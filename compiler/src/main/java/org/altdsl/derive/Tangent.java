package org.altdsl.derive;

import java.util.List;
import java.util.function.Function;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Dist;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Fold;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Op;
import org.altdsl.ir.Space;

/** Forward mode through one expression: how fast it moves when what it reads moves at given rates. */
final class Tangent {
    private final Algebra algebra = new Algebra();
    private final Function<Expr.Read, Expr> rates;

    /**
     * @param rates the rate of each version that is read; 0 where it stands still
     */
    Tangent(Function<Expr.Read, Expr> rates) {
        this.rates = rates;
    }

    /** The rate of an expression. */
    Expr of(Expr expr) {
        if (expr instanceof Expr.Read read) {
            return rates.apply(read);
        }
        if (expr instanceof Expr.Prim prim) {
            Expr total = Algebra.ZERO;
            for (int i = 0; i < prim.operands().size(); i++) {
                Expr rate = Partials.isFlat(prim.op(), i)
                        ? Algebra.ZERO
                        : of(prim.operands().get(i));
                if (!Algebra.isZero(rate)) {
                    total = algebra.add(total, Partials.times(algebra, prim, i, rate));
                }
            }
            return total;
        }
        if (expr instanceof Expr.Gather gather) {
            if (gather.along() instanceof IndexMap.Shift) {
                // What an earlier run of the block has left stands still.
                return Algebra.ZERO;
            }
            Expr rate = full(of(gather.of()), gather.of().space());
            return Algebra.isZero(rate) ? rate : Expr.Gather.of(gather.along(), rate);
        }
        if (expr instanceof Expr.Reduce reduce) {
            return reduce(reduce, full(of(reduce.of()), reduce.of().space()));
        }
        if (expr instanceof Expr.Draw draw) {
            return draw(draw);
        }
        return Algebra.ZERO;
    }

    /** A rate at every point of a space, unless it is 0. */
    private static Expr full(Expr rate, Space space) {
        Expr result = rate;
        if (!Algebra.isZero(rate)) {
            for (Axis axis : space.minus(rate.space()).axes()) {
                result = Rebuild.on(axis, result);
            }
        }
        return result;
    }

    private Expr reduce(Expr.Reduce reduce, Expr rate) {
        if (Algebra.isZero(rate) || reduce.fold() == Fold.ARGMAX) {
            return Algebra.ZERO;
        }
        if (!(reduce.along() instanceof IndexMap.Drop drop)) {
            return new Expr.Reduce(reduce.along(), Fold.SUM, rate, reduce.space());
        }
        Space axes = drop.dropped();
        if (reduce.fold() == Fold.SUM || reduce.fold() == Fold.MEAN) {
            return Expr.Reduce.over(axes, reduce.fold(), rate);
        }
        // The first of the largest in the order of the axes: the rate of the point at its place, axis by axis.
        Axis last = axes.axes().get(axes.rank() - 1);
        Space along = Space.of(last);
        Expr of = reduce.of();
        Expr signed = reduce.fold() == Fold.MAX ? of : algebra.neg(of);
        Expr first = Expr.Prim.of(Op.EQ, new Expr.Index(last), Expr.Reduce.over(along, Fold.ARGMAX, signed));
        Expr chosen = Expr.Prim.of(Op.MUL, Expr.Prim.of(Op.SELECT, first, Algebra.ONE, Algebra.ZERO), rate);
        Expr total = Expr.Reduce.over(along, Fold.SUM, chosen);
        Expr best = Expr.Reduce.over(along, reduce.fold(), of);
        return axes.rank() == 1 ? total : reduce(Expr.Reduce.over(axes.without(last), reduce.fold(), best), total);
    }

    private Expr draw(Expr.Draw draw) {
        if (draw.dist() != Dist.NORMAL && draw.dist() != Dist.UNIFORM) {
            return Algebra.ZERO;
        }
        Expr first = of(draw.arguments().get(0));
        Expr second = of(draw.arguments().get(1));
        if (Algebra.isZero(first) && Algebra.isZero(second)) {
            return Algebra.ZERO;
        }
        // Both are linear in their arguments, given the random number.
        return new Expr.Draw(draw.dist(), List.of(first, second), draw.stream(), draw.space(), draw.once());
    }
}
