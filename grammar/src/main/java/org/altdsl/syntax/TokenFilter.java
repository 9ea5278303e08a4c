package org.altdsl.syntax;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.altdsl.grammar.AltLexer;
import org.antlr.v4.runtime.CommonToken;
import org.antlr.v4.runtime.Token;

/**
 * Turns line ends and semicolons into the separators between statements.
 *
 * <p>A line end separates nothing inside ( ) or [ ], after a token that cannot end a statement, and before one that
 * cannot begin a statement. What is left becomes one {@code SEPARATOR} between two statements, and none at the edges
 * of a block or of the file.
 */
final class TokenFilter {
    private static final Set<Integer> CONTINUED_AFTER = Set.of(
            AltLexer.PLUS,
            AltLexer.MINUS,
            AltLexer.STAR,
            AltLexer.SLASH,
            AltLexer.CARET,
            AltLexer.EQUAL,
            AltLexer.PLUS_EQUAL,
            AltLexer.MINUS_EQUAL,
            AltLexer.STAR_EQUAL,
            AltLexer.SLASH_EQUAL,
            AltLexer.EQUAL_EQUAL,
            AltLexer.BANG_EQUAL,
            AltLexer.LESS,
            AltLexer.GREATER,
            AltLexer.LESS_EQUAL,
            AltLexer.GREATER_EQUAL,
            AltLexer.RANGE,
            AltLexer.ARROW,
            AltLexer.COMMA,
            AltLexer.TILDE,
            AltLexer.COLON,
            AltLexer.DOT,
            AltLexer.AT_SIGN,
            AltLexer.AND,
            AltLexer.OR,
            AltLexer.NOT,
            AltLexer.IF,
            AltLexer.THEN,
            AltLexer.ELSE,
            AltLexer.OVER,
            AltLexer.IN,
            AltLexer.OF,
            AltLexer.BY,
            AltLexer.WHERE,
            AltLexer.VIA,
            AltLexer.CONNECT,
            AltLexer.LEARNS,
            AltLexer.PARTNER,
            AltLexer.WITH);
    private static final Set<Integer> CONTINUED_BEFORE = Set.of(
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
            AltLexer.RANGE,
            AltLexer.ARROW,
            AltLexer.RPAREN,
            AltLexer.RBRACKET,
            AltLexer.DOT,
            AltLexer.AT_SIGN,
            AltLexer.AND,
            AltLexer.OR,
            AltLexer.THEN,
            AltLexer.ELSE,
            AltLexer.OVER,
            AltLexer.BY,
            AltLexer.WHERE,
            AltLexer.UNTIL,
            AltLexer.VIA,
            AltLexer.CONNECT,
            AltLexer.LEARNS,
            AltLexer.PARTNER);

    private final int depthLimit;
    private final List<Token> out = new ArrayList<>();
    private final Deque<Token> open = new ArrayDeque<>();
    private final List<Token> unclosed = new ArrayList<>();
    private final List<Token> documentation = new ArrayList<>();
    private Optional<Token> tooDeep = Optional.empty();
    private Token separator;
    private Token previous;

    /**
     * @param tokens what the parser reads, ending with EOF; documentation stands behind the separator before it
     * @param unclosed the opening brackets that have no partner, in the order written
     * @param tooDeep the first bracket beyond the limit of nesting
     */
    record Result(List<Token> tokens, List<Token> unclosed, Optional<Token> tooDeep) {}

    private TokenFilter(int depthLimit) {
        this.depthLimit = depthLimit;
    }

    static Result filter(List<? extends Token> tokens, int depthLimit) {
        TokenFilter filter = new TokenFilter(depthLimit);
        tokens.forEach(filter::accept);
        while (!filter.open.isEmpty()) {
            filter.unclosed.add(filter.open.removeLast());
        }
        return new Result(filter.out, filter.unclosed, filter.tooDeep);
    }

    private void accept(Token token) {
        if (token.getChannel() == AltLexer.DOCUMENTATION) {
            documentation.add(token);
            return;
        }
        if (token.getChannel() != Token.DEFAULT_CHANNEL) {
            return;
        }
        switch (token.getType()) {
            case AltLexer.NEWLINE -> {
                if (separator == null && separates()) {
                    separator = token;
                }
            }
            case AltLexer.SEMICOLON -> {
                if (separator == null || separator.getType() == AltLexer.NEWLINE) {
                    separator = token;
                }
            }
            default -> pass(token);
        }
    }

    private boolean separates() {
        return (open.isEmpty() || open.peek().getType() == AltLexer.LBRACE)
                && previous != null
                && !CONTINUED_AFTER.contains(previous.getType());
    }

    private void pass(Token token) {
        if (separator != null && wanted(token)) {
            CommonToken made = new CommonToken(separator);
            made.setType(AltLexer.SEPARATOR);
            out.add(made);
        }
        separator = null;
        out.addAll(documentation);
        documentation.clear();
        track(token);
        out.add(token);
        previous = token;
    }

    private boolean wanted(Token next) {
        if (previous == null
                || previous.getType() == AltLexer.LBRACE
                || next.getType() == AltLexer.RBRACE
                || next.getType() == Token.EOF) {
            return false;
        }
        return separator.getType() == AltLexer.SEMICOLON || !CONTINUED_BEFORE.contains(next.getType());
    }

    private void track(Token token) {
        switch (token.getType()) {
            case AltLexer.LPAREN, AltLexer.LBRACKET, AltLexer.LBRACE -> {
                open.push(token);
                if (open.size() > depthLimit && tooDeep.isEmpty()) {
                    tooDeep = Optional.of(token);
                }
            }
            case AltLexer.RPAREN -> close(AltLexer.LPAREN);
            case AltLexer.RBRACKET -> close(AltLexer.LBRACKET);
            case AltLexer.RBRACE -> closeBlock();
            default -> {}
        }
    }

    private void close(int opener) {
        if (!open.isEmpty() && open.peek().getType() == opener) {
            open.pop();
        }
    }

    /** A brace closes everything up to its partner: a forgotten parenthesis must not swallow the rest of the file. */
    private void closeBlock() {
        if (open.stream().noneMatch(token -> token.getType() == AltLexer.LBRACE)) {
            return;
        }
        while (open.peek().getType() != AltLexer.LBRACE) {
            unclosed.add(open.pop());
        }
        open.pop();
    }
}
