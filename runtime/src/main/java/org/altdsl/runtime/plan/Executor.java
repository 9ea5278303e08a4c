package org.altdsl.runtime.plan;

import java.util.List;

/**
 * A program on its own set of arrays, ready to be driven: the state of one job.
 *
 * <p>The harness writes clamped variables and clocks, enters scopes and runs blocks; it knows variables by name and
 * nothing of what a rule is. The reference interpreter and the compiled kernels are driven through this alike.
 */
public interface Executor {
    /** The clocks that the next block sees; the caller sets them. */
    Clocks clocks();

    /** The variables, temporaries included, in the order of the program. */
    List<VariableInfo> variables();

    /** Initialises every variable whose life is the given scope. */
    void enter(Scope scope);

    /** Runs the block that belongs to the body of a scope: {@link Scope#BATCH} for the training step. */
    void run(Scope scope);

    /**
     * Runs steps of time: the block of {@link Scope#STEP}, again and again, each with its number in the clocks.
     *
     * @param count how many
     */
    default void advance(long count) {
        for (long i = 0; i < count; i++) {
            run(Scope.STEP);
            clocks().step++;
        }
    }

    /**
     * Lets a source decide when the neurons of a variable spike, from the next step of time on.
     *
     * @param variable a flag for each neuron, that no update writes
     */
    void play(String variable, SpikeSource source);

    /**
     * Tells which neurons of a variable spike in each step from now on, without a look at those that do not where the
     * program lists its spikes anyway. Any number of listeners may hear of the same variable.
     *
     * @param variable a flag for each neuron
     */
    void listen(String variable, SpikeListener listener);

    /** The steps (kernels) of a scope's block, in order; each can be run alone by {@link #runStep}. */
    List<StepInfo> steps(Scope scope);

    /** Runs one step of a scope's block: used to find the equation at which a value stopped being finite. */
    void runStep(Scope scope, int step);

    /**
     * The values of a variable, row-major over its axes in the order of {@link VariableInfo#axes()}; only the first
     * {@link Clocks#lanes} lanes where it has a lane axis.
     */
    double[] read(String variable);

    /** Sets a variable from values in the same order. */
    void write(String variable, double[] values);

    /**
     * Sets the lanes of a clamped variable {@code [lane, …]} from rows of a data set.
     *
     * @param rows row-major data, one row a sample
     * @param width the length of a row
     * @param samples the rows to take, one a lane
     * @param count how many lanes
     */
    void load(String variable, float[] rows, int width, int[] samples, int count);

    /**
     * Has a variable in common with another executor of the same program from now on: in memory, it is one. Neither may
     * change it while the other runs.
     */
    default void share(String variable, Executor other) {
        throw new IllegalArgumentException("this back end runs no trials side by side");
    }

    /** Whether every element of a variable is finite. */
    boolean isFinite(String variable);

    /** A copy of all variables that are alive between batches, with the clocks; {@link #restore} sets them again. */
    Snapshot snapshot();

    void restore(Snapshot snapshot);
}
