package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Clock;
import org.altdsl.ir.DType;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Expr.Const;
import org.altdsl.ir.Expr.Gather;
import org.altdsl.ir.Expr.Index;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Op;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Role;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;
import org.altdsl.source.Span;

/**
 * An event that blocks of a network schedule, {@code schedule reward after uniform(1 s, 3 s)}: it happens once when the
 * time is over. Any number of them may be under way; two that fall on the same step are one.
 */
final class Happening {
    /** Twice as many steps are still whole numbers in single precision. */
    private static final int MOST_STEPS = 1 << 23;

    private final String name;
    private final Expressions expressions;
    private final Span span;
    private int longest;
    private Var due;
    private Axis turns;

    Happening(String name, Expressions expressions, Span span) {
        this.name = requireNonNull(name);
        this.expressions = requireNonNull(expressions);
        this.span = requireNonNull(span);
    }

    /** Takes notice of how long it may take. */
    void mayBeIn(org.altdsl.ast.Expr delay, Scope scope) {
        Time time = expressions.time(delay.span());
        Bounds bounds = Bounds.of(length(delay, scope, Section.INIT), expressions.literals());
        if (!(bounds.high() < MOST_STEPS * time.dt()) || bounds.low() < 0) {
            throw expressions.error(
                    org.altdsl.diag.Code.BAD_SETTING,
                    delay.span(),
                    "how long it takes until an event is not negative, and there is a longest time: 1 s, uniform(1 s, 3 s)");
        }
        longest = Math.max(longest, Math.toIntExact(Math.max(1, time.nearest(bounds.high()))));
    }

    private Expr length(org.altdsl.ast.Expr delay, Scope scope, Section section) {
        return expressions.real(delay, scope, section);
    }

    /** For each of the coming steps, in turn: whether it is planned for that step. */
    private Var due() {
        if (due == null) {
            turns = new Axis(name + " turns", Role.COORD, "#" + (longest + 1));
            due = expressions
                    .emission()
                    .declare(new Var(
                            expressions.emission().freeName(name + ".due"),
                            Space.of(turns),
                            DType.REAL,
                            org.altdsl.runtime.plan.Scope.RUN,
                            Owner.HARNESS,
                            Matter.MODULATOR,
                            Optional.of(new Const(0)),
                            span,
                            "due"));
        }
        return due;
    }

    /** Whose turn it is: steps are counted within a round, so that no number grows with the length of a run. */
    private Expr turn() {
        return Emission.prim(Op.MOD, new Expr.Tick(Clock.STEP), new Const(longest + 1));
    }

    private Expr later(Expr steps) {
        return Emission.prim(Op.MOD, Emission.prim(Op.ADD, turn(), steps), new Const(longest + 1));
    }

    /** 1 in the steps in which it happens. */
    Expr now(Section section) {
        Expr all = expressions.emission().read(due(), section);
        return Emission.prim(Op.GT, Gather.of(new IndexMap.Pick(turns, turn()), all), new Const(0));
    }

    /** Forgets, at the start of a step, what happened in the step before. */
    void forget() {
        Var all = due();
        Expr last = later(new Const(longest));
        Expr happened = Emission.prim(
                Op.GT,
                Gather.of(new IndexMap.Pick(turns, last), expressions.emission().read(all, Section.TICK)),
                new Const(0));
        Expr past = Emission.prim(Op.GT, new Expr.Tick(Clock.STEP), new Const(0));
        Expr over = expressions
                .emission()
                .temporary(
                        name + ".over",
                        Section.TICK,
                        Emission.prim(Op.AND, past, happened),
                        Slot.CLAMP,
                        Owner.HARNESS,
                        Matter.MODULATOR,
                        span);
        Expr here = Emission.prim(Op.EQ, new Index(turns), last);
        expressions
                .emission()
                .update(
                        Section.TICK,
                        all,
                        Optional.of(Emission.prim(Op.AND, over, here)),
                        new Const(0),
                        Slot.CLAMP,
                        span);
    }

    /** Plans it; at the earliest it happens in the next step. */
    void schedule(org.altdsl.ast.Expr delay, Scope scope, Section section, Slot slot, Optional<Expr> guard, Span at) {
        Time time = expressions.time(at);
        Expr steps = Emission.prim(Op.MAX, new Const(1), time.nearest(length(delay, scope, section)));
        Expr whole = Emission.prim(Op.MIN, steps, new Const(longest));
        Expr turn = expressions
                .emission()
                .temporary(name + ".planned", section, later(whole), slot, Owner.HARNESS, Matter.MODULATOR, at);
        Var all = due();
        Expr here = Emission.prim(Op.EQ, new Index(turns), turn);
        Expr planned = guard.map(flag -> Emission.prim(Op.AND, flag, here)).orElse(here);
        expressions.emission().update(section, all, Optional.of(planned), new Const(1), slot, at);
    }
}
