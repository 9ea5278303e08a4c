package org.altdsl.runtime.report;

import static java.util.Objects.requireNonNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.runtime.plan.Plot;
import org.altdsl.runtime.record.RecordArchive;

/**
 * The neurons of a network and the synapses between them, as they are at the end: a column for each population, a line for
 * each synapse, thicker for larger weights, of another colour for negative ones. Of many synapses the largest are drawn.
 */
final class GraphPanel {
    private static final int MOST_LINES = 600;

    /** More neurons of a population than this are too close to be told apart. */
    private static final int MOST_DOTS = 120;

    private final Path folder;
    private final Plot plot;

    /** A population: which column it is, and how many neurons it has. */
    private record Column(int place, int neurons) {}

    private record Line(Column from, double source, Column to, double target, double weight) {}

    GraphPanel(Path folder, Plot plot) {
        this.folder = requireNonNull(folder);
        this.plot = requireNonNull(plot);
    }

    /** The picture; none where records are missing. */
    Optional<Panel> panel() {
        Map<String, Column> columns = new LinkedHashMap<>();
        List<Line> lines = new ArrayList<>();
        String[] ends = plot.setting(Plot.ENDS).orElse("").split("\n");
        for (int i = 0; i < plot.records().size(); i++) {
            String[] words = ends[i].split(" ");
            Column from = column(columns, words[0], words[1]);
            Column to = column(columns, words[2], words[3]);
            String name = plot.records().get(i);
            double[] weights = last(name);
            double[] sources = last(name + "-sources");
            double[] targets = last(name + "-targets");
            if (weights.length == 0 || sources.length != weights.length || targets.length != weights.length) {
                return Optional.empty();
            }
            for (int k = 0; k < weights.length; k++) {
                lines.add(new Line(from, sources[k], to, targets[k], weights[k]));
            }
        }
        int all = lines.size();
        lines.removeIf(line -> line.weight() == 0 || !Double.isFinite(line.weight()));
        lines.sort(Comparator.comparingDouble(line -> -Math.abs(line.weight())));
        List<Line> drawn = lines.subList(0, Math.min(MOST_LINES, lines.size()));
        String title = "Synapses of " + plot.title() + ", " + Measure.amount(all)
                + (drawn.size() < all ? ", the " + drawn.size() + " largest drawn" : "");
        return Optional.of(new Panel(
                title,
                Panel.Scale.bare(0, 1),
                Panel.Scale.bare(0, 1),
                (svg, place) -> draw(svg, place, columns, drawn)));
    }

    private static Column column(Map<String, Column> columns, String name, String neurons) {
        return columns.computeIfAbsent(name, unused -> new Column(columns.size(), Integer.parseInt(neurons)));
    }

    private double[] last(String name) {
        Path file = folder.resolve(name + ".npz");
        if (!Files.exists(file)) {
            return new double[0];
        }
        try (RecordArchive record = new RecordArchive(file)) {
            RecordArchive.Reader values = record.array("values");
            double[] row = new double[0];
            for (long i = 0; i < values.rows(); i++) {
                row = values.row();
            }
            return row.clone();
        }
    }

    private static void draw(Markup svg, Panel.Place place, Map<String, Column> columns, List<Line> lines) {
        // Many lines are thinner.
        double thickness = Math.min(1, 8 / Math.sqrt(Math.max(1, lines.size())));
        double most = lines.isEmpty() ? 1 : Math.abs(lines.get(0).weight());
        int count = columns.size();
        // The smallest first, so that the largest lie on top.
        for (int i = lines.size() - 1; i >= 0; i--) {
            Line line = lines.get(i);
            double x1 = x(place, line.from(), count);
            double y1 = y(place, line.from(), line.source());
            double x2 = x(place, line.to(), count);
            double y2 = y(place, line.to(), line.target());
            // Synapses back, and within a population, bow upwards and to the right.
            double bow = x2 > x1 ? 0 : 0.25 * (place.bottom() - place.top());
            double middleX = (x1 + x2) / 2 + (x2 == x1 ? 0.3 * (place.right() - place.left()) / count : 0);
            double middleY = (y1 + y2) / 2 - (x2 < x1 ? bow : 0);
            int colour = line.weight() < 0 ? 1 : 0;
            double share = Math.abs(line.weight()) / most;
            svg.empty(
                    "path",
                    "class",
                    "line l" + colour,
                    "d",
                    "M" + SvgChart.number(x1) + " " + SvgChart.number(y1) + "Q" + SvgChart.number(middleX) + " "
                            + SvgChart.number(middleY) + " " + SvgChart.number(x2) + " " + SvgChart.number(y2),
                    "fill",
                    "none",
                    "stroke",
                    Palette.light(colour),
                    "stroke-width",
                    SvgChart.number(thickness * (0.5 + 2.5 * share)),
                    "stroke-opacity",
                    SvgChart.number(0.15 + 0.7 * share));
        }
        columns.forEach((name, column) -> {
            int dots = Math.min(column.neurons(), MOST_DOTS);
            double size = Math.max(1.2, Math.min(5, 0.35 * (place.bottom() - place.top()) / dots));
            for (int i = 0; i < dots; i++) {
                double neuron = (i + 0.5) * column.neurons() / dots - 0.5;
                svg.empty(
                        "circle",
                        "class",
                        "dot",
                        "cx",
                        SvgChart.number(x(place, column, count)),
                        "cy",
                        SvgChart.number(y(place, column, neuron)),
                        "r",
                        SvgChart.number(size),
                        "fill",
                        Palette.SOFT_INK);
            }
            Panel.text(
                    svg,
                    name + " (" + column.neurons() + ")",
                    x(place, column, count),
                    place.bottom() - 2,
                    "middle",
                    13);
        });
    }

    private static double x(Panel.Place place, Column column, int count) {
        return place.left() + (column.place() + 0.5) / count * (place.right() - place.left());
    }

    private static double y(Panel.Place place, Column column, double neuron) {
        return place.top() + (neuron + 0.5) / column.neurons() * (place.bottom() - 22 - place.top());
    }
}
