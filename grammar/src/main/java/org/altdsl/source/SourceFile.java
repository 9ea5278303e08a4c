package org.altdsl.source;

import static java.util.Objects.requireNonNull;

/**
 * One text that the compiler reads: a name to show in messages, and its contents.
 *
 * <p>Two files are the same when their names are the same; a compilation never holds two texts under one name.
 */
public final class SourceFile {
    private final String name;
    private final String text;
    private final LineMap lines;

    /**
     * @param name what messages call the file, usually its path as the user wrote it
     * @param text the whole contents
     */
    public SourceFile(String name, String text) {
        this.name = requireNonNull(name);
        this.text = requireNonNull(text);
        this.lines = new LineMap(text);
    }

    public String name() {
        return name;
    }

    public String text() {
        return text;
    }

    /** The translation of offsets into lines and columns. */
    public LineMap lines() {
        return lines;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SourceFile file && file.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
