package org.altdsl.ast;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.altdsl.source.Span;

/**
 * One name that a declaration introduces: {@code name[axes] : type = value} or {@code … ~ distribution}.
 *
 * @param axes the named axes of a table or draw: {@code [CellType]}, {@code [slot = 7]}
 * @param type a unit, an enum, a shape or a {@code class(n)}
 * @param drawn whether {@code value} is a distribution
 */
public record Binding(
        Span span, Name name, List<Expr.Argument> axes, Optional<Expr> type, Optional<Expr> value, boolean drawn)
        implements Node {
    public Binding {
        requireNonNull(span);
        requireNonNull(name);
        axes = List.copyOf(axes);
        requireNonNull(type);
        requireNonNull(value);
    }
}
