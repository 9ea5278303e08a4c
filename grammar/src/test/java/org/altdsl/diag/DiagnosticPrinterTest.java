package org.altdsl.diag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.altdsl.source.SourceFile;
import org.altdsl.source.Span;
import org.junit.jupiter.api.Test;

class DiagnosticPrinterTest {
    private static final DiagnosticPrinter PLAIN = new DiagnosticPrinter(false);

    @Test
    void printsPlaceLineCaretAndNotes() {
        SourceFile file = new SourceFile("rules/oja.rule", "a\nb : Hz\n  dw = eta * (y + rate)\n");
        Span at = span(file, "y + rate");
        Diagnostic diagnostic = Diagnostic.error(
                Code.UNIT_MISMATCH,
                at,
                "cannot add mV to Hz",
                Note.at(span(file, "b :"), "'rate' is declared in Hz"),
                Note.of("rates are counted"));
        assertEquals("""
                rules/oja.rule:3:15: error ALT-U001: cannot add mV to Hz
                    3 |   dw = eta * (y + rate)
                      |               ^^^^^^^^
                   note: 'rate' is declared in Hz at rules/oja.rule:2:1
                   note: rates are counted
                """, PLAIN.print(diagnostic));
    }

    @Test
    void columnsAndCaretsCountCodePoints() {
        SourceFile file = new SourceFile("t.rule", "x = \"\ud83e\udde0\" + \ud83e\udde0\ud83e\udde0");
        Diagnostic diagnostic = Diagnostic.error(Code.SYNTAX, new Span(file, 11, 15), "no");
        assertEquals(
                "t.rule:1:11: error ALT-S001: no\n"
                        + "    1 | x = \"\ud83e\udde0\" + \ud83e\udde0\ud83e\udde0\n"
                        + "      |           ^^\n",
                PLAIN.print(diagnostic));
    }

    @Test
    void tabsStayTabsUnderTheLine() {
        SourceFile file = new SourceFile("t.rule", "\tx =\ty");
        assertEquals(
                "t.rule:1:6: error ALT-S001: no\n    1 | \tx =\ty\n      | \t   \t^\n",
                PLAIN.print(Diagnostic.error(Code.SYNTAX, span(file, "y"), "no")));
    }

    @Test
    void aSpanOverLinesIsUnderlinedToTheEndOfItsFirst() {
        SourceFile file = new SourceFile("t.rule", "x = a\r\n  + b");
        assertEquals(
                "t.rule:1:5: error ALT-S001: no\n    1 | x = a\n      |     ^\n",
                PLAIN.print(Diagnostic.error(Code.SYNTAX, new Span(file, 4, 12), "no")));
    }

    @Test
    void theEndOfTheFileHasACaretToo() {
        SourceFile file = new SourceFile("t.rule", "rule A {\n");
        assertEquals(
                "t.rule:2:1: error ALT-S001: no\n    2 |\n      | ^\n",
                PLAIN.print(Diagnostic.error(Code.SYNTAX, new Span(file, 9, 9), "no")));
    }

    @Test
    void theSummaryCountsInSingularAndPlural() {
        SourceFile file = new SourceFile("t.rule", "abcdef");
        DiagnosticSink sink = new DiagnosticSink();
        assertEquals("", PLAIN.print(sink));
        sink.error(Code.SYNTAX, span(file, "a"), "no");
        assertTrue(PLAIN.print(sink).endsWith("\n1 error\n"));
        sink.warning(Code.NEVER_READ, span(file, "b"), "no");
        assertTrue(PLAIN.print(sink).endsWith("\n1 error, 1 warning\n"));
        sink.error(Code.SYNTAX, span(file, "c"), "no");
        sink.warning(Code.NEVER_READ, span(file, "d"), "no");
        assertTrue(PLAIN.print(sink).endsWith("\n2 errors, 2 warnings\n"));
    }

    @Test
    void atMostTwentyAreShown() {
        SourceFile file = new SourceFile("t.rule", "x".repeat(30));
        DiagnosticSink sink = new DiagnosticSink();
        for (int i = 0; i < 25; i++) {
            sink.error(Code.SYNTAX, new Span(file, i, i + 1), "no");
            sink.error(Code.SYNTAX, new Span(file, i, i + 1), "no");
        }
        String printed = PLAIN.print(sink);
        assertEquals(
                20, printed.lines().filter(line -> line.startsWith("t.rule:")).count());
        assertTrue(printed.endsWith("\n5 more\n25 errors\n"), printed);
    }

    @Test
    void coloursChangeNothingElse() {
        SourceFile file = new SourceFile("t.rule", "x = y");
        Diagnostic diagnostic = Diagnostic.warning(Code.NEVER_READ, span(file, "y"), "no", Note.of("why"));
        String coloured = new DiagnosticPrinter(true).print(diagnostic);
        assertTrue(coloured.contains("\u001b["));
        assertEquals(PLAIN.print(diagnostic), coloured.replaceAll("\u001b\\[[0-9;]*m", ""));
    }

    private static Span span(SourceFile file, String text) {
        int start = file.text().indexOf(text);
        return new Span(file, start, start + text.length());
    }
}
