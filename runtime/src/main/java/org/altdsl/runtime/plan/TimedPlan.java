package org.altdsl.runtime.plan;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.altdsl.runtime.wiring.SpikeTrain;

/**
 * How a network in time is run and watched.
 *
 * @param evaluation what happens with the test samples when the protocol is over; the network is then as it was
 * @param trains the spikes of the sources, by their flag
 * @param tables the values of variables that stand in files; they are written before anything is initialised
 * @param schedules what is measured, at its intervals; each has another window
 * @param records what is written down
 * @param plots what is drawn of it
 * @param readouts what is measured, at the end, of what the protocols collected
 * @param measures all that is measured, in the order that the experiment says it
 */
public record TimedPlan(
        Protocol protocol,
        Optional<Protocol> evaluation,
        Map<String, SpikeTrain> trains,
        Map<String, double[]> tables,
        List<Schedule> schedules,
        List<Recorded> records,
        List<Plot> plots,
        Map<String, Collected.Reading> readouts,
        List<Measured> measures) {
    public TimedPlan {
        requireNonNull(protocol);
        requireNonNull(evaluation);
        trains = Map.copyOf(trains);
        tables = Map.copyOf(tables);
        schedules = List.copyOf(schedules);
        records = List.copyOf(records);
        plots = List.copyOf(plots);
        readouts = Map.copyOf(readouts);
        measures = List.copyOf(measures);
        if (schedules.stream().map(Schedule::window).distinct().count() != schedules.size()) {
            throw new IllegalArgumentException("two schedules with one window");
        }
    }

    /** The same plan made short: no act takes more than so many steps at a time. */
    public TimedPlan shortened(long most) {
        return new TimedPlan(
                protocol.shortened(most),
                evaluation.map(one -> one.shortened(most)),
                trains,
                tables,
                schedules.stream().map(schedule -> schedule.shortened(most)).toList(),
                records,
                plots,
                readouts,
                measures);
    }

    /** How many steps are taken at most, in the evaluation as well. */
    public long steps() {
        return protocol.steps() + evaluation.map(Protocol::steps).orElse(0L);
    }

    /** The variables that are read from outside. */
    public Stream<String> variables() {
        return Stream.concat(metrics().map(Metric::variable), records.stream().flatMap(Recorded::variables));
    }

    /** Everything that is measured. */
    public Stream<Metric> metrics() {
        return schedules.stream().flatMap(schedule -> schedule.metrics().stream());
    }
}
