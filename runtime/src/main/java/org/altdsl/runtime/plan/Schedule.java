package org.altdsl.runtime.plan;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * What is looked at together in a network in time: always after so many steps.
 *
 * @param window the scope whose block computes it, and whose variables start anew afterwards
 * @param every how many steps lie between two looks; absent where there is one, when the run has ended
 */
public record Schedule(Scope window, Optional<Long> every, List<Metric> metrics) {
    public Schedule {
        requireNonNull(window);
        requireNonNull(every);
        metrics = List.copyOf(metrics);
        if (every.isPresent() && every.get() < 1) {
            throw new IllegalArgumentException("every " + every.get() + " steps");
        }
    }

    /** The same, with no more than so many steps between two looks. */
    Schedule shortened(long most) {
        return new Schedule(window, every.map(steps -> Math.min(steps, most)), metrics);
    }
}
