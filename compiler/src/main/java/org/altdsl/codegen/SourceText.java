package org.altdsl.codegen;

/** Java text under construction: indents, and breaks lines that are too long. */
final class SourceText {
    private static final int WIDTH = 120;

    private final StringBuilder text = new StringBuilder();
    private int depth;

    void indent() {
        depth++;
    }

    void outdent() {
        depth--;
    }

    void blank() {
        text.append('\n');
    }

    /** A line that ends a block and begins another or none. */
    void close(String line) {
        outdent();
        line(line);
    }

    void open(String line) {
        line(line);
        indent();
    }

    void line(String line) {
        String rest = line;
        int indentation = 4 * depth;
        while (indentation + rest.length() > WIDTH) {
            int at = breakPoint(rest, WIDTH - indentation);
            if (at < 0) {
                break;
            }
            append(indentation, rest.substring(0, at));
            rest = rest.substring(at + 1);
            indentation = 4 * depth + 8;
        }
        append(indentation, rest);
    }

    /** A comment line; what does not fit is left out. */
    void comment(String line) {
        int room = WIDTH - 4 * depth;
        line(line.length() <= room ? line : line.substring(0, room - 1) + "…");
    }

    private void append(int indentation, String line) {
        text.append(" ".repeat(indentation)).append(line).append('\n');
    }

    /** The space in the first {@code room} characters that lies in the fewest parentheses, the last of those. */
    private static int breakPoint(String line, int room) {
        int best = -1;
        int bestNesting = Integer.MAX_VALUE;
        int nesting = 0;
        boolean quoted = false;
        for (int i = 0; i < room; i++) {
            char c = line.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '(') {
                nesting++;
            } else if (c == ')') {
                nesting--;
            } else if (c == ' ' && !quoted && i > room / 3 && nesting <= bestNesting) {
                best = i;
                bestNesting = nesting;
            }
        }
        return best;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
