package org.altdsl.runtime.kernel;

import java.util.Arrays;

/**
 * Which neurons of a population spiked in the present step of time and in the steps before it: a list of indices for
 * each step, ascending. Steps pass without an allocation, but for lists that grow.
 */
public final class SpikeRing {
    private static final int FIRST_ROOM = 16;

    private final int neurons;
    private final int[][] lists;
    private final int[] counts;
    private int now;

    /** Counts what changes the lists, so that copies of them know when they are out of date. */
    private long version;

    /**
     * Lists without spikes.
     *
     * @param neurons how many neurons there are
     * @param longest how many steps before the present one are kept
     */
    SpikeRing(int neurons, int longest) {
        this.neurons = neurons;
        this.lists = new int[longest + 1][Math.min(neurons, FIRST_ROOM)];
        this.counts = new int[longest + 1];
    }

    private int place(int lag) {
        int place = now - lag;
        return place < 0 ? place + counts.length : place;
    }

    /**
     * The neurons that spiked in a step, in the first {@link #count} elements.
     *
     * @param lag how many steps ago, at most as many as are kept
     */
    public int[] list(int lag) {
        return lists[place(lag)];
    }

    /** How many neurons spiked so many steps ago. */
    public int count(int lag) {
        return counts[place(lag)];
    }

    int longest() {
        return counts.length - 1;
    }

    int neurons() {
        return neurons;
    }

    long version() {
        return version;
    }

    /** Begins a step, in which nothing has spiked so far. */
    void begin() {
        now = now + 1 == counts.length ? 0 : now + 1;
        counts[now] = 0;
        version++;
    }

    /** Begins a step in which the same neurons spike as in the one before. */
    void repeat() {
        int[] list = lists[now];
        int count = counts[now];
        begin();
        set(list, count);
    }

    /** Sets the present step's list. */
    void set(int[] indices, int count) {
        if (lists[now].length < count) {
            lists[now] = new int[Math.min(neurons, Math.max(count, 2 * lists[now].length))];
        }
        System.arraycopy(indices, 0, lists[now], 0, count);
        counts[now] = count;
        version++;
    }

    /** Lets the steps before the present one have been like it. */
    void forget() {
        int[] list = Arrays.copyOf(lists[now], counts[now]);
        for (int i = 0; i < counts.length; i++) {
            begin();
            set(list, list.length);
        }
    }

    /**
     * Lists the neurons whose flags are set as those that spike in the present step.
     *
     * @param flags 0 or 1 for each neuron
     */
    public void collect(float[] flags) {
        int[] list = lists[now];
        int count = 0;
        int whole = neurons & ~7;
        for (int i = 0; i < whole; i += 8) {
            // Spikes are rare: a look at eight flags at once tells that there is none.
            int some = Float.floatToRawIntBits(flags[i])
                    | Float.floatToRawIntBits(flags[i + 1])
                    | Float.floatToRawIntBits(flags[i + 2])
                    | Float.floatToRawIntBits(flags[i + 3])
                    | Float.floatToRawIntBits(flags[i + 4])
                    | Float.floatToRawIntBits(flags[i + 5])
                    | Float.floatToRawIntBits(flags[i + 6])
                    | Float.floatToRawIntBits(flags[i + 7]);
            if (some != 0) {
                for (int j = i; j < i + 8; j++) {
                    if (flags[j] != 0) {
                        list = count == list.length ? larger(count) : list;
                        list[count++] = j;
                    }
                }
            }
        }
        for (int i = whole; i < neurons; i++) {
            if (flags[i] != 0) {
                list = count == list.length ? larger(count) : list;
                list[count++] = i;
            }
        }
        counts[now] = count;
        version++;
    }

    /**
     * Lists the neurons whose flags are set as those that spike in the present step.
     *
     * @param flags 0 or 1 for each neuron
     */
    public void collect(double[] flags) {
        int[] list = lists[now];
        int count = 0;
        for (int i = 0; i < neurons; i++) {
            if (flags[i] != 0) {
                list = count == list.length ? larger(count) : list;
                list[count++] = i;
            }
        }
        counts[now] = count;
        version++;
    }

    /** The same from an array of either type. */
    void collect(Object flags) {
        if (flags instanceof float[] floats) {
            collect(floats);
        } else {
            collect((double[]) flags);
        }
    }

    private int[] larger(int count) {
        lists[now] = Arrays.copyOf(lists[now], Math.min(neurons, Math.max(FIRST_ROOM, 2 * count)));
        return lists[now];
    }

    /** All lists, the present one first, each after its length. */
    double[] values() {
        int total = counts.length;
        for (int count : counts) {
            total += count;
        }
        double[] values = new double[total];
        int at = 0;
        for (int lag = 0; lag < counts.length; lag++) {
            values[at++] = count(lag);
            for (int i = 0; i < count(lag); i++) {
                values[at++] = list(lag)[i];
            }
        }
        return values;
    }

    /** Sets all lists to what {@link #values} gave. */
    void setValues(double[] values) {
        int[][] past = new int[counts.length][];
        int at = 0;
        for (int lag = 0; lag < counts.length; lag++) {
            past[lag] = new int[(int) values[at++]];
            for (int i = 0; i < past[lag].length; i++) {
                past[lag][i] = (int) values[at++];
            }
        }
        for (int lag = counts.length - 1; lag >= 0; lag--) {
            begin();
            set(past[lag], past[lag].length);
        }
    }
}
