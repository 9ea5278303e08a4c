package org.altdsl.runtime.report;

import java.awt.AWTError;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.AxesChartStyler.TextAlignment;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws {@link Curves} as a PNG for slides and mail, at twice the pixels of its size. */
final class BitmapChart {

    private static final int WIDTH = 1440;
    private static final int HEIGHT = 900;

    private BitmapChart() {}

    /** The picture; empty on a system without fonts or without Java's drawing library, where the SVG must do. */
    static Optional<byte[]> png(Curves curves) {
        try {
            BufferedImage image = BitmapEncoder.getBufferedImage(chart(curves));
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            ImageIO.write(image, "png", bytes);
            return Optional.of(bytes.toByteArray());
        } catch (IOException | LinkageError | InternalError | AWTError missing) {
            return Optional.empty();
        }
    }

    private static XYChart chart(Curves curves) {
        double factor = curves.measure().factor();
        Axis values = Axis.values(curves);
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(curves.measure().titleWithUnit())
                .xAxisTitle(curves.course().axis())
                .build();
        style(chart);
        chart.getStyler().setYAxisMin(factor * values.low()).setYAxisMax(factor * values.high());
        for (Curves.Line line : curves.lines()) {
            band(chart, line, factor, values);
        }
        for (Curves.Line line : curves.lines()) {
            List<Curves.Point> points = line.points();
            // Cut at the axis as in the SVG: XChart would draw over the title.
            XYSeries series = chart.addSeries(
                    line.label(),
                    points.stream().mapToDouble(Curves.Point::place).toArray(),
                    points.stream()
                            .mapToDouble(point -> factor * cut(point.mean(), values))
                            .toArray());
            series.setLineColor(colour(line, 255));
            series.setLineStyle(stroke(line));
            series.setMarker(points.size() < 2 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
            series.setMarkerColor(colour(line, 255));
            series.setLabel(line.label() + (line.diverged() ? " (diverged)" : ""));
        }
        return chart;
    }

    private static void band(XYChart chart, Curves.Line line, double factor, Axis values) {
        int number = 0;
        for (List<Curves.Point> points : line.bands(values)) {
            band(chart, line, points, number++, factor, values);
        }
    }

    private static void band(
            XYChart chart, Curves.Line line, List<Curves.Point> points, int number, double factor, Axis values) {
        List<Double> x = new ArrayList<>();
        List<Double> y = new ArrayList<>();
        for (Curves.Point point : points) {
            x.add(point.place());
            y.add(factor * cut(point.ci95().orElseThrow().high(), values));
        }
        for (int i = points.size() - 1; i >= 0; i--) {
            x.add(points.get(i).place());
            y.add(factor * cut(points.get(i).ci95().orElseThrow().low(), values));
        }
        XYSeries series = chart.addSeries(line.label() + " 95 %" + (number == 0 ? "" : " " + number), x, y);
        series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.PolygonArea);
        series.setFillColor(colour(line, 44));
        series.setLineColor(new Color(0, true));
        series.setMarker(SeriesMarkers.NONE);
        series.setShowInLegend(false);
    }

    private static void style(XYChart chart) {
        XYStyler styler = chart.getStyler();
        styler.setYAxisLabelAlignment(TextAlignment.Right);
        styler.setPlotGridLinesColor(Color.decode(Palette.GRID));
        styler.setPlotGridLinesStroke(new BasicStroke(2));
        styler.setPlotGridVerticalLinesVisible(false);
        styler.setPlotBorderVisible(false);
        styler.setAxisTicksLineVisible(false);
        styler.setAxisTicksMarksVisible(false);
        styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 26));
        styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 26));
        styler.setAxisTickLabelsColor(Color.decode(Palette.SOFT_INK));
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setChartFontColor(Color.decode(Palette.INK));
        styler.setChartPadding(24);
        styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 32));
        styler.setLegendPosition(Styler.LegendPosition.OutsideE);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 24));
        styler.setLegendSeriesLineLength(36);
        styler.setXAxisTickMarkSpacingHint(170);
        styler.setYAxisTickMarkSpacingHint(110);
        styler.setAntiAlias(true);
    }

    private static BasicStroke stroke(Curves.Line line) {
        String dash = Palette.dash(line.index());
        if (dash.equals("none")) {
            return new BasicStroke(4.4f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
        }
        String[] parts = dash.split(" ");
        float[] lengths = new float[parts.length];
        for (int i = 0; i < parts.length; i++) {
            lengths[i] = 2 * Float.parseFloat(parts[i]);
        }
        return new BasicStroke(4.4f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, lengths, 0);
    }

    private static Color colour(Curves.Line line, int opacity) {
        Color solid = Color.decode(Palette.light(line.index()));
        return new Color(solid.getRed(), solid.getGreen(), solid.getBlue(), opacity);
    }

    private static double cut(double value, Axis axis) {
        return Math.max(axis.low(), Math.min(axis.high(), value));
    }
}
