package org.altdsl.runtime.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void theShardsOfAnAxisCoverItOnceAndInOrder(int of) {
        for (int extent = 0; extent < 700; extent++) {
            int next = 0;
            for (int number = 0; number < of; number++) {
                Shard part = new Shard(number, of);
                assertEquals(next, part.first(extent));
                assertTrue(part.last(extent) >= next);
                next = part.last(extent);
            }
            assertEquals(extent, next);
        }
    }

    @Test
    void theNumberOfShardsGrowsWithTheWork() {
        assertEquals(1, Shard.count(19, 10));
        assertEquals(2, Shard.count(20, 10));
        assertEquals(4, Shard.count(40, 10));
        assertEquals(8, Shard.count(1_000_000, 10));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void everyShardOfEveryRoundIsDoneOnce(int threads) {
        AtomicIntegerArray done = new AtomicIntegerArray(8);
        try (Workers workers = new Workers(threads)) {
            for (int round = 1; round <= 20_000; round++) {
                int count = 1 + round % 8;
                workers.run((shard, worker) -> done.incrementAndGet(shard), count);
                int sum = 0;
                for (int shard = 0; shard < 8; shard++) {
                    sum += done.get(shard);
                    done.set(shard, 0);
                }
                assertEquals(count, sum);
            }
        }
    }

    @Test
    void whatAShardThrowsReachesTheCaller() {
        try (Workers workers = new Workers(2)) {
            Workers.Work failing = (shard, worker) -> {
                throw new IllegalArgumentException("shard " + shard);
            };
            assertThrows(IllegalArgumentException.class, () -> workers.run(failing, 4));
            // The next round is not affected.
            workers.run((shard, worker) -> {}, 4);
        }
    }
}
