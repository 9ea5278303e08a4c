package org.altdsl.ir;

import static java.util.Objects.requireNonNull;

/**
 * A function from points of one space to points of another, total but for {@link Window}. Axes that a map does not mention pass through it
 * unchanged, so no map mentions lanes.
 *
 * <p>A value is taken against a map by {@link Expr.Gather} and pushed along it by {@link Expr.Reduce}. Because axes
 * have names, a value on fewer axes can stand wherever one on more axes is wanted; the map that forgets axes is
 * needed only for reductions.
 */
public sealed interface IndexMap {
    /** The axes at whose points a gather along the map is read, and which a scatter along it sums over; else none. */
    default Space sources() {
        return Space.SCALAR;
    }

    /** The axis that the map leads to; null for maps over several axes or into time. */
    default Axis target() {
        return null;
    }

    /** Forgets axes: the dense fibre. As a gather it is broadcasting, and never written. */
    record Drop(Space dropped) implements IndexMap {
        public Drop {
            requireNonNull(dropped);
        }
    }

    /**
     * The same index under another name: point {@code i} of {@code from} is point {@code i} of {@code to}, which has as
     * many points.
     */
    record Rename(Axis from, Axis to) implements IndexMap {
        public Rename {
            requireNonNull(from);
            requireNonNull(to);
        }

        @Override
        public Space sources() {
            return Space.of(from);
        }

        @Override
        public Axis target() {
            return to;
        }
    }

    /** Point {@code i} of {@code from} is point {@code table[i]} of {@code to}; the table is an INDEX variable on {@code from}. */
    record Table(Axis from, Axis to, Var table) implements IndexMap {
        public Table {
            requireNonNull(from);
            requireNonNull(to);
            requireNonNull(table);
        }

        @Override
        public Space sources() {
            return Space.of(from);
        }

        @Override
        public Axis target() {
            return to;
        }
    }

    /** Point {@code i} of {@code from} is point {@code scale * i + offset} of {@code to}. */
    record Affine(Axis from, Axis to, int scale, int offset) implements IndexMap {
        public Affine {
            requireNonNull(from);
            requireNonNull(to);
        }

        @Override
        public Space sources() {
            return Space.of(from);
        }

        @Override
        public Axis target() {
            return to;
        }
    }

    /**
     * What a kernel sees along one axis of an image: point {@code (o, k)} of {@code out} and {@code kernel} is point
     * {@code stride * o + k - padding} of {@code in}. Outside {@code in} lies nothing: a gather has 0 there, and what
     * a scatter sends there is dropped.
     */
    record Window(Axis out, Axis kernel, Axis in, int stride, int padding) implements IndexMap {
        public Window {
            requireNonNull(out);
            requireNonNull(kernel);
            requireNonNull(in);
            if (stride < 1 || padding < 0) {
                throw new IllegalArgumentException("stride " + stride + ", padding " + padding);
            }
        }

        @Override
        public Space sources() {
            return Space.of(out, kernel);
        }

        @Override
        public Axis target() {
            return in;
        }

        /** Whether no point of it lies outside. */
        public boolean isInside(Sizes sizes) {
            return padding == 0 && stride * (sizes.of(out) - 1) + sizes.of(kernel) <= sizes.of(in);
        }
    }

    /** One point of {@code to}, by an index that may itself depend on where it is read. */
    record Pick(Axis to, Expr index) implements IndexMap {
        public Pick {
            requireNonNull(to);
            requireNonNull(index);
        }

        @Override
        public Space sources() {
            return index.space();
        }

        @Override
        public Axis target() {
            return to;
        }
    }

    /** A map into time: the last version of a variable {@code lag} ticks of the enclosing block ago, at least 1. */
    record Shift(int lag) implements IndexMap {
        public Shift {
            if (lag < 1) {
                throw new IllegalArgumentException("lag " + lag);
            }
        }
    }

    /**
     * A map into time whose length differs from point to point: the value at a point as it was so many ticks of the
     * enclosing block ago as the point's lag says, where a lag of 0 is the version that is read.
     *
     * @param lags an INDEX variable, constant while the program runs
     * @param longest the largest lag there may be
     */
    record Delay(Var lags, int longest) implements IndexMap {
        public Delay {
            requireNonNull(lags);
            if (longest < 0) {
                throw new IllegalArgumentException("longest lag " + longest);
            }
        }

        @Override
        public Space sources() {
            return lags.space();
        }
    }
}
