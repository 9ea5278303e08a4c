package org.altdsl.runtime.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EpochOrderTest {
    @Test
    void everySampleIsShownOnceAnEpochInAnOrderOfSeedAndEpoch() {
        int[] order = EpochOrder.of(4, 2, 500);
        assertArrayEquals(
                IntStream.range(0, 500).toArray(), Arrays.stream(order).sorted().toArray());
        assertArrayEquals(order, EpochOrder.of(4, 2, 500), "nothing is remembered, so a resumed run goes on alike");
        assertFalse(Arrays.equals(order, EpochOrder.of(4, 3, 500)));
        assertFalse(Arrays.equals(order, EpochOrder.of(5, 2, 500)));
    }
}
