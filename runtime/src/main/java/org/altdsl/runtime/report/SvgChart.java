package org.altdsl.runtime.report;

import java.util.List;
import java.util.Locale;

/**
 * Draws {@link Curves} as an SVG line chart: a thick mean per rule, its 95 % band, and a thin line per seed.
 *
 * <p>Colours are plain attributes, so that a chart reads in any viewer and in a paper; in the report, where its
 * elements carry classes, the style sheet gives it the colours of a dark page.
 */
final class SvgChart {

    private static final double TEXT_WIDTH = 0.62;

    private final Curves curves;
    private final double width;
    private final double height;
    private final double left;
    private final double right;
    private final double top;
    private final double bottom;
    private final double font;
    private final Axis places;
    private final Axis values;
    private final String clip;

    private SvgChart(Curves curves, double width, double height, double top, double font, double margin, String id) {
        this.curves = curves;
        this.width = width;
        this.height = height;
        this.font = font;
        this.places = Axis.places(curves);
        this.values = Axis.values(curves);
        int longest = values.ticks().stream()
                .mapToInt(tick -> curves.measure().tick(tick, values.step()).length())
                .max()
                .orElse(1);
        this.left = longest * font * TEXT_WIDTH + 10 + margin;
        this.right = width - 10 - margin - beyond(width - 10 - margin);
        this.top = top;
        this.bottom = height - 2.9 * font - margin;
        this.clip = id;
    }

    /** How far the text at the last tick would reach beyond the picture, did the axis end at a place. */
    private double beyond(double end) {
        if (places.ticks().isEmpty()) {
            return 0;
        }
        double last = places.ticks().get(places.ticks().size() - 1);
        double at = left + places.place(last) * (end - left);
        return Math.max(0, at + places.tick(last).length() * font * TEXT_WIDTH / 2 - end - 10);
    }

    /** A chart for a page that names the rules itself; {@code id} must be the page's only one of its name. */
    static String inPage(Curves curves, int width, int height, String id) {
        SvgChart chart = new SvgChart(curves, width, height, 10, 13, 0, id);
        Markup svg = new Markup();
        svg.open(
                "svg",
                "viewBox",
                "0 0 " + width + " " + height,
                "role",
                "img",
                "class",
                "chart",
                "aria-label",
                curves.measure().fullTitle() + " over " + (curves.course().isInTime() ? "time" : "epochs"));
        chart.draw(svg);
        return svg.close().finish();
    }

    /** A chart as a file of its own, with title and legend. */
    static String standalone(Curves curves) {
        int columns = 2;
        double font = 14;
        int legendRows = (curves.lines().size() + columns - 1) / columns;
        double top = 46 + legendRows * 22;
        double width = 720;
        double height = top + 360;
        SvgChart chart = new SvgChart(curves, width, height, top, font, 10, "plot");
        Markup svg = Markup.picture(number(width), number(height));
        svg.leaf(
                "text",
                curves.measure().heading(),
                "x",
                number(chart.left),
                "y",
                27,
                "font-size",
                17,
                "font-weight",
                600,
                "fill",
                Palette.INK);
        chart.legend(svg, columns);
        chart.draw(svg);
        return svg.close().line().finish();
    }

    private void legend(Markup svg, int columns) {
        int place = 0;
        for (Curves.Line line : curves.lines()) {
            double x = left + place % columns * (right - left) / columns;
            double y = 46 + place / columns * 22;
            svg.empty(
                    "line",
                    "x1",
                    number(x),
                    "x2",
                    number(x + 22),
                    "y1",
                    number(y),
                    "y2",
                    number(y),
                    "stroke",
                    Palette.light(line.index()),
                    "stroke-width",
                    3,
                    "stroke-dasharray",
                    Palette.dash(line.index()));
            svg.leaf(
                    "text",
                    line.label() + (line.diverged() ? " (diverged)" : ""),
                    "x",
                    number(x + 29),
                    "y",
                    number(y + 4.5),
                    "font-size",
                    number(font),
                    "fill",
                    Palette.INK);
            place++;
        }
    }

    private void draw(Markup svg) {
        grid(svg);
        svg.open("clipPath", "id", clip)
                .empty(
                        "rect",
                        "x",
                        number(left),
                        "y",
                        number(top - 3),
                        "width",
                        number(right - left + 3),
                        "height",
                        number(bottom - top + 6))
                .close();
        svg.open("g", "clip-path", "url(#" + clip + ")");
        for (Curves.Line line : curves.lines()) {
            under(svg, line);
        }
        for (Curves.Line line : curves.lines()) {
            mean(svg, line);
        }
        svg.close();
        for (Curves.Line line : curves.lines()) {
            if (line.diverged()) {
                cross(svg, line);
            }
        }
    }

