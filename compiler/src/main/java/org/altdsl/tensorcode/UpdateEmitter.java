package org.altdsl.tensorcode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Fold;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Op;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.optimize.ExprKeys;
import org.altdsl.optimize.IndexMaps;
import org.altdsl.optimize.MatrixForm;

/**
 * Writes one update as statements, one tensor operation each.
 *
 * <p>The value of an expression has the axes of the expression's space in their canonical order. Since that order is
 * the same in every space, an operand on fewer axes is broadcast by putting in axes of extent 1, never by exchanging
 * any. Equal expressions are computed once.
 */
final class UpdateEmitter {
    /** A tensor in a local variable, and its axes: those of the expression, or fewer where it is the same along one. */
    private record Value(String name, Space space) {}

    private final Sizes sizes;
    private final Map<Var, Integer> slots;
    private final HostScalars host;
    private final ExprKeys keys = new ExprKeys();
    private final Map<Integer, Value> known = new HashMap<>();
    private final Map<Var, String> arrays = new HashMap<>();
    private final List<String> statements = new ArrayList<>();
    private Update update;
    private int locals;

    UpdateEmitter(Sizes sizes, Map<Var, Integer> slots) {
        this.sizes = sizes;
        this.slots = slots;
        this.host = new HostScalars(sizes);
    }

    List<String> emit(Update written) {
        update = written;
        Optional<MatrixForm> form = MatrixForm.of(update, false);
        if (form.isPresent()) {
            product(form.get());
            return statements;
        }
        Value value = value(update.value());
        Var target = update.target();
        if (update.guard().isPresent()) {
            Value guard = value(update.guard().get());
            Value old = new Value(array(target), target.space());
            Space space = target.space();
            String chosen = call("Elementwise.select", spread(guard, space), spread(value, space), old.name());
            value = new Value(chosen, space);
        }
        statements.add("TensorOps.set(" + array(target) + ", " + spread(value, target.space()) + ");");
        return statements;
    }

    // ---- names and shapes

    private String define(String text) {
        String name = "v" + locals++;
        statements.add("final INDArray " + name + " = " + text + ";");
        return name;
    }

    private String call(String operation, String... operands) {
        return define(operation + "(t, " + String.join(", ", operands) + ")");
    }

    private String array(Var variable) {
        return arrays.computeIfAbsent(variable, key -> define("t.at(" + slots.get(key) + ")"));
    }

    private String extent(Axis axis) {
        return axis.equals(Axis.LANE) ? "now.lanes" : Integer.toString(sizes.of(axis));
    }

    private String shape(List<Axis> axes) {
        return axes.isEmpty()
                ? "new long[] {1}"
                : axes.stream().map(this::extent).collect(Collectors.joining(", ", "new long[] {", "}"));
    }

    private static String positions(Space of, Space within) {
        return of.axes().stream()
                .map(axis -> Integer.toString(within.axes().indexOf(axis)))
                .collect(Collectors.joining(", ", "new int[] {", "}"));
    }

    /** A value with the rank of a space that has its axes; a scalar goes with every rank as it is. */
    private String spread(Value value, Space space) {
        if (value.space().equals(space) || value.space().isScalar()) {
            return value.name();
        }
        int kept = 0;
        for (Axis axis : value.space().axes()) {
            kept |= 1 << space.axes().indexOf(axis);
        }
        return define("TensorOps.spread(" + value.name() + ", " + space.rank() + ", " + kept + ")");
    }

    /** A value at every point of a space. */
    private String full(Value value, Space space) {
        return value.space().equals(space)
                ? value.name()
                : call("TensorOps.expand", spread(value, space), shape(space.axes()));
    }

    /** A value, its axes renamed or exchanged, with its axes in canonical order. */
    private Value ordered(String name, List<Axis> axes) {
        Space space = Space.of(axes);
        if (space.axes().equals(axes)) {
            return new Value(name, space);
        }
        String order = space.axes().stream()
                .map(axis -> Integer.toString(axes.indexOf(axis)))
                .collect(Collectors.joining(", ", "new int[] {", "}"));
        return new Value(call("TensorOps.permute", name, order), space);
    }

    private boolean isEmpty(Space space) {
        return space.axes().stream().anyMatch(axis -> !axis.equals(Axis.LANE) && sizes.of(axis) == 0);
    }

