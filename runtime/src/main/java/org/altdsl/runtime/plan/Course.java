package org.altdsl.runtime.plan;

import java.math.BigDecimal;
import java.math.MathContext;

/** What the course of a run is counted in. */
public enum Course {
    /** A network that is trained on samples: in epochs. */
    EPOCHS("epoch"),
    /** A network in time: in seconds of its own time. */
    SECONDS("time (s)"),
    /** A network in time that counts steps. */
    STEPS("step");

    private final String axis;

    Course(String axis) {
        this.axis = axis;
    }

    /** Whether the network runs in time. */
    public boolean isInTime() {
        return this != EPOCHS;
    }

    /** What a chart writes below its axis. */
    public String axis() {
        return axis;
    }

    /** A place in the course, in words: {@code epoch 3}, {@code 1.5 s}, {@code step 200}. */
    public String at(double place) {
        return switch (this) {
            case EPOCHS -> "epoch " + (long) place;
            case SECONDS -> exact(place) + "\u00a0s";
            case STEPS -> "step " + (long) place;
        };
    }

    private static String exact(double value) {
        return new BigDecimal(value)
                .round(new MathContext(9))
                .stripTrailingZeros()
                .toPlainString()
                .replace('-', '\u2212');
    }
}
