package org.altdsl.janino;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.altdsl.codegen.JavaEmitter;
import org.altdsl.codegen.JavaSource;
import org.altdsl.ir.Program;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.optimize.Optimizer;
import org.altdsl.runtime.kernel.KernelUnit;
import org.altdsl.runtime.kernel.Precision;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.source.SourceFile;
import org.altdsl.source.Span;
import org.junit.jupiter.api.Test;

class GeneratedSourceTest {
    private static final String RULE = """
            rule oja {
              on sample {
                r = sum(w * pre.r)
                w += eta * mean(post.r * (pre.r - post.r * w))
              }
            }
            """;

    /** Oja's rule with the places of its statements in a source. */
    private static Program oja() {
        SourceFile file = new SourceFile("rules/oja.rule", RULE);
        Program plain = RateNets.oja().sketch.program();
        List<Update> updates = new ArrayList<>();
        for (Update update : plain.block(Scope.BATCH)) {
            Var target = update.target();
            String label = target.name().substring(target.name().lastIndexOf('.') + 1);
            Var labelled = new Var(
                    target.name(),
                    target.space(),
                    target.type(),
                    target.life(),
                    target.owner(),
                    target.matter(),
                    target.init(),
                    target.origin(),
                    label);
            int start = RULE.indexOf("    " + label + " ") + 4;
            Span span = new Span(file, start, RULE.indexOf('\n', start));
            updates.add(new Update(labelled, update.version(), update.guard(), update.value(), update.slot(), span));
        }
        return Program.of("oja", plain.variables(), updates, List.of());
    }

    private static JavaSource source(Program program, Precision precision) {
        Optimizer.Optimized optimized = Optimizer.optimize(program, RateNets.SIZES, Set.of(), false);
        return JavaEmitter.emit(program, optimized, RateNets.SIZES, Set.of(), precision, false, false);
    }

    @Test
    void equalProgramsGiveEqualText() {
        for (Precision precision : Precision.values()) {
            String first =
                    source(RateNets.perceptron().sketch.program(), precision).text();
            assertEquals(
                    first,
                    source(RateNets.perceptron().sketch.program(), precision).text());
        }
    }

    @Test
    void noLineIsLongerThanAnEditorShows() {
        for (String line : source(RateNets.perceptron().sketch.program(), Precision.FLOAT)
                .text()
                .lines()
                .toList()) {
            assertTrue(line.length() <= 120, line);
        }
    }

    @Test
    void theClassOfOjasRuleReadsAsItDid() throws IOException {
        Path golden = Path.of("src/test/resources/golden/oja.java.txt");
        String text = source(oja(), Precision.FLOAT).text();
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(golden.getParent());
            Files.writeString(golden, text);
        }
        try (var stored = GeneratedSourceTest.class.getResourceAsStream("/golden/oja.java.txt")) {
            assertEquals(new String(stored.readAllBytes(), StandardCharsets.UTF_8), text);
        }
    }

    @Test
    void equalTextIsCompiledOnce() {
        KernelCache cache = new KernelCache(2);
        JavaSource source = source(oja(), Precision.FLOAT);
        assertSame(cache.get("oja", source), cache.get("oja", source(oja(), Precision.FLOAT)));
        assertNotSame(cache.get("oja", source), cache.get("oja", source(oja(), Precision.DOUBLE)));
    }

    @Test
    void textThatDoesNotCompileIsShownWhole() {
        String text = "public class Broken { int f() { return nothing; } }";
        InternalCompilerError error = assertThrows(
                InternalCompilerError.class, () -> KernelLoader.load(KernelUnit.class, "broken.rule", "Broken", text));
        assertTrue(error.getMessage().contains(text), error.getMessage());
        assertTrue(error.getMessage().contains("broken.rule"), error.getMessage());
    }
}
