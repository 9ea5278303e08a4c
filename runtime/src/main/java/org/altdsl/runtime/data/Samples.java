package org.altdsl.runtime.data;

import org.altdsl.runtime.plan.Executor;

/** Shows the samples of a split, some at a time. One reader's own: what it chose last is its state. */
public interface Samples extends AutoCloseable {
    /**
     * Turns to some samples, of which {@link #load} then shows one field after the other.
     *
     * @param samples the positions of samples in the split, one a lane
     * @param count how many of them
     * @param epoch the epoch in which they are shown, counted from 0, where what is shown differs between epochs
     */
    void choose(int[] samples, int count, long epoch);

    /** Rows of a field, row-major, the chosen samples' among them. */
    float[] rows(String field);

    /** Which of {@link #rows} is that of the sample in each lane. */
    int[] lanes(String field);

    /** How many samples are chosen. */
    int count();

    /** Gives back the memory that showing them takes. */
    @Override
    default void close() {}

    /** Sets a variable of a program to a field of the chosen samples, one a lane. */
    default void load(Executor executor, String variable, DataSet.Field field) {
        executor.load(variable, rows(field.name()), field.width(), lanes(field.name()), count());
    }
}
