package org.altdsl.runtime.kernel;

import org.altdsl.runtime.plan.Clocks;

/**
 * The kernels of one program: what a generated class implements. A unit has no state of its own, so one instance
 * serves every job and every thread.
 */
public interface KernelUnit {
    /** How many kernels there are. */
    int size();

    /**
     * The number of shards that a kernel is cut into.
     *
     * @param kernel its number, from 0
     * @param lanes the extent of the lane axis
     * @return at least 1; a function of sizes alone
     */
    int shards(int kernel, int lanes);

    /**
     * Runs one shard of a kernel. The shards of a kernel may run in any order and side by side, each on the
     * {@link Slots} of its own thread.
     *
     * @param kernel its number, from 0
     * @param arrays the variables of the job
     * @param part the shard, of as many as {@link #shards} says
     * @param now where in the run the kernel stands
     */
    void run(int kernel, Slots arrays, Shard part, Clocks now);
}
