package org.altdsl.diag;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.altdsl.source.Span;

/** Collects the diagnostics of one compilation; the same message at the same place is kept once. */
public final class DiagnosticSink {
    private final Set<Diagnostic> found = new LinkedHashSet<>();

    public void add(Diagnostic diagnostic) {
        found.add(diagnostic);
    }

    public void error(Code code, Span at, String message, Note... notes) {
        add(Diagnostic.error(code, at, message, notes));
    }

    public void warning(Code code, Span at, String message, Note... notes) {
        add(Diagnostic.warning(code, at, message, notes));
    }

    public boolean hasErrors() {
        return found.stream().anyMatch(diagnostic -> diagnostic.severity() == Severity.ERROR);
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    /** All diagnostics by file, then position, errors before warnings at one place. */
    public List<Diagnostic> sorted() {
        List<Diagnostic> sorted = new ArrayList<>(found);
        sorted.sort(Comparator.comparing(
                        (Diagnostic diagnostic) -> diagnostic.at().file().name())
                .thenComparing(diagnostic -> diagnostic.at().start())
                .thenComparing(Diagnostic::severity));
        return sorted;
    }
}
