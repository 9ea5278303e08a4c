package org.altdsl.codegen;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Expr;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Op;
import org.altdsl.ir.Role;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;
import org.altdsl.optimize.Choices;
import org.altdsl.placement.Home;

/**
 * Writes expressions as Java inside a nest of loops. What does not depend on the innermost loop is named at the head
 * of the outermost loop it can move to; what occurs twice is named and computed once.
 */
final class Expressions {
    /** An index along an axis. */
    private record Index(String text, int depth) {}

    /** How often each operation occurs in a kernel; found by writing the kernel once and throwing it away. */
    static final class Occurrences {
        private final Map<String, Integer> keys = new HashMap<>();
        private final Map<Integer, Integer> counts = new HashMap<>();
        private final Set<Integer> parents = new HashSet<>();
        private boolean counting = true;

        int key(String operation) {
            return keys.computeIfAbsent(operation, text -> keys.size());
        }

        void use(int parent, List<Code> children) {
            if (counting && parents.add(parent)) {
                children.forEach(child -> counts.merge(child.key(), 1, Integer::sum));
            }
        }

        void endCounting() {
            counting = false;
        }

        boolean repeated(int key) {
            return !counting && counts.getOrDefault(key, 0) > 1;
        }
    }

    private final Target target;
    private final Nest nest;
    private final Occurrences occurrences;
    private final Map<Axis, Index> root = new HashMap<>();
    private final Map<Integer, String> named = new HashMap<>();
    private final Map<String, String> rows = new HashMap<>();
    private final Map<Var, String> arrays = new HashMap<>();
    private final Map<Var, Code> values = new HashMap<>();
    private final Map<Axis, String> extents = new HashMap<>();

    /** Where the tables of a walk lead from the present synapse. */
    private final Map<Var, Code> ends = new HashMap<>();

    private final JavaNames locals = new JavaNames();
    private final Set<Var> written;
    private final Set<Var> needed;
    private final Set<Var> copiedRows = new HashSet<>();
    private int statements;

    /** Whether points are visited one by one, where a branch that seldom changes its mind costs less than a minimum. */
    private boolean walks;

    /**
     * @param written the variables that the kernel writes
     * @param needed the variables whose values on entry of the kernel it reads
     */
    Expressions(Target target, Nest nest, Occurrences occurrences, Set<Var> written, Set<Var> needed) {
        this.target = target;
        this.nest = nest;
        this.occurrences = occurrences;
        this.written = written;
        this.needed = needed;
    }

    /** Opens a loop over an axis. */
    void loop(Axis axis) {
        nest.loop(opened(axis), extent(axis));
    }

    /** Opens the outermost loop, over the part of an axis that is this shard's. */
    void shardLoop(Axis axis) {
        String extent = extent(axis);
        nest.head("final int first = part.first(" + extent + ");");
        nest.head("final int last = part.last(" + extent + ");");
        locals.fresh("first");
        locals.fresh("last");
        nest.loop(opened(axis), "first", "last");
    }

    /** The extent of an axis in Java. */
    String extent(Axis axis) {
        if (axis.equals(Axis.LANE)) {
            return "now.lanes";
        }
        int projection = target.events().projection(axis);
        if (projection < 0) {
            return JavaNames.constant(axis.extent());
        }
        return extents.computeIfAbsent(axis, key -> {
            String name = locals.fresh(JavaNames.identifier(key.extent()) + "_count");
            nest.head("final int " + name + " = arrays.events.extent(" + projection + ");");
            return name;
        });
    }

    /** Says that points are visited one by one, as events lead to them. */
    void walk() {
        walks = true;
    }

    /** Says where along an axis the innermost loop stands. */
    void stand(Axis axis, String index) {
        root.put(axis, new Index(index, nest.depth()));
    }

    /** Says where a table leads from the synapse at which a walk stands; named where it is needed. */
    void lead(Var table, String place, int depth) {
        ends.put(table, new Code(place, Code.ATOM, depth, occurrences.key(place), place.matches("\\w+")));
    }

    private String opened(Axis axis) {
        String name = axis.equals(Axis.LANE) ? "sample" : loopName();
        root.put(axis, new Index(name, nest.depth() + 1));
        return name;
    }

