package org.altdsl.runtime.report;

import static java.util.Objects.requireNonNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedList;
import java.util.List;
import java.util.Optional;
import org.altdsl.runtime.plan.Course;
import org.altdsl.runtime.plan.Plot;
import org.altdsl.runtime.record.RecordArchive;
import org.altdsl.runtime.report.Panel.Scale;
import org.altdsl.runtime.report.Panel.Tick;

/** Draws the {@link Plot plots} of one job from its records, which are read from their start to their end, never whole. */
final class Panels {
    /** More spikes than this are drawn as an image, whose size does not grow with them. */
    private static final int MOST_TICKS = 4000;

    private static final int IMAGE_WIDTH = 1200;
    private static final int IMAGE_HEIGHT = 600;

    /** The most pixels of a spike's dot along an edge, and what share of an image dots may cover. */
    private static final int LARGEST_DOT = 3;

    private static final double DOTTED = 0.08;

    /** How many columns of pixels a trace is thinned to: each keeps its least and its largest value. */
    private static final int COLUMNS = 700;

    /** As many as there are colours. */
    private static final int MOST_LINES = Palette.COLOURS;

    private static final int BINS = 48;
    private static final int MOST_TILES = 100;
    private static final int MOST_CELLS = 320;

    private final Path folder;
    private final Course course;

    /**
     * @param folder the records of one job
     */
    Panels(Path folder, Course course) {
        this.folder = requireNonNull(folder);
        this.course = requireNonNull(course);
    }

    /** The pictures of a plot; none where its records are missing, as in a folder that was thinned out. */
    List<Panel> of(Plot plot) {
        if (plot.kind() == Plot.Kind.GRAPH) {
            return new GraphPanel(folder, plot).panel().stream().toList();
        }
        List<Panel> panels = new ArrayList<>();
        String[] labels = plot.setting(Plot.LABELS).orElse(plot.title()).split("\n");
        for (int i = 0; i < plot.records().size(); i++) {
            Path file = folder.resolve(plot.records().get(i) + ".npz");
            if (!Files.exists(file)) {
                continue;
            }
            String label = labels[Math.min(i, labels.length - 1)];
            try (RecordArchive record = new RecordArchive(file)) {
                Optional<Panel> drawn =
                        switch (plot.kind()) {
                            case RASTER -> raster(plot, record);
                            case TRACE -> lines(label, record, Shown.of(plot, i), course.axis());
                            case RATE -> lines("Rate of " + label, record, perTime(), course.axis());
                            case STIMULUS ->
                                lines(
                                        "Rate of " + label + " by the time since a sample was shown",
                                        record,
                                        perTime(),
                                        "since it was shown, " + course.axis());
                            case HISTOGRAM ->
                                plot.setting(Plot.COURSE).isPresent()
                                        ? distributions(plot, record)
                                        : histogram(plot, record);
                            case INTERVALS -> intervals(plot, record);
                            case WEIGHTS -> weights(plot, record);
                            case CONFUSION -> confusion(plot, record);
                            case GRAPH -> Optional.empty();
                        };
                drawn.ifPresent(panels::add);
            }
        }
        return panels;
    }

    /**
     * In what unit a quantity is shown.
     *
     * @param symbol empty for a pure number
     * @param scale how many units of the SI one of it is
     */
    private record Shown(String symbol, double scale) {
        static Shown of(Plot plot, int panel) {
            String[] units = plot.setting(Plot.UNITS).orElse("").split("\n", -1);
            String[] words = panel < units.length ? units[panel].split(" ") : new String[0];
            return words.length == 2 ? new Shown(words[0], Double.parseDouble(words[1])) : new Shown("", 1);
        }

        /** What is written at an axis of this quantity. */
        String after(String text) {
            return symbol.isEmpty() ? text : text + " (" + symbol + ")";
        }
    }

    private Shown perTime() {
        return new Shown(course == Course.SECONDS ? "Hz" : "per step", 1);
    }

