package org.altdsl.runtime.kernel;

/**
 * Sums, inner products and extremes of arrays, in one fixed order: element j goes to accumulator j mod 8, and the
 * accumulators are combined as ((0 + 1) + (2 + 3)) + ((4 + 5) + (6 + 7)).
 *
 * <p>One accumulator would wait out the latency of every addition, and the compiler may not reorder floating-point sums
 * by itself.
 */
public final class Reductions {

    private Reductions() {}

    /**
     * The sum of an array, in the order of the class comment.
     *
     * @param x the numbers
     * @param n how many of them, from the first on
     * @return the sum, 0 if there are none
     */
    public static float sum(float[] x, int n) {
        float a0 = 0;
        float a1 = 0;
        float a2 = 0;
        float a3 = 0;
        float a4 = 0;
        float a5 = 0;
        float a6 = 0;
        float a7 = 0;
        int whole = n - n % 8;
        int j = 0;
        for (; j < whole; j += 8) {
            a0 += x[j];
            a1 += x[j + 1];
            a2 += x[j + 2];
            a3 += x[j + 3];
            a4 += x[j + 4];
            a5 += x[j + 5];
            a6 += x[j + 6];
            a7 += x[j + 7];
        }
        int rest = n - j;
        if (rest > 0) {
            a0 += x[j];
        }
        if (rest > 1) {
            a1 += x[j + 1];
        }
        if (rest > 2) {
            a2 += x[j + 2];
        }
        if (rest > 3) {
            a3 += x[j + 3];
        }
        if (rest > 4) {
            a4 += x[j + 4];
        }
        if (rest > 5) {
            a5 += x[j + 5];
        }
        if (rest > 6) {
            a6 += x[j + 6];
        }
        return ((a0 + a1) + (a2 + a3)) + ((a4 + a5) + (a6 + a7));
    }

    /**
     * The inner product of two arrays, in the order of the class comment.
     *
     * @param x the first factors
     * @param y the second factors
     * @param n how many of them, from the first on
     * @return the sum of the products, 0 if there are none
     */
    public static float dot(float[] x, float[] y, int n) {
        float a0 = 0;
        float a1 = 0;
        float a2 = 0;
        float a3 = 0;
        float a4 = 0;
        float a5 = 0;
        float a6 = 0;
        float a7 = 0;
        int whole = n - n % 8;
        int j = 0;
        for (; j < whole; j += 8) {
            a0 += x[j] * y[j];
            a1 += x[j + 1] * y[j + 1];
            a2 += x[j + 2] * y[j + 2];
            a3 += x[j + 3] * y[j + 3];
            a4 += x[j + 4] * y[j + 4];
            a5 += x[j + 5] * y[j + 5];
            a6 += x[j + 6] * y[j + 6];
            a7 += x[j + 7] * y[j + 7];
        }
        int rest = n - j;
        if (rest > 0) {
            a0 += x[j] * y[j];
        }
        if (rest > 1) {
            a1 += x[j + 1] * y[j + 1];
        }
        if (rest > 2) {
            a2 += x[j + 2] * y[j + 2];
        }
        if (rest > 3) {
            a3 += x[j + 3] * y[j + 3];
        }
        if (rest > 4) {
            a4 += x[j + 4] * y[j + 4];
        }
        if (rest > 5) {
            a5 += x[j + 5] * y[j + 5];
        }
        if (rest > 6) {
            a6 += x[j + 6] * y[j + 6];
        }
        return ((a0 + a1) + (a2 + a3)) + ((a4 + a5) + (a6 + a7));
    }

    /**
     * The largest number of an array.
     *
     * @param x the numbers
     * @param n how many of them, from the first on
     * @return the largest, NaN if one is NaN, minus infinity if there are none
     */
    public static float max(float[] x, int n) {
        float a0 = Float.NEGATIVE_INFINITY;
        float a1 = Float.NEGATIVE_INFINITY;
        float a2 = Float.NEGATIVE_INFINITY;
        float a3 = Float.NEGATIVE_INFINITY;
        float a4 = Float.NEGATIVE_INFINITY;
        float a5 = Float.NEGATIVE_INFINITY;
        float a6 = Float.NEGATIVE_INFINITY;
        float a7 = Float.NEGATIVE_INFINITY;
        int whole = n - n % 8;
        int j = 0;
        for (; j < whole; j += 8) {
            a0 = Math.max(a0, x[j]);
            a1 = Math.max(a1, x[j + 1]);
            a2 = Math.max(a2, x[j + 2]);
            a3 = Math.max(a3, x[j + 3]);
            a4 = Math.max(a4, x[j + 4]);
            a5 = Math.max(a5, x[j + 5]);
            a6 = Math.max(a6, x[j + 6]);
            a7 = Math.max(a7, x[j + 7]);
        }
        int rest = n - j;
        if (rest > 0) {
            a0 = Math.max(a0, x[j]);
        }
        if (rest > 1) {
            a1 = Math.max(a1, x[j + 1]);
        }
        if (rest > 2) {
            a2 = Math.max(a2, x[j + 2]);
        }
        if (rest > 3) {
            a3 = Math.max(a3, x[j + 3]);
        }
        if (rest > 4) {
            a4 = Math.max(a4, x[j + 4]);
        }
        if (rest > 5) {
            a5 = Math.max(a5, x[j + 5]);
        }
        if (rest > 6) {
            a6 = Math.max(a6, x[j + 6]);
        }
        float lower = Math.max(Math.max(a0, a1), Math.max(a2, a3));
        float upper = Math.max(Math.max(a4, a5), Math.max(a6, a7));
        return Math.max(lower, upper);
    }

