package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Expr;
import org.altdsl.diag.Code;
import org.altdsl.ir.Clock;
import org.altdsl.ir.DType;
import org.altdsl.ir.Expr.Const;
import org.altdsl.ir.Expr.Gather;
import org.altdsl.ir.Fold;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Op;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;

/**
 * Watches quantities through the steps of a run, for those who ask afterwards: {@code count(spike)}, {@code rate(spike)},
 * {@code change(w)}, {@code max(v over time)}. Each is a variable that every step brings up to date.
 */
final class Watch {
    private static final Set<String> FUNCTIONS = Set.of("count", "rate", "change", "max", "min", "mean", "sum");

    private final Expressions expressions;
    private final Emission emission;
    private final Time time;
    private final Map<String, Var> known = new LinkedHashMap<>();

    Watch(Expressions expressions, Time time) {
        this.expressions = requireNonNull(expressions);
        this.emission = expressions.emission();
        this.time = requireNonNull(time);
    }

    /** The value of a call that is about a course in time; empty if this one is not. */
    Optional<org.altdsl.ir.Expr> call(String name, Expr.Call call, Scope scope, Section section) {
        if (section.is(Section.Kind.TICK) || section.is(Section.Kind.INIT) || !FUNCTIONS.contains(name)) {
            return Optional.empty();
        }
        List<Expr> over = call.over();
        boolean overTime = over.size() == 1 && over.get(0).span().text().equals("time");
        boolean ofSpikes = (name.equals("count") || name.equals("rate"))
                && over.isEmpty()
                && call.arguments().size() == 1
                && call.arguments().get(0).value().span().text().matches("(.*\\.)?spike");
        boolean changes = name.equals("change");
        if (!overTime && !ofSpikes && !changes) {
            return Optional.empty();
        }
        if (call.arguments().size() != 1) {
            throw expressions.error(Code.WRONG_ARGUMENTS, call.span(), "'" + name + "' takes one quantity");
        }
        Expr what = call.arguments().get(0).value();
        return Optional.of(
                switch (name) {
                    case "count" -> sum(what, scope, section);
                    case "rate" ->
                        Emission.prim(
                                Op.DIV,
                                sum(what, scope, section),
                                Emission.prim(Op.MUL, steps(what, section), new Const(time.dt())));
                    case "change" ->
                        over.isEmpty() ? change(what, scope, section) : changeOver(what, over, scope, section);
                    case "max" -> extreme(what, Fold.MAX, scope, section);
                    case "min" -> extreme(what, Fold.MIN, scope, section);
                    case "sum" -> sum(what, scope, section);
                    default -> Emission.prim(Op.DIV, sum(what, scope, section), steps(what, section));
                });
    }

    /** How many steps the window has. */
    private org.altdsl.ir.Expr steps(Expr at, Section section) {
        Var count = known.computeIfAbsent("steps " + section.window(), unused -> {
            Var made = declare("steps", Space.SCALAR, Optional.of(new Const(0)), at, section);
            record(made, Emission.prim(Op.ADD, emission.read(made, Section.TICK), new Const(1)), at);
            return made;
        });
        return Emission.prim(Op.MAX, new Const(1), emission.read(count, section));
    }

    /** A variable that starts anew with each window: from one measurement to the next. */
    private Var declare(String name, Space space, Optional<org.altdsl.ir.Expr> init, Expr at, Section section) {
        return emission.declare(new Var(
                emission.freeName("watch." + name),
                space,
                DType.REAL,
                section.window(),
                Owner.HARNESS,
                Matter.OTHER,
                init,
                at.span(),
                name));
    }

    private void record(Var variable, org.altdsl.ir.Expr value, Expr at) {
        emission.update(Section.TICK, variable, Optional.empty(), value, Slot.RECORD, at.span());
    }

    private org.altdsl.ir.Expr sum(Expr what, Scope scope, Section section) {
        org.altdsl.ir.Expr now = expressions.real(what, scope, Section.TICK);
        Var total = known.computeIfAbsent("sum " + now + " in " + section.window(), unused -> {
            Var made = declare("sum", now.space(), Optional.of(new Const(0)), what, section);
            record(made, Emission.prim(Op.ADD, emission.read(made, Section.TICK), now), what);
            return made;
        });
        return emission.read(total, section);
    }

    private org.altdsl.ir.Expr extreme(Expr what, Fold fold, Scope scope, Section section) {
        org.altdsl.ir.Expr now = expressions.real(what, scope, Section.TICK);
        Op op = fold == Fold.MAX ? Op.MAX : Op.MIN;
        double start = fold == Fold.MAX ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        Var most = known.computeIfAbsent(fold + " " + now + " in " + section.window(), unused -> {
            Var made = declare(op == Op.MAX ? "max" : "min", now.space(), Optional.of(new Const(start)), what, section);
            record(made, Emission.prim(op, emission.read(made, Section.TICK), now), what);
            return made;
        });
        return emission.read(most, section);
    }

    private org.altdsl.ir.Expr change(Expr what, Scope scope, Section section) {
        org.altdsl.ir.Expr start = expressions.real(what, scope, Section.INIT);
        org.altdsl.ir.Expr now = expressions.real(what, scope, section);
        Var first = known.computeIfAbsent(
                "start " + start,
                unused -> emission.declare(new Var(
                        emission.freeName("watch.start"),
                        start.space(),
                        DType.REAL,
                        org.altdsl.runtime.plan.Scope.RUN,
                        Owner.HARNESS,
                        Matter.OTHER,
                        Optional.of(start),
                        what.span(),
                        "start")));
        return Emission.prim(Op.SUB, now, emission.read(first, section));
    }

    private org.altdsl.ir.Expr changeOver(Expr what, List<Expr> over, Scope scope, Section section) {
        double duration = expressions.number(over.get(0), scope, Section.INIT, "a duration");
        int lag = Math.toIntExact(time.nearest(duration));
        org.altdsl.ir.Expr now = expressions.real(what, scope, Section.TICK);
        Var changed = known.computeIfAbsent("change " + lag + " " + now + " in " + section.window(), unused -> {
            Var made = declare("change", now.space(), Optional.of(new Const(0)), what, section);
            record(made, Emission.prim(Op.SUB, now, Gather.of(new IndexMap.Shift(lag), now)), what);
            return made;
        });
        return emission.read(changed, section);
    }

    /**
     * The steps in which one neuron spiked, in order, as many as asked for; -1 for those that have not happened.
     *
     * @return a value over {@code axis}
     */
    org.altdsl.ir.Expr steps(Expr spike, org.altdsl.ir.Axis axis, Scope scope, Section section) {
        org.altdsl.ir.Expr now = expressions.real(spike, scope, Section.TICK);
        Space alone = now.space();
        org.altdsl.ir.Expr one = alone.isScalar() ? now : Builtins.reduce(Fold.MAX, now, alone);
        Var happened = declare("happened", Space.SCALAR, Optional.of(new Const(0)), spike, section);
        Var when = declare("steps", Space.of(axis), Optional.of(new Const(-1)), spike, section);
        org.altdsl.ir.Expr here = Emission.prim(
                Op.AND,
                one,
                Emission.prim(Op.EQ, new org.altdsl.ir.Expr.Index(axis), emission.read(happened, Section.TICK)));
        org.altdsl.ir.Expr kept = Emission.prim(
                Op.SELECT, here, new org.altdsl.ir.Expr.Tick(Clock.STEP), emission.read(when, Section.TICK));
        record(when, kept, spike);
        record(happened, Emission.prim(Op.ADD, emission.read(happened, Section.TICK), one), spike);
        return emission.read(when, section);
    }
}
