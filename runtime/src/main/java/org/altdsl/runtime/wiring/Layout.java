package org.altdsl.runtime.wiring;

/**
 * Where the neurons of two populations are, so that they have distances.
 *
 * <p>Each population is spread evenly over the whole extent, every neuron at the middle of its share, so that
 * populations of different sizes lie over one another. An extent as large as the number of neurons makes the distance
 * of neighbours 1.
 */
public sealed interface Layout {

    /**
     * A line with two ends.
     *
     * @param extent its length, above 0, in the unit of the profile's length
     */
    record Line(double extent) implements Layout {
        public Line {
            requirePositive(extent, "the extent of a line");
        }
    }

    /**
     * A line closed to a ring; distances are taken the shorter way round.
     *
     * @param extent its length, above 0, in the unit of the profile's length
     */
    record Ring(double extent) implements Layout {
        public Ring {
            requirePositive(extent, "the extent of a ring");
        }
    }

    /**
     * A rectangle with neurons in rows and columns, numbered row by row; distances are Euclidean.
     *
     * @param width its extent along a row, above 0, in the unit of the profile's length
     * @param height its extent across the rows, above 0, in the same unit
     * @param sourceColumns how many sources a row has; must divide their number
     * @param targetColumns how many targets a row has; must divide their number
     * @param periodic whether opposite edges are joined, which makes it a torus
     */
    record Grid(double width, double height, int sourceColumns, int targetColumns, boolean periodic) implements Layout {
        public Grid {
            requirePositive(width, "the width of a grid");
            requirePositive(height, "the height of a grid");
            requirePositive(sourceColumns, "the number of columns of the sources");
            requirePositive(targetColumns, "the number of columns of the targets");
        }
    }

    private static void requirePositive(double value, String what) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new WiringException(what + " must be above 0 and finite, not " + value);
        }
    }
}
