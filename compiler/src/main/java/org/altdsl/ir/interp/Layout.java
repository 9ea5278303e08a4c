package org.altdsl.ir.interp;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.Space;

/** Where the points of spaces lie in row-major arrays, for one number of lanes. */
final class Layout {
    private record Projection(Space from, Space to) {}

    private final Sizes sizes;
    private final int lanes;
    private final Map<Projection, int[]> projections = new HashMap<>();
    private final Map<Space, Integer> counts = new HashMap<>();

    Layout(Sizes sizes, int lanes) {
        this.sizes = sizes;
        this.lanes = lanes;
    }

    int lanes() {
        return lanes;
    }

    int extent(Axis axis) {
        return axis.equals(Axis.LANE) ? lanes : sizes.of(axis);
    }

    int points(Space space) {
        return counts.computeIfAbsent(space, wanted -> {
            int points = 1;
            for (Axis axis : wanted.axes()) {
                points = Math.multiplyExact(points, extent(axis));
            }
            return points;
        });
    }

    /** The distance between neighbours along an axis of a space; 0 if it has no such axis. */
    int stride(Space space, Axis axis) {
        int stride = 1;
        List<Axis> axes = space.axes();
        for (int i = axes.size() - 1; i >= 0; i--) {
            if (axes.get(i).equals(axis)) {
                return stride;
            }
            stride *= extent(axes.get(i));
        }
        return 0;
    }

    /**
     * For every point of a space, in order, where the point with the same coordinates lies in another space; an axis
     * that only the other space has counts as standing at 0.
     */
    int[] project(Space from, Space to) {
        return projections.computeIfAbsent(new Projection(from, to), this::compute);
    }

    private int[] compute(Projection projection) {
        List<Axis> axes = projection.from().axes();
        int rank = axes.size();
        int[] extents = new int[rank];
        int[] strides = new int[rank];
        for (int i = 0; i < rank; i++) {
            extents[i] = extent(axes.get(i));
            strides[i] = stride(projection.to(), axes.get(i));
        }
        int[] places = new int[points(projection.from())];
        int[] at = new int[rank];
        int place = 0;
        for (int point = 0; point < places.length; point++) {
            places[point] = place;
            for (int i = rank - 1; i >= 0; i--) {
                place += strides[i];
                if (++at[i] < extents[i]) {
                    break;
                }
                place -= at[i] * strides[i];
                at[i] = 0;
            }
        }
        return places;
    }
}