    /**
     * The smallest number of an array.
     *
     * @param x the numbers
     * @param n how many of them, from the first on
     * @return the smallest, NaN if one is NaN, infinity if there are none
     */
    public static float min(float[] x, int n) {
        float a0 = Float.POSITIVE_INFINITY;
        float a1 = Float.POSITIVE_INFINITY;
        float a2 = Float.POSITIVE_INFINITY;
        float a3 = Float.POSITIVE_INFINITY;
        float a4 = Float.POSITIVE_INFINITY;
        float a5 = Float.POSITIVE_INFINITY;
        float a6 = Float.POSITIVE_INFINITY;
        float a7 = Float.POSITIVE_INFINITY;
        int whole = n - n % 8;
        int j = 0;
        for (; j < whole; j += 8) {
            a0 = Math.min(a0, x[j]);
            a1 = Math.min(a1, x[j + 1]);
            a2 = Math.min(a2, x[j + 2]);
            a3 = Math.min(a3, x[j + 3]);
            a4 = Math.min(a4, x[j + 4]);
            a5 = Math.min(a5, x[j + 5]);
            a6 = Math.min(a6, x[j + 6]);
            a7 = Math.min(a7, x[j + 7]);
        }
        int rest = n - j;
        if (rest > 0) {
            a0 = Math.min(a0, x[j]);
        }
        if (rest > 1) {
            a1 = Math.min(a1, x[j + 1]);
        }
        if (rest > 2) {
            a2 = Math.min(a2, x[j + 2]);
        }
        if (rest > 3) {
            a3 = Math.min(a3, x[j + 3]);
        }
        if (rest > 4) {
            a4 = Math.min(a4, x[j + 4]);
        }
        if (rest > 5) {
            a5 = Math.min(a5, x[j + 5]);
        }
        if (rest > 6) {
            a6 = Math.min(a6, x[j + 6]);
        }
        float lower = Math.min(Math.min(a0, a1), Math.min(a2, a3));
        float upper = Math.min(Math.min(a4, a5), Math.min(a6, a7));
        return Math.min(lower, upper);
    }

    /**
     * The sum of an array, in the order of the class comment.
     *
     * @param x the numbers
     * @param n how many of them, from the first on
     * @return the sum, 0 if there are none
     */
    public static double sum(double[] x, int n) {
        double a0 = 0;
        double a1 = 0;
        double a2 = 0;
        double a3 = 0;
        double a4 = 0;
        double a5 = 0;
        double a6 = 0;
        double a7 = 0;
        int whole = n - n % 8;
        int j = 0;
        for (; j < whole; j += 8) {
            a0 += x[j];
            a1 += x[j + 1];
            a2 += x[j + 2];
            a3 += x[j + 3];
            a4 += x[j + 4];
            a5 += x[j + 5];
            a6 += x[j + 6];
            a7 += x[j + 7];
        }
        int rest = n - j;
        if (rest > 0) {
            a0 += x[j];
        }
        if (rest > 1) {
            a1 += x[j + 1];
        }
        if (rest > 2) {
            a2 += x[j + 2];
        }
        if (rest > 3) {
            a3 += x[j + 3];
        }
        if (rest > 4) {
            a4 += x[j + 4];
        }
        if (rest > 5) {
            a5 += x[j + 5];
        }
        if (rest > 6) {
            a6 += x[j + 6];
        }
        return ((a0 + a1) + (a2 + a3)) + ((a4 + a5) + (a6 + a7));
    }

    /**
     * The inner product of two arrays, in the order of the class comment.
     *
     * @param x the first factors
     * @param y the second factors
     * @param n how many of them, from the first on
     * @return the sum of the products, 0 if there are none
     */
    public static double dot(double[] x, double[] y, int n) {
        double a0 = 0;
        double a1 = 0;
        double a2 = 0;
        double a3 = 0;
        double a4 = 0;
        double a5 = 0;
        double a6 = 0;
        double a7 = 0;
        int whole = n - n % 8;
        int j = 0;
        for (; j < whole; j += 8) {
            a0 += x[j] * y[j];
            a1 += x[j + 1] * y[j + 1];
            a2 += x[j + 2] * y[j + 2];
            a3 += x[j + 3] * y[j + 3];
            a4 += x[j + 4] * y[j + 4];
            a5 += x[j + 5] * y[j + 5];
            a6 += x[j + 6] * y[j + 6];
            a7 += x[j + 7] * y[j + 7];
        }
        int rest = n - j;
        if (rest > 0) {
            a0 += x[j] * y[j];
        }
        if (rest > 1) {
            a1 += x[j + 1] * y[j + 1];
        }
        if (rest > 2) {
            a2 += x[j + 2] * y[j + 2];
        }
        if (rest > 3) {
            a3 += x[j + 3] * y[j + 3];
        }
        if (rest > 4) {
            a4 += x[j + 4] * y[j + 4];
        }
        if (rest > 5) {
            a5 += x[j + 5] * y[j + 5];
        }
        if (rest > 6) {
            a6 += x[j + 6] * y[j + 6];
        }
        return ((a0 + a1) + (a2 + a3)) + ((a4 + a5) + (a6 + a7));
    }

