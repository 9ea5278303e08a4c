package org.altdsl.codegen;

import java.util.ArrayList;
import java.util.List;

/**
 * The body of a method: loops in loops, each with declarations at its head, statements before and after the next loop,
 * and statements in the innermost.
 */
final class Nest {
    /** One loop, or the method itself at depth 0. */
    private static final class Level {
        final String header;
        final List<String> beginning = new ArrayList<>();
        final List<String> declarations = new ArrayList<>();
        final List<String> before = new ArrayList<>();
        final List<String> after = new ArrayList<>();

        Level(String header) {
            this.header = header;
        }
    }

    private final List<Level> levels = new ArrayList<>();

    Nest() {
        levels.add(new Level(""));
    }

    /** Adds an innermost loop. */
    void loop(String variable, String extent) {
        loop(variable, "0", extent);
    }

    /** Adds an innermost loop over a part of a range. */
    void loop(String variable, String first, String last) {
        String header =
                "for (int " + variable + " = " + first + "; " + variable + " < " + last + "; " + variable + "++) {";
        levels.add(new Level(header));
    }

    /** Adds an innermost loop that begins with some statements. */
    void loop(String variable, String first, String last, List<String> beginning) {
        loop(variable, first, last);
        levels.get(depth()).beginning.addAll(beginning);
    }

    /** Takes the innermost loop away, which has to be empty; what it declared moves out. */
    void removeInnermost() {
        Level removed = levels.remove(levels.size() - 1);
        if (!removed.declarations.isEmpty() || !removed.before.isEmpty() || !removed.after.isEmpty()) {
            throw new IllegalStateException("a loop with a body is not empty");
        }
    }

    /** The depth of the innermost loop, 0 without one. */
    int depth() {
        return levels.size() - 1;
    }

    /** Declares something at the head of a loop; in the innermost, in the order of its statements. */
    void declare(int depth, String statement) {
        Level level = levels.get(depth);
        (depth == depth() ? level.before : level.declarations).add(statement);
    }

    /** Declares something at the head of the method. */
    void head(String statement) {
        levels.get(0).declarations.add(statement);
    }

    /** Adds a statement that stands before the next inner loop. */
    void before(int depth, String statement) {
        levels.get(depth).before.add(statement);
    }

    /** Adds a statement to the innermost loop. */
    void statement(String statement) {
        before(depth(), statement);
    }

    /** Adds a statement that stands after the next inner loop. */
    void after(int depth, String statement) {
        levels.get(depth).after.add(statement);
    }

    void print(SourceText out) {
        print(0, out);
    }

    private void print(int depth, SourceText out) {
        Level level = levels.get(depth);
        if (depth > 0) {
            out.open(level.header);
        }
        lines(level.beginning, out);
        lines(level.declarations, out);
        lines(level.before, out);
        if (depth < depth()) {
            print(depth + 1, out);
        }
        lines(level.after, out);
        if (depth > 0) {
            out.close("}");
        }
    }

    private static void lines(List<String> lines, SourceText out) {
        for (String line : lines) {
            if (line.startsWith("//")) {
                out.comment(line);
            } else if (line.equals("}")) {
                out.close(line);
            } else if (line.endsWith("{")) {
                out.open(line);
            } else {
                out.line(line);
            }
        }
    }
}
