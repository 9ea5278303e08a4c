package org.altdsl.ast;

import static java.util.Objects.requireNonNull;

import org.altdsl.source.Span;

/** {@code import name}: the declarations of another file, which become visible here. */
public record Import(Span span, String name) implements Node {
    public Import {
        requireNonNull(span);
        requireNonNull(name);
    }
}
