package org.altdsl.runtime.kernel;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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

    /** The parts of rows, for each number of parts that was asked for. */
    private final Map<Shard, Rows> parts = new ConcurrentHashMap<>();

    /**
     * The synapses of each source that end at some of the targets. Where several threads share a walk each has other
     * targets, and adds to each of them in the order in which one thread would.
     */
    public static final class Rows {
        /** The first synapse of each source, and one past its last, in turn. */
        public final int[] bounds;

        /** The first of the targets. */
        public final int firstTarget;

        /** One past the last of them. */
        public final int lastTarget;

        private Rows(int[] bounds, int firstTarget, int lastTarget) {
            this.bounds = bounds;
            this.firstTarget = firstTarget;
            this.lastTarget = lastTarget;
        }
    }

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

    /** How many synapses a source has, or a target, on average. */
    double mean(boolean isPre) {
        return (double) count() / Math.max(1, isPre ? rows.length - 1 : targets);
    }

    /** The part of the rows that is a shard's; found when it is first asked for. */
    public Rows rows(Shard part) {
        Rows found = parts.get(part);
        return found != null ? found : parts.computeIfAbsent(part, this::cut);
    }

    /** Whether the synapses of each source are in the order of their targets. */
    boolean ascends() {
        for (int row = 0; row < rows.length - 1; row++) {
            for (int s = rows[row] + 1; s < rows[row + 1]; s++) {
                if (target[s] < target[s - 1]) {
                    return false;
                }
            }
        }
        return true;
    }

    private Rows cut(Shard part) {
        boolean ascends = ascends();
        // Where the targets of a row are in no order the first shard does everything.
        boolean isFirst = part.number() == 0;
        int firstTarget = ascends ? part.first(targets) : 0;
        int lastTarget = ascends ? part.last(targets) : isFirst ? targets : 0;
        int[] bounds = new int[2 * (rows.length - 1)];
        for (int row = 0; row < rows.length - 1; row++) {
            int first = rows[row];
            int last = rows[row + 1];
            if (ascends) {
                while (first < last && target[first] < firstTarget) {
                    first++;
                }
                while (last > first && target[last - 1] >= lastTarget) {
                    last--;
                }
            } else if (!isFirst) {
                last = first;
            }
            bounds[2 * row] = first;
            bounds[2 * row + 1] = last;
        }
        return new Rows(bounds, firstTarget, lastTarget);
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
