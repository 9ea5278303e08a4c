package org.altdsl.names;

import static java.util.Objects.requireNonNull;

/**
 * A function of the language.
 *
 * @param fewest the smallest number of arguments
 * @param most the largest number of arguments
 */
public record BuiltinFunction(String name, int fewest, int most, Kind kind, Law law) {
    public BuiltinFunction {
        requireNonNull(name);
        requireNonNull(kind);
        requireNonNull(law);
    }

    /** What a function is for; the resource table says what each word means. */
    public enum Kind {
        ELEMENTWISE,
        REDUCTION,
        DISTRIBUTION,
        FILTER,
        DERIVATIVE,
        PATHWAY,
        DATA,
        SPIKES,
        STRUCTURE,
        SURROGATE,
        MEASURE,
        PLOT,
        POPULATION
    }

    /** What a function does to units; the resource table says what each word means. */
    public enum Law {
        NUMBER,
        SAME,
        ALIKE,
        PURE,
        ROOT,
        SQUARE,
        POWER,
        FILTER,
        RATE,
        TIME,
        FREE
    }

    /** {@code 1 argument}, {@code 1 to 3 arguments}, {@code at least 1 argument}. */
    public String arity() {
        if (most == Integer.MAX_VALUE) {
            return "at least " + fewest + (fewest == 1 ? " argument" : " arguments");
        }
        if (fewest == most) {
            return fewest + (fewest == 1 ? " argument" : " arguments");
        }
        return fewest + " to " + most + " arguments";
    }
}
