package org.altdsl.syntax;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Collectors;
import org.altdsl.grammar.AltLexer;
import org.antlr.v4.runtime.CharStreams;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LexerTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "20 ms          # NUMBER:20 NAME:ms",
                "20ms           # NUMBER:20 NAME:ms",
                "1..5           # NUMBER:1 RANGE:.. NUMBER:5",
                "1e-3 .. 1e-1   # NUMBER:1e-3 RANGE:.. NUMBER:1e-1",
                "1.5..2.5       # NUMBER:1.5 RANGE:.. NUMBER:2.5",
                "1.2.3          # MALFORMED_NUMBER:1.2.3",
                "1_000          # MALFORMED_NUMBER:1_000",
                "1 step         # NUMBER:1 STEP:step",
                "2E+6           # NUMBER:2E+6",
                "x'             # NAME:x PRIME:'",
                "w->e           # NAME:w ARROW:-> NAME:e",
                "a<-b           # NAME:a LESS:< MINUS:- NAME:b",
                "x@free         # NAME:x AT_SIGN:@ NAME:free",
                "\u03c4_m \u00b5S   # NAME:\u03c4_m NAME:\u00b5S",
                "stepsize       # NAME:stepsize",
                "\"a \\\" b\"   # STRING:\"a \\\" b\"",
                "\"a            # UNTERMINATED_STRING:\"a",
                "/* a **/ b     # BLOCK_COMMENT:/* a **/ NAME:b",
                "/* a * b       # UNTERMINATED_COMMENT:/* a * b",
                "a // b         # NAME:a LINE_COMMENT:// b",
                "/// a          # DOCUMENTATION_LINE:/// a",
                "a $            # NAME:a UNKNOWN:$",
            })
    void textIsCutIntoTokens(String text, String tokens) {
        AltLexer lexer = new AltLexer(CharStreams.fromString(text));
        assertEquals(
                tokens,
                lexer.getAllTokens().stream()
                        .map(token -> AltLexer.VOCABULARY.getSymbolicName(token.getType()) + ":" + token.getText())
                        .collect(Collectors.joining(" ")));
    }
}
