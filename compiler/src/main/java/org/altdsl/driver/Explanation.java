package org.altdsl.driver;

import static java.util.Objects.requireNonNull;

/**
 * What the compiler knows of a rule, as texts.
 *
 * @param card what information it uses, and what it costs
 * @param equations its equations, with everything it inherits
 * @param ir the program it becomes on a small host network
 * @param java the kernels of that program
 */
public record Explanation(String card, String equations, String ir, String java) {
    public Explanation {
        requireNonNull(card);
        requireNonNull(equations);
        requireNonNull(ir);
        requireNonNull(java);
    }
}
