package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.ir.Axis;
import org.altdsl.ir.DType;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Expr.Const;
import org.altdsl.ir.Fold;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Op;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;
import org.altdsl.source.Span;

/**
 * Which synapses of a projection exist. The projection keeps the whole space of its sources and targets; a variable
 * of its synapses is 0 where there is none, and stays so because every write of it is held to that.
 *
 * <p>Nothing is masked that is 0 there by itself: {@code sum(w * pre.r over pre)} stays a matrix product, and an
 * optimizer's {@code w += eta * m} costs nothing more. So what an expression is at a synapse that does not exist is
 * computed, from the zeros that its variables have there.
 */
final class Mask {
    private final Space pre;
    private final Space post;
    private final Var live;
    private final Var fanIn;
    private final Var fanOut;
    private final Var count;
    private final Masks masks;

    /**
     * @param name the projection
     * @param exists 1 for each synapse that exists, 0 for the others
     */
    Mask(String name, Space pre, Space post, Expr exists, Span at, Emission emission, Masks masks) {
        this.pre = requireNonNull(pre);
        this.post = requireNonNull(post);
        this.masks = requireNonNull(masks);
        Space all = pre.union(post);
        this.live = declare(emission, name, "live", all, exists, at);
        Expr read = new Expr.Read(live, 0);
        this.fanIn = declare(emission, name, "fan_in", post, Builtins.reduce(Fold.SUM, read, pre), at);
        this.fanOut = declare(emission, name, "fan_out", pre, Builtins.reduce(Fold.SUM, read, post), at);
        this.count = declare(emission, name, "synapses", Space.SCALAR, Builtins.reduce(Fold.SUM, read, all), at);
    }

    private static Var declare(Emission emission, String name, String label, Space space, Expr init, Span at) {
        return emission.declare(new Var(
                emission.freeName(name + "." + label),
                space,
                DType.REAL,
                org.altdsl.runtime.plan.Scope.RUN,
                Owner.HARNESS,
                Matter.OTHER,
                Optional.of(init),
                at,
                label));
    }

    /** How many sources a target has. */
    Expr fanIn() {
        return new Expr.Read(fanIn, 0);
    }

    /** How many targets a source has. */
    Expr fanOut() {
        return new Expr.Read(fanOut, 0);
    }

    /** Whether an expression has a value for each synapse. */
    boolean covers(Expr expr) {
        return expr.space().contains(pre) && expr.space().contains(post);
    }

    private Expr isLive() {
        return Emission.prim(Op.NE, new Expr.Read(live, 0), new Const(0));
    }

    /** An expression where there is a synapse, another number elsewhere. */
    Expr filled(Expr expr, double elsewhere) {
        return Emission.prim(Op.SELECT, isLive(), expr, new Const(elsewhere));
    }

    /** An expression where there is a synapse, 0 elsewhere. */
    Expr zeroed(Expr expr) {
        if (isZeroElsewhere(expr)) {
            return expr;
        }
        // A product can be taken apart, a choice cannot; but only a choice hides what is not finite.
        return isTame(expr) ? Emission.prim(Op.MUL, expr, new Expr.Read(live, 0)) : filled(expr, 0);
    }

    private boolean isZeroElsewhere(Expr expr) {
        return elsewhere(expr) instanceof Const constant && constant.value() == 0;
    }

    /** What an expression is where there is no synapse, if its zeros there tell; else some expression. */
    private Expr elsewhere(Expr expr) {
        if (expr instanceof Expr.Read read) {
            return masks.of(read.variable()).filter(this::equals).isPresent() ? new Const(0) : expr;
        }
        if (expr instanceof Expr.Reduce reduce && covers(expr) && reduce.along() instanceof IndexMap.Drop) {
            Expr of = elsewhere(reduce.of());
            return of instanceof Const zero && zero.value() == 0 && reduce.fold() != Fold.ARGMAX ? of : expr;
        }
        if (!(expr instanceof Expr.Prim prim)) {
            return expr;
        }
        Expr[] operands = prim.operands().stream().map(this::elsewhere).toArray(Expr[]::new);
        boolean zeroFirst = operands[0] instanceof Const first && first.value() == 0;
        boolean zeroLast = operands[operands.length - 1] instanceof Const last && last.value() == 0;
        if (prim.op() == Op.MUL && (zeroFirst && !isConstant(operands[1]) || zeroLast && !isConstant(operands[0]))) {
            return new Const(0);
        }
        if (prim.op() == Op.DIV && zeroFirst && !isConstant(operands[1])) {
            return new Const(0);
        }
        return Emission.prim(prim.op(), operands);
    }

