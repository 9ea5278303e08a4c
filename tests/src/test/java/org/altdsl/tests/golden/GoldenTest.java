package org.altdsl.tests.golden;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.altdsl.ast.Declaration;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.driver.Explainer;
import org.altdsl.driver.Explanation;
import org.altdsl.names.LinkedProgram;
import org.altdsl.source.SourceFile;
import org.altdsl.tests.bench.Programs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code altdsl explain} shows, kept as files that changes are reviewed in: the card of every standard rule, the
 * intermediate representation and the kernels of some small ones. {@code mvn test -Dgolden.update=true} writes the
 * files anew.
 */
class GoldenTest {
    private static final Path FOLDER = Path.of("src", "test", "resources", "golden");
    private static final boolean UPDATE = Boolean.getBoolean("golden.update");

    private static Explanation explain(String rule) {
        for (SourceFile file : Programs.library().files()) {
            LinkedProgram program = Programs.read(file);
            for (Declaration declaration : program.own(Declaration.Kind.RULE)) {
                if (declaration.name().text().equals(rule)) {
                    DiagnosticSink sink = new DiagnosticSink();
                    return Explainer.explain(program, Programs.library(), declaration, sink)
                            .orElseThrow(() ->
                                    Programs.failure(sink, declaration.span().text()));
                }
            }
        }
        throw new AssertionError("no rule " + rule + " in the library");
    }

    private static void compare(String name, String text) {
        // Text files end with a newline, and nothing hangs at the end of a line.
        String found = text.lines()
                        .map(String::stripTrailing)
                        .collect(Collectors.joining("\n"))
                        .strip() + "\n";
        Path file = FOLDER.resolve(name);
        try {
            if (UPDATE) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, found, UTF_8);
            }
            assertTrue(Files.exists(file), file + " is missing; -Dgolden.update=true writes it");
            String expected = Files.readString(file, UTF_8).replace("\r\n", "\n");
            assertEquals(expected, found, file + " differs; -Dgolden.update=true writes it anew");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static List<String> rules() {
        return Programs.standardRules().stream().map(rule -> rule.name().text()).toList();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void cardAndEquations(String rule) {
        Explanation explanation = explain(rule);
        compare("cards/" + rule + ".txt", explanation.card() + "\n\n" + explanation.equations());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Hebb", "Oja", "SoftHebb", "Backprop", "FeedbackAlignment", "CoFire"})
    void representationAndKernels(String rule) {
        Explanation explanation = explain(rule);
        compare(rule + ".ir", explanation.ir());
        compare(rule + ".java", explanation.java());
    }

    @ParameterizedTest
    @ValueSource(strings = {"CoFire", "MassRedistribution"})
    void explainingTwiceGivesTheSameTexts(String rule) {
        assertEquals(explain(rule), explain(rule));
    }

    /** A file that no test compares would grow old unseen. */
    @Test
    @DisabledIfSystemProperty(named = "golden.update", matches = "true", disabledReason = "files are being written")
    void everyCardIsOfARuleOfTheLibrary() throws IOException {
        Set<String> expected =
                rules().stream().map(rule -> rule + ".txt").collect(Collectors.toCollection(TreeSet::new));
        try (Stream<Path> files = Files.list(FOLDER.resolve("cards"))) {
            Set<String> found =
                    files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
            assertEquals(expected, found);
        }
    }
}
