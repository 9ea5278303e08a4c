package org.altdsl.runtime.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.altdsl.runtime.plan.Course;
import org.altdsl.runtime.report.Statistics.Estimate;
import org.altdsl.runtime.report.Statistics.Interval;

/** The report's first table: one line per rule with its headline, its interval drawn to scale, and what it costs. */
final class ComparisonSection {

    private static final int BAR_WIDTH = 150;

    private final RunResult run;
    private final List<String> labels;
    private final Markup page;
    private final Measure headline;
    private final Optional<Measure> loss;
    private final Axis axis;
    private final Angles angles;

    ComparisonSection(RunResult run, List<String> labels, Markup page) {
        this.run = run;
        this.labels = labels;
        this.page = page;
        this.headline = run.measure(run.headline());
        List<String> losses = run.metrics().stream()
                .filter(name -> Measure.of(name).layer().isEmpty() && name.endsWith("loss"))
                .filter(name -> !name.equals(run.headline()))
                .toList();
        this.loss = losses.stream()
                .filter(name -> name.startsWith("test_"))
                .findFirst()
                .or(() -> losses.stream().findFirst())
                .map(run::measure);
        this.axis = axis();
        this.angles = Angles.of(run);
    }

    private Axis axis() {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (RuleResult rule : run.rules()) {
            for (OptionalDouble value : rule.finalValues(headline.name(), run.seeds())) {
                if (value.isPresent()) {
                    low = Math.min(low, value.getAsDouble());
                    high = Math.max(high, value.getAsDouble());
                }
            }
            Optional<Interval> interval = estimate(rule, headline).flatMap(Estimate::ci95);
            low = Math.min(low, interval.map(Interval::low).orElse(low));
            high = Math.max(high, interval.map(Interval::high).orElse(high));
        }
        if (low > high) {
            return new Axis(0, 1, 0.5);
        }
        return Axis.padded(low, high, headline.scale() == Measure.Scale.FRACTION)
                .snapped();
    }

    void write() {
        page.open("section", "id", "comparison").leaf("h2", "Comparison");
        page.leaf(
                "p",
                "Final values over " + HtmlReport.count(run.seeds().size(), "seed")
                        + (run.seeds().size() > 1
                                ? ". Brackets and bars show the 95 % interval of the mean (Student's t); "
                                        + "ticks are single seeds. An interval ends where the values end: at 0 and 100 % for shares."
                                : ". One seed gives no interval: use several to compare rules.")
                        + (angles.isMeasured()
                                ? " The angle is that between a rule's update and the gradient: 0° is the gradient, 90°"
                                        + " unrelated."
                                : ""),
                "class",
                "caption");
        page.open("table", "class", "stack comparison").open("thead").open("tr");
        page.leaf("th", "Rule", "scope", "col");
        page.leaf("th", headline.title(), "scope", "col");
        page.open("td", "class", "bar")
                .open("span", "class", "ends", "aria-hidden", "true")
                .leaf("span", headline.tick(axis.low(), axis.step()))
                .leaf("span", headline.tick(axis.high(), axis.step()))
                .close()
                .close();
        if (angles.isMeasured()) {
            page.leaf("th", angleTitle(), "scope", "col", "class", "number");
        }
        loss.ifPresent(measure -> page.leaf("th", measure.title(), "scope", "col", "class", "number"));
        page.leaf("th", speedTitle(), "scope", "col", "class", "number");
        page.leaf("th", "Per synapse", "scope", "col", "class", "number");
        page.leaf("th", "Local", "scope", "col").leaf("th", "Online", "scope", "col");
        page.leaf("th", "Weight transport", "scope", "col");
        page.close().close().open("tbody").line();
        for (int i = 0; i < run.rules().size(); i++) {
            row(run.rules().get(i), i);
        }
        page.close().close().close().line();
    }

