package org.altdsl.codegen;

import java.util.List;
import org.altdsl.ir.Edges;
import org.altdsl.ir.Var;
import org.altdsl.optimize.EventForm.Route;
import org.altdsl.optimize.Events;

/** Opens the loops that lead from lists of spikes to the points at which something happens. */
final class Walks {
    private final Target target;
    private final Nest nest;
    private final Expressions expressions;

    private Walks(Target target, Nest nest, Expressions expressions) {
        this.target = target;
        this.nest = nest;
        this.expressions = expressions;
    }

    /** Opens the loops of a route, the innermost over the points. */
    static void open(Kernel.Walk walk, Target target, Nest nest, Expressions expressions) {
        new Walks(target, nest, expressions).open(walk.route(), walk.mayBeCut());
    }

    /** What a route is called where kernels are listed. */
    static String kind(Route route, Events events) {
        return switch (route.kind()) {
            case LIST ->
                "spike list over " + events.views().get(route.event()).flags().name();
            case ROWS ->
                "walk of rows per spike of "
                        + events.views().get(route.event()).flags().name();
            case COLUMNS ->
                "walk of columns per spike of "
                        + events.views().get(route.event()).flags().name();
            case ARRIVALS ->
                "walk of delayed rows per spike of "
                        + events.arrivals().get(route.event()).flags().name();
        };
    }

    private void open(Route route, boolean isCut) {
        switch (route.kind()) {
            case LIST -> {
                String neuron = spikes(route.event(), "neuron", false);
                expressions.stand(route.event().space().axes().get(0), neuron);
            }
            case ROWS -> rows(route.event(), route.edges().get(), isCut);
            case COLUMNS -> columns(route.event(), route.edges().get(), isCut);
            case ARRIVALS -> arrivals(route.event(), route.edges().get());
        }
    }

    /** Opens a loop over the neurons that spike; the name of the one it stands at. */
    private String spikes(Var event, String what, boolean isCut) {
        Events.View view = target.events().events().views().get(event);
        String ring = expressions.fresh("spikes");
        nest.head("final SpikeRing " + ring + " = arrays.events.spikes("
                + target.events().ring(view.flags()) + ");");
        return spikes(ring, String.valueOf(view.lag()), what, isCut);
    }

    private String spikes(String ring, String lag, String what, boolean isCut) {
        String list = expressions.fresh("list");
        String spike = expressions.fresh("spike");
        String neuron = expressions.fresh(what);
        nest.statement("final int[] " + list + " = " + ring + ".list(" + lag + ");");
        String count = ring + ".count(" + lag + ")";
        nest.loop(
                spike,
                isCut ? "part.first(" + count + ")" : "0",
                isCut ? "part.last(" + count + ")" : count,
                List.of("final int " + neuron + " = " + list + "[" + spike + "];"));
        return neuron;
    }

    private String incidence(Edges edges) {
        String incidence = expressions.fresh("edges");
        nest.head("final Incidence " + incidence + " = arrays.events.edges("
                + target.events().projection(edges) + ");");
        return incidence;
    }

    private String array(String of, String part) {
        String name = expressions.fresh(part);
        nest.head("final int[] " + name + " = " + of + "." + part + ";");
        return name;
    }

    /** The rows of sources that spike; of one shard, as far as they end at its targets. */
    private void rows(Var event, Edges edges, boolean isCut) {
        String incidence = incidence(edges);
        String first;
        String end;
        if (isCut) {
            String rows = expressions.fresh("rows");
            nest.head("final Incidence.Rows " + rows + " = " + incidence + ".rows(part);");
            String bounds = array(rows, "bounds");
            first = bounds + "[2 * %s]";
            end = bounds + "[2 * %s + 1]";
        } else {
            String rows = array(incidence, "rows");
            first = rows + "[%s]";
            end = rows + "[%s + 1]";
        }
        String targets = array(incidence, "target");
        String neuron = spikes(event, "neuron", false);
        int outer = nest.depth();
        String last = expressions.fresh("last");
        nest.statement("final int " + last + " = " + end.formatted(neuron) + ";");
        String synapse = expressions.fresh("synapse");
        nest.loop(synapse, first.formatted(neuron), last);
        expressions.stand(edges.synapses(), synapse);
        expressions.lead(edges.source(), neuron, outer);
        expressions.lead(edges.target(), targets + "[" + synapse + "]", nest.depth());
    }

    private void columns(Var event, Edges edges, boolean isCut) {
        String columns = expressions.fresh("columns");
        nest.head("final Incidence.Columns " + columns + " = arrays.events.edges("
                + target.events().byTarget(edges) + ").columns();");
        String starts = array(columns, "starts");
        String synapses = array(columns, "synapses");
        String sources = array(columns, "sources");
        String neuron = spikes(event, "neuron", isCut);
        int outer = nest.depth();
        String last = expressions.fresh("last");
        nest.statement("final int " + last + " = " + starts + "[" + neuron + " + 1];");
        String place = expressions.fresh("place");
        String synapse = expressions.fresh("synapse");
        nest.loop(
                place,
                starts + "[" + neuron + "]",
                last,
                List.of("final int " + synapse + " = " + synapses + "[" + place + "];"));
        expressions.stand(edges.synapses(), synapse);
        expressions.lead(edges.target(), neuron, outer);
        expressions.lead(edges.source(), sources + "[" + place + "]", nest.depth());
    }

    private void arrivals(Var event, Edges edges) {
        Events.Arrival arrival = target.events().events().arrivals().get(event);
        String targets = array(incidence(edges), "target");
        String arrivals = expressions.fresh("arrivals");
        nest.head("final Arrivals " + arrivals + " = arrays.events.arrivals("
                + target.events().arrival(event) + ");");
        String lags = array(arrivals, "lags");
        String synapses = array(arrivals, "synapses");
        String ring = expressions.fresh("spikes");
        nest.head("final SpikeRing " + ring + " = arrays.events.spikes("
                + target.events().ring(arrival.flags()) + ");");
        String turn = expressions.fresh("turn");
        String lag = expressions.fresh("lag");
        nest.loop(turn, "0", lags + ".length", List.of("final int " + lag + " = " + lags + "[" + turn + "];"));
        String neuron = spikes(ring, lag, "neuron", false);
        int outer = nest.depth();
        String last = expressions.fresh("last");
        nest.statement("final int " + last + " = " + arrivals + ".last(" + neuron + ", " + lag + ");");
        String place = expressions.fresh("place");
        String synapse = expressions.fresh("synapse");
        nest.loop(
                place,
                arrivals + ".first(" + neuron + ", " + lag + ")",
                last,
                List.of("final int " + synapse + " = " + synapses + "[" + place + "];"));
        expressions.stand(edges.synapses(), synapse);
        expressions.lead(edges.source(), neuron, outer);
        expressions.lead(edges.target(), targets + "[" + synapse + "]", nest.depth());
    }
}
