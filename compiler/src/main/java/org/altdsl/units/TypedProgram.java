package org.altdsl.units;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import org.altdsl.ast.Declaration;
import org.altdsl.names.ResolvedProgram;

/**
 * A program whose units agree.
 *
 * @param dimensions by declaration (looked up by identity) and name: of its parameters, states, definitions and the
 *     like; {@link Dimension#ANY} where it depends on what the declaration is used with
 */
public record TypedProgram(ResolvedProgram resolved, Map<Declaration, Map<String, Dimension>> dimensions) {
    public TypedProgram {
        requireNonNull(resolved);
        Map<Declaration, Map<String, Dimension>> copy = new IdentityHashMap<>(dimensions);
        dimensions = Collections.unmodifiableMap(copy);
    }

    /** The dimension of a name of a declaration, {@link Dimension#ANY} if nothing is known. */
    public Dimension dimension(Declaration declaration, String name) {
        return dimensions.getOrDefault(declaration, Map.of()).getOrDefault(name, Dimension.ANY);
    }
}
