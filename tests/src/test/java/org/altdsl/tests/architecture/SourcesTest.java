package org.altdsl.tests.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.altdsl.ast.Declaration;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.driver.Explainer;
import org.altdsl.driver.Explanation;
import org.altdsl.names.LinkedProgram;
import org.altdsl.source.SourceFile;
import org.altdsl.tests.bench.Programs;
import org.junit.jupiter.api.Test;

/** What can be said of source texts: ours, and those that the compiler generates. */
class SourcesTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern LITERAL =
            Pattern.compile("\"\"\"(.*?)\"\"\"|\"((?:[^\"\\\\\\n]|\\\\.)*)\"", Pattern.DOTALL);
    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|(?m)^\\s*//.*$", Pattern.DOTALL);
    private static final Pattern QUALIFIED = Pattern.compile("\\b(?:org|com|net|javax?|sun|jdk)(?:\\.\\w+)+");

    private static List<Path> mainSources(String module) {
        Path folder = ROOT.resolve(module).resolve("src/main/java");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /**
     * A rule that works only because the harness knows its name would be no rule. The command line may mention rules in
     * what it shows to a reader, but compares nothing with a name.
     */
    @Test
    void noRuleOfTheLibraryIsNamedInMainCode() {
        List<String> rules = Programs.standardRules().stream()
                .map(rule -> rule.name().text())
                .toList();
        Pattern named = Pattern.compile("\\b(?:" + String.join("|", rules) + ")\\b");
        List<String> found = new ArrayList<>();
        int literals = 0;
        for (String module : List.of("grammar", "runtime", "compiler", "cli")) {
            for (Path file : mainSources(module)) {
                Matcher literal = LITERAL.matcher(COMMENT.matcher(text(file)).replaceAll(""));
                while (literal.find()) {
                    literals++;
                    Matcher name = named.matcher(literal.group());
                    boolean alone = rules.contains(literal.group().replace("\"", ""));
                    if (name.find() && (alone || !module.equals("cli"))) {
                        found.add(file + ": " + name.group());
                    }
                }
            }
        }
        assertTrue(literals > 1000, "only " + literals + " literals read");
        assertEquals(List.of(), found);
    }

    @Test
    void theLibraryHasNoClasses() {
        assertTrue(Files.isDirectory(ROOT.resolve("stdlib-rules/src/main/resources")));
        assertFalse(Files.exists(ROOT.resolve("stdlib-rules/src/main/java")));
    }

    @Test
    void codesOfDiagnosticsAreUnique() {
        Set<String> ids = new HashSet<>();
        for (Code code : Code.values()) {
            assertTrue(ids.add(code.id()), code + " has the id of another: " + code.id());
            assertTrue(code.id().matches("ALT-[A-Z]\\d{3}"), code.id());
        }
    }

    /** Generated code may call the kernel library and Java, and nothing else. */
    @Test
    void kernelsCallTheKernelLibraryAndJavaOnly() {
        List<String> allowed = List.of(
                "org.altdsl.runtime.kernel.",
                "org.altdsl.runtime.plan.",
                "org.altdsl.runtime.random.",
                "org.altdsl.runtime.tensor.",
                "java.");
        Set<String> seen = new HashSet<>();
        for (SourceFile file : Programs.library().files()) {
            LinkedProgram program = Programs.read(file);
            for (Declaration rule : program.own(Declaration.Kind.RULE)) {
                Matcher names = QUALIFIED.matcher(withoutComments(java(program, rule)));
                while (names.find()) {
                    String name = names.group();
                    seen.add(name);
                    assertTrue(
                            name.startsWith("org.altdsl.kernels")
                                    || allowed.stream().anyMatch(name::startsWith),
                            rule.name() + " calls " + name);
                }
            }
        }
        assertTrue(seen.stream().anyMatch(name -> name.startsWith("org.altdsl.runtime.kernel.")), seen.toString());
    }

    private static String withoutComments(String java) {
        return Arrays.stream(java.split("\n"))
                .map(line -> line.replaceAll("//.*", ""))
                .reduce("", (a, b) -> a + "\n" + b);
    }

    private static String java(LinkedProgram program, Declaration rule) {
        DiagnosticSink sink = new DiagnosticSink();
        return Explainer.explain(program, Programs.library(), rule, sink)
                .map(Explanation::java)
                .orElseThrow(() -> Programs.failure(sink, rule.span().text()));
    }

    @Test
    void noSourceNamesAPathOfAMachine() {
        Pattern path = Pattern.compile("/(?:home|root|work|Users)/\\w");
        for (String module : List.of("grammar", "runtime", "compiler", "cli")) {
            for (Path file : mainSources(module)) {
                assertFalse(path.matcher(text(file)).find(), file.toString());
            }
        }
    }
}
