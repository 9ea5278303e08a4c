package org.altdsl.runtime.wiring;

import static java.util.Objects.requireNonNull;

import org.altdsl.runtime.data.DataException;
import org.altdsl.runtime.data.DataSource;
import org.altdsl.runtime.data.Table;

/**
 * The synapses of a projection as pairs of neurons: 8 bytes for each synapse.
 *
 * <p>The arrays are not copied, since there may be many millions of synapses; who shares them must not write to them.
 *
 * @param source the sending neuron of each synapse, counted from 0
 * @param target the receiving neuron of each synapse, counted from 0
 */
public record Edges(int[] source, int[] target) {

    public Edges {
        requireNonNull(source);
        requireNonNull(target);
        if (source.length != target.length) {
            throw new WiringException("a list of edges has " + source.length + " sources and " + target.length
                    + " targets; each edge needs one of both");
        }
    }

    /** How many synapses there are. */
    public int size() {
        return source.length;
    }

    /** Whether the synapses are in ascending order of their sources and, with the same source, of their targets. */
    public boolean sorted() {
        for (int edge = 1; edge < source.length; edge++) {
            if (source[edge] < source[edge - 1]
                    || (source[edge] == source[edge - 1] && target[edge] < target[edge - 1])) {
                return false;
            }
        }
        return true;
    }

    /**
     * The same synapses by source, then target, then their order here.
     *
     * @param sources above all sources
     * @param targets above all targets
     */
    Edges inOrder(int sources, int targets) {
        if (sorted()) {
            return this;
        }
        int[] byTarget = order(target, targets, null);
        int[] order = order(source, sources, byTarget);
        return new Edges(gather(source, order), gather(target, order));
    }

    /** Sorts items by key and keeps the order of items with one key; null stands for 0, 1, 2, ... */
    private static int[] order(int[] keys, int size, int[] items) {
        int[] next = new int[size + 1];
        for (int key : keys) {
            next[key + 1]++;
        }
        for (int key = 0; key < size; key++) {
            next[key + 1] += next[key];
        }
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

    /**
     * Reads edges from a file: the columns source and target, in this order, of a CSV file, or the arrays {@code source}
     * and {@code target} of an NPZ archive.
     *
     * @param files where the file is looked for
     * @param name the file; one that ends in {@code .npz} is an archive, any other is text
     * @throws DataException if the file cannot be read or holds other things than pairs of whole numbers from 0 on
     */
    public static Edges read(DataSource files, String name) {
        if (name.endsWith(".npz")) {
            return of(files.npz(name, "source"), files.npz(name, "target"));
        }
        return of(files.csv(name));
    }

    /**
     * Edges from a table of two columns, source and target.
     *
     * @param pairs of shape [edge, 2]
     * @throws DataException if the table has another shape or holds other things than whole numbers from 0 on
     */
    public static Edges of(Table pairs) {
        if (pairs.shape().length != 2 || pairs.sampleSize() != 2) {
            throw new DataException(
                    pairs.origin(), "expected two columns, source and target, found " + pairs.sampleSize());
        }
        int[] source = new int[pairs.samples()];
        int[] target = new int[pairs.samples()];
        for (int edge = 0; edge < source.length; edge++) {
            source[edge] = Indices.at(pairs, 2L * edge, edge, "source");
            target[edge] = Indices.at(pairs, 2L * edge + 1, edge, "target");
        }
        return new Edges(source, target);
    }

    /**
     * Edges from two lists of the same length.
     *
     * @param sources of shape [edge]
     * @param targets of shape [edge]
     * @throws DataException if the lengths differ or there are other things than whole numbers from 0 on
     */
    public static Edges of(Table sources, Table targets) {
        if (sources.size() != targets.size()) {
            throw new DataException(
                    targets.origin(),
                    "has " + targets.size() + " targets, but " + sources.origin() + " has " + sources.size()
                            + " sources");
        }
        int[] source = new int[Math.toIntExact(sources.size())];
        int[] target = new int[source.length];
        for (int edge = 0; edge < source.length; edge++) {
            source[edge] = Indices.at(sources, edge, edge, "source");
            target[edge] = Indices.at(targets, edge, edge, "target");
        }
        return new Edges(source, target);
    }
}
