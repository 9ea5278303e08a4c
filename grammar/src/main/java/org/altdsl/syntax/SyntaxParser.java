package org.altdsl.syntax;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.diag.Note;
import org.altdsl.grammar.AltLexer;
import org.altdsl.grammar.AltParser;
import org.altdsl.grammar.AltParser.FileContext;
import org.altdsl.grammar.StatementParser.TooDeepException;
import org.altdsl.source.SourceFile;
import org.altdsl.source.Span;
import org.antlr.v4.runtime.BailErrorStrategy;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonToken;
import org.antlr.v4.runtime.CommonTokenFactory;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.ListTokenSource;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.atn.PredictionMode;
import org.antlr.v4.runtime.misc.ParseCancellationException;

/**
 * Reads a source text into a parse tree, or says what is wrong with it.
 *
 * <p>The fast prediction mode is tried first and the complete one only where it fails. Nothing is repaired: a statement
 * that cannot be read is reported at the furthest point that makes sense, skipped, and the next one is tried.
 */
public final class SyntaxParser {
    /** How deeply brackets may be nested; later passes recurse over what they enclose. */
    static final int BRACKET_LIMIT = 64;

    private SyntaxParser() {}

    /**
     * Parses a file.
     *
     * @return the tree, or nothing where the sink received a syntax error of this file
     */
    public static Optional<SyntaxTree> parse(SourceFile source, DiagnosticSink sink) {
        List<? extends Token> read = tokens(source);
        boolean lexicalErrors = reportLexicalErrors(source, read, sink);
        TokenFilter.Result filtered = TokenFilter.filter(read, BRACKET_LIMIT);
        if (filtered.tooDeep().isPresent()) {
            reportTooDeep(source, filtered.tooDeep().get(), sink);
            return Optional.empty();
        }
        try {
            if (!lexicalErrors) {
                Optional<SyntaxTree> quick = parseQuickly(source, filtered.tokens());
                if (quick.isPresent()) {
                    return quick;
                }
            }
            return parseReporting(source, filtered, sink, lexicalErrors);
        } catch (TooDeepException tooDeep) {
            reportTooDeep(source, tooDeep.at(), sink);
            return Optional.empty();
        }
    }

    /** The parser over a text that has no lexical errors; for tests that watch its decisions. */
    static AltParser parser(SourceFile source) {
        return parser(stream(TokenFilter.filter(tokens(source), BRACKET_LIMIT).tokens()));
    }

    private static AltParser parser(CommonTokenStream stream) {
        AltParser parser = new AltParser(stream);
        parser.removeErrorListeners();
        parser.setErrorHandler(new BailErrorStrategy());
        return parser;
    }

    private static CommonTokenStream stream(List<Token> tokens) {
        CommonTokenStream stream = new CommonTokenStream(new ListTokenSource(tokens));
        stream.fill();
        return stream;
    }

    private static Optional<SyntaxTree> parseQuickly(SourceFile source, List<Token> tokens) {
        CommonTokenStream stream = stream(tokens);
        AltParser parser = parser(stream);
        parser.getInterpreter().setPredictionMode(PredictionMode.SLL);
        try {
            return Optional.of(new SyntaxTree(source, parser.file(), stream));
        } catch (ParseCancellationException failure) {
            return Optional.empty();
        }
    }

    private static Optional<SyntaxTree> parseReporting(
            SourceFile source, TokenFilter.Result filtered, DiagnosticSink sink, boolean lexicalErrors) {
        CommonTokenStream stream = stream(filtered.tokens());
        AltParser parser = parser(stream);
        parser.getInterpreter().setPredictionMode(PredictionMode.LL);
        FailureReport report =
                new FailureReport(source, stream, parser.getATN(), filtered.unclosed(), sink, lexicalErrors);
        parser.onFailure(report::failed);
        FileContext file;
        try {
            file = parser.file();
        } catch (ParseCancellationException failure) {
            // Only the end of the file itself can fail outside of every declaration.
            report.failed(AltParser.RULE_fileItem, parser.getCurrentToken(), parser.getCurrentToken());
            return Optional.empty();
        }
        return report.isEmpty() && !lexicalErrors
                ? Optional.of(new SyntaxTree(source, file, stream))
                : Optional.empty();
    }

