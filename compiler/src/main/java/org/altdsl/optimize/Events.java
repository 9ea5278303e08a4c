package org.altdsl.optimize;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.ir.Edges;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;

/**
 * What a program knows of spikes after {@link Lags}: every event is then a flag of its own, such as {@code e.spike@-12}
 * for the spikes of twelve steps ago, which no update has to compute since lists of spikes hold it.
 *
 * @param views flags on neurons that are the spikes of a flag some steps ago
 * @param arrivals flags on synapses that are spikes which arrive after the synapses' own delays
 * @param histories variables that hold the values of others in the steps before
 * @param edges the sparse projections
 */
public record Events(Map<Var, View> views, Map<Var, Arrival> arrivals, Map<Var, Var> histories, List<Edges> edges) {
    /** No events. */
    public static final Events NONE = new Events(Map.of(), Map.of(), Map.of(), List.of());

    public Events {
        views = Map.copyOf(views);
        arrivals = Map.copyOf(arrivals);
        histories = Map.copyOf(histories);
        edges = List.copyOf(edges);
    }

    /**
     * The spikes of some steps ago.
     *
     * @param flags which neurons spike
     * @param lag how many steps; at 0 those of the present step, once they are decided
     */
    public record View(Var flags, int lag) {
        public View {
            requireNonNull(flags);
        }
    }

    /**
     * Spikes that reach synapses.
     *
     * @param flags which source neurons spike
     * @param edges the projection
     * @param delays how many steps each synapse takes
     * @param longest the most steps any takes
     */
    public record Arrival(Var flags, Edges edges, Var delays, int longest) {
        public Arrival {
            requireNonNull(flags);
            requireNonNull(edges);
            requireNonNull(delays);
        }
    }

    /**
     * One end of a projection.
     *
     * @param isPre whether it is the end of the sources
     */
    public record End(Edges edges, boolean isPre) {
        public End {
            requireNonNull(edges);
        }
    }

    /** The end that a table leads to, if it is one of a sparse projection. */
    public Optional<End> end(Var table) {
        return end(table, edges);
    }

    static Optional<End> end(Var table, List<Edges> edges) {
        for (Edges projection : edges) {
            if (projection.source().equals(table) || projection.target().equals(table)) {
                return Optional.of(new End(projection, projection.source().equals(table)));
            }
        }
        return Optional.empty();
    }

    /** Whether an update stands where the spikes of a step are decided, and lists them. */
    public boolean collects(Update update) {
        View view = views.get(update.target());
        return view != null
                && update.value() instanceof Expr.Read read
                && read.variable().equals(view.flags());
    }

    /** Whether an update keeps the values of a step for those after it. */
    public boolean remembers(Update update) {
        return histories.containsKey(update.target());
    }

    /** The flags whose spikes are listed, each with the most steps for which they are needed. */
    public Map<Var, Integer> longest() {
        Map<Var, Integer> longest = new LinkedHashMap<>();
        views.values().forEach(view -> longest.merge(view.flags(), view.lag(), Math::max));
        arrivals.values().forEach(arrival -> longest.merge(arrival.flags(), arrival.longest(), Math::max));
        return longest;
    }
}
