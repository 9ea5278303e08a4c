package org.altdsl.runtime.kernel;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;

/** The synapses of one job's sparse projections and the spikes of its last steps. All threads share it. */
public final class EventMemory {
    private final EventLayout layout;
    private final boolean isFloat;
    private final Incidence[] edges;
    private final SpikeRing[] rings;
    private final Arrivals[] arrivals;
    private final View[] views;
    private final LazyValues[] lazy;

    /** Flags as an array, with what it was made from. */
    private static final class View {
        private Object flags;
        private long version = -1;
        private int[] set = {};
        private int count;
    }

    EventMemory(EventLayout layout, Precision precision, long seed) {
        this.layout = layout;
        this.isFloat = precision == Precision.FLOAT;
        this.edges = new Incidence[layout.projections().size()];
        for (int i = 0; i < edges.length; i++) {
            EventLayout.Projection projection = layout.projections().get(i);
            edges[i] = new Incidence(projection.wiring().edges(seed), projection.sources(), projection.targets());
        }
        List<SpikeRing> lists = new ArrayList<>();
        layout.rings().forEach(ring -> lists.add(new SpikeRing(ring.neurons(), ring.longest())));
        this.rings = lists.toArray(new SpikeRing[0]);
        this.arrivals = new Arrivals[layout.arrivals().size()];
        this.lazy = new LazyValues[layout.lazy().size()];
        for (int i = 0; i < lazy.length; i++) {
            EventLayout.Lazy one = layout.lazy().get(i);
            lazy[i] = new LazyValues(one.factor(), edges[one.projection()].count());
        }
        this.views = new View[layout.views().size()];
        for (int i = 0; i < views.length; i++) {
            views[i] = new View();
        }
    }

    /** How many synapses each projection has. */
    int[] extents() {
        int[] extents = new int[edges.length];
        for (int i = 0; i < extents.length; i++) {
            extents[i] = edges[i].count();
        }
        return extents;
    }

    /**
     * How many synapses a projection has.
     *
     * @param projection its number
     */
    public int extent(int projection) {
        return edges[projection].count();
    }

    /**
     * The synapses of a projection.
     *
     * @param projection its number
     */
    public Incidence edges(int projection) {
        return edges[projection];
    }

    /**
     * The spikes of a population.
     *
     * @param ring the number of its flags
     */
    public SpikeRing spikes(int ring) {
        return rings[ring];
    }

    /**
     * The synapses of a projection in the order of their delays.
     *
     * @param arrival the number that they have together with their delays
     */
    public Arrivals arrivals(int arrival) {
        return arrivals[arrival];
    }

    /**
     * How far the elements of a variable lag behind that decays when it is needed.
     *
     * @param number its number
     */
    public LazyValues lazy(int number) {
        return lazy[number];
    }

    /** Puts the tables of sources and targets into the slots of their variables. */
    void tables(Object[] slots) {
        for (int i = 0; i < edges.length; i++) {
            EventLayout.Projection projection = layout.projections().get(i);
            if (projection.sourceSlot() >= 0) {
                slots[projection.sourceSlot()] = edges[i].source;
            }
            if (projection.targetSlot() >= 0) {
                slots[projection.targetSlot()] = edges[i].target;
            }
        }
    }

    /** The neuron of each synapse whose value a narrowed variable shares. */
    int[] neurons(EventLayout.Narrowed narrowed) {
        Incidence of = edges[narrowed.projection()];
        return narrowed.isPre() ? of.source : of.target;
    }

    /** Sorts synapses by delays that were set or may have changed. */
    void sort(Slots slots) {
        for (int i = 0; i < arrivals.length; i++) {
            if (arrivals[i] == null) {
                EventLayout.Arrival arrival = layout.arrivals().get(i);
                Object delays = slots.at(arrival.delays());
                arrivals[i] = new Arrivals(edges[arrival.projection()], delays, arrival.longest());
            }
        }
    }

    /** Sorts synapses by their delays again before the next step. */
    void delaysMayHaveChanged() {
        for (int i = 0; i < arrivals.length; i++) {
            arrivals[i] = null;
        }
    }

    /**
     * Flags of an earlier step, or of spikes that reach synapses now.
     *
     * @param view the number of the flags
     * @return {@code float[]} or {@code double[]}, 0 or 1 at each point
     */
    public synchronized Object flags(int view) {
        EventLayout.View wanted = layout.views().get(view);
        View made = views[view];
        boolean arrives = wanted.ring() < 0;
        EventLayout.Arrival arrival = arrives ? layout.arrivals().get(wanted.lag()) : null;
        SpikeRing ring = rings[arrives ? arrival.ring() : wanted.ring()];
        if (made.flags == null) {
            int points = arrives ? edges[arrival.projection()].count() : ring.neurons();
            made.flags = Array.newInstance(isFloat ? float.class : double.class, points);
            made.set = new int[points];
        }
        if (made.version != ring.version()) {
            mark(made, 0);
            made.count = 0;
            if (arrives) {
                arrived(made, arrivals[wanted.lag()], ring);
            } else {
                made.count = ring.count(wanted.lag());
                System.arraycopy(ring.list(wanted.lag()), 0, made.set, 0, made.count);
            }
            mark(made, 1);
            made.version = ring.version();
        }
        return made.flags;
    }

    private static void arrived(View view, Arrivals arrivals, SpikeRing ring) {
        for (int lag : arrivals.lags) {
            int[] list = ring.list(lag);
            for (int n = 0; n < ring.count(lag); n++) {
                int first = arrivals.first(list[n], lag);
                int length = arrivals.last(list[n], lag) - first;
                System.arraycopy(arrivals.synapses, first, view.set, view.count, length);
                view.count += length;
            }
        }
    }

    private static void mark(View view, int value) {
        if (view.flags instanceof float[] floats) {
            for (int i = 0; i < view.count; i++) {
                floats[view.set[i]] = value;
            }
        } else {
            double[] doubles = (double[]) view.flags;
            for (int i = 0; i < view.count; i++) {
                doubles[view.set[i]] = value;
            }
        }
    }
}
