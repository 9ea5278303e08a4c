package org.altdsl.runtime.wiring;

import java.util.Arrays;

/** Takes synapses source by source and makes {@link Edges} of them. */
final class EdgeRows {
    /** Some room below the largest int, since virtual machines keep a few words of an array for themselves. */
    static final int MOST = Integer.MAX_VALUE - 16;

    private final int sourceFirst;
    private final int targetFirst;
    private final int[] rowEnds;
    private int rows;
    private int[] targets;
    private int count;

    /** Room for so many synapses at first; it grows where they are more. */
    EdgeRows(Ends ends, double expected) {
        this.sourceFirst = ends.sourceFirst();
        this.targetFirst = ends.targetFirst();
        this.rowEnds = new int[ends.sources()];
        this.targets = new int[(int) Math.min(expected + 16, MOST)];
    }

    /** A synapse of the current source; the targets of one source come in ascending order. */
    void add(int target) {
        if (count == targets.length) {
            grow();
        }
        targets[count++] = targetFirst + target;
    }

    private void grow() {
        if (count == MOST) {
            throw new WiringException("a projection has at most " + MOST + " synapses; this one has more");
        }
        targets = Arrays.copyOf(targets, (int) Math.min(count + (count >> 2) + 16L, MOST));
    }

    /** Goes on to the next source. */
    void endRow() {
        rowEnds[rows++] = count;
    }

    /** All synapses, once each source has had its turn. */
    Edges finish() {
        if (rows != rowEnds.length) {
            throw new IllegalStateException(rows + " of " + rowEnds.length + " sources are finished");
        }
        int[] source = new int[count];
        int from = 0;
        for (int row = 0; row < rows; row++) {
            Arrays.fill(source, from, rowEnds[row], sourceFirst + row);
            from = rowEnds[row];
        }
        return new Edges(source, count == targets.length ? targets : Arrays.copyOf(targets, count));
    }
}
