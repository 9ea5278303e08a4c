package org.altdsl.units;

import static java.util.Objects.requireNonNull;

/**
 * A unit: its symbol, its dimension and how many SI base units one of it is.
 *
 * @param clock whether it counts ticks of a run ({@code batches}, {@code steps}); its values are pure numbers
 */
public record Unit(String symbol, Dimension dimension, double scale, boolean clock) {
    public Unit {
        requireNonNull(symbol);
        requireNonNull(dimension);
    }
}
