package org.altdsl.syntax;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.altdsl.grammar.AltLexer;
import org.altdsl.grammar.AltParser;
import org.altdsl.syntax.Expectations.Failure;
import org.antlr.v4.runtime.Token;

/** Recognises the slips that people bring along from other languages, and says what is written here. */
final class Slips {
    private static final Set<Integer> COMPARISONS = Set.of(
            AltLexer.EQUAL_EQUAL,
            AltLexer.BANG_EQUAL,
            AltLexer.LESS,
            AltLexer.GREATER,
            AltLexer.LESS_EQUAL,
            AltLexer.GREATER_EQUAL);

    private static final Set<Integer> AFTER_A_TARGET = Set.of(
            AltLexer.EQUAL,
            AltLexer.PLUS_EQUAL,
            AltLexer.MINUS_EQUAL,
            AltLexer.STAR_EQUAL,
            AltLexer.SLASH_EQUAL,
            AltLexer.PRIME,
            AltLexer.TILDE,
            AltLexer.COLON,
            AltLexer.LPAREN,
            AltLexer.LBRACKET,
            AltLexer.DOT);

    private Slips() {}

    /** Whether the failure is {@code .5} or {@code 1.}. */
    static boolean malformedNumber(List<Token> tokens, int index) {
        Token token = tokens.get(index);
        if (token.getType() != AltLexer.DOT) {
            return false;
        }
        return adjacent(tokens, index, AltLexer.NUMBER)
                || index > 0 && tokens.get(index - 1).getType() == AltLexer.NUMBER && touches(tokens, index - 1);
    }

    static Optional<String> hint(List<Token> tokens, int start, Failure failure, boolean unclosed) {
        Optional<String> unit = readAsUnit(tokens, start, failure.index());
        if (unit.isPresent()) {
            return unit;
        }
        int index = failure.index();
        Token token = failure.token();
        int before = index > 0 ? tokens.get(index - 1).getType() : Token.EOF;
        boolean expressionExpected = failure.expected().stream()
                .anyMatch(expected -> expected.isRule()
                        && expected.type() != AltParser.RULE_name
                        && expected.type() != AltParser.RULE_block
                        && expected.type() != AltParser.RULE_item
                        && expected.type() != AltParser.RULE_postfix
                        && expected.type() != AltParser.RULE_quantity);
        return Optional.ofNullable(
                switch (token.getType()) {
                    case AltLexer.LBRACE ->
                        expressionExpected ? "a list is written in [ ]; { } holds statements" : missingThen(failure);
                    case AltLexer.STAR_STAR -> "a power is written a ^ b";
                    case AltLexer.AMPERSANDS -> "'and' joins two conditions";
                    case AltLexer.BARS -> "'or' joins two conditions";
                    case AltLexer.BANG -> "'not' negates a condition";
                    case AltLexer.COLON_EQUAL -> "an assignment is written with '='";
                    case AltLexer.PERCENT -> "the remainder is mod(a, b); '%' is a unit and follows a number";
                    case AltLexer.EQUAL ->
                        before == AltLexer.EQUAL_EQUAL || expectsOperator(failure)
                                ? "a comparison is written '=='"
                                : null;
                    case AltLexer.PLUS -> plus(tokens, index, before, expressionExpected);
                    case AltLexer.MINUS -> doubled(tokens, index) ? "there is no '--': write w -= 1" : null;
                    case AltLexer.PRIME -> expressionExpected ? "a text is written in double quotes" : null;
                    case AltLexer.IF -> expressionExpected ? "put the 'if' in parentheses" : null;
                    case AltLexer.MATCH -> expressionExpected ? "put the 'match' in parentheses" : null;
                    case AltLexer.NAME, AltLexer.NUMBER -> afterNumber(tokens, start, index);
                    default -> other(tokens, index, token, unclosed);
                });
    }

