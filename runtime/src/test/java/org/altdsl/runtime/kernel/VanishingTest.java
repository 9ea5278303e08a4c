package org.altdsl.runtime.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class VanishingTest {
    @Test
    void decayEndsAboveTheNumbersThatAreSlow() {
        float single = 1;
        double twice = 1;
        for (int step = 0; step < 100_000; step++) {
            single = Vanishing.end(0.95f * single);
            twice = Vanishing.end(0.95 * twice);
            // A hundredth of what is left is a normal number as well.
            assertTrue(single == 0 || single / 1e10f >= Float.MIN_NORMAL, "step " + step);
            assertTrue(twice == 0 || twice / 1e100 >= Double.MIN_NORMAL, "step " + step);
        }
        assertTrue(single < 1e-23f && twice < 1e-160);
    }

    @Test
    void whatMattersStaysAsItIs() {
        for (float value = 1e30f; value > 1e-10f; value *= 0.37f) {
            assertEquals(value, Vanishing.end(value));
            assertEquals(-value, Vanishing.end(-value));
        }
        for (double value = 1e300; value > 1e-130; value *= 0.37) {
            assertEquals(value, Vanishing.end(value));
        }
        assertTrue(Float.isNaN(Vanishing.end(Float.NaN)));
        assertEquals(Float.POSITIVE_INFINITY, Vanishing.end(Float.POSITIVE_INFINITY));
    }

    @Test
    void smallNumbersLoseNoMoreThanTheirLastBits() {
        for (float value = 1e-10f; value > 1e-18f; value *= 0.87f) {
            assertEquals(value, Vanishing.end(value), 1.2e-7f * value);
        }
    }
}
