package org.altdsl.runtime.engine;

import java.nio.file.Path;

/** Where the records of the jobs of a run go. */
public interface RecordFolders {
    /**
     * The folder of a job.
     *
     * @param rule the position of the rule in the plan
     */
    Path of(int rule, int seed);

    /** Whether quantities are stored in double precision. */
    boolean isDouble();
}
