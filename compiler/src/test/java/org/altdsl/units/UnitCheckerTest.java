package org.altdsl.units;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.Optional;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.SourceUnit;
import org.altdsl.ast.build.SourceReader;
import org.altdsl.diag.Diagnostic;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.names.LinkedProgram;
import org.altdsl.names.Linker;
import org.altdsl.names.NameResolver;
import org.altdsl.names.RuleLibrary;
import org.altdsl.source.SourceFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitCheckerTest {
    private static final RuleLibrary NOTHING = new RuleLibrary() {
        @Override
        public Optional<SourceFile> find(String name, SourceFile importer) {
            return Optional.empty();
        }

        @Override
        public List<String> names(SourceFile importer) {
            return List.of();
        }
    };

    private static TypedProgram check(String text, DiagnosticSink sink) {
        SourceUnit unit =
                SourceReader.read(new SourceFile("cell.rule", text), sink).orElseThrow();
        LinkedProgram program = Linker.link(unit, NOTHING, sink);
        return UnitChecker.check(NameResolver.resolve(program, sink), sink);
    }

    private static String inCell(String value) {
        return """
                neuron Cell {
                    param v = -65 mV, tau = 20 ms, C = 200 pF, g = 10 nS, n = 3, I = 100 pA
                    input drive
                    let x = %s
                    out r = drive
                }
                """.formatted(value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "3                              | a pure number",
                "2 * v                          | V",
                "g * v                          | A",
                "(g * v + I) / C                | V/s",
                "C / g                          | s",
                "1 / tau                        | Hz",
                "sqrt(v^2)                      | V",
                "v^2 / v                        | V",
                "v / mV                         | a pure number",
                "exp(-tau / (10 ms))            | a pure number",
                "max(0, v)                      | V",
                "if n > 2 then 0 else v         | V",
                "mean(v over population)        | V",
                "normalize(v over population)   | a pure number",
                "[v, 0, 3 mV]                   | V",
                "0                              | any unit",
                "inf                            | any unit"
            })
    void aDefinitionHasTheUnitOfItsValue(String value, String unit) {
        DiagnosticSink sink = new DiagnosticSink();
        TypedProgram typed = check(inCell(value), sink);
        Declaration cell = typed.resolved().program().main().declarations().get(0);
        assertEquals(List.of(), sink.sorted());
        Dimension expected =
                unit.equals("V/s") ? Units.find("V").orElseThrow().dimension().over(Dimension.base("s")) : null;
        Dimension found = typed.dimension(cell, "x");
        if (expected != null) {
            assertEquals(expected, found);
        } else {
            assertEquals(unit, found.toString());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v + tau                | cannot add mV to ms",
                "v - n                  | cannot subtract a pure number from mV",
                "v + g * tau            | cannot add mV to F",
                "if v > I then 1 else 0 | cannot compare mV with pA",
                "exp(v)                 | 'exp' takes a pure number, but this is in mV",
                "v^n                    | a quantity in mV can only be raised to a constant power",
                "2^v                    | an exponent is a pure number, but this is in mV",
                "clip(v, -1, 1)         | 'clip' takes arguments of one unit, not mV and a pure number"
            })
    void unitsAreCalledWhatTheUserCalledThem(String value, String message) {
        DiagnosticSink sink = new DiagnosticSink();
        check(inCell(value), sink);
        assertEquals(
                List.of(message),
                sink.sorted().stream().map(Diagnostic::message).toList());
    }

    @Test
    void aFunctionFitsEveryUnitThatItsBodyFits() {
        DiagnosticSink sink = new DiagnosticSink();
        check("""
                function rectify(x) = max(x, 0)
                neuron Cell {
                    param v = 3 mV
                    input drive
                    out r = rectify(drive) + rectify(v) / mV
                }
                """, sink);
        assertEquals(List.of(), sink.sorted());
    }

    @Test
    void whatAFunctionCannotTakeIsSaidAtTheCallWithANoteInside() {
        DiagnosticSink sink = new DiagnosticSink();
        check("""
                function rise(x) = 1 / (1 + exp(-x))
                neuron Cell {
                    input I : pA
                    out r = rise(I)
                }
                """, sink);
        Diagnostic only = sink.sorted().get(0);
        assertEquals(4, only.at().line());
        assertFalse(only.notes().isEmpty());
        assertEquals(1, only.notes().get(0).at().orElseThrow().line());
    }

    @Test
    void theNotesOfAMismatchPointAtTheDeclarations() {
        DiagnosticSink sink = new DiagnosticSink();
        check(inCell("v + tau"), sink);
        List<String> notes = sink.sorted().get(0).notes().stream()
                .map(note -> note.message())
                .toList();
        assertEquals(List.of("'v' is declared in mV", "'tau' is declared in ms"), notes);
    }
}
