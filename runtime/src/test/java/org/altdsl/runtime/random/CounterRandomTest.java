package org.altdsl.runtime.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.inference.ChiSquareTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The draws of the generator itself, over the ways in which a program walks through keys and indices. Every statistic
 * is two-sided at a significance of 1e-4; keys are fixed, so a test that passes keeps passing.
 */
class CounterRandomTest {

    /** A walk through keys and indices. */
    private interface Walk {
        int bits(long step);
    }

    private static final double SIGNIFICANCE = 1e-4;

    private static final int DRAWS = 1 << 18;

    static List<Arguments> walks() {
        long named = CounterRandom.key(42, "noise");
        return List.of(
                walk("sequential indices", step -> CounterRandom.bits(1, step)),
                walk("sequential indices of a named stream", step -> CounterRandom.bits(named, step)),
                walk("sequential keys", step -> CounterRandom.bits(step, 0)),
                walk("sequential substreams", step -> CounterRandom.bits(CounterRandom.key(named, step), 0)),
                walk("a grid by rows", step -> CounterRandom.bits(step >> 8, step & 255)),
                walk("a grid by columns", step -> CounterRandom.bits(step & 255, step >> 8)),
                walk("two streams in turn", step -> CounterRandom.bits(step & 1, step >> 1)),
                walk("key and index rising together", step -> CounterRandom.bits(step, step)),
                walk("key rising as the index falls", step -> CounterRandom.bits(step, -step)),
                walk("indices 2^32 apart", step -> CounterRandom.bits(1, step << 32)),
                walk("keys 2^32 apart", step -> CounterRandom.bits(step << 32, 7)),
                walk("negative indices", step -> CounterRandom.bits(-5, -step)),
                walk("keys of substreams", step -> (int) CounterRandom.key(named, step)));
    }

