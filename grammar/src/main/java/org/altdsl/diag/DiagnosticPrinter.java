package org.altdsl.diag;

import java.util.List;
import org.altdsl.source.LineMap;
import org.altdsl.source.Span;

/**
 * Prints diagnostics for people and editors.
 *
 * <pre>
 * rules/oja.rule:14:16: error ALT-U001: cannot add mV to Hz
 *    14 |   dw = eta * (y + rate)
 *       |               ^^^^^^^^
 *    note: 'rate' is declared in Hz at rules/oja.rule:6:3
 * </pre>
 *
 * Lines and columns count from 1, columns in code points. A span over several lines is underlined to the end of its
 * first one. At most {@value #SHOWN} diagnostics are shown.
 */
public final class DiagnosticPrinter {
    /** How many diagnostics of one compilation are shown. */
    public static final int SHOWN = 20;

    private static final int GUTTER = 5;
    private static final String RESET = "\u001b[0m";
    private static final String BOLD = "\u001b[1m";
    private static final String RED = "\u001b[1;31m";
    private static final String YELLOW = "\u001b[1;33m";
    private static final String BLUE = "\u001b[1;34m";

    private final boolean coloured;

    /**
     * @param coloured whether to mark severity and caret with the colours of an ANSI terminal
     */
    public DiagnosticPrinter(boolean coloured) {
        this.coloured = coloured;
    }

    /** The diagnostics of a sink in order, at most {@value #SHOWN}, and a line that counts all; empty for none. */
    public String print(DiagnosticSink sink) {
        List<Diagnostic> diagnostics = sink.sorted();
        if (diagnostics.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        diagnostics.stream().limit(SHOWN).forEach(diagnostic -> text.append(print(diagnostic)));
        if (diagnostics.size() > SHOWN) {
            text.append(diagnostics.size() - SHOWN).append(" more\n");
        }
        long errors = diagnostics.stream()
                .filter(each -> each.severity() == Severity.ERROR)
                .count();
        long warnings = diagnostics.size() - errors;
        text.append(summary(errors, warnings)).append('\n');
        return text.toString();
    }

    /** One diagnostic: where and what, the source line, the caret range, and its notes; ends with a line end. */
    public String print(Diagnostic diagnostic) {
        StringBuilder text = new StringBuilder();
        Span at = diagnostic.at();
        String colour = diagnostic.severity() == Severity.ERROR ? RED : YELLOW;
        text.append(paint(BOLD, at + ":"))
                .append(' ')
                .append(paint(
                        colour,
                        word(diagnostic.severity()) + " " + diagnostic.code().id() + ":"))
                .append(' ')
                .append(diagnostic.message())
                .append('\n');
        appendSource(text, at, colour);
        for (Note note : diagnostic.notes()) {
            text.append("   ").append(paint(BLUE, "note:")).append(' ').append(note.message());
            note.at().ifPresent(place -> text.append(" at ").append(place));
            text.append('\n');
        }
        return text.toString();
    }

    private static String word(Severity severity) {
        return switch (severity) {
            case ERROR -> "error";
            case WARNING -> "warning";
        };
    }

    private static String summary(long errors, long warnings) {
        String counted = errors > 0 ? count(errors, "error") : "";
        if (warnings > 0) {
            counted += (counted.isEmpty() ? "" : ", ") + count(warnings, "warning");
        }
        return counted;
    }

    private static String count(long number, String thing) {
        return number + " " + thing + (number == 1 ? "" : "s");
    }

    private void appendSource(StringBuilder text, Span at, String colour) {
        LineMap lines = at.file().lines();
        int line = at.line();
        String source = lines.lineText(line);
        text.append((String.format("%" + GUTTER + "d | ", line) + source).stripTrailing())
                .append('\n');
        int start = Math.min(at.start() - lines.start(line), source.length());
        int end = Math.min(at.end() - lines.start(line), source.length());
        StringBuilder blank = new StringBuilder();
        source.substring(0, start).codePoints().forEach(c -> blank.append(c == '\t' ? '\t' : ' '));
        int carets = Math.max(1, source.codePointCount(start, Math.max(start, end)));
        text.append(" ".repeat(GUTTER))
                .append(" | ")
                .append(blank)
                .append(paint(colour, "^".repeat(carets)))
                .append('\n');
    }

    private String paint(String colour, String text) {
        return coloured ? colour + text + RESET : text;
    }
}
