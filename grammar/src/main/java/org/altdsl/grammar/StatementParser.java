package org.altdsl.grammar;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.antlr.v4.runtime.InputMismatchException;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.TokenStream;
import org.antlr.v4.runtime.misc.ParseCancellationException;

/**
 * What the generated parser inherits: a failed statement or declaration is reported as a whole and skipped to its end,
 * never repaired, and nesting is limited.
 */
public abstract class StatementParser extends Parser {
    /** How many grammar rules may be open at once; one pair of parentheses opens about fourteen. */
    private static final int OPEN_RULES = 1_100;

    private Optional<FailureListener> failures = Optional.empty();
    private int openRules;

    /** Hears of every statement and declaration that could not be read. */
    @FunctionalInterface
    public interface FailureListener {
        /**
         * @param rule the rule that failed, {@code item} or {@code fileItem}
         * @param first its first token
         * @param offending where the parser gave up; it may be possible to read further
         */
        void failed(int rule, Token first, Token offending);
    }

    /** Thrown where statements are nested so deeply that reading on could exhaust the stack. */
    public static final class TooDeepException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Token at;

        TooDeepException(Token at) {
            super("nested too deeply", null, false, false);
            this.at = at;
        }

        /** The token at which the limit was reached. */
        public Token at() {
            return at;
        }
    }

    protected StatementParser(TokenStream input) {
        super(input);
    }

    /** From now on a failure is told to the listener and skipped; without a listener it ends the parse. */
    public void onFailure(FailureListener listener) {
        this.failures = Optional.of(requireNonNull(listener));
    }

    @Override
    public void enterRule(ParserRuleContext context, int state, int rule) {
        super.enterRule(context, state, rule);
        openRules++;
        if (openRules > OPEN_RULES) {
            throw new TooDeepException(getCurrentToken());
        }
    }

    @Override
    public void exitRule() {
        openRules--;
        super.exitRule();
    }

    /** Whether a statement ({@code item}) or a declaration ({@code fileItem}) may end before a token of this type. */
    public static boolean endsBefore(int tokenType, int rule) {
        return tokenType == AltLexer.SEPARATOR
                || tokenType == Token.EOF
                || tokenType == AltLexer.RBRACE && rule == AltParser.RULE_item;
    }

    /** Fails unless the statement that was just read is followed by the end of a statement. */
    protected void requireEnd() {
        if (!endsBefore(_input.LA(1), getContext().getRuleIndex())) {
            throw new InputMismatchException(this);
        }
    }

    /** Fails because what was just read cannot open a statement. */
    protected void refuse() {
        throw new InputMismatchException(this);
    }

    /** Reports the statement that could not be read and goes to its end. */
    protected void recover(ParserRuleContext context, RuntimeException failure) {
        FailureListener listener = failures.orElseThrow(ParseCancellationException::new);
        listener.failed(context.getRuleIndex(), context.getStart(), offending(failure));
        _input.seek(context.getStart().getTokenIndex());
        boolean inFile = context.getRuleIndex() == AltParser.RULE_fileItem;
        Deque<Integer> open = new ArrayDeque<>();
        while (true) {
            int type = _input.LA(1);
            if (type == Token.EOF || type == AltLexer.SEPARATOR && open.isEmpty()) {
                return;
            }
            switch (type) {
                case AltLexer.LPAREN, AltLexer.LBRACKET, AltLexer.LBRACE -> open.push(type);
                case AltLexer.RPAREN -> closeIf(open, AltLexer.LPAREN);
                case AltLexer.RBRACKET -> closeIf(open, AltLexer.LBRACKET);
                case AltLexer.RBRACE -> {
                    if (!closeBlock(open) && !inFile) {
                        return;
                    }
                }
                default -> {}
            }
            _input.consume();
        }
    }

    /** The strategy that never repairs wraps what the generated code throws. */
    private Token offending(RuntimeException failure) {
        Throwable cause = failure instanceof ParseCancellationException ? failure.getCause() : failure;
        return cause instanceof RecognitionException recognition ? recognition.getOffendingToken() : getCurrentToken();
    }

    private static void closeIf(Deque<Integer> open, int opener) {
        if (!open.isEmpty() && open.peek() == opener) {
            open.pop();
        }
    }

    /** A brace closes everything up to its partner, since a forgotten parenthesis must not hide the end of a block. */
    private static boolean closeBlock(Deque<Integer> open) {
        while (!open.isEmpty()) {
            if (open.pop() == AltLexer.LBRACE) {
                return true;
            }
        }
        return false;
    }
}
