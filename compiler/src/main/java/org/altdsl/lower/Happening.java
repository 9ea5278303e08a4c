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
        if (!(bounds.high() < Integer.MAX_VALUE * time.dt()) || bounds.low() < 0) {
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

    /** For each of the coming steps, in turn: the last step that it was planned for and that falls on this turn. */
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
                            Optional.of(new Const(-1)),
                            span,
                            "due"));
        }
        return due;
    }

    /** 1 in the steps in which it happens. */
    Expr now(Section section) {
        Expr step = new Expr.Tick(Clock.STEP);
        Expr all = expressions.emission().read(due(), section);
        Expr turn = Emission.prim(Op.MOD, step, new Const(longest + 1));
        return Emission.prim(Op.EQ, Gather.of(new IndexMap.Pick(turns, turn), all), step);
    }

    /** Plans it; at the earliest it happens in the next step. */
    void schedule(org.altdsl.ast.Expr delay, Scope scope, Section section, Slot slot, Optional<Expr> guard, Span at) {
        Time time = expressions.time(at);
        Expr steps = Emission.prim(Op.MAX, new Const(1), time.nearest(length(delay, scope, section)));
        Expr whole = Emission.prim(Op.MIN, steps, new Const(longest));
        Expr when = expressions
                .emission()
                .temporary(
                        name + ".planned",
                        section,
                        Emission.prim(Op.ADD, new Expr.Tick(Clock.STEP), whole),
                        slot,
                        Owner.HARNESS,
                        Matter.MODULATOR,
                        at);
        Var all = due();
        Expr turn = Emission.prim(Op.MOD, when, new Const(longest + 1));
        Expr here = Emission.prim(Op.EQ, new Index(turns), turn);
        Expr planned = guard.map(flag -> Emission.prim(Op.AND, flag, here)).orElse(here);
        expressions.emission().update(section, all, Optional.of(planned), when, slot, at);
    }
}
