package org.altdsl.runtime.plan;

import static java.util.Objects.requireNonNull;

/**
 * Something that a rule promises to conserve.
 *
 * @param variable how far it is off, one number a batch
 * @param rounded what to multiply with the unit round-off of the executor's numbers for what their rounding may add
 * @param tolerance how far it may be off in exact arithmetic
 * @param text what is conserved, as written
 * @param place where that is written, as {@code file:line:column}
 * @param layer the layer concerned
 */
public record Invariant(String variable, String rounded, double tolerance, String text, String place, String layer) {
    public Invariant {
        requireNonNull(variable);
        requireNonNull(rounded);
        requireNonNull(text);
        requireNonNull(place);
        requireNonNull(layer);
    }
}