    private Optional<Panel> raster(Plot plot, RecordArchive record) {
        RecordArchive.Reader times = record.array("time");
        long count = times.rows();
        double first = 0;
        double last = 1;
        for (long i = 0; i < count; i++) {
            double time = times.next();
            first = i == 0 ? time : first;
            last = time;
        }
        int neurons = Integer.parseInt(plot.setting(Plot.NEURONS).orElse("1"));
        Optional<String> span = plot.setting(Plot.SPAN);
        if (span.isPresent()) {
            // Where nothing spikes is to be seen, too.
            String[] ends = span.get().split(" ");
            double from = Double.parseDouble(ends[0]);
            double to = Double.parseDouble(ends[1]);
            first = count == 0 ? from : Math.min(from, first);
            last = count == 0 ? to : Math.max(to, last);
        }
        Axis x = Axis.range(first, last);
        Axis y = Axis.range(0, neurons);
        Scale ys = Scale.of(new Axis(0, neurons, Math.max(1, Math.rint(y.step()))), "neuron");
        Panel.Drawing drawing = count <= MOST_TICKS ? ticks(record, count, neurons) : image(record, x, count, neurons);
        String what = plot.title();
        String title = what.endsWith(".spike")
                ? "Spikes of " + what.substring(0, what.length() - ".spike".length()) + ", " + Measure.amount(count)
                        + " in all"
                : "Events " + what + ", " + Measure.amount(count) + " in all";
        return Optional.of(new Panel(title, Scale.of(x, course.axis()), ys, drawing));
    }

    private static Panel.Drawing ticks(RecordArchive record, long count, int neurons) {
        double[] time = read(record.array("time"), (int) count);
        double[] neuron = read(record.array("neuron"), (int) count);
        return (svg, place) -> {
            double height = Math.max(1.6, Math.min(14, 0.8 * (place.bottom() - place.top()) / neurons));
            StringBuilder path = new StringBuilder();
            for (int i = 0; i < time.length; i++) {
                path.append('M')
                        .append(SvgChart.number(place.x(time[i])))
                        .append(' ')
                        .append(SvgChart.number(place.y(neuron[i] + 0.5) - height / 2))
                        .append('v')
                        .append(SvgChart.number(height));
            }
            svg.empty("path", "class", "ink", "d", path, "stroke", Palette.INK, "stroke-width", 1, "fill", "none");
        };
    }

    private static double[] read(RecordArchive.Reader from, int count) {
        double[] all = new double[count];
        for (int i = 0; i < count; i++) {
            all[i] = from.next();
        }
        return all;
    }

    private static Panel.Drawing image(RecordArchive record, Axis x, long count, int neurons) {
        int height = Math.min(IMAGE_HEIGHT, neurons);
        int[] hits = new int[IMAGE_WIDTH * height];
        // Few spikes in many pixels would hardly be seen: they get dots of several pixels.
        int dot = (int) Math.max(1, Math.min(LARGEST_DOT, Math.rint(Math.sqrt(DOTTED * hits.length / count))));
        int tall = Math.min(dot, Math.max(1, height * dot / IMAGE_HEIGHT));
        RecordArchive.Reader times = record.array("time");
        RecordArchive.Reader indices = record.array("neuron");
        for (long i = 0; i < count; i++) {
            int column = (int) Math.min(IMAGE_WIDTH - 1, x.place(times.next()) * IMAGE_WIDTH);
            int row = height - 1 - (int) Math.min(height - 1, indices.next() / neurons * height);
            for (int down = 0; down < tall && row + down < height; down++) {
                for (int right = 0; right < dot && column + right < IMAGE_WIDTH; right++) {
                    hits[(row + down) * IMAGE_WIDTH + Math.max(0, column + right)]++;
                }
            }
        }
        // Where spikes are few each is black; where all pixels are hit, darkness tells how often.
        double mean = (double) Arrays.stream(hits).sum()
                / Arrays.stream(hits).filter(hit -> hit > 0).count();
        int[] pixels = new int[hits.length];
        int ink = Integer.parseInt(Palette.INK.substring(1), 16);
        for (int i = 0; i < hits.length; i++) {
            int opacity = (int) Math.min(255, 200 * hits[i] / mean);
            pixels[i] = opacity << 24 | ink;
        }
        String address = Png.address(IMAGE_WIDTH, height, pixels);
        return (svg, place) -> picture(svg, address, place.left(), place.top(), place.right(), place.bottom(), "inked");
    }