    private static Arguments walk(String name, Walk walk) {
        return Arguments.of(name, walk);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("walks")
    void everyByteIsUniform(String name, Walk walk) {
        for (int shift = 0; shift < 32; shift += 8) {
            long[] counts = new long[256];
            for (int step = 0; step < DRAWS; step++) {
                counts[walk.bits(step) >>> shift & 255]++;
            }
            assertPlausible(uniformity(counts), name + ", byte at " + shift);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("walks")
    void successiveDrawsFillTheSquareEvenly(String name, Walk walk) {
        for (int shift : new int[] {0, 13, 28}) {
            for (int distance : new int[] {1, 2, 256}) {
                long[] counts = new long[256];
                for (int step = 0; step < DRAWS; step++) {
                    int partner = 2 * step - step % distance;
                    int first = walk.bits(partner) >>> shift & 15;
                    counts[first << 4 | walk.bits((long) partner + distance) >>> shift & 15]++;
                }
                assertPlausible(uniformity(counts), name + ", distance " + distance + ", bits at " + shift);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("walks")
    void drawsAreNotCorrelatedWithLaterOnes(String name, Walk walk) {
        for (int lag : new int[] {1, 2, 3, 16, 255, 256, 257}) {
            double sum = 0;
            for (int step = 0; step < DRAWS; step++) {
                sum += centred(walk.bits(step)) * centred(walk.bits(step + lag));
            }
            // The product of two independent centred uniform numbers has the variance 1 / 144.
            assertPlausible(normalProbability(sum * 12 / Math.sqrt(DRAWS)), name + ", lag " + lag);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("walks")
    void runsAboveAndBelowTheMedianAreOfTheExpectedNumber(String name, Walk walk) {
        for (int bit = 0; bit < 32; bit++) {
            int changes = 0;
            for (int step = 0; step < DRAWS; step++) {
                changes += (walk.bits(step) ^ walk.bits(step + 1)) >>> bit & 1;
            }
            // Each bit differs from the next with probability 1/2, independently.
            assertPlausible(normalProbability((2.0 * changes - DRAWS) / Math.sqrt(DRAWS)), name + ", bit " + bit);
        }
    }

    @Test
    void oneBitOfKeyOrIndexChangesHalfOfTheBitsOfTheDraw() {
        int trials = 1 << 12;
        for (int bit = 0; bit < 64; bit++) {
            long fromKey = 0;
            long fromIndex = 0;
            for (int trial = 0; trial < trials; trial++) {
                int draw = CounterRandom.bits(trial, trial + 9);
                fromKey += Integer.bitCount(draw ^ CounterRandom.bits(trial ^ 1L << bit, trial + 9));
                fromIndex += Integer.bitCount(draw ^ CounterRandom.bits(trial, trial + 9 ^ 1L << bit));
            }
            double scale = Math.sqrt(32.0 * trials);
            assertPlausible(normalProbability((2.0 * fromKey - 32.0 * trials) / scale), "key bit " + bit);
            assertPlausible(normalProbability((2.0 * fromIndex - 32.0 * trials) / scale), "index bit " + bit);
        }
    }

    @Test
    void uniformIsTheMiddleOfItsStepAndNeverAnEnd() {
        for (long index = 0; index < 100_000; index++) {
            double uniform = CounterRandom.uniform(11, index);
            assertEquals(((CounterRandom.bits(11, index) & 0xFFFFFFFFL) + 0.5) * 0x1p-32, uniform);
            assertTrue(uniform > 0 && uniform < 1);
            assertEquals(-3 + 5 * uniform, CounterRandom.uniform(11, index, -3, 2));
        }
    }

    @Test
    void drawsAreTheSameForEver() {
        // Results of earlier runs must stay reproducible: a change here is a change of every experiment.
        assertEquals(-471649024, CounterRandom.bits(0, 0));
        assertEquals(-1935431585, CounterRandom.bits(1, 2));
        assertEquals(319160084673980522L, CounterRandom.key(1, "noise"));
        assertEquals(3887379634673534136L, CounterRandom.key(1, 2));
        assertEquals(0.12407541572804845, CounterRandom.normal(1, 2));
        assertEquals(-2.4188844885707956, CounterRandom.normal(1, 147));
        assertEquals(52, CounterRandom.poisson(1, 2, 50));
    }

    @Test
    void keysDifferBetweenSeedsNamesAndCounters() {
        assertNotEquals(CounterRandom.key(1, "ab"), CounterRandom.key(1, "ba"));
        assertNotEquals(CounterRandom.key(1, "a"), CounterRandom.key(1, "a\0"));
        assertNotEquals(CounterRandom.key(1, ""), CounterRandom.key(2, ""));
        assertNotEquals(CounterRandom.key(CounterRandom.key(1, 2), 3), CounterRandom.key(CounterRandom.key(1, 3), 2));
        assertEquals(CounterRandom.key(7, "spikes"), CounterRandom.key(7, "spikes"));
        long distinct = LongStream.range(0, 100_000)
                .map(i -> CounterRandom.key(5, i))
                .distinct()
                .count();
        assertEquals(100_000, distinct);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 10, 1000})
    void aPermutationHoldsEveryNumberOnce(int n) {
        int[] order = CounterRandom.permutation(3, n);
        assertEquals(n, order.length);
        boolean[] seen = new boolean[n];
        for (int number : order) {
            assertTrue(!seen[number]);
            seen[number] = true;
        }
    }

    @Test
    void everyOrderOfFiveIsEquallyLikely() {
        long[] counts = new long[3125];
        for (int trial = 0; trial < 60_000; trial++) {
            int code = 0;
            for (int number : CounterRandom.permutation(trial, 5)) {
                code = 5 * code + number;
            }
            counts[code]++;
        }
        long[] orders = Arrays.stream(counts).filter(count -> count > 0).toArray();
        assertEquals(120, orders.length);
        assertPlausible(uniformity(orders), "orders");
    }

    @Test
    void aPermutationOfANegativeNumberIsRefused() {
        assertThrows(NegativeArraySizeException.class, () -> CounterRandom.permutation(1, -1));
    }

    private static double centred(int bits) {
        return bits * 0x1p-32;
    }

    private static double normalProbability(double deviation) {
        return NormalDistribution.of(0, 1).cumulativeProbability(deviation);
    }

    /** Neither too far from the expectation nor too close to it. */
    private static void assertPlausible(double probability, String what) {
        assertTrue(
                probability > SIGNIFICANCE / 2 && probability < 1 - SIGNIFICANCE / 2,
                () -> what + ": probability " + probability);
    }

    /** The probability, were all cells equally likely, of counts at least as uneven (Pearson's test). */
    private static double uniformity(long[] counts) {
        return ChiSquareTest.withDefaults().test(counts).getPValue();
    }
}
