package org.altdsl.runtime.wiring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.altdsl.runtime.random.CounterRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IncidenceTest {

    @Test
    void aSmallProjectionByHand() {
        Edges edges = new Edges(new int[] {0, 0, 0, 2, 2}, new int[] {0, 1, 2, 0, 2});
        Incidence incidence = Incidence.of(edges, new int[] {3, 1, 3, 0, 0}, 3, 3);
        assertArrayEquals(new int[] {0, 0, 0, 2, 2}, incidence.source());
        assertArrayEquals(new int[] {1, 0, 2, 0, 2}, incidence.target());
        assertArrayEquals(new int[] {0, 3, 3, 5}, incidence.rowStart());
        assertArrayEquals(new int[] {0, 2, 2, 3}, incidence.rowSegment());
        assertArrayEquals(new int[] {1, 3, 0}, incidence.segmentDelay());
        assertArrayEquals(new int[] {0, 1, 3, 5}, incidence.segmentStart());
        assertArrayEquals(new int[] {0, 2, 3, 5}, incidence.columnStart());
        assertArrayEquals(new int[] {1, 3, 0, 2, 4}, incidence.columnSynapse());
        assertTrue(incidence.reordered());
        assertEquals(3, incidence.longestDelay());
        assertArrayEquals(new double[] {11, 10, 12, 13, 14}, incidence.inRowOrder(new double[] {10, 11, 12, 13, 14}));
        assertArrayEquals(new double[] {10, 11, 12, 13, 14}, incidence.byEdge(new double[] {11, 10, 12, 13, 14}));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 500})
    void rowsSegmentsAndColumnsHoldEachEdgeOnce(int delays) {
        int synapses = 3000;
        int[] source = new int[synapses];
        int[] target = new int[synapses];
        int[] delay = new int[synapses];
        for (int k = 0; k < synapses; k++) {
            // Multapses and neurons without synapses occur.
            source[k] = (int) (CounterRandom.uniform(1, k) * 80);
            target[k] = 3 + (int) (CounterRandom.uniform(2, k) * 50);
            delay[k] = (int) (CounterRandom.uniform(3, k) * delays);
        }
        Incidence incidence = Incidence.of(new Edges(source, target), delay, 81, 60);
        int[] expected = IntStream.range(0, synapses)
                .boxed()
                .sorted(Comparator.comparingInt((Integer k) -> source[k])
                        .thenComparingInt(k -> delay[k])
                        .thenComparingInt(k -> target[k]))
                .mapToInt(k -> k)
                .toArray();
        int[] order = IntStream.range(0, synapses).map(incidence::edge).toArray();
        assertArrayEquals(expected, order);
        int[] seen = new int[synapses];
        for (int row = 0; row < 81; row++) {
            assertEquals(
                    incidence.rowStart()[row],
                    incidence.segmentStart()[incidence.rowSegment()[row]]);
            int before = -1;
            for (int segment = incidence.rowSegment()[row]; segment < incidence.rowSegment()[row + 1]; segment++) {
                assertTrue(incidence.segmentDelay()[segment] > before);
                before = incidence.segmentDelay()[segment];
                assertTrue(incidence.segmentStart()[segment + 1] > incidence.segmentStart()[segment]);
                for (int k = incidence.segmentStart()[segment]; k < incidence.segmentStart()[segment + 1]; k++) {
                    assertEquals(row, incidence.source()[k]);
                    assertEquals(target[order[k]], incidence.target()[k]);
                    assertEquals(before, delay[order[k]]);
                    seen[order[k]]++;
                }
            }
        }
        for (int column = 0; column < 60; column++) {
            int before = -1;
            for (int at = incidence.columnStart()[column]; at < incidence.columnStart()[column + 1]; at++) {
                int synapse = incidence.columnSynapse()[at];
                assertEquals(column, incidence.target()[synapse]);
                assertTrue(synapse > before);
                before = synapse;
                seen[order[synapse]]++;
            }
        }
        assertTrue(Arrays.stream(seen).allMatch(count -> count == 2));
    }

    @Test
    void drawnEdgesWithoutDelaysStayWhereTheyAre() {
        Edges edges = Connectivity.between(new Wiring.Sparse(0.2), 40, 30, "i").edges(1);
        Incidence plain = Incidence.of(edges, 40, 30);
        assertFalse(plain.reordered());
        assertTrue(plain.target() == edges.target());
        Incidence sameDelay = Incidence.of(edges, new int[edges.size()], 40, 30);
        assertFalse(sameDelay.reordered());
        assertArrayEquals(plain.segmentStart(), sameDelay.segmentStart());
        assertEquals(0, plain.longestDelay());
    }

    @Test
    void edgesOutOfOrderAreSorted() {
        Incidence incidence = Incidence.of(new Edges(new int[] {1, 0, 1}, new int[] {1, 0, 0}), 2, 2);
        assertTrue(incidence.reordered());
        assertArrayEquals(new int[] {0, 1, 1}, incidence.source());
        assertArrayEquals(new int[] {0, 0, 1}, incidence.target());
        assertArrayEquals(
                new int[] {1, 2, 0}, IntStream.range(0, 3).map(incidence::edge).toArray());
    }

    @Test
    void noSynapsesAndNoNeuronsAreSizes() {
        for (int neurons = 0; neurons < 3; neurons++) {
            Incidence incidence = Incidence.of(new Edges(new int[0], new int[0]), new int[0], neurons, neurons);
            assertEquals(0, incidence.size());
            assertArrayEquals(new int[neurons + 1], incidence.rowStart());
            assertArrayEquals(new int[neurons + 1], incidence.rowSegment());
            assertArrayEquals(new int[neurons + 1], incidence.columnStart());
            assertArrayEquals(new int[] {0}, incidence.segmentStart());
            assertEquals(0, incidence.longestDelay());
        }
    }

    @Test
    void wrongNeuronsAndDelaysAreRefused() {
        Edges edges = new Edges(new int[] {0, 1}, new int[] {1, 0});
        assertThrows(WiringException.class, () -> Incidence.of(edges, 1, 2));
        assertThrows(WiringException.class, () -> Incidence.of(edges, new int[1], 2, 2));
        String message = assertThrows(WiringException.class, () -> Incidence.of(edges, new int[] {0, -1}, 2, 2))
                .getMessage();
        assertTrue(message.startsWith("the synapse from neuron 1 to neuron 0 has a delay of -1 steps"), message);
    }
}
