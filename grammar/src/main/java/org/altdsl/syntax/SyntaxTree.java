package org.altdsl.syntax;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import org.altdsl.grammar.AltLexer;
import org.altdsl.grammar.AltParser.FileContext;
import org.altdsl.source.SourceFile;
import org.altdsl.source.Span;
import org.antlr.v4.runtime.BufferedTokenStream;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;

/** The parse tree of a file without syntax errors, and the way from its tokens back to the text. */
public final class SyntaxTree {
    private final SourceFile source;
    private final FileContext file;
    private final BufferedTokenStream tokens;

    SyntaxTree(SourceFile source, FileContext file, BufferedTokenStream tokens) {
        this.source = requireNonNull(source);
        this.file = requireNonNull(file);
        this.tokens = requireNonNull(tokens);
    }

    /** The text that was parsed. */
    public SourceFile source() {
        return source;
    }

    /** The root of the tree. */
    public FileContext file() {
        return file;
    }

    /** Where a token stands. */
    public Span span(Token token) {
        return span(source, token);
    }

    /** From the first to the last token of a rule. */
    public Span span(ParserRuleContext context) {
        return span(source, context.getStart()).to(span(source, context.getStop()));
    }

    /**
     * The documentation directly above a token: the last unbroken run of {@code ///} lines, without slashes and the
     * first blank; empty where there is none or where an empty line parts them.
     */
    public String documentation(Token first) {
        List<Token> hidden = tokens.getHiddenTokensToLeft(first.getTokenIndex(), AltLexer.DOCUMENTATION);
        if (hidden == null) {
            return "";
        }
        List<String> lines = new ArrayList<>();
        int expected = first.getLine() - 1;
        for (int i = hidden.size() - 1; i >= 0 && hidden.get(i).getLine() == expected; i--) {
            String text = hidden.get(i).getText().substring(3);
            lines.add(0, (text.startsWith(" ") ? text.substring(1) : text).stripTrailing());
            expected--;
        }
        return String.join("\n", lines);
    }

    static Span span(SourceFile source, Token token) {
        if (token.getType() == Token.EOF) {
            return new Span(source, source.text().length(), source.text().length());
        }
        return new Span(source, token.getStartIndex(), token.getStopIndex() + 1);
    }
}
