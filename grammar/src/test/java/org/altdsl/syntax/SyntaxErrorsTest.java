package org.altdsl.syntax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.altdsl.diag.Diagnostic;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.diag.Note;
import org.altdsl.source.SourceFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table {@code errors.txt}: a bad source, then {@code line:column code [underlined] message} for every diagnostic,
 * and its notes indented.
 */
class SyntaxErrorsTest {
    static List<Arguments> table() throws IOException {
        try (InputStream in = SyntaxErrorsTest.class.getResourceAsStream("errors.txt")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(text.split("\n===\n"))
                    .map(entry -> entry.split("\n---\n"))
                    .map(parts -> Arguments.of(parts[0], parts[1].strip()))
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("table")
    void everyErrorIsToldExactly(String source, String expected) {
        DiagnosticSink sink = new DiagnosticSink();
        assertTrue(SyntaxParser.parse(new SourceFile("t", source), sink).isEmpty());
        assertEquals(
                expected, sink.sorted().stream().map(SyntaxErrorsTest::show).collect(Collectors.joining("\n")));
    }

    @Test
    void aFileWithoutDeclarationsIsNoError() {
        DiagnosticSink sink = new DiagnosticSink();
        assertTrue(SyntaxParser.parse(new SourceFile("t", "\n// nothing\n/// here\n"), sink)
                .isPresent());
        assertTrue(sink.isEmpty());
    }

    private static String show(Diagnostic diagnostic) {
        String underlined = diagnostic.at().text().replace("\n", "\\n");
        String first = diagnostic.at().line() + ":" + diagnostic.at().column() + " "
                + diagnostic.code().id() + " [" + underlined + "] " + diagnostic.message();
        return Stream.concat(Stream.of(first), diagnostic.notes().stream().map(SyntaxErrorsTest::show))
                .collect(Collectors.joining("\n"));
    }

    private static String show(Note note) {
        return "  " + note.message()
                + note.at()
                        .map(place -> " at " + place.line() + ":" + place.column())
                        .orElse("");
    }
}
