package org.altdsl.optimize;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ir.Axis;
import org.altdsl.ir.DType;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Exprs;
import org.altdsl.ir.Folding;
import org.altdsl.ir.Op;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;

/**
 * Keeps choices between values out of loops that compute: HotSpot vectorises no loop in which it has to choose, so the
 * equations of a neuron that may be refractory would all run one by one. Where a choice can be a blend of both values,
 * with weights of 0 and 1, loops compute it as one. Any other gets an update of its own, and what is chosen from a
 * temporary: after this pass a loop either chooses, and does nothing else, or computes. A condition on a whole update is
 * left as it is, since its loop asks once whether there is anything to do.
 */
public final class Choices {
    /** Axes that are shorter gain nothing. */
    private static final int LEAST_POINTS = 32;

    /** So many operations are as cheap as a temporary. */
    private static final int CHEAP_OPERATIONS = 1;

    /** What is finite as long as its operands are, and do not come near the largest number. */
    private static final Set<Op> TAME =
            Set.of(Op.ADD, Op.SUB, Op.MUL, Op.NEG, Op.MIN, Op.MAX, Op.ABS, Op.TANH, Op.SIGMOID);

    private final Sizes sizes;
    private final Temporaries temporaries;
    private final Set<Var> counters;
    private final Versions versions = new Versions();
    private final List<Update> result = new ArrayList<>();

    /** The temporaries that are finite as long as states are. */
    private final Set<Var> tame = new HashSet<>();

    private Update user;

    private Choices(Sizes sizes, Temporaries temporaries, Set<Var> counters) {
        this.sizes = sizes;
        this.temporaries = temporaries;
        this.counters = counters;
    }

    /**
     * The updates of a step with choices that do not keep loops from being vectorised.
     *
     * @param counters the variables that hold whole numbers and are counted down
     */
    static List<Update> apply(
            List<Update> updates, Sizes sizes, Temporaries temporaries, Events events, Set<Var> counters) {
        Choices pass = new Choices(sizes, temporaries, counters);
        for (Update plain : updates) {
            boolean isLoop = !(plain.value() instanceof Expr.Reduce)
                    && !events.remembers(plain)
                    && EventForm.of(plain, events).isEmpty()
                    && MatrixForm.of(plain, true).isEmpty()
                    && pass.isLong(plain.target().space());
            Update update = isLoop ? pass.blended(plain) : plain;
            boolean isTame = update.target().isTemporary()
                    && update.guard().isEmpty()
                    && pass.isTame(update.value(), null, false);
            if (isLoop && chooses(update) && !isWhole(update)) {
                pass.rewrite(update);
            } else {
                pass.result.add(pass.versions.next(update));
            }
            if (isTame) {
                pass.tame.add(update.target());
            } else {
                pass.tame.remove(update.target());
            }
        }
        return pass.result;
    }

    private boolean isLong(Space space) {
        return space.rank() == 1 && sizes.of(space.axes().get(0)) >= LEAST_POINTS && !space.has(Axis.LANE);
    }

    /** The update with blends in the place of choices, as far as they are sure to be the same. */
    private Update blended(Update update) {
        Expr value = blended(update.value());
        if (update.guard().isEmpty()) {
            return Updates.with(update, null, value);
        }
        Expr guard = update.guard().get();
        if (guard.space().isScalar()) {
            return Updates.with(update, guard, value);
        }
        Expr kept = new Expr.Read(update.target(), Math.max(0, update.version() - 1));
        return blends(guard, value, kept)
                ? Updates.with(update, null, Expr.Prim.of(Op.BLEND, guard, value, kept))
                : Updates.with(update, guard, value);
    }

    private Expr blended(Expr expr) {
        Expr inside = Exprs.mapChildren(expr, this::blended);
        if (inside instanceof Expr.Prim select && select.op() == Op.SELECT) {
            List<Expr> operands = select.operands();
            if (blends(operands.get(0), operands.get(1), operands.get(2))) {
                return Expr.Prim.of(Op.BLEND, operands.get(0), operands.get(1), operands.get(2));
            }
        }
        return inside;
    }

    /**
     * Whether a choice is the same as a blend: what is not chosen is finite, so that nothing is left of it when it is
     * multiplied by 0. While a neuron waits, it may have any equation, since its state is one that it may go on from.
     */
    private boolean blends(Expr condition, Expr one, Expr other) {
        return isBranchFree(condition)
                && (waits(condition) || isTame(one, condition, false) && isTame(other, condition, true));
    }

    /** Whether a condition is about how long to wait, and nothing else. */
    private boolean waits(Expr condition) {
        if (condition instanceof Expr.Read read) {
            return counters.contains(read.variable());
        }
        return condition instanceof Expr.Const
                || condition instanceof Expr.Prim prim
                        && prim.op().isFlag()
                        && prim.operands().stream().allMatch(this::waits);
    }

    /**
     * Whether a value is finite as long as states are.
     *
     * @param condition a condition that is known to hold, or not to; perhaps null
     * @param holds which of both
     */
    private boolean isTame(Expr expr, Expr condition, boolean holds) {
        Expr known = under(expr, condition, holds);
        if (known instanceof Expr.Const constant) {
            return Double.isFinite(constant.value());
        }
        if (known instanceof Expr.Prim prim) {
            boolean isTame =
                    TAME.contains(prim.op()) || isChoice(prim) || prim.op().isFlag();
            return isTame && prim.operands().stream().allMatch(operand -> isTame(operand, condition, holds));
        }
        if (known instanceof Expr.Read read) {
            boolean isFlag = read.variable().type() == DType.FLAG;
            return isFlag || !read.variable().isTemporary() || tame.contains(read.variable());
        }
        if (known instanceof Expr.Gather gather) {
            return isTame(gather.of(), null, false);
        }
        if (known instanceof Expr.Reduce reduce) {
            return isTame(reduce.of(), null, false);
        }
        return known instanceof Expr.SizeOf || known instanceof Expr.Index || known instanceof Expr.Tick;
    }

