package org.altdsl.runtime.plan;

import static java.util.Objects.requireNonNull;

/**
 * What a network in time measures, and how its numbers are shown.
 *
 * @param name the measure, as the experiment writes it
 * @param unit the symbol of its unit; empty for pure numbers, and where nothing is known of it
 * @param scale how many units of the SI one of it is, above 0
 * @param range where its values can lie
 */
public record Measured(String name, String unit, double scale, Range range) {

    /** Where values can lie. */
    public enum Range {
        /** From 0 to 1. */
        SHARE,
        /** From 0 on, as rates and counts. */
        NOT_NEGATIVE,
        /** Anywhere, as far as anyone knows. */
        ANY
    }

    public Measured {
        requireNonNull(name);
        requireNonNull(unit);
        requireNonNull(range);
        if (!(scale > 0)) {
            throw new IllegalArgumentException("the scale of " + unit + " is " + scale);
        }
    }
}
