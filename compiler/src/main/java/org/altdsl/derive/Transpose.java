package org.altdsl.derive;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Dist;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Fold;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Op;
import org.altdsl.ir.Space;

/**
 * The transpose of the derivative of one node of an expression: what each operand receives of the node's adjoint.
 *
 * <p>The scale of adjoints with a lane axis is that of {@link Adjoint}: a sum over lanes multiplies by the number of
 * lanes what a mean over lanes hands on unchanged.
 */
final class Transpose {
    /** What an operand receives; it lives on the operand's space or on fewer axes. */
    record Share(Expr operand, Expr adjoint) {}

    private final Algebra algebra;
    private Optional<String> unsupported = Optional.empty();

    Transpose(Algebra algebra) {
        this.algebra = algebra;
    }

    /** What the last call could not differentiate, in words for the user. */
    Optional<String> unsupported() {
        return unsupported;
    }

    /** An adjoint on one space as received by a value that is broadcast to that space from fewer axes. */
    static Expr reduced(Algebra algebra, Expr adjoint, Space wide, Space narrow) {
        Space gone = wide.minus(narrow);
        Expr total = algebra.sum(gone.without(Axis.LANE), adjoint);
        return gone.has(Axis.LANE) ? algebra.meanOverLanes(total) : total;
    }

    /** The shares of the operands for which {@code matters}. */
    List<Share> through(Expr node, Expr bar, Predicate<Expr> matters) {
        unsupported = Optional.empty();
        List<Share> shares = new ArrayList<>();
        if (node instanceof Expr.Prim prim) {
            for (int i = 0; i < prim.operands().size(); i++) {
                Expr operand = prim.operands().get(i);
                if (matters.test(operand)) {
                    Expr share = Partials.times(algebra, prim, i, bar);
                    shares.add(new Share(operand, reduced(algebra, share, prim.space(), operand.space())));
                }
            }
        } else if (node instanceof Expr.Gather gather) {
            shares.add(new Share(gather.of(), gather(gather, bar)));
        } else if (node instanceof Expr.Reduce reduce) {
            shares.add(new Share(reduce.of(), reduce(reduce, bar)));
        } else if (node instanceof Expr.Draw draw) {
            for (int i = 0; i < draw.arguments().size(); i++) {
                Expr argument = draw.arguments().get(i);
                if (matters.test(argument)) {
                    Expr share = algebra.mul(bar, location(draw, i));
                    shares.add(new Share(argument, reduced(algebra, share, draw.space(), argument.space())));
                }
            }
        }
        return shares;
    }

    /** The derivative of a location-scale draw by one of its arguments: the same random number, standardised. */
    private Expr location(Expr.Draw draw, int argument) {
        List<Expr> standard = List.of(Algebra.ZERO, Algebra.ONE);
        Expr number = new Expr.Draw(draw.dist(), standard, draw.stream(), draw.space(), draw.once());
        if (draw.dist() == Dist.NORMAL) {
            return argument == 0 ? Algebra.ONE : number;
        }
        return argument == 0 ? algebra.sub(Algebra.ONE, number) : number;
    }

    private Expr gather(Expr.Gather gather, Expr bar) {
        Space inner = gather.of().space();
        if (gather.along() instanceof IndexMap.Drop) {
            return bar;
        }
        if (gather.along() instanceof IndexMap.Rename map) {
            return inner.has(map.from())
                    ? diagonal(bar, map.to(), new Expr.Index(map.from()))
                    : renamed(map.from(), map.to(), bar);
        }
        if (gather.along() instanceof IndexMap.Table map) {
            return inner.has(map.from()) ? diagonal(bar, map.to(), new Expr.Read(map.table(), 0)) : scatter(map, bar);
        }
        if (gather.along() instanceof IndexMap.Window map) {
            return inner.intersect(map.sources()).isScalar() ? scatter(map, bar) : seen(map, inner, bar);
        }
        if (gather.along() instanceof IndexMap.Affine map) {
            Expr image = algebra.add(
                    algebra.mul(Algebra.constant(map.scale()), new Expr.Index(map.from())),
                    Algebra.constant(map.offset()));
            return inner.has(map.from()) ? diagonal(bar, map.to(), image) : scatter(map, bar);
        }
        if (gather.along() instanceof IndexMap.Pick map) {
            return pick(map, inner, bar);
        }
        unsupported = Optional.of("a derivative through a value of an earlier step is not available yet");
        return Algebra.ZERO;
    }

