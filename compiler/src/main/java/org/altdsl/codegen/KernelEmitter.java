package org.altdsl.codegen;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Edges;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Exprs;
import org.altdsl.ir.Fold;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Op;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.optimize.Equations;
import org.altdsl.optimize.EventForm;
import org.altdsl.optimize.IndexMaps;
import org.altdsl.optimize.MatrixForm;
import org.altdsl.optimize.Updates;
import org.altdsl.placement.Placement;

/** Writes the body of one kernel. */
final class KernelEmitter {
    private final Target target;
    private final int scratch;
    private final Set<Axis> filled = new HashSet<>();
    private final int laneScratch;
    private Nest nest;
    private Expressions expressions;
    private String lastComment = "";
    private Optional<String> shards = Optional.empty();
    private boolean inStep;

    /** The flags whose spikes shards list, each its own. */
    private Set<Var> byShards = Set.of();

    /**
     * @param scratch the slot of a row that is as long as the longest axis
     * @param laneScratch the slot of a row that is as long as the lanes
     */
    KernelEmitter(Target target, int scratch, int laneScratch) {
        this.target = target;
        this.scratch = scratch;
        this.laneScratch = laneScratch;
    }

    /**
     * The body: written once to count what repeats, and again to name it.
     *
     * @param inStep whether the kernel is carried out in every step of time
     * @param byShards flags whose spikes each shard of a loop lists for itself, if the loop is cut; of a kernel that
     *     lists spikes, those that shards have listed, so that their lists need only be put together
     */
    Nest emit(Kernel kernel, boolean inStep, Set<Var> byShards) {
        this.inStep = inStep;
        this.byShards = byShards;
        Expressions.Occurrences occurrences = new Expressions.Occurrences();
        emit(kernel, occurrences);
        occurrences.endCounting();
        emit(kernel, occurrences);
        return nest;
    }

    /**
     * The number of shards of the kernel that was written last, as an expression of {@code lanes}; absent where it is
     * never cut.
     */
    Optional<String> shards() {
        return shards;
    }

    private void emit(Kernel kernel, Expressions.Occurrences occurrences) {
        Set<Var> written = new HashSet<>();
        Set<Var> needed = new HashSet<>();
        for (Update update : kernel.updates()) {
            Set<Var> reads = Updates.reads(update);
            update.guard().ifPresent(guard -> reads.add(update.target()));
            reads.removeAll(written);
            needed.addAll(reads);
            written.add(update.target());
        }
        nest = new Nest();
        lastComment = "";
        shards = Optional.empty();
        expressions = new Expressions(target, nest, occurrences, written, needed);
        if (kernel instanceof Kernel.Loop loop) {
            loop(loop);
        } else if (kernel instanceof Kernel.Collection collection) {
            collect(collection.update());
        } else if (kernel instanceof Kernel.Memory memory) {
            int present = target.slots().get(((Expr.Read) memory.update().value()).variable());
            nest.statement(Comments.of(memory.update()));
            nest.statement(
                    "arrays.remember(" + target.slots().get(memory.update().target()) + ", " + present + ");");
        } else if (kernel instanceof Kernel.Walk walk) {
            walk(walk);
        } else if (kernel instanceof Kernel.Product product) {
            product(product.update(), product.form());
        } else {
            Kernel.Reduction reduction = (Kernel.Reduction) kernel;
            if (reduction.reduce().along() instanceof IndexMap.Drop drop) {
                reduction(reduction, drop.dropped());
            } else {
                scatter(reduction.update(), reduction.reduce());
            }
        }
    }

    private String type() {
        return target.type();
    }

    private void open(List<Axis> axes) {
        axes.forEach(expressions::loop);
    }

    /** Opens the loops over axes at each of whose points something of its own is written, cut where there is much to do. */
    private void openCut(List<Axis> axes, List<Axis> inner, Kernel kernel) {
        if (axes.isEmpty()) {
            return;
        }
        List<Axis> all = new ArrayList<>(axes);
        all.addAll(inner);
        Work work = Work.of(kernel, all, target);
        shards = work.shards();
        if (shards.isPresent()) {
            expressions.shardLoop(axes.get(0));
        } else {
            expressions.loop(axes.get(0));
        }
        open(axes.subList(1, axes.size()));
    }

