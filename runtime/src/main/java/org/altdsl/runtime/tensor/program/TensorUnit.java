package org.altdsl.runtime.tensor.program;

import org.altdsl.runtime.plan.Clocks;

/**
 * The kernels of one program as chains of tensor operations: what a generated class implements. A unit has no state of
 * its own, so one instance serves every job.
 */
public interface TensorUnit {
    /** How many kernels there are. */
    int size();

    /**
     * Runs one kernel.
     *
     * @param kernel its number, from 0
     * @param tensors the variables of the job
     * @param now where in the run the kernel stands
     */
    void run(int kernel, Tensors tensors, Clocks now);
}
