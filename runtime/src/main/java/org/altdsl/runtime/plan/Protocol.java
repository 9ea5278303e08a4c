package org.altdsl.runtime.plan;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * What happens to a network in time, one act after the other.
 *
 * @param dt the length of a step in seconds, or 1 where steps are counted
 */
public record Protocol(double dt, List<Act> acts) {
    public Protocol {
        acts = List.copyOf(acts);
        if (!(dt > 0)) {
            throw new IllegalArgumentException("a step of " + dt);
        }
    }

    /** Something that happens. */
    public sealed interface Act {
        /** How many steps it takes at most. */
        long steps();
    }

    /**
     * Steps of time.
     *
     * @param until a flag of the measuring block; the run ends at the first measurement at which it holds
     */
    public record Run(long steps, Optional<String> until) implements Act {
        public Run {
            requireNonNull(until);
            if (steps < 0) {
                throw new IllegalArgumentException(steps + " steps");
            }
        }
    }

    /**
     * Acts during which some weights do not change.
     *
     * @param flags the variables that are 1 meanwhile
     */
    public record Freeze(List<String> flags, List<Act> acts) implements Act {
        public Freeze {
            flags = List.copyOf(flags);
            acts = List.copyOf(acts);
        }

        @Override
        public long steps() {
            return acts.stream().mapToLong(Act::steps).sum();
        }
    }

    /** Acts that happen so many times. */
    public record Repeat(int times, List<Act> acts) implements Act {
        public Repeat {
            acts = List.copyOf(acts);
            if (times < 0) {
                throw new IllegalArgumentException(times + " times");
            }
        }

        @Override
        public long steps() {
            return times * acts.stream().mapToLong(Act::steps).sum();
        }
    }

    /** How many steps all acts take at most. */
    public long steps() {
        return acts.stream().mapToLong(Act::steps).sum();
    }
}