    private static boolean isConstant(Expr expr) {
        return expr instanceof Const;
    }

    /** Whether an expression is finite everywhere as long as what it reads is: nothing is divided, no root taken. */
    private boolean isTame(Expr expr) {
        if (!covers(expr) || expr instanceof Expr.Read) {
            return true;
        }
        boolean here =
                switch (expr instanceof Expr.Prim prim ? prim.op() : Op.STOP) {
                    case DIV, MOD, POW, LOG, SQRT, EXP, TAN, ASIN, ACOS -> false;
                    default -> true;
                };
        return here && expr.children().stream().allMatch(this::isTame);
    }

    /** A reduction over the synapses that exist, for a value that each synapse has; 0 where there is none. */
    Expr reduce(Fold fold, Expr x, Space axes) {
        Space whole = pre.union(post);
        Space over = axes.intersect(whole);
        switch (fold) {
            case SUM:
                return Builtins.reduce(Fold.SUM, zeroed(x), axes);
            case MEAN:
                Expr sum = Builtins.reduce(Fold.SUM, zeroed(x), axes);
                Expr each = Emission.prim(Op.MAX, new Const(1), number(over));
                Space others = axes.minus(over);
                Expr points = others.isScalar() ? each : Emission.prim(Op.MUL, each, Builtins.size(others));
                return Emission.prim(Op.DIV, sum, points);
            case ARGMAX:
                return Builtins.reduce(fold, filled(x, Double.NEGATIVE_INFINITY), axes);
            default:
                boolean largest = fold == Fold.MAX;
                double neutral = largest ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
                Expr extreme = Builtins.reduce(fold, filled(x, neutral), axes);
                return Emission.prim(
                        Op.SELECT, Emission.prim(Op.GT, number(over), new Const(0)), extreme, new Const(0));
        }
    }

    /** How many synapses a reduction over some of the axes takes together. */
    Expr number(Space over) {
        if (over.equals(pre)) {
            return fanIn();
        }
        return over.equals(post) ? fanOut() : new Expr.Read(count, 0);
    }

    /** A flag of each synapse, where there is one; 0 elsewhere. */
    Expr and(Expr flag) {
        return Emission.prim(Op.AND, flag, isLive());
    }

    /** Whether the synapse from another point of an axis exists, for each point of a second axis over the same. */
    Expr liveAt(Axis other, Axis axis) {
        return Expr.Gather.of(new IndexMap.Rename(other, axis), isLive());
    }

    /** Whether a reduction over axes takes synapses together. */
    boolean concerns(Expr x, Space axes) {
        return covers(x) && !axes.intersect(pre.union(post)).isScalar();
    }

    /** A quantity of neurons that is read from their synapses, where they have any; 0 for the others. */
    Expr whereConnected(Expr x) {
        Space ends = x.space().intersect(pre.union(post));
        if (ends.equals(post)) {
            return Emission.prim(Op.SELECT, Emission.prim(Op.GT, fanIn(), new Const(0)), x, new Const(0));
        }
        if (ends.equals(pre)) {
            return Emission.prim(Op.SELECT, Emission.prim(Op.GT, fanOut(), new Const(0)), x, new Const(0));
        }
        return ends.isScalar() ? x : filled(x, 0);
    }

    /** The masks of a program: by the variables that belong to the synapses of a masked projection. */
    static final class Masks {
        private final Map<Var, Mask> byVariable = new HashMap<>();

        /** From now on, a variable is one of the synapses of a masked projection. */
        Var own(Var variable, Optional<Mask> mask) {
            mask.filter(known -> variable.space().contains(known.pre.union(known.post)))
                    .ifPresent(known -> byVariable.put(variable, known));
            return variable;
        }

        Optional<Mask> of(Var variable) {
            return Optional.ofNullable(byVariable.get(variable));
        }

        /** A value that is to be written to a variable: 0 where the variable has no synapse. */
        Expr held(Var variable, Expr value) {
            return of(variable).map(mask -> mask.zeroed(value)).orElse(value);
        }

        /** The mask that a reduction has to respect: that of the place it is written at, or of what it reads. */
        Optional<Mask> of(Scope scope, Expr x, Space axes) {
            Optional<Mask> here = scope.mask().filter(mask -> mask.concerns(x, axes));
            if (here.isPresent() || byVariable.isEmpty()) {
                return here;
            }
            List<Mask> read = org.altdsl.ir.Exprs.reads(x).stream()
                    .map(byVariable::get)
                    .filter(mask -> mask != null && mask.concerns(x, axes))
                    .distinct()
                    .toList();
            return read.isEmpty() ? Optional.empty() : Optional.of(read.get(0));
        }
    }
}
