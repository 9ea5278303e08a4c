package org.altdsl.runtime.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.altdsl.runtime.plan.EdgeList;
import org.altdsl.runtime.random.CounterRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IncidenceTest {
    private static final int SYNAPSES = 3000;
    private static final int SOURCES = 81;
    private static final int TARGETS = 60;

    /** Synapses by source; some neurons have none, some pairs several. */
    private static EdgeList edges() {
        int[] source = IntStream.range(0, SYNAPSES)
                .map(k -> (int) (CounterRandom.uniform(1, k) * 80))
                .sorted()
                .toArray();
        int[] target = IntStream.range(0, SYNAPSES)
                .map(k -> 3 + (int) (CounterRandom.uniform(2, k) * 50))
                .toArray();
        return new EdgeList(source, target);
    }

    @Test
    void rowsAndColumnsHoldEachSynapseOnce() {
        EdgeList edges = edges();
        Incidence incidence = new Incidence(edges, SOURCES, TARGETS);
        for (int row = 0; row < SOURCES; row++) {
            for (int s = incidence.rows[row]; s < incidence.rows[row + 1]; s++) {
                assertEquals(row, edges.source()[s]);
            }
        }
        assertEquals(SYNAPSES, incidence.rows[SOURCES]);
        Incidence.Columns columns = incidence.columns();
        boolean[] seen = new boolean[SYNAPSES];
        for (int column = 0; column < TARGETS; column++) {
            int before = -1;
            for (int at = columns.starts[column]; at < columns.starts[column + 1]; at++) {
                int synapse = columns.synapses[at];
                assertEquals(column, edges.target()[synapse]);
                assertEquals(edges.source()[synapse], columns.sources[at]);
                assertTrue(synapse > before && !seen[synapse]);
                before = synapse;
                seen[synapse] = true;
            }
        }
        assertEquals(SYNAPSES, columns.starts[TARGETS]);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 500})
    void arrivalsGroupTheSynapsesOfASourceByDelay(int delays) {
        EdgeList edges = edges();
        Incidence incidence = new Incidence(edges, SOURCES, TARGETS);
        double[] delay = IntStream.range(0, SYNAPSES)
                .mapToDouble(k -> Math.floor(CounterRandom.uniform(3, k) * delays))
                .toArray();
        Arrivals arrivals = new Arrivals(incidence, delay, delays);
        int[] occurring = Arrays.stream(delay)
                .mapToInt(one -> (int) one)
                .sorted()
                .distinct()
                .toArray();
        assertArrayEquals(occurring, arrivals.lags);
        int count = 0;
        for (int row = 0; row < SOURCES; row++) {
            for (int lag = 0; lag <= delays; lag++) {
                int before = -1;
                for (int at = arrivals.first(row, lag); at < arrivals.last(row, lag); at++) {
                    int synapse = arrivals.synapses[at];
                    assertEquals(row, edges.source()[synapse]);
                    assertEquals(lag, delay[synapse]);
                    assertTrue(synapse > before);
                    before = synapse;
                    count++;
                }
            }
        }
        assertEquals(SYNAPSES, count);
    }

    @Test
    void aProjectionMayHaveNoSynapses() {
        for (int neurons = 0; neurons < 3; neurons++) {
            Incidence none = new Incidence(new EdgeList(new int[0], new int[0]), neurons, neurons);
            assertEquals(0, none.count());
            assertArrayEquals(new int[neurons + 1], none.rows);
            assertArrayEquals(new int[neurons + 1], none.columns().starts);
        }
    }

    @Test
    void wrongNeuronsOrdersAndDelaysAreRefused() {
        EdgeList edges = new EdgeList(new int[] {0, 1}, new int[] {1, 0});
        assertThrows(IllegalArgumentException.class, () -> new Incidence(edges, 1, 2));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Incidence(new EdgeList(new int[] {1, 0}, new int[] {0, 0}), 2, 2));
        Incidence incidence = new Incidence(edges, 2, 2);
        for (double[] delays : new double[][] {{0, -1}, {0, 4}, {0.5, 1}}) {
            assertThrows(IllegalArgumentException.class, () -> new Arrivals(incidence, delays, 3));
        }
    }
}
