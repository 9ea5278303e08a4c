package org.altdsl.codegen;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Edges;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.optimize.EventForm;
import org.altdsl.optimize.Events;
import org.altdsl.optimize.LazyDecay;
import org.altdsl.optimize.Updates;
import org.altdsl.runtime.kernel.EventLayout;

/** The numbers under which kernels know the events of a program. */
final class EventTable {
    private final Events events;
    private final Map<Var, Integer> longest;
    private final List<Var> rings;
    private final List<Var> arrivals;
    private final Map<Var, LazyDecay.Decay> decays;
    private final List<Var> lazy;
    private final Map<Var, Integer> views = new LinkedHashMap<>();
    private final Set<Edges> byTarget = new HashSet<>();

    EventTable(Events events, Map<Var, LazyDecay.Decay> decays) {
        this.decays = decays;
        this.lazy = sorted(decays.keySet());
        this.events = events;
        this.longest = events.longest();
        this.rings = sorted(longest.keySet());
        this.arrivals = sorted(events.arrivals().keySet());
    }

    private static List<Var> sorted(Iterable<Var> variables) {
        List<Var> sorted = new ArrayList<>();
        variables.forEach(sorted::add);
        sorted.sort((a, b) -> a.name().compareTo(b.name()));
        return sorted;
    }

    Events events() {
        return events;
    }

    /** The number of the projection whose synapses an axis counts, -1 for another axis. */
    int projection(Axis axis) {
        for (int i = 0; i < events.edges().size(); i++) {
            if (events.edges().get(i).synapses().extent().equals(axis.extent())) {
                return i;
            }
        }
        return -1;
    }

    int projection(Edges edges) {
        return events.edges().indexOf(edges);
    }

    /** The number of a projection whose synapses a kernel finds by their targets. */
    int byTarget(Edges edges) {
        byTarget.add(edges);
        return projection(edges);
    }

    /** The number of the ring that holds the spikes of some flags. */
    int ring(Var flags) {
        return rings.indexOf(flags);
    }

    int arrival(Var event) {
        return arrivals.indexOf(event);
    }

    /** Whether a variable is nothing but lists of spikes. */
    boolean isVirtual(Var variable) {
        Events.View view = events.views().get(variable);
        return events.arrivals().containsKey(variable)
                || view != null && !view.flags().equals(variable);
    }

    /** The variable that is the same array, if there is one. */
    Optional<Var> alias(Var variable) {
        Events.View view = events.views().get(variable);
        return view != null && view.lag() == 0 ? Optional.of(view.flags()) : Optional.empty();
    }

    /** The variables that decay when they are needed. */
    List<Var> lazy() {
        return lazy;
    }

    LazyDecay.Decay decay(Var variable) {
        return decays.get(variable);
    }

    /** Whether two updates find a variable that decays when it is needed decayed by different steps. */
    boolean differ(Update earlier, Update later) {
        for (Var variable : lazy) {
            if (concerns(earlier, variable)
                    && concerns(later, variable)
                    && decay(variable).later().contains(earlier)
                            != decay(variable).later().contains(later)) {
                return true;
            }
        }
        return false;
    }

    static boolean concerns(Update update, Var variable) {
        return update.target().equals(variable) || Updates.reads(update).contains(variable);
    }

    /** The number of an event whose flags a kernel reads one by one. */
    int view(Var event) {
        return views.computeIfAbsent(event, key -> views.size());
    }

    /**
     * The numbers of a walk from spikes to synapses.
     *
     * @param follows whether a shard of it may be done right after the same shard of the kernel before
     */
    EventLayout.Walk walk(EventForm.Route route, boolean follows) {
        Events.View view = events.views().get(route.event());
        boolean isPre = route.kind() == EventForm.Kind.ROWS;
        return new EventLayout.Walk(
                ring(view.flags()), view.lag(), projection(route.edges().get()), isPre, follows);
    }

    EventLayout layout(
            Sizes sizes,
            Map<Var, Integer> slots,
            Map<Var, Boolean> stored,
            List<Var> collected,
            List<EventLayout.Narrowed> narrowed,
            List<EventLayout.Lazy> lazyLayouts,
            Map<Integer, EventLayout.Walk> walks) {
        List<EventLayout.Projection> projections = new ArrayList<>();
        for (Edges edges : events.edges()) {
            projections.add(new EventLayout.Projection(
                    edges.synapses().name(),
                    edges.wiring(),
                    sizes.of(edges.pre()),
                    sizes.of(edges.post()),
                    stored.getOrDefault(edges.source(), false) ? slots.get(edges.source()) : -1,
                    stored.getOrDefault(edges.target(), false) ? slots.get(edges.target()) : -1,
                    byTarget.contains(edges)));
        }
        List<EventLayout.Ring> ringLayouts = new ArrayList<>();
        for (Var flags : rings) {
            int neurons = sizes.of(flags.space().axes().get(0));
            ringLayouts.add(new EventLayout.Ring(
                    slots.get(flags), neurons, longest.get(flags), collected.contains(flags), flags.life()));
        }
        List<EventLayout.Arrival> arrivalLayouts = new ArrayList<>();
        for (Var event : arrivals) {
            Events.Arrival arrival = events.arrivals().get(event);
            arrivalLayouts.add(new EventLayout.Arrival(
                    projection(arrival.edges()),
                    ring(arrival.flags()),
                    slots.get(arrival.delays()),
                    arrival.longest()));
        }
        List<EventLayout.View> viewLayouts = new ArrayList<>();
        for (Var event : views.keySet()) {
            Events.View view = events.views().get(event);
            viewLayouts.add(
                    view == null
                            ? new EventLayout.View(-1, arrival(event))
                            : new EventLayout.View(ring(view.flags()), view.lag()));
        }
        return new EventLayout(projections, ringLayouts, arrivalLayouts, viewLayouts, narrowed, lazyLayouts, walks);
    }
}
