package org.altdsl.runtime.plan;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One entry of a comparison, ready to run.
 *
 * @param rule its name
 * @param parameters what it was given, for the results
 * @param train the training step
 * @param evaluate the forward pass and what is measured on it, changing nothing
 * @param clamps the data that both show
 * @param learnable the variables whose change is learning, each with where the rule says how, as
 *     {@code file:line:column}
 * @param synapses how many weights learn
 * @param sideBySide how its trials run side by side, where they do
 * @param timed how it is run, where it is a network in time; {@code evaluate} and {@code clamps} then have no use
 */
public record RulePlan(
        String rule,
        Map<String, Object> parameters,
        ProgramCode train,
        ProgramCode evaluate,
        List<Clamp> clamps,
        List<Metric> metrics,
        List<Invariant> invariants,
        Optional<Alignment> alignment,
        Map<String, String> learnable,
        long synapses,
        Optional<SideBySide> sideBySide,
        Optional<TimedPlan> timed) {
    public RulePlan {
        requireNonNull(rule);
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        requireNonNull(train);
        requireNonNull(evaluate);
        clamps = List.copyOf(clamps);
        metrics = List.copyOf(metrics);
        invariants = List.copyOf(invariants);
        requireNonNull(alignment);
        requireNonNull(sideBySide);
        requireNonNull(timed);
        learnable = Collections.unmodifiableMap(new LinkedHashMap<>(learnable));
    }
}
