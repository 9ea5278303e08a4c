package org.altdsl.runtime.wiring;

import java.util.Arrays;

/**
 * The synapses of a projection as both of their neurons see them: compressed rows of the sources, and for each target
 * where its synapses are.
 *
 * <p>All variables of synapses are stored in <em>row order</em>: by source, then delay, then target, then their order in
 * the list of edges. A spike of source i that has travelled for a delay is felt by synapses next to each other in
 * memory: its row {@code rowStart[i] .. rowStart[i+1]} is divided into segments of one delay each,
 * {@code rowSegment[i] .. rowSegment[i+1]}; segment g has the delay {@code segmentDelay[g]} and the synapses
 * {@code segmentStart[g] .. segmentStart[g+1]}. Only delays that occur have a segment; without delays there is one
 * segment, of delay 0, for every source with synapses.
 *
 * <p>The synapses onto target j are {@code columnSynapse[columnStart[j] .. columnStart[j+1]]}, ascending, hence by
 * source. The arrays are shared, not copied; who reads them must not write to them.
 *
 * <p>It takes 16 bytes for each synapse (source, target, column, place in the list of edges), 12 where the list was in
 * row order already.
 */
public final class Incidence {
    /** Delays are counted out, so an absurd one would take an absurd amount of memory. */
    private static final int LONGEST_DELAY = 1 << 24;

    private final int sources;
    private final int targets;
    private final int[] source;
    private final int[] target;
    private final int[] edge;
    private final int[] rowStart;
    private final int[] rowSegment;
    private final int[] segmentDelay;
    private final int[] segmentStart;
    private final int[] columnStart;
    private final int[] columnSynapse;

    private Incidence(Edges edges, int[] delays, int sources, int targets) {
        this.sources = sources;
        this.targets = targets;
        this.edge = rowOrder(edges, delays, sources, targets);
        this.source = edge == null ? edges.source() : gather(edges.source(), edge);
        this.target = edge == null ? edges.target() : gather(edges.target(), edge);
        this.rowStart = starts(source, sources);
        this.rowSegment = new int[sources + 1];
        int segments = countSegments(delays);
        this.segmentDelay = new int[segments];
        this.segmentStart = new int[segments + 1];
        divide(delays);
        this.columnStart = starts(target, targets);
        this.columnSynapse = sort(target, columnStart, null);
    }

    /**
     * Synapses without delays.
     *
     * @param edges in any order, of neurons counted from 0
     * @param sources how many neurons the sending population has
     * @param targets how many neurons the receiving population has
     */
    public static Incidence of(Edges edges, int sources, int targets) {
        requireInside(edges, sources, targets);
        return new Incidence(edges, null, sources, targets);
    }

    /**
     * Synapses with delays.
     *
     * @param edges in any order, of neurons counted from 0
     * @param delays in steps, 0 or more, one for each edge
     * @param sources how many neurons the sending population has
     * @param targets how many neurons the receiving population has
     */
    public static Incidence of(Edges edges, int[] delays, int sources, int targets) {
        requireInside(edges, sources, targets);
        if (delays.length != edges.size()) {
            throw new WiringException(delays.length + " delays for " + edges.size() + " synapses");
        }
        for (int k = 0; k < delays.length; k++) {
            if (delays[k] < 0 || delays[k] > LONGEST_DELAY) {
                throw new WiringException("the synapse from neuron " + edges.source()[k] + " to neuron "
                        + edges.target()[k] + " has a delay of " + delays[k] + " steps; it must be between 0 and "
                        + LONGEST_DELAY);
            }
        }
        return new Incidence(edges, delays, sources, targets);
    }

    private static void requireInside(Edges edges, int sources, int targets) {
        for (int k = 0; k < edges.size(); k++) {
            if (Integer.compareUnsigned(edges.source()[k], sources) >= 0
                    || Integer.compareUnsigned(edges.target()[k], targets) >= 0) {
                throw new WiringException("edge " + k + " (counted from 0) goes from neuron " + edges.source()[k]
                        + " to neuron " + edges.target()[k] + ", but there are " + sources + " sources and " + targets
                        + " targets");
            }
        }
    }

    /** The same edges by source, then target, then their order in the list. */
    static Edges sorted(Edges edges, int sources, int targets) {
        int[] byTarget = sort(edges.target(), starts(edges.target(), targets), null);
        int[] order = sort(edges.source(), starts(edges.source(), sources), byTarget);
        return new Edges(gather(edges.source(), order), gather(edges.target(), order));
    }

    /** The edges in row order, or null if that is the order of the list. */
    private static int[] rowOrder(Edges edges, int[] delays, int sources, int targets) {
        if (inRowOrder(edges, delays)) {
            return null;
        }
        int[] order = null;
        if (!edges.sorted()) {
            order = sort(edges.target(), starts(edges.target(), targets), null);
        }
        if (delays != null) {
            int longest = 0;
            for (int delay : delays) {
                longest = Math.max(longest, delay);
            }
            order = sort(delays, starts(delays, longest + 1), order);
        }
        return sort(edges.source(), starts(edges.source(), sources), order);
    }

