package org.altdsl.runtime.report;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A picture of what was recorded.
 *
 * @param title what it shows, as the experiment says it
 * @param records the records it is drawn from, by their names: one for each panel
 * @param settings numbers and words that its kind needs, by name
 */
public record Plot(Kind kind, String title, List<String> records, Map<String, String> settings) {
    /** How many neurons there are, of a raster. */
    public static final String NEURONS = "neurons";

    /** How much time before the end of the run is shown. */
    public static final String LAST = "last";

    /** How much time from its start is shown. */
    public static final String FIRST = "first";

    /** What each panel shows, in order, separated by line feeds. */
    public static final String LABELS = "labels";

    /** The unit of the numbers, as they are written for a reader. */
    public static final String UNIT = "unit";

    /** What that unit is in the unit of the record. */
    public static final String SCALE = "scale";

    /** Present where the first row of a histogram's record is worth a look too. */
    public static final String INITIAL = "initial";

    /** Rows and columns of the picture that the weights of a neuron make, as {@code 28x28}. */
    public static final String SHAPE = "shape";

    /** The place of the sources among the axes of the recorded weights: 0 or 1. */
    public static final String SOURCES = "sources";

    /** The kinds of pictures. */
    public enum Kind {
        RASTER,
        TRACE,
        RATE,
        HISTOGRAM,
        INTERVALS,
        WEIGHTS
    }

    public Plot {
        requireNonNull(kind);
        requireNonNull(title);
        records = List.copyOf(records);
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }

    Optional<String> setting(String name) {
        return Optional.ofNullable(settings.get(name));
    }

    /** A number among the settings. */
    Optional<Double> number(String name) {
        return setting(name).map(Double::valueOf);
    }
}
