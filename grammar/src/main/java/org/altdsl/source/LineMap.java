package org.altdsl.source;

import java.util.Arrays;

/** Translates offsets of a text into lines and columns, both counted from 1; columns count code points. */
public final class LineMap {
    private final String text;
    private final int[] starts;

    LineMap(String text) {
        this.text = text;
        int[] found = new int[16];
        int count = 1;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\n') {
                if (count == found.length) {
                    found = Arrays.copyOf(found, 2 * count);
                }
                found[count++] = i + 1;
            }
        }
        this.starts = Arrays.copyOf(found, count);
    }

    public int line(int offset) {
        int at = Arrays.binarySearch(starts, Math.min(offset, text.length()));
        return at >= 0 ? at + 1 : -at - 1;
    }

    public int column(int offset) {
        int clamped = Math.min(offset, text.length());
        return text.codePointCount(starts[line(clamped) - 1], clamped) + 1;
    }

    public int lineCount() {
        return starts.length;
    }

    /** The text of a line without its line end. */
    public String lineText(int line) {
        int start = starts[line - 1];
        int end = line < starts.length ? starts[line] - 1 : text.length();
        if (end > start && text.charAt(end - 1) == '\r') {
            end--;
        }
        return text.substring(start, Math.max(start, end));
    }

    /** The offset at which a line starts. */
    public int start(int line) {
        return starts[line - 1];
    }
}
