package org.altdsl.runtime.kernel;

import org.altdsl.runtime.plan.EdgeList;

/**
 * The synapses of a projection, found by their sources, which they are sorted by, and by their targets.
 *
 * <p>Kernels index the arrays directly; nobody writes to them.
 */
public final class Incidence {
    /** The source of each synapse. */
    public final int[] source;

    /** The target of each synapse. */
    public final int[] target;

    /** The first synapse of each source, and the number of all synapses. */
    public final int[] rows;

    private final int targets;
    private Columns columns;

    /**
     * The synapses in the order of their targets: those of target {@code j} are {@code synapses[starts[j]]} up to
     * {@code synapses[starts[j + 1] - 1]}, in ascending order.
     */
    public static final class Columns {
        /** Where each target's part of {@link #synapses} begins, and its length. */
        public final int[] starts;

        /** The numbers of the synapses. */
        public final int[] synapses;

        /** The sources of the synapses, in the same order. */
        public final int[] sources;

        private Columns(int[] starts, int[] synapses, int[] sources) {
            this.starts = starts;
            this.synapses = synapses;
            this.sources = sources;
        }
    }

    Incidence(EdgeList edges, int sources, int targets) {
        this.source = edges.source();
        this.target = edges.target();
        this.targets = targets;
        this.rows = new int[sources + 1];
        for (int s = 0; s < source.length; s++) {
            boolean ascends = s == 0 || source[s] >= source[s - 1];
            if (!ascends || source[s] < 0 || source[s] >= sources || target[s] < 0 || target[s] >= targets) {
                throw new IllegalArgumentException("synapse " + s + " from " + source[s] + " to " + target[s]
                        + " among " + sources + " sources and " + targets + " targets");
            }
            rows[source[s] + 1]++;
        }
        for (int i = 0; i < sources; i++) {
            rows[i + 1] += rows[i];
        }
    }

    int count() {
        return source.length;
    }

    /** The synapses in the order of their targets; they are sorted when this is first asked for. */
    public synchronized Columns columns() {
        if (columns == null) {
            int[] next = new int[targets + 1];
            for (int to : target) {
                next[to + 1]++;
            }
            for (int j = 0; j < targets; j++) {
                next[j + 1] += next[j];
            }
            int[] starts = next.clone();
            int[] synapses = new int[target.length];
            int[] sources = new int[target.length];
            for (int s = 0; s < target.length; s++) {
                int place = next[target[s]]++;
                synapses[place] = s;
                sources[place] = source[s];
            }
            columns = new Columns(starts, synapses, sources);
        }
        return columns;
    }
}
