package org.altdsl.runtime.plan;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.altdsl.runtime.report.Plot;
import org.altdsl.runtime.wiring.SpikeTrain;

/**
 * How a network in time is run and watched.
 *
 * @param trains the spikes of the sources, by their flag
 * @param schedules what is measured, at its intervals; each has another window
 * @param records what is written down
 * @param plots what is drawn of it
 */
public record TimedPlan(
        Protocol protocol,
        Map<String, SpikeTrain> trains,
        List<Schedule> schedules,
        List<Recorded> records,
        List<Plot> plots) {
    public TimedPlan {
        requireNonNull(protocol);
        trains = Map.copyOf(trains);
        schedules = List.copyOf(schedules);
        records = List.copyOf(records);
        plots = List.copyOf(plots);
        if (schedules.stream().map(Schedule::window).distinct().count() != schedules.size()) {
            throw new IllegalArgumentException("two schedules with one window");
        }
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