    private void loop(Kernel.Loop loop) {
        openCut(target.placement().order(loop.space()), List.of(), loop);
        List<Update> updates = loop.updates();
        Optional<Expr> wholeGuard = wholeGuard(updates);
        if (wholeGuard.isPresent() && nest.depth() > 0) {
            nest.before(0, "if (" + expressions.truth(wholeGuard.get()).text() + ") {");
            nest.after(0, "}");
            updates = updates.stream().map(Update::unguarded).toList();
        }
        if (shards.isPresent()) {
            for (Var flags : byShards) {
                nest.after(0, collection(flags) + ".collect(" + expressions.array(flags) + ", part);");
            }
        }
        for (int i = 0; i < updates.size(); i++) {
            comment(updates.get(i));
            assignment(updates.get(i), updates.subList(i + 1, updates.size()));
        }
    }

    /** The one condition under which a loop writes anything, where it is the same at all its points: then it is asked once. */
    private Optional<Expr> wholeGuard(List<Update> updates) {
        List<Update> lasting = updates.stream()
                .filter(update -> !target.locals().contains(update.target()))
                .toList();
        Optional<Expr> guard =
                lasting.isEmpty() ? Optional.empty() : lasting.get(0).guard();
        return guard.filter(condition -> condition.space().isScalar()
                && lasting.stream().allMatch(update -> update.guard().equals(guard))
                && updates.stream().noneMatch(update -> Exprs.reads(condition).contains(update.target())));
    }

    private void comment(Update update) {
        String comment = Comments.of(update);
        if (!comment.equals(lastComment)) {
            nest.statement(comment);
        }
        lastComment = comment;
    }

    private void assignment(Update update, List<Update> later) {
        Var variable = update.target();
        boolean stored = !target.locals().contains(variable);
        String text = update.guard().isPresent()
                ? guarded(update)
                : expressions.value(update.value()).text();
        if (Fading.fades(update, inStep)) {
            text = Fading.ended(text, target);
        }
        boolean writtenLater = false;
        boolean readLater = false;
        for (Update other : later) {
            boolean sameTarget = other.target().equals(variable);
            readLater |= Updates.reads(other).contains(variable)
                    || sameTarget && other.guard().isPresent();
            writtenLater |= sameTarget;
        }
        if (!readLater && writtenLater) {
            return;
        }
        if (readLater) {
            String base = target.names().of(variable.name());
            String name = expressions.fresh(stored ? base + "_new" : base);
            nest.statement("final " + type() + " " + name + " = " + text + ";");
            expressions.define(variable, name);
            text = name;
        }
        if (stored && !writtenLater) {
            nest.statement(expressions.element(variable) + " = " + text + ";");
        }
    }

    private String guarded(Update update) {
        Code guard = expressions.truth(update.guard().get());
        Code value = expressions.value(update.value());
        Code old = expressions.value(new Expr.Read(update.target(), 0));
        return guard.at(Code.OR) + " ? " + value.at(Code.OR) + " : " + old.at(Code.CONDITIONAL);
    }

    private void collect(Update update) {
        Var flags = ((Expr.Read) update.value()).variable();
        nest.statement(Comments.of(update));
        String call = byShards.contains(flags) ? ".join();" : ".collect(" + expressions.array(flags) + ");";
        nest.statement(collection(flags) + call);
    }

    private String collection(Var flags) {
        return "arrays.events.spikes(" + target.events().ring(flags) + ")";
    }

    private void walk(Kernel.Walk walk) {
        expressions.walk();
        Walks.open(walk, target, nest, expressions);
        walk.route().edges().ifPresent(edges -> refresh(walk, edges));
        List<Update> updates = new ArrayList<>();
        for (EventForm form : walk.forms()) {
            Update update = form.update();
            boolean isDelivery = form.along().isPresent();
            updates.add(
                    isDelivery
                            ? update
                            : new Update(
                                    update.target(),
                                    update.version(),
                                    form.condition(),
                                    form.value(),
                                    update.slot(),
                                    update.span()));
        }
        for (int i = 0; i < updates.size(); i++) {
            comment(updates.get(i));
            EventForm form = walk.forms().get(i);
            if (form.along().isPresent()) {
                deliver(form, form.along().get(), walk.mayBeCut());
            } else {
                assignment(updates.get(i), updates.subList(i + 1, updates.size()));
            }
        }
    }

    /** Brings up to date what decays when it is needed. */
    private void refresh(Kernel.Walk walk, Edges edges) {
        for (Var variable : target.events().lazy()) {
            List<Update> concerned = walk.updates().stream()
                    .filter(update -> EventTable.concerns(update, variable))
                    .toList();
            if (concerned.isEmpty()) {
                continue;
            }
            String lazy = expressions.fresh("lazy");
            nest.head("final LazyValues " + lazy + " = arrays.events.lazy("
                    + target.events().lazy().indexOf(variable) + ");");
            boolean isLater = target.events().decay(variable).later().contains(concerned.get(0));
            String due = expressions.fresh("due");
            nest.head("final int " + due + " = " + lazy + ".steps()" + (isLater ? " + 1" : "") + ";");
            nest.statement(lazy + ".touch(" + expressions.array(variable) + ", " + expressions.index(edges.synapses())
                    + ", " + due + ");");
        }
    }

