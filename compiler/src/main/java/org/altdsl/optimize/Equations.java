package org.altdsl.optimize;

import java.util.Locale;
import java.util.stream.Collectors;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Fold;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Op;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;

/** Prints expressions as equations that a researcher reads, such as {@code w + eta * mean[lane](x.r * h.delta)}. */
public final class Equations {
    private static final int LOWEST = 0;
    private static final int COMPARISON = 1;
    private static final int SUM = 2;
    private static final int PRODUCT = 3;
    private static final int ATOM = 4;

    private Equations() {}

    /** {@code target = value}. */
    static String update(Var target, Expr value) {
        return target.name() + " = " + print(value);
    }

    /** {@code target = value}, with the guard after it. */
    public static String update(Update update) {
        String equation = update(update.target(), update.value());
        return update.guard().map(guard -> equation + " where " + print(guard)).orElse(equation);
    }

    /** The expression on one line. */
    public static String print(Expr expr) {
        return print(expr, LOWEST);
    }

    private static String print(Expr expr, int context) {
        if (expr instanceof Expr.Prim prim) {
            return primitive(prim, context);
        }
        if (expr instanceof Expr.Const constant) {
            return number(constant.value());
        }
        if (expr instanceof Expr.Read read) {
            return read.variable().name();
        }
        if (expr instanceof Expr.SizeOf size) {
            return "size(" + size.axis() + ")";
        }
        if (expr instanceof Expr.Index index) {
            return "index(" + index.axis() + ")";
        }
        if (expr instanceof Expr.Tick tick) {
            return tick.clock().name().toLowerCase(Locale.ROOT);
        }
        if (expr instanceof Expr.Gather gather) {
            return print(gather.of(), ATOM) + "[" + map(gather.along()) + "]";
        }
        if (expr instanceof Expr.Reduce reduce) {
            String fold = reduce.fold().name().toLowerCase(Locale.ROOT);
            return fold + "[" + map(reduce.along()) + "](" + print(reduce.of()) + ")";
        }
        if (expr instanceof Expr.Draw draw) {
            String arguments = draw.arguments().stream().map(Equations::print).collect(Collectors.joining(", "));
            return draw.dist().name().toLowerCase(Locale.ROOT) + "(" + arguments + ")";
        }
        Expr.Deriv deriv = (Expr.Deriv) expr;
        return "d(" + print(deriv.of()) + ")/d(" + deriv.by().name() + ")";
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    private static String map(IndexMap map) {
        if (map instanceof IndexMap.Drop drop) {
            return drop.dropped().axes().stream().map(Object::toString).collect(Collectors.joining(", "));
        }
        if (map instanceof IndexMap.Rename rename) {
            return rename.to() + " at " + rename.from();
        }
        if (map instanceof IndexMap.Table table) {
            return table.to() + " at " + table.table().name();
        }
        if (map instanceof IndexMap.Affine affine) {
            return affine.to() + " at " + affine.scale() + " * " + affine.from() + " + " + affine.offset();
        }
        if (map instanceof IndexMap.Window window) {
            return window.in() + " at " + window.stride() + " * " + window.out() + " + " + window.kernel() + " - "
                    + window.padding();
        }
        if (map instanceof IndexMap.Pick pick) {
            return pick.to() + " at " + print(pick.index());
        }
        if (map instanceof IndexMap.Delay delay) {
            return delay.lags().name() + " before";
        }
        return ((IndexMap.Shift) map).lag() + " before";
    }

    private static String primitive(Expr.Prim prim, int context) {
        Op op = prim.op();
        if (op == Op.MUL && mean(prim) != null) {
            return print(mean(prim), context);
        }
        String symbol = symbol(op);
        if (symbol != null) {
            int level = level(op);
            boolean rightAssociates = op == Op.ADD || op == Op.MUL || op == Op.AND || op == Op.OR;
            String text = print(prim.operands().get(0), level) + " " + symbol + " "
                    + print(prim.operands().get(1), rightAssociates ? level : level + 1);
            return level < context ? "(" + text + ")" : text;
        }
        if (op == Op.NEG) {
            String text = "-" + print(prim.operands().get(0), PRODUCT);
            return context > SUM ? "(" + text + ")" : text;
        }
        String name = op == Op.SELECT || op == Op.BLEND ? "where" : op.name().toLowerCase(Locale.ROOT);
        return name + prim.operands().stream().map(Equations::print).collect(Collectors.joining(", ", "(", ")"));
    }

    /** A sum over lanes, divided by their number, as the mean that it is; null for anything else. */
    private static Expr mean(Expr.Prim product) {
        Expr scale = product.operands().get(0);
        if (!(product.operands().get(1) instanceof Expr.Reduce sum)
                || sum.fold() != Fold.SUM
                || !(sum.along() instanceof IndexMap.Drop drop)
                || !drop.dropped().equals(Space.of(Axis.LANE))) {
            return null;
        }
        Expr rest = withoutShare(scale);
        Expr mean = Expr.Reduce.over(drop.dropped(), Fold.MEAN, sum.of());
        return rest == null ? null : Algebra.product(rest, mean);
    }

    private static Expr withoutShare(Expr scale) {
        if (!(scale instanceof Expr.Prim prim)) {
            return null;
        }
        if (prim.op() == Op.MUL) {
            Expr rest = withoutShare(prim.operands().get(1));
            return rest == null ? null : Algebra.product(prim.operands().get(0), rest);
        }
        boolean isShare = prim.op() == Op.DIV
                && prim.operands().get(1) instanceof Expr.Prim present
                && present.op() == Op.MAX
                && present.operands().get(0) instanceof Expr.SizeOf;
        return isShare ? prim.operands().get(0) : null;
    }

    private static int level(Op op) {
        return switch (op) {
            case ADD, SUB -> SUM;
            case MUL, DIV -> PRODUCT;
            default -> COMPARISON;
        };
    }

    private static String symbol(Op op) {
        return switch (op) {
            case ADD -> "+";
            case SUB -> "-";
            case MUL -> "*";
            case DIV -> "/";
            case LT -> "<";
            case LE -> "<=";
            case GT -> ">";
            case GE -> ">=";
            case EQ -> "==";
            case NE -> "!=";
            case AND -> "and";
            case OR -> "or";
            default -> null;
        };
    }
}
