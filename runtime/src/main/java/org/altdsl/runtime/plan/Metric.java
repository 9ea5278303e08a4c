package org.altdsl.runtime.plan;

import static java.util.Objects.requireNonNull;

/**
 * A number in the results: which variable of which program it comes from, and how its values are combined.
 *
 * @param name as it is printed, such as {@code test_accuracy} or {@code dead_fraction[h]}
 * @param source which program computes it, and on which samples
 * @param variable the variable of that program
 * @param combine how the values of an epoch, or of a batch for {@link Source#BATCH}, become one number
 */
public record Metric(String name, Source source, String variable, Combine combine) {
    public Metric {
        requireNonNull(name);
        requireNonNull(source);
        requireNonNull(variable);
        requireNonNull(combine);
    }

    /** Where a metric is computed. */
    public enum Source {
        /** By the training program, on the samples it learns from, before each update. */
        TRAIN,
        /** By the training program, for one batch before its update: a value of its own for every batch. */
        BATCH,
        /** By the evaluation program, on the test split. */
        TEST
    }

    /** How values become one number. */
    public enum Combine {
        /** The mean over all samples, or over all batches for a value that is not per sample. */
        MEAN,
        /** The standard deviation of all values together, divided by their number. */
        DEVIATION,
        /** The share of elements whose largest value over all batches is 0. */
        NEVER_POSITIVE,
        /** The value after the last batch. */
        LAST
    }
}
