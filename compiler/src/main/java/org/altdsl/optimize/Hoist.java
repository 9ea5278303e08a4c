package org.altdsl.optimize;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Exprs;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Op;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;

/**
 * Moves costly parts of expressions into updates of their own, placed just before their user: parts on fewer axes than
 * the loop around them, parts that several updates share, parts that a map would evaluate again at every point, and
 * random draws.
 *
 * <p>What depends on no axis or on lanes alone stays: the emitter moves that to the head of the loop it belongs to.
 */
final class Hoist {
    private static final Set<Op> COSTLY = Set.of(
            Op.EXP,
            Op.LOG,
            Op.TANH,
            Op.SIN,
            Op.COS,
            Op.TAN,
            Op.ASIN,
            Op.ACOS,
            Op.ATAN,
            Op.SIGMOID,
            Op.SOFTPLUS,
            Op.POW,
            Op.SQRT,
            Op.DIV,
            Op.MOD);

    private static final Set<Op> WORTH_SHARING = Set.of(
            Op.EXP,
            Op.LOG,
            Op.TANH,
            Op.SIN,
            Op.COS,
            Op.TAN,
            Op.ASIN,
            Op.ACOS,
            Op.ATAN,
            Op.SIGMOID,
            Op.SOFTPLUS,
            Op.POW);

    /** So many cheap operations weigh as much as writing and reading a temporary. */
    private static final int CHEAP_OPERATIONS = 4;

    private final Temporaries temporaries;
    private final Events events;
    private final boolean grouped;
    private final ExprKeys keys = new ExprKeys();
    private final Map<Integer, Integer> uses = new HashMap<>();
    private final Map<Integer, Expr.Read> available = new HashMap<>();
    private final Versions versions = new Versions();
    private final List<Update> result = new ArrayList<>();
    private Update user;

    private Hoist(Temporaries temporaries, Events events, boolean grouped) {
        this.temporaries = temporaries;
        this.events = events;
        this.grouped = grouped;
    }

    static List<Update> apply(List<Update> updates, Temporaries temporaries, Events events, boolean grouped) {
        Hoist pass = new Hoist(temporaries, events, grouped);
        List<Update> numbered = Versions.number(updates);
        for (Update update : numbered) {
            if (EventForm.of(update, events).isPresent()) {
                continue;
            }
            Set<Integer> seen = new HashSet<>();
            pass.count(update.value(), seen);
            update.guard().ifPresent(guard -> pass.count(guard, seen));
        }
        numbered.forEach(pass::rewrite);
        return pass.result;
    }

    private void count(Expr expr, Set<Integer> seen) {
        int key = keys.of(expr);
        if (!seen.add(key)) {
            return;
        }
        if (expr instanceof Expr.Prim prim && WORTH_SHARING.contains(prim.op())) {
            uses.merge(key, 1, Integer::sum);
        }
        expr.children().forEach(child -> count(child, seen));
    }

    private void rewrite(Update update) {
        user = update;
        // What happens at few points is not computed for all of them beforehand.
        boolean isEvent = EventForm.of(update, events).isPresent();
        if (isEvent || MatrixForm.of(update, grouped).isPresent()) {
            result.add(versions.next(update));
            return;
        }
        Expr value = update.value();
        Expr changed;
        if (value instanceof Expr.Reduce reduce) {
            changed = Exprs.mapChildren(reduce, of -> visit(of, of.space()));
        } else if (value instanceof Expr.Draw) {
            changed = Exprs.mapChildren(
                    value, argument -> visit(argument, update.target().space()));
        } else {
            changed = visit(value, update.target().space(), true);
        }
        Expr guard =
                update.guard().map(expr -> visit(expr, update.target().space())).orElse(null);
        Update rewritten = versions.next(Updates.with(update, guard, changed));
        result.add(rewritten);
        // Later updates may read the target instead of computing its value again.
        Var target = update.target();
        boolean holdsValue = guard == null
                && value.space().equals(target.space())
                && value instanceof Expr.Prim
                && !Exprs.reads(value).contains(target);
        if (holdsValue && shared(value)) {
            available.putIfAbsent(keys.of(value), new Expr.Read(target, rewritten.version()));
        }
    }

    private Expr visit(Expr expr, Space loop) {
        return visit(expr, loop, false);
    }

    private Expr visit(Expr expr, Space loop, boolean isWholeValue) {
        Expr.Read known = available.get(keys.of(expr));
        if (known != null && versions.read(known.variable()).equals(known)) {
            return known;
        }
        if (expr instanceof Expr.Draw && !expr.space().isScalar()) {
            return hoisted(expr, "draw");
        }
        boolean smaller = !expr.space().equals(loop) && !staysInLoop(expr.space()) && isCostly(expr);
        if (smaller) {
            return hoisted(expr, "factor");
        }
        if (!isWholeValue && shared(expr) && !expr.space().isScalar()) {
            return hoisted(expr, "shared");
        }
        if (expr instanceof Expr.Gather gather) {
            return gather(gather, loop);
        }
        return Exprs.mapChildren(expr, child -> visit(child, loop));
    }

    private Expr gather(Expr.Gather gather, Space loop) {
        boolean pick = gather.along() instanceof IndexMap.Pick;
        boolean grows = gather.of().space().rank() > gather.space().rank();
        if (!pick && !grows && isCostly(gather.of()) && !gather.of().space().isScalar()) {
            return Expr.Gather.of(gather.along(), hoisted(gather.of(), "gathered"));
        }
        return Exprs.mapChildren(gather, child -> visit(child, child == gather.of() ? child.space() : loop));
    }

    private static boolean staysInLoop(Space space) {
        return space.isScalar() || space.equals(Space.of(Axis.LANE));
    }

    private boolean shared(Expr expr) {
        return uses.getOrDefault(keys.of(expr), 0) > 1;
    }

    private Expr hoisted(Expr expr, String what) {
        int key = keys.of(expr);
        Expr.Read known = available.get(key);
        if (known == null || !versions.read(known.variable()).equals(known)) {
            Expr value = Exprs.mapChildren(expr, child -> visit(child, expr.space()));
            Var variable = temporaries.make(user, what, value.space());
            result.add(versions.next(new Update(variable, 1, Optional.empty(), value, user.slot(), user.span())));
            known = versions.read(variable);
            available.put(key, known);
        }
        return known;
    }

    private static boolean isCostly(Expr expr) {
        return weight(expr) >= CHEAP_OPERATIONS;
    }

    private static int weight(Expr expr) {
        int weight = 0;
        if (expr instanceof Expr.Prim prim) {
            weight = COSTLY.contains(prim.op()) ? CHEAP_OPERATIONS : 1;
        }
        for (Expr child : expr.children()) {
            weight += weight(child);
            if (weight >= CHEAP_OPERATIONS) {
                return weight;
            }
        }
        return weight;
    }
}
