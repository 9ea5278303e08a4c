package org.altdsl.runtime.report;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * One picture of a record: its axes, and what is drawn between them.
 *
 * @param title what it shows
 * @param x the axis along the bottom
 * @param y the axis at the left
 * @param keys what its lines are of, in the order of the palette's colours; empty where there is only one
 * @param drawing what lies between them
 */
record Panel(String title, Scale x, Scale y, List<String> keys, Drawing drawing) {
    Panel {
        requireNonNull(title);
        requireNonNull(x);
        requireNonNull(y);
        keys = List.copyOf(keys);
        requireNonNull(drawing);
    }

    Panel(String title, Scale x, Scale y, Drawing drawing) {
        this(title, x, y, List.of(), drawing);
    }

    private static final double TEXT_WIDTH = 0.62;

    /** What is free at the right. */
    private static final double MARGIN = 10;

    /** A tick and what is written at it. */
    record Tick(double place, String text) {}

    /**
     * An axis of a picture.
     *
     * @param label what it is of; empty for none
     */
    record Scale(double low, double high, List<Tick> ticks, String label) {
        static Scale of(Axis axis, String label) {
            return new Scale(
                    axis.low(),
                    axis.high(),
                    axis.ticks().stream()
                            .map(tick -> new Tick(tick, axis.tick(tick)))
                            .toList(),
                    label);
        }

        /** An axis without ticks. */
        static Scale bare(double low, double high) {
            return new Scale(low, high, List.of(), "");
        }
    }

    /** Draws into a rectangle. */
    interface Drawing {
        void draw(Markup svg, Place place);
    }

    /** Where values lie in the picture. */
    record Place(Scale xs, Scale ys, double left, double right, double top, double bottom) {
        double x(double value) {
            return left + (value - xs.low()) / (xs.high() - xs.low()) * (right - left);
        }

        double y(double value) {
            return bottom - (value - ys.low()) / (ys.high() - ys.low()) * (bottom - top);
        }

        /** Adds a point to the data of a path. */
        void step(StringBuilder path, double atX, double atY) {
            path.append(path.isEmpty() ? 'M' : 'L')
                    .append(SvgChart.number(x(atX)))
                    .append(' ')
                    .append(SvgChart.number(y(atY)));
        }
    }

    /** The picture in a page. */
    String inPage(int width, int height) {
        Markup svg = new Markup();
        svg.open("svg", "viewBox", "0 0 " + width + " " + height, "role", "img", "class", "chart", "aria-label", title);
        inFrame(svg, width, height, 10, 13, 0);
        return svg.close().finish();
    }

    /** The picture as a file of its own, with its title. */
    String standalone() {
        int width = 720;
        int height = 420;
        Markup svg = Markup.picture(String.valueOf(width), String.valueOf(height));
        svg.leaf("text", title, "x", 24, "y", 30, "font-size", 17, "font-weight", 600, "fill", Palette.INK);
        inFrame(svg, width, height, 48, 14, 12);
        return svg.close().line().finish();
    }

    private void inFrame(Markup svg, double width, double height, double top, double font, double margin) {
        draw(svg, margin, width - MARGIN - margin, top, height - margin, font);
    }

    /** Draws it between two places along the bottom, with what is written at its axes. */
    void draw(Markup svg, double from, double to, double ceiling, double floorOfText, double font) {
        int longest =
                y.ticks().stream().mapToInt(tick -> tick.text().length()).max().orElse(0);
        boolean hasLabel = !y.label().isEmpty();
        double left = longest * font * TEXT_WIDTH + 10 + from + (hasLabel ? 1.4 * font : 0);
        double bottom = floorOfText - (x.ticks().isEmpty() ? 4 : 2.9 * font);
        double top = keys.isEmpty() ? ceiling : keys(svg, left, to, ceiling, font);
        Place place = new Place(x, y, left, to - beyond(left, to, font), top, bottom);
        for (Tick tick : y.ticks()) {
            String at = SvgChart.number(place.y(tick.place()));
            line(svg, "grid", left, at, place.right(), at, Palette.GRID);
            text(svg, tick.text(), left - 6, place.y(tick.place()) + 0.35 * font, "end", font);
        }
        if (hasLabel) {
            double middle = (top + bottom) / 2;
            String x0 = SvgChart.number(from + font);
            svg.leaf(
                    "text",
                    y.label(),
                    "class",
                    "tick",
                    "transform",
                    "translate(" + x0 + " " + SvgChart.number(middle) + ") rotate(-90)",
                    "text-anchor",
                    "middle",
                    "font-size",
                    SvgChart.number(font),
                    "fill",
                    Palette.SOFT_INK);
        }
        drawing.draw(svg, place);
        if (x.ticks().isEmpty()) {
            return;
        }
        String floor = SvgChart.number(bottom);
        line(svg, "axis", left, floor, place.right(), floor, Palette.SOFT_INK);
        for (Tick tick : x.ticks()) {
            text(svg, tick.text(), place.x(tick.place()), bottom + 1.3 * font, "middle", font);
        }
        text(svg, x.label(), (left + place.right()) / 2, bottom + 2.6 * font, "middle", font);
    }

    /** Says which line is of what, in rows above the picture; the place below them. */
    private double keys(Markup svg, double left, double to, double ceiling, double font) {
        double x = left;
        double y = ceiling + font * 0.6;
        for (int i = 0; i < keys.size(); i++) {
            double width = 1.7 * font + keys.get(i).length() * font * TEXT_WIDTH + 1.2 * font;
            if (x > left && x + width - 1.2 * font > to) {
                x = left;
                y += 1.5 * font;
            }
            svg.empty(
                    "path",
                    "class",
                    "line l" + i % Palette.COLOURS,
                    "d",
                    "M" + SvgChart.number(x) + " " + SvgChart.number(y) + "h" + SvgChart.number(1.3 * font),
                    "fill",
                    "none",
                    "stroke",
                    Palette.light(i),
                    "stroke-width",
                    2);
            text(svg, keys.get(i), x + 1.7 * font, y + 0.35 * font, "start", font);
            x += width;
        }
        return y + 1.1 * font;
    }

    /** How far the text at the last tick would reach beyond the picture. */
    private double beyond(double left, double to, double font) {
        if (x.ticks().isEmpty()) {
            return 0;
        }
        Tick last = x.ticks().get(x.ticks().size() - 1);
        double end = left + (last.place() - x.low()) / (x.high() - x.low()) * (to - left);
        return Math.max(0, end + last.text().length() * font * TEXT_WIDTH / 2 - to - MARGIN);
    }

    private static void line(Markup svg, String kind, double x1, String y1, double x2, String y2, String colour) {
        svg.empty(
                "line",
                "class",
                kind,
                "x1",
                SvgChart.number(x1),
                "x2",
                SvgChart.number(x2),
                "y1",
                y1,
                "y2",
                y2,
                "stroke",
                colour);
    }

    static void text(Markup svg, String text, double x, double y, String anchor, double font) {
        svg.leaf(
                "text",
                text,
                "class",
                "tick",
                "x",
                SvgChart.number(x),
                "y",
                SvgChart.number(y),
                "text-anchor",
                anchor,
                "font-size",
                SvgChart.number(font),
                "fill",
                Palette.SOFT_INK);
    }
}