    /** Where the operand has both axes the gather took a diagonal, and only its points receive anything. */
    private Expr diagonal(Expr bar, Axis to, Expr image) {
        return algebra.select(Expr.Prim.of(Op.EQ, new Expr.Index(to), image), bar, Algebra.ZERO);
    }

    private Expr scatter(IndexMap map, Expr bar) {
        if (Algebra.isZero(bar)) {
            return Algebra.ZERO;
        }
        if (bar.space().intersect(map.sources()).isScalar()) {
            return algebra.mul(bar, Expr.Reduce.scatter(map, Rebuild.on(map.sources(), Algebra.ONE)));
        }
        return Expr.Reduce.scatter(map, Rebuild.on(map.sources(), bar));
    }

    /** Where the operand has an axis of its own that the window starts from, a point of it is seen from there only. */
    private Expr seen(IndexMap.Window map, Space inner, Expr bar) {
        Expr image = Expr.Prim.of(
                Op.SUB,
                Expr.Prim.of(
                        Op.ADD,
                        algebra.mul(Algebra.constant(map.stride()), new Expr.Index(map.out())),
                        new Expr.Index(map.kernel())),
                Algebra.constant(map.padding()));
        return reduced(algebra, diagonal(bar, map.in(), image), inner.union(map.sources()), inner);
    }

    /** A map that renames is its own inverse read backwards, so nothing is summed. */
    private static Expr renamed(Axis from, Axis to, Expr bar) {
        return bar.space().has(from) ? Expr.Gather.of(new IndexMap.Rename(to, from), bar) : bar;
    }

    private Expr pick(IndexMap.Pick map, Space inner, Expr bar) {
        Expr index = map.index();
        Expr adjoint = bar;
        Space indexSpace = index.space();
        if (indexSpace.has(map.to())) {
            if (map.to().equals(Axis.LANE)) {
                unsupported = Optional.of("a derivative through values of other samples is not available yet");
                return Algebra.ZERO;
            }
            // The points read from and the points read at lie on one axis; the latter get a name of their own.
            Axis at = map.to().as(map.to().name() + "~at");
            IndexMap rename = new IndexMap.Rename(at, map.to());
            index = Expr.Gather.of(rename, index);
            adjoint = adjoint.space().has(map.to()) ? Expr.Gather.of(rename, adjoint) : adjoint;
            indexSpace = index.space();
        }
        Expr masked = algebra.select(Expr.Prim.of(Op.EQ, new Expr.Index(map.to()), index), adjoint, Algebra.ZERO);
        Expr total = reduced(algebra, masked, inner.union(indexSpace), inner);
        return map.to().equals(Axis.LANE) ? algebra.mul(new Expr.SizeOf(Axis.LANE), total) : total;
    }

    private Expr reduce(Expr.Reduce reduce, Expr bar) {
        if (!(reduce.along() instanceof IndexMap.Drop drop)) {
            Axis to = reduce.along().target();
            if (reduce.along() instanceof IndexMap.Window) {
                return Expr.Gather.of(reduce.along(), Rebuild.on(Space.of(to), bar));
            }
            return bar.space().has(to) ? Expr.Gather.of(reduce.along(), bar) : bar;
        }
        Space axes = drop.dropped();
        Expr lanes = axes.has(Axis.LANE) ? new Expr.SizeOf(Axis.LANE) : Algebra.ONE;
        return switch (reduce.fold()) {
            case SUM -> algebra.mul(lanes, bar);
            case MEAN -> {
                Expr share = bar;
                for (Axis axis : axes.without(Axis.LANE).axes()) {
                    share = algebra.div(share, new Expr.SizeOf(axis));
                }
                yield share;
            }
            case MAX, MIN -> algebra.mul(lanes, extremal(reduce, axes, bar));
            case ARGMAX -> Algebra.ZERO;
        };
    }

    /** To the first extremal point, in the order of the axes: along each axis to the first that leads to one. */
    private Expr extremal(Expr.Reduce reduce, Space axes, Expr bar) {
        Expr of = reduce.of();
        Expr share = bar;
        Space rest = axes;
        for (Axis axis : axes.axes()) {
            rest = rest.without(axis);
            Expr best = rest.isScalar() ? of : Expr.Reduce.over(rest, reduce.fold(), of);
            Expr signed = reduce.fold() == Fold.MAX ? best : algebra.neg(best);
            share = diagonal(share, axis, Expr.Reduce.over(Space.of(axis), Fold.ARGMAX, signed));
        }
        return share;
    }
}
