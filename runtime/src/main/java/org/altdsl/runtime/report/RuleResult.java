package org.altdsl.runtime.report;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What one rule, at one sweep point, gave over all seeds.
 *
 * @param rule the rule's name, not blank
 * @param parameters the rule's parameters as used: numbers, texts, truth values or lists of them
 * @param seeds one entry per seed that ran, in the order of the experiment; each seed at most once
 * @param cost what the rule cost, in time and memory
 * @param card what the compiler knows of the rule
 * @param text the rule's source, may be empty
 * @param equations the rule's equations as plain text, may be empty
 * @param divergence why the rule was ended early, where it was
 */
public record RuleResult(
        String rule,
        Map<String, Object> parameters,
        List<SeedResult> seeds,
        Cost cost,
        RuleCard card,
        String text,
        String equations,
        Optional<String> divergence) {

    /** Checks and copies. */
    public RuleResult {
        requireNonNull(cost, "cost");
        requireNonNull(card, "card");
        requireNonNull(text, "text");
        requireNonNull(equations, "equations");
        requireNonNull(divergence, "divergence");
        if (rule.isBlank()) {
            throw new IllegalArgumentException("a rule has no name");
        }
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        parameters.forEach((name, value) -> requireNonNull(value, name));
        seeds = List.copyOf(seeds);
        if (seeds.stream().map(SeedResult::seed).distinct().count() != seeds.size()) {
            throw new IllegalArgumentException(rule + " has the same seed twice");
        }
    }

    /**
     * Whether the rule left the numbers on any seed.
     *
     * @return true for a rule with a divergence of its own or of one of its seeds
     */
    public boolean diverged() {
        return divergence.isPresent() || seeds.stream().anyMatch(seed -> seed.status() == SeedResult.Status.DIVERGED);
    }

    /**
     * Where and why the rule diverged, in one sentence.
     *
     * @return the rule's own message, else the first diverged seed's, else empty
     */
    public Optional<String> divergenceMessage() {
        return divergence.or(() -> firstDivergence().map(Divergence::describe));
    }

    /**
     * The place of the first divergence, where a seed recorded one.
     *
     * @return the first diverged seed's divergence
     */
    public Optional<Divergence> firstDivergence() {
        return seeds.stream().flatMap(seed -> seed.divergence().stream()).findFirst();
    }

    /**
     * The names of everything measured for this rule, in the order in which they first occur.
     *
     * @return metric names
     */
    public List<String> metrics() {
        Set<String> names = new LinkedHashSet<>();
        for (SeedResult seed : seeds) {
            for (Row row : seed.rows()) {
                names.addAll(row.values().keySet());
            }
        }
        return List.copyOf(names);
    }

    /**
     * The last place in the course of the run, epoch or time, at which a seed that did not diverge measured a metric.
     *
     * @param metric the metric's name
     * @return the place, or -1 where there is none
     */
    public double finalPlace(String metric) {
        double last = -1;
        for (SeedResult seed : seeds) {
            if (seed.status() != SeedResult.Status.DIVERGED) {
                for (Row row : seed.rows()) {
                    if (row.value(metric).isPresent()) {
                        last = Math.max(last, row.place());
                    }
                }
            }
        }
        return last;
    }

    /**
     * A metric's final values, seed by seed. A seed that diverged, or that was stopped before the rule's last epoch or
     * time, has none: an early value beside final ones would not be a fair mean. A network in time may be done early,
     * when what its protocol waits for has happened.
     *
     * @param metric the metric's name
     * @param order the seeds to answer for
     * @return one value per entry of {@code order}; empty where that seed has no final value
     */
    public List<OptionalDouble> finalValues(String metric, List<Integer> order) {
        double place = finalPlace(metric);
        return order.stream()
                .map(wanted -> seeds.stream()
                        .filter(seed -> seed.seed() == wanted && seed.status() != SeedResult.Status.DIVERGED)
                        .map(seed -> finalValue(seed, metric, place))
                        .findFirst()
                        .orElse(OptionalDouble.empty()))
                .toList();
    }

    private static OptionalDouble finalValue(SeedResult seed, String metric, double place) {
        for (int i = seed.rows().size() - 1; i >= 0; i--) {
            Row row = seed.rows().get(i);
            boolean inTime = row.values().containsKey(Row.TIME);
            boolean isDone = inTime && seed.status() == SeedResult.Status.COMPLETE;
            if (row.place() == place || isDone && row.value(metric).isPresent()) {
                return row.value(metric);
            }
        }
        return OptionalDouble.empty();
    }
}
