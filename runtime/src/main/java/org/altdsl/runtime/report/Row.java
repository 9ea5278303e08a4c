package org.altdsl.runtime.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Everything measured after one epoch of one seed, or at one time of a network in time. Accuracies are fractions, times seconds, angles degrees. A name
 * such as {@code weight_norm[h]} belongs to the layer {@code h}.
 *
 * @param epoch the number of epochs trained, 0 is before training; in time, the number of this measurement
 * @param values the measured numbers by metric name, in the order of measuring; may be infinite or not a number
 */
public record Row(int epoch, Map<String, Double> values) {

    /** The metric that holds the seconds an epoch of training took. It is a cost, and is not compared or drawn. */
    public static final String SECONDS = "seconds";

    /**
     * The time of a measurement of a network in time, in seconds since the run began, or in steps where those are
     * counted. {@link #SECONDS} are then those of the machine since the measurement before.
     */
    public static final String TIME = "time";

    /** Whether a name is that of something measured, rather than of when and in what time. */
    public static boolean isMeasure(String name) {
        return !name.equals(SECONDS) && !name.equals(TIME);
    }

    /** Checks and copies. */
    public Row {
        if (epoch < 0) {
            throw new IllegalArgumentException("epoch must not be negative: " + epoch);
        }
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        values.forEach((name, value) -> {
            if (name.isBlank() || value == null) {
                throw new IllegalArgumentException("a metric needs a name and a value: '" + name + "' " + value);
            }
        });
    }

    /** Where in the course of the run it was measured: the time of a network in time, else the epoch. */
    public double place() {
        Double time = values.get(TIME);
        return time == null ? epoch : time;
    }

    /**
     * A metric's value, where it was measured and is a number.
     *
     * @param metric the metric's name
     * @return the value; empty where it is absent, infinite or not a number
     */
    public OptionalDouble value(String metric) {
        Double value = values.get(metric);
        return value == null || !Double.isFinite(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
}
