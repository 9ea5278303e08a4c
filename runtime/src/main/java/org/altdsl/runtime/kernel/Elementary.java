package org.altdsl.runtime.kernel;

/**
 * Elementary functions for generated loops: float approximations that the just-in-time compiler can vectorise, and
 * double versions under the same names that call {@link Math}.
 *
 * <p>"ulp" below is a unit in the last place of the float nearest to the exact result. NaN gives NaN throughout.
 * All float functions but {@link #log(float)} consist of arithmetic, {@code Math.fma} and {@code Math.min/max} only:
 * HotSpot up to JDK 25 does not vectorise moves between the integer and the floating-point view of a number, by which
 * the usual versions scale by a power of two. {@link #log(float)} does read the exponent, and runs one element at a
 * time.
 */
public final class Elementary {

    /** Adding and subtracting 1.5 * 2^23 rounds a small float to an integer. */
    private static final float ROUNDING = 0x1.8p23f;

    private static final float INVERSE_LN4 = 0.72134752f;

    private static final float LN4_HIGH = (float) 1.3862943611198906188;

    private static final float LN4_LOW = (float) (1.3862943611198906188 - LN4_HIGH);

    private static final float LN2_HIGH = (float) 0.6931471805599453094;

    private static final float LN2_LOW = (float) (0.6931471805599453094 - LN2_HIGH);

    /** Floats of at least this size differ from others by 2^-125 or more. */
    public static final double CLEAR_FLOAT = 0x1p-100;

    /** Doubles of at least this size differ from others by 2^-954 or more. */
    public static final double CLEAR_DOUBLE = 0x1p-900;

    private Elementary() {}

    /**
     * The exponential function; error below 2 ulp. Overflow gives infinity; below -69.3 it is 0.
     *
     * <p>What is smaller than 2^-100 would be subnormal as soon as it is multiplied or divided a few times, as in the
     * softmax of a layer with a clear winner; some processors take a hundred times as long with subnormal numbers,
     * and Java cannot tell them to take those for 0.
     *
     * <p>exp(x) = 4^k exp(r) with |r| at most ln 2; a polynomial for exp(r), fitted for least relative error; 2^k is
     * multiplied in twice.
     *
     * @param x any number
     * @return e to the power x
     */
    public static float exp(float x) {
        float bounded = Math.max(-70f, Math.min(89f, x));
        float k = Math.fma(bounded, INVERSE_LN4, ROUNDING) - ROUNDING;
        float r = Math.fma(k, -LN4_LOW, Math.fma(k, -LN4_HIGH, bounded));
        float q = Math.fma(r, 0.00019610326f, 0.0014105506f);
        q = Math.fma(r, q, 0.008336131626f);
        q = Math.fma(r, q, 0.0416612174f);
        q = Math.fma(r, q, 0.1666661335f);
        q = Math.fma(r, q, 0.50000035f);
        float p = 1f + Math.fma(r * r, q, r);
        float scale = powerOfTwo(k);
        float kept = Math.max(0f, Math.min(1f, Math.fma(bounded + 69.3f, 1e30f, 1f)));
        return p * scale * scale * kept;
    }

    /**
     * Two to an integer power between -51 and 64, exactly.
     *
     * <p>A cubic for 1.22 * 2^(k / 64), raised to the power 64, lies between 1.09 and 1.36 times 2^k. Beside a number
     * 2^23 times as large, whose last place is worth 2^k, it is rounded to 2^k.
     */
    private static float powerOfTwo(float k) {
        float t = k * 0.015625f;
        float a = Math.fma(t, 0.050968941f, 0.25062749f);
        a = Math.fma(t, a, 0.69944208f);
        a = Math.fma(t, a, 1.0020875f);
        a *= a;
        a *= a;
        a *= a;
        a *= a;
        a *= a;
        a *= a;
        float large = a * 0x1p23f;
        return large + a - large;
    }

    /**
     * The exponential function of {@link Math}.
     *
     * @param x any number
     * @return e to the power x
     */
    public static double exp(double x) {
        return Math.exp(x);
    }