    private static void picture(
            Markup svg, String address, double left, double top, double right, double bottom, String kind) {
        svg.empty(
                "image",
                "class",
                kind,
                "href",
                address,
                "x",
                SvgChart.number(left),
                "y",
                SvgChart.number(top),
                "width",
                SvgChart.number(right - left),
                "height",
                SvgChart.number(bottom - top),
                "preserveAspectRatio",
                "none",
                "style",
                kind.equals("cells") ? "image-rendering: pixelated" : null);
    }

    /** A line for each element, at most {@value #MOST_LINES}. */
    private static Optional<Panel> lines(String title, RecordArchive record, Shown unit, String along) {
        RecordArchive.Reader times = record.array("time");
        RecordArchive.Reader values = record.array("values");
        long rows = times.rows();
        int width = values.shape().stream().mapToInt(Integer::intValue).reduce(1, (a, b) -> a * b);
        if (rows == 0 || width == 0) {
            return Optional.empty();
        }
        int count = Math.min(width, MOST_LINES);
        List<List<double[]>> lines = new ArrayList<>();
        for (int line = 0; line < count; line++) {
            lines.add(new ArrayList<>());
        }
        long perColumn = Math.max(1, (rows + COLUMNS - 1) / COLUMNS);
        double first = 0;
        double last = 0;
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (long row = 0; row < rows; row++) {
            double time = times.next();
            first = row == 0 ? time : first;
            last = time;
            double[] all = values.row();
            for (int line = 0; line < count; line++) {
                double value = all[element(line, count, width)] / unit.scale();
                if (Double.isFinite(value)) {
                    low = Math.min(low, value);
                    high = Math.max(high, value);
                    add(lines.get(line), row / perColumn, time, value);
                }
            }
        }
        if (low > high) {
            return Optional.empty();
        }
        Axis y = low == 0 && high == 0 ? Axis.range(0, 1) : Axis.padded(low, high, false);
        return Optional.of(new Panel(
                title,
                Scale.of(Axis.range(first, last), along),
                Scale.of(y, unit.symbol()),
                count == 1 ? List.of() : keys(count, values.shape()),
                (svg, place) -> draw(svg, place, lines)));
    }

    /** Which of the elements a line shows: all, or some from the first to the last. */
    private static int element(int line, int lines, int elements) {
        return lines == elements ? line : (int) ((long) line * (elements - 1) / (lines - 1));
    }

    /** The places of the elements that are shown, such as {@code [3]} and {@code [0, 12]}. */
    private static int places(String shape) {
        return Arrays.stream(shape.split("x")).mapToInt(Integer::parseInt).reduce(1, (a, b) -> a * b);
    }

    private static List<String> keys(int lines, List<Integer> shape) {
        int elements = shape.stream().reduce(1, (a, b) -> a * b);
        List<String> keys = new ArrayList<>();
        for (int line = 0; line < lines; line++) {
            int rest = element(line, lines, elements);
            LinkedList<String> places = new LinkedList<>();
            for (int axis = shape.size() - 1; axis >= 0; axis--) {
                places.addFirst(String.valueOf(rest % shape.get(axis)));
                rest /= shape.get(axis);
            }
            keys.add("[" + String.join(", ", places) + "]");
        }
        return keys;
    }

