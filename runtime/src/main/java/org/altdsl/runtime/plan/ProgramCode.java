package org.altdsl.runtime.plan;

/** A program that has been made ready for a back end: a factory of executors, safe to share between threads. */
public interface ProgramCode {
    /**
     * A fresh set of arrays.
     *
     * @param seed the seed of the job
     * @param maximumLanes the most lanes any batch will have
     */
    Executor executor(long seed, int maximumLanes);
}
