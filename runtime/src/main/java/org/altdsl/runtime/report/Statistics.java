package org.altdsl.runtime.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Means over seeds with Student's 95 % interval, and paired comparisons of rules on the same seeds, corrected for their
 * number by Holm's method (Holm 1979, Scandinavian Journal of Statistics 6:65).
 */
public final class Statistics {

    /**
     * Differences whose spread is below this share of the values' size differ by rounding only: a few units in the last
     * place of a double, summed over some seeds.
     */
    private static final double ROUNDING = 1e-13;

    private Statistics() {}

    /**
     * A closed interval.
     *
     * @param low the lower end
     * @param high the upper end
     */
    public record Interval(double low, double high) {}

    /**
     * A mean over seeds.
     *
     * @param mean the mean
     * @param ci95 the 95 % interval of the mean by Student's t; absent with fewer than two values
     * @param count the number of values, at least 1
     */
    public record Estimate(double mean, Optional<Interval> ci95, int count) {}

    /**
     * Two rules on one metric, over the seeds on which both have a final value.
     *
     * @param metric the metric's name
     * @param a the label of the first rule
     * @param b the label of the second rule
     * @param difference the mean of a minus b, with its 95 % interval
     * @param p the two-sided p of the paired t-test, Holm-adjusted over all pairs of the metric; absent with fewer than
     *     two seeds, and where the difference is the same on every seed, because there the test has no scale
     */
    public record Comparison(String metric, String a, String b, Estimate difference, OptionalDouble p) {}

    /**
     * Mean and 95 % interval. With equal values the interval has no width.
     *
     * @param values the values, all finite
     * @return the estimate; empty without a value, and where the mean is too large for a double; without an interval
     *     where that is too large
     */
    public static Optional<Estimate> estimate(List<Double> values) {
        if (values.isEmpty()) {
            return Optional.empty();
        }
        double mean = mean(values);
        if (!Double.isFinite(mean)) {
            return Optional.empty();
        }
        if (values.size() < 2) {
            return Optional.of(new Estimate(mean, Optional.empty(), 1));
        }
        TDistribution student = TDistribution.of(values.size() - 1.0);
        double half = student.inverseSurvivalProbability(0.025) * standardError(values, mean);
        if (!Double.isFinite(half)) {
            return Optional.of(new Estimate(mean, Optional.empty(), values.size()));
        }
        return Optional.of(new Estimate(mean, Optional.of(new Interval(mean - half, mean + half)), values.size()));
    }

    /**
     * A rule's final value of a metric over the seeds; the interval of a share ends at 0 and 1, that of an angle at 0
     * and 180 degrees, that of a rate at 0.
     *
     * @param rule the rule
     * @param measure the metric
     * @param seeds the seeds to take
     * @return the estimate; empty where no seed has a final value
     */
    static Optional<Estimate> estimate(RuleResult rule, Measure measure, List<Integer> seeds) {
        return estimate(
                rule.finalValues(measure.name(), seeds).stream()
                        .flatMap(value -> value.stream().boxed())
                        .toList(),
                measure);
    }

    /** The same for values of a metric, whose interval ends where the metric's values end. */
    static Optional<Estimate> estimate(List<Double> values, Measure measure) {
        return estimate(values)
                .map(known -> new Estimate(known.mean(), known.ci95().map(measure::possible), known.count()));
    }

    /**
     * The two-sided p of Student's paired t-test: that both samples have the same mean.
     *
     * @param a one value per seed, all finite
     * @param b the values of the same seeds in the same order
     * @return p; empty with fewer than two pairs, and where all differences are equal up to rounding
     */
    public static OptionalDouble pairedTest(List<Double> a, List<Double> b) {
        List<Double> differences = differences(a, b);
        if (differences.size() < 2) {
            return OptionalDouble.empty();
        }
        double mean = mean(differences);
        double error = standardError(differences, mean);
        double size = 0;
        for (int i = 0; i < a.size(); i++) {
            size = Math.max(size, Math.max(Math.abs(a.get(i)), Math.abs(b.get(i))));
        }
        if (error <= ROUNDING * size || !Double.isFinite(mean) || !Double.isFinite(error)) {
            return OptionalDouble.empty();
        }
        TDistribution student = TDistribution.of(differences.size() - 1.0);
        return OptionalDouble.of(Math.min(1, 2 * student.survivalProbability(Math.abs(mean / error))));
    }

