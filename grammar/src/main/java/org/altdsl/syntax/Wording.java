package org.altdsl.syntax;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.grammar.AltLexer;
import org.altdsl.grammar.AltParser;
import org.altdsl.source.SourceFile;
import org.altdsl.syntax.Expectations.Expected;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.atn.ATN;

/** The words in which syntax errors speak of tokens and rules. */
final class Wording {
    private static final String END = "the end of the statement";
    private static final String OPERATOR = "an operator";
    private static final String STATEMENT = "a statement";
    private static final String EXPRESSION = "an expression";

    private static final Map<Integer, String> RULES = Map.ofEntries(
            Map.entry(AltParser.RULE_expression, EXPRESSION),
            Map.entry(AltParser.RULE_disjunction, EXPRESSION),
            Map.entry(AltParser.RULE_negation, EXPRESSION),
            Map.entry(AltParser.RULE_comparison, EXPRESSION),
            Map.entry(AltParser.RULE_additive, EXPRESSION),
            Map.entry(AltParser.RULE_multiplicative, EXPRESSION),
            Map.entry(AltParser.RULE_unary, EXPRESSION),
            Map.entry(AltParser.RULE_power, EXPRESSION),
            Map.entry(AltParser.RULE_operand, EXPRESSION),
            Map.entry(AltParser.RULE_span, EXPRESSION),
            Map.entry(AltParser.RULE_argument, EXPRESSION),
            Map.entry(AltParser.RULE_axis, "an axis"),
            Map.entry(AltParser.RULE_element, EXPRESSION),
            Map.entry(AltParser.RULE_postfix, "a name"),
            Map.entry(AltParser.RULE_name, "a name"),
            Map.entry(AltParser.RULE_quantity, "a name"),
            Map.entry(AltParser.RULE_argumentName, "a name"),
            Map.entry(AltParser.RULE_item, STATEMENT),
            Map.entry(AltParser.RULE_keywordStatement, STATEMENT),
            Map.entry(AltParser.RULE_simpleStatement, STATEMENT),
            Map.entry(AltParser.RULE_declaration, "a declaration"),
            Map.entry(AltParser.RULE_type, "a unit or a type"),
            Map.entry(AltParser.RULE_block, "'{'"),
            Map.entry(AltParser.RULE_pattern, "a case"),
            Map.entry(AltParser.RULE_assignmentOperator, "'='"),
            Map.entry(AltParser.RULE_list, "'['"),
            Map.entry(AltParser.RULE_clause, "a clause such as 'every'"));

    private static final Set<Integer> OPERATORS = Set.of(
            AltLexer.PLUS,
            AltLexer.MINUS,
            AltLexer.STAR,
            AltLexer.SLASH,
            AltLexer.CARET,
            AltLexer.EQUAL_EQUAL,
            AltLexer.BANG_EQUAL,
            AltLexer.LESS,
            AltLexer.GREATER,
            AltLexer.LESS_EQUAL,
            AltLexer.GREATER_EQUAL,
            AltLexer.AND,
            AltLexer.OR);

    /** What may follow almost anything, and so says little. */
    private static final Set<Integer> CONTINUATIONS = Set.of(AltLexer.AT_SIGN, AltLexer.RANGE, AltLexer.PERCENT);

    /** Rules of which only the comma and the closing bracket are worth naming. */
    private static final Set<Integer> INSIDE_BRACKETS =
            Set.of(AltParser.RULE_trailer, AltParser.RULE_argument, AltParser.RULE_element, AltParser.RULE_unitName);

    private Wording() {}

    static boolean isReserved(Token token) {
        return token.getType() >= AltLexer.IF && token.getType() <= AltLexer.IMPORT;
    }

    /** Whether a token is a name, a number or a text: what can follow the word that opens a statement. */
    static boolean isWordOrLiteral(Token token) {
        int type = token.getType();
        return type >= AltLexer.IF && type < AltLexer.ARROW
                || type == AltLexer.NAME
                || type == AltLexer.NUMBER
                || type == AltLexer.STRING;
    }

    /** The words with which what a rule describes can begin. */
    static List<String> openingWords(ATN network, int rule) {
        return network.nextTokens(network.ruleToStartState[rule]).toList().stream()
                .filter(type -> type >= AltLexer.IF && type < AltLexer.ARROW)
                .map(AltParser.VOCABULARY::getLiteralName)
                .map(literal -> literal.substring(1, literal.length() - 1))
                .toList();
    }

    /** A token as a message names it. */
    static String found(Token token, SourceFile source) {
        return switch (token.getType()) {
            case Token.EOF -> "end of the file";
            case AltLexer.SEPARATOR -> token.getText().startsWith(";") ? "';'" : "end of the line";
            case AltLexer.STRING -> "text " + shortened(token.getText());
            case AltLexer.PRIME -> "quote";
            case AltLexer.NUMBER -> "number '" + token.getText() + "'";
            default -> isReserved(token) ? "word '" + token.getText() + "'" : "'" + shortened(token.getText()) + "'";
        };
    }

    /** {@code a}, {@code a or b}, {@code a, b or c}; empty where nothing worth saying was expected. */
    static String list(Set<Expected> expected) {
        Set<String> words = new LinkedHashSet<>();
        boolean operator = false;
        Set<String> continuations = new LinkedHashSet<>();
        for (Expected each : expected) {
            if (!each.isRule() && OPERATORS.contains(each.type())) {
                operator = true;
            } else if (isContinuation(each)) {
                token(each.type()).ifPresent(continuations::add);
            } else if (each.isRule()) {
                words.add(RULES.get(each.type()));
            } else {
                token(each.type()).ifPresent(words::add);
            }
        }
        if (operator) {
            words.add(OPERATOR);
        }
        if (words.isEmpty()) {
            words.addAll(continuations);
        }
        if (words.contains(EXPRESSION)) {
            words.remove("a name");
        }
        if (words.contains("'='")) {
            words.removeAll(Set.of("'~'", "':'", "'['", "'->'", "','", END));
        }
        if (words.remove(END)) {
            words.remove("','");
            words.add(END);
        }
        return join(List.copyOf(new LinkedHashSet<>(words)));
    }

    private static boolean isContinuation(Expected each) {
        if (each.isRule()) {
            return false;
        }
        boolean closes =
                each.type() == AltLexer.COMMA || each.type() == AltLexer.RPAREN || each.type() == AltLexer.RBRACKET;
        return CONTINUATIONS.contains(each.type()) || !closes && INSIDE_BRACKETS.contains(each.within());
    }

    private static Optional<String> token(int type) {
        return switch (type) {
            case AltLexer.SEPARATOR -> Optional.of(END);
            case Token.EOF -> Optional.of("the end of the file");
            case AltLexer.NAME -> Optional.of("a name");
            case AltLexer.NUMBER -> Optional.of("a number");
            case AltLexer.STRING -> Optional.of("a text in quotes");
            default ->
                Optional.ofNullable(AltParser.VOCABULARY.getLiteralName(type)).map(Wording::plain);
        };
    }

    /** ANTLR quotes its literals, and escapes the prime. */
    private static String plain(String literal) {
        return literal.equals("'\\''") ? "'" : literal;
    }

    private static String join(List<String> words) {
        if (words.size() < 2) {
            return String.join("", words);
        }
        return String.join(", ", words.subList(0, words.size() - 1)) + " or " + words.get(words.size() - 1);
    }

    private static String shortened(String text) {
        return text.length() <= 30 ? text : text.substring(0, 27) + "...";
    }
}