    /**
     * The hyperbolic tangent; error below 5 ulp, never above 1 in size, odd.
     *
     * <p>x P(x²) / Q(x²) with P of degree 5 and Q of degree 4, fitted for least relative error up to |x| = 9.02.
     *
     * @param x any number
     * @return a number between -1 and 1
     */
    public static float tanh(float x) {
        float y = Math.max(-9.02f, Math.min(9.02f, x));
        float s = y * y;
        float p = Math.fma(s, -1.2203397e-11f, 3.0584927e-8f);
        p = Math.fma(s, p, 2.8007418e-5f);
        p = Math.fma(s, p, 3.8683257e-3f);
        p = Math.fma(s, p, 1.3679913e-1f);
        p = Math.fma(s, p, 1f);
        float q = Math.fma(s, 1.2873638e-6f, 3.9386275e-4f);
        q = Math.fma(s, q, 2.7245831e-2f);
        q = Math.fma(s, q, 4.7013245e-1f);
        q = Math.fma(s, q, 1f);
        return Math.max(-1f, Math.min(1f, y * p / q));
    }

    /**
     * The hyperbolic tangent of {@link Math}.
     *
     * @param x any number
     * @return a number between -1 and 1
     */
    public static double tanh(double x) {
        return Math.tanh(x);
    }

    /**
     * The logistic function 1 / (1 + exp(-x)); error below 3 ulp for x above -87, below 2^-126 in absolute terms
     * elsewhere.
     *
     * @param x any number
     * @return a number between 0 and 1
     */
    public static float sigmoid(float x) {
        return 1f / (1f + exp(-x));
    }

    /**
     * The logistic function 1 / (1 + exp(-x)).
     *
     * @param x any number
     * @return a number between 0 and 1
     */
    public static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /**
     * The natural logarithm; error below 1 ulp. Zero gives minus infinity, a negative number NaN.
     *
     * <p>log(m 2^e) = e ln 2 + log(1 + f), with f = m - 1 and a polynomial fitted for least relative error. Zero,
     * subnormal and negative numbers take the slow way through {@link Math}.
     *
     * @param x any number
     * @return the logarithm of x
     */
    public static float log(float x) {
        if (!(x >= Float.MIN_NORMAL && x <= Float.MAX_VALUE)) {
            return (float) Math.log(x);
        }
        int bits = Float.floatToRawIntBits(x);
        // Counted from the bits of sqrt(1/2), the exponent splits off a mantissa between sqrt(1/2) and sqrt(2).
        int shifted = bits - 0x3F3504F3;
        float e = shifted >> 23;
        float f = Float.intBitsToFloat(bits - (shifted & 0xFF800000)) - 1f;
        float q = Math.fma(f, -0.076345007f, 0.12761582f);
        q = Math.fma(f, q, -0.13160183f);
        q = Math.fma(f, q, 0.14201757f);
        q = Math.fma(f, q, -0.16623357f);
        q = Math.fma(f, q, 0.20001227f);
        q = Math.fma(f, q, -0.25000821f);
        q = Math.fma(f, q, 0.33333332f);
        float square = f * f;
        float small = Math.fma(e, LN2_LOW, Math.fma(square * f, q, -0.5f * square));
        return Math.fma(e, LN2_HIGH, f + small);
    }

    /**
     * The natural logarithm of {@link Math}.
     *
     * @param x any number
     * @return the logarithm of x
     */
    public static double log(double x) {
        return Math.log(x);
    }

    /**
     * The function log(1 + exp(x)); error below 5 ulp; below -69.3 it is 0.
     *
     * <p>max(x, 0) + log(1 + e) with e = exp(-|x|), the logarithm as e P(e) / Q(e) with P and Q of degree 3, fitted for
     * least relative error.
     *
     * @param x any number
     * @return a number that is not negative
     */
    public static float softplus(float x) {
        float e = exp(-Math.abs(x));
        float p = Math.fma(e, 0.0034172858f, 0.23815765f);
        p = Math.fma(e, p, 1.0662187f);
        p = Math.fma(e, p, 1f);
        float q = Math.fma(e, 0.075287333f, 0.68793652f);
        q = Math.fma(e, q, 1.5662185f);
        q = Math.fma(e, q, 1f);
        return Math.max(x, 0f) + e * p / q;
    }