    private String loopName() {
        long others =
                root.keySet().stream().filter(axis -> !axis.equals(Axis.LANE)).count();
        return others < 4 ? String.valueOf((char) ('i' + others)) : "i" + others;
    }

    /** The name of the loop variable of an axis. */
    String index(Axis axis) {
        return root.get(axis).text();
    }

    /** A name for a local variable of this method. */
    String fresh(String wanted) {
        return locals.fresh(wanted);
    }

    /** From here on, reads of a variable are this local variable. */
    void define(Var variable, String local) {
        values.put(variable, new Code(local, Code.ATOM, nest.depth(), occurrences.key(local), true));
    }

    /** The value of an expression at the present point; named at its loop's head where that is an outer loop. */
    Code value(Expr expr) {
        Code code = real(expr, root);
        occurrences.use(occurrences.key("statement " + statements++), List.of(code));
        return lifted(code, nest.depth(), "factor");
    }

    /** A condition at the present point. */
    Code truth(Expr expr) {
        return lifted(condition(expr, root), nest.depth(), "holds", "boolean");
    }

    /** The present element of a stored variable, as something to assign to. */
    String element(Var variable) {
        return access(variable, root).text();
    }

    /** The innermost array that holds the present element, without its last index. */
    String row(Var variable) {
        String element = element(variable);
        return element.substring(0, element.lastIndexOf('['));
    }

    /** The array of a variable. */
    String array(Var variable) {
        Var alias = target.events().alias(variable).orElse(variable);
        if (!alias.equals(variable)) {
            return array(alias);
        }
        return arrays.computeIfAbsent(variable, key -> {
            String name = locals.fresh(target.names().of(key.name()));
            if (target.isTable(key)) {
                nest.head("final int[] " + name + " = (int[]) arrays.at("
                        + target.slots().get(key) + ");");
            } else if (target.events().isVirtual(key)) {
                String flags = "arrays.events.flags(" + target.events().view(key) + ")";
                nest.head("final " + target.arrayType(1) + " " + name + " = (" + target.arrayType(1) + ") " + flags
                        + ";");
            } else {
                declareArray(name, key.space().rank(), target.slots().get(key));
            }
            return name;
        });
    }

    /** A variable as an operand of a matrix product. */
    String matrix(Var variable) {
        return arrays.computeIfAbsent(variable, key -> {
            String name = locals.fresh(target.names().of(key.name()));
            nest.head("final Matrix " + name + " = arrays.matrix("
                    + target.slots().get(key) + ");");
            return name;
        });
    }

    /** The array at a slot, under a name. */
    void declareArray(String name, int rank, int slot) {
        String type = target.arrayType(rank);
        nest.head("final " + type + " " + name + " = (" + type + ") arrays.at(" + slot + ");");
    }

    private Code real(Expr expr, Map<Axis, Index> at) {
        if (expr instanceof Expr.Const constant) {
            String text = target.literal(constant.value());
            return leaf(text, text.startsWith("-") ? Code.UNARY : Code.ATOM, 0, true);
        }
        if (expr instanceof Expr.SizeOf size) {
            return leaf("(" + target.type() + ") " + extent(size.axis()), Code.UNARY, 0, false);
        }
        if (expr instanceof Expr.Index index) {
            Index place = at.get(index.axis());
            boolean simple = place.text().matches("\\w+");
            String text = simple ? place.text() : "(" + place.text() + ")";
            return leaf("(" + target.type() + ") " + text, Code.UNARY, place.depth(), false);
        }
        if (expr instanceof Expr.Tick tick) {
            String clock = tick.clock().name().toLowerCase(Locale.ROOT);
            return leaf("(" + target.type() + ") now." + clock, Code.UNARY, 0, false);
        }
        if (expr instanceof Expr.Read read) {
            Code local = at == root ? values.get(read.variable()) : null;
            if (local == null && target.isTable(read.variable())) {
                Code index = access(read.variable(), at);
                return leaf("(" + target.type() + ") " + index.text(), Code.UNARY, index.depth(), false);
            }
            return local != null ? local : access(read.variable(), at);
        }
        if (expr instanceof Expr.Gather gather && gather.along() instanceof IndexMap.Window window) {
            return seen(window, gather.of(), at);
        }
        if (expr instanceof Expr.Gather gather) {
            return real(gather.of(), moved(gather.along(), at));
        }
        if (expr instanceof Expr.Draw draw) {
            return draw(draw, at);
        }
        if (expr instanceof Expr.Prim prim) {
            return primitive(prim, at);
        }
        throw new IllegalStateException("not an elementwise expression: " + expr);
    }

