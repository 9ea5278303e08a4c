package org.altdsl.runtime.report;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import org.altdsl.runtime.plan.Course;
import org.altdsl.runtime.report.Statistics.Estimate;
import org.altdsl.runtime.report.Statistics.Interval;

/**
 * One metric over the course of the run, for every rule that measured it: what a chart shows, before any drawing.
 *
 * @param measure the metric
 * @param fileName a file name without its ending, different for every metric of a run
 * @param course what the course is counted in
 * @param lines one line per rule with at least one number
 */
record Curves(Measure measure, String fileName, Course course, List<Line> lines) {

    /** More points than a chart has pixels only make the report large. */
    private static final int MOST_POINTS = 240;

    /**
     * A rule's line.
     *
     * @param label the rule's label
     * @param index the rule's place in the run, which gives its colour in every chart
     * @param diverged whether the rule left the numbers
     * @param points means over the seeds, in their order
     * @param seeds every seed's own values, in their order; empty with fewer than two seeds
     */
    record Line(String label, int index, boolean diverged, List<Point> points, List<List<Value>> seeds) {
        /**
         * The stretches of points whose intervals are worth a band: where one is wider than the axis, as of two seeds that
         * differ much, a band would cover the chart and tell nothing.
         */
        List<List<Point>> bands(Axis values) {
            List<List<Point>> bands = new ArrayList<>();
            List<Point> band = new ArrayList<>();
            for (Point point : points) {
                boolean narrow = point.ci95()
                        .map(interval -> interval.high() - interval.low() <= values.high() - values.low())
                        .orElse(false);
                if (narrow) {
                    band.add(point);
                } else {
                    bands.add(band);
                    band = new ArrayList<>();
                }
            }
            bands.add(band);
            return bands.stream().filter(one -> one.size() > 1).toList();
        }
    }

    /**
     * A mean over the seeds at one epoch or time.
     *
     * @param place the epoch or time
     * @param mean the mean of the seeds that measured it
     * @param ci95 its 95 % interval, with two seeds or more
     */
    record Point(double place, double mean, Optional<Interval> ci95) {}

    /**
     * One seed's value at one epoch or time.
     *
     * @param place the epoch or time
     * @param value the value
     */
    record Value(double place, double value) {}

    /** Every metric of a run but times, in the order of its first occurrence. */
    static List<Curves> ofRun(RunResult run) {
        List<String> labels = run.labels();
        Set<String> fileNames = new HashSet<>();
        List<Curves> all = new ArrayList<>();
        for (String metric : run.metrics()) {
            List<Line> lines = new ArrayList<>();
            for (int i = 0; i < run.rules().size(); i++) {
                line(run.rules().get(i), run.measure(metric), labels.get(i), i).ifPresent(lines::add);
            }
            // What a network in time measures once is a number, and no course.
            boolean isCourse =
                    !run.course().isInTime() || run.rules().stream().anyMatch(rule -> isCourse(rule, metric));
            if (Row.isMeasure(metric) && !lines.isEmpty() && isCourse) {
                all.add(new Curves(run.measure(metric), fileName(metric, fileNames), run.course(), List.copyOf(lines)));
            }
        }
        return all;
    }

    /** Whether some seed measured it more than once. */
    private static boolean isCourse(RuleResult rule, String metric) {
        return rule.seeds().stream()
                .anyMatch(seed -> seed.rows().stream()
                                .filter(row -> row.value(metric).isPresent())
                                .count()
                        > 1);
    }

    /** Whether this is one of the metrics by which rules are compared first, rather than a look inside a layer. */
    boolean primary() {
        return measure.isAlignment() || measure.isAccuracy() || measure.base().endsWith("loss");
    }

    double last() {
        return lines.stream()
                .flatMap(line -> line.points().stream())
                .mapToDouble(Point::place)
                .max()
                .orElse(0);
    }

    double first() {
        return lines.stream()
                .flatMap(line -> line.points().stream())
                .mapToDouble(Point::place)
                .min()
                .orElse(0);
    }

    private static Optional<Line> line(RuleResult rule, Measure measure, String label, int index) {
        TreeMap<Double, List<Double>> byPlace = new TreeMap<>();
        List<List<Value>> seeds = new ArrayList<>();
        for (SeedResult seed : rule.seeds()) {
            List<Value> values = new ArrayList<>();
            for (Row row : seed.rows()) {
                OptionalDouble value = row.value(measure.name());
                if (value.isPresent()) {
                    values.add(new Value(row.place(), value.getAsDouble()));
                    byPlace.computeIfAbsent(row.place(), absent -> new ArrayList<>())
                            .add(value.getAsDouble());
                }
            }
            seeds.add(values);
        }
        if (byPlace.isEmpty()) {
            return Optional.empty();
        }
        Set<Double> shown = shown(List.copyOf(byPlace.keySet()));
        List<Point> points = new ArrayList<>();
        byPlace.forEach((place, values) -> {
            if (shown.contains(place)) {
                Optional<Estimate> estimate = Statistics.estimate(values, measure);
                estimate.ifPresent(known -> points.add(new Point(place, known.mean(), known.ci95())));
            }
        });
        if (points.isEmpty()) {
            return Optional.empty();
        }
        List<List<Value>> thinned = seeds.size() < 2
                ? List.of()
                : seeds.stream()
                        .map(values -> values.stream()
                                .filter(value -> shown.contains(value.place()))
                                .toList())
                        .filter(values -> !values.isEmpty())
                        .toList();
        return Optional.of(new Line(label, index, rule.diverged(), List.copyOf(points), thinned));
    }

    /** The places to draw: all, or evenly chosen ones with the first and the last. */
    private static Set<Double> shown(List<Double> places) {
        if (places.size() <= MOST_POINTS) {
            return Set.copyOf(places);
        }
        Set<Double> shown = new HashSet<>();
        for (int i = 0; i < MOST_POINTS; i++) {
            shown.add(places.get((int) ((long) i * (places.size() - 1) / (MOST_POINTS - 1))));
        }
        return shown;
    }

    static String fileName(String metric, Set<String> taken) {
        String plain = metric.replaceAll("[^\\p{L}\\p{N}_.]+", "-").replaceAll("^[-.]+|-+$", "");
        String base = plain.isEmpty() ? "metric" : plain;
        String name = base;
        for (int copy = 2; !taken.add(name); copy++) {
            name = base + "-" + copy;
        }
        return name;
    }
}
