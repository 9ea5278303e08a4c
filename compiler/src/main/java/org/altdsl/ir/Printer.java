package org.altdsl.ir;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A program as text: variables with their lives, then the blocks, with slots as headings. */
public final class Printer implements Expr.Visitor<String> {
    private Printer() {}

    /** The whole program. */
    public static String print(Program program) {
        StringBuilder text = new StringBuilder("program " + program.name() + "\n\nvariables\n");
        for (Var variable : program.variables()) {
            text.append("  ").append(declaration(variable)).append('\n');
        }
        print(program.root(), 0, text);
        return text.toString();
    }

    /** One update: {@code h.u.1[lane,h] = sum[x](x->h.w * x.r)}. */
    public static String print(Update update) {
        String guard =
                update.guard().map(condition -> " where " + print(condition)).orElse("");
        return name(update.target(), update.version()) + axes(update.target().space()) + " = " + print(update.value())
                + guard;
    }

    /** An expression in the notation of the language; reads show their version unless it is 0. */
    public static String print(Expr expr) {
        return expr.accept(new Printer());
    }

    private static String declaration(Var variable) {
        String type = variable.type() == DType.REAL ? "" : " " + lower(variable.type());
        String init = variable.init().map(value -> " = " + print(value)).orElse("");
        return lower(variable.life()) + type + " " + variable.name() + axes(variable.space()) + init;
    }

    private static void print(Node.Loop loop, int depth, StringBuilder text) {
        String indent = "  ".repeat(depth);
        text.append('\n').append(indent).append("each ").append(loop.name()).append('\n');
        for (Node node : loop.body()) {
            if (node instanceof Node.Loop inner) {
                print(inner, depth + 1, text);
            } else if (node instanceof Node.Block block) {
                Slot slot = null;
                for (Update update : block.updates()) {
                    if (update.slot() != slot) {
                        slot = update.slot();
                        text.append(indent).append("  ").append(lower(slot)).append('\n');
                    }
                    text.append(indent).append("    ").append(print(update)).append('\n');
                }
            }
        }
    }

    private static String lower(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String axes(Space space) {
        return space.isScalar() ? "" : list(space);
    }

    private static String list(Space space) {
        return space.axes().stream().map(Axis::name).collect(Collectors.joining(",", "[", "]"));
    }

    private static String name(Var variable, int version) {
        return version == 0 ? variable.name() : variable.name() + "." + version;
    }

    @Override
    public String constant(Expr.Const expr) {
        double value = expr.value();
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    @Override
    public String sizeOf(Expr.SizeOf expr) {
        return "size(" + expr.axis() + ")";
    }

    @Override
    public String index(Expr.Index expr) {
        return "index(" + expr.axis() + ")";
    }

    @Override
    public String tick(Expr.Tick expr) {
        return lower(expr.clock());
    }

    @Override
    public String read(Expr.Read expr) {
        return name(expr.variable(), expr.version());
    }

    @Override
    public String prim(Expr.Prim expr) {
        List<String> operands = new ArrayList<>();
        int own = strength(expr);
        for (int i = 0; i < expr.operands().size(); i++) {
            Expr operand = expr.operands().get(i);
            String text = operand.accept(this);
            boolean negative = operand instanceof Expr.Const constant && constant.value() < 0;
            boolean grouped = i > 0 && (own == 4 || own == 5) && !associates(expr.op(), operand);
            boolean loose = strength(operand) < own || strength(operand) == own && (grouped || own == 3);
            operands.add(own < 7 && (loose || negative && i > 0) ? "(" + text + ")" : text);
        }
        String symbol = symbol(expr.op());
        if (symbol == null) {
            return lower(expr.op()) + "(" + String.join(", ", operands) + ")";
        }
        return operands.size() == 1 ? symbol + operands.get(0) : String.join(" " + symbol + " ", operands);
    }

    private static boolean associates(Op op, Expr operand) {
        return (op == Op.ADD || op == Op.MUL) && operand instanceof Expr.Prim prim && prim.op() == op;
    }

    private static int strength(Expr expr) {
        if (!(expr instanceof Expr.Prim prim)) {
            return 8;
        }
        return switch (prim.op()) {
            case OR -> 1;
            case AND -> 2;
            case LT, LE, GT, GE, EQ, NE -> 3;
            case ADD, SUB -> 4;
            case MUL, DIV -> 5;
            case NEG, NOT -> 6;
            default -> 7;
        };
    }

    private static String symbol(Op op) {
        return switch (op) {
            case OR -> "or";
            case AND -> "and";
            case LT -> "<";
            case LE -> "<=";
            case GT -> ">";
            case GE -> ">=";
            case EQ -> "==";
            case NE -> "!=";
            case ADD -> "+";
            case SUB, NEG -> "-";
            case MUL -> "*";
            case DIV -> "/";
            case NOT -> "not ";
            default -> null;
        };
    }

    @Override
    public String gather(Expr.Gather expr) {
        String of = expr.of().accept(this);
        return group(expr.of(), of) + map(expr.along());
    }

    private static String group(Expr expr, String text) {
        return strength(expr) < 7 ? "(" + text + ")" : text;
    }

    private String map(IndexMap map) {
        if (map instanceof IndexMap.Drop drop) {
            return list(drop.dropped());
        }
        if (map instanceof IndexMap.Rename rename) {
            return "[" + rename.to() + " at " + rename.from() + "]";
        }
        if (map instanceof IndexMap.Table table) {
            return "[" + table.to() + " at " + table.table().name() + "[" + table.from() + "]]";
        }
        if (map instanceof IndexMap.Affine affine) {
            String offset =
                    affine.offset() == 0 ? "" : (affine.offset() < 0 ? " - " : " + ") + Math.abs(affine.offset());
            return "[" + affine.to() + " at " + affine.scale() + " * " + affine.from() + offset + "]";
        }
        if (map instanceof IndexMap.Window window) {
            String scaled = window.stride() == 1 ? "" : window.stride() + " * ";
            String offset = window.padding() == 0 ? "" : " - " + window.padding();
            return "[" + window.in() + " at " + scaled + window.out() + " + " + window.kernel() + offset + "]";
        }
        if (map instanceof IndexMap.Pick pick) {
            return "[" + pick.to() + " at " + pick.index().accept(this) + "]";
        }
        if (map instanceof IndexMap.Delay delay) {
            return "@-" + delay.lags().name();
        }
        return "@-" + ((IndexMap.Shift) map).lag();
    }

    @Override
    public String reduce(Expr.Reduce expr) {
        String axes = expr.along() instanceof IndexMap.Drop drop ? list(drop.dropped()) : map(expr.along());
        return lower(expr.fold()) + axes + "(" + expr.of().accept(this) + ")";
    }

    @Override
    public String draw(Expr.Draw expr) {
        String arguments =
                expr.arguments().stream().map(argument -> argument.accept(this)).collect(Collectors.joining(", "));
        return lower(expr.dist()) + axes(expr.space()) + "(" + arguments + ") by " + expr.stream()
                + (expr.once() ? " once" : "");
    }

    @Override
    public String deriv(Expr.Deriv expr) {
        return "d(" + expr.of().accept(this) + ")/d(" + expr.by().name() + ")";
    }
}
