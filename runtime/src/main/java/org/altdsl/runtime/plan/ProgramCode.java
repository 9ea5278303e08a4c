package org.altdsl.runtime.plan;

import org.altdsl.runtime.kernel.Workers;

/** A program that has been made ready for a back end: a factory of executors, safe to share between threads. */
public interface ProgramCode {
    /**
     * A fresh set of arrays.
     *
     * @param seed the seed of the job
     * @param maximumLanes the most lanes any batch will have
     */
    default Executor executor(long seed, int maximumLanes) {
        return executor(seed, maximumLanes, Workers.NONE);
    }

    /**
     * A fresh set of arrays, whose kernels some threads share. Threads do not change a bit of what is computed.
     *
     * @param seed the seed of the job
     * @param maximumLanes the most lanes any batch will have
     * @param workers the threads
     */
    Executor executor(long seed, int maximumLanes, Workers workers);
}
