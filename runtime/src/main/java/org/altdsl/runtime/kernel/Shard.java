package org.altdsl.runtime.kernel;

/**
 * One of the parts into which a kernel's outermost axis is cut. Their number follows from sizes only, never from the
 * number of threads, so that results do not depend on the machine.
 *
 * @param number which part, from 0
 * @param of how many parts there are
 */
public record Shard(int number, int of) {
    /** Everything. */
    public static final Shard WHOLE = new Shard(0, 1);

    /** More parts than this would help no machine that runs one job alone. */
    static final int MAXIMUM = 8;

    /** Parts begin at multiples of this, the width of the widest vector registers. */
    private static final int GRAIN = 16;

    public Shard {
        if (number < 0 || number >= of) {
            throw new IllegalArgumentException("shard " + number + " of " + of);
        }
    }

    /**
     * The number of parts for an amount of work.
     *
     * @param work how much there is to do
     * @param least how much of it is worth a part of its own
     * @return 1, 2, 4 or 8
     */
    public static int count(long work, long least) {
        int count = 1;
        while (count < MAXIMUM && work >= 2 * count * least) {
            count *= 2;
        }
        return count;
    }

    /**
     * The first index of this part.
     *
     * @param extent the extent of the axis
     * @return an index, the extent itself where nothing is left for this part
     */
    public int first(int extent) {
        return start(number, extent);
    }

    private int start(int part, int extent) {
        int each = (extent + of - 1) / of;
        // A short axis is cut as it can be.
        int grain = each >= 4 * GRAIN ? GRAIN : 1;
        int rounded = (each + grain - 1) / grain * grain;
        return (int) Math.min(extent, (long) part * rounded);
    }

    /**
     * One past the last index of this part.
     *
     * @param extent the extent of the axis
     * @return an index not below {@link #first}
     */
    public int last(int extent) {
        return number == of - 1 ? extent : start(number + 1, extent);
    }
}
