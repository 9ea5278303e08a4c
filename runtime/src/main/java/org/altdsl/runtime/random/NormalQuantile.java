package org.altdsl.runtime.random;

/**
 * The inverse of the standard normal distribution function: PPND16 of Wichura, "Algorithm AS 241: the percentage points
 * of the normal distribution", Applied Statistics 37, 1988; relative error about 1e-15.
 */
final class NormalQuantile {

    /** Half the width of the central interval, on which the argument itself is the variable. */
    private static final double CENTRE = 0.425;

    /** The bits of the double 1.5 * 2^52, whose last place is worth 1. */
    private static final long INTEGERS = 0x4338000000000000L;

    private static final double LN2 = 0.6931471805599453094;

    private NormalQuantile() {}

    /**
     * The number that a standard normal variable stays below with a given probability.
     *
     * @param probability between 2^-33 and 1 - 2^-33, the range of {@link CounterRandom#uniform(long, long)}; the third
     *     rational function of the paper, for probabilities below exp(-25), is therefore not needed
     * @return the quantile
     */
    static double of(double probability) {
        double offset = probability - 0.5;
        if (Math.abs(offset) <= CENTRE) {
            return offset * central(CENTRE * CENTRE - offset * offset);
        }
        double tail = offset < 0 ? probability : 1 - probability;
        double size = outer(Math.sqrt(-logarithm(tail)) - 1.6);
        return offset < 0 ? -size : size;
    }

    private static double central(double r) {
        double numerator =
                ((((((2.5090809287301226727e+3 * r + 3.3430575583588128105e+4) * r + 6.7265770927008700853e+4) * r
                                                                                        + 4.5921953931549871457e+4)
                                                                                * r
                                                                        + 1.3731693765509461125e+4)
                                                                * r
                                                        + 1.9715909503065514427e+3)
                                                * r
                                        + 1.3314166789178437745e+2)
                                * r
                        + 3.3871328727963666080e+0;
        double denominator =
                ((((((5.2264952788528545610e+3 * r + 2.8729085735721942674e+4) * r + 3.9307895800092710610e+4) * r
                                                                                        + 2.1213794301586595867e+4)
                                                                                * r
                                                                        + 5.3941960214247511077e+3)
                                                                * r
                                                        + 6.8718700749205790830e+2)
                                                * r
                                        + 4.2313330701600911252e+1)
                                * r
                        + 1;
        return numerator / denominator;
    }

    private static double outer(double r) {
        double numerator =
                ((((((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r + 2.41780725177450611770e-1) * r
                                                                                        + 1.27045825245236838258e+0)
                                                                                * r
                                                                        + 3.64784832476320460504e+0)
                                                                * r
                                                        + 5.76949722146069140550e+0)
                                                * r
                                        + 4.63033784615654529590e+0)
                                * r
                        + 1.42343711074968357734e+0;
        double denominator =
                ((((((1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r + 1.51986665636164571966e-2) * r
                                                                                        + 1.48103976427480074590e-1)
                                                                                * r
                                                                        + 6.89767334985100004550e-1)
                                                                * r
                                                        + 1.67638483018380384940e+0)
                                                * r
                                        + 2.05319162663775882187e+0)
                                * r
                        + 1;
        return numerator / denominator;
    }

    /**
     * The natural logarithm of a positive normal number, to about 1 ulp, from the four operations only: the same bits on
     * every machine, at a third of the cost of {@link StrictMath#log(double)} on JDK 17. The series
     * log((1 + s) / (1 - s)) = 2 (s + s³/3 + s⁵/5 + ...) is cut where its next term, with |s| below 0.172, is below
     * 2^-57.
     */
    static double logarithm(double x) {
        long bits = Double.doubleToRawLongBits(x);
        // Counted from the bits of sqrt(1/2), the exponent splits off a mantissa between sqrt(1/2) and sqrt(2).
        long shifted = bits - 0x3FE6A09E667F3BCDL;
        double exponent = Double.longBitsToDouble(INTEGERS + (shifted >> 52)) - 0x1.8p52;
        double f = Double.longBitsToDouble(bits - (shifted & 0xFFF0000000000000L)) - 1;
        double s = f / (2 + f);
        double z = s * s;
        double series = 1.0 / 21;
        series = series * z + 1.0 / 19;
        series = series * z + 1.0 / 17;
        series = series * z + 1.0 / 15;
        series = series * z + 1.0 / 13;
        series = series * z + 1.0 / 11;
        series = series * z + 1.0 / 9;
        series = series * z + 1.0 / 7;
        series = series * z + 1.0 / 5;
        series = series * z + 1.0 / 3;
        // 2 s = f - s f keeps the leading term exact.
        return exponent * LN2 + (f - s * (f - 2 * z * series));
    }
}
