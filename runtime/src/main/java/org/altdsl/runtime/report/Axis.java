package org.altdsl.runtime.report;

import java.util.ArrayList;
import java.util.List;
import org.altdsl.runtime.plan.Course;

/**
 * A range of numbers and the round ones in it, of which a chart makes an axis.
 *
 * @param low the lower end
 * @param high the upper end, above the lower
 * @param step the distance of the ticks
 */
record Axis(double low, double high, double step) {

    /** Values near the largest double would leave no number for the width of the axis. */
    private static final double LARGEST = 1e150;

    /** The axis for a metric's lines, of the rules that did not diverge where there are any: the others run off it. */
    static Axis values(Curves curves) {
        boolean someHeld = curves.lines().stream().anyMatch(line -> !line.diverged());
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (Curves.Line line : curves.lines()) {
            if (line.diverged() && someHeld) {
                continue;
            }
            for (Curves.Point point : line.points()) {
                low = Math.min(low, point.mean());
                high = Math.max(high, point.mean());
            }
            for (List<Curves.Value> seed : line.seeds()) {
                for (Curves.Value value : seed) {
                    low = Math.min(low, value.value());
                    high = Math.max(high, value.value());
                }
            }
        }
        if (curves.measure().isAlignment()) {
            return of(Math.min(0, low), Math.max(90, high), 90, List.of(15.0, 30.0, 45.0));
        }
        return padded(low, high, curves.measure().scale() == Measure.Scale.FRACTION);
    }

    /** An axis a little wider than the numbers, but not past zero and, for fractions, not past one. */
    static Axis padded(double lowest, double highest, boolean fraction) {
        double low = Math.max(-LARGEST, Math.min(LARGEST, lowest));
        double high = Math.max(-LARGEST, Math.min(LARGEST, highest));
        double width = high - low;
        double pad = width > 1e-12 * Math.max(Math.abs(low), Math.abs(high))
                ? 0.06 * width
                : Math.max(0.05 * Math.abs(high), fraction ? 0.02 : 1e-9);
        double from = low >= 0 ? Math.max(0, low - pad) : low - pad;
        // A range that nearly reaches zero is read more easily when it does.
        double start = low >= 0 && from < 0.15 * high ? 0 : from;
        double end = fraction && high <= 1 ? Math.min(1, high + pad) : high + pad;
        return of(start, end > start ? end : start + 1, 0, List.of());
    }

    /** The axis for the course of a run: of whole numbers, unless it is of seconds. */
    static Axis places(Curves curves) {
        if (curves.course() == Course.SECONDS) {
            return range(0, curves.last());
        }
        double first = curves.first();
        Axis axis = of(first, Math.max(curves.last(), first + 1), 0, List.of());
        return new Axis(axis.low, axis.high, Math.max(1, Math.rint(axis.step)));
    }

    /** An axis from one number to another, which lie apart. */
    static Axis range(double low, double high) {
        return of(low, high > low ? high : low + 1, 0, List.of());
    }

    /** A label at one of the ticks. */
    String tick(double value) {
        return Measure.PLAIN.tick(value, step);
    }

    private static Axis of(double low, double high, double atLeast, List<Double> steps) {
        double rough = Math.max(high - low, atLeast) / 5;
        for (double step : steps) {
            if (step >= 0.75 * rough) {
                return new Axis(low, high, step);
            }
        }
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double ratio = rough / power;
        double round = 10;
        if (ratio < 1.5) {
            round = 1;
        } else if (ratio < 3.5) {
            round = 2;
        } else if (ratio < 7.5) {
            round = 5;
        }
        return new Axis(low, high, round * power);
    }

    /** The same axis, widened to whole steps at both ends. */
    Axis snapped() {
        double slack = 1e-9;
        return new Axis(step * Math.floor(low / step + slack), step * Math.ceil(high / step - slack), step);
    }

    /** The multiples of the step in the range. */
    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        double slack = 1e-9 * step;
        for (double k = Math.ceil((low - slack) / step); k * step <= high + slack && ticks.size() < 50; k++) {
            ticks.add(k * step);
        }
        return ticks;
    }

    /** Where a value lies: 0 at the lower end, 1 at the upper. */
    double place(double value) {
        return (value - low) / (high - low);
    }
}
