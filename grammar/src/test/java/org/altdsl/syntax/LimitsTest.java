package org.altdsl.syntax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.altdsl.diag.Diagnostic;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.source.SourceFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsTest {
    /** Half of the stack that a thread has by default, so that callers have the other half. */
    private static final long STACK = 512 << 10;

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "let x = # (             # 1",
                "let x = # f(            # 1",
                "        # f(            # 1",
                "let x = # [             # 1",
                "let x = # -             # 1",
                "let x = # 'not '        # a",
                "let x = # 'a ^ '        # a",
                "let x = # -f(           # a",
                "let x = # 'if '         # a",
                "let x = # 'if a then b else ' # c",
                "        # 'if a { '     # b = 1",
                "        # 'if a { } else ' # { }",
                "        # 'elsewhere: ' # b = 1",
            })
    void deepNestingIsAnErrorAndNotACrash(String before, String repeated, String after) {
        String opened = before == null ? "" : before + " ";
        String text = "rule A { " + opened + repeated.repeat(20_000) + after + "\n}";
        assertEquals(List.of("ALT-S005"), codes(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "f(", "[", "-f("})
    void whatTheLimitAllowsFitsHalfAStack(String opener) {
        int depth = SyntaxParser.BRACKET_LIMIT - 1;
        String closer = opener.endsWith("[") ? "]" : ")";
        assertEquals(List.of(), codes("rule A { x = " + opener.repeat(depth) + "1" + closer.repeat(depth) + " }"));
        assertEquals(List.of("ALT-S001"), codes("rule A { x = " + opener.repeat(depth)));
    }

    @Test
    void aSumOfAHundredThousandTermsIsRead() {
        assertEquals(List.of(), codes("rule A { let x = " + "a + ".repeat(99_999) + "a }"));
    }

    @Test
    void anErrorInAVeryLongStatementIsFoundAtItsPlace() {
        DiagnosticSink sink = new DiagnosticSink();
        String text = "rule A { let x = [" + "1, ".repeat(100_000) + "1 2] }";
        assertTrue(SyntaxParser.parse(new SourceFile("t.rule", text), sink).isEmpty());
        assertEquals(
                "t.rule:1:" + (text.indexOf(" 2]") + 2) + " unexpected number '2'",
                sink.sorted().get(0).at() + " " + sink.sorted().get(0).message());
    }

    @Test
    void everyBrokenDeclarationIsReported() {
        assertEquals(300, codes("rule A { w += }\n".repeat(300)).size());
    }

    private static List<String> codes(String text) {
        DiagnosticSink sink = new DiagnosticSink();
        Throwable[] thrown = new Throwable[1];
        Thread thread = new Thread(null, () -> SyntaxParser.parse(new SourceFile("t.rule", text), sink), "t", STACK);
        thread.setUncaughtExceptionHandler((where, failure) -> thrown[0] = failure);
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
        assertTrue(thrown[0] == null, () -> "thrown: " + thrown[0]);
        return sink.sorted().stream()
                .map(Diagnostic::code)
                .map(code -> code.id())
                .toList();
    }
}
