package org.altdsl.runtime.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.altdsl.runtime.random.CounterRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpikeRingTest {
    private static final int NEURONS = 61;

    private static int[] spikes(SpikeRing ring, int lag) {
        return Arrays.copyOf(ring.list(lag), ring.count(lag));
    }

    /** Those that spike in a step: none in some, all in others. */
    private static int[] step(int step) {
        double part = step % 5 == 0 ? step % 2 : 0.1;
        return IntStream.range(0, NEURONS)
                .filter(neuron -> CounterRandom.uniform(step, neuron) < part)
                .toArray();
    }

    private static void push(SpikeRing ring, int step) {
        ring.begin();
        ring.set(step(step), step(step).length);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 15})
    void eachLagHoldsTheSpikesOfItsStep(int longest) {
        SpikeRing ring = new SpikeRing(NEURONS, longest);
        List<int[]> pushed = new ArrayList<>();
        for (int step = 0; step < 60; step++) {
            pushed.add(step(step));
            push(ring, step);
            for (int lag = 0; lag <= longest; lag++) {
                assertArrayEquals(lag <= step ? pushed.get(step - lag) : new int[0], spikes(ring, lag));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 10, 11})
    void flagsOfBothTypesAreListedInAscendingOrder(int step) {
        SpikeRing floats = new SpikeRing(NEURONS, 2);
        SpikeRing doubles = new SpikeRing(NEURONS, 2);
        float[] floatFlags = new float[NEURONS];
        double[] doubleFlags = new double[NEURONS];
        for (int neuron : step(step)) {
            floatFlags[neuron] = 1;
            doubleFlags[neuron] = 1;
        }
        floats.collect(floatFlags);
        doubles.collect(doubleFlags);
        assertArrayEquals(step(step), spikes(floats, 0));
        assertArrayEquals(step(step), spikes(doubles, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void listsOfShardsAreJoinedInTheirOrder(int shards) {
        SpikeRing floats = new SpikeRing(NEURONS, 2);
        SpikeRing doubles = new SpikeRing(NEURONS, 2);
        for (int step = 0; step < 12; step++) {
            float[] floatFlags = new float[NEURONS];
            double[] doubleFlags = new double[NEURONS];
            for (int neuron : step(step)) {
                floatFlags[neuron] = 1;
                doubleFlags[neuron] = 1;
            }
            floats.begin();
            doubles.begin();
            for (int shard = shards - 1; shard >= 0; shard--) {
                floats.collect(floatFlags, new Shard(shard, shards));
                doubles.collect(doubleFlags, new Shard(shard, shards));
            }
            floats.join();
            doubles.join();
            assertArrayEquals(step(step), spikes(floats, 0));
            assertArrayEquals(step(step), spikes(doubles, 0));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 15})
    void aSnapshotGoesOnLikeTheOriginal(int longest) {
        for (int steps = 0; steps < 20; steps++) {
            SpikeRing original = new SpikeRing(NEURONS, longest);
            for (int step = 0; step < steps; step++) {
                push(original, step);
            }
            SpikeRing copy = new SpikeRing(NEURONS, longest);
            push(copy, 99);
            copy.setValues(original.values());
            assertArrayEquals(original.values(), copy.values());
            for (int step = steps; step < steps + longest + 2; step++) {
                push(original, step);
                push(copy, step);
                assertArrayEquals(original.values(), copy.values());
            }
        }
    }

    @Test
    void aFullRingAllocatesNothing() {
        SpikeRing ring = new SpikeRing(50, 2);
        int[] all = IntStream.range(0, 50).toArray();
        for (int step = 0; step < 3; step++) {
            ring.begin();
            ring.set(all, 50);
        }
        int[] oldest = ring.list(2);
        ring.begin();
        ring.set(all, 49);
        assertSame(oldest, ring.list(0));
    }

    @Test
    void theForgottenPastIsLikeThePresent() {
        SpikeRing ring = new SpikeRing(NEURONS, 3);
        push(ring, 5);
        push(ring, 11);
        ring.forget();
        for (int lag = 0; lag <= 3; lag++) {
            assertArrayEquals(step(11), spikes(ring, lag));
        }
    }
}
