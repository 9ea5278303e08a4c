package org.altdsl.runtime.plan;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * The comparison of a rule's effective change of each weight with a reference direction.
 *
 * @param code the program that computes the reference
 * @param clamps its data
 * @param pairs which variable of it belongs to which weight
 */
public record Alignment(ProgramCode code, List<Clamp> clamps, List<Pair> pairs) {
    public Alignment {
        requireNonNull(code);
        clamps = List.copyOf(clamps);
        pairs = List.copyOf(pairs);
    }

    /**
     * One weight.
     *
     * @param metric the name of the result, such as {@code alignment[h]}
     * @param weight the weight, which has this name in both programs
     * @param direction the variable that holds the reference direction; the weight's own name where the reference
     *     program changes the weight and its change is the direction
     * @param sign -1 where {@code direction} points up what is to be made small
     */
    public record Pair(String metric, String weight, String direction, double sign) {
        public Pair {
            requireNonNull(metric);
            requireNonNull(weight);
            requireNonNull(direction);
        }
    }
}
