package org.altdsl.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.altdsl.ast.SourceUnit;
import org.altdsl.ast.build.SourceReader;
import org.altdsl.diag.Diagnostic;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.diag.Severity;
import org.altdsl.names.Linker;
import org.altdsl.names.RuleLibrary;
import org.altdsl.source.SourceFile;
import org.altdsl.units.TypedProgram;

/**
 * Whole small programs with what is wrong in them written beside it.
 *
 * <p>{@code // error ALT-N001@12: fragment} stands on the line that is wrong: the code, the column if it matters, and
 * a part of the message; {@code // warning …} likewise. A file whose name begins with {@code not-yet} is also asked
 * for what this version cannot run.
 */
final class Corpus {
    static final Path FOLDER = Path.of("..", "tests", "src", "test", "resources", "corpus");
    private static final Pattern EXPECTED = Pattern.compile(
            "// (error|warning) (ALT-[A-Z]\\d{3})(?:@(\\d+))?(?:: ((?:(?!\\s*// (?:error|warning)).)*))?");

    private Corpus() {}

    /** Something that is said about a line. */
    record Expected(SourceFile file, int line, Severity severity, String code, int column, String fragment) {
        boolean matches(Diagnostic found) {
            return found.at().file().equals(file)
                    && found.at().line() == line
                    && found.severity() == severity
                    && found.code().id().equals(code)
                    && (column == 0 || found.at().column() == column)
                    && found.message().contains(fragment);
        }
    }

    static List<Path> files(String folder) {
        try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
            return files.filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static SourceFile read(Path file) {
        try {
            return new SourceFile(file.getFileName().toString(), Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Expected> expected(SourceFile file) {
        List<Expected> expected = new ArrayList<>();
        for (int line = 1; line <= file.lines().lineCount(); line++) {
            Matcher matcher = EXPECTED.matcher(file.lines().lineText(line));
            while (matcher.find()) {
                expected.add(new Expected(
                        file,
                        line,
                        matcher.group(1).equals("error") ? Severity.ERROR : Severity.WARNING,
                        matcher.group(2),
                        matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3)),
                        matcher.group(4) == null ? "" : matcher.group(4).strip()));
            }
        }
        return expected;
    }

    /** What is said about a file; imports come from its neighbours and the whole programs of the corpus. */
    static List<Diagnostic> check(Path path) {
        DiagnosticSink sink = new DiagnosticSink();
        Optional<TypedProgram> typed = run(path, sink);
        if (path.getFileName().toString().startsWith("not-yet")) {
            typed.ifPresent(program -> notYet(program, sink));
        }
        return sink.sorted();
    }

    /** What of a file's own declarations this version cannot run. */
    static List<Diagnostic> notYet(Path path) {
        DiagnosticSink sink = new DiagnosticSink();
        notYet(run(path, new DiagnosticSink()).orElseThrow(), sink);
        return sink.sorted();
    }

    private static Optional<TypedProgram> run(Path path, DiagnosticSink sink) {
        SourceFile file = read(path);
        Optional<SourceUnit> unit = SourceReader.read(file, sink);
        Library library = new Library(path.toAbsolutePath().getParent());
        return unit.flatMap(found -> Checks.run(Linker.link(found, library, sink), sink));
    }

    private static void notYet(TypedProgram typed, DiagnosticSink sink) {
        typed.resolved()
                .program()
                .main()
                .declarations()
                .forEach(declaration ->
                        NotYet.check(typed.resolved().of(declaration).orElseThrow(), sink));
    }

    /** The rules beside a file, then those of the whole programs. */
    private static final class Library implements RuleLibrary {
        private final List<Path> folders;
        private final Map<String, SourceFile> read = new HashMap<>();

        Library(Path folder) {
            this.folders = List.of(folder, FOLDER.resolve("programs"));
        }

        @Override
        public Optional<SourceFile> find(String name, SourceFile importer) {
            for (Path folder : folders) {
                Path file = folder.resolve(name + ".rule");
                if (Files.exists(file)) {
                    return Optional.of(read.computeIfAbsent(name, key -> Corpus.read(file)));
                }
            }
            return Optional.empty();
        }

        @Override
        public List<String> names(SourceFile importer) {
            return files("programs").stream()
                    .map(file -> file.getFileName().toString().replace(".rule", ""))
                    .toList();
        }
    }
}
