package org.altdsl.diag;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.altdsl.source.Span;

/** What else a reader of a diagnostic should know, with the place it concerns where there is one. */
public record Note(String message, Optional<Span> at) {
    public Note {
        requireNonNull(message);
        requireNonNull(at);
    }

    public static Note of(String message) {
        return new Note(message, Optional.empty());
    }

    public static Note at(Span span, String message) {
        return new Note(message, Optional.of(span));
    }
}
