package org.altdsl.runtime.plan;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

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
     * A condition that ends a run when it is found to hold.
     *
     * @param window the scope whose block tells whether it holds
     * @param flag the variable that is 1 then
     * @param every it is asked for after each multiple of one of these numbers of steps
     */
    public record Until(Scope window, String flag, List<Long> every) {
        public Until {
            requireNonNull(window);
            requireNonNull(flag);
            every = List.copyOf(every);
            if (every.isEmpty() || every.stream().anyMatch(steps -> steps < 1)) {
                throw new IllegalArgumentException("asked for every " + every + " steps");
            }
        }

        /** Whether it is asked for after so many steps of the whole run. */
        public boolean isDue(long step) {
            return every.stream().anyMatch(steps -> step % steps == 0);
        }

        /** The first step after this one at which it is asked for. */
        public long next(long step) {
            return every.stream()
                    .mapToLong(steps -> (step / steps + 1) * steps)
                    .min()
                    .orElseThrow();
        }

        private Until shortened(long most) {
            return new Until(
                    window,
                    flag,
                    every.stream().map(steps -> Math.min(steps, most)).toList());
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
     * Acts during which flags are set: some weights do not change meanwhile, or some neurons are stimulated.
     *
     * @param flags the variables that are 1 meanwhile
     */
    public record Flagged(List<String> flags, List<Act> acts) implements Act {
        public Flagged {
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

    /**
     * Acts that happen again and again.
     *
     * @param times how often at most
     * @param until a flag of the protocol's block; once it holds after the acts, they do not happen again
     */
    public record Repeat(int times, List<Act> acts, Optional<String> until) implements Act {
        public Repeat {
            acts = List.copyOf(acts);
            requireNonNull(until);
            if (times < 0) {
                throw new IllegalArgumentException(times + " times");
            }
        }

        @Override
        public long steps() {
            return (until.isPresent() ? 1 : times)
                    * acts.stream().mapToLong(Act::steps).sum();
        }
    }

    /** Steps in which the sample at hand is shown; what is counted over a presentation starts anew. */
    public record Present(long steps) implements Act {}

    /** Steps in which nothing is shown. */
    public record Rest(long steps) implements Act {}

    /**
     * Acts for each sample of a split, in the order of the epoch, or as they stand for any other than training.
     *
     * @param lanes how many samples are shown side by side
     */
    public record EachSample(String split, int samples, int lanes, List<Act> acts) implements Act {
        public EachSample {
            requireNonNull(split);
            acts = List.copyOf(acts);
        }

        @Override
        public long steps() {
            return (samples + lanes - 1L)
                    / lanes
                    * acts.stream().mapToLong(Act::steps).sum();
        }
    }

    /** Acts between which what happens before and after a trial happens. */
    public record Trial(List<Act> acts) implements Act {
        public Trial {
            acts = List.copyOf(acts);
        }

        @Override
        public long steps() {
            return acts.stream().mapToLong(Act::steps).sum();
        }
    }

    /** The states of neurons, synapses and rules start anew; weights, and what says that it carries on, do not. */
    public record Reset() implements Act {
        @Override
        public long steps() {
            return 0;
        }
    }

    /**
     * A variable takes over the value of another, which the protocol's block computes.
     *
     * @param variable what changes
     * @param value the variable with the new value
     */
    public record Set(String variable, String value) implements Act {
        @Override
        public long steps() {
            return 0;
        }
    }

    /**
     * Keeps a value of the sample at hand, by a name.
     *
     * @param value the variable with the value, which the protocol's block computes
     */
    public record Collect(String name, String value) implements Act {
        @Override
        public long steps() {
            return 0;
        }
    }

    /** The same acts, none of which takes more than so many steps at a time. */
    public Protocol shortened(long most) {
        return new Protocol(dt, course, shortened(acts, most));
    }

    private static List<Act> shortened(List<Act> acts, long most) {
        return acts.stream().map(act -> shortened(act, most)).toList();
    }

    private static Act shortened(Act act, long most) {
        if (act instanceof Run run) {
            return new Run(Math.min(run.steps(), most), run.until().map(until -> until.shortened(most)));
        }
        if (act instanceof Present present) {
            return new Present(Math.min(present.steps(), most));
        }
        if (act instanceof Rest rest) {
            return new Rest(Math.min(rest.steps(), most));
        }
        if (act instanceof Flagged flagged) {
            return new Flagged(flagged.flags(), shortened(flagged.acts(), most));
        }
        if (act instanceof Phase phase) {
            return new Phase(phase.name(), shortened(phase.acts(), most));
        }
        if (act instanceof Repeat repeat) {
            return new Repeat(Math.min(repeat.times(), 2), shortened(repeat.acts(), most), repeat.until());
        }
        if (act instanceof Trial trial) {
            return new Trial(shortened(trial.acts(), most));
        }
        if (act instanceof EachSample samples) {
            return new EachSample(samples.split(), samples.samples(), samples.lanes(), shortened(samples.acts(), most));
        }
        return act;
    }

    /** The same acts, which freeze only what these flags stand for: where no rule learns there is nothing to stop. */
    public Protocol freezingOnly(Collection<String> flags) {
        return new Protocol(dt, course, freezingOnly(acts, flags));
    }

    private static List<Act> freezingOnly(List<Act> acts, Collection<String> flags) {
        return acts.stream()
                .filter(act -> !(act instanceof Set set) || flags.contains(set.variable()))
                .map(act -> freezingOnly(act, flags))
                .toList();
    }

    private static Act freezingOnly(Act act, Collection<String> flags) {
        if (act instanceof Flagged flagged) {
            List<String> kept = flagged.flags().stream().filter(flags::contains).toList();
            return new Flagged(kept, freezingOnly(flagged.acts(), flags));
        }
        if (act instanceof Phase phase) {
            return new Phase(phase.name(), freezingOnly(phase.acts(), flags));
        }
        if (act instanceof Repeat repeat) {
            return new Repeat(repeat.times(), freezingOnly(repeat.acts(), flags), repeat.until());
        }
        if (act instanceof EachSample samples) {
            return new EachSample(
                    samples.split(), samples.samples(), samples.lanes(), freezingOnly(samples.acts(), flags));
        }
        if (act instanceof Trial trial) {
            return new Trial(freezingOnly(trial.acts(), flags));
        }
        return act;
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
