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
     * Runs one kernel.
     *
     * @param kernel its number, from 0
     * @param arrays the variables of the job
     * @param part the part of the kernel's outermost axis to cover
     * @param now where in the run the kernel stands
     */
    void run(int kernel, Slots arrays, Shard part, Clocks now);
}