    /** Adds a value to a line: of each column of pixels its first, least, largest and last stay. */
    private static void add(List<double[]> line, long column, double time, double value) {
        // Each entry: column, then time and value of the least and of the largest.
        double[] now = line.isEmpty() ? null : line.get(line.size() - 1);
        if (now == null || now[0] != column) {
            line.add(new double[] {column, time, value, time, value});
            return;
        }
        if (value < now[2]) {
            now[1] = time;
            now[2] = value;
        }
        if (value > now[4]) {
            now[3] = time;
            now[4] = value;
        }
    }

    private static void draw(Markup svg, Panel.Place place, List<List<double[]>> lines) {
        for (int i = 0; i < lines.size(); i++) {
            StringBuilder path = new StringBuilder();
            for (double[] column : lines.get(i)) {
                boolean leastFirst = column[1] <= column[3];
                place.step(path, column[leastFirst ? 1 : 3], column[leastFirst ? 2 : 4]);
                if (column[1] != column[3]) {
                    place.step(path, column[leastFirst ? 3 : 1], column[leastFirst ? 4 : 2]);
                }
            }
            svg.empty(
                    "path",
                    "class",
                    "line l" + i % Palette.COLOURS,
                    "d",
                    path,
                    "fill",
                    "none",
                    "stroke",
                    Palette.light(i),
                    "stroke-width",
                    lines.size() > 3 ? 1.1 : 1.6,
                    "stroke-linejoin",
                    "round");
        }
    }

    private Optional<Panel> histogram(Plot plot, RecordArchive record) {
        RecordArchive.Reader values = record.array("values");
        if (values.rows() == 0) {
            return Optional.empty();
        }
        double[] before = values.row();
        double[] after = before;
        for (long row = 1; row < values.rows(); row++) {
            after = values.row();
        }
        boolean both = plot.setting(Plot.INITIAL).isPresent() && !Arrays.equals(before, after);
        double[] all = both ? Arrays.copyOf(before, before.length + after.length) : after.clone();
        if (both) {
            System.arraycopy(after, 0, all, before.length, after.length);
        }
        Shown unit = Shown.of(plot, 0);
        double[] finite = Arrays.stream(all)
                .filter(Double::isFinite)
                .map(value -> value / unit.scale())
                .toArray();
        if (finite.length == 0) {
            return Optional.empty();
        }
        double low = Arrays.stream(finite).min().getAsDouble();
        double high = Arrays.stream(finite).max().getAsDouble();
        double top = high > low ? high : low + Math.max(1e-12, Math.abs(low) * 1e-3);
        double[] counts = counts(after, unit.scale(), low, top);
        double[] first = both ? counts(before, unit.scale(), low, top) : new double[0];
        double most = Math.max(max(counts), max(first));
        String title = "Distribution of " + plot.title() + (both ? ", at the end and (outlined) at the start" : "");
        return Optional.of(new Panel(
                title,
                Scale.of(Axis.range(low, top), unit.after(plot.title())),
                Scale.of(Axis.padded(0, most, false), "count"),
                (svg, place) -> {
                    bars(svg, place, edges(low, top, counts.length), counts);
                    if (both) {
                        outline(svg, place, edges(low, top, first.length), first);
                    }
                }));
    }

