package org.altdsl.ir;

import static java.util.Objects.requireNonNull;

/**
 * A total function from points of one space to points of another. Axes that a map does not mention pass through it
 * unchanged, so no map mentions lanes.
 *
 * <p>A value is taken against a map by {@link Expr.Gather} and pushed along it by {@link Expr.Reduce}. Because axes
 * have names, a value on fewer axes can stand wherever one on more axes is wanted; the map that forgets axes is
 * needed only for reductions.
 */
public sealed interface IndexMap {
    /** Forgets axes: the dense fibre. As a gather it is broadcasting, and never written. */
    record Drop(Space dropped) implements IndexMap {
        public Drop {
            requireNonNull(dropped);
        }
    }

    /** The same index under another name: point {@code i} of {@code from} is point {@code i} of {@code to}. */
    record Rename(Axis from, Axis to) implements IndexMap {
        public Rename {
            requireNonNull(from);
            requireNonNull(to);
        }
    }

    /** Point {@code i} of {@code from} is point {@code table[i]} of {@code to}; the table is an INDEX variable on {@code from}. */
    record Table(Axis from, Axis to, Var table) implements IndexMap {
        public Table {
            requireNonNull(from);
            requireNonNull(to);
            requireNonNull(table);
        }
    }

    /** Point {@code i} of {@code from} is point {@code scale * i + offset} of {@code to}. */
    record Affine(Axis from, Axis to, int scale, int offset) implements IndexMap {
        public Affine {
            requireNonNull(from);
            requireNonNull(to);
        }
    }

    /** One point of {@code to}, by an index that may itself depend on where it is read. */
    record Pick(Axis to, Expr index) implements IndexMap {
        public Pick {
            requireNonNull(to);
            requireNonNull(index);
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
}
