package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Clock;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Expr.Const;
import org.altdsl.ir.Expr.Gather;
import org.altdsl.ir.Expr.Index;
import org.altdsl.ir.Expr.Tick;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Op;
import org.altdsl.ir.Role;
import org.altdsl.ir.Space;
import org.altdsl.runtime.plan.Scope;

/**
 * The steps that a question about a course in time is about, counted back from the moment of the question or onwards from
 * the start.
 *
 * <p>Where the stretches of two questions overlap, or where it is not known beforehand when one is asked, what is watched
 * is watched several times at once, over an axis of turns: each turn starts anew when a stretch may start that ends at one
 * of its moments, and the question takes the turn that ends now.
 *
 * @param life the stretch of a run after which what is watched starts anew by itself
 * @param condition the steps that count; absent where all do
 * @param steps how many steps it has; absent where those are all since the last look
 * @param turns the axis of turns, if there is one
 * @param grid how many steps lie between the starts of two turns
 * @param count how many turns there are; 0 where nothing has to start anew by a turn
 * @param since how many steps of the window have been before the present one
 */
record Window(
        Scope life,
        Optional<Expr> condition,
        Optional<Long> steps,
        Optional<Axis> turns,
        long grid,
        int count,
        Expr since) {
    /** More would cost more than what is watched is worth. */
    static final int MOST_TURNS = 1000;

    private static final Expr STEP = new Tick(Clock.STEP);

    Window {
        requireNonNull(life);
        requireNonNull(condition);
        requireNonNull(steps);
        requireNonNull(turns);
        requireNonNull(since);
    }

    private Window(Scope life, Optional<Expr> condition, Optional<Long> steps, Expr since) {
        this(life, condition, steps, Optional.empty(), 1, 0, since);
    }

    /** All since the last look. */
    static Window all(Section section) {
        return new Window(section.window(), Optional.empty(), Optional.empty(), STEP);
    }

    /** The first steps of a run. */
    static Window first(long steps) {
        Expr condition = Emission.prim(Op.LT, Emission.prim(Op.SUB, STEP, new Const(steps)), new Const(0));
        return new Window(Scope.RUN, Optional.of(condition), Optional.of(steps), STEP);
    }

    /** The last steps before each moment; empty where that takes more turns than this version keeps. */
    static Optional<Window> last(long steps, Moments moments, Section section) {
        if (moments.rhythm() == Moments.Rhythm.ONCE) {
            Expr since = Emission.prim(Op.SUB, STEP, new Const(moments.grid() - steps));
            return Optional.of(new Window(Scope.RUN, Optional.of(notNegative(since)), Optional.of(steps), since));
        }
        if (moments.rhythm() == Moments.Rhythm.EACH && steps <= moments.grid()) {
            Expr inside = Emission.prim(Op.MOD, STEP, new Const(moments.grid()));
            Expr since = Emission.prim(Op.SUB, inside, new Const(moments.grid() - steps));
            return Optional.of(
                    new Window(section.window(), Optional.of(notNegative(since)), Optional.of(steps), since));
        }
        long grid = Moments.divisor(moments.grid(), steps);
        long count = steps / grid;
        if (count > MOST_TURNS) {
            return Optional.empty();
        }
        Axis axis = new Axis("turns of " + grid, Role.COORD, "#" + count);
        Optional<Axis> turns = count == 1 ? Optional.empty() : Optional.of(axis);
        Expr round = Emission.prim(Op.MOD, STEP, new Const(steps));
        // One round is added, so that no number is negative.
        Expr since = turns.<Expr>map(turn -> Emission.prim(
                        Op.MOD,
                        Emission.prim(
                                Op.SUB,
                                Emission.prim(Op.ADD, round, new Const(steps)),
                                Emission.prim(Op.MUL, new Index(turn), new Const(grid))),
                        new Const(steps)))
                .orElse(round);
        return Optional.of(new Window(
                Scope.RUN, Optional.empty(), Optional.of(steps), turns, grid, Math.toIntExact(count), since));
    }

    private static Expr notNegative(Expr value) {
        return Emission.prim(Op.GE, value, new Const(0));
    }

    /** The space of something that is watched. */
    Space space(Space of) {
        return turns.map(of::with).orElse(of);
    }

    /** Whether what is watched starts anew before the present step; absent where its life does that. */
    Optional<Expr> restart() {
        return count == 0 ? Optional.empty() : Optional.of(Emission.prim(Op.EQ, since, new Const(0)));
    }

    /** A value that counts in these steps only. */
    Expr within(Expr value, double otherwise) {
        return condition
                .map(inside -> Emission.prim(Op.SELECT, inside, value, new Const(otherwise)))
                .orElse(value);
    }

    /** What was watched, as it is asked for after a step. */
    Expr asked(Expr stored) {
        if (turns.isEmpty()) {
            return stored;
        }
        Expr round = Emission.prim(Op.MOD, STEP, new Const(grid * count));
        Expr turn = Emission.prim(Op.FLOOR, Emission.prim(Op.DIV, round, new Const(grid)));
        return Gather.of(new IndexMap.Pick(turns.get(), turn), stored);
    }

    /** What tells this window from others. */
    String key() {
        return life + " " + condition.map(Object::toString).orElse("") + " "
                + steps.map(Object::toString).orElse("") + " " + grid + "x" + count;
    }
}
