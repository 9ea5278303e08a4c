package org.altdsl.runtime.random;

/**
 * Random numbers as pure functions of a stream key and a counter, in the manner of Salmon, Moraes, Dror and Shaw,
 * "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 *
 * <p>There is no state: draw {@code index} of stream {@code key} is the same number whoever asks, in whatever order and
 * on whatever thread. The methods use only the four operations, square roots and {@link StrictMath}, so that a draw has
 * the same bits on every machine. Distinct streams get distinct keys from {@link #key(long, String)} and
 * {@link #key(long, long)}.
 */
public final class CounterRandom {

    /** The bits of the double 1. */
    private static final long ONE = 0x3FF0000000000000L;

    /** The bit worth 2^-33 in a double between 1 and 2: half a step of a uniform draw. */
    private static final long HALF_STEP = 1L << 19;

    /** Below this mean a Poisson draw inverts the distribution; Hörmann's rejection needs a mean of at least 10. */
    private static final double POISSON_INVERSION_LIMIT = 10;

    /** Largest Poisson mean: its draws, 2e9 at the very most, still fit an int. */
    private static final double POISSON_LARGEST_MEAN = 1e9;

    /** Logarithms of 0! to 9!; Stirling's series serves from 10! on. */
    private static final double[] LOG_FACTORIAL = logFactorials(10);

    private CounterRandom() {}

    /**
     * 32 random bits.
     *
     * <p>The index passes one multiply-shift-multiply round, the key another, their sum two rounds of the finaliser
     * "moremur" (Evensen's constants for the MurmurHash3 finaliser), of which the upper half is returned. The finaliser
     * alone makes a plain counter pass the usual batteries. The rounds before it keep a step of the key from being
     * undone by a step of the index, as it would in {@code key + constant * index}. The key's round leaves an inner
     * loop over indices.
     *
     * @param key the stream
     * @param index the counter within the stream
     * @return 32 uniform, independent bits
     */
    public static int bits(long key, long index) {
        return (int) (mix(key, index) >>> 32);
    }

    private static long mix(long key, long index) {
        long stream = (key ^ 0x6A09E667F3BCC909L) * 0xD1342543DE82EF95L;
        stream ^= stream >>> 32;
        long counter = (index + 0x3C6EF372FE94F82BL) * 0x9E3779B97F4A7C15L;
        counter ^= counter >>> 32;
        counter *= 0xDA942042E4DD58B5L;
        return finalise(stream * 0xAEF17502108EF2D9L + counter);
    }

    private static long finalise(long value) {
        long mixed = value;
        mixed ^= mixed >>> 27;
        mixed *= 0x3C79AC492BA7B653L;
        mixed ^= mixed >>> 33;
        mixed *= 0x1C69B3F74AC4AE35L;
        return mixed ^ mixed >>> 27;
    }

    /**
     * A uniform draw from the open interval (0, 1): one of the numbers (b + 1/2) 2^-32.
     *
     * <p>A float kernel uses the same number rounded, which may be 1 but never 0; compare in double where it matters.
     *
     * @param key the stream
     * @param index the counter within the stream
     * @return a number strictly between 0 and 1
     */
    public static double uniform(long key, long index) {
        // 1 + (b + 1/2) 2^-32, put together from its bits; on JDK 17 a conversion from long would make each draw wait
        // for
        // the one before, since the instruction keeps the upper half of its target register.
        long oneAndFraction = ONE | (mix(key, index) >>> 32 << 20) | HALF_STEP;
        return Double.longBitsToDouble(oneAndFraction) - 1;
    }

    /**
     * A uniform draw between two bounds.
     *
     * @param key the stream
     * @param index the counter within the stream
     * @param low the lower bound
     * @param high the upper bound
     * @return a number between the bounds
     */
    public static double uniform(long key, long index, double low, double high) {
        return low + (high - low) * uniform(key, index);
    }

    /**
     * A draw from the standard normal distribution, by inversion: one uniform draw each, hence at most 6.34 in size.
     *
     * @param key the stream
     * @param index the counter within the stream
     * @return a number with mean 0 and variance 1
     */
    public static double normal(long key, long index) {
        return NormalQuantile.of(uniform(key, index));
    }

    /**
     * A draw from a normal distribution.
     *
     * @param key the stream
     * @param index the counter within the stream
     * @param mean the mean
     * @param deviation the standard deviation
     * @return a number with that mean and standard deviation
     */
    public static double normal(long key, long index, double mean, double deviation) {
        return mean + deviation * normal(key, index);
    }

    /**
     * A draw from the log-normal distribution that itself has the given mean and variance.
     *
     * @param key the stream
     * @param index the counter within the stream
     * @param mean the mean of the draws, above 0
     * @param variance the variance of the draws, 0 or above
     * @return a positive number
     * @throws IllegalArgumentException if the mean is not positive or the variance negative
     */
    public static double lognormal(long key, long index, double mean, double variance) {
        if (!(mean > 0) || !(variance >= 0)) {
            throw new IllegalArgumentException("lognormal needs a mean above 0 and a variance of 0 or more, not mean "
                    + mean + " and variance " + variance);
        }
        double logVariance = StrictMath.log1p(variance / mean / mean);
        double logMean = StrictMath.log(mean) - 0.5 * logVariance;
        return StrictMath.exp(logMean + Math.sqrt(logVariance) * normal(key, index));
    }

    /**
     * A draw from the exponential distribution.
     *
     * @param key the stream
     * @param index the counter within the stream
     * @param mean the mean, the reciprocal of the rate
     * @return a number with the sign of the mean
     */
    public static double exponential(long key, long index, double mean) {
        return -mean * StrictMath.log(uniform(key, index));
    }