    private void deliver(EventForm form, IndexMap.Table along, boolean isCut) {
        String array = expressions.array(form.update().target());
        if (form.clears()) {
            String range = isCut ? "rows.firstTarget, rows.lastTarget" : "0, " + expressions.extent(along.to());
            nest.before(0, "Arrays.fill(" + array + ", " + range + ", " + target.literal(0) + ");");
        }
        Optional<Code> condition = form.condition().map(expressions::truth);
        String value = expressions.value(form.value()).text();
        String element = array + "[" + expressions.image(along) + "]";
        condition.ifPresent(holds -> nest.statement("if (" + holds.text() + ") {"));
        nest.statement(element + " += " + value + ";");
        condition.ifPresent(holds -> nest.statement("}"));
    }

    private void product(Update update, MatrixForm form) {
        Placement placement = target.placement();
        List<Axis> order = placement.order(update.target().space());
        boolean straight = form.left().space().has(order.get(0));
        Expr first = straight ? form.left() : form.right();
        Expr second = straight ? form.right() : form.left();
        List<Axis> rows = order.stream().filter(first.space()::has).toList();
        List<Axis> terms =
                placement.order(first).stream().filter(form.over()::has).toList();
        List<Axis> columns = order.stream().filter(second.space()::has).toList();
        if (!placement.fits(form, update.target())) {
            plainProduct(update, form, order);
            return;
        }
        boolean firstTransposed = form.over().has(placement.order(first).get(0));
        boolean secondTransposed = !form.over().has(placement.order(second).get(0));
        String method = (firstTransposed ? "t" : "n") + (secondTransposed ? "t" : "n");
        String scale = expressions.value(form.scale()).text();
        String part = "Shard.WHOLE";
        List<Axis> all = new ArrayList<>(rows);
        all.addAll(terms);
        all.addAll(columns);
        if (all.stream().allMatch(axis -> axis.isFixed() || axis.equals(Axis.LANE)) && Work.mayBeLarge(all, target)) {
            String lanes = points(rows, "lanes") + ", " + points(terms, "lanes") + ", " + points(columns, "lanes");
            shards = Optional.of("MatrixProduct.shards(" + lanes + ")");
            part = "part";
        }
        nest.statement(Comments.of(update));
        nest.statement("arrays.product." + method + "("
                + expressions.matrix(IndexMaps.stored(first).variable()) + ", "
                + expressions.matrix(IndexMaps.stored(second).variable()) + ", "
                + expressions.matrix(update.target()) + ", "
                + points(rows, "now.lanes") + ", " + points(terms, "now.lanes") + ", " + points(columns, "now.lanes")
                + ", " + scale + ", " + target.literal(form.add() ? 1 : 0) + ", " + part + ");");
    }

    /** The number of points of a group of axes in Java. */
    private String points(List<Axis> axes, String lanes) {
        return axes.stream()
                .map(axis -> axis.equals(Axis.LANE) ? lanes : expressions.extent(axis))
                .collect(Collectors.joining(" * "));
    }

    /** A product of matrices that do not lie as the library needs them, as a loop. */
    private void plainProduct(Update update, MatrixForm form, List<Axis> order) {
        open(order);
        open(form.over().axes());
        Expr term = Expr.Prim.of(Op.MUL, form.left(), form.right());
        String element = expressions.element(update.target());
        nest.before(order.size(), "double total = 0.0;");
        String value = expressions.value(term).text();
        nest.statement("total += " + value + ";");
        String scale = expressions.value(form.scale()).text();
        nest.after(order.size(), Comments.of(update));
        nest.after(order.size(), element + (form.add() ? " += " : " = ") + "(" + type() + ") (" + scale + " * total);");
    }

    private void fill(Var variable, Axis columns, int depth, double value) {
        String row = expressions.row(variable);
        nest.before(
                depth,
                "Arrays.fill(" + row + ", 0, " + expressions.extent(columns) + ", " + target.literal(value) + ");");
    }

