package org.altdsl.check;

import static java.util.Objects.requireNonNull;

import org.altdsl.ast.Declaration;
import org.altdsl.names.Catalogue;
import org.altdsl.names.Flattened;
import org.altdsl.names.Symbols;

/** A declaration that is checked against the rules of the language, with what it inherits. */
record Subject(Declaration declaration, Flattened flattened, Catalogue catalogue) {
    Subject {
        requireNonNull(declaration);
        requireNonNull(flattened);
        requireNonNull(catalogue);
    }

    Declaration.Kind kind() {
        return declaration.kind();
    }

    String word() {
        return declaration.kind().word();
    }

    Symbols symbols() {
        return catalogue.symbols(declaration);
    }
}