    /**
     * The function log(1 + exp(x)).
     *
     * @param x any number
     * @return a number that is not negative
     */
    public static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    /** The smaller of a number and a bound, by a branch; what is no number stays so. */
    public static float atMost(float x, float bound) {
        return x > bound ? bound : x;
    }

    /** The smaller of a number and a bound, by a branch; what is no number stays so. */
    public static double atMost(double x, double bound) {
        return x > bound ? bound : x;
    }

    /** The larger of a number and a bound, by a branch; what is no number stays so. */
    public static float atLeast(float x, float bound) {
        return x < bound ? bound : x;
    }

    /** The larger of a number and a bound, by a branch; what is no number stays so. */
    public static double atLeast(double x, double bound) {
        return x < bound ? bound : x;
    }

    /**
     * Whether a number is above another, without a branch; exact where one of them is finite. The difference of unequal
     * floats is at least the least subnormal one, which the two factors lift above 1.
     *
     * @param x a number; NaN gives NaN
     * @param bound what it is compared with
     * @return 1 if x &gt; bound, 0 if not
     */
    public static float above(float x, float bound) {
        return Math.min(1f, Math.max(0f, x - bound) * 1e38f * 1e38f);
    }

    /**
     * Whether a number is above another, without a branch; exact where one of them is finite.
     *
     * @param x a number; NaN gives NaN
     * @param bound what it is compared with
     * @return 1 if x &gt; bound, 0 if not
     */
    public static double above(double x, double bound) {
        return Math.min(1, Math.max(0, x - bound) * 1e300 * 1e300);
    }

    /**
     * Whether a number is above another, one of which is a constant at least as large as {@link #CLEAR_FLOAT}, so that
     * the difference of unequal ones is not too small for a single factor. Without a branch.
     *
     * @param x a number; NaN gives NaN
     * @param bound what it is compared with
     * @return 1 if x &gt; bound, 0 if not
     */
    public static float clearlyAbove(float x, float bound) {
        return Math.min(1f, Math.max(0f, x - bound) * 0x1p126f);
    }

    /**
     * Whether a number is above another, one of which is a constant at least as large as {@link #CLEAR_DOUBLE}.
     *
     * @param x a number; NaN gives NaN
     * @param bound what it is compared with
     * @return 1 if x &gt; bound, 0 if not
     */
    public static double clearlyAbove(double x, double bound) {
        return Math.min(1, Math.max(0, x - bound) * 0x1p1000);
    }

    /**
     * Whether a count is above 0, without a branch.
     *
     * @param count a whole number, not negative
     * @return 1 if count &gt; 0, 0 if not
     */
    public static float some(float count) {
        float rest = 1f - count;
        return 1f - 0.5f * (rest + Math.abs(rest));
    }

    /**
     * Whether a count is above 0, without a branch.
     *
     * @param count a whole number, not negative
     * @return 1 if count &gt; 0, 0 if not
     */
    public static double some(double count) {
        double rest = 1 - count;
        return 1 - 0.5 * (rest + Math.abs(rest));
    }

    /**
     * One less, but not less than 0; twice as fast as a maximum, which has to mind what is no number.
     *
     * @param count a whole number, not negative
     * @return max(0, count - 1)
     */
    public static float countDown(float count) {
        float rest = count - 1f;
        return 0.5f * (rest + Math.abs(rest));
    }

    /**
     * One less, but not less than 0.
     *
     * @param count a whole number, not negative
     * @return max(0, count - 1)
     */
    public static double countDown(double count) {
        double rest = count - 1;
        return 0.5 * (rest + Math.abs(rest));
    }

    /**
     * The square root, correctly rounded.
     *
     * @param x any number
     * @return the square root of x
     */
    public static float sqrt(float x) {
        return (float) Math.sqrt(x);
    }

    /**
     * The square root, correctly rounded.
     *
     * @param x any number
     * @return the square root of x
     */
    public static double sqrt(double x) {
        return Math.sqrt(x);
    }
}
