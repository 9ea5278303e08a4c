package org.altdsl.runtime.report;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The angles between the rules' updates and the reference direction at the end of a run, for the tables that show them
 * beside the headline. A network of many layers has too many for a table: then only the smallest and the largest.
 *
 * @param measures the alignment of every layer, in the order of the network; empty where it was not measured
 */
record Angles(List<Measure> measures) {
    private static final int FEW = 4;

    static Angles of(RunResult run) {
        return new Angles(run.metrics().stream()
                .map(Measure::of)
                .filter(Measure::isAlignment)
                .toList());
    }

    boolean isMeasured() {
        return !measures.isEmpty();
    }

    /** What the numbers belong to: {@code angle at h, y}, or {@code angle, least and most of 7 layers}. */
    String title() {
        if (measures.size() > FEW) {
            return "angle, least to most";
        }
        return "angle at " + measures.stream().map(Measure::layer).collect(Collectors.joining(", "));
    }

    /** A rule's angles, means over the seeds, layer by layer; a dash where there is none. */
    String text(RuleResult rule, List<Integer> seeds) {
        List<String> angles =
                measures.stream().map(measure -> angle(rule, measure, seeds)).toList();
        if (measures.size() <= FEW) {
            return angles.stream().allMatch("–"::equals) ? "–" : String.join(", ", angles);
        }
        double[] known = measures.stream()
                .flatMap(measure -> Statistics.estimate(rule, measure, seeds).stream())
                .mapToDouble(Statistics.Estimate::mean)
                .sorted()
                .toArray();
        Measure any = measures.get(0);
        return known.length == 0 ? "–" : any.format(known[0]) + " to " + any.format(known[known.length - 1]);
    }

    private static String angle(RuleResult rule, Measure measure, List<Integer> seeds) {
        return Statistics.estimate(rule, measure, seeds)
                .map(estimate -> measure.format(estimate.mean()))
                .orElse("–");
    }
}