    private Code leaf(String text, int precedence, int depth, boolean isName) {
        return new Code(text, precedence, depth, occurrences.key(text), isName);
    }

    /** The indices with which an expression below a map is evaluated. */
    private Map<Axis, Index> moved(IndexMap map, Map<Axis, Index> at) {
        Map<Axis, Index> moved = new HashMap<>(at);
        if (map instanceof IndexMap.Rename rename) {
            moved.put(rename.to(), at.get(rename.from()));
        } else if (map instanceof IndexMap.Affine affine) {
            moved.put(affine.to(), affine(affine.scale(), affine.offset(), at.get(affine.from())));
        } else if (map instanceof IndexMap.Table table) {
            moved.put(table.to(), end(table, at));
        } else if (map instanceof IndexMap.Pick pick) {
            moved.put(pick.to(), integer(real(pick.index(), at)));
        } else {
            throw new IllegalStateException("a map that an earlier pass removes: " + map);
        }
        return moved;
    }

    private Index end(IndexMap.Table table, Map<Axis, Index> at) {
        Code end = ends.get(table.table());
        if (end != null && root.get(table.from()).equals(at.get(table.from()))) {
            return new Index(end.isName() ? end.text() : named(end, "at", "int").text(), end.depth());
        }
        Code entry = access(table.table(), at);
        if (!target.isTable(table.table())) {
            return integer(entry);
        }
        Code lifted = lifted(entry, nest.depth(), "at", "int");
        return new Index(lifted.text(), lifted.depth());
    }

    /** What a window sees; where it looks past the end of an axis, the nearest point is read and not used. */
    private Code seen(IndexMap.Window window, Expr of, Map<Axis, Index> at) {
        Map<Axis, Index> moved = new HashMap<>(at);
        Index place = place(window, at);
        if (window.isInside(target.sizes())) {
            moved.put(window.in(), place);
            return real(of, moved);
        }
        Index nearest = nearest(window, place);
        moved.put(window.in(), nearest);
        Code inside = leaf(place.text() + " == " + nearest.text(), Code.EQUALITY, place.depth(), false);
        return operation(
                "select",
                Code.CONDITIONAL,
                List.of(inside, real(of, moved), leaf(target.literal(0), Code.ATOM, 0, true)),
                x -> x.get(0).at(Code.OR) + " ? " + x.get(1).at(Code.OR) + " : "
                        + x.get(2).at(Code.CONDITIONAL));
    }

    /** The point that a window leads to, which may lie outside its axis. */
    private Index place(IndexMap.Window window, Map<Axis, Index> at) {
        Index out = affine(window.stride(), -window.padding(), at.get(window.out()));
        Index kernel = at.get(window.kernel());
        boolean simple = kernel.text().matches("\\w+");
        String text = out.text() + " + " + (simple ? kernel.text() : "(" + kernel.text() + ")");
        return whole(text, Math.max(out.depth(), kernel.depth()), "place");
    }

    private Index nearest(IndexMap.Window window, Index place) {
        String last = extent(window.in()) + " - 1";
        return whole("Math.min(Math.max(" + place.text() + ", 0), " + last + ")", place.depth(), "nearest");
    }

    /** A named integer. */
    private Index whole(String text, int depth, String what) {
        Code code = new Code(text, Code.SUM, depth, occurrences.key(text), false);
        return new Index(named(code, what, "int").text(), depth);
    }

    private static Index affine(int scale, int offset, Index from) {
        boolean simple = from.text().matches("\\w+");
        String scaled = scale == 1 ? from.text() : scale + " * " + (simple ? from.text() : "(" + from.text() + ")");
        String shifted = offset == 0 ? scaled : scaled + (offset < 0 ? " - " + -(long) offset : " + " + offset);
        return new Index(shifted, from.depth());
    }

    private Index integer(Code code) {
        Code lifted = lifted(code, nest.depth(), "at");
        return new Index("(int) " + lifted.at(Code.UNARY), lifted.depth());
    }

