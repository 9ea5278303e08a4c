package org.altdsl.derive.ode;

import java.util.List;
import org.altdsl.diag.Diagnostic;

/**
 * A system's discretisation.
 *
 * @param steps one for each state, in an order in which they can be carried out in place: none reads what one before
 *     it has written
 * @param diagnostics errors, where a requested method does not fit (the steps are then those of the method that the
 *     compiler would have chosen), and warnings about the length of the step
 */
public record Outcome(List<Step> steps, List<Diagnostic> diagnostics) {
    public Outcome {
        steps = List.copyOf(steps);
        diagnostics = List.copyOf(diagnostics);
    }
}
