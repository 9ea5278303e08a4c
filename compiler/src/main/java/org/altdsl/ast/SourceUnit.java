package org.altdsl.ast;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.altdsl.source.SourceFile;

/** A whole file: its imports and its declarations, in the order written. */
public record SourceUnit(SourceFile file, List<Import> imports, List<Declaration> declarations) {
    public SourceUnit {
        requireNonNull(file);
        imports = List.copyOf(imports);
        declarations = List.copyOf(declarations);
    }
}
