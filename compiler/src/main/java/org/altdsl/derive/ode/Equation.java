package org.altdsl.derive.ode;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Var;
import org.altdsl.source.Span;

/**
 * One differential equation of a system.
 *
 * @param state what moves
 * @param current the read of the state at the start of the step, by which the rates of the system refer to it
 * @param rate its derivative by time, in its SI unit per second, over the current reads of the system's states, over
 *     reads that are constant during the step and over draws of noise; what is defined from states is written out,
 *     not read from a temporary
 * @param frozen a condition, constant during the step, under which the state stands still, such as refractoriness
 * @param span where the equation was written
 */
public record Equation(Var state, Expr.Read current, Expr rate, Optional<Expr> frozen, Span span) {
    public Equation {
        requireNonNull(state);
        requireNonNull(current);
        requireNonNull(rate);
        requireNonNull(frozen);
        requireNonNull(span);
        if (!current.variable().equals(state)) {
            throw new IllegalArgumentException(current.variable() + " is not " + state);
        }
        if (!state.space().contains(rate.space())) {
            throw new IllegalArgumentException(state + " cannot move at rates on " + rate.space());
        }
    }

    /** An equation that always holds. */
    public Equation(Var state, Expr.Read current, Expr rate, Span span) {
        this(state, current, rate, Optional.empty(), span);
    }

    String name() {
        return state.label();
    }
}