    private static String plus(List<Token> tokens, int index, int before, boolean expressionExpected) {
        if (doubled(tokens, index)) {
            return "there is no '++': write w += 1";
        }
        if (before == AltLexer.EQUAL && touches(tokens, index - 1)) {
            return "did you mean '+='?";
        }
        return expressionExpected ? "a number is positive without a sign" : null;
    }

    private static boolean doubled(List<Token> tokens, int index) {
        return adjacent(tokens, index, tokens.get(index).getType());
    }

    private static String other(List<Token> tokens, int index, Token token, boolean unclosed) {
        if (COMPARISONS.contains(token.getType()) && comparesBefore(tokens, index)) {
            return "comparisons do not chain: write a < b and b < c";
        }
        return Wording.isReserved(token) && !unclosed ? "'" + token.getText() + "' is a reserved word" : null;
    }

    /** In {@code a = 1 b = 2} the second name is the unit of the first number, and the slip shows only behind it. */
    private static Optional<String> readAsUnit(List<Token> tokens, int start, int index) {
        boolean unit = index - 2 >= start
                && AFTER_A_TARGET.contains(tokens.get(index).getType())
                && tokens.get(index - 1).getType() == AltLexer.NAME
                && tokens.get(index - 2).getType() == AltLexer.NUMBER;
        return unit
                ? Optional.of("'" + tokens.get(index - 1).getText() + "' was read as the unit of "
                        + tokens.get(index - 2).getText()
                        + "; definitions are separated by ',' and statements by ';' or a new line")
                : Optional.empty();
    }

    private static String missingThen(Failure failure) {
        boolean then = failure.expected().stream()
                .anyMatch(expected -> !expected.isRule() && expected.type() == AltLexer.THEN);
        return then ? "as a value, a choice is written: if a > 0 then b else c" : null;
    }

    private static boolean expectsOperator(Failure failure) {
        return failure.expected().stream()
                .anyMatch(expected -> !expected.isRule() && COMPARISONS.contains(expected.type()));
    }

    /** A second word after {@code 20 nS}, or a value after {@code a % b}. */
    private static String afterNumber(List<Token> tokens, int start, int index) {
        if (index - 2 < start || tokens.get(index - 2).getType() != AltLexer.NUMBER) {
            return null;
        }
        if (tokens.get(index - 1).getType() == AltLexer.PERCENT) {
            return "the remainder is mod(a, b); '%' is a unit and follows a number";
        }
        if (tokens.get(index).getType() != AltLexer.NAME
                || tokens.get(index - 1).getType() != AltLexer.NAME) {
            return null;
        }
        return AFTER_A_TARGET.contains(tokens.get(index + 1).getType())
                ? "definitions are separated by ',' and statements by ';' or a new line"
                : "a compound unit is written with * and /: 20 nS * m";
    }

    private static boolean comparesBefore(List<Token> tokens, int index) {
        int depth = 0;
        for (int i = index - 1; i >= 0; i--) {
            switch (tokens.get(i).getType()) {
                case AltLexer.RPAREN, AltLexer.RBRACKET -> depth++;
                case AltLexer.LPAREN, AltLexer.LBRACKET, AltLexer.LBRACE -> depth--;
                case AltLexer.SEPARATOR, AltLexer.COMMA, AltLexer.EQUAL, AltLexer.AND, AltLexer.OR -> {
                    if (depth == 0) {
                        return false;
                    }
                }
                default -> {
                    if (depth == 0 && COMPARISONS.contains(tokens.get(i).getType())) {
                        return true;
                    }
                }
            }
            if (depth < 0) {
                return false;
            }
        }
        return false;
    }

    private static boolean adjacent(List<Token> tokens, int index, int nextType) {
        return tokens.get(index + 1).getType() == nextType && touches(tokens, index);
    }

    /** Whether nothing stands between a token and the next. */
    private static boolean touches(List<Token> tokens, int index) {
        return tokens.get(index).getStopIndex() + 1 == tokens.get(index + 1).getStartIndex();
    }
}
