package org.altdsl.runtime.plan;

import static java.util.Objects.requireNonNull;

/** A variable of a program that shows a field of the data, one sample a lane. */
public record Clamp(String variable, String field) {
    public Clamp {
        requireNonNull(variable);
        requireNonNull(field);
    }
}