    private static boolean inRowOrder(Edges edges, int[] delays) {
        if (delays == null) {
            return edges.sorted();
        }
        int[] source = edges.source();
        for (int k = 1; k < delays.length; k++) {
            boolean sameRow = source[k] == source[k - 1];
            boolean sameSegment = sameRow && delays[k] == delays[k - 1];
            if (source[k] < source[k - 1]
                    || (sameRow && delays[k] < delays[k - 1])
                    || (sameSegment && edges.target()[k] < edges.target()[k - 1])) {
                return false;
            }
        }
        return true;
    }

    /** Where the items of each key start when they are sorted by key. */
    private static int[] starts(int[] keys, int size) {
        int[] start = new int[size + 1];
        for (int key : keys) {
            start[key + 1]++;
        }
        for (int key = 0; key < size; key++) {
            start[key + 1] += start[key];
        }
        return start;
    }

    /** Sorts items by key and keeps the order of items with one key; null stands for 0, 1, 2, ... */
    private static int[] sort(int[] keys, int[] start, int[] items) {
        int[] next = Arrays.copyOf(start, start.length - 1);
        int[] sorted = new int[keys.length];
        for (int k = 0; k < keys.length; k++) {
            int item = items == null ? k : items[k];
            sorted[next[keys[item]]++] = item;
        }
        return sorted;
    }

    private static int[] gather(int[] values, int[] order) {
        int[] gathered = new int[order.length];
        for (int k = 0; k < order.length; k++) {
            gathered[k] = values[order[k]];
        }
        return gathered;
    }

    private int delay(int[] delays, int synapse) {
        return delays == null ? 0 : delays[edge(synapse)];
    }

    private boolean startsSegment(int[] delays, int synapse) {
        return synapse == 0
                || source[synapse] != source[synapse - 1]
                || delay(delays, synapse) != delay(delays, synapse - 1);
    }

    private int countSegments(int[] delays) {
        int segments = 0;
        for (int synapse = 0; synapse < source.length; synapse++) {
            segments += startsSegment(delays, synapse) ? 1 : 0;
        }
        return segments;
    }

    private void divide(int[] delays) {
        int segment = 0;
        for (int row = 0; row < sources; row++) {
            rowSegment[row] = segment;
            for (int synapse = rowStart[row]; synapse < rowStart[row + 1]; synapse++) {
                if (startsSegment(delays, synapse)) {
                    segmentDelay[segment] = delay(delays, synapse);
                    segmentStart[segment++] = synapse;
                }
            }
        }
        rowSegment[sources] = segment;
        segmentStart[segment] = source.length;
    }

    /** How many synapses there are. */
    public int size() {
        return source.length;
    }

    /** How many neurons the sending population has. */
    public int sources() {
        return sources;
    }

    /** How many neurons the receiving population has. */
    public int targets() {
        return targets;
    }

    /** The source of each synapse, in row order; ascending. */
    public int[] source() {
        return source;
    }

    /** The target of each synapse, in row order. */
    public int[] target() {
        return target;
    }

    /** The first synapse of each source, and the number of synapses; of shape [sources + 1]. */
    public int[] rowStart() {
        return rowStart;
    }

    /** The first segment of each source, and the number of segments; of shape [sources + 1]. */
    public int[] rowSegment() {
        return rowSegment;
    }

    /** The delay of each segment in steps; ascending within a source. */
    public int[] segmentDelay() {
        return segmentDelay;
    }

    /** The first synapse of each segment, and the number of synapses; of shape [segments + 1]. */
    public int[] segmentStart() {
        return segmentStart;
    }

    /** The longest delay in steps; 0 without synapses. */
    public int longestDelay() {
        return Arrays.stream(segmentDelay).max().orElse(0);
    }

    /** Where each target starts in {@link #columnSynapse}, and the number of synapses; of shape [targets + 1]. */
    public int[] columnStart() {
        return columnStart;
    }

    /** The synapses (places in row order) by target; ascending within a target. */
    public int[] columnSynapse() {
        return columnSynapse;
    }

    /**
     * The place in the list of edges of the synapse at a place in row order.
     *
     * @param synapse a place in row order
     */
    public int edge(int synapse) {
        return edge == null ? synapse : edge[synapse];
    }

    /** Whether row order differs from the order of the list of edges. */
    public boolean reordered() {
        return edge != null;
    }

    /**
     * Values in row order, of values in the order of the list of edges.
     *
     * @param byEdge one for each edge
     * @return a new array, one for each synapse
     */
    public double[] inRowOrder(double[] byEdge) {
        double[] rows = new double[size()];
        for (int synapse = 0; synapse < rows.length; synapse++) {
            rows[synapse] = byEdge[edge(synapse)];
        }
        return rows;
    }

    /**
     * Values in the order of the list of edges, of values in row order: the inverse of {@link #inRowOrder}.
     *
     * @param rows one for each synapse
     * @return a new array, one for each edge
     */
    public double[] byEdge(double[] rows) {
        double[] edges = new double[size()];
        for (int synapse = 0; synapse < edges.length; synapse++) {
            edges[edge(synapse)] = rows[synapse];
        }
        return edges;
    }
}