    /** Where along an axis something stands, for maps out of it; of a window, perhaps outside. */
    String image(IndexMap map) {
        return map instanceof IndexMap.Window window
                ? place(window, root).text()
                : moved(map, root).get(map.target()).text();
    }

    private Code access(Var variable, Map<Axis, Index> at) {
        Space space = variable.space();
        if (space.isScalar()) {
            return scalar(variable);
        }
        List<Axis> order = target.placement().order(space);
        if (target.placement().home(variable) == Home.OFF_HEAP) {
            int rows = target.placement().rows(space);
            Index column = number(order.subList(rows, order.size()), at);
            String row = copiedRow(variable, number(order.subList(0, rows), at));
            return leaf(row + "[" + column.text() + "]", Code.ATOM, column.depth(), false);
        }
        String text = array(variable);
        int depth = 0;
        for (int level = 0; level < order.size(); level++) {
            Index index = at.get(order.get(level));
            depth = Math.max(depth, index.depth());
            String element = text + "[" + index.text() + "]";
            boolean isRow = level < order.size() - 1;
            text = isRow && depth < nest.depth()
                    ? row(element, text, index.text(), depth, order.size() - 1 - level)
                    : element;
        }
        return leaf(text, Code.ATOM, depth, false);
    }

    /** Where a point of a group of axes stands among all its points. */
    private Index number(List<Axis> axes, Map<Axis, Index> at) {
        Index number = at.get(axes.get(0));
        for (Axis axis : axes.subList(1, axes.size())) {
            Index next = at.get(axis);
            String before = number.text().matches("\\w+") ? number.text() : "(" + number.text() + ")";
            number = new Index(
                    before + " * " + extent(axis) + " + " + next.text(), Math.max(number.depth(), next.depth()));
        }
        return number;
    }

    /** The array that holds the present row of a variable off the heap. */
    private String copiedRow(Var variable, Index row) {
        String name = arrays.computeIfAbsent(
                variable,
                key -> locals.fresh(
                        target.names().of(key.name()) + "_" + (row.text().matches("\\w+") ? row.text() : "row")));
        if (copiedRows.add(variable)) {
            String matrix = locals.fresh(target.names().of(variable.name()));
            int slot = target.slots().get(variable);
            nest.head("final OffHeapMatrix " + matrix + " = arrays.offHeap(" + slot + ");");
            nest.head("final " + target.arrayType(1) + " " + name + " = (" + target.arrayType(1) + ") arrays.row("
                    + slot + ");");
            if (needed.contains(variable)) {
                nest.declare(row.depth(), matrix + ".get(" + row.text() + ", " + name + ");");
            }
            if (written.contains(variable)) {
                nest.after(row.depth(), matrix + ".put(" + row.text() + ", " + name + ");");
            }
        }
        return name;
    }

    private String row(String element, String array, String index, int depth, int rank) {
        return rows.computeIfAbsent(element, key -> {
            String suffix = index.matches("\\w+") ? index : "row";
            String name = locals.fresh(array.replaceAll("\\W+", "_") + "_" + suffix);
            nest.declare(depth, "final " + target.arrayType(rank) + " " + name + " = " + element + ";");
            return name;
        });
    }

    private Code scalar(Var variable) {
        if (written.contains(variable)) {
            return leaf(array(variable) + "[0]", Code.ATOM, 0, true);
        }
        String name = arrays.computeIfAbsent(variable, key -> {
            String fresh = locals.fresh(target.names().of(key.name()));
            int slot = target.slots().get(key);
            String array = "((" + target.arrayType(1) + ") arrays.at(" + slot + "))[0]";
            nest.head("final " + target.type() + " " + fresh + " = " + array + ";");
            return fresh;
        });
        return leaf(name, Code.ATOM, 0, true);
    }

    /** An operation on operands, those that belong to outer loops named there. */
    private Code operation(String name, int precedence, List<Code> operands, Template template) {
        int depth = 0;
        StringBuilder key = new StringBuilder(name);
        for (Code operand : operands) {
            depth = Math.max(depth, operand.depth());
            key.append(' ').append(operand.key());
        }
        int number = occurrences.key(key.toString());
        occurrences.use(number, operands);
        String known = named.get(number);
        if (known != null) {
            return new Code(known, Code.ATOM, depth, number, true);
        }
        List<Code> ready = new ArrayList<>();
        for (Code operand : operands) {
            ready.add(lifted(operand, depth, "factor"));
        }
        Code code = new Code(template.fill(ready), precedence, depth, number, false);
        return occurrences.repeated(number) ? named(code, "common", type(precedence)) : code;
    }

