package org.altdsl.ast.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Declaration.Kind;
import org.altdsl.ast.Import;
import org.altdsl.ast.Name;
import org.altdsl.ast.SourceUnit;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.source.SourceFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AstBuilderTest {
    private static final Path CORPUS = Path.of("../tests/src/test/resources/corpus/design");

    static List<Path> programs() throws IOException {
        try (Stream<Path> files = Files.walk(CORPUS)) {
            return files.filter(file -> file.toString().matches(".*\\.(rule|exp)"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("programs")
    void everyProgramOfTheCorpusIsBuilt(Path program) throws IOException {
        String text = Files.readString(program);
        SourceUnit unit = read(text);
        long declared = text.lines()
                .filter(line -> line.matches("(neuron|synapse|rule|optimizer|objective|dataset|circuit|function"
                        + "|enum|test|experiment) .*"))
                .count();
        assertEquals(declared, unit.declarations().size());
        for (Declaration declaration : unit.declarations()) {
            assertTrue(
                    declaration.span().text().startsWith(declaration.kind().word()),
                    declaration.span().text());
        }
    }

    @Test
    void importsMayHaveHyphens() {
        assertEquals(
                List.of("neurons", "backprop-family", "a-2"),
                read("import neurons, backprop-family\nimport a-2").imports().stream()
                        .map(Import::name)
                        .toList());
    }

    @Test
    void importsHaveNoBlanks() {
        DiagnosticSink sink = new DiagnosticSink();
        assertTrue(SourceReader.read(new SourceFile("t", "import a - b"), sink).isEmpty());
        assertEquals(
                "the name of a file is written without blanks",
                sink.sorted().get(0).message());
    }

    @Test
    void documentationBelongsToTheDeclarationBelowIt() {
        SourceUnit unit = read("""
                /// Of the file.

                /// First line.
                ///   Second line.
                rule A {
                    /// Not of a declaration.
                    function f(x) = x
                }
                // A comment between.
                rule B {}
                /// Parted by a comment.
                // A comment between.
                rule C {}
                """);
        assertEquals(
                List.of("First line.\n  Second line.", "", ""),
                unit.declarations().stream().map(Declaration::documentation).toList());
    }

    @Test
    void everyKindOfDeclarationHasItsParts() {
        SourceUnit unit = read("""
                neuron N(f = relu) extends M(a = 1) { input I }
                objective F(y, target[Cell] : Hz) = sum((y - target)^2)
                function g(x) = x^2
                unit torr = 133.322 Pa
                enum Cell = [E, I]
                test "a \\"name\\"" for R(eta = 1) { expect w == 1 }
                dataset D extends Files(folder = "x")
                experiment "who?" { dt = 1 ms }
                """);
        assertEquals(
                List.of(
                        Kind.NEURON,
                        Kind.OBJECTIVE,
                        Kind.FUNCTION,
                        Kind.UNIT,
                        Kind.ENUM,
                        Kind.TEST,
                        Kind.DATASET,
                        Kind.EXPERIMENT),
                unit.declarations().stream().map(Declaration::kind).toList());
        Declaration neuron = unit.declarations().get(0);
        assertEquals(Optional.of("M(a = 1)"), neuron.parent().map(ExpressionText::of));
        assertEquals("f", neuron.formals().get(0).name().text());
        Declaration objective = unit.declarations().get(1);
        assertEquals(
                "Cell",
                ExpressionText.of(objective.formals().get(1).axes().get(0).value()));
        assertEquals(Optional.of("Hz"), objective.formals().get(1).type().map(ExpressionText::of));
        assertEquals(Optional.of("sum(((y - target) ^ 2))"), objective.value().map(ExpressionText::of));
        assertEquals(
                List.of("E", "I"),
                unit.declarations().get(4).words().stream().map(Name::text).toList());
        Declaration test = unit.declarations().get(5);
        assertEquals("a \"name\"", test.name().text());
        assertEquals(Optional.of("R(eta = 1)"), test.tested().map(ExpressionText::of));
        assertEquals(List.of(), unit.declarations().get(6).body());
    }

    private static SourceUnit read(String text) {
        DiagnosticSink sink = new DiagnosticSink();
        return SourceReader.read(new SourceFile("t", text), sink)
                .orElseThrow(() -> new AssertionError(sink.sorted().toString()));
    }
}
