package org.altdsl.runtime.wiring;

import java.util.Arrays;
import java.util.Objects;

/**
 * The spikes of a population in the last steps: a ring of lists of neurons, from which synapses with delays read.
 *
 * <p>Lists grow to the most spikes that a step has had; after that nothing is allocated.
 */
public final class SpikeLists {
    private final int depth;
    private final int[][] lists;
    private final int[] counts;
    private int newest;

    /**
     * Lists without spikes.
     *
     * @param depth how many steps are kept: the longest delay in steps, and 1
     */
    public SpikeLists(int depth) {
        if (depth < 1) {
            throw new IllegalArgumentException("at least one step must be kept, not " + depth);
        }
        this.depth = depth;
        this.lists = new int[depth][0];
        this.counts = new int[depth];
    }

    /** How many steps are kept. */
    public int depth() {
        return depth;
    }

    /**
     * Adds the spikes of the next step, which then has lag 0; the oldest are forgotten.
     *
     * @param neurons the neurons that spike first, in the order that readers shall have; copied
     * @param count how many spike
     */
    public void push(int[] neurons, int count) {
        int slot = newest + 1 == depth ? 0 : newest + 1;
        if (lists[slot].length < count) {
            // Doubled, so that a slowly rising number of spikes does not allocate in each step.
            lists[slot] = new int[Math.max(count, (int) Math.min(2L * lists[slot].length, EdgeRows.MOST))];
        }
        System.arraycopy(neurons, 0, lists[slot], 0, count);
        counts[slot] = count;
        newest = slot;
    }

    /**
     * The neurons that spiked some steps ago. The array is the ring's own, and valid until the next push.
     *
     * @param lag in steps, 0 for the step pushed last; below {@link #depth()}
     * @return the neurons, in the first {@link #count(int)} places
     */
    public int[] list(int lag) {
        return lists[slot(lag)];
    }

    /**
     * How many neurons spiked some steps ago; 0 before the first push.
     *
     * @param lag in steps, 0 for the step pushed last; below {@link #depth()}
     */
    public int count(int lag) {
        return counts[slot(lag)];
    }

    private int slot(int lag) {
        int slot = newest - Objects.checkIndex(lag, depth);
        return slot < 0 ? slot + depth : slot;
    }

    /** Forgets all spikes. */
    public void clear() {
        Arrays.fill(counts, 0);
    }

    /** The spikes of all steps kept: for each lag from 0 on, their number and the neurons. */
    public int[] snapshot() {
        int size = depth;
        for (int count : counts) {
            size = Math.addExact(size, count);
        }
        int[] state = new int[size];
        int at = 0;
        for (int lag = 0; lag < depth; lag++) {
            int count = count(lag);
            state[at++] = count;
            System.arraycopy(list(lag), 0, state, at, count);
            at += count;
        }
        return state;
    }

    /**
     * Takes up the spikes of a snapshot.
     *
     * @param state what {@link #snapshot()} gave for lists of the same depth
     * @throws IllegalArgumentException if it is of lists of another depth
     */
    public void restore(int[] state) {
        int[] from = new int[depth];
        int at = 0;
        for (int lag = 0; lag < depth; lag++) {
            from[lag] = at;
            if (at >= state.length || state[at] < 0 || state[at] > state.length - at - 1) {
                throw new IllegalArgumentException("the state is not that of spikes in " + depth + " steps");
            }
            at += state[at] + 1;
        }
        if (at != state.length) {
            throw new IllegalArgumentException("the state is not that of spikes in " + depth + " steps");
        }
        for (int lag = depth - 1; lag >= 0; lag--) {
            int count = state[from[lag]];
            push(Arrays.copyOfRange(state, from[lag] + 1, from[lag] + 1 + count), count);
        }
    }
}
