package org.altdsl.runtime.plan;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.runtime.wiring.SpikeTrain;

/**
 * How a network in time is run and watched.
 *
 * @param evaluation what happens with the test samples when the protocol is over; the network is then as it was
 * @param trains the spikes of the sources, by their flag
 * @param tables the values of variables that stand in files; they are written before anything is initialised
 * @param every how many steps lie between two measurements; absent where only the end is measured
 * @param readouts what is measured, at the end, of what the protocols collected
 */
public record TimedPlan(
        Protocol protocol,
        Optional<Protocol> evaluation,
        Map<String, SpikeTrain> trains,
        Map<String, double[]> tables,
        Optional<Long> every,
        List<Metric> metrics,
        Map<String, Collected.Reading> readouts) {
    public TimedPlan {
        requireNonNull(protocol);
        requireNonNull(evaluation);
        trains = Map.copyOf(trains);
        tables = Map.copyOf(tables);
        requireNonNull(every);
        metrics = List.copyOf(metrics);
        readouts = Map.copyOf(readouts);
    }

    /** The same plan made short: no act takes more than so many steps at a time. */
    public TimedPlan shortened(long most) {
        return new TimedPlan(
                protocol.shortened(most),
                evaluation.map(one -> one.shortened(most)),
                trains,
                tables,
                every.map(steps -> Math.min(steps, most)),
                metrics,
                readouts);
    }
}
