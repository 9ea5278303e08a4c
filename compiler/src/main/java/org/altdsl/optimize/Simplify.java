package org.altdsl.optimize;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Exprs;
import org.altdsl.ir.Fold;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Op;
import org.altdsl.ir.Role;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;

/**
 * Folds constants and applies algebraic identities to single expressions.
 *
 * <p>Meaning is kept for all values, infinities and NaN included, but for three liberties: a division by a constant
 * becomes a multiplication (one rounding more), constants of a product are gathered (so that an overflow between them
 * may not happen), and {@code x^0.5} is the square root (NaN instead of infinity at minus infinity).
 */
public final class Simplify {
    private final Sizes sizes;
    private final boolean grouped;
    private final Map<Expr, Expr> done = new IdentityHashMap<>();

    public Simplify(Sizes sizes) {
        this(sizes, false);
    }

    /**
     * @param grouped whether matrix products may have groups of axes
     */
    Simplify(Sizes sizes, boolean grouped) {
        this.sizes = requireNonNull(sizes);
        this.grouped = grouped;
    }

    /**
     * The updates with their guards and values simplified; one that is guarded by a constant vanishes or is freed.
     * Matrix products stay in the form that {@link MatrixForm} knows.
     */
    public List<Update> updates(List<Update> updates) {
        List<Update> result = new ArrayList<>();
        for (Update update : updates) {
            if (MatrixForm.of(update, grouped).isPresent()) {
                result.add(update);
                continue;
            }
            Expr value = simplify(update.value());
            Expr guard = update.guard().map(this::simplify).orElse(Algebra.ONE);
            if (guard instanceof Expr.Const constant) {
                if (constant.value() != 0) {
                    result.add(Updates.with(update, null, value));
                }
            } else {
                result.add(Updates.with(update, guard, value));
            }
        }
        return result;
    }

    /** The expression in its simplest form. */
    public Expr simplify(Expr expr) {
        Expr known = done.get(expr);
        if (known == null) {
            known = rebuild(expr);
            done.put(expr, known);
            done.put(known, known);
        }
        return known;
    }

    private Expr rebuild(Expr expr) {
        if (expr instanceof Expr.SizeOf size) {
            return !size.axis().isFixed() ? size : Algebra.number(sizes.of(size.axis()));
        }
        if (expr instanceof Expr.Prim prim) {
            List<Expr> operands = prim.operands().stream().map(this::simplify).toList();
            return prim(prim.op(), operands);
        }
        if (expr instanceof Expr.Gather gather) {
            return gather(gather);
        }
        if (expr instanceof Expr.Reduce reduce) {
            return reduce(reduce, simplify(reduce.of()));
        }
        return Exprs.mapChildren(expr, this::simplify);
    }

    private Expr gather(Expr.Gather gather) {
        Expr of = simplify(gather.of());
        IndexMap along = gather.along();
        if (along instanceof IndexMap.Pick pick) {
            along = new IndexMap.Pick(pick.to(), simplify(pick.index()));
        }
        Axis to = along.target();
        if (along instanceof IndexMap.Drop) {
            return of;
        }
        if (to == null || of.space().has(to)) {
            return Expr.Gather.of(along, of);
        }
        // What a window sees of a value that is the same all along an axis is that value, but for what lies past its
        // end.
        boolean same = !(along instanceof IndexMap.Window window) || window.isInside(sizes);
        return same ? of : Expr.Gather.of(along, on(Space.of(to), of));
    }

    private Expr reduce(Expr.Reduce reduce, Expr of) {
        if (!(reduce.along() instanceof IndexMap.Drop drop)) {
            return of == reduce.of() ? reduce : scatter(reduce, of);
        }
        Space present = drop.dropped().intersect(of.space());
        Space absent = drop.dropped().minus(present);
        if (present.axes().stream().anyMatch(this::isEmpty)) {
            return ofNothing(reduce.fold());
        }
        Expr inner = present.isScalar() ? of : joined(reduce.fold(), present, of);
        for (Axis axis : absent.axes()) {
            if (axis.role() == Role.SYNAPSE && reduce.fold() != Fold.SUM) {
                // There may be none, over which the fold is not the value.
                inner = Expr.Reduce.over(Space.of(axis), reduce.fold(), on(Space.of(axis), inner));
                continue;
            }
            inner = overAbsent(reduce.fold(), axis, inner);
        }
        return inner;
    }