    /**
     * The largest number of an array.
     *
     * @param x the numbers
     * @param n how many of them, from the first on
     * @return the largest, NaN if one is NaN, minus infinity if there are none
     */
    public static double max(double[] x, int n) {
        double a0 = Double.NEGATIVE_INFINITY;
        double a1 = Double.NEGATIVE_INFINITY;
        double a2 = Double.NEGATIVE_INFINITY;
        double a3 = Double.NEGATIVE_INFINITY;
        double a4 = Double.NEGATIVE_INFINITY;
        double a5 = Double.NEGATIVE_INFINITY;
        double a6 = Double.NEGATIVE_INFINITY;
        double a7 = Double.NEGATIVE_INFINITY;
        int whole = n - n % 8;
        int j = 0;
        for (; j < whole; j += 8) {
            a0 = Math.max(a0, x[j]);
            a1 = Math.max(a1, x[j + 1]);
            a2 = Math.max(a2, x[j + 2]);
            a3 = Math.max(a3, x[j + 3]);
            a4 = Math.max(a4, x[j + 4]);
            a5 = Math.max(a5, x[j + 5]);
            a6 = Math.max(a6, x[j + 6]);
            a7 = Math.max(a7, x[j + 7]);
        }
        int rest = n - j;
        if (rest > 0) {
            a0 = Math.max(a0, x[j]);
        }
        if (rest > 1) {
            a1 = Math.max(a1, x[j + 1]);
        }
        if (rest > 2) {
            a2 = Math.max(a2, x[j + 2]);
        }
        if (rest > 3) {
            a3 = Math.max(a3, x[j + 3]);
        }
        if (rest > 4) {
            a4 = Math.max(a4, x[j + 4]);
        }
        if (rest > 5) {
            a5 = Math.max(a5, x[j + 5]);
        }
        if (rest > 6) {
            a6 = Math.max(a6, x[j + 6]);
        }
        double lower = Math.max(Math.max(a0, a1), Math.max(a2, a3));
        double upper = Math.max(Math.max(a4, a5), Math.max(a6, a7));
        return Math.max(lower, upper);
    }

    /**
     * The smallest number of an array.
     *
     * @param x the numbers
     * @param n how many of them, from the first on
     * @return the smallest, NaN if one is NaN, infinity if there are none
     */
    public static double min(double[] x, int n) {
        double a0 = Double.POSITIVE_INFINITY;
        double a1 = Double.POSITIVE_INFINITY;
        double a2 = Double.POSITIVE_INFINITY;
        double a3 = Double.POSITIVE_INFINITY;
        double a4 = Double.POSITIVE_INFINITY;
        double a5 = Double.POSITIVE_INFINITY;
        double a6 = Double.POSITIVE_INFINITY;
        double a7 = Double.POSITIVE_INFINITY;
        int whole = n - n % 8;
        int j = 0;
        for (; j < whole; j += 8) {
            a0 = Math.min(a0, x[j]);
            a1 = Math.min(a1, x[j + 1]);
            a2 = Math.min(a2, x[j + 2]);
            a3 = Math.min(a3, x[j + 3]);
            a4 = Math.min(a4, x[j + 4]);
            a5 = Math.min(a5, x[j + 5]);
            a6 = Math.min(a6, x[j + 6]);
            a7 = Math.min(a7, x[j + 7]);
        }
        int rest = n - j;
        if (rest > 0) {
            a0 = Math.min(a0, x[j]);
        }
        if (rest > 1) {
            a1 = Math.min(a1, x[j + 1]);
        }
        if (rest > 2) {
            a2 = Math.min(a2, x[j + 2]);
        }
        if (rest > 3) {
            a3 = Math.min(a3, x[j + 3]);
        }
        if (rest > 4) {
            a4 = Math.min(a4, x[j + 4]);
        }
        if (rest > 5) {
            a5 = Math.min(a5, x[j + 5]);
        }
        if (rest > 6) {
            a6 = Math.min(a6, x[j + 6]);
        }
        double lower = Math.min(Math.min(a0, a1), Math.min(a2, a3));
        double upper = Math.min(Math.min(a4, a5), Math.min(a6, a7));
        return Math.min(lower, upper);
    }
}
