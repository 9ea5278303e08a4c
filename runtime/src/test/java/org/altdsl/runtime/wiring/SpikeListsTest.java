package org.altdsl.runtime.wiring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.altdsl.runtime.random.CounterRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpikeListsTest {

    private static int[] spikes(SpikeLists lists, int lag) {
        return Arrays.copyOf(lists.list(lag), lists.count(lag));
    }

    private static int[] step(int step) {
        int[] neurons = new int[(int) (CounterRandom.uniform(1, step) * 6)];
        for (int k = 0; k < neurons.length; k++) {
            neurons[k] = 10 * step + k;
        }
        return neurons;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 16})
    void eachLagHoldsTheSpikesOfItsStep(int depth) {
        SpikeLists lists = new SpikeLists(depth);
        List<int[]> pushed = new ArrayList<>();
        for (int step = 0; step < 60; step++) {
            pushed.add(step(step));
            lists.push(step(step), step(step).length);
            for (int lag = 0; lag < depth; lag++) {
                int[] expected = lag <= step ? pushed.get(step - lag) : new int[0];
                assertArrayEquals(expected, spikes(lists, lag));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 16})
    void aSnapshotGoesOnLikeTheOriginal(int depth) {
        for (int steps = 0; steps < 20; steps++) {
            SpikeLists original = new SpikeLists(depth);
            for (int step = 0; step < steps; step++) {
                original.push(step(step), step(step).length);
            }
            SpikeLists copy = new SpikeLists(depth);
            copy.push(new int[] {99, 98}, 2);
            copy.restore(original.snapshot());
            assertArrayEquals(original.snapshot(), copy.snapshot());
            for (int step = steps; step < steps + depth + 2; step++) {
                original.push(step(step), step(step).length);
                copy.push(step(step), step(step).length);
                assertArrayEquals(original.snapshot(), copy.snapshot());
            }
        }
    }

    @Test
    void aFullRingAllocatesNothing() {
        SpikeLists lists = new SpikeLists(3);
        int[] neurons = new int[50];
        for (int step = 0; step < 3; step++) {
            lists.push(neurons, 50);
        }
        int[] oldest = lists.list(2);
        lists.push(neurons, 49);
        assertSame(oldest, lists.list(0));
        assertEquals(49, lists.count(0));
    }

    @Test
    void clearedListsAreEmpty() {
        SpikeLists lists = new SpikeLists(2);
        lists.push(new int[] {4}, 1);
        lists.clear();
        assertEquals(0, lists.count(0));
        assertEquals(0, lists.count(1));
    }

    @Test
    void whatIsNotKeptIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new SpikeLists(0));
        SpikeLists lists = new SpikeLists(2);
        assertThrows(IndexOutOfBoundsException.class, () -> lists.list(2));
        assertThrows(IndexOutOfBoundsException.class, () -> lists.count(-1));
        assertThrows(IllegalArgumentException.class, () -> lists.restore(new int[3]));
        assertThrows(IllegalArgumentException.class, () -> lists.restore(new int[] {0, 2, 1}));
    }
}