    private interface Template {
        String fill(List<Code> operands);
    }

    private String type(int precedence) {
        boolean isCondition = precedence >= Code.OR && precedence <= Code.RELATION;
        return isCondition ? "boolean" : target.type();
    }

    /** The code, named at the head of its own loop where it is to be used in an inner one. */
    private Code lifted(Code code, int depth, String what) {
        return lifted(code, depth, what, type(code.precedence()));
    }

    private Code lifted(Code code, int depth, String what, String type) {
        return code.depth() >= depth || code.isName() ? code : named(code, what, type);
    }

    private Code named(Code code, String what, String type) {
        String name = named.get(code.key());
        if (name == null) {
            String wanted = code.text().matches("\\w+\\[\\w+\\]")
                    ? code.text().replace("[", "_").replace("]", "")
                    : what;
            name = locals.fresh(wanted);
            named.put(code.key(), name);
            nest.declare(code.depth(), "final " + type + " " + name + " = " + code.text() + ";");
        }
        return new Code(name, Code.ATOM, code.depth(), code.key(), true);
    }

    private Code primitive(Expr.Prim prim, Map<Axis, Index> at) {
        if (prim.op().isFlag() && Choices.isBranchFree(prim)) {
            return flag(prim, at);
        }
        if (prim.op().isFlag()) {
            Code condition = condition(prim, at);
            return operation(
                    "flag",
                    Code.CONDITIONAL,
                    List.of(condition),
                    x -> x.get(0).at(Code.OR) + " ? " + target.literal(1) + " : " + target.literal(0));
        }
        if (prim.op() == Op.SELECT) {
            List<Code> operands = List.of(
                    condition(prim.operands().get(0), at),
                    real(prim.operands().get(1), at),
                    real(prim.operands().get(2), at));
            return operation(
                    "select",
                    Code.CONDITIONAL,
                    operands,
                    x -> x.get(0).at(Code.OR) + " ? " + x.get(1).at(Code.OR) + " : "
                            + x.get(2).at(Code.CONDITIONAL));
        }
        if (walks && (prim.op() == Op.MIN || prim.op() == Op.MAX)) {
            Expr first = prim.operands().get(0);
            Expr second = prim.operands().get(1);
            Expr bound = first instanceof Expr.Const ? first : second;
            Expr other = bound == first ? second : first;
            if (bound instanceof Expr.Const) {
                String function = prim.op() == Op.MIN ? "Elementary.atMost" : "Elementary.atLeast";
                return call(function, List.of(real(other, at), real(bound, at)));
            }
        }
        if (isOfWholeSteps(prim)) {
            return ofClock(prim);
        }
        List<Code> operands = new ArrayList<>();
        prim.operands().forEach(operand -> operands.add(real(operand, at)));
        return arithmetic(prim.op(), operands);
    }

    /** A condition as 0 or 1 without a branch, which HotSpot would not vectorise. */
    private Code flag(Expr expr, Map<Axis, Index> at) {
        if (!(expr instanceof Expr.Prim prim)) {
            return real(expr, at);
        }
        return switch (prim.op()) {
            case AND, OR ->
                call(
                        prim.op() == Op.AND ? "Math.min" : "Math.max",
                        List.of(
                                flag(prim.operands().get(0), at),
                                flag(prim.operands().get(1), at)));
            case NOT -> complement("not", flag(prim.operands().get(0), at));
            default -> threshold(prim, at);
        };
    }

    private Code complement(String name, Code flag) {
        return operation(
                name,
                Code.SUM,
                List.of(flag),
                x -> target.literal(1) + " - " + x.get(0).at(Code.PRODUCT));
    }

    /** An inequality as 0 or 1 without a branch, which HotSpot would not vectorise. */
    private Code threshold(Expr.Prim prim, Map<Axis, Index> at) {
        Code left = real(prim.operands().get(0), at);
        Code right = real(prim.operands().get(1), at);
        boolean strict = prim.op() == Op.LT || prim.op() == Op.GT;
        boolean leftIsAbove = prim.op() == Op.GT || prim.op() == Op.LE;
        Code above = call("Elementary.above", leftIsAbove ? List.of(left, right) : List.of(right, left));
        return strict ? above : complement("not above", above);
    }

