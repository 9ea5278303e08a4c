package org.altdsl.runtime.wiring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.altdsl.runtime.data.DataException;
import org.altdsl.runtime.data.DataLocator;
import org.altdsl.runtime.data.DataSource;
import org.altdsl.runtime.data.Table;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.apache.commons.statistics.distribution.HypergeometricDistribution;
import org.apache.commons.statistics.inference.ChiSquareTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Statistical bounds are at a significance of 1e-4 with fixed seeds. */
class ConnectivityTest {
    private static final double SIGNIFICANCE = 1e-4;

    /** The standard normal number exceeded in size with a probability of 1e-4. */
    private static final double DEVIATIONS = 3.89;

    private static final PairCondition LATER = (source, target) -> target > source + 1;

    static Stream<Wiring> wirings() {
        Layout ring = new Layout.Ring(30);
        Layout line = new Layout.Line(1);
        Layout grid = new Layout.Grid(6, 5, 6, 6, false);
        Layout torus = new Layout.Grid(6, 5, 6, 6, true);
        return Stream.of(
                new Wiring.Dense(),
                new Wiring.OneToOne(),
                new Wiring.Sparse(0.3),
                new Wiring.Sparse(1),
                new Wiring.FixedIndegree(7),
                new Wiring.FixedIndegree(22),
                new Wiring.FixedOutdegree(7),
                new Wiring.FixedOutdegree(22),
                new Wiring.FixedNumber(17),
                new Wiring.FixedNumber(300),
                new Wiring.FixedNumber(800),
                new Wiring.Distance(ring, DistanceProfile.GAUSSIAN, 0.9, 4),
                new Wiring.Distance(line, DistanceProfile.EXPONENTIAL, 1, 0.1),
                new Wiring.Distance(grid, DistanceProfile.LINEAR, 1, 3),
                new Wiring.Distance(torus, DistanceProfile.BOX, 0.5, 2),
                new Wiring.Listed(new Edges(new int[] {29, 3, 3, 0}, new int[] {2, 7, 4, 29})));
    }

    private static long[] pairs(Edges edges) {
        long[] pairs = new long[edges.size()];
        for (int edge = 0; edge < pairs.length; edge++) {
            pairs[edge] = (long) edges.source()[edge] << 32 | edges.target()[edge];
        }
        return pairs;
    }

    private static int[] degrees(int[] neurons, int size) {
        int[] degree = new int[size];
        for (int neuron : neurons) {
            degree[neuron]++;
        }
        return degree;
    }

    @ParameterizedTest
    @MethodSource("wirings")
    void synapsesAreSortedAndDistinctAndAvoidTheNeuronItself(Wiring wiring) {
        Edges edges = Connectivity.within(wiring, 30, false, "c -> c").edges(1);
        long[] pairs = pairs(edges);
        for (int edge = 0; edge < pairs.length; edge++) {
            assertTrue(edge == 0 || pairs[edge] > pairs[edge - 1]);
            assertTrue(edges.source()[edge] != edges.target()[edge]);
            assertTrue(edges.source()[edge] >= 0 && edges.source()[edge] < 30);
            assertTrue(edges.target()[edge] >= 0 && edges.target()[edge] < 30);
        }
    }

    @ParameterizedTest
    @MethodSource("wirings")
    void seedAndStreamAloneDecide(Wiring wiring) {
        Connectivity connectivity = Connectivity.within(wiring, 30, true, "a");
        long[] pairs = pairs(connectivity.edges(1));
        assertArrayEquals(pairs, pairs(connectivity.edges(1)));
        boolean drawn =
                pairs.length < 900 && !(wiring instanceof Wiring.OneToOne) && !(wiring instanceof Wiring.Listed);
        assertEquals(!drawn, Arrays.equals(pairs, pairs(connectivity.edges(2))));
        assertEquals(
                !drawn,
                Arrays.equals(
                        pairs, pairs(Connectivity.within(wiring, 30, true, "b").edges(1))));
    }

