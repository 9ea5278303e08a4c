package org.altdsl.runtime.engine;

import org.altdsl.runtime.report.Row;

/** Hears how an experiment gets on; called from the threads that run it, one call at a time. */
public interface Progress {
    /** A job finished an epoch; {@code done} of {@code all} batches of the whole experiment are done. */
    void epoch(String rule, int seed, Row row, long done, long all);

    /** A job ended: finished, diverged or stopped. */
    void job(String rule, int seed, String outcome);

    /** Some more batches are done. */
    void batches(long done, long all);
}