    private void reduction(Kernel.Reduction kernel, Space over) {
        Update update = kernel.update();
        Expr.Reduce reduce = kernel.reduce();
        List<Axis> order = target.placement().order(reduce.of().space());
        Axis inner = order.get(order.size() - 1);
        List<Axis> kept = new ArrayList<>(order);
        kept.removeIf(over::has);
        List<Axis> reduced = new ArrayList<>(order);
        reduced.removeIf(axis -> !over.has(axis));
        if (reduce.fold() == Fold.ARGMAX) {
            openCut(kept, reduced, kernel);
            argmax(update, reduce, reduced.get(0));
        } else if (over.has(inner)) {
            openCut(kept, reduced, kernel);
            inwards(update, reduce, kept, reduced);
        } else {
            kept.remove(inner);
            List<Axis> below = new ArrayList<>(reduced);
            below.add(inner);
            openCut(kept, below, kernel);
            acrossRows(update, reduce, kept, reduced, inner);
        }
    }

    /** The reduced axis is innermost: a number gathers each row. */
    private void inwards(Update update, Expr.Reduce reduce, List<Axis> kept, List<Axis> reduced) {
        Axis inner = reduced.get(reduced.size() - 1);
        int outer = kept.size() + reduced.size() - 1;
        Fold fold = reduce.fold() == Fold.MEAN ? Fold.SUM : reduce.fold();
        open(reduced);
        String row = rowOf(reduce.of(), fold, inner);
        if (reduced.size() == 1) {
            nest.after(outer, Comments.of(update));
            nest.after(outer, expressions.element(update.target()) + " = " + scaled(row, reduce, over(reduce)) + ";");
            return;
        }
        nest.before(kept.size(), "double total = " + start(fold) + ";");
        nest.after(
                outer,
                fold == Fold.SUM ? "total += " + row + ";" : "total = Math." + word(fold) + "(total, " + row + ");");
        String total = target.isFloat() ? "(float) total" : "total";
        nest.after(kept.size(), Comments.of(update));
        nest.after(
                kept.size(), expressions.element(update.target()) + " = " + scaled(total, reduce, over(reduce)) + ";");
    }

    private static Space over(Expr.Reduce reduce) {
        return ((IndexMap.Drop) reduce.along()).dropped();
    }

    private static String word(Fold fold) {
        return fold == Fold.MAX ? "max" : fold == Fold.MIN ? "min" : "sum";
    }

    private static String start(Fold fold) {
        return switch (fold) {
            case MAX -> "Double.NEGATIVE_INFINITY";
            case MIN -> "Double.POSITIVE_INFINITY";
            default -> "0.0";
        };
    }

    /** The axes along which kernels fill rows of scratch memory. */
    Set<Axis> filled() {
        return filled;
    }

    /** The reduction of the innermost loop, as a call on a row: of a variable, or of scratch memory filled with it. */
    private String rowOf(Expr of, Fold fold, Axis inner) {
        String extent = expressions.extent(inner);
        if (of instanceof Expr.Prim prim
                && prim.op() == Op.MUL
                && fold == Fold.SUM
                && isRow(prim.operands().get(0), inner)
                && isRow(prim.operands().get(1), inner)) {
            String first = rowOf(prim.operands().get(0));
            return emptied(
                    "Reductions.dot(" + first + ", " + rowOf(prim.operands().get(1)) + ", " + extent + ")");
        }
        if (isRow(of, inner)) {
            return emptied("Reductions." + word(fold) + "(" + rowOf(of) + ", " + extent + ")");
        }
        String name = expressions.fresh("terms");
        boolean isLane = inner.equals(Axis.LANE);
        if (!isLane) {
            filled.add(inner);
        }
        expressions.declareArray(name, 1, isLane ? laneScratch : scratch);
        nest.statement(name + "[" + expressions.index(inner) + "] = "
                + expressions.value(of).text() + ";");
        return "Reductions." + word(fold) + "(" + name + ", " + extent + ")";
    }

    /** Takes the innermost loop away again, a call doing its work. */
    private String emptied(String call) {
        nest.removeInnermost();
        return call;
    }

    private boolean isRow(Expr expr, Axis inner) {
        if (!(expr instanceof Expr.Read read) || expr.space().isScalar()) {
            return false;
        }
        List<Axis> order = target.placement().order(read.variable().space());
        return order.get(order.size() - 1).equals(inner);
    }

    private String rowOf(Expr expr) {
        return expressions.row(((Expr.Read) expr).variable());
    }

    private String scaled(String sum, Expr.Reduce reduce, Space over) {
        return reduce.fold() == Fold.MEAN ? sum + divisor(over) : sum;
    }

    /** The division of a sum by the number of its terms, of which there is at least one or the sum is 0. */
    private String divisor(Space over) {
        List<String> extents = new ArrayList<>();
        for (Axis axis : over.axes()) {
            String extent = expressions.extent(axis);
            extents.add(axis.isFixed() ? extent : "Math.max(" + extent + ", 1)");
        }
        String count = String.join(" * ", extents);
        return " / " + (extents.size() == 1 ? count : "(" + count + ")");
    }