    @ParameterizedTest
    @MethodSource("wirings")
    void slicesOfOnePopulationKeepTheirPlaces(Wiring wiring) {
        // Sources 10 to 39, targets 25 to 54: source 25 + k is target k.
        Edges edges = new Connectivity(wiring, 10, 30, 25, 30, true, false, false, "s").edges(3);
        boolean met = false;
        for (int edge = 0; edge < edges.size(); edge++) {
            assertTrue(edges.source()[edge] >= 10 && edges.source()[edge] < 40);
            assertTrue(edges.target()[edge] >= 25 && edges.target()[edge] < 55);
            assertTrue(edges.source()[edge] != edges.target()[edge]);
            met |= edges.target()[edge] - 25 == edges.source()[edge] - 10;
        }
        if (wiring instanceof Wiring.OneToOne) {
            assertTrue(met);
        }
    }

    @ParameterizedTest
    @MethodSource("wirings")
    void aConditionHolds(Wiring wiring) {
        if (wiring instanceof Wiring.FixedIndegree || wiring instanceof Wiring.FixedOutdegree) {
            return;
        }
        if (wiring instanceof Wiring.FixedNumber number && number.count() > 406) {
            // 29 * 28 / 2 pairs meet the condition.
            assertThrows(WiringException.class, () -> Connectivity.within(wiring, 30, true, "w")
                    .edges(1, LATER));
            return;
        }
        Connectivity connectivity = Connectivity.within(wiring, 30, true, "w");
        Edges conditional = connectivity.edges(1, LATER);
        for (int edge = 0; edge < conditional.size(); edge++) {
            assertTrue(conditional.target()[edge] > conditional.source()[edge] + 1);
        }
        if (wiring instanceof Wiring.FixedNumber number) {
            assertEquals(number.count(), conditional.size());
            return;
        }
        Edges all = connectivity.edges(1);
        long[] kept = Arrays.stream(pairs(all))
                .filter(pair -> LATER.test((int) (pair >>> 32), (int) pair))
                .toArray();
        assertArrayEquals(kept, pairs(conditional));
    }

    @Test
    void degreesAreFixedAmongThePartnersThatMeetACondition() {
        PairCondition other = (source, target) -> source % 2 != target % 2;
        Edges incoming =
                Connectivity.within(new Wiring.FixedIndegree(11), 30, true, "w").edges(1, other);
        Edges outgoing = Connectivity.within(new Wiring.FixedOutdegree(11), 30, true, "w")
                .edges(1, other);
        for (Edges edges : List.of(incoming, outgoing)) {
            for (int edge = 0; edge < edges.size(); edge++) {
                assertTrue(other.test(edges.source()[edge], edges.target()[edge]));
            }
        }
        assertTrue(Arrays.stream(degrees(incoming.target(), 30)).allMatch(degree -> degree == 11));
        assertTrue(Arrays.stream(degrees(outgoing.source(), 30)).allMatch(degree -> degree == 11));
    }

    @Test
    void denseAndCertainWiringsConnectAllPairs() {
        long[] dense = pairs(Connectivity.between(new Wiring.Dense(), 3, 4, "d").edges(1));
        assertEquals(12, dense.length);
        for (Wiring wiring : List.of(
                new Wiring.Sparse(1),
                new Wiring.FixedIndegree(3),
                new Wiring.FixedOutdegree(4),
                new Wiring.FixedNumber(12),
                new Wiring.Distance(new Layout.Line(1), DistanceProfile.BOX, 1, 1))) {
            assertArrayEquals(
                    dense, pairs(Connectivity.between(wiring, 3, 4, "d").edges(1)));
        }
        assertEquals(
                6,
                Connectivity.within(new Wiring.Dense(), 3, false, "d").edges(1).size());
    }

