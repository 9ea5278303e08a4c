package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Name;
import org.altdsl.diag.Code;
import org.altdsl.names.Suggestions;
import org.altdsl.source.Span;

/**
 * The pattern in which a projection connects its populations: {@code connect conv2d(kernel = 3, padding = 1)}.
 *
 * @param kernel how many rows and columns a target sees, 1 where there is no kernel
 * @param stride how far the kernels of neighbours are apart
 * @param padding how far kernels reach past the image, where they see 0
 * @param span where it is written
 */
record Connection(Kind kind, int kernel, int stride, int padding, Span span) {
    /** The patterns. */
    enum Kind {
        /** Every source to every target. */
        DENSE("dense", List.of()),
        /** Each source to the target at its own place. */
        ONE_TO_ONE("one_to_one", List.of()),
        /** All channels below a kernel to every channel, with weights that all positions share. */
        CONVOLUTION("conv2d", List.of("kernel", "stride", "padding")),
        /** What lies below a kernel to the same channel. */
        POOL("pool", List.of("size", "stride"));

        private final String word;
        private final List<String> parameters;

        Kind(String word, List<String> parameters) {
            this.word = word;
            this.parameters = parameters;
        }
    }

    Connection {
        requireNonNull(kind);
        requireNonNull(span);
    }

    /** The pattern of a projection; dense where none is written. */
    static Connection of(Optional<Expr> written, Span projection, Expressions expressions, Scope scope) {
        if (written.isEmpty()) {
            return new Connection(Kind.DENSE, 1, 1, 0, projection);
        }
        // A condition alone is dense with that condition: its word, not what is written.
        String word = Wiring.kind(written.get());
        if (Wiring.KINDS.contains(word)) {
            // Which of all synapses exist is a matter of the wiring.
            return new Connection(Kind.DENSE, 1, 1, 0, written.get().span());
        }
        for (Kind kind : Kind.values()) {
            if (kind.word.equals(word)) {
                return new Reader(kind, written.get(), expressions, scope).read();
            }
        }
        throw expressions.error(
                Code.NOT_YET,
                written.get().span(),
                "this way to connect is part of the language, but this version knows dense, sparse, flatten,"
                        + " one_to_one, conv2d and pool only");
    }

    /** Whether every source may reach every target. */
    boolean isDense() {
        return kind == Kind.DENSE;
    }

    /** Whether its targets lie on an image as its sources do. */
    boolean isSpatial() {
        return kind == Kind.CONVOLUTION || kind == Kind.POOL;
    }

    /** How many points an axis of the targets has, by that of the sources: kernels that do not fit whole are left out. */
    int points(int sources) {
        return (sources + 2 * padding - kernel) / stride + 1;
    }

    /** The positions of its targets. */
    Grid targets(Grid sources, String population, Expressions expressions) {
        if (kind == Kind.ONE_TO_ONE) {
            return Grid.of(population, sources.rows(), sources.columns());
        }
        if (kernel > sources.rows() + 2 * padding || kernel > sources.columns() + 2 * padding) {
            String padded = padding == 0 ? "" : " with a padding of " + padding;
            throw expressions.error(
                    Code.WRONG_SHAPE,
                    span,
                    "a kernel of " + kernel + " x " + kernel + " is larger than the " + sources + " positions of its"
                            + " sources" + padded);
        }
        return Grid.of(population, points(sources.rows()), points(sources.columns()));
    }

    /** Reads the arguments of a pattern. */
    private static final class Reader {
        private final Kind kind;
        private final Expr written;
        private final Expressions expressions;
        private final Scope scope;
        private final Map<String, Expr> arguments = new HashMap<>();

        Reader(Kind kind, Expr written, Expressions expressions, Scope scope) {
            this.kind = kind;
            this.written = written;
            this.expressions = expressions;
            this.scope = scope;
        }

        Connection read() {
            List<Expr.Argument> all = written instanceof Expr.Call call ? call.arguments() : List.of();
            if (written instanceof Expr.Call call && call.where().isPresent()) {
                throw expressions.error(
                        Code.NOT_YET, call.where().get().span(), "a condition on synapses cannot be run yet");
            }
            for (int i = 0; i < all.size(); i++) {
                put(all.get(i), i);
            }
            switch (kind) {
                case CONVOLUTION:
                    return new Connection(
                            kind,
                            number("kernel", Optional.empty(), 1),
                            number("stride", Optional.of(1), 1),
                            number("padding", Optional.of(0), 0),
                            written.span());
                case POOL:
                    int size = number("size", Optional.empty(), 1);
                    return new Connection(kind, size, number("stride", Optional.of(size), 1), 0, written.span());
                default:
                    return new Connection(kind, 1, 1, 0, written.span());
            }
        }

        private void put(Expr.Argument argument, int position) {
            List<String> known = new ArrayList<>(kind.parameters);
            if (argument.name().isEmpty() && position >= known.size()) {
                throw expressions.error(
                        Code.WRONG_ARGUMENTS,
                        argument.span(),
                        "'" + kind.word + "' takes " + known.size() + " argument(s)");
            }
            String name = argument.name().map(Name::text).orElseGet(() -> known.get(position));
            if (!known.contains(name)) {
                throw expressions.error(
                        Code.UNKNOWN_PARAMETER,
                        argument.span(),
                        "'" + kind.word + "' has no parameter '" + name + "'" + Suggestions.didYouMean(name, known));
            }
            arguments.put(name, argument.value());
        }

        private int number(String name, Optional<Integer> standard, int least) {
            Expr given = arguments.get(name);
            if (given == null) {
                return standard.orElseThrow(() -> expressions.error(
                        Code.MISSING_VALUE, written.span(), "how large? write " + kind.word + "(" + name + " = 3)"));
            }
            int number = expressions.whole(given, scope, Section.INIT, "the " + name + " of " + kind.word);
            if (number < least) {
                throw expressions.error(
                        Code.WRONG_SHAPE,
                        given.span(),
                        "the " + name + " of " + kind.word + " is at least " + least + ", not " + number);
            }
            return number;
        }
    }
}