    private Value constant(double value) {
        return new Value(define("t.constant(" + HostScalars.number(value) + ")"), Space.SCALAR);
    }

    // ---- expressions

    private Value value(Expr expr) {
        int key = keys.of(expr);
        Value value = known.get(key);
        if (value == null) {
            value = compute(expr);
            known.put(key, value);
        }
        return value;
    }

    private Value compute(Expr expr) {
        if (expr instanceof Expr.Const constant) {
            return constant(constant.value());
        }
        Optional<String> number = expr.space().isScalar() ? host.write(expr) : Optional.empty();
        if (number.isPresent()) {
            return new Value(define("t.scalar(" + number.get() + ")"), Space.SCALAR);
        }
        if (expr instanceof Expr.Index index) {
            return new Value(define("t.index(" + extent(index.axis()) + ")"), expr.space());
        }
        if (expr instanceof Expr.Read read) {
            return new Value(array(read.variable()), expr.space());
        }
        if (expr instanceof Expr.Prim prim) {
            return primitive(prim);
        }
        if (expr instanceof Expr.Gather gather) {
            return gather(gather);
        }
        if (expr instanceof Expr.Reduce reduce) {
            return reduce.along() instanceof IndexMap.Drop drop ? reduction(reduce, drop.dropped()) : scatter(reduce);
        }
        if (expr instanceof Expr.Draw draw) {
            return draw(draw);
        }
        throw new UnsupportedConstruct("derivative that is left after compilation", update.span());
    }