    static Stream<Arguments> sizes() {
        return Stream.of(new int[] {0, 0}, new int[] {0, 5}, new int[] {5, 0}, new int[] {1, 1}, new int[] {1, 7})
                .flatMap(size -> Stream.of(
                                new Wiring.Dense(),
                                new Wiring.Sparse(0.5),
                                new Wiring.Sparse(0),
                                new Wiring.FixedIndegree(0),
                                new Wiring.FixedOutdegree(0),
                                new Wiring.FixedNumber(0),
                                new Wiring.Distance(new Layout.Ring(3), DistanceProfile.GAUSSIAN, 0.5, 1),
                                new Wiring.Distance(
                                        new Layout.Grid(1, 1, 1, 1, true), DistanceProfile.EXPONENTIAL, 0, 1),
                                new Wiring.Listed(new Edges(new int[0], new int[0])))
                        .map(wiring -> Arguments.of(wiring, size[0], size[1])));
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void nothingAndOneNeuronAreSizes(Wiring wiring, int sources, int targets) {
        Edges edges = Connectivity.between(wiring, sources, targets, "n").edges(1);
        int most = sources * targets;
        assertTrue(edges.size() <= most);
        assertEquals(wiring instanceof Wiring.Dense ? most : edges.size(), edges.size());
        if (sources == targets) {
            assertTrue(Connectivity.within(wiring, sources, false, "n").edges(1).size() <= Math.max(0, most - 1));
        }
    }

    @Test
    void sparseDegreesAreBinomial() {
        int neurons = 2000;
        double probability = 0.02;
        Edges edges = Connectivity.within(new Wiring.Sparse(probability), neurons, true, "sparse")
                .edges(4);
        double pairs = (double) neurons * neurons;
        assertEquals(
                pairs * probability, edges.size(), DEVIATIONS * Math.sqrt(pairs * probability * (1 - probability)));
        BinomialDistribution binomial = BinomialDistribution.of(neurons, probability);
        // Cells from 26 to 56 expect about 5 neurons at the ends; the outermost take the tails.
        int low = 26;
        int high = 56;
        double[] expected = new double[high - low + 1];
        for (int degree = low; degree <= high; degree++) {
            double share = degree == low
                    ? binomial.cumulativeProbability(low)
                    : degree == high ? binomial.survivalProbability(high - 1) : binomial.probability(degree);
            expected[degree - low] = neurons * share;
        }
        for (int[] ends : List.of(edges.source(), edges.target())) {
            long[] observed = new long[expected.length];
            for (int degree : degrees(ends, neurons)) {
                observed[Math.max(low, Math.min(high, degree)) - low]++;
            }
            assertTrue(ChiSquareTest.withDefaults().test(expected, observed).getPValue() > SIGNIFICANCE);
        }
    }

    @Test
    void eachPairIsAsLikelyAsTheOthers() {
        int runs = 20_000;
        for (Wiring wiring : List.of(
                new Wiring.Sparse(1.0 / 3),
                new Wiring.FixedIndegree(2),
                new Wiring.FixedOutdegree(2),
                new Wiring.FixedNumber(14))) {
            long[] observed = new long[7 * 7];
            double synapses = 0;
            for (int seed = 0; seed < runs; seed++) {
                Edges edges = Connectivity.within(wiring, 7, false, "u").edges(seed);
                synapses += edges.size();
                for (int edge = 0; edge < edges.size(); edge++) {
                    observed[7 * edges.source()[edge] + edges.target()[edge]]++;
                }
            }
            double probability = 1.0 / 3;
            double deviation = Math.sqrt(runs * probability * (1 - probability));
            for (int pair = 0; pair < observed.length; pair++) {
                boolean itself = pair / 7 == pair % 7;
                // 42 pairs in 4 wirings: 1e-4 for all of them together is 5.2 deviations for one.
                assertEquals(itself ? 0 : runs * probability, observed[pair], itself ? 0 : 5.2 * deviation);
            }
            assertEquals(14.0 * runs, synapses, wiring instanceof Wiring.Sparse ? 4 * deviation * 6.5 : 0);
        }
    }

    @Test
    void theOtherDegreeOfAFixedOneIsBinomial() {
        int neurons = 4000;
        int count = 40;
        Edges incoming = Connectivity.between(new Wiring.FixedIndegree(count), neurons, neurons, "i")
                .edges(1);
        Edges outgoing = Connectivity.between(new Wiring.FixedOutdegree(count), neurons, neurons, "o")
                .edges(1);
        assertTrue(Arrays.stream(degrees(incoming.target(), neurons)).allMatch(degree -> degree == count));
        assertTrue(Arrays.stream(degrees(outgoing.source(), neurons)).allMatch(degree -> degree == count));
        double variance = count * (1 - (double) count / neurons);
        for (int[] ends : List.of(incoming.source(), outgoing.target())) {
            double squares = 0;
            for (int degree : degrees(ends, neurons)) {
                squares += (double) (degree - count) * (degree - count);
            }
            // The fourth central moment of a near-normal count is 3 variances squared: that of the square is 2.
            assertEquals(variance, squares / neurons, DEVIATIONS * variance * Math.sqrt(2.0 / neurons));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 30_000, 900_000})
    void degreesOfAFixedNumberAreHypergeometric(int count) {
        int neurons = 1000;
        Edges edges = Connectivity.between(new Wiring.FixedNumber(count), neurons, neurons, "n")
                .edges(1);
        assertEquals(count, edges.size());
        double mean = (double) count / neurons;
        double variance =
                HypergeometricDistribution.of(neurons * neurons, neurons, count).getVariance();
        for (int[] ends : List.of(edges.source(), edges.target())) {
            double squares = 0;
            for (int degree : degrees(ends, neurons)) {
                squares += (degree - mean) * (degree - mean);
            }
            // The square of a Poisson-like count has the relative variance 2 + 1 / variance.
            double spread = Math.sqrt((2 + 1 / variance) / neurons);
            assertEquals(variance, squares / neurons, DEVIATIONS * variance * spread);
        }
    }

    @Test
    void multapsesComeWhereTheyAreAskedFor() {
        for (Wiring wiring :
                List.of(new Wiring.FixedIndegree(20), new Wiring.FixedOutdegree(20), new Wiring.FixedNumber(100))) {
            Edges edges = new Connectivity(wiring, 0, 5, 0, 5, true, false, true, "m").edges(1);
            assertEquals(100, edges.size());
            assertTrue(edges.sorted());
            assertTrue(Arrays.stream(pairs(edges)).distinct().count() <= 20);
            for (int edge = 0; edge < 100; edge++) {
                assertTrue(edges.source()[edge] != edges.target()[edge]);
            }
        }
        // n draws from n pairs leave each out with a probability near 1/e.
        Edges edges = new Connectivity(new Wiring.FixedNumber(10_000), 0, 100, 0, 100, false, true, true, "m").edges(1);
        double missing = 10_000 - Arrays.stream(pairs(edges)).distinct().count();
        assertEquals(10_000 / Math.E, missing, DEVIATIONS * Math.sqrt(10_000 * (1 / Math.E) * (1 - 2 / Math.E)));
    }

    static Stream<Arguments> impossible() {
        return Stream.of(
                Arguments.of(new Wiring.FixedIndegree(10), "fixed_indegree(10) onto target 0 has only 9 sources"),
                Arguments.of(new Wiring.FixedOutdegree(10), "fixed_outdegree(10) from source 0 has only 9 targets"),
                Arguments.of(new Wiring.FixedNumber(91), "fixed_number(91) has only 90 pairs"),
                Arguments.of(new Wiring.FixedOutdegree(Integer.MAX_VALUE), "at most"),
                Arguments.of(
                        new Wiring.Listed(new Edges(new int[] {0, 3}, new int[] {1, 3})),
                        "connects neuron 3 to itself"),
                Arguments.of(
                        new Wiring.Listed(new Edges(new int[] {0, 1, 0}, new int[] {1, 0, 1})),
                        "connects source 0 to target 1 more than once"),
                Arguments.of(
                        new Wiring.Listed(new Edges(new int[] {0, 1}, new int[] {1, 10})),
                        "edge 1 (counted from 0) has the target 10, but there are 10"),
                Arguments.of(
                        new Wiring.Distance(new Layout.Grid(1, 1, 3, 5, false), DistanceProfile.BOX, 1, 1),
                        "a grid with rows of 3 cannot hold 10 sources"));
    }

    @ParameterizedTest
    @MethodSource("impossible")
    void whatCannotBeDrawnIsRefused(Wiring wiring, String message) {
        Connectivity connectivity = Connectivity.within(wiring, 10, false, "x");
        String found =
                assertThrows(WiringException.class, () -> connectivity.edges(1)).getMessage();
        assertTrue(found.contains(message), found);
    }

    @Test
    void oneToOneNeedsEqualSizes() {
        Connectivity connectivity = Connectivity.between(new Wiring.OneToOne(), 3, 4, "x");
        assertThrows(WiringException.class, () -> connectivity.edges(1));
    }

    @Test
    void parametersOutsideTheirRangeAreRefused() {
        assertThrows(WiringException.class, () -> new Wiring.Sparse(1.5));
        assertThrows(WiringException.class, () -> new Wiring.Sparse(Double.NaN));
        assertThrows(WiringException.class, () -> new Wiring.FixedIndegree(-1));
        assertThrows(WiringException.class, () -> new Layout.Ring(0));
        assertThrows(
                WiringException.class,
                () -> new Wiring.Distance(new Layout.Ring(1), DistanceProfile.BOX, 1, Double.POSITIVE_INFINITY));
    }

    static Stream<Wiring.Distance> distances() {
        return Stream.of(
                new Wiring.Distance(new Layout.Ring(24), DistanceProfile.GAUSSIAN, 0.9, 3),
                new Wiring.Distance(new Layout.Line(24), DistanceProfile.EXPONENTIAL, 0.8, 2),
                new Wiring.Distance(new Layout.Grid(6, 4, 6, 6, false), DistanceProfile.LINEAR, 1, 4),
                new Wiring.Distance(new Layout.Grid(6, 4, 6, 4, true), DistanceProfile.GAUSSIAN, 0.5, 1),
                new Wiring.Distance(new Layout.Grid(1, 1, 4, 8, true), DistanceProfile.EXPONENTIAL, 1, 0.1),
                new Wiring.Distance(new Layout.Line(1), DistanceProfile.BOX, 0.3, 0.2));
    }

    @ParameterizedTest
    @MethodSource("distances")
    void pairsAreConnectedWithTheProbabilityOfTheirDistance(Wiring.Distance wiring) {
        int runs = 10_000;
        int[] observed = new int[24 * 24];
        for (int seed = 0; seed < runs; seed++) {
            Edges edges = Connectivity.between(wiring, 24, 24, "d").edges(seed);
            for (int edge = 0; edge < edges.size(); edge++) {
                observed[24 * edges.source()[edge] + edges.target()[edge]]++;
            }
        }
        for (int pair = 0; pair < observed.length; pair++) {
            double probability = wiring.probability(pair / 24, pair % 24, 24, 24);
            double deviation = Math.sqrt(runs * probability * (1 - probability));
            // 576 pairs: 1e-4 for all of them together is 5.2 deviations for one, and a count or two where few are
            // expected.
            assertEquals(
                    runs * probability, observed[pair], 5.2 * deviation + (probability > 0 && probability < 1 ? 4 : 0));
        }
    }

    @Test
    void distancesAreThoseOfTheLayout() {
        DistanceProfile profile = DistanceProfile.LINEAR;
        assertEquals(0.9, new Wiring.Distance(new Layout.Ring(10), profile, 1, 10).probability(0, 9, 10, 10), 1e-15);
        assertEquals(0.1, new Wiring.Distance(new Layout.Line(10), profile, 1, 10).probability(0, 9, 10, 10), 1e-15);
        // Neurons 0 and 11 of rows of 4 are 3 columns and 2 rows apart, or 1 and 1 the other way round.
        Layout grid = new Layout.Grid(4, 3, 4, 4, false);
        assertEquals(
                1 - Math.sqrt(13) / 10, new Wiring.Distance(grid, profile, 1, 10).probability(0, 11, 12, 12), 1e-15);
        Layout torus = new Layout.Grid(4, 3, 4, 4, true);
        assertEquals(
                1 - Math.sqrt(2) / 10, new Wiring.Distance(torus, profile, 1, 10).probability(0, 11, 12, 12), 1e-15);
        // 2 sources over 4 targets: the first source is between the first two targets.
        assertEquals(0.95, new Wiring.Distance(new Layout.Line(4), profile, 1, 10).probability(0, 1, 2, 4), 1e-15);
    }

    @Test
    void farPairsOfALargeGridCostNothing() {
        // 10^10 pairs, of which 5.6 for each neuron are expected: 2 pi 0.9 with the sum over the grid in place of the
        // integral.
        Wiring wiring =
                new Wiring.Distance(new Layout.Grid(400, 250, 400, 400, true), DistanceProfile.GAUSSIAN, 0.9, 1);
        Edges edges = Connectivity.within(wiring, 100_000, true, "g").edges(1);
        double perNeuron = 0;
        double variance = 0;
        for (int column = -20; column <= 20; column++) {
            for (int row = -20; row <= 20; row++) {
                double probability = 0.9 * Math.exp(-0.5 * (column * column + row * row));
                perNeuron += probability;
                variance += probability * (1 - probability);
            }
        }
        assertEquals(100_000 * perNeuron, edges.size(), DEVIATIONS * Math.sqrt(100_000 * variance));
    }

    @Test
    void millionsOfSynapsesAndBillionsOfPairsAreDrawn() {
        Edges sparse = Connectivity.between(new Wiring.Sparse(1e-4), 100_000, 100_000, "l")
                .edges(1);
        assertEquals(1e6, sparse.size(), DEVIATIONS * 1e3);
        assertTrue(sparse.sorted());
        Edges number = Connectivity.between(new Wiring.FixedNumber(1_000_000), 100_000, 100_000, "l")
                .edges(1);
        assertEquals(1_000_000, number.size());
        assertTrue(number.sorted());
        assertFalse(Arrays.equals(sparse.target(), number.target()));
        Edges degree = Connectivity.within(new Wiring.FixedIndegree(10), 100_000, false, "l")
                .edges(1);
        assertEquals(1_000_000, degree.size());
        assertTrue(degree.sorted());
    }

    @Test
    void aListIsReadFromText(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("edges.csv"), "source,target\n4,0\n1,3\n1,2\n");
        DataSource files = new DataSource(new DataLocator(List.of(folder), Map.of()), folder);
        Edges read = Edges.read(files, "./edges.csv");
        Edges edges = Connectivity.between(new Wiring.Listed(read), 5, 4, "f").edges(1);
        assertArrayEquals(new int[] {1, 1, 4}, edges.source());
        assertArrayEquals(new int[] {2, 3, 0}, edges.target());
    }

    @Test
    void aListIsTwoArrays() {
        Table source = Table.of(new int[] {2}, new double[] {1, 0}, "net.npz[source]");
        Table target = Table.of(new int[] {2}, new double[] {2, 3}, "net.npz[target]");
        assertArrayEquals(new int[] {1, 0}, Edges.of(source, target).source());
        assertArrayEquals(new int[] {2, 3}, Edges.of(source, target).target());
        Table longer = Table.of(new int[] {3}, new double[] {2, 3, 4}, "net.npz[target]");
        assertThrows(DataException.class, () -> Edges.of(source, longer));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, 0.5, 1e10})
    void whatIsNoIndexIsRefused(double index) {
        Table table = Table.of(new int[] {2, 2}, new double[] {1, 2, index, 3}, "edges.csv");
        String message =
                assertThrows(DataException.class, () -> Edges.of(table)).getMessage();
        assertTrue(message.startsWith("edges.csv: row 1 (counted from 0): the source " + index), message);
    }
}
