package org.altdsl.syntax;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Collectors;
import org.altdsl.grammar.AltLexer;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.Token;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In the tables, {@code |} stands for a line end, and in the results for a separator. */
class TokenFilterTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "a|b                    # a | b",
                "a||| b                 # a | b",
                "a; b;; c               # a | b | c",
                "a;| b                  # a | b",
                "|| a |                 # a",
                "; a ;                  # a",
                "{| a| b|}              # { a | b }",
                "{ a; }                 # { a }",
                "{}|b                   # { } | b",
                "f(a,| b|)|c            # f ( a , b ) | c",
                "[1,|2]|c               # [ 1 , 2 ] | c",
                "f({a|b}|)              # f ( { a | b } )",
                "a +|b                  # a + b",
                "a|+ b                  # a + b",
                "a =|b                  # a = b",
                "a|= b                  # a | = b",
                "a|- b                  # a - b",
                "a ->|b|-> c            # a -> b -> c",
                "a|via b|learns c       # a via b learns c",
                "a via|b                # a via b",
                "{}|else {}             # { } else { }",
                "a|// comment|b         # a | b",
                "a /* b|c */ d          # a d",
                "if a|then b|else c     # if a then b else c",
                "at a:|b                # at a : b",
                "20 ms|x                # 20 ms | x",
                "(a|}|b                 # ( a } b",
                "{(a|}|b                # { ( a } | b",
            })
    void lineEndsSeparateOnlyWhereAStatementCanEnd(String written, String passed) {
        assertEquals(passed, shown(written.replace('|', '\n')));
    }

    @Test
    void windowsAndOldMacLineEndsCountAlike() {
        assertEquals("a | b | c", shown("a\r\nb\rc"));
    }

    @Test
    void documentationStandsBehindTheSeparator() {
        assertEquals("a | /// doc b", shown("a\n\n/// doc\nb"));
    }

    @Test
    void unclosedBracketsAreFound() {
        TokenFilter.Result result = filter("{ f(a } [ b");
        assertEquals("( [", result.unclosed().stream().map(Token::getText).collect(Collectors.joining(" ")));
    }

    @Test
    void theFirstBracketBeyondTheLimitIsFound() {
        assertEquals(
                3,
                TokenFilter.filter(lexer("((((").getAllTokens(), 3)
                        .tooDeep()
                        .orElseThrow()
                        .getStartIndex());
        assertEquals(
                true,
                TokenFilter.filter(lexer("(((").getAllTokens(), 3).tooDeep().isEmpty());
    }

    private static String shown(String text) {
        return filter(text).tokens().stream()
                .map(token -> token.getType() == AltLexer.SEPARATOR ? "|" : token.getText())
                .collect(Collectors.joining(" "));
    }

    private static TokenFilter.Result filter(String text) {
        return TokenFilter.filter(lexer(text).getAllTokens(), 64);
    }

    private static AltLexer lexer(String text) {
        return new AltLexer(CharStreams.fromString(text));
    }
}
