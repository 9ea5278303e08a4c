package org.altdsl.optimize;

import static java.util.Objects.requireNonNull;

import org.altdsl.source.Span;

/**
 * How an update, or a reduction inside one, was compiled.
 *
 * @param variable the variable that the update of the source writes
 * @param span where it was written
 * @param method the kind of kernel
 * @param detail the decomposition, as an equation
 */
public record Decision(String variable, Span span, Method method, String detail) {
    /** The kinds of kernels. */
    public enum Method {
        MATRIX_PRODUCT("matrix product"),
        RANK_ONE("rank-1 update"),
        SCALING("row scaling"),
        REDUCTION("reduction"),
        FUSED_REDUCTION("fused loop over all axes"),
        SCATTER("scatter"),
        SPIKE_LIST("spike list"),
        ROW_WALK("walk of rows per spike"),
        COLUMN_WALK("walk of columns per spike"),
        ARRIVAL_WALK("walk of delayed rows per spike"),
        PER_NEURON("kept per neuron"),
        LAZY_DECAY("decay when needed"),
        FUSED_LOOP("fused loop");

        private final String words;

        Method(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    public Decision {
        requireNonNull(variable);
        requireNonNull(span);
        requireNonNull(method);
        requireNonNull(detail);
    }

    @Override
    public String toString() {
        return variable + ": " + method + ": " + detail;
    }
}
