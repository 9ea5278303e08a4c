package org.altdsl.runtime.wiring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Comparator;
import java.util.stream.IntStream;
import org.altdsl.runtime.random.CounterRandom;
import org.junit.jupiter.api.Test;

class EdgesTest {
    @Test
    void edgesOutOfOrderAreSortedBySourceThenTarget() {
        int synapses = 3000;
        // Multapses and neurons without synapses occur.
        int[] source = IntStream.range(0, synapses)
                .map(k -> (int) (CounterRandom.uniform(1, k) * 80))
                .toArray();
        int[] target = IntStream.range(0, synapses)
                .map(k -> 3 + (int) (CounterRandom.uniform(2, k) * 50))
                .toArray();
        int[] order = IntStream.range(0, synapses)
                .boxed()
                .sorted(Comparator.comparingInt((Integer k) -> source[k]).thenComparingInt(k -> target[k]))
                .mapToInt(k -> k)
                .toArray();
        Edges sorted = new Edges(source, target).inOrder(81, 60);
        assertArrayEquals(IntStream.of(order).map(k -> source[k]).toArray(), sorted.source());
        assertArrayEquals(IntStream.of(order).map(k -> target[k]).toArray(), sorted.target());
    }

    @Test
    void sortedEdgesAreNotCopied() {
        Edges edges = new Edges(new int[] {0, 1, 1}, new int[] {2, 0, 0});
        assertSame(edges, edges.inOrder(2, 3));
    }
}
