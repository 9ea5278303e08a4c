package org.altdsl.syntax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.grammar.AltLexer;
import org.altdsl.grammar.AltParser;
import org.altdsl.source.SourceFile;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.atn.ATNConfigSet;
import org.antlr.v4.runtime.atn.PredictionMode;
import org.antlr.v4.runtime.dfa.DFA;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The target corpus: whole programs that must parse, and in one way only. */
class CorpusTest {
    private static final Path CORPUS = Path.of("../tests/src/test/resources/corpus/design");

    static List<Path> programs() throws IOException {
        try (Stream<Path> files = Files.walk(CORPUS)) {
            return files.filter(file -> file.toString().matches(".*\\.(rule|exp)"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void corpusIsComplete() throws IOException {
        assertEquals(42, programs().size());
    }

    @ParameterizedTest
    @MethodSource("programs")
    void everyProgramParses(Path program) throws IOException {
        DiagnosticSink sink = new DiagnosticSink();
        assertTrue(SyntaxParser.parse(read(program), sink).isPresent(), () -> sink.sorted()
                .toString());
    }

    @ParameterizedTest
    @MethodSource("programs")
    void noProgramIsAmbiguous(Path program) throws IOException {
        assertEquals(List.of(), ambiguities(read(program)));
    }

    /** Every soft word is a name too; a line cannot end after {@code partner}, which joins it to the next. */
    @ParameterizedTest
    @MethodSource("softWords")
    void softWordsAreNames(String word) {
        String text = """
                rule A {
                    param %1$s = 1, other : %1$s = 2
                    state pre %1$s = 0
                    state %1$s : mV = %1$s
                    noise %1$s ~ normal(0, %1$s)
                    pre %1$s' = -%1$s / tau
                    on %1$s.spike { %1$s += 1; %1$s' = 2; w[%1$s] = f(%1$s = %1$s over %1$s) }
                    %1$s : Rate[3]
                    %1$s -> %1$s.%1$s via %1$s learns %1$s
                    record [a, %1$s].spike every %1$s
                    %1$s[0] = 1; %1$s[0] += 1; %1$s[0] ~ %1$s
                    hold %1$s for %1$s
                }
                """.formatted(word);
        assertEquals(List.of(), ambiguities(new SourceFile(word, text)));
    }

    static List<String> softWords() {
        List<String> words = new ArrayList<>();
        for (int type = AltLexer.NEURON; type < AltLexer.ARROW; type++) {
            String literal = AltParser.VOCABULARY.getLiteralName(type);
            if (type == AltLexer.PARTNER) {
                continue;
            }
            words.add(literal.substring(1, literal.length() - 1));
        }
        return words;
    }

    private static SourceFile read(Path program) throws IOException {
        return new SourceFile(program.toString(), Files.readString(program));
    }

    private static List<String> ambiguities(SourceFile source) {
        AltParser parser = SyntaxParser.parser(source);
        parser.getInterpreter().setPredictionMode(PredictionMode.LL_EXACT_AMBIG_DETECTION);
        List<String> found = new ArrayList<>();
        parser.addErrorListener(new BaseErrorListener() {
            @Override
            public void reportAmbiguity(
                    Parser recognizer,
                    DFA dfa,
                    int start,
                    int stop,
                    boolean exact,
                    BitSet alternatives,
                    ATNConfigSet configurations) {
                String rule = parser.getRuleNames()[dfa.atnStartState.ruleIndex];
                found.add(rule + " " + alternatives + " at line "
                        + parser.getTokenStream().get(start).getLine());
            }
        });
        parser.file();
        return found;
    }
}