    /** How the elements are distributed in the course of time: a column for each time, darker where there are more. */
    private Optional<Panel> distributions(Plot plot, RecordArchive record) {
        Shown unit = Shown.of(plot, 0);
        RecordArchive.Reader values = record.array("values");
        int columns = (int) values.rows();
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (int row = 0; row < columns; row++) {
            for (double value : values.row()) {
                if (Double.isFinite(value)) {
                    low = Math.min(low, value / unit.scale());
                    high = Math.max(high, value / unit.scale());
                }
            }
        }
        if (low > high) {
            return Optional.empty();
        }
        double least = low;
        double top = high > low ? high : low + Math.max(1e-12, Math.abs(low) * 1e-3);
        RecordArchive.Reader times = record.array("time");
        RecordArchive.Reader again = record.array("values");
        double first = 0;
        double last = 0;
        double[][] counts = new double[columns][];
        for (int column = 0; column < columns; column++) {
            last = times.next();
            first = column == 0 ? last : first;
            counts[column] = counts(again.row(), unit.scale(), least, top);
        }
        double most = Arrays.stream(counts).mapToDouble(Panels::max).max().orElse(1);
        int[] pixels = new int[columns * BINS];
        int ink = Integer.parseInt(Palette.INK.substring(1), 16);
        for (int column = 0; column < columns; column++) {
            for (int bin = 0; bin < BINS; bin++) {
                int opacity = (int) (255 * Math.sqrt(counts[column][bin] / most));
                pixels[(BINS - 1 - bin) * columns + column] = opacity << 24 | ink;
            }
        }
        String address = Png.address(columns, BINS, pixels);
        // A column stands for the time up to the next look.
        double beyond = columns > 1 ? (last - first) / (columns - 1) : 1;
        Axis along = Axis.range(first, last + beyond);
        Axis up = Axis.range(least, top);
        return Optional.of(new Panel(
                "Distribution of " + plot.title() + " over time, darker where there are more",
                Scale.of(along, course.axis()),
                Scale.of(up, unit.after(plot.title())),
                (svg, place) -> picture(
                        svg,
                        address,
                        place.x(along.low()),
                        place.y(top),
                        place.x(along.high()),
                        place.y(least),
                        "inked")));
    }

    private static double[] counts(double[] stored, double scale, double low, double high) {
        double[] counts = new double[BINS];
        for (double one : stored) {
            double value = one / scale;
            if (Double.isFinite(value)) {
                counts[(int) Math.min(BINS - 1, (value - low) / (high - low) * BINS)]++;
            }
        }
        return counts;
    }

    private static double max(double[] values) {
        return Arrays.stream(values).max().orElse(0);
    }

    private static double[] edges(double low, double high, int count) {
        double[] edges = new double[count + 1];
        for (int i = 0; i <= count; i++) {
            edges[i] = low + (high - low) * i / count;
        }
        return edges;
    }

