package org.altdsl.optimize;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ir.Edges;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Exprs;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Op;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;

/**
 * An update that happens only where spikes lead, so that a walk from the spikes does it at a cost that does not depend
 * on how many neurons and synapses there are.
 *
 * @param update the update
 * @param route how the points are found at which something happens
 * @param condition what has to hold there besides
 * @param value the new value of the target there, or what is added to it
 * @param along where the value is added, along this map; absent where it is the value of the target at the point itself
 * @param clears whether the target is 0 before values are added
 */
public record EventForm(
        Update update,
        Route route,
        Optional<Expr> condition,
        Expr value,
        Optional<IndexMap.Table> along,
        boolean clears) {
    public EventForm {
        requireNonNull(update);
        requireNonNull(route);
        requireNonNull(condition);
        requireNonNull(value);
        requireNonNull(along);
    }

    /** What a walk goes along. */
    public enum Kind {
        /** The neurons that spike. */
        LIST,
        /** The synapses of the sources that spike. */
        ROWS,
        /** The synapses of the targets that spike. */
        COLUMNS,
        /** The synapses that spikes reach after delays. */
        ARRIVALS
    }

    /**
     * A way from spikes to points.
     *
     * @param event the flags that say what spikes
     * @param edges the projection; absent where it is the neurons that spike
     */
    public record Route(Kind kind, Var event, Optional<Edges> edges) {
        public Route {
            requireNonNull(kind);
            requireNonNull(event);
            requireNonNull(edges);
        }
    }

    /** The form of an update, if it is one that a walk can do. */
    public static Optional<EventForm> of(Update update, Events events) {
        if (update.target().space().rank() != 1
                || events.views().isEmpty() && events.arrivals().isEmpty()) {
            return Optional.empty();
        }
        if (update.guard().isPresent()) {
            return guarded(update, events);
        }
        Expr value = update.value();
        if (value instanceof Expr.Reduce reduce) {
            return delivery(update, reduce, true, false, events);
        }
        if (value instanceof Expr.Prim difference
                && difference.op() == Op.SUB
                && difference.operands().get(0) instanceof Expr.Read read
                && read.variable().equals(update.target())
                && difference.operands().get(1) instanceof Expr.Reduce reduce) {
            return delivery(update, reduce, false, true, events);
        }
        if (value instanceof Expr.Prim sum && sum.op() == Op.ADD) {
            for (int i = 0; i < 2; i++) {
                boolean adds = sum.operands().get(i) instanceof Expr.Read read
                        && read.variable().equals(update.target());
                if (adds && sum.operands().get(1 - i) instanceof Expr.Reduce reduce) {
                    return delivery(update, reduce, false, false, events);
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<EventForm> guarded(Update update, Events events) {
        List<Expr> conditions = conjuncts(update.guard().get());
        Expr event = null;
        Route route = null;
        for (Expr condition : conditions) {
            Route found = route(condition, update.target().space(), events);
            if (found != null && route == null) {
                event = condition;
                route = found;
            }
        }
        if (route == null || !isElementwise(update.guard().get()) || !isElementwise(update.value())) {
            return Optional.empty();
        }
        if (Updates.remoteReads(update).contains(update.target())) {
            return Optional.empty();
        }
        Optional<Expr> others = without(event, conditions);
        return Optional.of(new EventForm(update, route, others, update.value(), Optional.empty(), false));
    }

    private static Optional<EventForm> delivery(
            Update update, Expr.Reduce reduce, boolean clears, boolean takes, Events events) {
        boolean fits = reduce.along() instanceof IndexMap.Table
                && reduce.space().equals(update.target().space())
                && reduce.of().space().equals(reduce.along().sources());
        if (!fits || !isElementwise(reduce.of())) {
            return Optional.empty();
        }
        // Additions would change what is read.
        if (Exprs.reads(reduce.of()).contains(update.target())) {
            return Optional.empty();
        }
        IndexMap.Table along = (IndexMap.Table) reduce.along();
        if (events.end(along.table()).isEmpty()) {
            return Optional.empty();
        }
        Expr condition = reduce.of();
        Expr value = Algebra.ONE;
        if (reduce.of() instanceof Expr.Prim prim && prim.op() == Op.SELECT) {
            if (!Algebra.ZERO.equals(prim.operands().get(2))) {
                return Optional.empty();
            }
            condition = prim.operands().get(0);
            value = prim.operands().get(1);
        }
        List<Expr> conditions = conjuncts(condition);
        for (Expr one : conditions) {
            Route route = route(one, reduce.of().space(), events);
            if (route != null) {
                Optional<Expr> others = without(one, conditions);
                Expr added = takes ? Expr.Prim.of(Op.NEG, value) : value;
                return Optional.of(new EventForm(update, route, others, added, Optional.of(along), clears));
            }
        }
        return Optional.empty();
    }

    private static Optional<Expr> without(Expr event, List<Expr> conditions) {
        Expr others = null;
        for (Expr condition : conditions) {
            if (condition != event) {
                others = others == null ? condition : Expr.Prim.of(Op.AND, others, condition);
            }
        }
        return Optional.ofNullable(others);
    }

    /** The conditions that have to hold together. */
    static List<Expr> conjuncts(Expr condition) {
        List<Expr> found = new ArrayList<>();
        if (condition instanceof Expr.Prim prim && prim.op() == Op.AND) {
            prim.operands().forEach(operand -> found.addAll(conjuncts(operand)));
        } else if (condition instanceof Expr.Gather gather
                && gather.along() instanceof IndexMap.Table
                && gather.of() instanceof Expr.Prim prim
                && prim.op() == Op.AND) {
            for (Expr operand : prim.operands()) {
                boolean varies = operand.space().has(gather.along().target());
                found.addAll(conjuncts(varies ? Expr.Gather.of(gather.along(), operand) : operand));
            }
        } else {
            found.add(condition);
        }
        return found;
    }

    /** How the points of a space are found at which a condition holds; null if it is no event. */
    private static Route route(Expr condition, Space space, Events events) {
        if (condition instanceof Expr.Read read && read.space().equals(space)) {
            Events.Arrival arrival = events.arrivals().get(read.variable());
            if (arrival != null) {
                return new Route(Kind.ARRIVALS, read.variable(), Optional.of(arrival.edges()));
            }
            return events.views().containsKey(read.variable())
                    ? new Route(Kind.LIST, read.variable(), Optional.empty())
                    : null;
        }
        if (condition instanceof Expr.Gather gather
                && gather.along() instanceof IndexMap.Table table
                && gather.space().equals(space)
                && gather.of() instanceof Expr.Read read
                && events.views().containsKey(read.variable())) {
            Events.End end = events.end(table.table()).orElse(null);
            if (end != null && Space.of(end.edges().synapses()).equals(space)) {
                Kind kind = end.isPre() ? Kind.ROWS : Kind.COLUMNS;
                return new Route(kind, read.variable(), Optional.of(end.edges()));
            }
        }
        return null;
    }

    private static boolean isElementwise(Expr expr) {
        return !(expr instanceof Expr.Reduce) && expr.children().stream().allMatch(EventForm::isElementwise);
    }

    /** Whether a walk can do another update at each point, right after this one. */
    public boolean mayPrecede(EventForm other) {
        return route.equals(other.route)
                && !touches(other, this)
                && !touches(this, other)
                && !(other.clears && update.target().equals(other.update.target()));
    }

    /** Whether one update reads at other points what another one writes. */
    private static boolean touches(EventForm reader, EventForm writer) {
        Var target = writer.update.target();
        return (writer.along.isPresent() ? reader.reads() : reader.remoteReads()).contains(target);
    }

    /** The variables that it reads at other points than the one the walk stands at. */
    private Set<Var> remoteReads() {
        Set<Var> reads = Updates.remoteReads(value);
        condition.ifPresent(others -> reads.addAll(Updates.remoteReads(others)));
        return reads;
    }

    /** The variables whose values the walk needs, the event itself and the target that it adds to left out. */
    public Set<Var> reads() {
        Set<Var> reads = Exprs.reads(value);
        condition.ifPresent(others -> reads.addAll(Exprs.reads(others)));
        return reads;
    }
}
