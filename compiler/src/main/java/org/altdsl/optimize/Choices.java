package org.altdsl.optimize;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ir.Axis;
import org.altdsl.ir.DType;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Exprs;
import org.altdsl.ir.Op;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;

/**
 * Keeps choices between values out of loops that compute: HotSpot vectorises no loop in which it has to choose, so the
 * equations of a neuron that may be refractory would all run one by one. Where a choice can be a blend of both values,
 * with weights of 0 and 1, loops compute it as one. Any other gets an update of its own, and what is chosen from a
 * temporary: after this pass a loop either chooses, and does nothing else, or computes.
 */
public final class Choices {
    /** Axes that are shorter gain nothing. */
    private static final int LEAST_POINTS = 32;

    /** So many operations are as cheap as a temporary. */
    private static final int CHEAP_OPERATIONS = 1;

    private static final Set<Op> TAME =
            Set.of(Op.ADD, Op.SUB, Op.MUL, Op.NEG, Op.MIN, Op.MAX, Op.ABS, Op.TANH, Op.SIGMOID);

    private final Sizes sizes;
    private final Temporaries temporaries;
    private final Versions versions = new Versions();
    private final List<Update> result = new ArrayList<>();
    private Update user;

    private Choices(Sizes sizes, Temporaries temporaries) {
        this.sizes = sizes;
        this.temporaries = temporaries;
    }

    static List<Update> apply(List<Update> updates, Sizes sizes, Temporaries temporaries, Events events) {
        Choices pass = new Choices(sizes, temporaries);
        for (Update update : updates) {
            boolean isLoop = !(update.value() instanceof Expr.Reduce)
                    && !events.remembers(update)
                    && EventForm.of(update, events).isEmpty()
                    && MatrixForm.of(update, true).isEmpty();
            if (isLoop && chooses(update) && pass.isLong(update.target().space())) {
                pass.rewrite(update);
            } else {
                pass.result.add(pass.versions.next(update));
            }
        }
        return pass.result;
    }

    private boolean isLong(Space space) {
        return isLong(space, sizes);
    }

    /** Whether a loop over a space gains by being vectorised. */
    public static boolean isLong(Space space, Sizes sizes) {
        return space.rank() == 1
                && !space.has(Axis.LANE)
                && sizes.of(space.axes().get(0)) >= LEAST_POINTS;
    }

    /** Whether carrying an update out point by point needs a decision at each. */
    public static boolean chooses(Update update) {
        Optional<Expr> guard = update.guard();
        boolean decides = guard.isPresent() && !blends(guard.get(), update.value(), new Expr.Read(update.target(), 0));
        return decides || chooses(update.value());
    }

    private static boolean chooses(Expr expr) {
        if (expr instanceof Expr.Prim prim) {
            boolean decides =
                    prim.op() == Op.SELECT && !blends(prim) || prim.op().isFlag() && !isBranchFree(prim);
            if (decides) {
                return true;
            }
        }
        return expr.children().stream().anyMatch(Choices::chooses);
    }

    /** Whether a choice can be computed as a sum of both values with weights of 0 and 1. */
    public static boolean blends(Expr.Prim select) {
        List<Expr> operands = select.operands();
        return blends(operands.get(0), operands.get(1), operands.get(2));
    }

    private static boolean blends(Expr condition, Expr one, Expr other) {
        return isBranchFree(condition) && isTame(one) && isTame(other);
    }

    /** Whether a value is finite as long as states are, so that nothing is left of it when it is multiplied by 0. */
    private static boolean isTame(Expr expr) {
        if (expr instanceof Expr.Const constant) {
            return Double.isFinite(constant.value());
        }
        if (expr instanceof Expr.Prim prim) {
            boolean isTame = prim.op() == Op.SELECT ? blends(prim) : TAME.contains(prim.op()) || isBranchFree(prim);
            return isTame && prim.operands().stream().allMatch(Choices::isTame);
        }
        return expr instanceof Expr.Read
                || expr instanceof Expr.Gather gather && isTame(gather.of())
                || expr instanceof Expr.SizeOf
                || expr instanceof Expr.Index
                || expr instanceof Expr.Tick;
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
