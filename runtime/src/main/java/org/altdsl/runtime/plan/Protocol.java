package org.altdsl.runtime.plan;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.altdsl.runtime.report.Course;

/**
 * What happens to a network in time, one act after the other.
 *
 * @param dt the length of a step in seconds, or 1 where steps are counted
 * @param course whether it is seconds or steps
 */
public record Protocol(double dt, Course course, List<Act> acts) {
    public Protocol {
        requireNonNull(course);
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
     * A condition that ends a run at the first measurement at which it holds.
     *
     * @param window the scope whose block tells whether it holds
     * @param flag the variable that is 1 then
     */
    public record Until(Scope window, String flag) {
        public Until {
            requireNonNull(window);
            requireNonNull(flag);
        }
    }

    /**
     * Steps of time.
     *
     * @param until when it ends earlier
     */
    public record Run(long steps, Optional<Until> until) implements Act {
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

    /** Acts under a name, by which records know them. */
    public record Phase(String name, List<Act> acts) implements Act {
        public Phase {
            requireNonNull(name);
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

    /** The time after so many steps: in seconds, or in steps where those are counted. */
    public double time(long steps) {
        double perSecond = Math.rint(1 / dt);
        // A quotient of whole numbers is rounded once: 7000 steps of 0.1 ms are 0.7 s, and not a little more.
        boolean isWhole = perSecond > 0 && Math.abs(1 / dt - perSecond) < 1e-9 * perSecond;
        return isWhole ? steps / perSecond : steps * dt;
    }

    /** How many steps all acts take at most. */
    public long steps() {
        return acts.stream().mapToLong(Act::steps).sum();
    }
}
