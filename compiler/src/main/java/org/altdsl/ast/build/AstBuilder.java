package org.altdsl.ast.build;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Import;
import org.altdsl.ast.SourceUnit;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.diag.Note;
import org.altdsl.grammar.AltParser.FileItemContext;
import org.altdsl.grammar.AltParser.ImportNameContext;
import org.altdsl.syntax.SyntaxTree;
import org.antlr.v4.runtime.tree.ParseTree;

/** Turns a parse tree into the syntax tree that all later passes read; nothing of ANTLR goes beyond this package. */
public final class AstBuilder {
    private AstBuilder() {}

    /**
     * Builds the tree of a file.
     *
     * @return the tree, or nothing where a number, a text or an expression of it is out of bounds; the sink says which
     */
    public static Optional<SourceUnit> build(SyntaxTree tree, DiagnosticSink sink) {
        Positions positions = new Positions(tree, sink);
        DeclarationBuilder declarations = new DeclarationBuilder(positions);
        List<Import> imports = new ArrayList<>();
        List<Declaration> declared = new ArrayList<>();
        for (FileItemContext item : tree.file().fileItem()) {
            if (item.importStatement() != null) {
                item.importStatement().importName().forEach(name -> imports.add(imported(name, positions)));
            } else {
                declared.add(declarations.build(item.declaration()));
            }
        }
        return positions.failed() ? Optional.empty() : Optional.of(new SourceUnit(tree.source(), imports, declared));
    }

    private static Import imported(ImportNameContext context, Positions positions) {
        String written = positions.span(context).text();
        String joined = context.children.stream().map(ParseTree::getText).collect(Collectors.joining());
        if (!written.equals(joined)) {
            positions.error(
                    Code.SYNTAX,
                    positions.span(context),
                    "the name of a file is written without blanks",
                    Note.of("several files are separated by commas: import neurons, objectives"));
        }
        return new Import(positions.span(context), joined);
    }
}
