package org.altdsl.runtime.kernel;

/**
 * Numbers that decay, without the numbers below the normal range that they end in: a processor takes a hundred times as
 * long for those, so that a network in which some neurons are silent for long would slow down by as much.
 *
 * <p>A small number is added and taken away again, which a loop does for several elements at once. What is much larger
 * stays as it is; what is smaller ends as a multiple of its last bit: 1e-25 in single, 1e-166 in double precision.
 */
public final class Vanishing {
    private static final float SMALL_FLOAT = 0x1p-60f;
    private static final double SMALL_DOUBLE = 0x1p-500;

    private Vanishing() {}

    /** The number, or zero where it is next to nothing. */
    public static float end(float value) {
        return value + SMALL_FLOAT - SMALL_FLOAT;
    }

    /** The number, or zero where it is next to nothing. */
    public static double end(double value) {
        return value + SMALL_DOUBLE - SMALL_DOUBLE;
    }
}
