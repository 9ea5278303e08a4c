package org.altdsl.runtime.plan;

/**
 * The counters of a run, written by the harness and read by kernels: where in the run the next block stands.
 *
 * <p>Random draws depend on these and on the seed, never on threads or lanes, so a run can be stopped and resumed at
 * any batch without changing a bit of its result.
 */
public final class Clocks {
    /** The seed of the job. */
    public long seed;

    /** Steps of time done since the run began; 0 where a program has no time. */
    public long step;

    /** What draws in steps of time are keyed by beside the step: 0, or another number for each trial of those side by side. */
    public long trial;

    /** Batches done since the run began. */
    public long batch;

    /** What the draws of the block that runs are keyed by: {@link #ofStep} in a step of time, {@link #batch} elsewhere. */
    public long draw;

    /** Optimizer updates, this batch's included: counts from 1. */
    public long update = 1;

    /** Epochs done since the run began. */
    public long epoch;

    /** The share of the training that is done, 0 to 1. */
    public double progress;

    /** Samples in this batch: the extent of the lane axis. */
    public int lanes;

    /** The identity of the sample in each lane, at least {@link #lanes} long; draws per sample are keyed by it. */
    public int[] samples = {};

    /** What the draws of the step are keyed by. */
    public long ofStep() {
        return step + (trial << 40);
    }

    /** Sets everything from another set of clocks. */
    public void set(Clocks other) {
        seed = other.seed;
        step = other.step;
        trial = other.trial;
        batch = other.batch;
        draw = other.draw;
        update = other.update;
        epoch = other.epoch;
        progress = other.progress;
        lanes = other.lanes;
        samples = other.samples.clone();
    }
}
