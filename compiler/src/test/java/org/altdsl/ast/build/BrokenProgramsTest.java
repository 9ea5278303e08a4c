package org.altdsl.ast.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.altdsl.diag.Diagnostic;
import org.altdsl.diag.DiagnosticPrinter;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.source.SourceFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs of the corpus with a few characters changed: read or reported, never a crash. */
class BrokenProgramsTest {
    private static final int CHANGES = Integer.getInteger("altdsl.brokenPrograms", 8);
    private static final String SIGNS = "(){}[];:,.'\"=+-*/^<>~@%! \n\t$#aw1";

    static List<Path> programs() throws IOException {
        return AstBuilderTest.programs();
    }

    @ParameterizedTest
    @MethodSource("programs")
    void aChangedProgramIsReadOrReported(Path program) throws IOException {
        String text = Files.readString(program);
        Random random = new Random(program.getFileName().toString().hashCode());
        for (int i = 0; i < CHANGES; i++) {
            String changed = text;
            for (int j = 0; j <= i % 3; j++) {
                changed = change(changed, random);
            }
            check(changed);
        }
    }

    private static void check(String text) {
        DiagnosticSink sink = new DiagnosticSink();
        boolean built;
        try {
            built = SourceReader.read(new SourceFile("t", text), sink).isPresent();
        } catch (RuntimeException | StackOverflowError failure) {
            throw new AssertionError("thrown by:\n" + text, failure);
        }
        assertEquals(built, sink.isEmpty(), () -> sink.sorted() + " in:\n" + text);
        assertTrue(built || new DiagnosticPrinter(false).print(sink).startsWith("t:"));
        for (Diagnostic diagnostic : sink.sorted()) {
            assertTrue(diagnostic.at().end() <= text.length(), diagnostic::toString);
        }
    }

    private static String change(String text, Random random) {
        int at = random.nextInt(text.length());
        String sign = String.valueOf(SIGNS.charAt(random.nextInt(SIGNS.length())));
        return switch (random.nextInt(4)) {
            case 0 -> text.substring(0, at) + text.substring(at + 1);
            case 1 -> text.substring(0, at) + sign + text.substring(at);
            case 2 -> text.substring(0, at) + sign + text.substring(at + 1);
            default -> {
                int end = Math.min(text.length(), at + 1 + random.nextInt(12));
                yield text.substring(0, at) + text.substring(end);
            }
        };
    }
}
