package org.altdsl.runtime.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void nobodyCanChangeATable() {
        double[] given = {1, 2, 3, 4};
        int[] shape = {2, 2};
        Table table = Table.of(shape, given, "test");
        given[0] = 9;
        shape[0] = 9;
        table.shape()[0] = 9;
        table.values()[0] = 9;
        table.toDoubles()[0] = 9;
        assertArrayEquals(new double[] {1, 2, 3, 4}, table.toDoubles());
        assertArrayEquals(new int[] {2, 2}, table.shape());
    }

    @Test
    void indicesAreRowMajorAndChecked() {
        Table table = Table.of(new int[] {2, 3}, new double[] {0, 1, 2, 10, 11, 12}, "test");
        assertEquals(12, table.get(1, 2));
        assertEquals(10, table.at(3));
        assertEquals(3, table.sampleSize());
        assertThrows(IndexOutOfBoundsException.class, () -> table.get(0, 3));
        assertThrows(IndexOutOfBoundsException.class, () -> table.get(1));
        assertThrows(IndexOutOfBoundsException.class, () -> table.at(6));
    }

    @Test
    void someSamplesCanBeCopied() {
        Table table = Table.of(new int[] {3, 2}, new double[] {0, 1, 10, 11, 20, 21}, "test");
        float[] rows = new float[8];
        table.copyRows(new int[] {7, 2, 0, 1, 1}, 1, 4, rows);
        assertArrayEquals(new float[] {20, 21, 0, 1, 10, 11, 10, 11}, rows);
        float[] target = new float[3];
        table.copyValues(1, 2, target, 1);
        assertArrayEquals(new float[] {0, 10, 11}, target);
    }

    @Test
    void fractionsAreRoundedButIntegersBeyondSinglePrecisionAreRefused() {
        double beyond = (1 << 24) + 1;
        Table fractions = new Table(new int[] {2}, new Elements.Doubles(new double[] {0.1, beyond}), false, "f8");
        assertArrayEquals(new float[] {0.1f, 1 << 24}, fractions.values());
        Table integers = new Table(new int[] {3}, new Elements.Doubles(new double[] {1, 1 << 25, beyond}), true, "i4");
        assertEquals(beyond, integers.at(2));
        DataException refusal = assertThrows(DataException.class, integers::values);
        assertTrue(refusal.getMessage().contains("integer 16777217 in sample 2"), refusal.getMessage());
    }

    @Test
    void magnitudesBeyondSinglePrecisionAreRefusedAndNaNIsKept() {
        Table large = Table.of(new int[] {1}, new double[] {1e39}, "test");
        DataException refusal = assertThrows(DataException.class, large::values);
        assertTrue(refusal.getMessage().contains("too large for single precision"), refusal.getMessage());
        Table special = Table.of(new int[] {2}, new double[] {Double.NaN, Double.POSITIVE_INFINITY}, "test");
        assertArrayEquals(new float[] {Float.NaN, Float.POSITIVE_INFINITY}, special.values());
    }

    @Test
    void shapesThatDoNotFitAreRefused() {
        assertThrows(DataException.class, () -> Table.of(new int[] {2, 2}, new double[3], "test"));
        assertThrows(DataException.class, () -> Table.of(new int[] {}, new double[1], "test"));
        assertThrows(DataException.class, () -> Table.of(new int[] {-1}, new double[1], "test"));
    }
}
