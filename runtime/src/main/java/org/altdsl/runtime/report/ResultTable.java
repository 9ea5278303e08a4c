package org.altdsl.runtime.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.altdsl.runtime.report.Statistics.Estimate;

/**
 * A run as a plain table for a terminal, at most {@value #WIDTH} columns wide: rule, headline with its 95 % interval,
 * angles to the gradient where they were measured, seconds per epoch or per second of a network in time, what the rule needs; below it a line for every rule that diverged.
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
        Measure headline = run.measure(run.headline());
        List<String> labels = run.labels();
        List<List<String>> rows = new ArrayList<>();
        Angles angles = Angles.of(run);
        rows.add(cells(
                "rule",
                headline.inWords(),
                angles.isMeasured() ? Optional.of(angles.title()) : Optional.empty(),
                switch (run.course()) {
                    case EPOCHS -> "s/epoch";
                    case SECONDS -> "wall s/s";
                    case STEPS -> "s/step";
                },
                "needs"));
        List<String> notes = new ArrayList<>();
        for (int i = 0; i < run.rules().size(); i++) {
            RuleResult rule = run.rules().get(i);
            rows.add(cells(
                    shorten(labels.get(i)),
                    result(run, rule, headline),
                    angles.isMeasured() ? Optional.of(angles.text(rule, run.seeds())) : Optional.empty(),
                    speed(run, rule.cost()),
                    needs(rule.card())));
            if (rule.diverged()) {
                notes.add(
                        labels.get(i) + " diverged: " + rule.divergenceMessage().orElse("it left the numbers"));
            }
        }
        return layout(rows, notes);
    }

    private static String speed(RunResult run, Cost cost) {
        OptionalDouble seconds =
                run.course().isInTime() ? cost.wallSecondsPerSimulatedSecond() : cost.trainSecondsPerEpoch();
        return seconds.isPresent() ? Measure.significant(seconds.getAsDouble(), 2) : "–";
    }

    private static List<String> cells(
            String rule, String headline, Optional<String> angles, String seconds, String needs) {
        List<String> cells = new ArrayList<>(List.of(rule, headline));
        angles.ifPresent(cells::add);
        cells.addAll(List.of(seconds, needs));
        return cells;
    }

    private static String result(RunResult run, RuleResult rule, Measure headline) {
        Optional<Estimate> estimate = Statistics.estimate(rule, headline, run.seeds());
        String mark = rule.diverged() ? "diverged" : "–";
        if (estimate.isEmpty()) {
            return mark;
        }
        String interval = estimate.get()
                .ci95()
                .map(ends -> " " + ComparisonSection.bracket(headline, ends))
                .orElse("");
        String value = headline.format(estimate.get().mean()).replace('\u00a0', ' ');
        double place = rule.finalPlace(headline.name());
        String early = run.endsEarly(rule, headline.name())
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

    private static String layout(List<List<String>> rows, List<String> notes) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], length(row.get(i)));
            }
        }
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