    private static void bars(Markup svg, Panel.Place place, double[] edges, double[] heights) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < heights.length; i++) {
            if (heights[i] > 0) {
                double left = place.x(edges[i]);
                double right = Math.max(left + 0.5, place.x(edges[i + 1]) - 0.8);
                path.append('M')
                        .append(SvgChart.number(left))
                        .append(' ')
                        .append(SvgChart.number(place.bottom()))
                        .append('V')
                        .append(SvgChart.number(place.y(heights[i])))
                        .append('H')
                        .append(SvgChart.number(right))
                        .append('V')
                        .append(SvgChart.number(place.bottom()))
                        .append('Z');
            }
        }
        svg.empty("path", "class", "bars", "d", path, "fill", Palette.light(0));
    }

    private static void outline(Markup svg, Panel.Place place, double[] edges, double[] heights) {
        StringBuilder path = new StringBuilder();
        place.step(path, edges[0], 0);
        for (int i = 0; i < heights.length; i++) {
            place.step(path, edges[i], heights[i]);
            place.step(path, edges[i + 1], heights[i]);
        }
        place.step(path, edges[heights.length], 0);
        svg.empty(
                "path", "class", "line l1", "d", path, "fill", "none", "stroke", Palette.light(1), "stroke-width", 1.5);
    }

    /** Intervals between spikes, on a logarithmic axis. */
    private Optional<Panel> intervals(Plot plot, RecordArchive record) {
        int count = (int) record.array("from").rows();
        if (count == 0) {
            return Optional.empty();
        }
        double[] from = read(record.array("from"), count);
        double[] to = read(record.array("to"), count);
        double[] counts = read(record.array("count"), count);
        double low = Math.log10(from[0]);
        double high = Math.log10(to[count - 1]);
        List<Tick> ticks = new ArrayList<>();
        for (int decade = (int) Math.ceil(low - 1e-9); decade <= high + 1e-9; decade++) {
            ticks.add(interval(decade));
        }
        if (ticks.isEmpty()) {
            ticks.add(interval(low));
            ticks.add(interval(high));
        }
        Scale x = new Scale(low, high, ticks, "interval between spikes");
        return Optional.of(new Panel(
                "Intervals between spikes of " + plot.title(),
                x,
                Scale.of(Axis.padded(0, max(counts), false), "count"),
                (svg, place) -> {
                    for (int i = 0; i < count; i++) {
                        bars(svg, place, new double[] {Math.log10(from[i]), Math.log10(to[i])}, new double[] {counts[i]
                        });
                    }
                }));
    }

    /** What is written at a power of ten of an interval. */
    private Tick interval(double power) {
        double length = Math.pow(10, power);
        String text = course == Course.SECONDS ? Measure.duration(length) : Measure.exact(length);
        return new Tick(power, text.replaceFirst("\\.0+(?=\\D)", ""));
    }

    /** Weights at several times, side by side. */
    private Optional<Panel> weights(Plot plot, RecordArchive record) {
        int[] sources = ends(plot.records().get(0) + "-sources");
        int[] targets = ends(plot.records().get(0) + "-targets");
        RecordArchive.Reader times = record.array("time");
        RecordArchive.Reader values = record.array("values");
        if (values.rows() == 0 || sources.length == 0) {
            return Optional.empty();
        }
        List<double[]> weights = new ArrayList<>();
        List<String> captions = new ArrayList<>();
        List<Double> instants = new ArrayList<>();
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (long row = 0; row < values.rows(); row++) {
            double[] now = values.row();
            weights.add(now);
            instants.add(times.next());
            captions.add(course.at(instants.get(instants.size() - 1)));
            for (double weight : now) {
                low = Math.min(low, weight);
                high = Math.max(high, weight);
            }
        }
        dropLastButOne(weights, captions, instants);
        double start = low;
        double end = high > low ? high : low + 1;
        int columns = 1 + Arrays.stream(sources).max().getAsInt();
        int rows = 1 + Arrays.stream(targets).max().getAsInt();
        Mosaic mosaic = plot.setting(Plot.SHAPE)
                .filter(shape -> places(shape) >= columns)
                .map(shape -> Mosaic.tiles(shape, columns, rows, MOST_TILES))
                .orElseGet(() -> Mosaic.matrix(columns, rows, MOST_CELLS));
        List<String> pictures = weights.stream()
                .map(one -> mosaic.draw(sources, targets, one, start, end))
                .toList();
        Shown unit = Shown.of(plot, 0);
        String title = "Weights of " + plot.title() + ", from " + Measure.significant(low / unit.scale(), 3) + " to "
                + Measure.significant(high / unit.scale(), 3)
                + (unit.symbol().isEmpty() ? "" : " " + unit.symbol());
        return Optional.of(new Panel(title, Scale.bare(0, 1), Scale.bare(0, 1), (svg, place) -> {
            double gap = 10;
            double caption = 24;
            double ratio = (double) mosaic.height() / mosaic.width();
            double across = place.right() - place.left() + gap;
            double down = place.bottom() - place.top();
            // In as many lines as make them largest.
            double width = 0;
            int perLine = 1;
            for (int lines = 1; lines <= pictures.size(); lines++) {
                int inLine = (pictures.size() + lines - 1) / lines;
                double fits = Math.min(across / inLine - gap, (down / lines - caption) / ratio);
                if (fits > width) {
                    width = fits;
                    perLine = inLine;
                }
            }
            for (int i = 0; i < pictures.size(); i++) {
                double left = place.left() + i % perLine * (across / perLine);
                double top = place.top() + i / perLine * (width * ratio + caption);
                double bottom = top + width * ratio;
                picture(svg, pictures.get(i), left, top, left + width, bottom, "cells");
                Panel.text(svg, captions.get(i), left + width / 2, bottom + 17, "middle", 13);
            }
        }));
    }

    /** Leaves out what was seen shortly before the end: it looks the same. */
    private static void dropLastButOne(List<double[]> weights, List<String> captions, List<Double> instants) {
        int last = instants.size() - 1;
        if (last >= 2 && instants.get(last) - instants.get(last - 1) < 0.2 * (instants.get(1) - instants.get(0))) {
            weights.remove(last - 1);
            captions.remove(last - 1);
        }
    }

    /** How often samples of each class were found to be of each; darker is more often. */
    private static Optional<Panel> confusion(Plot plot, RecordArchive record) {
        int rows = (int) record.array("class").rows();
        if (rows == 0) {
            return Optional.empty();
        }
        double[] label = read(record.array("class"), rows);
        double[] found = read(record.array("found"), rows);
        double[] count = read(record.array("count"), rows);
        double least = Math.min(0, Arrays.stream(found).min().getAsDouble());
        int classes = 1
                + (int) Math.max(
                        Arrays.stream(label).max().getAsDouble(),
                        Arrays.stream(found).max().getAsDouble());
        double[] totals = new double[classes];
        double right = 0;
        for (int i = 0; i < rows; i++) {
            totals[(int) label[i]] += count[i];
            right += label[i] == found[i] ? count[i] : 0;
        }
        double all = Arrays.stream(totals).sum();
        List<Tick> across = new ArrayList<>();
        List<Tick> down = new ArrayList<>();
        int every = (classes + 19) / 20;
        if (least < 0) {
            across.add(new Tick(-0.5, "none"));
        }
        for (int k = 0; k < classes; k += every) {
            across.add(new Tick(k + 0.5, Integer.toString(k)));
            down.add(new Tick(classes - k - 0.5, Integer.toString(k)));
        }
        return Optional.of(new Panel(
                "Classes found by " + plot.title() + ", "
                        + Measure.of("accuracy").format(right / all) + " right",
                new Scale(least, classes, across, "found"),
                new Scale(0, classes, down, "class"),
                (svg, place) -> {
                    for (int i = 0; i < rows; i++) {
                        double top = place.y(classes - label[i]);
                        double left = place.x(found[i]);
                        double share = count[i] / totals[(int) label[i]];
                        svg.empty(
                                "rect",
                                "class",
                                "bars",
                                "x",
                                SvgChart.number(left),
                                "y",
                                SvgChart.number(top),
                                "width",
                                SvgChart.number(place.x(found[i] + 1) - left),
                                "height",
                                SvgChart.number(place.y(classes - label[i] - 1) - top),
                                "fill",
                                Palette.light(0),
                                "fill-opacity",
                                SvgChart.number(Math.max(0.04, 0.7 * share)));
                        if (classes <= 12) {
                            svg.leaf(
                                    "text",
                                    Measure.amount(count[i]),
                                    "class",
                                    "told",
                                    "x",
                                    SvgChart.number(place.x(found[i] + 0.5)),
                                    "y",
                                    SvgChart.number(place.y(classes - label[i] - 0.5) + 4),
                                    "text-anchor",
                                    "middle",
                                    "font-size",
                                    12,
                                    "fill",
                                    Palette.INK);
                        }
                    }
                }));
    }

    private int[] ends(String name) {
        Path file = folder.resolve(name + ".npz");
        if (!Files.exists(file)) {
            return new int[0];
        }
        try (RecordArchive record = new RecordArchive(file)) {
            RecordArchive.Reader values = record.array("values");
            double[] row = values.rows() == 0 ? new double[0] : values.row();
            return Arrays.stream(row).mapToInt(one -> (int) one).toArray();
        }
    }
}
