package org.altdsl.tests.time;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.altdsl.driver.Backend;
import org.altdsl.driver.FrontEnd;
import org.altdsl.driver.TestRunner;
import org.altdsl.ir.Edges;
import org.altdsl.ir.Sizes;
import org.altdsl.lower.LoweredRule;
import org.altdsl.lower.LoweredTest;
import org.altdsl.names.LinkedProgram;
import org.altdsl.names.RuleLibrary;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.source.SourceFile;
import org.altdsl.tests.bench.Programs;
import org.altdsl.tests.bench.Trainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The decisions about networks in time, each as a small program whose numbers were worked out by hand: the interpreter and
 * the compiled kernels both keep to them.
 */
class StepSemanticsTest {
    private static final Path FOLDER = Path.of("src", "test", "resources", "time");

    private static final RuleLibrary LIBRARY = new RuleLibrary() {
        @Override
        public Optional<SourceFile> find(String name, SourceFile importer) {
            return Programs.library().find(name, importer).or(() -> Optional.of(FOLDER.resolve(name + ".rule"))
                    .filter(Files::exists)
                    .map(StepSemanticsTest::read));
        }

        @Override
        public List<String> names(SourceFile importer) {
            return Programs.library().names(importer);
        }
    };

    private static SourceFile read(Path path) {
        try {
            return new SourceFile(path.getFileName().toString(), Files.readString(path));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static Stream<Arguments> tests() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().toList().stream().flatMap(path -> testsOf(read(path)));
        }
    }

    private static Stream<Arguments> testsOf(SourceFile file) {
        return Programs.tests(program(file)).entrySet().stream()
                .map(test -> Arguments.of(file.name() + ": " + test.getKey(), test.getValue()));
    }

    private static LinkedProgram program(SourceFile file) {
        var checked = new FrontEnd(LIBRARY).read(file);
        return checked.program().orElseThrow(() -> Programs.failure(checked.diagnostics(), file.text()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tests")
    void compiledKernelsKeepToIt(String name, LoweredTest test) {
        assertEquals(List.of(), new TestRunner(Trainer.fused()).run(test));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tests")
    void theInterpreterKeepsToIt(String name, LoweredTest test) {
        assertEquals(List.of(), new TestRunner(Trainer.interpreter()).run(test));
    }

    /** Beside another projection, after other populations, or alone: the same synapses with the same weights. */
    private static final List<String> AROUND = List.of(
            "x : LIF[40];  y : LIF[30];  p : x -> y connect %s via Kick { w ~ uniform(0, 1) }",
            "z : LIF[7];  y : LIF[30];  x : LIF[40];  q : z -> y connect sparse(0.5) via Kick { w ~ uniform(0, 1) };"
                    + "  p : x -> y connect %s via Kick { w ~ uniform(0, 1) };  y -> x via Kick { w = 1 }");

    private static Map<String, double[]> synapses(String network, String connection, Backend backend, long seed) {
        LoweredRule lowered =
                Programs.lower("""
                import cells
                experiment "wiring" {
                    dt = 1 ms
                    network { %s }
                    protocol { run 1 ms }
                    measure mean(p.w)
                }
                """.formatted(network.formatted(connection))).get(0);
        Edges edges = lowered.train().edges().stream()
                .filter(one -> one.source().name().startsWith("p."))
                .findFirst()
                .orElseThrow();
        Set<String> wanted = Set.of("p.w", edges.source().name(), edges.target().name());
        Executor executor = backend.compile(lowered.train(), new Sizes(lowered.sizes()), wanted)
                .executor(seed, 1);
        executor.clocks().seed = seed;
        executor.enter(Scope.RUN);
        Map<String, double[]> found = new TreeMap<>();
        wanted.forEach(name -> found.put(name, executor.read(name)));
        return found;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sparse(0.3)",
                "fixed_indegree(5)",
                "fixed_outdegree(5)",
                "fixed_number(77)",
                "fixed_indegree(5, multapses = true)",
                "distance(gaussian, length = 4)",
                "sparse(0.3) where pre.index != post.index"
            })
    void synapsesDependOnTheSeedAndTheNameOfTheProjectionAlone(String connection) {
        Map<String, double[]> first = synapses(AROUND.get(0), connection, Trainer.fused(), 3);
        for (String network : AROUND) {
            for (Backend backend : List.of(Trainer.fused(), Trainer.interpreter())) {
                Map<String, double[]> again = synapses(network, connection, backend, 3);
                assertEquals(first.keySet(), again.keySet());
                first.forEach((name, values) -> assertArrayEquals(values, again.get(name), name));
            }
        }
        Map<String, double[]> other = synapses(AROUND.get(0), connection, Trainer.fused(), 4);
        assertFalse(
                first.keySet().stream().allMatch(name -> Arrays.equals(first.get(name), other.get(name))),
                "another seed gives other synapses");
    }

    @Test
    void aParameterThatStandsForAQuantityIsHeldToTheContract() {
        String text = """
                rule Filter { reads pre.spike, post.v;  param seen = post.v;  on pre.spike { w += seen } }
                neuron Cell { state v = 0, u = 0; v' = -v / (10 ms); u' = -u / (10 ms); spike when v > 1 { v = 0 } }
                synapse Line { weight w; on pre.spike { post.v += w } }
                experiment "contract" {
                    dt = 1 ms
                    network { x : Cell[2];  y : Cell[2];  x -> y via Line { w = 1 } learns Filter(seen = post.u) }
                    protocol { run 1 ms }
                    measure mean(y.v)
                }
                """;
        var checked = new FrontEnd(LIBRARY).check(new SourceFile("contract.exp", text));
        assertEquals(
                List.of("ALT-L001"),
                checked.diagnostics().sorted().stream()
                        .map(diagnostic -> diagnostic.code().id())
                        .toList());
    }

    /** Single precision cannot tell a step from the next one any more, and need not. */
    @Test
    void aScheduledEventComesInTimeHoweverLongTheRunIs() {
        LoweredRule lowered = Programs.lower("""
                neuron Sevenths { state k = 0; each step { k = mod(k + 1, 7) }; spike when k == 0 }
                experiment "later" {
                    dt = 1 ms
                    network {
                        a : Sevenths[1]
                        state n = 0
                        on a[0].spike { schedule ping after 3 ms }
                        on ping { n += 1 }
                    }
                    protocol { run 100 ms }
                    measure n
                }
                """).get(0);
        String count = lowered.train().variables().stream()
                .filter(variable -> variable.label().equals("n"))
                .findFirst()
                .orElseThrow()
                .name();
        for (Backend backend : List.of(Trainer.single(), Trainer.interpreter())) {
            for (long start : List.of(0L, (1L << 24) + 1, (1L << 33) + 2)) {
                Executor executor = backend.compile(lowered.train(), new Sizes(lowered.sizes()), Set.of(count))
                        .executor(1, 1);
                executor.enter(Scope.RUN);
                executor.clocks().step = start;
                executor.advance(100);
                assertArrayEquals(new double[] {13}, executor.read(count), backend + " from step " + start);
            }
        }
    }
}
