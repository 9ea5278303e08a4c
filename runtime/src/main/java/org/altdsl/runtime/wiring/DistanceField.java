package org.altdsl.runtime.wiring;

import java.util.Arrays;
import org.altdsl.runtime.random.Geometric;

/**
 * Draws the targets of sources with probabilities that fall with the distance.
 *
 * <p>The grid of targets is halved until a part is either so even that its highest probability serves for all of it, or
 * so unlikely that at most one target is expected in it. In each part candidates are drawn by geometric skips with that
 * highest probability, and kept with the ratio of their own to it. So the work grows with the synapses, and with the
 * logarithm of the number of targets, but not with the number of pairs.
 */
final class DistanceField {
    private final Wiring.Distance wiring;
    private final double width;
    private final double height;
    private final boolean periodic;
    private final int sourceColumns;
    private final int sourceRows;
    private final int targetColumns;
    private final int targetRows;

    private double x;
    private double y;
    private Draws draws;
    private int[] found;
    private int count;

    DistanceField(Wiring.Distance wiring, int sources, int targets) {
        this.wiring = wiring;
        this.found = new int[64];
        if (wiring.layout() instanceof Layout.Grid grid) {
            width = grid.width();
            height = grid.height();
            periodic = grid.periodic();
            sourceColumns = grid.sourceColumns();
            targetColumns = grid.targetColumns();
            sourceRows = rows(sources, sourceColumns, "sources");
            targetRows = rows(targets, targetColumns, "targets");
            return;
        }
        periodic = wiring.layout() instanceof Layout.Ring;
        width = wiring.layout() instanceof Layout.Ring ring ? ring.extent() : ((Layout.Line) wiring.layout()).extent();
        // One row, whose targets and sources are at the same height.
        height = 1;
        sourceColumns = sources;
        targetColumns = targets;
        sourceRows = 1;
        targetRows = 1;
    }

    private static int rows(int neurons, int columns, String what) {
        if (neurons % columns != 0) {
            throw new WiringException("a grid with rows of " + columns + " cannot hold " + neurons + " " + what
                    + ": the last row would not be full");
        }
        return neurons / columns;
    }

    /** The probability that a source is connected to a target. */
    double probability(int source, int target) {
        moveTo(source);
        return ofCell(target % targetColumns, target / targetColumns);
    }

    /** Draws the targets of a source; they are in {@link #found}, in ascending order; returns how many. */
    int draw(int source, Draws numbers) {
        moveTo(source);
        draws = numbers;
        count = 0;
        if (targetColumns > 0 && targetRows > 0) {
            visit(0, targetColumns, 0, targetRows);
        }
        Arrays.sort(found, 0, count);
        return count;
    }

    int[] found() {
        return found;
    }

    private void moveTo(int source) {
        x = centre(source % sourceColumns, width, sourceColumns);
        y = centre(source / sourceColumns, height, sourceRows);
    }

    private static double centre(int cell, double extent, int cells) {
        return (cell + 0.5) * (extent / cells);
    }

    private void visit(int fromColumn, int toColumn, int fromRow, int toRow) {
        double most = nearest(fromColumn, toColumn, fromRow, toRow);
        if (!(most > 0)) {
            return;
        }
        long cells = (long) (toColumn - fromColumn) * (toRow - fromRow);
        if (cells == 1 || cells * most <= 1 || most <= 2 * farthest(fromColumn, toColumn, fromRow, toRow)) {
            drawFrom(fromColumn, toColumn, fromRow, cells, most);
            return;
        }
        if (toColumn - fromColumn >= toRow - fromRow) {
            int middle = fromColumn + toColumn >>> 1;
            visit(fromColumn, middle, fromRow, toRow);
            visit(middle, toColumn, fromRow, toRow);
            return;
        }
        int middle = fromRow + toRow >>> 1;
        visit(fromColumn, toColumn, fromRow, middle);
        visit(fromColumn, toColumn, middle, toRow);
    }

    private void drawFrom(int fromColumn, int toColumn, int fromRow, long cells, double most) {
        double scale = Geometric.scale(most);
        int columns = toColumn - fromColumn;
        // Remaining cells, not positions, since a gap may be as long as a long can count.
        for (long at = -1, gap = draws.gap(scale); gap < cells - at - 1; gap = draws.gap(scale)) {
            at += gap + 1;
            int column = fromColumn + (int) (at % columns);
            int row = fromRow + (int) (at / columns);
            double share = ofCell(column, row) / most;
            // A part of one likelihood needs no second draw.
            if (share >= 1 || draws.uniform() < share) {
                keep(row * targetColumns + column);
            }
        }
    }

    private void keep(int target) {
        if (count == found.length) {
            found = Arrays.copyOf(found, 2 * count);
        }
        found[count++] = target;
    }

    private double ofCell(int column, int row) {
        return nearest(column, column + 1, row, row + 1);
    }

    /** The highest probability in a part of the grid: that at its nearest point. */
    private double nearest(int fromColumn, int toColumn, int fromRow, int toRow) {
        double across =
                gap(x, centre(fromColumn, width, targetColumns), centre(toColumn - 1, width, targetColumns), width);
        double along = sourceRows == 1 && targetRows == 1
                ? 0
                : gap(y, centre(fromRow, height, targetRows), centre(toRow - 1, height, targetRows), height);
        return at(across, along);
    }

    /** At most the lowest probability in a part of the grid. */
    private double farthest(int fromColumn, int toColumn, int fromRow, int toRow) {
        double across = reach(x, centre(fromColumn, width, targetColumns), centre(toColumn - 1, width, targetColumns));
        double along = reach(y, centre(fromRow, height, targetRows), centre(toRow - 1, height, targetRows));
        if (periodic) {
            across = Math.min(across, width / 2);
            along = Math.min(along, height / 2);
        }
        return at(across, along);
    }

    private double at(double across, double along) {
        double distance = along == 0 ? across : Math.sqrt(across * across + along * along);
        return wiring.peak() * wiring.profile().at(distance / wiring.length());
    }

    private double gap(double from, double low, double high, double extent) {
        double gap = Math.max(0, Math.max(low - from, from - high));
        if (!periodic) {
            return gap;
        }
        double around = Math.min(Math.max(0, low - (from - extent)), Math.max(0, from + extent - high));
        return Math.min(gap, around);
    }

    private static double reach(double from, double low, double high) {
        return Math.max(Math.abs(from - low), Math.abs(from - high));
    }
}