    /** The innermost axis is kept: rows are added to a row. */
    private void acrossRows(Update update, Expr.Reduce reduce, List<Axis> kept, List<Axis> reduced, Axis inner) {
        open(reduced);
        expressions.loop(inner);
        Var variable = update.target();
        Fold fold = reduce.fold();
        double neutral = fold == Fold.MAX ? Double.NEGATIVE_INFINITY : fold == Fold.MIN ? Double.POSITIVE_INFINITY : 0;
        List<Axis> order = target.placement().order(variable.space());
        String element = expressions.element(variable);
        String j = expressions.index(inner);
        String head = "for (int " + j + " = 0; " + j + " < " + expressions.extent(inner) + "; " + j + "++) {";
        boolean isRow = order.get(order.size() - 1).equals(inner);
        if (isRow) {
            fill(variable, inner, kept.size(), neutral);
        } else {
            nest.before(kept.size(), head);
            nest.before(kept.size(), element + " = " + target.literal(neutral) + ";");
            nest.before(kept.size(), "}");
        }
        String value = expressions.value(reduce.of()).text();
        nest.statement(Comments.of(update));
        boolean adds = fold == Fold.SUM || fold == Fold.MEAN;
        nest.statement(
                adds
                        ? element + " += " + value + ";"
                        : element + " = Math." + word(fold) + "(" + element + ", " + value + ");");
        if (fold == Fold.MEAN) {
            nest.after(kept.size(), "final " + type() + " share = " + target.literal(1) + divisor(over(reduce)) + ";");
            nest.after(kept.size(), head);
            nest.after(kept.size(), element + " *= share;");
            nest.after(kept.size(), "}");
        }
    }

    private void argmax(Update update, Expr.Reduce reduce, Axis over) {
        int outer = nest.depth();
        expressions.loop(over);
        nest.before(outer, type() + " largest = " + target.literal(Double.NEGATIVE_INFINITY) + ";");
        nest.before(outer, "int winner = 0;");
        String value = expressions.value(reduce.of()).text();
        nest.statement("final " + type() + " candidate = " + value + ";");
        nest.statement("if (candidate > largest) {");
        nest.statement("largest = candidate;");
        nest.statement("winner = " + expressions.index(over) + ";");
        nest.statement("}");
        nest.after(outer, Comments.of(update));
        nest.after(outer, expressions.element(update.target()) + " = (" + type() + ") winner;");
    }

    private void scatter(Update update, Expr.Reduce reduce) {
        Axis to = reduce.along().target();
        List<Axis> loops = target.placement().order(reduce.of().space());
        List<Axis> order = target.placement().order(update.target().space());
        open(loops);
        String array = expressions.array(update.target());
        // The target has an axis that the loops do not, so it is emptied by a nest of its own.
        StringBuilder element = new StringBuilder(array);
        for (int level = 0; level < order.size(); level++) {
            String index = "at" + level;
            nest.before(
                    0,
                    "for (int " + index + " = 0; " + index + " < " + expressions.extent(order.get(level)) + "; " + index
                            + "++) {");
            element.append('[').append(index).append(']');
        }
        nest.before(0, element + " = " + target.literal(0) + ";");
        order.forEach(axis -> nest.before(0, "}"));
        String image = expressions.image(reduce.along());
        String value = expressions.value(reduce.of()).text();
        StringBuilder place = new StringBuilder(array);
        for (Axis axis : order) {
            place.append('[')
                    .append(axis.equals(to) ? image : expressions.index(axis))
                    .append(']');
        }
        nest.statement(Comments.of(update));
        boolean drops = reduce.along() instanceof IndexMap.Window window && !window.isInside(target.sizes());
        if (drops) {
            nest.statement("if (" + image + " >= 0 && " + image + " < " + expressions.extent(to) + ") {");
        }
        nest.statement(place + " += " + value + ";");
        if (drops) {
            nest.statement("}");
        }
    }

    /** The one-line comments above statements. */
    static final class Comments {
        private Comments() {}

        /** The source line of an update, or its equation where it is not what the source says. */
        static String of(Update update) {
            String source = update.span().text().strip();
            String place = update.span().file().name() + ":" + update.span().line() + ": ";
            boolean written = !source.isEmpty() && update.target().label().equals(source.split("\\W", 2)[0]);
            String text = written ? source.lines().findFirst().orElse("") : Equations.update(update);
            return "// " + place.substring(place.lastIndexOf('/') + 1) + text;
        }
    }
}
