package org.altdsl.runtime.wiring;

import org.altdsl.runtime.random.CounterRandom;
import org.altdsl.runtime.random.Geometric;

/** The numbers of one stream, one after the other, by methods that may need several for a result. */
final class Draws {
    private final long key;
    private long index;

    Draws(long key) {
        this.key = key;
    }

    double uniform() {
        return CounterRandom.uniform(key, index++);
    }

    /** Failures before a success; {@code scale} stands for the probability as in {@link Geometric#scale}. */
    long gap(double scale) {
        // A gap takes two numbers, from an even place on.
        long pair = index + 1 >> 1;
        index = 2 * pair + 2;
        return Geometric.draw(key, pair, scale);
    }

    /**
     * A whole number from 0 up to a bound, exclusive, each as likely as the others: Lemire, "Fast random integer
     * generation in an interval", ACM Transactions on Modeling and Computer Simulation 29, 2019.
     */
    int below(int bound) {
        long product = (CounterRandom.bits(key, index++) & 0xFFFFFFFFL) * bound;
        if ((product & 0xFFFFFFFFL) < bound) {
            long threshold = (1L << 32) % bound;
            while ((product & 0xFFFFFFFFL) < threshold) {
                product = (CounterRandom.bits(key, index++) & 0xFFFFFFFFL) * bound;
            }
        }
        return (int) (product >>> 32);
    }

    /** The same for bounds beyond 2^31, from 64 bits. */
    long below(long bound) {
        long bits = next64();
        long low = bits * bound;
        if (Long.compareUnsigned(low, bound) < 0) {
            long threshold = Long.remainderUnsigned(-bound, bound);
            while (Long.compareUnsigned(low, threshold) < 0) {
                bits = next64();
                low = bits * bound;
            }
        }
        // The upper half of a product whose first factor counts as unsigned.
        return Math.multiplyHigh(bits, bound) + (bits >> 63 & bound);
    }

    private long next64() {
        long high = CounterRandom.bits(key, index++) & 0xFFFFFFFFL;
        return high << 32 | CounterRandom.bits(key, index++) & 0xFFFFFFFFL;
    }
}
