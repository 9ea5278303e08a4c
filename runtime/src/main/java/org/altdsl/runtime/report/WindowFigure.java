package org.altdsl.runtime.report;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A picture of what a rule does to a synapse for spikes at given times: one panel for pairs by their distance, one for
 * trains of pairs by their rate.
 */
public final class WindowFigure {
    private static final int WIDTH = 920;
    private static final int HEIGHT = 400;
    private static final double FONT = 13;

    private final String rule;
    private final List<Part> parts = new ArrayList<>();

    /** A curve in a panel: its name, and its points of equal number. */
    public record Curve(String name, double[] x, double[] y) {
        public Curve {
            requireNonNull(name);
            x = x.clone();
            y = y.clone();
            if (x.length != y.length) {
                throw new IllegalArgumentException(x.length + " places of " + y.length + " values");
            }
        }
    }

    private record Part(String title, String xLabel, String yLabel, List<Curve> curves) {}

    public WindowFigure(String rule) {
        this.rule = requireNonNull(rule);
    }

    /** Adds a panel; where the axis of values crosses zero, zero is drawn. */
    public WindowFigure panel(String title, String xLabel, String yLabel, List<Curve> curves) {
        parts.add(new Part(title, xLabel, yLabel, List.copyOf(curves)));
        return this;
    }

    /** The picture as an SVG file of its own. */
    public String svg() {
        Markup svg = Markup.picture(String.valueOf(WIDTH), String.valueOf(HEIGHT));
        svg.leaf("text", rule, "x", 20, "y", 28, "font-size", 17, "font-weight", 600, "fill", Palette.INK);
        double width = (double) WIDTH / Math.max(1, parts.size());
        for (int i = 0; i < parts.size(); i++) {
            draw(svg, parts.get(i), i * width, width);
        }
        return svg.close().line().finish();
    }

    private static void draw(Markup svg, Part part, double from, double width) {
        svg.leaf(
                "text", part.title(), "x", from + 20, "y", 54, "font-size", SvgChart.number(FONT), "fill", Palette.INK);
        Axis x = range(part.curves().stream().map(Curve::x).toList(), false);
        Axis y = range(part.curves().stream().map(Curve::y).toList(), true);
        Panel panel = new Panel(
                part.title(),
                Panel.Scale.of(x, part.xLabel()),
                Panel.Scale.of(y, part.yLabel()),
                (markup, place) -> curves(markup, place, part.curves()));
        panel.draw(svg, from + 8, from + width - 20, 74, HEIGHT - 10.0, FONT);
    }

    private static Axis range(List<double[]> values, boolean padded) {
        double low = values.stream().flatMapToDouble(Arrays::stream).min().orElse(0);
        double high = values.stream().flatMapToDouble(Arrays::stream).max().orElse(1);
        return padded ? Axis.padded(Math.min(0, low), Math.max(0, high), false) : Axis.range(low, high);
    }

    private static void curves(Markup svg, Panel.Place place, List<Curve> curves) {
        rule(svg, place.left(), place.y(0), place.right(), place.y(0));
        if (place.xs().low() < 0) {
            rule(svg, place.x(0), place.top(), place.x(0), place.bottom());
        }
        for (int i = 0; i < curves.size(); i++) {
            Curve curve = curves.get(i);
            StringBuilder path = new StringBuilder();
            for (int k = 0; k < curve.x().length; k++) {
                place.step(path, curve.x()[k], curve.y()[k]);
            }
            svg.empty("path", "d", path, "fill", "none", "stroke", Palette.light(i), "stroke-width", 1.8);
            if (!curve.name().isEmpty()) {
                double top = place.top() + 14 + 18 * i;
                svg.empty(
                        "line",
                        "x1",
                        SvgChart.number(place.left() + 10),
                        "x2",
                        SvgChart.number(place.left() + 30),
                        "y1",
                        SvgChart.number(top - 4),
                        "y2",
                        SvgChart.number(top - 4),
                        "stroke",
                        Palette.light(i),
                        "stroke-width",
                        3);
                Panel.text(svg, curve.name(), place.left() + 36, top, "start", FONT);
            }
        }
    }

    private static void rule(Markup svg, double x1, double y1, double x2, double y2) {
        svg.empty(
                "line",
                "x1",
                SvgChart.number(x1),
                "x2",
                SvgChart.number(x2),
                "y1",
                SvgChart.number(y1),
                "y2",
                SvgChart.number(y2),
                "stroke",
                Palette.SOFT_INK,
                "stroke-width",
                0.8);
    }
}
