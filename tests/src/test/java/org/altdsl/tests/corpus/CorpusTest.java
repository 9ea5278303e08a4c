package org.altdsl.tests.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.altdsl.diag.Code;
import org.altdsl.diag.Diagnostic;
import org.altdsl.diag.Severity;
import org.altdsl.driver.Checked;
import org.altdsl.driver.FrontEnd;
import org.altdsl.names.RuleLibrary;
import org.altdsl.source.SourceFile;
import org.altdsl.tests.bench.Programs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole programs through everything that {@code altdsl check} does. What is wrong stands beside it:
 * {@code // error ALT-T002@12: fragment} names the code, the column if it matters and a part of the message;
 * {@code // warning …} likewise.
 */
class CorpusTest {
    private static final Path FOLDER = Path.of("src", "test", "resources", "corpus");
    private static final Pattern EXPECTED = Pattern.compile(
            "// (error|warning) (ALT-[A-Z]\\d{3})(?:@(\\d+))?(?:: ((?:(?!\\s*// (?:error|warning)).)*))?");

    static List<Path> wrong() {
        return files("invalid-lowering");
    }

    static List<Path> valid() {
        return files("valid");
    }

    private static List<Path> files(String folder) {
        try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
            return files.filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static SourceFile read(Path file) {
        try {
            return new SourceFile(file.getFileName().toString(), Files.readString(file));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Imports come from beside a file, then from the standard library. */
    private record Neighbours(Path folder) implements RuleLibrary {
        @Override
        public Optional<SourceFile> find(String name, SourceFile importer) {
            Path file = folder.resolve(name + ".rule");
            return Files.exists(file)
                    ? Optional.of(read(file))
                    : Programs.library().find(name, importer);
        }

        @Override
        public List<String> names(SourceFile importer) {
            return Programs.library().names(importer);
        }
    }

    private static List<Diagnostic> check(Path file) {
        Checked checked = new FrontEnd(new Neighbours(file.getParent())).check(read(file));
        List<Diagnostic> found = checked.diagnostics().sorted();
        boolean hasErrors = found.stream().anyMatch(one -> one.severity() == Severity.ERROR);
        assertEquals(!hasErrors, checked.program().isPresent(), "a program with errors is not handed on");
        return found;
    }

    private record Said(int line, String severity, String code) implements Comparable<Said> {
        @Override
        public int compareTo(Said other) {
            return toString().compareTo(other.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void everythingWrongIsFoundWhereItIs(Path path) {
        SourceFile file = read(path);
        Set<Said> expected = new TreeSet<>();
        List<String> fragments = new ArrayList<>();
        for (int line = 1; line <= file.lines().lineCount(); line++) {
            Matcher matcher = EXPECTED.matcher(file.lines().lineText(line));
            while (matcher.find()) {
                expected.add(new Said(line, matcher.group(1), matcher.group(2)));
                if (matcher.group(4) != null) {
                    fragments.add(matcher.group(4).strip());
                }
            }
        }
        assertFalse(expected.isEmpty(), "nothing is said to be wrong in " + path);
        List<Diagnostic> diagnostics = check(path);
        Set<Said> found = new TreeSet<>();
        for (Diagnostic one : diagnostics) {
            String severity = one.severity() == Severity.ERROR ? "error" : "warning";
            found.add(new Said(one.at().line(), severity, one.code().id()));
            assertEquals(file.name(), one.at().file().name(), one.message());
        }
        String messages = diagnostics.toString();
        assertEquals(expected, found, messages);
        for (String fragment : fragments) {
            assertTrue(diagnostics.stream().anyMatch(one -> one.message().contains(fragment)), fragment + messages);
        }
    }

    /** What is valid in the language but beyond this version is said to be so, and nothing else is said. */
    @ParameterizedTest
    @MethodSource("valid")
    void whatIsRightIsAccepted(Path path) {
        List<String> errors = check(path).stream()
                .filter(one -> one.severity() == Severity.ERROR && one.code() != Code.NOT_YET)
                .map(one -> one.at() + " " + one.code().id() + " " + one.message())
                .toList();
        assertEquals(List.of(), errors);
    }

    @Test
    void theStandardLibraryIsAcceptedWithoutAWarning() {
        List<String> found = new ArrayList<>();
        for (SourceFile file : Programs.library().files()) {
            new FrontEnd(Programs.library())
                    .check(file).diagnostics().sorted().stream()
                            .map(one -> one.at() + " " + one.code().id() + " " + one.message())
                            .forEach(found::add);
        }
        assertEquals(List.of(), found);
    }
}