    private Value primitive(Expr.Prim prim) {
        List<Value> operands = prim.operands().stream().map(this::value).toList();
        if (prim.op() == Op.STOP) {
            return operands.get(0);
        }
        Space space = Space.SCALAR;
        for (Value operand : operands) {
            space = space.union(operand.space());
        }
        String[] texts = new String[operands.size()];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = spread(operands.get(i), space);
        }
        return new Value(call("Elementwise." + prim.op().name().toLowerCase(Locale.ROOT), texts), space);
    }

    private Value reduction(Expr.Reduce reduce, Space axes) {
        if (isEmpty(axes)) {
            return constant(
                    switch (reduce.fold()) {
                        case SUM, MEAN, ARGMAX -> 0;
                        case MAX -> Double.NEGATIVE_INFINITY;
                        case MIN -> Double.POSITIVE_INFINITY;
                    });
        }
        Value of = value(reduce.of());
        Space space = reduce.fold() == Fold.SUM
                        || reduce.fold() == Fold.ARGMAX
                        || of.space().intersect(axes).isScalar()
                ? of.space().union(axes)
                : of.space();
        String operand = full(of, space);
        Space over = axes.intersect(space);
        String operation = "TensorOps." + reduce.fold().name().toLowerCase(Locale.ROOT);
        String where = reduce.fold() == Fold.ARGMAX
                ? Integer.toString(space.axes().indexOf(over.axes().get(0)))
                : positions(over, space);
        return new Value(call(operation, operand, where), space.minus(over));
    }

    private Value draw(Expr.Draw draw) {
        List<Axis> axes = draw.space().axes();
        List<String> arguments = new ArrayList<>();
        for (Expr argument : draw.arguments()) {
            Optional<String> number = host.write(argument);
            arguments.add(number.map(text -> "Transfers.value(" + text + ")")
                    .orElseGet(() ->
                            "Transfers.values(t, " + spread(value(argument), draw.space()) + ", " + shape(axes) + ")"));
        }
        String text = "Transfers." + draw.dist().name().toLowerCase(Locale.ROOT) + "(t, now, " + quoted(draw.stream())
                + ", " + draw.once() + ", " + draw.space().has(Axis.LANE) + ", " + shape(axes) + ", "
                + String.join(", ", arguments) + ")";
        return new Value(define(text), draw.space());
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            boolean plain = c >= ' ' && c < 127 && c != '"' && c != '\\';
            quoted.append(plain ? String.valueOf((char) c) : String.format("\\u%04x", c));
        });
        return quoted.append('"').toString().replace("\\u0022", "\\\"").replace("\\u005c", "\\\\");
    }

    // ---- maps

    private Value gather(Expr.Gather gather) {
        IndexMap along = gather.along();
        if (along instanceof IndexMap.Drop) {
            return value(gather.of());
        }
        Axis to = along.target();
        if (to == null) {
            throw new UnsupportedConstruct("map into time inside an expression", update.span());
        }
        if (along instanceof IndexMap.Window window) {
            return seen(window, gather);
        }
        Value of = value(gather.of());
        if (!of.space().has(to)) {
            return of;
        }
        if (along instanceof IndexMap.Rename rename && !of.space().has(rename.from())) {
            List<Axis> axes = of.space().axes().stream()
                    .map(axis -> axis.equals(to) ? rename.from() : axis)
                    .toList();
            return ordered(of.name(), axes);
        }
        Value points = points(along);
        Space space = of.space().without(to).union(points.space());
        String places = "t.integers(1)";
        for (Axis axis : of.space().axes()) {
            Value along1 =
                    axis.equals(to) ? points : new Value(define("t.integers(" + extent(axis) + ")"), Space.of(axis));
            places = "TensorOps.place(t, " + places + ", " + spread(along1, space) + ", " + stride(of.space(), axis)
                    + ")";
        }
        return new Value(call("TensorOps.gather", of.name(), define(places)), space);
    }

    private int stride(Space space, Axis axis) {
        int stride = 1;
        List<Axis> axes = space.axes();
        for (int i = axes.indexOf(axis) + 1; i < axes.size(); i++) {
            stride = Math.multiplyExact(stride, sizes.of(axes.get(i)));
        }
        return stride;
    }

    /** Where a map leads, as integers. */
    private Value points(IndexMap along) {
        if (along instanceof IndexMap.Pick pick) {
            return checked(value(pick.index()), pick.to());
        }
        if (along instanceof IndexMap.Table table) {
            return checked(new Value(array(table.table()), table.table().space()), table.to());
        }
        if (along instanceof IndexMap.Window window) {
            return places(window);
        }
        Axis from = along.sources().axes().get(0);
        String counting = define("t.integers(" + extent(from) + ")");
        if (!(along instanceof IndexMap.Affine map)) {
            return new Value(counting, Space.of(from));
        }
        if (from.equals(Axis.LANE) || map.to().equals(Axis.LANE)) {
            throw new UnsupportedConstruct("map between samples", update.span());
        }
        int last = map.scale() * Math.max(0, sizes.of(from) - 1) + map.offset();
        if (Math.min(map.offset(), last) < 0 || Math.max(map.offset(), last) >= sizes.of(map.to())) {
            throw new UnsupportedConstruct("map that leaves its axis " + map.to(), update.span());
        }
        return new Value(
                call("TensorOps.affine", counting, Integer.toString(map.scale()), Integer.toString(map.offset())),
                Space.of(from));
    }

    private Value checked(Value index, Axis to) {
        return new Value(call("TensorOps.points", index.name(), extent(to), quoted(to.name())), index.space());
    }

    private Value scatter(Expr.Reduce reduce) {
        Space from = reduce.along().sources();
        Axis to = reduce.along().target();
        if (from.isScalar() || to == null || reduce.along() instanceof IndexMap.Pick) {
            throw new UnsupportedConstruct("reduction along " + reduce.along(), update.span());
        }
        if (isEmpty(from)) {
            return constant(0);
        }
        Space space = reduce.of().space();
        String of = full(value(reduce.of()), space);
        List<Axis> rest = space.minus(from).axes();
        List<Axis> sent = new ArrayList<>(from.axes());
        sent.addAll(rest);
        String first = space.axes().equals(sent)
                ? of
                : call(
                        "TensorOps.permute",
                        of,
                        sent.stream()
                                .map(axis -> Integer.toString(space.axes().indexOf(axis)))
                                .collect(Collectors.joining(", ", "new int[] {", "}")));
        Value points = points(reduce.along());
        String where = points.space().isScalar()
                ? define("TensorOps.place(t, " + points.name() + ", t.integers("
                        + extent(from.axes().get(0)) + "), 0)")
                : points.name();
        List<Axis> result = new ArrayList<>(rest);
        result.add(0, to);
        if (reduce.along() instanceof IndexMap.Window window) {
            String whole = call("TensorOps.scatter", first, where, Integer.toString(paddedExtent(window)));
            String part = call("TensorOps.slice", whole, "0", Integer.toString(window.padding()), extent(to));
            return ordered(part, result);
        }
        return ordered(call("TensorOps.scatter", first, where, extent(to)), result);
    }

    // ---- windows

    /** A gather along a window: from an array that goes on, with zeros, as far as the window looks. */
    private Value seen(IndexMap.Window window, Expr.Gather gather) {
        Axis in = window.in();
        Value of = value(gather.of());
        if (!of.space().has(in) && window.isInside(sizes)) {
            return of;
        }
        if (isEmpty(gather.space()) || isEmpty(Space.of(in))) {
            return constant(0);
        }
        Space whole = of.space().with(in);
        String values = full(of, whole);
        int extent = paddedExtent(window);
        if (extent > sizes.of(in)) {
            String axis = Integer.toString(whole.axes().indexOf(in));
            values = call("TensorOps.pad", values, axis, Integer.toString(window.padding()), Integer.toString(extent));
        }
        Value points = places(window);
        Space space = whole.without(in).union(points.space());
        String places = "t.integers(1)";
        int stride = 1;
        List<Axis> axes = whole.axes();
        for (int i = axes.size() - 1; i >= 0; i--) {
            Axis axis = axes.get(i);
            Value along =
                    axis.equals(in) ? points : new Value(define("t.integers(" + extent(axis) + ")"), Space.of(axis));
            places = "TensorOps.place(t, " + places + ", " + spread(along, space) + ", " + stride + ")";
            if (i > 0) {
                stride = Math.multiplyExact(stride, axis.equals(in) ? extent : sizes.of(axis));
            }
        }
        return new Value(call("TensorOps.gather", values, define(places)), space);
    }

    /** Where a window leads, counted from the first of the zeros before its axis. */
    private Value places(IndexMap.Window window) {
        Space space = window.sources();
        Value out = new Value(define("t.integers(" + extent(window.out()) + ")"), Space.of(window.out()));
        Value kernel = new Value(define("t.integers(" + extent(window.kernel()) + ")"), Space.of(window.kernel()));
        String first = "TensorOps.place(t, t.integers(1), " + spread(out, space) + ", " + window.stride() + ")";
        return new Value(define("TensorOps.place(t, " + first + ", " + spread(kernel, space) + ", 1)"), space);
    }

    /** How long an axis is with the zeros before and after it that a window looks at. */
    private int paddedExtent(IndexMap.Window window) {
        int seen = window.stride() * (sizes.of(window.out()) - 1) + sizes.of(window.kernel());
        return Math.max(window.padding() + sizes.of(window.in()), seen);
    }

    // ---- matrix products

    private void product(MatrixForm form) {
        Var target = update.target();
        List<Axis> axes = target.space().axes();
        Axis rows = axes.get(0);
        boolean straight = form.left().space().has(rows);
        Expr a = straight ? form.left() : form.right();
        Expr b = straight ? form.right() : form.left();
        String left = matrix(a, rows);
        String right = matrix(b, form.over().axes().get(0));
        Optional<String> scale = host.write(form.scale());
        boolean readsTarget = IndexMaps.stored(a).variable().equals(target)
                || IndexMaps.stored(b).variable().equals(target);
        if (isEmpty(form.over())) {
            throw new UnsupportedConstruct("matrix product over an axis without points", update.span());
        }
        String home = array(target);
        if (scale.isPresent() && !readsTarget) {
            statements.add("TensorOps.multiply(" + left + ", " + right + ", " + home + ", " + scale.get() + ", "
                    + (form.add() ? "1.0" : "0.0") + ");");
            return;
        }
        String result = define("TensorOps.matrix(t, " + shape(axes) + ")");
        statements.add(
                "TensorOps.multiply(" + left + ", " + right + ", " + result + ", " + scale.orElse("1.0") + ", 0.0);");
        if (scale.isEmpty()) {
            result = call("Elementwise.mul", value(form.scale()).name(), result);
        }
        if (form.add()) {
            result = call("Elementwise.add", home, result);
        }
        statements.add("TensorOps.set(" + home + ", " + result + ");");
    }

    /** A stored matrix with a given axis as its rows. */
    private String matrix(Expr expr, Axis rows) {
        Var stored = IndexMaps.stored(expr).variable();
        boolean straight = IndexMaps.seen(expr, stored.space().axes().get(0)).equals(rows);
        return straight ? array(stored) : define("TensorOps.transpose(" + array(stored) + ")");
    }
}
