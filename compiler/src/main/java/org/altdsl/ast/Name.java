package org.altdsl.ast;

import static java.util.Objects.requireNonNull;

import org.altdsl.source.Span;

/** An identifier where it stands. */
public record Name(Span span, String text) implements Node {
    public Name {
        requireNonNull(span);
        requireNonNull(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
