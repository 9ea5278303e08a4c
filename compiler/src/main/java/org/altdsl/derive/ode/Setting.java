package org.altdsl.derive.ode;

import static java.util.Objects.requireNonNull;

import java.util.Set;
import java.util.function.Predicate;
import org.altdsl.ir.Var;

/**
 * What the equations of a system are discretised for.
 *
 * @param dt the step in seconds
 * @param noise the variables that hold independent draws from the standard normal distribution, new in each step; in a
 *     rate such a variable stands for white noise, with the unit 1/sqrt(s)
 * @param constant whether a variable keeps its value through a run, as parameters do
 * @param workspace where values beside the states go
 */
public record Setting(double dt, Set<Var> noise, Predicate<Var> constant, Workspace workspace) {
    public Setting {
        noise = Set.copyOf(noise);
        requireNonNull(constant);
        requireNonNull(workspace);
        if (!(dt > 0) || Double.isInfinite(dt)) {
            throw new IllegalArgumentException("step of " + dt + " s");
        }
    }
}
