package org.altdsl.derive.ode;

import static java.util.Objects.requireNonNull;

import org.altdsl.ir.Expr;
import org.altdsl.ir.Var;

/**
 * One state's update.
 *
 * @param value its value after the step, over the current reads of the system and what the workspace returned
 * @param method how it was found
 * @param reason why that method, in words
 */
public record Step(Var state, Expr value, Method method, String reason) {
    public Step {
        requireNonNull(state);
        requireNonNull(value);
        requireNonNull(method);
        requireNonNull(reason);
    }
}
