package org.altdsl.runtime.report;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.altdsl.runtime.report.Statistics.Comparison;
import org.altdsl.runtime.report.Statistics.Interval;

/** The report's table of pairs: how far two rules lie apart on the same seeds, and how sure that is. */
final class PairsSection {

    private static final int BAR_WIDTH = 260;

    private final Markup page;
    private final Measure measure;
    private final List<Comparison> pairs;
    private final Axis axis;

    PairsSection(RunResult run, Markup page) {
        this.page = page;
        this.measure = run.measure(run.headline());
        this.pairs = Statistics.compare(run, run.headline());
        double low = 0;
        double high = 0;
        for (Comparison pair : pairs) {
            Interval interval = interval(pair);
            low = Math.min(low, interval.low());
            high = Math.max(high, interval.high());
        }
        this.axis = Axis.padded(low, high > low ? high : 1, false);
    }

    private static Interval interval(Comparison pair) {
        double mean = pair.difference().mean();
        return pair.difference().ci95().orElse(new Interval(mean, mean));
    }

    void write() {
        if (pairs.isEmpty()) {
            return;
        }
        page.open("section", "id", "pairs").leaf("h2", "Pair by pair");
        String unit =
                switch (measure.scale()) {
                    case FRACTION -> ", in percentage points,";
                    case DEGREES -> ", in degrees,";
                    default -> measure.unit().isEmpty() ? "" : ", in " + measure.unit() + ",";
                };
        page.leaf(
                "p",
                "The difference in " + measure.inWords() + unit
                        + " of two rules that saw the same data, initial weights and order, seed by seed, with its 95 % "
                        + "interval. p is of the paired t-test, Holm-adjusted for the "
                        + HtmlReport.count(pairs.size(), "pair")
                        + "; a dash means that it cannot be tested.",
                "class",
                "caption");
        boolean many = pairs.size() > 28;
        if (many) {
            page.open("details").leaf("summary", "Show all " + pairs.size() + " pairs");
        }
        page.open("table", "class", "pairs").open("thead").open("tr");
        page.leaf("th", "Rules", "scope", "col").leaf("th", "Difference", "scope", "col", "class", "number");
        page.leaf("th", "", "class", "bar").leaf("th", "p", "scope", "col", "class", "number");
        page.close().close().open("tbody").line();
        pairs.forEach(this::row);
        page.close().close();
        if (many) {
            page.close();
        }
        page.close().line();
    }

    private void row(Comparison pair) {
        boolean clear = pair.p().isPresent() && pair.p().getAsDouble() < 0.05;
        page.open("tr", "class", clear ? "clear" : null);
        page.open("th", "scope", "row")
                .text(pair.a())
                .leaf("span", " − ", "class", "minus")
                .text(pair.b())
                .close();
        page.open("td", "class", "number").leaf("span", signed(pair.difference().mean()), "class", "value");
        pair.difference()
                .ci95()
                .ifPresent(interval ->
                        page.leaf("span", ComparisonSection.bracket(measure, interval), "class", "interval"));
        page.close().open("td", "class", "bar");
        bar(pair);
        page.close().leaf("td", p(pair.p()), "class", "number p").close().line();
    }

    private void bar(Comparison pair) {
        page.open("svg", "viewBox", "0 0 " + BAR_WIDTH + " 18", "class", "interval-bar", "aria-hidden", "true");
        page.empty("line", "class", "grid", "x1", x(0), "x2", x(0), "y1", 0, "y2", 18, "stroke", Palette.SOFT_INK);
        Interval interval = interval(pair);
        page.empty(
                "line",
                "class",
                "ink",
                "x1",
                x(interval.low()),
                "x2",
                x(interval.high()),
                "y1",
                9,
                "y2",
                9,
                "stroke",
                Palette.SOFT_INK,
                "stroke-width",
                4,
                "stroke-opacity",
                0.5);
        page.empty(
                "circle",
                "class",
                "ink",
                "cx",
                x(pair.difference().mean()),
                "cy",
                9,
                "r",
                3.2,
                "fill",
                Palette.SOFT_INK);
        page.close();
    }

    private String x(double difference) {
        return SvgChart.number(5 + axis.place(difference) * (BAR_WIDTH - 10));
    }

    private String signed(double difference) {
        return (difference > 0 ? "+" : "") + measure.bare(difference);
    }

    /** A p as it is reported: three digits, or an upper bound. */
    static String p(OptionalDouble p) {
        if (p.isEmpty()) {
            return "–";
        }
        double value = p.getAsDouble();
        if (value < 0.0001) {
            return "< 0.0001";
        }
        return String.format(Locale.ROOT, value < 0.01 ? "%.4f" : "%.3f", value);
    }
}
