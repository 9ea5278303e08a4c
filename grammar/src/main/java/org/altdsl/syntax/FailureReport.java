package org.altdsl.syntax;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.diag.Note;
import org.altdsl.grammar.AltLexer;
import org.altdsl.grammar.AltParser;
import org.altdsl.source.SourceFile;
import org.altdsl.source.Span;
import org.altdsl.syntax.Expectations.Failure;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.atn.ATN;

/** Turns the failed statements of one file into diagnostics. */
final class FailureReport {
    private static final Set<Integer> LEXICAL = Set.of(
            AltLexer.UNKNOWN, AltLexer.UNTERMINATED_STRING, AltLexer.UNTERMINATED_COMMENT, AltLexer.MALFORMED_NUMBER);
    private static final Set<Integer> DECLARING = Set.of(
            AltLexer.NEURON,
            AltLexer.SYNAPSE,
            AltLexer.RULE,
            AltLexer.OPTIMIZER,
            AltLexer.OBJECTIVE,
            AltLexer.DATASET,
            AltLexer.CIRCUIT,
            AltLexer.UNIT,
            AltLexer.ENUM,
            AltLexer.TEST,
            AltLexer.EXPERIMENT);

    /** In a longer statement, exploring all readings would take seconds; the parser's own place must do. */
    private static final int EXPLORED = 10_000;

    private final SourceFile source;
    private final List<Token> tokens = new ArrayList<>();
    private final Map<Integer, Integer> indices = new HashMap<>();
    private final ATN network;
    private final List<Token> unclosed;
    private final DiagnosticSink sink;
    private boolean silentAtEnd;
    private boolean nestingReported;
    private boolean empty = true;
    private int reported = -1;

    FailureReport(
            SourceFile source,
            CommonTokenStream stream,
            ATN network,
            List<Token> unclosed,
            DiagnosticSink sink,
            boolean lexicalErrors) {
        this.source = source;
        this.network = network;
        this.unclosed = unclosed;
        this.sink = sink;
        this.silentAtEnd = lexicalErrors;
        for (Token token : stream.getTokens()) {
            if (token.getChannel() == Token.DEFAULT_CHANNEL) {
                indices.put(token.getTokenIndex(), tokens.size());
                tokens.add(token);
            }
        }
    }

    boolean isEmpty() {
        return empty;
    }

    /** Says why the statement or declaration that begins with a token cannot be read. */
    void failed(int rule, Token first, Token offending) {
        empty = false;
        int start = indices.get(first.getTokenIndex());
        int givenUp = indices.get(offending.getTokenIndex());
        Failure failure = givenUp - start > EXPLORED
                ? new Failure(offending, givenUp, Set.of())
                : Expectations.find(network, tokens, rule, start);
        Token token = failure.token();
        if (LEXICAL.contains(token.getType())) {
            silentAtEnd = true;
            reported = Math.max(reported, failure.index());
            return;
        }
        if (token.getType() == Token.EOF && silentAtEnd) {
            return;
        }
        // What encloses a reported statement fails at the same place again where a bracket is missing; and indented
        // lines outside of all declarations are what is left of one that was reported.
        boolean leftOver = rule == AltParser.RULE_fileItem && reported >= 0 && first.getCharPositionInLine() > 0;
        if (failure.index() <= reported || leftOver) {
            return;
        }
        reported = failure.index();
        silentAtEnd = true;
        if (missingBrace(rule, start)) {
            return;
        }
        if (Slips.malformedNumber(tokens, failure.index())) {
            sink.error(
                    Code.BAD_NUMBER,
                    SyntaxTree.span(source, token),
                    "a number needs digits on both sides of its point",
                    Note.of("write 0.5, not .5; and 1.0 or 1, not 1."));
            return;
        }
        boolean nameExpected = failure.expected().stream()
                .anyMatch(expected -> expected.isRule()
                        && (expected.type() == AltParser.RULE_name || expected.type() == AltParser.RULE_quantity));
        if (nameExpected && Wording.isReserved(token)) {
            sink.error(
                    Code.RESERVED_WORD,
                    SyntaxTree.span(source, token),
                    "'" + token.getText() + "' is a reserved word and cannot be used as a name");
            return;
        }
        if (unknownWord(rule, start, failure)) {
            return;
        }
        List<Note> notes = new ArrayList<>();
        Optional<Token> opener = unclosed(first, token);
        Slips.hint(tokens, start, failure, opener.isPresent()).ifPresent(text -> notes.add(Note.of(text)));
        opener.ifPresent(open ->
                notes.add(Note.at(SyntaxTree.span(source, open), "this '" + open.getText() + "' is never closed")));
        sink.error(Code.SYNTAX, at(token), message(rule, failure), notes.toArray(Note[]::new));
    }

