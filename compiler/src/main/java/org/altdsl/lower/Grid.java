package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import org.altdsl.ir.Axis;
import org.altdsl.ir.Role;
import org.altdsl.ir.Space;

/**
 * The positions of a population that lies on an image: at each of them it has one neuron a channel.
 *
 * @param rows how many points {@code height} has
 * @param columns how many points {@code width} has
 */
record Grid(Axis height, Axis width, int rows, int columns) {
    Grid {
        requireNonNull(height);
        requireNonNull(width);
    }

    /** The positions of a population; its axes come after that of its channels, rows before columns. */
    static Grid of(String population, int rows, int columns) {
        String height = population + ".height";
        String width = population + ".width";
        return new Grid(new Axis(height, Role.COORD, height), new Axis(width, Role.COORD, width), rows, columns);
    }

    Space space() {
        return Space.of(height, width);
    }

    boolean isAsLargeAs(Grid other) {
        return rows == other.rows && columns == other.columns;
    }

    /** As researchers write it: {@code 28 x 28}. */
    @Override
    public String toString() {
        return rows + " x " + columns;
    }
}
