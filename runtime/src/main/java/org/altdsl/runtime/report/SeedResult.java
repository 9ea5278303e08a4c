package org.altdsl.runtime.report;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * What one rule gave on one seed.
 *
 * @param seed the seed
 * @param status how this seed's training ended
 * @param rows one entry per measured epoch, epochs rising
 * @param divergence where the numbers were left, for a seed that diverged
 */
public record SeedResult(int seed, Status status, List<Row> rows, Optional<Divergence> divergence) {

    /** How the training of one seed ended. */
    public enum Status {
        /** It ran to its last epoch. */
        COMPLETE,
        /** It was interrupted, or is still going on. */
        STOPPED,
        /** A quantity became infinite or not a number. */
        DIVERGED
    }

    /** Checks and copies. */
    public SeedResult {
        requireNonNull(status, "status");
        requireNonNull(divergence, "divergence");
        rows = List.copyOf(rows);
        for (int i = 1; i < rows.size(); i++) {
            if (rows.get(i).epoch() <= rows.get(i - 1).epoch()) {
                throw new IllegalArgumentException("epochs of seed " + seed + " do not rise at row " + i);
            }
        }
    }
}
