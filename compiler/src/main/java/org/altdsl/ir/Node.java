package org.altdsl.ir;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.altdsl.runtime.plan.Scope;

/** The schedule: loops in loops, with blocks of updates. */
public sealed interface Node {
    /**
     * Runs its body again and again; each time, variables whose life is its scope are initialised first. The body of
     * the BATCH loop is one batch. How often is the harness's to say where {@code count} is absent.
     */
    record Loop(Scope scope, String name, Optional<Expr> count, Optional<Expr> until, boolean reversed, List<Node> body)
            implements Node {
        public Loop {
            requireNonNull(scope);
            requireNonNull(name);
            requireNonNull(count);
            requireNonNull(until);
            body = List.copyOf(body);
        }

        /** A loop whose length the harness decides. */
        public static Loop of(Scope scope, List<Node> body) {
            String name = scope.name().toLowerCase(Locale.ROOT);
            return new Loop(scope, name, Optional.empty(), Optional.empty(), false, body);
        }
    }

    /**
     * Updates in an order in which they can be carried out in place: every read of a variable is of the version that
     * the updates before it in the list have produced.
     */
    record Block(List<Update> updates) implements Node {
        public Block {
            updates = List.copyOf(updates);
        }
    }
}
