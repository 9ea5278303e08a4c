package org.altdsl.runtime.plan;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Something that a network in time writes down as it runs; {@code name} is its file's, without the ending. */
public sealed interface Recorded {
    String name();

    When when();

    /** The variables that are read from outside. */
    Stream<String> variables();

    /**
     * The part of the run that is recorded.
     *
     * @param first the first step
     * @param end one past the last step
     * @param trailing how many steps before the end of the run are kept, where that end is not known before
     * @param phases the phases of the protocol that are recorded; all of the run where there is none
     */
    record When(long first, long end, Optional<Long> trailing, Set<String> phases) {
        /** All of the run. */
        public static final When ALWAYS = new When(0, Long.MAX_VALUE, Optional.empty(), Set.of());

        public When {
            requireNonNull(trailing);
            phases = Set.copyOf(phases);
        }
    }

    /**
     * Neurons of one population.
     *
     * @param flag the variable that is 1 for each neuron that spikes
     * @param first the first of the neurons
     * @param count how many there are
     * @param number the number of the first one in what is recorded
     */
    record Source(String flag, int first, int count, int number) {
        public Source {
            requireNonNull(flag);
        }
    }

    /** Something about the spikes of some neurons. */
    sealed interface OfSpikes extends Recorded {
        List<Source> sources();

        @Override
        default Stream<String> variables() {
            return sources().stream().map(Source::flag);
        }
    }

    /** Every spike of some neurons: the arrays {@code time}, {@code neuron}. */
    record Spikes(String name, List<Source> sources, When when) implements OfSpikes {
        public Spikes {
            requireNonNull(name);
            sources = List.copyOf(sources);
            requireNonNull(when);
        }
    }

    /**
     * A quantity whenever its schedule comes round, and before the first step: the arrays {@code time}, {@code values}.
     *
     * @param window the window of the schedule
     * @param variable the variable of that window's block
     * @param most of a quantity with more elements, this many that lie evenly between the first and the last
     */
    record Values(String name, Scope window, String variable, int most, When when) implements Recorded {
        public Values {
            requireNonNull(name);
            requireNonNull(window);
            requireNonNull(variable);
            requireNonNull(when);
            if (most < 1) {
                throw new IllegalArgumentException("at most " + most + " elements");
            }
        }

        @Override
        public Stream<String> variables() {
            return Stream.of(variable);
        }
    }

    /**
     * The spikes of some neurons as a rate for each neuron and second: the arrays {@code time}, where a bin ends, and
     * {@code values}.
     *
     * @param bin the steps of a bin
     */
    record Rate(String name, List<Source> sources, long bin, When when) implements OfSpikes {
        public Rate {
            requireNonNull(name);
            sources = List.copyOf(sources);
            requireNonNull(when);
            if (bin < 1) {
                throw new IllegalArgumentException("a bin of " + bin + " steps");
            }
        }
    }

    /**
     * The spikes of some neurons by the time since a sample began to be shown, or since the start of what is recorded where
     * none is shown: the arrays {@code time}, where a bin ends, {@code values}, a rate for each neuron and second averaged
     * over the presentations that were as long, and {@code presentations}, how many were.
     *
     * @param bin the steps of a bin
     */
    record Stimulus(String name, List<Source> sources, long bin, When when) implements OfSpikes {
        public Stimulus {
            requireNonNull(name);
            sources = List.copyOf(sources);
            requireNonNull(when);
            if (bin < 1) {
                throw new IllegalArgumentException("a bin of " + bin + " steps");
            }
        }
    }

    /**
     * How much the number of spikes of each neuron varies from one count to the next, as variance over mean: the array
     * {@code values}, of shape [1, neuron], not a number for neurons that are silent; and {@code counts}, how often was
     * counted. Spikes are counted in each presentation of a sample, or where none is shown in stretches of equal length.
     *
     * @param stretch the steps of such a stretch
     */
    record Counts(String name, List<Source> sources, long stretch, When when) implements OfSpikes {
        public Counts {
            requireNonNull(name);
            sources = List.copyOf(sources);
            requireNonNull(when);
            if (stretch < 1) {
                throw new IllegalArgumentException("a stretch of " + stretch + " steps");
            }
        }
    }

    /**
     * How often samples of one class were found to be of another, once all is collected: the arrays {@code class},
     * {@code found} (-1 for none) and {@code count}.
     *
     * @param found of each sample
     * @param labels of each sample
     */
    record Confusion(String name, Collected.Reading found, Collected.Reading labels) implements Recorded {
        public Confusion {
            requireNonNull(name);
            requireNonNull(found);
            requireNonNull(labels);
        }

        @Override
        public When when() {
            return When.ALWAYS;
        }

        @Override
        public Stream<String> variables() {
            return Stream.empty();
        }
    }

    /**
     * How often a neuron's next spike came after how long: the arrays {@code from}, {@code to} (the ends of classes of
     * equal width on a logarithmic scale, in seconds or steps) and {@code count}.
     */
    record Intervals(String name, List<Source> sources, When when) implements OfSpikes {
        public Intervals {
            requireNonNull(name);
            sources = List.copyOf(sources);
            requireNonNull(when);
        }
    }
}
