package org.altdsl.runtime.report;

import static java.util.Objects.requireNonNull;

/**
 * Where a rule left the numbers.
 *
 * @param message what happened, in words, as in {@code w became NaN}
 * @param sourceLine the statement, as {@code file:line:column}; empty where it is not known
 * @param layer the layer; empty where it is not known
 * @param epoch the epoch, from 1; 0 for a network in time, whose message says when
 * @param batch the batch within the epoch, from 1
 */
public record Divergence(String message, String sourceLine, String layer, int epoch, int batch) {

    /** Checks. */
    public Divergence {
        requireNonNull(message, "message");
        requireNonNull(sourceLine, "sourceLine");
        requireNonNull(layer, "layer");
    }

    /**
     * The whole story in one line: what, at which statement, in which layer, when.
     *
     * @return one line of plain text
     */
    public String describe() {
        String at = sourceLine.isEmpty() ? "" : " at " + sourceLine;
        String in = layer.isEmpty() ? "" : ", layer " + layer;
        String when = epoch == 0 ? "" : ", epoch " + epoch + ", batch " + batch;
        return message + at + in + when;
    }
}
