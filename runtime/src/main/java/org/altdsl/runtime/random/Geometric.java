package org.altdsl.runtime.random;

/**
 * Lengths of runs of failures in coin tosses, from one logarithm each: the cost of a rare event that is drawn so is that
 * of the event, not of all the tosses it might have happened at.
 *
 * <p>With u uniform on (0, 1), floor(log u / log(1 - p)) is at least k with probability (1 - p)^k (Devroye, "Non-uniform
 * random variate generation", Springer 1986, chapter X.2).
 */
public final class Geometric {
    /** The longest wait that {@link #trials} tells apart: every number up to it is one of single precision. */
    public static final int MOST_TRIALS = 1 << 24;

    private Geometric() {}

    /**
     * What {@link #draw} needs to know of the probability: 1 / log(1 - p).
     *
     * @param probability of success in a toss, 0 to 1
     * @return the factor; negative infinity for a probability of 0, negative zero for 1
     * @throws IllegalArgumentException if the probability is outside that range or not a number
     */
    public static double scale(double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("a probability is between 0 and 1, not " + probability);
        }
        if (probability == 0) {
            // log1p would give -0 or 0 by the sign of the argument, and their reciprocals differ.
            return Double.NEGATIVE_INFINITY;
        }
        return 1 / StrictMath.log1p(-probability);
    }

    /**
     * How many tosses it takes until the first success.
     *
     * @param key the stream; it takes the bits 2 index and 2 index + 1 of it
     * @param index the counter within the stream
     * @param probability of success in a toss; at most 0 never succeeds, at least 1 at once
     * @return 1 to {@link #MOST_TRIALS}, which stands for all that is longer
     */
    public static int trials(long key, long index, double probability) {
        if (!(probability > 0)) {
            return MOST_TRIALS;
        }
        if (probability >= 1) {
            return 1;
        }
        double failure = 1 - probability;
        // Kahan's logarithm of 1 - p: the rounding of the difference falls out of the quotient.
        double logarithm =
                failure == 1 ? -probability : NormalQuantile.logarithm(failure) * (probability / (1 - failure));
        long failures = draw(key, index, 1 / logarithm);
        return failures >= MOST_TRIALS ? MOST_TRIALS : (int) failures + 1;
    }

    /**
     * The number of failures before the first success.
     *
     * <p>The uniform number behind it has 52 bits, so that probabilities far below 2^-32 are still met; runs longer than
     * 36 / p, of which there is one in 10^16, are cut to that.
     *
     * @param key the stream; it takes the bits 2 index and 2 index + 1 of it
     * @param index the counter within the stream
     * @param scale what {@link #scale} gives for the probability
     * @return 0 or more; {@link Long#MAX_VALUE} where success is impossible
     */
    public static long draw(long key, long index, double scale) {
        long high = CounterRandom.bits(key, 2 * index) & 0xFFFFFFFFL;
        long low = CounterRandom.bits(key, 2 * index + 1) & 0xFFFFFFFFL;
        // Exact, and strictly between 0 and 1.
        double uniform = ((high << 20 | low >>> 12) + 0.5) * 0x1p-52;
        return (long) (NormalQuantile.logarithm(uniform) * scale);
    }
}