    private void row(RuleResult rule, int index) {
        // A name of one very long word may break anywhere; a usual one never inside.
        boolean longWord = Arrays.stream(labels.get(index).split(" ")).anyMatch(word -> word.length() > 28);
        page.open("tr").open("th", "scope", "row", "class", longWord ? "long" : null);
        page.open("span", "class", "name");
        HtmlReport.swatch(page, index);
        page.leaf("a", labels.get(index), "href", "#rule-" + index).close().close();
        Optional<Estimate> estimate = estimate(rule, headline);
        page.open("td", "class", "number main", "data-label", headline.title());
        if (estimate.isPresent()) {
            Estimate known = estimate.get();
            page.leaf("strong", headline.format(known.mean()));
            known.ci95().ifPresent(interval -> page.leaf("span", bracket(headline, interval), "class", "interval"));
        }
        if (estimate.isPresent() && run.endsEarly(rule, headline.name())) {
            page.leaf("span", "at " + run.course().at(rule.finalPlace(headline.name())), "class", "early");
        }
        if (rule.diverged()) {
            page.leaf("a", "diverged", "class", "diverged", "href", "#divergence");
        }
        page.close().open("td", "class", "bar");
        estimate.ifPresent(known -> bar(rule, known, index));
        page.close();
        if (angles.isMeasured()) {
            cell(angleTitle(), angles.text(rule, run.seeds()));
        }
        loss.ifPresent(measure -> cell(
                measure.title(),
                estimate(rule, measure)
                        .map(known -> measure.format(known.mean()))
                        .orElse("")));
        Cost cost = rule.cost();
        cell(speedTitle(), speed(cost));
        String memory = cost.bytesPerSynapse().stream()
                .mapToObj(bytes -> Measure.amount(bytes) + "\u00a0B")
                .findFirst()
                .orElse("");
        String operations = cost.operationsPerSynapseUpdate().stream()
                .mapToObj(number -> Measure.amount(number) + "\u00a0op")
                .findFirst()
                .orElse("");
        cell("Per synapse", memory + (memory.isEmpty() || operations.isEmpty() ? "" : ", ") + operations);
        flag("Local", rule.card().local());
        flag("Online", rule.card().online());
        flag("Weight transport", rule.card().weightTransport());
        page.close().line();
    }

    private String speedTitle() {
        return switch (run.course()) {
            case EPOCHS -> "Time per epoch";
            case SECONDS -> "Time per simulated second";
            case STEPS -> "Time per step";
        };
    }

    /** How long an epoch takes; of a network in time, a second of its own, and how far from real time that is. */
    private String speed(Cost cost) {
        if (run.course() == Course.EPOCHS) {
            return cost.trainSecondsPerEpoch().stream()
                    .mapToObj(Measure::duration)
                    .findFirst()
                    .orElse("");
        }
        if (cost.wallSecondsPerSimulatedSecond().isEmpty()) {
            return "";
        }
        double seconds = cost.wallSecondsPerSimulatedSecond().getAsDouble();
        String factor = seconds > 0 ? " (" + Measure.significant(1 / seconds, 2) + "\u00a0× real time)" : "";
        return Measure.duration(seconds) + (run.course() == Course.SECONDS ? factor : "");
    }

    private String angleTitle() {
        String title = angles.title();
        return title.substring(0, 1).toUpperCase(Locale.ROOT) + title.substring(1);
    }

    private void cell(String label, String text) {
        page.leaf("td", text, "class", text.isEmpty() ? "number none" : "number", "data-label", label);
    }

    private void flag(String label, boolean yes) {
        page.leaf("td", yes ? "yes" : "no", "class", yes ? "flag yes" : "flag no", "data-label", label);
    }

    private void bar(RuleResult rule, Estimate estimate, int index) {
        page.open(
                "svg", "viewBox", "0 0 " + BAR_WIDTH + " 22", "class", "interval-bar r" + index, "aria-hidden", "true");
        page.empty("line", "class", "grid", "x1", 0, "x2", BAR_WIDTH, "y1", 11, "y2", 11, "stroke", Palette.GRID);
        String colour = Palette.light(index);
        for (OptionalDouble value : rule.finalValues(headline.name(), run.seeds())) {
            if (value.isPresent()) {
                String x = x(value.getAsDouble());
                page.empty(
                        "line",
                        "class",
                        "seed",
                        "x1",
                        x,
                        "x2",
                        x,
                        "y1",
                        4,
                        "y2",
                        18,
                        "stroke",
                        colour,
                        "stroke-width",
                        1,
                        "stroke-opacity",
                        0.6);
            }
        }
        estimate.ci95()
                .ifPresent(interval -> page.empty(
                        "line",
                        "class",
                        "mean",
                        "x1",
                        x(interval.low()),
                        "x2",
                        x(interval.high()),
                        "y1",
                        11,
                        "y2",
                        11,
                        "stroke",
                        colour,
                        "stroke-width",
                        5,
                        "stroke-opacity",
                        0.55));
        page.empty("circle", "class", "end", "cx", x(estimate.mean()), "cy", 11, "r", 3.6, "fill", colour);
        page.close();
    }

    private String x(double value) {
        return SvgChart.number(5 + Math.max(0, Math.min(1, axis.place(value))) * (BAR_WIDTH - 10));
    }

    private Optional<Estimate> estimate(RuleResult rule, Measure measure) {
        return Statistics.estimate(rule, measure, run.seeds());
    }

    /** An interval in brackets: {@code [96.1, 97.5]}. */
    static String bracket(Measure measure, Interval interval) {
        return "[" + measure.bare(interval.low()) + ", " + measure.bare(interval.high()) + "]";
    }
}
