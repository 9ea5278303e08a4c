package org.altdsl.ast;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.altdsl.source.Span;

/**
 * One declaration of a file: {@code kind name(formals) extends parent(arguments) { body }}.
 *
 * <p>All kinds share this shape; which items a kind may hold is checked by the rules of the language, not here. A
 * function, a unit and the short form of an objective hold a {@code value} instead of a body; an enum holds only
 * {@code words}; a test and an experiment are named by a text.
 *
 * @param documentation the text of the {@code ///} comment above it, without the slashes; empty if there is none
 * @param tested for a test: what it is {@code for}, a call {@code Rule(parameter = value)} or a reference
 */
public record Declaration(
        Span span,
        Kind kind,
        Name name,
        String documentation,
        List<Binding> formals,
        Optional<Expr> parent,
        Optional<Expr> value,
        List<Name> words,
        Optional<Expr> tested,
        List<Item> body)
        implements Node {

    /** What is declared. */
    public enum Kind {
        NEURON("neuron"),
        SYNAPSE("synapse"),
        RULE("rule"),
        OPTIMIZER("optimizer"),
        OBJECTIVE("objective"),
        DATASET("dataset"),
        CIRCUIT("circuit"),
        FUNCTION("function"),
        UNIT("unit"),
        ENUM("enum"),
        TEST("test"),
        EXPERIMENT("experiment");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** The word that opens such a declaration. */
        public String word() {
            return word;
        }
    }

    public Declaration {
        requireNonNull(span);
        requireNonNull(kind);
        requireNonNull(name);
        requireNonNull(documentation);
        formals = List.copyOf(formals);
        requireNonNull(parent);
        requireNonNull(value);
        words = List.copyOf(words);
        requireNonNull(tested);
        body = List.copyOf(body);
    }
}
