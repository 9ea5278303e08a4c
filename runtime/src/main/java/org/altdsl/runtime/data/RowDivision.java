package org.altdsl.runtime.data;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.altdsl.runtime.random.CounterRandom;

/** Which rows go to which split: arithmetic on row numbers and their classes. */
final class RowDivision {
    /** The memory that a division takes for each row while it is made: a handful of whole numbers. */
    static final int BYTES_PER_ROW = 6 * Integer.BYTES;

    private RowDivision() {}

    /**
     * The rows of each split, in ascending order.
     *
     * @param classes the class of each row; all 0 where classes do not matter
     */
    static int[][] divide(DataSetRecipe.Fractions fractions, int[] classes) {
        boolean balanced =
                fractions.classes().map(DataSetRecipe.Classes::balanced).orElse(false);
        int[][] takes = balanced ? balanced(fractions, counts(classes)) : stratified(fractions, counts(classes));
        return assigned(fractions, classes, takes);
    }

    private static int[] counts(int[] classes) {
        int[] counts = new int[Arrays.stream(classes).max().orElse(-1) + 1];
        for (int kind : classes) {
            counts[kind]++;
        }
        return counts;
    }

    /** How many rows of each class go to each split: its share of them. */
    private static int[][] stratified(DataSetRecipe.Fractions fractions, int[] counts) {
        int splits = fractions.splits().size();
        int[][] takes = new int[counts.length][splits];
        double[] owed = new double[splits];
        for (int kind = 0; kind < counts.length; kind++) {
            int left = counts[kind];
            for (int i = 0; i < splits; i++) {
                // What rounding kept from a split in one class is made good in the next.
                double share = fractions.shares().get(i) * counts[kind] + owed[i];
                int take = i == splits - 1 ? left : (int) Math.round(share);
                takes[kind][i] = Math.max(0, Math.min(take, left));
                owed[i] = share - takes[kind][i];
                left -= takes[kind][i];
            }
        }
        return takes;
    }

    /** How many rows of each class go to each split: a share of as many as the smallest class has. */
    private static int[][] balanced(DataSetRecipe.Fractions fractions, int[] counts) {
        int smallest = Arrays.stream(counts).min().orElse(0);
        int[] take = new int[fractions.splits().size()];
        double upTo = 0;
        int taken = 0;
        for (int i = 0; i < take.length; i++) {
            upTo += fractions.shares().get(i);
            take[i] = (int) Math.round(upTo * smallest) - taken;
            taken += take[i];
        }
        int[][] takes = new int[counts.length][];
        Arrays.fill(takes, take);
        return takes;
    }

    /** The rows of each split, where of each class, in an order of the seed, the first go to the first split. */
    private static int[][] assigned(DataSetRecipe.Fractions fractions, int[] classes, int[][] takes) {
        int none = fractions.splits().size();
        int[] split = new int[classes.length];
        int[] sizes = new int[none + 1];
        int[] current = new int[takes.length];
        int[][] left = Arrays.stream(takes).map(int[]::clone).toArray(int[][]::new);
        for (int row : CounterRandom.permutation(CounterRandom.key(fractions.seed(), "split"), classes.length)) {
            int kind = classes[row];
            while (current[kind] < none && left[kind][current[kind]] == 0) {
                current[kind]++;
            }
            split[row] = current[kind];
            sizes[current[kind]]++;
            if (current[kind] < none) {
                left[kind][current[kind]]--;
            }
        }
        int[][] rows = new int[none][];
        int[] next = new int[none];
        Arrays.setAll(rows, i -> new int[sizes[i]]);
        for (int row = 0; row < split.length; row++) {
            if (split[row] < none) {
                rows[split[row]][next[split[row]]++] = row;
            }
        }
        return rows;
    }

    /**
     * So many of some rows, each class in proportion to how often it occurs there, and of each class the first.
     *
     * @param rows in ascending order
     * @param classes the class of each row of the table
     */
    static int[] limited(int[] rows, int limit, int[] classes) {
        if (limit >= rows.length) {
            return rows;
        }
        int[] counts = counts(Arrays.stream(rows).map(row -> classes[row]).toArray());
        int[] quota = new int[counts.length];
        double[] rest = new double[quota.length];
        int given = 0;
        for (int kind = 0; kind < quota.length; kind++) {
            long share = (long) limit * counts[kind];
            quota[kind] = (int) (share / rows.length);
            rest[kind] = (double) (share % rows.length) / rows.length;
            given += quota[kind];
        }
        // What rounding down left goes to the classes that lost most by it, at a tie to the first of them.
        int[] order = IntStream.range(0, quota.length)
                .boxed()
                .sorted((a, b) -> Double.compare(rest[b], rest[a]))
                .mapToInt(Integer::intValue)
                .toArray();
        for (int i = 0; given < limit; i++, given++) {
            quota[order[i]]++;
        }
        int[] kept = new int[limit];
        int next = 0;
        for (int row : rows) {
            if (quota[classes[row]] > 0) {
                quota[classes[row]]--;
                kept[next++] = row;
            }
        }
        return kept;
    }
}
