package org.altdsl.stdlib;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Item;
import org.altdsl.diag.DiagnosticPrinter;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.driver.Backend;
import org.altdsl.driver.Checked;
import org.altdsl.driver.FrontEnd;
import org.altdsl.driver.TestRunner;
import org.altdsl.janino.FusedOptions;
import org.altdsl.lower.DatasetLowering;
import org.altdsl.lower.LoweredTest;
import org.altdsl.lower.TestLowering;
import org.altdsl.names.Inheritance;
import org.altdsl.names.LinkedProgram;
import org.altdsl.names.RuleLibrary;
import org.altdsl.runtime.data.DataLocator;
import org.altdsl.runtime.data.DataSource;
import org.altdsl.runtime.kernel.Precision;
import org.altdsl.source.SourceFile;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every file of the standard library checks clean, is documented and tested, and passes its own tests. */
class StandardLibraryTest {
    private static final String FOLDER = "/altdsl/stdlib/";

    private static final RuleLibrary LIBRARY = new RuleLibrary() {
        @Override
        public Optional<SourceFile> find(String name, SourceFile importer) {
            return Optional.ofNullable(index().get(name)).map(StandardLibraryTest::file);
        }

        @Override
        public List<String> names(SourceFile importer) {
            return List.copyOf(index().keySet());
        }
    };

    private static Map<String, String> index() {
        Map<String, String> paths = new LinkedHashMap<>();
        resource("index.txt")
                .lines()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .forEach(line -> {
                    String[] words = line.split(" ");
                    paths.put(words[0], words[1]);
                });
        return paths;
    }

    static List<String> paths() {
        return List.copyOf(index().values());
    }

    private static SourceFile file(String path) {
        return new SourceFile("stdlib/" + path, resource(path));
    }

    private static String resource(String name) {
        try (InputStream stream = StandardLibraryTest.class.getResourceAsStream(FOLDER + name)) {
            return new String(stream.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new AssertionError(name, e);
        }
    }

    @Test
    void theIndexNamesEveryFileOnce() throws IOException, URISyntaxException {
        Path folder = Path.of(StandardLibraryTest.class
                        .getResource(FOLDER + "index.txt")
                        .toURI())
                .getParent();
        try (Stream<Path> walk = Files.walk(folder)) {
            List<String> found = walk.filter(path -> path.toString().endsWith(".rule"))
                    .map(path -> folder.relativize(path).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
            assertEquals(found, List.copyOf(new TreeSet<>(paths())));
            assertEquals(found.size(), paths().size());
        }
    }

    @ParameterizedTest
    @MethodSource("paths")
    void checksWithoutErrorOrWarning(String path) {
        DiagnosticSink found = new FrontEnd(LIBRARY).check(file(path)).diagnostics();
        assertEquals("", new DiagnosticPrinter(false).print(found));
    }

    @ParameterizedTest
    @MethodSource("paths")
    void everyDeclarationIsDocumented(String path) {
        LinkedProgram program = new FrontEnd(LIBRARY).read(file(path)).program().orElseThrow();
        for (Declaration declaration : program.main().declarations()) {
            boolean shown = declaration.kind() == Declaration.Kind.RULE
                    || declaration.kind() == Declaration.Kind.OPTIMIZER
                    || declaration.kind() == Declaration.Kind.OBJECTIVE
                    || declaration.kind() == Declaration.Kind.DATASET;
            if (shown) {
                assertFalse(declaration.documentation().isBlank(), declaration.name() + " has no documentation");
            }
            boolean learns = declaration.kind() == Declaration.Kind.RULE
                    && !declaration.body().isEmpty();
            if (learns) {
                Inheritance inheritance = new Inheritance(program, new DiagnosticSink());
                assertFalse(
                        inheritance.flatten(declaration).items(Item.Reads.class).isEmpty(),
                        declaration.name() + " does not say what it reads");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("paths")
    void everyFileWithRulesHasATest(String path) {
        LinkedProgram program = new FrontEnd(LIBRARY).read(file(path)).program().orElseThrow();
        boolean rules = !program.own(Declaration.Kind.RULE).isEmpty();
        assertTrue(!rules || !program.own(Declaration.Kind.TEST).isEmpty(), path + " has no test");
    }

    @TestFactory
    Stream<DynamicTest> passesItsOwnTests() {
        Backend backend = Backend.cpu(FusedOptions.standard().withPrecision(Precision.DOUBLE));
        DataSource source =
                new DataSource(new DataLocator(List.of(), Map.of()), Path.of("").toAbsolutePath());
        List<DynamicTest> tests = new ArrayList<>();
        for (String path : paths()) {
            Checked read = new FrontEnd(LIBRARY).read(file(path));
            LinkedProgram program = read.program().orElseThrow();
            for (Declaration test : program.own(Declaration.Kind.TEST)) {
                String name = path + ": " + test.name().text();
                tests.add(DynamicTest.dynamicTest(name, () -> passes(program, test, backend, source)));
            }
        }
        return tests.stream();
    }

    private static void passes(LinkedProgram program, Declaration test, Backend backend, DataSource source) {
        DiagnosticSink sink = new DiagnosticSink();
        DatasetLowering datasets = new DatasetLowering(program, sink, source, backend);
        Optional<LoweredTest> lowered = new TestLowering(program, sink, Optional.of(datasets)).lower(test);
        assertEquals("", new DiagnosticPrinter(false).print(sink));
        List<String> failures = new TestRunner(backend)
                .run(lowered.orElseThrow()).stream()
                        .map(failure -> failure.at() + ": " + failure.message())
                        .toList();
        assertEquals(List.of(), failures);
    }
}