    private void grid(Markup svg) {
        Measure measure = curves.measure();
        for (double tick : values.ticks()) {
            String y = number(y(tick));
            svg.empty(
                    "line",
                    "class",
                    "grid",
                    "x1",
                    number(left),
                    "x2",
                    number(right),
                    "y1",
                    y,
                    "y2",
                    y,
                    "stroke",
                    Palette.GRID);
            svg.leaf(
                    "text",
                    measure.tick(tick, values.step()),
                    "class",
                    "tick",
                    "x",
                    number(left - 6),
                    "y",
                    number(y(tick) + 0.35 * font),
                    "text-anchor",
                    "end",
                    "font-size",
                    number(font),
                    "fill",
                    Palette.SOFT_INK);
        }
        if (measure.isAlignment()) {
            svg.empty(
                    "line",
                    "class",
                    "reference",
                    "x1",
                    number(left),
                    "x2",
                    number(right),
                    "y1",
                    number(y(90)),
                    "y2",
                    number(y(90)),
                    "stroke",
                    Palette.SOFT_INK,
                    "stroke-dasharray",
                    "3 3");
        }
        svg.empty(
                "line",
                "class",
                "axis",
                "x1",
                number(left),
                "x2",
                number(right),
                "y1",
                number(bottom),
                "y2",
                number(bottom),
                "stroke",
                Palette.SOFT_INK);
        for (double tick : places.ticks()) {
            svg.leaf(
                    "text",
                    places.tick(tick),
                    "class",
                    "tick",
                    "x",
                    number(x(tick)),
                    "y",
                    number(bottom + 1.3 * font),
                    "text-anchor",
                    "middle",
                    "font-size",
                    number(font),
                    "fill",
                    Palette.SOFT_INK);
        }
        svg.leaf(
                "text",
                curves.course().axis(),
                "class",
                "tick",
                "x",
                number((left + right) / 2),
                "y",
                number(bottom + 2.6 * font),
                "text-anchor",
                "middle",
                "font-size",
                number(font),
                "fill",
                Palette.SOFT_INK);
    }

    /** The band and the single seeds, which lie under every mean. */
    private void under(Markup svg, Curves.Line line) {
        String colour = Palette.light(line.index());
        svg.open("g", "class", "rule r" + line.index());
        for (List<Curves.Point> banded : line.bands(values)) {
            StringBuilder path = new StringBuilder();
            for (Curves.Point point : banded) {
                step(path, point.place(), point.ci95().orElseThrow().high());
            }
            for (int i = banded.size() - 1; i >= 0; i--) {
                step(
                        path,
                        banded.get(i).place(),
                        banded.get(i).ci95().orElseThrow().low());
            }
            svg.empty("path", "class", "band", "d", path.append('Z'), "fill", colour, "fill-opacity", 0.16);
        }
        for (List<Curves.Value> seed : line.seeds()) {
            if (seed.size() > 1) {
                StringBuilder path = new StringBuilder();
                seed.forEach(value -> step(path, value.place(), value.value()));
                svg.empty(
                        "path",
                        "class",
                        "seed",
                        "d",
                        path,
                        "fill",
                        "none",
                        "stroke",
                        colour,
                        "stroke-width",
                        0.8,
                        "stroke-opacity",
                        0.38);
            }
        }
        svg.close();
    }

    private void mean(Markup svg, Curves.Line line) {
        String colour = Palette.light(line.index());
        svg.open("g", "class", "rule r" + line.index());
        if (line.points().size() > 1) {
            StringBuilder path = new StringBuilder();
            line.points().forEach(point -> step(path, point.place(), point.mean()));
            svg.open(
                    "path",
                    "class",
                    "mean",
                    "d",
                    path,
                    "fill",
                    "none",
                    "stroke",
                    colour,
                    "stroke-width",
                    2.2,
                    "stroke-linejoin",
                    "round",
                    "stroke-linecap",
                    "round",
                    "stroke-dasharray",
                    Palette.dash(line.index()));
            svg.leaf("title", line.label()).close();
        }
        Curves.Point last = line.points().get(line.points().size() - 1);
        if (!line.diverged()) {
            svg.open(
                    "circle",
                    "class",
                    "end",
                    "cx",
                    number(x(last.place())),
                    "cy",
                    number(y(last.mean())),
                    "r",
                    3.2,
                    "fill",
                    colour);
            svg.leaf(
                            "title",
                            line.label() + ", " + curves.course().at(last.place()) + ": "
                                    + curves.measure().format(last.mean()))
                    .close();
        }
        svg.close();
    }

    /** A cross where a diverged rule was last seen; at the chart's edge if its last value lies outside. */
    private void cross(Markup svg, Curves.Line line) {
        Curves.Point last = line.points().get(line.points().size() - 1);
        double x = x(last.place());
        double y = Math.max(top, Math.min(bottom, y(last.mean())));
        svg.open("g", "class", "rule r" + line.index());
        svg.open(
                "path",
                "class",
                "mean",
                "d",
                "M" + number(x - 4.5) + " " + number(y - 4.5) + "l9 9m0 -9l-9 9",
                "stroke",
                Palette.light(line.index()),
                "stroke-width",
                2.4,
                "fill",
                "none");
        svg.leaf("title", line.label() + " diverged after " + curves.course().at(last.place()))
                .close()
                .close();
    }

    private void step(StringBuilder path, double place, double value) {
        path.append(path.isEmpty() ? 'M' : 'L')
                .append(number(x(place)))
                .append(' ')
                .append(number(y(value)));
    }

    private double x(double place) {
        return left + places.place(place) * (right - left);
    }

    /** The height of a value. Far outside the chart it is cut, since viewers fail on very large coordinates. */
    private double y(double value) {
        return bottom - Math.max(-9, Math.min(9, values.place(value))) * (bottom - top);
    }

    /** A coordinate to a tenth of a pixel. */
    static String number(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }
}
