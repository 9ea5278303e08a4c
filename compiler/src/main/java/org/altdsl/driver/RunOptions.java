package org.altdsl.driver;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a command line may change of an experiment.
 *
 * @param parameters values of the experiment's parameters, as written
 * @param seeds instead of the experiment's own
 * @param epochs instead of the experiment's own
 * @param precision {@code float} or {@code double}, instead of the experiment's own
 * @param reference whether the reference interpreter runs it
 * @param smoke whether it is made small: few samples, one epoch, two seeds
 * @param tensor whether it runs as operations on tensors, on the device of the ND4J on the class path
 */
public record RunOptions(
        Map<String, String> parameters,
        Optional<List<Integer>> seeds,
        Optional<Integer> epochs,
        Optional<String> precision,
        boolean reference,
        boolean smoke,
        boolean tensor) {
    public RunOptions {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        seeds = seeds.map(List::copyOf);
        requireNonNull(epochs);
        requireNonNull(precision);
        if (reference && tensor) {
            throw new IllegalArgumentException("one back end runs an experiment, not two");
        }
    }

    /** Options of a run that is not on tensors. */
    public RunOptions(
            Map<String, String> parameters,
            Optional<List<Integer>> seeds,
            Optional<Integer> epochs,
            Optional<String> precision,
            boolean reference,
            boolean smoke) {
        this(parameters, seeds, epochs, precision, reference, smoke, false);
    }

    /** The experiment as written. */
    public static RunOptions asWritten() {
        return new RunOptions(Map.of(), Optional.empty(), Optional.empty(), Optional.empty(), false, false);
    }
}