    private Code arithmetic(Op op, List<Code> operands) {
        String name = op.name();
        return switch (op) {
            case ADD -> binary(name, " + ", Code.SUM, operands);
            case SUB -> binary(name, " - ", Code.SUM, operands);
            case MUL -> binary(name, " * ", Code.PRODUCT, operands);
            case DIV -> binary(name, " / ", Code.PRODUCT, operands);
            case NEG ->
                operation(name, Code.UNARY, operands, x -> "-" + x.get(0).at(Code.ATOM));
            case MIN, MAX, ABS -> call("Math." + name.toLowerCase(Locale.ROOT), operands);
            case SIGN -> call("Math.signum", operands);
            case EXP, LOG, TANH, SIGMOID, SOFTPLUS -> elementary(name.toLowerCase(Locale.ROOT), operands);
            case SQRT, SIN, COS, TAN, ASIN, ACOS, ATAN, FLOOR, CEIL, POW ->
                narrowed("Math." + name.toLowerCase(Locale.ROOT), operands);
            case ROUND -> narrowed("Math.rint", operands);
            case MOD -> modulo(operands);
            case STOP -> operands.get(0);
            default -> throw new IllegalStateException("not arithmetic: " + op);
        };
    }

    private Code binary(String name, String symbol, int precedence, List<Code> operands) {
        return operation(
                name,
                precedence,
                operands,
                x -> x.get(0).at(precedence) + symbol + x.get(1).at(precedence + 1));
    }

    private Code call(String function, List<Code> operands) {
        return operation(function, Code.ATOM, operands, x -> function + arguments(x));
    }

    private static String arguments(List<Code> operands) {
        StringBuilder text = new StringBuilder("(");
        for (Code operand : operands) {
            text.append(text.length() == 1 ? "" : ", ").append(operand.text());
        }
        return text.append(')').toString();
    }

    /** A function that computes in double. */
    private Code narrowed(String function, List<Code> operands) {
        if (!target.isFloat()) {
            return call(function, operands);
        }
        return operation(function, Code.UNARY, operands, x -> "(float) " + function + arguments(x));
    }

    private Code elementary(String function, List<Code> operands) {
        if (!target.isFloat() || !target.exactFunctions()) {
            return call("Elementary." + function, operands);
        }
        return operation(
                function,
                Code.UNARY,
                operands,
                x -> "(float) Elementary." + function + "((double) " + x.get(0).at(Code.ATOM) + ")");
    }

    /** Whether something is a clock's remainder, or its distance to a number of ticks. */
    private static boolean isOfWholeSteps(Expr.Prim prim) {
        return (prim.op() == Op.MOD || prim.op() == Op.SUB)
                && prim.operands().get(0) instanceof Expr.Tick
                && prim.operands().get(1) instanceof Expr.Const ticks
                && ticks.value() == Math.rint(ticks.value())
                && ticks.value() > 0
                && ticks.value() < Integer.MAX_VALUE;
    }

    /** In whole numbers, since a clock that has gone for long cannot be told from the next tick in single precision. */
    private Code ofClock(Expr.Prim prim) {
        String clock = ((Expr.Tick) prim.operands().get(0)).clock().name().toLowerCase(Locale.ROOT);
        long ticks = Math.round(((Expr.Const) prim.operands().get(1)).value());
        String operator = prim.op() == Op.MOD ? " % " : " - ";
        return leaf("(" + target.type() + ") (now." + clock + operator + ticks + ")", Code.UNARY, 0, false);
    }

    private Code modulo(List<Code> operands) {
        Code quotient = arithmetic(Op.FLOOR, List.of(arithmetic(Op.DIV, operands)));
        Code whole = arithmetic(Op.MUL, List.of(operands.get(1), quotient));
        return arithmetic(Op.SUB, List.of(operands.get(0), whole));
    }

