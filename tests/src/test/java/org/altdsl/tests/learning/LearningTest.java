package org.altdsl.tests.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.altdsl.ast.Declaration;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.driver.TestRunner;
import org.altdsl.lower.LoweredTest;
import org.altdsl.lower.TestLowering;
import org.altdsl.names.LinkedProgram;
import org.altdsl.source.SourceFile;
import org.altdsl.tests.bench.Programs;
import org.altdsl.tests.bench.Trainer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How weights change, in small networks whose numbers were worked out by hand: on kernels and in the interpreter. */
class LearningTest {
    private static final Path FOLDER = Path.of("src", "test", "resources", "learning");

    static Stream<Arguments> tests() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().toList().stream().flatMap(LearningTest::testsOf);
        }
    }

    private static Stream<Arguments> testsOf(Path path) {
        String text;
        try {
            text = Files.readString(path);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        LinkedProgram program = Programs.read(new SourceFile(path.getFileName().toString(), text));
        return program.own(Declaration.Kind.TEST).stream()
                .map(test ->
                        Arguments.of(path.getFileName() + ": " + test.name().text(), lower(program, test)));
    }

    private static LoweredTest lower(LinkedProgram program, Declaration test) {
        DiagnosticSink sink = new DiagnosticSink();
        Optional<LoweredTest> lowered = new TestLowering(program, sink, Optional.empty()).lower(test);
        return lowered.orElseThrow(() -> Programs.failure(sink, test.span().text()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tests")
    void isAsComputedOnFusedKernels(String name, LoweredTest test) {
        assertEquals(List.of(), new TestRunner(Trainer.fused()).run(test));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tests")
    void isAsComputedInTheInterpreter(String name, LoweredTest test) {
        assertEquals(List.of(), new TestRunner(Trainer.interpreter()).run(test));
    }
}
