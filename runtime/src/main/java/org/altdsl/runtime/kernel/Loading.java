package org.altdsl.runtime.kernel;

import static java.util.Objects.requireNonNull;

import org.altdsl.runtime.tensor.OffHeapMatrix;

/**
 * Copies rows of a data set into the lanes of a variable; threads share the lanes. A job has one and uses it for every
 * batch, so that loading allocates nothing.
 */
final class Loading implements Workers.Work {
    /** Elements that are worth a shard: about 20 us, since the rows of a shuffled batch are in no cache. */
    private static final int LEAST = 1 << 15;

    private final Workers workers;

    /** The variables as each thread sees them. */
    private final Slots[] slots;

    /** The shards by the binary logarithm of their number. */
    private final Shard[][] shards = new Shard[8][];

    private int slot;
    private SlotLayout layout;
    private float[] rows;
    private int width;
    private int[] samples;
    private int count;
    private Shard[] parts;

    Loading(Workers workers, Slots[] slots) {
        this.workers = requireNonNull(workers);
        this.slots = requireNonNull(slots);
    }

    /**
     * Sets the lanes of a variable.
     *
     * @param slot the number of the variable, whose outermost level are the lanes
     * @param layout how it lies in memory
     * @param rows row-major data, one row a sample
     * @param width the length of a row
     * @param samples the rows to take, one a lane
     * @param count how many lanes
     */
    void load(int slot, SlotLayout layout, float[] rows, int width, int[] samples, int count) {
        this.slot = slot;
        this.layout = layout;
        this.rows = rows;
        this.width = width;
        this.samples = samples;
        this.count = count;
        int number = Shard.count((long) count * width, LEAST);
        parts = shards(number);
        workers.run(this, number);
        // What belongs to others is not held on to.
        this.rows = null;
        this.samples = null;
    }

    private Shard[] shards(int number) {
        int logarithm = Integer.numberOfTrailingZeros(number);
        if (shards[logarithm] == null) {
            shards[logarithm] = new Shard[number];
            for (int shard = 0; shard < number; shard++) {
                shards[logarithm][shard] = new Shard(shard, number);
            }
        }
        return shards[logarithm];
    }

    @Override
    public void run(int shard, int worker) {
        boolean offHeap = layout.home() == SlotLayout.Home.OFF_HEAP;
        OffHeapMatrix matrix = offHeap ? slots[worker].offHeap(slot) : null;
        Object array = offHeap ? null : slots[worker].at(slot);
        int last = parts[shard].last(count);
        for (int lane = parts[shard].first(count); lane < last; lane++) {
            int offset = samples[lane] * width;
            if (offHeap && layout.rank() == 2) {
                matrix.load(lane, rows, offset);
            } else if (offHeap) {
                StoredValues.load(layout, matrix, lane, rows, offset);
            } else if (array instanceof float[] row) {
                row[lane] = rows[offset];
            } else if (array instanceof double[] row) {
                row[lane] = rows[offset];
            } else {
                StoredValues.load(layout, ((Object[]) array)[lane], 1, rows, offset);
            }
        }
    }
}
