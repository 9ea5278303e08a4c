package org.altdsl.runtime.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import org.altdsl.runtime.plan.Measured;
import org.altdsl.runtime.report.Statistics.Estimate;

/**
 * A run as a plain table for a terminal, at most {@value #WIDTH} columns wide: rule, headline with its 95 % interval, of
 * networks in time what else is measured, as far as it fits, angles to the gradient where they were measured, seconds per
 * epoch or per second of a network in time, what the rule needs; below it what did not fit, and a line for every rule that
 * diverged.
 */
public final class ResultTable {

    /** The widest line. */
    public static final int WIDTH = 110;

    private static final int RULE_WIDTH = 34;
    private static final String GAP = "  ";

    private ResultTable() {}

    /**
     * Lays the table out.
     *
     * @param run the run
     * @return lines that end with a line feed, the first a heading
     */
    public static String of(RunResult run) {
        List<Measure> shown = new ArrayList<>(List.of(run.measure(run.headline())));
        List<Measure> left = further(run);
        List<List<String>> rows = rows(run, shown, Set.of());
        Set<Measure> plain = new HashSet<>();
        // With intervals where there is room for them, else without.
        while (!left.isEmpty()) {
            shown.add(left.get(0));
            List<List<String>> wider = rows(run, shown, plain);
            if (width(wider) > WIDTH) {
                plain.add(left.get(0));
                wider = rows(run, shown, plain);
            }
            if (width(wider) > WIDTH) {
                break;
            }
            rows = wider;
            left.remove(0);
        }
        List<String> notes = new ArrayList<>();
        List<String> labels = run.labels();
        for (int i = 0; i < run.rules().size(); i++) {
            RuleResult rule = run.rules().get(i);
            if (rule.diverged()) {
                notes.add(
                        labels.get(i) + " diverged: " + rule.divergenceMessage().orElse("it left the numbers"));
            }
        }
        if (!left.isEmpty()) {
            String names = left.stream().map(Measure::name).collect(Collectors.joining(", "));
            notes.add("measured too, see the report: " + names);
        }
        return layout(rows, notes);
    }

    /** What a network in time measures beside the headline. */
    private static List<Measure> further(RunResult run) {
        List<Measure> further = new ArrayList<>();
        if (run.course().isInTime()) {
            run.measures().stream()
                    .map(Measured::name)
                    .filter(name -> !name.equals(run.headline()))
                    .filter(run.metrics()::contains)
                    .map(run::measure)
                    .forEach(further::add);
        }
        return further;
    }

    private static List<List<String>> rows(RunResult run, List<Measure> shown, Set<Measure> plain) {
        Angles angles = Angles.of(run);
        List<List<String>> rows = new ArrayList<>();
        List<String> heading = new ArrayList<>(List.of("rule"));
        shown.forEach(measure -> heading.add(measure.inWords()));
        if (angles.isMeasured()) {
            heading.add(angles.title());
        }
        heading.add(
                switch (run.course()) {
                    case EPOCHS -> "s/epoch";
                    case SECONDS -> "wall s/s";
                    case STEPS -> "s/step";
                });
        heading.add("needs");
        rows.add(heading);
        List<String> labels = run.labels();
        for (int i = 0; i < run.rules().size(); i++) {
            RuleResult rule = run.rules().get(i);
            List<String> row = new ArrayList<>(List.of(shorten(labels.get(i))));
            for (Measure measure : shown) {
                row.add(result(run, rule, measure, !plain.contains(measure)));
            }
            if (angles.isMeasured()) {
                row.add(angles.text(rule, run.seeds()));
            }
            row.add(speed(run, rule.cost()));
            row.add(needs(rule.card()));
            rows.add(row);
        }
        return rows;
    }

    private static String speed(RunResult run, Cost cost) {
        OptionalDouble seconds =
                run.course().isInTime() ? cost.wallSecondsPerSimulatedSecond() : cost.trainSecondsPerEpoch();
        return seconds.isPresent() ? Measure.significant(seconds.getAsDouble(), 2) : "–";
    }

    private static String result(RunResult run, RuleResult rule, Measure measure, boolean withInterval) {
        Optional<Estimate> estimate = Statistics.estimate(rule, measure, run.seeds());
        String mark = rule.diverged() ? "diverged" : "–";
        if (estimate.isEmpty()) {
            return mark;
        }
        String interval = estimate.get()
                .ci95()
                .filter(ends -> withInterval)
                .map(ends -> " " + ComparisonSection.bracket(measure, ends))
                .orElse("");
        String value = measure.format(estimate.get().mean()).replace('\u00a0', ' ');
        double place = rule.finalPlace(measure.name());
        String early = run.endsEarly(rule, measure.name())
                ? " at " + run.course().at(place).replace('\u00a0', ' ')
                : "";
        return value + interval + early + (rule.diverged() ? " *" : "");
    }

    private static String needs(RuleCard card) {
        String needs = String.join(", ", card.needs());
        if (card.local()) {
            return needs.isEmpty() ? "local" : "local + " + needs;
        }
        return needs.isEmpty() ? "not local" : needs;
    }

    private static int[] widths(List<List<String>> rows) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], length(row.get(i)));
            }
        }
        return widths;
    }

    private static int width(List<List<String>> rows) {
        int[] widths = widths(rows);
        return Arrays.stream(widths).sum() + GAP.length() * (widths.length - 1);
    }

    private static String layout(List<List<String>> rows, List<String> notes) {
        int[] widths = widths(rows);
        int columns = widths.length;
        int before = GAP.length() * (columns - 1);
        for (int i = 0; i < columns - 1; i++) {
            before += widths[i];
        }
        widths[columns - 1] = Math.max(1, Math.min(widths[columns - 1], WIDTH - before));
        StringBuilder text = new StringBuilder();
        for (int line = 0; line < rows.size(); line++) {
            List<String> cells = new ArrayList<>();
            for (int i = 0; i < columns; i++) {
                String cell = cut(rows.get(line).get(i), widths[i]);
                String padding = " ".repeat(widths[i] - length(cell));
                cells.add(i == columns - 2 ? padding + cell : cell + padding);
            }
            text.append(String.join(GAP, cells).stripTrailing()).append('\n');
            if (line == 0) {
                int total = before + widths[columns - 1];
                text.append("─".repeat(total)).append('\n');
            }
        }
        for (String note : notes) {
            wrap(note, text);
        }
        return text.toString();
    }

    /** A note in lines of the table's width; what follows the first is indented. */
    private static void wrap(String note, StringBuilder text) {
        StringBuilder line = new StringBuilder("*");
        for (String word : note.strip().split("\\s+")) {
            if (line.length() + 1 + word.length() > WIDTH && line.length() > 2) {
                text.append(line).append('\n');
                line = new StringBuilder(" ");
            }
            line.append(' ').append(word);
        }
        text.append(line).append('\n');
    }

    /** A label short enough; what it loses is in the middle, because sweep points differ at the end. */
    private static String shorten(String label) {
        String oneLine = cut(label, Integer.MAX_VALUE);
        int length = length(oneLine);
        if (length <= RULE_WIDTH) {
            return oneLine;
        }
        int tail = RULE_WIDTH / 2;
        return cut(oneLine, RULE_WIDTH - tail) + oneLine.substring(oneLine.offsetByCodePoints(0, length - tail));
    }

    private static String cut(String text, int width) {
        String oneLine = text.replaceAll("[\\p{Cntrl}\\s]+", " ");
        if (length(oneLine) <= width) {
            return oneLine;
        }
        return oneLine.substring(0, oneLine.offsetByCodePoints(0, Math.max(0, width - 1))) + "…";
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
