package org.altdsl.ast.build;

import java.util.Optional;
import org.altdsl.ast.SourceUnit;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.source.SourceFile;
import org.altdsl.syntax.SyntaxParser;

/** Reads a source text into its syntax tree. */
public final class SourceReader {
    private SourceReader() {}

    /**
     * Parses a file and builds its tree.
     *
     * @return the tree, or nothing where the sink received an error of this file
     */
    public static Optional<SourceUnit> read(SourceFile source, DiagnosticSink sink) {
        return SyntaxParser.parse(source, sink).flatMap(tree -> AstBuilder.build(tree, sink));
    }
}
