package org.altdsl.ir;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.altdsl.source.Span;

/**
 * The only statement: {@code target.version = guard ? value : target.(version - 1)}, at all points of the target's
 * space at once. The value lives on the target's space or on fewer axes.
 */
public record Update(Var target, int version, Optional<Expr> guard, Expr value, Slot slot, Span span) {
    public Update {
        requireNonNull(target);
        requireNonNull(guard);
        requireNonNull(value);
        requireNonNull(slot);
        requireNonNull(span);
        if (version < 0) {
            throw new IllegalArgumentException("version " + version);
        }
        if (!target.space().contains(value.space())) {
            throw new IllegalArgumentException(target + " cannot hold a value on " + value.space());
        }
        if (guard.isPresent() && !target.space().contains(guard.get().space())) {
            throw new IllegalArgumentException(
                    target + " cannot be guarded on " + guard.get().space());
        }
    }

    /** The same without its condition. */
    public Update unguarded() {
        return new Update(target, version, Optional.empty(), value, slot, span);
    }
}
