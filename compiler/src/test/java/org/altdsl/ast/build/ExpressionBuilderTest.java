package org.altdsl.ast.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.ast.SourceUnit;
import org.altdsl.diag.Diagnostic;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.source.SourceFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpressionBuilderTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "1/20 ms                        # (1 / <20 ms>)",
                "0.03/ms                        # (0.03 / ms)",
                "8e-5 / mV^2                    # (8.0E-5 / (mV ^ 2))",
                "2 % + 1 step                   # (<2 %> + <1 step>)",
                "-70 mV + 10 mV * x             # ((-<70 mV>) + (<10 mV> * x))",
                "3 steps^2                      # (<3 steps> ^ 2)",
                "-x^2                           # (-(x ^ 2))",
                "2^-x^2                         # (2 ^ (-(x ^ 2)))",
                "a ^ b ^ c                      # (a ^ (b ^ c))",
                "--a                            # (-(-a))",
                "a - b - c                      # ((a - b) - c)",
                "a / b * c                      # ((a / b) * c)",
                "a + b * c - d                  # ((a + (b * c)) - d)",
                "-a * b                         # ((-a) * b)",
                "a * -b                         # (a * (-b))",
                "a + 1 < b * 2                  # ((a + 1) < (b * 2))",
                "not a == b and c or d          # (((not (a == b)) and c) or d)",
                "a or b and not c               # (a or (b and (not c)))",
                "a >= b or c != d               # ((a >= b) or (c != d))",
                "if a then b else if c then d else e       # (if a then b else (if c then d else e))",
                "if a then if b then c else d else e       # (if a then (if b then c else d) else e)",
                "if a then raw - b else -raw * 2           # (if a then (raw - b) else ((-raw) * 2))",
                "x * (if a then b else c)       # (x * (if a then b else c))",
                "f'(u)                          # f'(u)",
                "f'(u) * x'                     # (f'(u) * x')",
                "x@free                         # (x @ free)",
                "pre.r@free * post.r            # ((pre.r @ free) * post.r)",
                "x@pre.spike + 1                # ((x @ pre.spike) + 1)",
                "y.v@end^2                      # ((y.v @ end) ^ 2)",
                "(a + b)@end                    # ((a + b) @ end)",
                "a.b[0..3].c                    # a.b[(0 .. 3)].c",
                "P[k+1].c / I[k].c * w          # ((P[(k + 1)].c / I[k].c) * w)",
                "d(objective)/d(a.w)            # (d(objective) / d(a.w))",
                "sum(w over pre, post)          # sum(w over pre, post)",
                "max(rate over O where O.index != t)       # max(rate over O where (O.index != t))",
                "mean(x over a where c else 0)  # mean(x over a where c else 0)",
                "mean(if a then 0 else y over p where q else 1) # mean((if a then 0 else y) over p where q else 1)",
                "mean(rate(s) by c.type)        # mean(rate(s) by c.type)",
                "mean(y over last 150 ms)       # mean(y over last(<150 ms>))",
                "mean(y over last window)       # mean(y over last(window))",
                "Spikes(at = 1 ms, every = 2 ms, by = 3) # Spikes(at = <1 ms>, every = <2 ms>, by = 3)",
                "C(type ~ shuffled(x), n = 2)   # C(type ~ shuffled(x), n = 2)",
                "log(1e-3 .. 1e-1, 5)           # log((0.001 .. 0.1), 5)",
                "[1, [2, 3], a..b]              # [1, [2, 3], (a .. b)]",
                "[E: 85 ms, I: [A: 1]]          # [E: <85 ms>, I: [A: 1]]",
                "[E->I: 0.5, I->E: -1]          # [E->I: 0.5, I->E: (-1)]",
                "[A[2], B](f = g)               # [A[2], B](f = g)",
                "match k { a: 1; 2: b; -1: c }  # (match k {a: 1; 2: b; (-1): c})",
                "\"a \\\"b\\\" \\\\\"           # \"a \"b\" \\\"",
                "state + input * data           # (state + (input * data))",
            })
    void operatorsBindAsTheLanguageSays(String written, String grouped) {
        assertEquals(grouped, ExpressionText.of(expression(written)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "(a + b) * c       # (a + b) * c",
                "a * (b + c)       # a * (b + c)",
                "f(x).y            # f(x).y",
                "20 ms             # 20 ms",
                "-x^2              # -x^2",
                "if a then b else (c) # if a then b else (c)",
            })
    void aSpanHoldsTheWholeExpression(String written, String covered) {
        assertEquals(covered, expression(written).span().text());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "1e999                # ALT-S004 1:18 '1e999' is too large for a number",
                "1e-999               # ALT-S004 1:18 '1e-999' is too small for a number",
                "sum(w over 0)        # ALT-S001 1:29 an axis has a name, not a number",
                "sum(w, axis = 0)     # ALT-S001 1:25 an axis has a name, not a number",
                "[E: 1, 2]            # ALT-S001 1:25 a table has a key before every value",
                "\"a\\q\"             # ALT-S001 1:20 unknown escape '\\q' in a text",
            })
    void badLiteralsAreErrors(String written, String message) {
        DiagnosticSink sink = new DiagnosticSink();
        assertTrue(SourceReader.read(new SourceFile("t", "rule A { let x = " + written + " }"), sink)
                .isEmpty());
        Diagnostic found = sink.sorted().get(0);
        assertEquals(
                message,
                found.code().id() + " " + found.at().line() + ":" + found.at().column() + " " + found.message());
    }

    @Test
    void zeroWithAnyExponentIsZero() {
        assertEquals("0", ExpressionText.of(expression("0.00e-999")));
    }

    @ParameterizedTest
    @CsvSource({"'a + ', a", "'a * ', a", "'a and ', b", "'', 'a.b'"})
    void whatIsTooLargeForLaterPassesIsAnError(String term, String last) {
        String written = term.isEmpty() ? "a" + ".b".repeat(100_000) : term.repeat(99_999) + last;
        DiagnosticSink sink = new DiagnosticSink();
        assertTrue(SourceReader.read(new SourceFile("t", "rule A { let x = " + written + " }"), sink)
                .isEmpty());
        assertEquals(
                List.of("ALT-S006"),
                sink.sorted().stream().map(found -> found.code().id()).toList());
    }

    @Test
    void aSumAsDeepAsTheLimitIsBuilt() {
        Expr sum = expression("a + ".repeat(ExpressionDepth.LIMIT - 1) + "a");
        assertEquals(false, ExpressionDepth.exceeds(sum, ExpressionDepth.LIMIT));
        assertEquals(true, ExpressionDepth.exceeds(sum, ExpressionDepth.LIMIT - 1));
    }

    private static Expr expression(String written) {
        DiagnosticSink sink = new DiagnosticSink();
        SourceUnit unit = SourceReader.read(new SourceFile("t", "rule A { let x = " + written + " }"), sink)
                .orElseThrow(() -> new AssertionError(sink.sorted().toString()));
        Item.Lets lets = (Item.Lets) unit.declarations().get(0).body().get(0);
        return lets.bindings().get(0).value().orElseThrow();
    }
}