    private Code condition(Expr expr, Map<Axis, Index> at) {
        if (!(expr instanceof Expr.Prim prim) || !prim.op().isFlag()) {
            Code code = real(expr, at);
            return operation(
                    "true", Code.EQUALITY, List.of(code), x -> x.get(0).at(Code.RELATION) + " != " + target.literal(0));
        }
        List<Code> operands = new ArrayList<>();
        boolean logical = prim.op() == Op.AND || prim.op() == Op.OR || prim.op() == Op.NOT;
        for (Expr operand : prim.operands()) {
            operands.add(logical ? condition(operand, at) : real(operand, at));
        }
        String name = prim.op().name();
        return switch (prim.op()) {
            case AND -> binary(name, " && ", Code.AND, operands);
            case OR -> binary(name, " || ", Code.OR, operands);
            case NOT -> not(operands.get(0));
            case EQ -> binary(name, " == ", Code.EQUALITY, operands);
            case NE -> binary(name, " != ", Code.EQUALITY, operands);
            case LT -> binary(name, " < ", Code.RELATION, operands);
            case LE -> binary(name, " <= ", Code.RELATION, operands);
            case GT -> binary(name, " > ", Code.RELATION, operands);
            case GE -> binary(name, " >= ", Code.RELATION, operands);
            default -> throw new IllegalStateException("not a condition: " + prim.op());
        };
    }

    /** Written as a comparison with false, so that its precedence tells that it is a condition. */
    private Code not(Code operand) {
        return operation("NOT", Code.EQUALITY, List.of(operand), x -> x.get(0).at(Code.RELATION) + " == false");
    }

    private Code draw(Expr.Draw draw, Map<Axis, Index> at) {
        String batch = draw.once() ? "-1L" : "now.draw";
        String keyText =
                "CounterRandom.key(CounterRandom.key(now.seed, \"" + escaped(draw.stream()) + "\"), " + batch + ")";
        Code key = named(leaf(keyText, Code.ATOM, 0, false), "key", "long");
        Code index = drawIndex(draw, at);
        List<Code> operands = new ArrayList<>(List.of(key, index));
        for (Expr argument : draw.arguments()) {
            operands.add(
                    argument instanceof Expr.Const constant
                            ? leaf(Target.number(constant.value()), Code.ATOM, 0, true)
                            : real(argument, at));
        }
        String function = "CounterRandom." + draw.dist().name().toLowerCase(Locale.ROOT);
        return operation(
                "draw " + function, Code.UNARY, operands, x -> "(" + target.type() + ") " + function + arguments(x));
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    /** The point's number in the space of the draw, row-major, with the identity of the sample for its lane. */
    private Code drawIndex(Expr.Draw draw, Map<Axis, Index> at) {
        List<Axis> axes = draw.space().axes();
        long stride = 1;
        StringBuilder counts = new StringBuilder();
        List<String> inner = new ArrayList<>();
        List<String> outer = new ArrayList<>();
        int outerDepth = 0;
        int depth = 0;
        for (int i = axes.size() - 1; i >= 0; i--) {
            Axis axis = axes.get(i);
            Index index = at.get(axis);
            String place = axis.equals(Axis.LANE) ? "now.samples[" + index.text() + "]" : index.text();
            boolean simple = place.matches("\\w+|now\\.samples\\[\\w+\\]");
            boolean first = stride == 1 && counts.isEmpty();
            String term =
                    first ? place : "(long) " + (simple ? place : "(" + place + ")") + " * " + stride + "L" + counts;
            if (index.depth() < nest.depth()) {
                outer.add(0, term);
                outerDepth = Math.max(outerDepth, index.depth());
            } else {
                inner.add(0, term);
            }
            depth = Math.max(depth, index.depth());
            if (axis.role() == Role.SYNAPSE) {
                counts.append(" * ").append(extent(axis));
            } else if (!axis.equals(Axis.LANE)) {
                stride *= target.sizes().of(axis);
            }
        }
        String base = String.join(" + ", outer);
        if (!outer.isEmpty() && !inner.isEmpty()) {
            base = named(leaf(base, Code.SUM, outerDepth, false), "first", "long")
                    .text();
        }
        if (!base.isEmpty()) {
            inner.add(0, base);
        }
        String text = inner.isEmpty() ? "0L" : String.join(" + ", inner);
        // At the depth of the draw itself, so that nobody lifts it as a number of the kernel's type.
        return leaf(text, Code.SUM, depth, true);
    }
}
