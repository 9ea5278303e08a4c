package org.altdsl.runtime.report;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.altdsl.runtime.plan.Course;
import org.altdsl.runtime.plan.Measured;
import org.altdsl.runtime.plan.Plot;

/**
 * What an experiment was asked and what came out: every measured number of every rule, and what it ran on.
 *
 * @param experiment the experiment's name, not blank
 * @param status how the run ended
 * @param wallSeconds the time from start to end, in seconds, not negative
 * @param seeds the seeds, in the order of the experiment; each at most once
 * @param rules one entry per compared rule and sweep point, in the order of the experiment
 * @param environment what the run ran on
 * @param description the experiment's documentation comment, may be empty
 * @param settings what was asked, by name, in the order to show
 * @param course what its measurements are counted in
 * @param plots what is drawn of its records
 * @param measures what a network in time measures, in the order that the experiment says it
 */
public record RunResult(
        String experiment,
        Status status,
        double wallSeconds,
        List<Integer> seeds,
        List<RuleResult> rules,
        Environment environment,
        String description,
        Map<String, String> settings,
        Course course,
        List<Plot> plots,
        List<Measured> measures) {

    /** How a run ended. */
    public enum Status {
        /** Every rule ran to its last epoch, or diverged beside rules that did. */
        COMPLETE,
        /** The run was interrupted or is still going on; the numbers are what there is. */
        STOPPED,
        /** No rule reached its last epoch, because each diverged. */
        DIVERGED
    }

    /** A run whose measurements are counted in epochs. */
    public RunResult(
            String experiment,
            Status status,
            double wallSeconds,
            List<Integer> seeds,
            List<RuleResult> rules,
            Environment environment,
            String description,
            Map<String, String> settings) {
        this(
                experiment,
                status,
                wallSeconds,
                seeds,
                rules,
                environment,
                description,
                settings,
                Course.EPOCHS,
                List.of(),
                List.of());
    }

    /** Checks and copies. */
    public RunResult {
        requireNonNull(course, "course");
        requireNonNull(status, "status");
        requireNonNull(environment, "environment");
        requireNonNull(description, "description");
        if (experiment.isBlank()) {
            throw new IllegalArgumentException("the experiment has no name");
        }
        if (!(wallSeconds >= 0)) {
            throw new IllegalArgumentException("wall seconds must not be negative: " + wallSeconds);
        }
        seeds = List.copyOf(seeds);
        plots = List.copyOf(plots);
        measures = List.copyOf(measures);
        rules = List.copyOf(rules);
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        if (Set.copyOf(seeds).size() != seeds.size()) {
            throw new IllegalArgumentException("a seed occurs twice: " + seeds);
        }
        for (RuleResult rule : rules) {
            for (SeedResult seed : rule.seeds()) {
                if (!seeds.contains(seed.seed())) {
                    throw new IllegalArgumentException(rule.rule() + " has a seed the run has not: " + seed.seed());
                }
            }
        }
    }

    /**
     * The same result with another status, as an unfinished run is written.
     *
     * @param newStatus the status to carry
     * @return a copy
     */
    public RunResult withStatus(Status newStatus) {
        return new RunResult(
                experiment,
                newStatus,
                wallSeconds,
                seeds,
                rules,
                environment,
                description,
                settings,
                course,
                plots,
                measures);
    }

    /**
     * The same result with other rules, as when their rows are read.
     *
     * @param newRules as many rules, in the same order
     * @return a copy
     */
    RunResult withRules(List<RuleResult> newRules) {
        return new RunResult(
                experiment,
                status,
                wallSeconds,
                seeds,
                newRules,
                environment,
                description,
                settings,
                course,
                plots,
                measures);
    }

    /**
     * The names of everything measured, over all rules, in the order in which they first occur.
     *
     * @return metric names, {@code seconds} included where it was measured
     */
    public List<String> metrics() {
        Set<String> found = new LinkedHashSet<>();
        for (RuleResult rule : rules) {
            found.addAll(rule.metrics());
        }
        Set<String> names = new LinkedHashSet<>();
        measures.forEach(measured -> names.add(measured.name()));
        names.retainAll(found);
        names.addAll(found);
        return List.copyOf(names);
    }

    /**
     * The metric by which the rules are compared first: of a network in time the first that the experiment declares; else
     * {@code test_accuracy} where there is one, else the first accuracy, else the first test metric, else the first
     * metric of all.
     *
     * @return the metric's name, or an empty text where nothing was measured
     */
    public String headline() {
        List<String> names = new ArrayList<>(metrics());
        names.removeIf(name -> !Row.isMeasure(name));
        if (!measures.isEmpty() && names.contains(measures.get(0).name())) {
            return measures.get(0).name();
        }
        if (names.contains("test_accuracy")) {
            return "test_accuracy";
        }
        return names.stream()
                .filter(name -> name.contains("accuracy"))
                .findFirst()
                .or(() ->
                        names.stream().filter(name -> name.startsWith("test_")).findFirst())
                .or(() -> names.stream().findFirst())
                .orElse("");
    }

    /** How a metric is named and its numbers are written. */
    Measure measure(String metric) {
        return measures.stream()
                .filter(measured -> measured.name().equals(metric))
                .findFirst()
                .map(Measure::of)
                .orElseGet(() -> Measure.of(metric));
    }

    /**
     * The last place in the course of the run, epoch or time, at which any rule has a final value of a metric; a rule
     * stopped earlier is not comparable.
     *
     * @param metric the metric's name
     * @return the place, or -1 where there is none
     */
    public double lastPlace(String metric) {
        return rules.stream().mapToDouble(rule -> rule.finalPlace(metric)).max().orElse(-1);
    }

    /**
     * Whether a rule's final value of a metric is from an earlier place than those of other rules. Networks in time that
     * ran to their end do not: how long their protocols take may depend on what they do.
     */
    boolean endsEarly(RuleResult rule, String metric) {
        boolean ended = rule.seeds().stream().allMatch(seed -> seed.status() == SeedResult.Status.COMPLETE);
        return rule.finalPlace(metric) < lastPlace(metric) && !(course.isInTime() && ended);
    }

    /**
     * One name per entry of {@link #rules()} that tells it from the others: the rule's name, followed by those
     * parameters that vary between entries of the same rule, as in {@code MyRule (eta = 0.1)}.
     *
     * @return labels in the order of the rules, each different from the others
     */
    public List<String> labels() {
        List<String> labels = new ArrayList<>();
        for (RuleResult rule : rules) {
            List<RuleResult> sameRule = rules.stream()
                    .filter(other -> other.rule().equals(rule.rule()))
                    .toList();
            List<String> varying = new ArrayList<>();
            rule.parameters().forEach((name, value) -> {
                if (sameRule.stream()
                        .anyMatch(other -> !value.equals(other.parameters().get(name)))) {
                    varying.add(name + " = " + value);
                }
            });
            String label = varying.isEmpty() ? rule.rule() : rule.rule() + " (" + String.join(", ", varying) + ")";
            String candidate = label;
            for (int copy = 2; labels.contains(candidate); copy++) {
                candidate = label + " #" + copy;
            }
            labels.add(candidate);
        }
        return List.copyOf(labels);
    }
}