    private static Expr scatter(Expr.Reduce reduce, Expr of) {
        return Expr.Reduce.scatter(reduce.along(), on(reduce.along().sources(), of));
    }

    /** A value that may be the same all along some axes, with these axes made visible: i * 0 is 0. */
    private static Expr on(Space axes, Expr value) {
        Expr result = value;
        for (Axis axis : axes.minus(value.space()).axes()) {
            result = Expr.Prim.of(Op.ADD, result, Expr.Prim.of(Op.MUL, new Expr.Index(axis), Algebra.ZERO));
        }
        return result;
    }

    /** A reduction over a reduction is one, where that does not make a space of three axes out of two of two. */
    private static Expr joined(Fold fold, Space axes, Expr of) {
        if (of instanceof Expr.Reduce inner
                && inner.along() instanceof IndexMap.Drop drop
                && inner.fold() == fold
                && fold != Fold.ARGMAX
                && inner.of().space().rank() <= 2) {
            return Expr.Reduce.over(axes.union(drop.dropped()), fold, inner.of());
        }
        return Expr.Reduce.over(axes, fold, of);
    }

    private Expr overAbsent(Fold fold, Axis axis, Expr of) {
        if (isEmpty(axis)) {
            return ofNothing(fold);
        }
        return switch (fold) {
            case SUM -> prim(Op.MUL, List.of(of, simplify(new Expr.SizeOf(axis))));
            case MEAN, MAX, MIN -> of;
            case ARGMAX -> Algebra.ZERO;
        };
    }

    private boolean isEmpty(Axis axis) {
        return axis.isFixed() && sizes.of(axis) == 0;
    }

    private static Expr ofNothing(Fold fold) {
        return switch (fold) {
            case SUM, MEAN, ARGMAX -> Algebra.ZERO;
            case MAX -> Algebra.number(Double.NEGATIVE_INFINITY);
            case MIN -> Algebra.number(Double.POSITIVE_INFINITY);
        };
    }

    private Expr prim(Op op, List<Expr> operands) {
        if (operands.stream().allMatch(Expr.Const.class::isInstance)) {
            return Algebra.number(Folding.apply(
                    op, operands.stream().mapToDouble(Simplify::value).toArray()));
        }
        Expr first = operands.get(0);
        Expr second = operands.size() > 1 ? operands.get(1) : null;
        Expr simpler =
                switch (op) {
                    case ADD -> sum(first, second);
                    case SUB -> difference(first, second);
                    case MUL -> product(first, second);
                    case DIV -> quotient(first, second);
                    case POW -> power(first, second);
                    case NEG ->
                        first instanceof Expr.Prim inner && inner.op() == Op.NEG
                                ? inner.operands().get(0)
                                : null;
                    case STOP -> first;
                    case SELECT -> select(first, second, operands.get(2));
                    default -> null;
                };
        return simpler == null ? Expr.Prim.of(op, operands) : simpler;
    }

    private static double value(Expr constant) {
        return ((Expr.Const) constant).value();
    }

    private static boolean is(Expr expr, double value) {
        return expr instanceof Expr.Const constant && constant.value() == value;
    }

    private static Expr operandOf(Op op, Expr expr) {
        return expr instanceof Expr.Prim prim && prim.op() == op
                ? prim.operands().get(0)
                : null;
    }

    private Expr sum(Expr a, Expr b) {
        if (is(a, 0)) {
            return b;
        }
        if (is(b, 0)) {
            return a;
        }
        Expr negated = operandOf(Op.NEG, b);
        if (negated != null) {
            return prim(Op.SUB, List.of(a, negated));
        }
        negated = operandOf(Op.NEG, a);
        return negated == null ? null : prim(Op.SUB, List.of(b, negated));
    }

    private Expr difference(Expr a, Expr b) {
        if (is(b, 0)) {
            return a;
        }
        if (is(a, 0)) {
            return prim(Op.NEG, List.of(b));
        }
        Expr negated = operandOf(Op.NEG, b);
        return negated == null ? null : prim(Op.ADD, List.of(a, negated));
    }

