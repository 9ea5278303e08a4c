package org.altdsl.diag;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.altdsl.source.Span;

/** One message about a program: what is wrong, where, and what may help. */
public record Diagnostic(Code code, Severity severity, Span at, String message, List<Note> notes) {
    public Diagnostic {
        requireNonNull(code);
        requireNonNull(severity);
        requireNonNull(at);
        requireNonNull(message);
        notes = List.copyOf(notes);
    }

    public static Diagnostic error(Code code, Span at, String message, Note... notes) {
        return new Diagnostic(code, Severity.ERROR, at, message, List.of(notes));
    }

    public static Diagnostic warning(Code code, Span at, String message, Note... notes) {
        return new Diagnostic(code, Severity.WARNING, at, message, List.of(notes));
    }
}
