package org.altdsl.names;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Node;
import org.altdsl.source.Span;

/**
 * A name that a declaration introduces, and what it stands for.
 *
 * @param place {@code pre}, {@code post}, {@code synapse}, {@code layer} or {@code global} where it was written
 * @param type its unit, enum or shape where it was written
 * @param value its default, initial or defining value
 * @param node the binding, item or declaration that introduces it
 */
public record Symbol(
        Kind kind,
        String name,
        Span span,
        Optional<String> place,
        Optional<Expr> type,
        Optional<Expr> value,
        Node node) {

    /** What a name stands for, in the words of messages. */
    public enum Kind {
        PARAMETER("a parameter"),
        STATE("a state"),
        TRACE("a trace"),
        LET("a definition"),
        SIGNAL("a signal"),
        LEARNABLE("a learnable quantity"),
        INPUT("an input"),
        OUTPUT("an output"),
        COMPARTMENT("a compartment"),
        FEEDBACK("a feedback pathway"),
        NOISE("a noise"),
        MODULATOR("a modulator"),
        FUNCTION("a function"),
        FIELD("a field"),
        ADAPTED("an adapted quantity"),
        POPULATION("a population"),
        PROJECTION("a projection"),
        NETWORK("a network"),
        CHOICE("a compared choice"),
        REPORT("a report"),
        LOCAL("a local definition"),
        EVENT("an event");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /** The kind with its article. */
        public String words() {
            return words;
        }
    }

    public Symbol {
        requireNonNull(kind);
        requireNonNull(name);
        requireNonNull(span);
        requireNonNull(place);
        requireNonNull(type);
        requireNonNull(value);
        requireNonNull(node);
    }

    /** Whether it has memory that blocks may write. */
    public boolean hasMemory() {
        return kind == Kind.STATE || kind == Kind.TRACE;
    }
}
