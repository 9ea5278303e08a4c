package org.altdsl.ast.build;

import org.altdsl.ast.Expr;
import org.altdsl.ast.Name;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.diag.Note;
import org.altdsl.grammar.AltParser.NameContext;
import org.altdsl.source.Span;
import org.altdsl.syntax.SyntaxTree;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;

/** What the builders of one file share: the way from tokens to spans, and the errors found so far. */
final class Positions {
    private final SyntaxTree tree;
    private final DiagnosticSink sink;
    private boolean failed;

    Positions(SyntaxTree tree, DiagnosticSink sink) {
        this.tree = tree;
        this.sink = sink;
    }

    Span span(ParserRuleContext context) {
        return tree.span(context);
    }

    Span span(Token token) {
        return tree.span(token);
    }

    Name name(NameContext context) {
        return new Name(span(context), context.getText());
    }

    Expr.Reference reference(NameContext context) {
        return new Expr.Reference(span(context), context.getText());
    }

    String documentation(ParserRuleContext context) {
        return tree.documentation(context.getStart());
    }

    void error(Code code, Span at, String message, Note... notes) {
        failed = true;
        sink.error(code, at, message, notes);
    }

    boolean failed() {
        return failed;
    }
}
