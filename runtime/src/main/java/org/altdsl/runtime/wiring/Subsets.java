package org.altdsl.runtime.wiring;

import java.util.Arrays;

/** Draws some of n things without repetition, every set of that size as likely as the others, in ascending order. */
final class Subsets {
    private final int things;
    private final long[] marked;

    /** For sets of the numbers from 0 up to {@code things}, exclusive. */
    Subsets(int things) {
        this.things = things;
        this.marked = new long[words(things)];
    }

    private static int words(long things) {
        return (int) (things + 63 >>> 6);
    }

    /**
     * Draws a set by the algorithm of Floyd (Bentley and Floyd, "A sample of brilliance", Communications of the ACM 30,
     * 1987), at a cost that grows with its size only; of more than half of the things, those left out are drawn.
     *
     * @param population how many of the things there are to choose from, the first ones
     * @param size how many are wanted, at most so many
     * @param into takes them, in ascending order
     */
    void draw(Draws draws, int population, int size, int[] into) {
        if (population > things) {
            throw new IllegalArgumentException("room for " + things + " things, not " + population);
        }
        boolean leaveOut = size > population / 2;
        int count = leaveOut ? population - size : size;
        int found = 0;
        for (int last = population - count; last < population; last++) {
            int candidate = draws.below(last + 1);
            if (isMarked(candidate)) {
                candidate = last;
            }
            mark(candidate);
            if (!leaveOut) {
                into[found++] = candidate;
            }
        }
        if (leaveOut || population <= 64L * count) {
            unmarkInOrder(population, leaveOut, into);
            return;
        }
        for (int k = 0; k < count; k++) {
            marked[into[k] >>> 6] = 0;
        }
        Arrays.sort(into, 0, count);
    }

    private boolean isMarked(int thing) {
        return (marked[thing >>> 6] >>> thing & 1) != 0;
    }

    private void mark(int thing) {
        marked[thing >>> 6] |= 1L << thing;
    }

    private void unmarkInOrder(int population, boolean leaveOut, int[] into) {
        int found = 0;
        for (int word = 0; word < words(population); word++) {
            long bits = leaveOut ? ~marked[word] & valid(word, population) : marked[word];
            marked[word] = 0;
            for (; bits != 0; bits &= bits - 1) {
                into[found++] = (word << 6) + Long.numberOfTrailingZeros(bits);
            }
        }
    }

    private static long valid(int word, long population) {
        long left = population - ((long) word << 6);
        return left >= 64 ? -1L : (1L << left) - 1;
    }

    /**
     * Some of very many things: of the numbers from 0 up to {@code population}, exclusive.
     *
     * <p>A bit for each thing marks the drawn ones where that takes no more memory than the result; otherwise the drawn
     * numbers are sorted, doubles thrown away and as many drawn again, until none is missing.
     *
     * @return the set, in ascending order
     */
    static long[] ofMany(Draws draws, long population, int size) {
        long[] drawn = new long[size];
        if (population > 64L * size) {
            drawDistinct(draws, population, drawn);
            return drawn;
        }
        boolean leaveOut = size > population / 2;
        long[] marks = new long[words(population)];
        for (long missing = leaveOut ? population - size : size; missing > 0; ) {
            long candidate = draws.below(population);
            int word = (int) (candidate >>> 6);
            if ((marks[word] >>> candidate & 1) == 0) {
                marks[word] |= 1L << candidate;
                missing--;
            }
        }
        int found = 0;
        for (int word = 0; word < marks.length; word++) {
            long bits = leaveOut ? ~marks[word] & valid(word, population) : marks[word];
            for (; bits != 0; bits &= bits - 1) {
                drawn[found++] = ((long) word << 6) + Long.numberOfTrailingZeros(bits);
            }
        }
        return drawn;
    }

    private static void drawDistinct(Draws draws, long population, long[] drawn) {
        int distinct = 0;
        while (distinct < drawn.length) {
            for (int k = distinct; k < drawn.length; k++) {
                drawn[k] = draws.below(population);
            }
            Arrays.sort(drawn);
            distinct = 1;
            for (int k = 1; k < drawn.length; k++) {
                if (drawn[k] != drawn[distinct - 1]) {
                    drawn[distinct++] = drawn[k];
                }
            }
        }
    }
}
