package org.altdsl.runtime.plan;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.altdsl.runtime.data.Augmentation;
import org.altdsl.runtime.data.DataSet;

/**
 * A whole comparison, ready to run: every rule on the same data, with the same seeds and the same budget.
 *
 * @param augmentation what changes the samples that a rule learns from, and no others
 */
public record ExperimentPlan(
        String name,
        DataSet data,
        Optional<Augmentation> augmentation,
        int batchSize,
        int epochs,
        List<Integer> seeds,
        List<RulePlan> rules) {
    public ExperimentPlan {
        requireNonNull(name);
        requireNonNull(data);
        requireNonNull(augmentation);
        seeds = List.copyOf(seeds);
        rules = List.copyOf(rules);
        if (batchSize < 1 || epochs < 0) {
            throw new IllegalArgumentException("batch " + batchSize + ", epochs " + epochs);
        }
    }

    /** What is drawn of the records of a network in time. */
    public List<Plot> plots() {
        return rules.stream()
                .flatMap(rule -> rule.timed().stream())
                .map(TimedPlan::plots)
                .findFirst()
                .orElse(List.of());
    }

    /** What a network in time measures, in the order that the experiment says it. */
    public List<Measured> measures() {
        return rules.stream()
                .flatMap(rule -> rule.timed().stream())
                .map(TimedPlan::measures)
                .findFirst()
                .orElse(List.of());
    }

    /** What the course of the run is counted in. */
    public Course course() {
        return rules.stream()
                .flatMap(rule -> rule.timed().stream())
                .map(timed -> timed.protocol().course())
                .findFirst()
                .orElse(Course.EPOCHS);
    }
}
