package org.altdsl.names;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import org.altdsl.ast.Declaration;

/**
 * A program whose names all mean something.
 *
 * @param flattened every declaration of every file with what it inherits; looked up by identity
 */
public record ResolvedProgram(LinkedProgram program, Map<Declaration, Flattened> flattened) {
    public ResolvedProgram {
        requireNonNull(program);
        Map<Declaration, Flattened> copy = new IdentityHashMap<>(flattened);
        flattened = Collections.unmodifiableMap(copy);
    }

    /** The declaration with what it inherits; empty for one that stands inside another. */
    public Optional<Flattened> of(Declaration declaration) {
        return Optional.ofNullable(flattened.get(declaration));
    }
}