    private static boolean isChoice(Expr.Prim prim) {
        return prim.op() == Op.SELECT || prim.op() == Op.BLEND;
    }

    /** What an expression is where it is known whether a condition holds; a constant where that makes it one. */
    private static Expr under(Expr expr, Expr condition, boolean holds) {
        if (!(expr instanceof Expr.Prim prim)) {
            return expr;
        }
        if (isChoice(prim) && prim.operands().get(0).equals(condition)) {
            return under(prim.operands().get(holds ? 1 : 2), condition, holds);
        }
        List<Expr> operands = prim.operands().stream()
                .map(operand -> under(operand, condition, holds))
                .toList();
        boolean isKnown = operands.stream().allMatch(Expr.Const.class::isInstance);
        return isKnown ? Folding.prim(prim.op(), operands.toArray(new Expr[0])) : expr;
    }

    /** Whether an update is of all points or of none, and computes: what is asked once keeps no loop from being vectorised. */
    private static boolean isWhole(Update update) {
        return update.guard().filter(guard -> guard.space().isScalar()).isPresent() && !chooses(update.value());
    }

    /** Whether carrying an update out point by point needs a decision at each. */
    public static boolean chooses(Update update) {
        return update.guard().isPresent() || chooses(update.value());
    }

    private static boolean chooses(Expr expr) {
        if (expr instanceof Expr.Prim prim) {
            boolean decides = prim.op() == Op.SELECT || prim.op().isFlag() && !isBranchFree(prim);
            if (decides) {
                return true;
            }
        }
        return expr.children().stream().anyMatch(Choices::chooses);
    }

    /** Whether a condition can be computed as 0 or 1 without a branch. */
    public static boolean isBranchFree(Expr expr) {
        if (expr instanceof Expr.Read read) {
            return read.variable().type() == DType.FLAG;
        }
        if (!(expr instanceof Expr.Prim prim)) {
            return false;
        }
        return switch (prim.op()) {
            // Where one side is finite the difference has a sign.
            case LT, LE, GT, GE ->
                prim.operands().stream()
                        .anyMatch(side -> side instanceof Expr.Const bound && Double.isFinite(bound.value()));
            case AND, OR, NOT -> prim.operands().stream().allMatch(Choices::isBranchFree);
            default -> false;
        };
    }

    private void rewrite(Update update) {
        user = update;
        Space space = update.target().space();
        if (update.guard().isPresent()) {
            Expr guard = condition(update.guard().get(), space);
            Expr value = chosen(update.value(), space);
            result.add(versions.next(Updates.with(update, guard, value)));
            return;
        }
        Expr value = update.value();
        if (value instanceof Expr.Prim prim && prim.op() == Op.SELECT) {
            result.add(versions.next(Updates.with(update, null, select(prim, space))));
        } else if (value instanceof Expr.Prim prim && prim.op().isFlag()) {
            result.add(versions.next(Updates.with(update, null, condition(prim, space))));
        } else {
            result.add(versions.next(Updates.with(update, null, computed(value, space))));
        }
    }

    private Expr select(Expr.Prim select, Space space) {
        return Expr.Prim.of(
                Op.SELECT,
                condition(select.operands().get(0), space),
                chosen(select.operands().get(1), space),
                chosen(select.operands().get(2), space));
    }

    /** A condition whose operands are at hand. */
    private Expr condition(Expr expr, Space space) {
        if (expr instanceof Expr.Prim prim && prim.op().isFlag()) {
            boolean logical = prim.op() == Op.AND || prim.op() == Op.OR || prim.op() == Op.NOT;
            return Exprs.mapChildren(prim, child -> logical ? condition(child, space) : chosen(child, space));
        }
        return chosen(expr, space);
    }

    /** A value that is at hand: one of few operations, or a temporary. */
    private Expr chosen(Expr expr, Space space) {
        if (!expr.space().equals(space) || operations(expr) <= CHEAP_OPERATIONS && !chooses(expr)) {
            return expr;
        }
        boolean isChoice = expr instanceof Expr.Prim prim && prim.op() == Op.SELECT;
        return held(isChoice ? select((Expr.Prim) expr, space) : computed(expr, space), expr.space());
    }

    /** A value that is computed without a choice, once those in it are made. */
    private Expr computed(Expr expr, Space space) {
        if (expr instanceof Expr.Prim prim && prim.space().equals(space)) {
            if (prim.op() == Op.SELECT) {
                return held(select(prim, space), space);
            }
            if (prim.op().isFlag() && !isBranchFree(prim)) {
                return held(condition(prim, space), space);
            }
            return Exprs.mapChildren(prim, child -> computed(child, space));
        }
        return expr;
    }

    private Expr held(Expr value, Space space) {
        Var variable = temporaries.make(user, "chosen", space);
        result.add(versions.next(new Update(variable, 1, Optional.empty(), value, user.slot(), user.span())));
        return versions.read(variable);
    }

    private static int operations(Expr expr) {
        int operations = expr instanceof Expr.Prim || expr instanceof Expr.Draw ? 1 : 0;
        for (Expr child : expr.children()) {
            operations += operations(child);
        }
        return operations;
    }
}
