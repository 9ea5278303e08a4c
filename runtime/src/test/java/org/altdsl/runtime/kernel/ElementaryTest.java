package org.altdsl.runtime.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ElementaryTest {

    /** A function of a float, for the table below. */
    private interface FloatFunction {
        float at(float x);
    }

    /** A function of a double, for the table below. */
    private interface DoubleFunction {
        double at(double x);
    }

    /** Every this many floats of either sign are tried: 2.1 million arguments a function. */
    private static final int STRIDE = 2039;

    static List<Arguments> functions() {
        return List.of(
                function("exp", Elementary::exp, Math::exp, -69.3f, 2),
                function("tanh", Elementary::tanh, Math::tanh, Float.NEGATIVE_INFINITY, 5),
                function("sigmoid", Elementary::sigmoid, Elementary::sigmoid, -87, 3),
                function("log", Elementary::log, Math::log, Float.NEGATIVE_INFINITY, 1),
                function("softplus", Elementary::softplus, Elementary::softplus, -69.3f, 5),
                function("sqrt", Elementary::sqrt, Math::sqrt, Float.NEGATIVE_INFINITY, 0.5));
    }

    private static Arguments function(String name, FloatFunction fast, DoubleFunction exact, float from, double ulps) {
        return Arguments.of(name, fast, exact, from, ulps);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("functions")
    void errorStaysBelowTheStatedBoundOverAllFloats(
            String name, FloatFunction fast, DoubleFunction exact, float from, double bound) {
        double worst = 0;
        float where = 0;
        for (long bits = 0; bits <= 0x7F800000L; bits += STRIDE) {
            float size = Float.intBitsToFloat((int) bits);
            for (float x : new float[] {size, -size}) {
                double error = x < from ? 0 : ulps(exact.at(x), fast.at(x));
                if (error > worst) {
                    worst = error;
                    where = x;
                }
            }
        }
        assertTrue(worst <= bound, name + " is " + worst + " ulp off at " + where);
    }

    /** Distance in units in the last place of the float nearest to the exact value. */
    private static double ulps(double exact, float approximate) {
        float nearest = (float) exact;
        if (Float.isNaN(nearest)
                || Float.isInfinite(nearest)
                || Float.isNaN(approximate)
                || Float.isInfinite(approximate)) {
            return Float.compare(nearest, approximate) == 0 ? 0 : Double.POSITIVE_INFINITY;
        }
        return Math.abs(approximate - exact) / Math.ulp(nearest);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, 0, 0.5, -Infinity",
        "-0, 1, -0, 0.5, -Infinity",
        "Infinity, Infinity, 1, 1, Infinity",
        "-Infinity, 0, -1, 0, NaN",
        "NaN, NaN, NaN, NaN, NaN",
        "89, Infinity, 1, 1, 4.4886364",
        "-104, 0, -1, 0, NaN",
        "3.4028235e38, Infinity, 1, 1, 88.72284",
        "1.4e-45, 1, 1.4e-45, 0.5, -103.27893",
    })
    void specialValuesAreThoseOfTheExactFunctions(float x, float exp, float tanh, float sigmoid, float log) {
        assertEquals(exp, Elementary.exp(x));
        assertEquals(tanh, Elementary.tanh(x));
        assertEquals(sigmoid, Elementary.sigmoid(x));
        assertEquals(log, Elementary.log(x));
    }

    @Test
    void everyPowerOfFourBelowOverflowIsScaledExactly() {
        // exp(k ln 4) has a remainder of nearly nothing, so a wrong scale would show as a factor of 2.
        for (int k = -49; k <= 63; k++) {
            float x = (float) (k * Math.log(4));
            assertEquals(Math.exp(x), Elementary.exp(x), 2 * Math.ulp((float) Math.exp(x)));
        }
    }

    @Test
    void whatExpWouldMakeNearlySubnormalIsZero() {
        for (float x = -200; x < -69.3f; x += 0.03125f) {
            assertEquals(0, Elementary.exp(x));
        }
        assertEquals(0, Elementary.exp(Math.nextDown(-69.3f)));
        assertTrue(Elementary.exp(-69.3f) > 0x1p-101f);
    }

    @Test
    void sigmoidBelowItsRangeIsSmallerThanTheSmallestNormalNumber() {
        for (float x = -120; x < -87.4f; x += 0.0625f) {
            assertEquals(0, Elementary.sigmoid(x), Float.MIN_NORMAL);
        }
    }

    @Test
    void tanhIsOddAndNeverLeavesTheUnitInterval() {
        for (float x = 0; x < 12; x += 0x1p-12f) {
            assertTrue(Elementary.tanh(x) <= 1);
            assertEquals(-Elementary.tanh(x), Elementary.tanh(-x));
        }
    }

    @Test
    void doubleVersionsAreThoseOfMath() {
        for (double x = -800; x < 800; x += 0.37) {
            assertEquals(Math.exp(x), Elementary.exp(x));
            assertEquals(Math.tanh(x), Elementary.tanh(x));
            assertEquals(Math.log(x), Elementary.log(x));
            assertEquals(Math.sqrt(x), Elementary.sqrt(x));
            assertEquals(x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)), Elementary.softplus(x));
        }
    }

    @Test
    void aboveIsTheComparisonForAllFiniteNumbersAndInfinities() {
        float[] numbers = {
            0f, -0f, Float.MIN_VALUE, -Float.MIN_VALUE, Float.MIN_NORMAL, 1f, Math.nextUp(1f), -1f, 3e38f, -3e38f
        };
        for (float x : numbers) {
            for (float bound : numbers) {
                assertEquals(x > bound ? 1f : 0f, Elementary.above(x, bound), x + " above " + bound);
                assertEquals(x > bound ? 1.0 : 0.0, Elementary.above((double) x, (double) bound));
            }
            assertEquals(1f, Elementary.above(Float.POSITIVE_INFINITY, x));
            assertEquals(0f, Elementary.above(Float.NEGATIVE_INFINITY, x));
            assertEquals(0f, Elementary.above(x, Float.POSITIVE_INFINITY));
        }
        assertEquals(1.0, Elementary.above(Double.MIN_VALUE, 0.0));
        assertEquals(0.0, Elementary.above(0.0, Double.MIN_VALUE));
    }

    @Test
    void nothingIsTooCloseToALargeConstantToBeClearlyAbove() {
        for (float bound : new float[] {(float) Elementary.CLEAR_FLOAT, -0.05f, 1f, -3e38f}) {
            for (float x : new float[] {bound, Math.nextUp(bound), Math.nextDown(bound), 0f, -bound, 1e30f, -1e30f}) {
                assertEquals(x > bound ? 1f : 0f, Elementary.clearlyAbove(x, bound), x + " above " + bound);
                assertEquals(bound > x ? 1f : 0f, Elementary.clearlyAbove(bound, x), bound + " above " + x);
            }
            assertEquals(0f, Elementary.clearlyAbove(Float.NEGATIVE_INFINITY, bound));
        }
        for (double bound : new double[] {Elementary.CLEAR_DOUBLE, -0.05, 1, -1e300}) {
            for (double x : new double[] {bound, Math.nextUp(bound), Math.nextDown(bound), 0, -bound, 1e200}) {
                assertEquals(x > bound ? 1.0 : 0.0, Elementary.clearlyAbove(x, bound), x + " above " + bound);
                assertEquals(bound > x ? 1.0 : 0.0, Elementary.clearlyAbove(bound, x), bound + " above " + x);
            }
        }
    }

    @Test
    void countsAreComparedAndCountedDownExactly() {
        for (int count : new int[] {0, 1, 2, 3, 50, 1 << 24}) {
            assertEquals(count > 0 ? 1f : 0f, Elementary.some((float) count));
            assertEquals(count > 0 ? 1.0 : 0.0, Elementary.some((double) count));
            assertEquals(Math.max(0, count - 1), Elementary.countDown((float) count));
            assertEquals(Math.max(0, count - 1), Elementary.countDown((double) count));
        }
    }
}
