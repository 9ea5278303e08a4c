package org.altdsl.ir;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.source.Span;

/**
 * A variable: one value at every point of a space. Two variables of a program are the same when their names are.
 *
 * @param name unique in its program, such as {@code h.u}, {@code x->h.w}, {@code x->h.dw}
 * @param life when it is initialised from {@code init}; {@link Scope#STEP} is a temporary without one
 * @param init its first value, absent where the harness clamps it or where it is a temporary
 * @param origin where it was declared
 * @param label what a researcher calls it, such as {@code w}
 */
public record Var(
        String name,
        Space space,
        DType type,
        Scope life,
        Owner owner,
        Matter matter,
        Optional<Expr> init,
        Span origin,
        String label) {
    public Var {
        requireNonNull(name);
        requireNonNull(space);
        requireNonNull(type);
        requireNonNull(life);
        requireNonNull(owner);
        requireNonNull(matter);
        requireNonNull(init);
        requireNonNull(origin);
        requireNonNull(label);
    }

    /** Whether it has a value for each sample of the minibatch. */
    public boolean perSample() {
        return space.has(Axis.LANE);
    }

    public boolean isTemporary() {
        return life == Scope.STEP;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Var variable && variable.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name + space;
    }
}
