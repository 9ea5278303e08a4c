package org.altdsl.runtime.kernel;

import java.util.Arrays;

/**
 * Which neurons of a population spiked in the present step of time and in the steps before it: a list of indices for
 * each step, ascending. Steps pass without an allocation, but for lists that grow.
 */
public final class SpikeRing {
    private static final int FIRST_ROOM = 16;

    private final int neurons;
    private final Listed[] lists;
    private int now;

    /** What the shards of a kernel have listed for the present step. */
    private final Listed[] parts = new Listed[Shard.MAXIMUM];

    /** How many of the parts are to be joined; written by every shard, the same by all. */
    private int partCount;

    /** Counts what changes the lists, so that copies of them know when they are out of date. */
    private long version;

    /** A list that grows. */
    private static final class Listed {
        private final int most;
        private int[] list;
        private int count;

        Listed(int most) {
            this.most = most;
            this.list = new int[Math.min(most, FIRST_ROOM)];
        }

        void set(int[] indices, int length) {
            count = 0;
            add(indices, length);
        }

        void add(int[] indices, int length) {
            if (list.length < count + length) {
                list = Arrays.copyOf(list, Math.min(most, Math.max(count + length, 2 * list.length)));
            }
            System.arraycopy(indices, 0, list, count, length);
            count += length;
        }

        private int[] larger(int length) {
            list = Arrays.copyOf(list, Math.min(most, Math.max(FIRST_ROOM, 2 * length)));
            return list;
        }

        void collect(float[] flags, int first, int last) {
            int[] found = list;
            int length = 0;
            int i = first;
            for (; i < last - 7; i += 8) {
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
                            found = length == found.length ? larger(length) : found;
                            found[length++] = j;
                        }
                    }
                }
            }
            for (; i < last; i++) {
                if (flags[i] != 0) {
                    found = length == found.length ? larger(length) : found;
                    found[length++] = i;
                }
            }
            count = length;
        }

        void collect(double[] flags, int first, int last) {
            int[] found = list;
            int length = 0;
            for (int i = first; i < last; i++) {
                if (flags[i] != 0) {
                    found = length == found.length ? larger(length) : found;
                    found[length++] = i;
                }
            }
            count = length;
        }
    }

    /**
     * Lists without spikes.
     *
     * @param neurons how many neurons there are
     * @param longest how many steps before the present one are kept
     */
    SpikeRing(int neurons, int longest) {
        this.neurons = neurons;
        this.lists = new Listed[longest + 1];
        Arrays.setAll(lists, lag -> new Listed(neurons));
        Arrays.setAll(parts, part -> new Listed(neurons));
    }

    private Listed listed(int lag) {
        int place = now - lag;
        return lists[place < 0 ? place + lists.length : place];
    }

    /**
     * The neurons that spiked in a step, in the first {@link #count} elements.
     *
     * @param lag how many steps ago, at most as many as are kept
     */
    public int[] list(int lag) {
        return listed(lag).list;
    }

    /** How many neurons spiked so many steps ago. */
    public int count(int lag) {
        return listed(lag).count;
    }

    int longest() {
        return lists.length - 1;
    }

    int neurons() {
        return neurons;
    }

    long version() {
        return version;
    }

    /** Begins a step, in which nothing has spiked so far. */
    void begin() {
        now = now + 1 == lists.length ? 0 : now + 1;
        lists[now].count = 0;
        version++;
    }

    /** Begins a step in which the same neurons spike as in the one before. */
    void repeat() {
        Listed before = lists[now];
        int[] list = before.list;
        int count = before.count;
        begin();
        set(list, count);
    }

    /** Sets the present step's list. */
    void set(int[] indices, int count) {
        lists[now].set(indices, count);
        version++;
    }

    /** Lets the steps before the present one have been like it. */
    void forget() {
        int[] list = Arrays.copyOf(lists[now].list, lists[now].count);
        for (int i = 0; i < lists.length; i++) {
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
        lists[now].collect(flags, 0, neurons);
        version++;
    }

    /**
     * Lists the neurons whose flags are set as those that spike in the present step.
     *
     * @param flags 0 or 1 for each neuron
     */
    public void collect(double[] flags) {
        lists[now].collect(flags, 0, neurons);
        version++;
    }

    /**
     * Lists the neurons of one shard whose flags are set; shards may do so at the same time, and {@link #join} puts their
     * lists together.
     *
     * @param flags 0 or 1 for each neuron
     * @param part which shard
     */
    public void collect(float[] flags, Shard part) {
        parts[part.number()].collect(flags, part.first(neurons), part.last(neurons));
        partCount = part.of();
    }

    /**
     * Lists the neurons of one shard whose flags are set, as for floats.
     *
     * @param flags 0 or 1 for each neuron
     * @param part which shard
     */
    public void collect(double[] flags, Shard part) {
        parts[part.number()].collect(flags, part.first(neurons), part.last(neurons));
        partCount = part.of();
    }

    /** Puts together what all shards have listed, as the list of the present step. */
    public void join() {
        Listed whole = lists[now];
        whole.count = 0;
        for (int part = 0; part < partCount; part++) {
            whole.add(parts[part].list, parts[part].count);
        }
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

    /** All lists, the present one first, each after its length. */
    double[] values() {
        int total = lists.length;
        for (Listed one : lists) {
            total += one.count;
        }
        double[] values = new double[total];
        int at = 0;
        for (int lag = 0; lag < lists.length; lag++) {
            values[at++] = count(lag);
            for (int i = 0; i < count(lag); i++) {
                values[at++] = list(lag)[i];
            }
        }
        return values;
    }

    /** Sets all lists to what {@link #values} gave. */
    void setValues(double[] values) {
        int[][] past = new int[lists.length][];
        int at = 0;
        for (int lag = 0; lag < lists.length; lag++) {
            past[lag] = new int[(int) values[at++]];
            for (int i = 0; i < past[lag].length; i++) {
                past[lag][i] = (int) values[at++];
            }
        }
        for (int lag = lists.length - 1; lag >= 0; lag--) {
            begin();
            set(past[lag], past[lag].length);
        }
    }
}
