package org.altdsl.runtime.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RowDivisionTest {
    /** Forty rows of class 0, ten of class 1, thirty of class 2, mixed. */
    private static final int[] CLASSES = IntStream.range(0, 80)
            .map(row -> row % 8 < 4 ? 0 : row % 8 < 5 ? 1 : 2)
            .toArray();

    private static int[][] divide(boolean balanced, long seed, double... shares) {
        List<String> names = List.of("train", "validation", "test").subList(0, shares.length);
        return RowDivision.divide(
                new DataSetRecipe.Fractions(
                        names,
                        Arrays.stream(shares).boxed().toList(),
                        Optional.of(new DataSetRecipe.Classes("label", balanced)),
                        seed),
                CLASSES);
    }

    private static int[] counts(int[] rows) {
        int[] counts = new int[3];
        for (int row : rows) {
            counts[CLASSES[row]]++;
        }
        return counts;
    }

    @Test
    void stratifiedSplitsHaveTheirShareOfEveryClass() {
        int[][] parts = divide(false, 1, 0.7, 0.1, 0.2);
        assertArrayEquals(new int[] {28, 7, 21}, counts(parts[0]));
        assertArrayEquals(new int[] {4, 1, 3}, counts(parts[1]));
        assertArrayEquals(new int[] {8, 2, 6}, counts(parts[2]));
        assertEveryRowOnce(parts, 80);
    }

    @Test
    void balancedSplitsHaveEquallyManyOfEveryClass() {
        int[][] parts = divide(true, 1, 0.7, 0.1, 0.2);
        assertArrayEquals(new int[] {7, 7, 7}, counts(parts[0]));
        assertArrayEquals(new int[] {1, 1, 1}, counts(parts[1]));
        assertArrayEquals(new int[] {2, 2, 2}, counts(parts[2]));
        assertEveryRowOnce(parts, 30);
        // All ten rows of the smallest class are used where the shares do not divide them, too.
        int[][] thirds = divide(true, 1, 1 / 3.0, 1 / 3.0, 1 / 3.0);
        assertEquals(30, thirds[0].length + thirds[1].length + thirds[2].length);
        for (int[] part : thirds) {
            assertArrayEquals(new int[] {part.length / 3, part.length / 3, part.length / 3}, counts(part));
        }
    }

    @Test
    void theSeedDecidesWhichRows() {
        assertArrayEquals(divide(true, 5, 0.5, 0.5)[0], divide(true, 5, 0.5, 0.5)[0]);
        assertEquals(false, Arrays.equals(divide(true, 5, 0.5, 0.5)[0], divide(true, 6, 0.5, 0.5)[0]));
    }

    @Test
    void aLimitKeepsTheSharesOfTheClasses() {
        int[] all = IntStream.range(0, 80).toArray();
        assertArrayEquals(new int[] {20, 5, 15}, counts(RowDivision.limited(all, 40, CLASSES)));
        // 11 of 80: shares 5.5, 1.375 and 4.125; the one left over goes to the class that lost most by rounding down.
        assertArrayEquals(new int[] {6, 1, 4}, counts(RowDivision.limited(all, 11, CLASSES)));
        int[] balanced = divide(true, 1, 1)[0];
        assertArrayEquals(new int[] {4, 4, 4}, counts(RowDivision.limited(balanced, 12, CLASSES)));
        assertArrayEquals(all, RowDivision.limited(all, 500, CLASSES));
        assertArrayEquals(
                new int[] {0, 1, 4}, RowDivision.limited(new int[] {0, 1, 2, 4}, 3, new int[] {0, 0, 0, 0, 1}));
    }

    private static void assertEveryRowOnce(int[][] parts, int count) {
        int[] rows = Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
        assertEquals(count, rows.length);
        assertEquals(count, Arrays.stream(rows).distinct().count());
        for (int[] part : parts) {
            int[] sorted = part.clone();
            Arrays.sort(sorted);
            assertArrayEquals(sorted, part);
        }
    }
}
