package org.altdsl.runtime.plan;

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

    /** The first and the last time that a raster shows, as {@code 0.5 1.5}; absent where it is not known before the run. */
    public static final String SPAN = "span";

    /** What each panel shows, in order, separated by line feeds. */
    public static final String LABELS = "labels";

    /** Present where the first row of a histogram's record is worth a look too. */
    public static final String INITIAL = "initial";

    /** Present where a histogram shows how a distribution changes in the course of time. */
    public static final String COURSE = "course";

    /** Rows and columns of the picture that the weights of a neuron make, as {@code 28x28}. */
    public static final String SHAPE = "shape";

    /**
     * In what unit each panel's quantity is shown, in order, separated by line feeds: its symbol and how many SI units one
     * of it is, as {@code mV 0.001}; empty for a pure number.
     */
    public static final String UNITS = "units";

    /**
     * The ends of each projection of a graph, in order, separated by line feeds: source, its number of neurons, target, its
     * number of neurons, as {@code a 3 b 2}.
     */
    public static final String ENDS = "ends";

    /** The kinds of pictures. */
    public enum Kind {
        RASTER,
        TRACE,
        RATE,
        HISTOGRAM,
        INTERVALS,
        WEIGHTS,
        STIMULUS,
        CONFUSION,
        GRAPH
    }

    public Plot {
        requireNonNull(kind);
        requireNonNull(title);
        records = List.copyOf(records);
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }

    /** A setting, if there is one of this name. */
    public Optional<String> setting(String name) {
        return Optional.ofNullable(settings.get(name));
    }
}
