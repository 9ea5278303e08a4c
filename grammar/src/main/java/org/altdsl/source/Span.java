package org.altdsl.source;

import static java.util.Objects.requireNonNull;

/** A stretch of a source file, as offsets; line and column are derived. */
public record Span(SourceFile file, int start, int end) {
    public Span {
        requireNonNull(file);
        if (start < 0 || end < start) {
            throw new IllegalArgumentException("span " + start + ".." + end);
        }
    }

    /** The smallest span that holds this one and another of the same file. */
    public Span to(Span other) {
        return new Span(file, Math.min(start, other.start), Math.max(end, other.end));
    }

    public int line() {
        return file.lines().line(start);
    }

    public int column() {
        return file.lines().column(start);
    }

    public String text() {
        return file.text()
                .substring(
                        Math.min(start, file.text().length()),
                        Math.min(end, file.text().length()));
    }

    /** {@code file:line:column}, the form that editors parse. */
    @Override
    public String toString() {
        return file.name() + ":" + line() + ":" + column();
    }
}