    /**
     * A biased coin.
     *
     * @param key the stream
     * @param index the counter within the stream
     * @param probability the probability of 1; at most 0 gives 0, at least 1 gives 1
     * @return 0 or 1
     */
    public static int bernoulli(long key, long index, double probability) {
        return uniform(key, index) < probability ? 1 : 0;
    }

    /**
     * How many tosses of a biased coin it takes until the first 1.
     *
     * @param key the stream; it takes the bits 2 index and 2 index + 1 of it
     * @param index the counter within the stream
     * @param probability the probability of 1; at most 0 never gives one
     * @return 1 to {@link Geometric#MOST_TRIALS}, which stands for all that is longer
     */
    public static int geometric(long key, long index, double probability) {
        return Geometric.trials(key, index, probability);
    }

    /**
     * A draw from the Poisson distribution: by inversion below a mean of 10, else by transformed rejection (PTRS) of
     * Hörmann, "The transformed rejection method for generating Poisson random variables", Insurance: Mathematics and
     * Economics 12, 1993. Rejection takes its draws from a stream of its own, keyed by the key and the index.
     *
     * @param key the stream
     * @param index the counter within the stream
     * @param mean the mean, 0 to 1e9
     * @return a count
     * @throws IllegalArgumentException if the mean is outside that range or not a number
     */
    public static int poisson(long key, long index, double mean) {
        if (!(mean >= 0 && mean <= POISSON_LARGEST_MEAN)) {
            throw new IllegalArgumentException("poisson needs a mean between 0 and 1e9, not " + mean);
        }
        if (mean < POISSON_INVERSION_LIMIT) {
            return poissonByInversion(uniform(key, index), mean);
        }
        return poissonByRejection(key(key, index), mean);
    }

    private static int poissonByInversion(double uniform, double mean) {
        double probability = StrictMath.exp(-mean);
        double left = uniform - probability;
        int count = 0;
        // The bound ends the search where rounding has left a remainder that no further term removes.
        while (left > 0 && count < 100) {
            count++;
            probability *= mean / count;
            left -= probability;
        }
        return count;
    }

    private static int poissonByRejection(long key, double mean) {
        double logMean = StrictMath.log(mean);
        double b = 0.931 + 2.53 * Math.sqrt(mean);
        double a = -0.059 + 0.02483 * b;
        double inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
        double squeeze = 0.9277 - 3.6224 / (b - 2);
        for (long trial = 0; ; trial += 2) {
            double u = uniform(key, trial) - 0.5;
            double v = uniform(key, trial + 1);
            double us = 0.5 - Math.abs(u);
            double count = Math.floor((2 * a / us + b) * u + mean + 0.43);
            if (us >= 0.07 && v <= squeeze) {
                return (int) count;
            }
            boolean possible = count >= 0 && (us >= 0.013 || v <= us);
            if (possible
                    && StrictMath.log(v * inverseAlpha / (a / (us * us) + b))
                            <= count * logMean - mean - logFactorial(count)) {
                return (int) count;
            }
        }
    }

    /** Logarithm of a factorial; the first term that Stirling's series leaves out is below 1e-10 from 10! on. */
    private static double logFactorial(double count) {
        if (count < LOG_FACTORIAL.length) {
            return LOG_FACTORIAL[(int) count];
        }
        double n = count + 1;
        double inverse = 1 / n;
        double square = inverse * inverse;
        double series = inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680)));
        return (n - 0.5) * StrictMath.log(n) - n + 0.91893853320467274178 + series;
    }

    private static double[] logFactorials(int count) {
        double[] logarithms = new double[count];
        double factorial = 1;
        for (int n = 1; n < count; n++) {
            factorial *= n;
            logarithms[n] = StrictMath.log(factorial);
        }
        return logarithms;
    }

    /**
     * The key of a named stream.
     *
     * @param seed the seed of the run
     * @param stream the name of the stream
     * @return a key that differs between seeds and between names
     */
    public static long key(long seed, String stream) {
        long key = key(seed, stream.length());
        for (int position = 0; position < stream.length(); position++) {
            key = key(key, stream.charAt(position));
        }
        return key;
    }

    /**
     * The key of a substream, such as that of one epoch, batch or step; nested calls fold in several counters, and
     * their order matters.
     *
     * @param base the key of the stream
     * @param counter the number of the substream
     * @return a key that differs between the substreams
     */
    public static long key(long base, long counter) {
        // The complement keeps a substream's key from being made of the same bits as the stream's own draw.
        return finalise(~mix(~base, counter));
    }

    /**
     * A random order of the numbers 0 to n - 1, every order equally likely (Fisher and Yates; Durstenfeld, 1964).
     *
     * @param key the stream; the permutation uses its draws 0, 1, 2, ...
     * @param n how many numbers
     * @return the permutation
     */
    public static int[] permutation(long key, int n) {
        int[] order = new int[n];
        for (int position = 0; position < n; position++) {
            order[position] = position;
        }
        long index = 0;
        for (int last = n - 1; last > 0; last--) {
            long bound = last + 1L;
            // Products below 2^32 mod bound would favour some results: Lemire, "Fast random integer generation in an
            // interval", ACM Transactions on Modeling and Computer Simulation 29, 2019.
            long threshold = (1L << 32) % bound;
            long product;
            do {
                product = (bits(key, index++) & 0xFFFFFFFFL) * bound;
            } while ((product & 0xFFFFFFFFL) < threshold);
            int chosen = (int) (product >>> 32);
            int swapped = order[chosen];
            order[chosen] = order[last];
            order[last] = swapped;
        }
        return order;
    }
}
