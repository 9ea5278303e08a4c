package org.altdsl.tests.brian;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Reads what Brian wrote: text files of numbers. */
final class Stored {
    private Stored() {}

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** A file with one number a line. */
    static double[] numbers(Path file) {
        return text(file).lines().mapToDouble(Double::parseDouble).toArray();
    }

    /** A file with some whole numbers a line. */
    static int[][] integers(Path file) {
        return text(file)
                .lines()
                .map(line -> Arrays.stream(line.split(","))
                        .mapToInt(Integer::parseInt)
                        .toArray())
                .toArray(int[][]::new);
    }

    /**
     * What Brian wrote.
     *
     * @param rule the rule that taught its synapses
     * @param weightUnit the unit of the weights, in SI units
     */
    static Simulated read(Path folder, String rule, double weightUnit) {
        List<Simulated.Spike> spikes = Arrays.stream(integers(folder.resolve(rule + "-spikes.csv")))
                .map(pair -> new Simulated.Spike(pair[0], pair[1]))
                .toList();
        double[] weights = Arrays.stream(numbers(folder.resolve(rule + "-weights.csv")))
                .map(weight -> weight * weightUnit)
                .toArray();
        return new Simulated(spikes, weights, numbers(folder.resolve(rule + "-voltage.csv")));
    }
}