    /** All tokens, with positions that count UTF-16 units as Java strings do; ANTLR counts code points. */
    private static List<? extends Token> tokens(SourceFile source) {
        String text = requireNonNull(source).text();
        AltLexer lexer = new AltLexer(CharStreams.fromString(text));
        lexer.removeErrorListeners();
        lexer.setTokenFactory(new CommonTokenFactory(true));
        List<? extends Token> tokens = lexer.getAllTokens();
        if (text.codePointCount(0, text.length()) != text.length()) {
            int[] offsets = new int[text.codePointCount(0, text.length()) + 1];
            int offset = 0;
            for (int i = 0; i < offsets.length; i++) {
                offsets[i] = offset;
                offset += offset < text.length() ? Character.charCount(text.codePointAt(offset)) : 0;
            }
            for (Token token : tokens) {
                CommonToken common = (CommonToken) token;
                common.setStartIndex(offsets[common.getStartIndex()]);
                common.setStopIndex(offsets[common.getStopIndex() + 1] - 1);
            }
        }
        List<Token> all = new ArrayList<>(tokens);
        CommonToken end = new CommonToken(Token.EOF, "<EOF>");
        end.setStartIndex(text.length());
        end.setStopIndex(text.length() - 1);
        end.setLine(source.lines().lineCount());
        all.add(end);
        return all;
    }

    private static boolean reportLexicalErrors(SourceFile source, List<? extends Token> tokens, DiagnosticSink sink) {
        boolean found = false;
        for (Token token : tokens) {
            switch (token.getType()) {
                case AltLexer.UNKNOWN ->
                    sink.error(
                            Code.UNKNOWN_CHARACTER,
                            SyntaxTree.span(source, token),
                            unknownCharacter(token.getText()),
                            characterNotes(token.getText()));
                case AltLexer.UNTERMINATED_STRING ->
                    sink.error(
                            Code.UNTERMINATED_TEXT,
                            SyntaxTree.span(source, token),
                            "this text has no closing '\"' on its line");
                case AltLexer.UNTERMINATED_COMMENT -> {
                    int start = token.getStartIndex();
                    sink.error(
                            Code.UNTERMINATED_COMMENT,
                            new Span(source, start, start + 2),
                            "this comment has no closing '*/'");
                }
                case AltLexer.MALFORMED_NUMBER ->
                    sink.error(
                            Code.BAD_NUMBER,
                            SyntaxTree.span(source, token),
                            "'" + token.getText() + "' is not a number",
                            Note.of("a number is written 12, 0.5 or 1e-3"));
                default -> {
                    continue;
                }
            }
            found = true;
        }
        return found;
    }

    private static String unknownCharacter(String character) {
        int codePoint = character.codePointAt(0);
        if (Character.isISOControl(codePoint)
                || Character.isWhitespace(codePoint)
                || Character.getType(codePoint) == Character.FORMAT) {
            return String.format("unexpected character U+%04X", codePoint);
        }
        return "unexpected character '" + character + "'";
    }

    private static Note[] characterNotes(String character) {
        return switch (character) {
            case "#" -> new Note[] {Note.of("a comment begins with //")};
            case "\u201c", "\u201d", "\u201e" -> new Note[] {Note.of("a text is written in straight quotes: \"text\"")};
            case "\u2212", "\u2013" -> new Note[] {Note.of("the minus sign is '-'")};
            case "\u00b7", "\u00d7" -> new Note[] {Note.of("multiplication is written '*'")};
            case "&" -> new Note[] {Note.of("'and' joins two conditions")};
            case "|" -> new Note[] {Note.of("'or' joins two conditions; an absolute value is abs(x)")};
            default -> new Note[] {};
        };
    }

    private static void reportTooDeep(SourceFile source, Token at, DiagnosticSink sink) {
        sink.error(
                Code.TOO_DEEP,
                SyntaxTree.span(source, at),
                "this is nested too deeply",
                Note.of("at most " + BRACKET_LIMIT + " brackets may be open at once; give parts names with 'let'"));
    }
}
