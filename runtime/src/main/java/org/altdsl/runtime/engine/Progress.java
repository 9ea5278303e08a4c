package org.altdsl.runtime.engine;

import java.util.Map;
import org.altdsl.runtime.plan.RulePlan;
import org.altdsl.runtime.report.Row;

/** Hears how an experiment gets on; called from the threads that run it, one call at a time. */
public interface Progress {
    /** A job finished an epoch; {@code done} of {@code all} batches of the whole experiment are done. */
    void epoch(String rule, int seed, Row row, long done, long all);

    /** A job ended: finished, diverged or stopped. */
    void job(String rule, int seed, String outcome);

    /**
     * What was measured in one batch of the training, for an entry that measures every batch.
     *
     * @param epoch which pass over the training samples, from 1
     * @param batch which batch of that pass, from 1
     */
    void batch(RulePlan rule, int seed, int epoch, int batch, Map<String, Double> values);

    /** Some more batches are done. */
    void batches(long done, long all);
}
