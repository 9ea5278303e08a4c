package org.altdsl.runtime.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Everything measured after one epoch of one seed. Accuracies are fractions, times seconds, angles degrees. A name
 * such as {@code weight_norm[h]} belongs to the layer {@code h}.
 *
 * @param epoch the number of epochs trained; 0 is before training
 * @param values the measured numbers by metric name, in the order of measuring; may be infinite or not a number
 */
public record Row(int epoch, Map<String, Double> values) {

    /** The metric that holds the seconds an epoch of training took. It is a cost, and is not compared or drawn. */
    public static final String SECONDS = "seconds";

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