    /**
     * Holm's step-down correction.
     *
     * @param p uncorrected values of p, in any order
     * @return the corrected values in the same order, each at most 1
     */
    public static List<Double> holm(List<Double> p) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < p.size(); i++) {
            order.add(i);
        }
        order.sort(Comparator.comparing(p::get));
        Double[] adjusted = new Double[p.size()];
        double running = 0;
        for (int rank = 0; rank < order.size(); rank++) {
            running = Math.max(running, Math.min(1, (order.size() - rank) * p.get(order.get(rank))));
            adjusted[order.get(rank)] = running;
        }
        return List.of(adjusted);
    }

    /**
     * Every pair of rules on one metric, in the order of the run. Two rules are paired on the seeds on which both have
     * a final value, and only if both measured it last at the same epoch; networks in time may be done at different times.
     *
     * @param run the run
     * @param metric the metric's name
     * @return one comparison per pair with at least one common seed
     */
    public static List<Comparison> compare(RunResult run, String metric) {
        List<String> labels = run.labels();
        List<Comparison> raw = new ArrayList<>();
        for (int i = 0; i < run.rules().size(); i++) {
            for (int j = i + 1; j < run.rules().size(); j++) {
                compare(run, metric, i, j, labels).ifPresent(raw::add);
            }
        }
        List<Double> adjusted = new ArrayList<>(holm(raw.stream()
                .flatMap(comparison -> comparison.p().stream().boxed())
                .toList()));
        return raw.stream()
                .map(pair -> pair.p().isEmpty()
                        ? pair
                        : new Comparison(
                                pair.metric(),
                                pair.a(),
                                pair.b(),
                                pair.difference(),
                                OptionalDouble.of(adjusted.remove(0))))
                .toList();
    }

    private static Optional<Comparison> compare(RunResult run, String metric, int i, int j, List<String> labels) {
        RuleResult first = run.rules().get(i);
        RuleResult second = run.rules().get(j);
        if (!run.course().isInTime() && first.finalPlace(metric) != second.finalPlace(metric)) {
            return Optional.empty();
        }
        List<OptionalDouble> left = first.finalValues(metric, run.seeds());
        List<OptionalDouble> right = second.finalValues(metric, run.seeds());
        List<Double> a = new ArrayList<>();
        List<Double> b = new ArrayList<>();
        for (int seed = 0; seed < left.size(); seed++) {
            if (left.get(seed).isPresent() && right.get(seed).isPresent()) {
                a.add(left.get(seed).getAsDouble());
                b.add(right.get(seed).getAsDouble());
            }
        }
        return estimate(differences(a, b))
                .map(difference -> new Comparison(metric, labels.get(i), labels.get(j), difference, pairedTest(a, b)));
    }

    private static List<Double> differences(List<Double> a, List<Double> b) {
        if (a.size() != b.size()) {
            throw new IllegalArgumentException("pairs need as many values on both sides");
        }
        List<Double> differences = new ArrayList<>();
        for (int i = 0; i < a.size(); i++) {
            differences.add(a.get(i) - b.get(i));
        }
        return differences;
    }

    private static double mean(List<Double> values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        double first = sum / values.size();
        // A second pass takes the rounding of the first sum back out: the mean of equal values is that value.
        double residue = 0;
        for (double value : values) {
            residue += value - first;
        }
        return first + residue / values.size();
    }

    private static double standardError(List<Double> values, double mean) {
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return Math.sqrt(squares / (values.size() - 1.0) / values.size());
    }
}
