package org.altdsl.runtime.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReductionsTest {

    /** The documented order, written as an array of accumulators. */
    private static float orderedSum(float[] terms, int n) {
        float[] a = new float[8];
        for (int j = 0; j < n; j++) {
            a[j % 8] += terms[j];
        }
        return ((a[0] + a[1]) + (a[2] + a[3])) + ((a[4] + a[5]) + (a[6] + a[7]));
    }

    private static double orderedSum(double[] terms, int n) {
        double[] a = new double[8];
        for (int j = 0; j < n; j++) {
            a[j % 8] += terms[j];
        }
        return ((a[0] + a[1]) + (a[2] + a[3])) + ((a[4] + a[5]) + (a[6] + a[7]));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 100, 1003})
    void sumsFollowTheDocumentedOrderToTheLastBit(int n) {
        Random random = new Random(n);
        float[] x = new float[n + 5];
        float[] y = new float[n + 5];
        float[] products = new float[n + 5];
        double[] u = new double[n + 5];
        double[] v = new double[n + 5];
        double[] doubleProducts = new double[n + 5];
        for (int j = 0; j < n + 5; j++) {
            x[j] = (float) random.nextGaussian();
            y[j] = (float) random.nextGaussian();
            products[j] = x[j] * y[j];
            u[j] = random.nextGaussian();
            v[j] = random.nextGaussian();
            doubleProducts[j] = u[j] * v[j];
        }
        assertEquals(orderedSum(x, n), Reductions.sum(x, n));
        assertEquals(orderedSum(products, n), Reductions.dot(x, y, n));
        assertEquals(orderedSum(u, n), Reductions.sum(u, n));
        assertEquals(orderedSum(doubleProducts, n), Reductions.dot(u, v, n));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 8, 9, 15, 16, 17, 29})
    void extremesAreFoundAtEveryPositionAndNothingBeyondIsRead(int n) {
        for (int position = 0; position < n; position++) {
            float[] x = new float[n + 1];
            double[] u = new double[n + 1];
            x[n] = Float.NaN;
            u[n] = Double.NaN;
            x[position] = 2;
            u[position] = 2;
            assertEquals(2f, Reductions.max(x, n));
            assertEquals(2.0, Reductions.max(u, n));
            x[position] = -2;
            u[position] = -2;
            assertEquals(-2f, Reductions.min(x, n));
            assertEquals(-2.0, Reductions.min(u, n));
            x[position] = Float.NaN;
            u[position] = Double.NaN;
            assertEquals(Float.NaN, Reductions.max(x, n));
            assertEquals(Float.NaN, Reductions.min(x, n));
            assertEquals(Float.NaN, Reductions.sum(x, n));
            assertEquals(Double.NaN, Reductions.max(u, n));
            assertEquals(Double.NaN, Reductions.min(u, n));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    void nothingHasTheNeutralElementForItsResult(int length) {
        assertEquals(0f, Reductions.sum(new float[length], 0));
        assertEquals(0f, Reductions.dot(new float[length], new float[length], 0));
        assertEquals(Float.NEGATIVE_INFINITY, Reductions.max(new float[length], 0));
        assertEquals(Float.POSITIVE_INFINITY, Reductions.min(new float[length], 0));
        assertEquals(Double.NEGATIVE_INFINITY, Reductions.max(new double[length], 0));
        assertEquals(Double.POSITIVE_INFINITY, Reductions.min(new double[length], 0));
    }
}