    /** A line such as {@code paramm x = 1}: two words in a row, of which the first opens no statement. */
    private boolean unknownWord(int rule, int start, Failure failure) {
        Token word = tokens.get(start);
        boolean statement = rule == AltParser.RULE_item;
        if (word.getType() != AltLexer.NAME
                || failure.index() != start + (statement ? 1 : 0)
                || !Wording.isWordOrLiteral(tokens.get(start + 1))) {
            return false;
        }
        int opening = statement ? AltParser.RULE_keywordStatement : AltParser.RULE_fileItem;
        Optional<String> meant = Spelling.closest(word.getText(), Wording.openingWords(network, opening));
        sink.error(
                Code.SYNTAX,
                SyntaxTree.span(source, word),
                "'" + word.getText() + "' opens no " + (statement ? "statement" : "declaration"),
                meant.map(other -> new Note[] {Note.of("did you mean '" + other + "'?")})
                        .orElse(new Note[0]));
        return true;
    }

    private String message(int rule, Failure failure) {
        String expected = Wording.list(failure.expected());
        String message = "unexpected " + Wording.found(failure.token(), source);
        if (rule == AltParser.RULE_fileItem
                && failure.expected().stream()
                        .allMatch(each -> each.isRule() && each.type() == AltParser.RULE_declaration)) {
            return message + "; expected a declaration such as 'neuron', 'rule', 'test' or 'experiment'";
        }
        return expected.isEmpty() ? message : message + "; expected " + expected;
    }

    /** A line end is shown where the line ends, not at the start of the next. */
    private Span at(Token token) {
        if (token.getType() == AltLexer.SEPARATOR) {
            return new Span(source, token.getStartIndex(), token.getStartIndex() + 1);
        }
        return SyntaxTree.span(source, token);
    }

    /** A declaration that begins a line inside another, while some brace is never closed, tells where it is missing. */
    private boolean missingBrace(int rule, int start) {
        Token first = tokens.get(start);
        if (rule != AltParser.RULE_item || first.getCharPositionInLine() != 0 || !DECLARING.contains(first.getType())) {
            return false;
        }
        Optional<Token> opener = unclosedBefore(first);
        if (opener.isEmpty()) {
            return false;
        }
        if (!nestingReported) {
            nestingReported = true;
            sink.error(
                    Code.SYNTAX,
                    SyntaxTree.span(source, first),
                    "unexpected '" + first.getText() + "'; a declaration cannot stand inside another",
                    Note.at(SyntaxTree.span(source, opener.get()), "this '{' is never closed"));
        }
        return true;
    }

    /** The unclosed bracket that explains a failure: inside the statement, or any where the file ended too early. */
    private Optional<Token> unclosed(Token first, Token at) {
        return unclosedBefore(at)
                .filter(opener -> at.getType() == Token.EOF
                        || opener.getStartIndex() >= first.getStartIndex() && opener.getType() != AltLexer.LBRACE);
    }

    private Optional<Token> unclosedBefore(Token token) {
        return unclosed.stream()
                .filter(opener -> opener.getStartIndex() < token.getStartIndex())
                .reduce((earlier, later) -> later.getStartIndex() > earlier.getStartIndex() ? later : earlier);
    }
}
