package org.altdsl.names;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A function of the language.
 *
 * @param fewest the smallest number of arguments
 * @param most the largest number of arguments
 * @param times the names of the arguments that are times
 */
public record BuiltinFunction(String name, int fewest, int most, Kind kind, Law law, List<String> times) {
    public BuiltinFunction {
        requireNonNull(name);
        requireNonNull(kind);
        requireNonNull(law);
        times = List.copyOf(times);
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
        INVERSE,
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