    private Expr product(Expr a, Expr b) {
        if (b instanceof Expr.Const && !(a instanceof Expr.Const)) {
            return prim(Op.MUL, List.of(b, a));
        }
        if (is(a, 1)) {
            return b;
        }
        if (is(a, -1)) {
            return prim(Op.NEG, List.of(b));
        }
        if (a instanceof Expr.Const constant && b instanceof Expr.Prim inner) {
            if (inner.op() == Op.MUL && inner.operands().get(0) instanceof Expr.Const other) {
                Expr both = Algebra.number(constant.value() * other.value());
                return prim(Op.MUL, List.of(both, inner.operands().get(1)));
            }
            if (inner.op() == Op.NEG) {
                return prim(
                        Op.MUL,
                        List.of(
                                Algebra.number(-constant.value()),
                                inner.operands().get(0)));
            }
        }
        return null;
    }

    private Expr quotient(Expr a, Expr b) {
        if (!(b instanceof Expr.Const constant)) {
            return null;
        }
        double inverse = 1 / constant.value();
        boolean normal = Math.abs(inverse) >= Float.MIN_NORMAL && Math.abs(inverse) <= Float.MAX_VALUE;
        return normal ? prim(Op.MUL, List.of(Algebra.number(inverse), a)) : null;
    }

    private Expr power(Expr a, Expr b) {
        if (!(b instanceof Expr.Const constant)) {
            return null;
        }
        double exponent = constant.value();
        if (exponent == 0) {
            return Algebra.ONE;
        }
        if (exponent == 1) {
            return a;
        }
        if (exponent == 2) {
            return Expr.Prim.of(Op.MUL, a, a);
        }
        if (exponent == 3) {
            return Expr.Prim.of(Op.MUL, Expr.Prim.of(Op.MUL, a, a), a);
        }
        if (exponent == 0.5) {
            return Expr.Prim.of(Op.SQRT, a);
        }
        return exponent == -1 ? Expr.Prim.of(Op.DIV, Algebra.ONE, a) : null;
    }

    private static Expr select(Expr condition, Expr yes, Expr no) {
        if (condition instanceof Expr.Const constant) {
            return constant.value() != 0 ? yes : no;
        }
        if (is(yes, 1)
                && is(no, 0)
                && condition instanceof Expr.Prim flag
                && flag.op().isFlag()) {
            return flag;
        }
        return yes.equals(no) ? yes : null;
    }

    /** A table of what each primitive does with numbers. */
    static final class Folding {
        private Folding() {}

        static double apply(Op op, double[] x) {
            return switch (op) {
                case NEG -> -x[0];
                case ABS -> Math.abs(x[0]);
                case SIGN -> Math.signum(x[0]);
                case EXP -> Math.exp(x[0]);
                case LOG -> Math.log(x[0]);
                case SQRT -> Math.sqrt(x[0]);
                case TANH -> Math.tanh(x[0]);
                case SIN -> Math.sin(x[0]);
                case COS -> Math.cos(x[0]);
                case TAN -> Math.tan(x[0]);
                case ASIN -> Math.asin(x[0]);
                case ACOS -> Math.acos(x[0]);
                case ATAN -> Math.atan(x[0]);
                case FLOOR -> Math.floor(x[0]);
                case CEIL -> Math.ceil(x[0]);
                case ROUND -> Math.rint(x[0]);
                case SIGMOID -> 1 / (1 + Math.exp(-x[0]));
                case SOFTPLUS -> Math.max(x[0], 0) + Math.log1p(Math.exp(-Math.abs(x[0])));
                case STOP -> x[0];
                case NOT -> flag(x[0] == 0);
                case ADD -> x[0] + x[1];
                case SUB -> x[0] - x[1];
                case MUL -> x[0] * x[1];
                case DIV -> x[0] / x[1];
                case POW -> Math.pow(x[0], x[1]);
                case MIN -> Math.min(x[0], x[1]);
                case MAX -> Math.max(x[0], x[1]);
                case MOD -> x[0] - x[1] * Math.floor(x[0] / x[1]);
                case LT -> flag(x[0] < x[1]);
                case LE -> flag(x[0] <= x[1]);
                case GT -> flag(x[0] > x[1]);
                case GE -> flag(x[0] >= x[1]);
                case EQ -> flag(x[0] == x[1]);
                case NE -> flag(x[0] != x[1]);
                case AND -> flag(x[0] != 0 && x[1] != 0);
                case OR -> flag(x[0] != 0 || x[1] != 0);
                case SELECT, BLEND -> x[0] != 0 ? x[1] : x[2];
            };
        }

        private static double flag(boolean holds) {
            return holds ? 1 : 0;
        }
    }
}
