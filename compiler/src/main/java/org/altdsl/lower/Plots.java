package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.ast.Name;
import org.altdsl.diag.Code;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Edges;
import org.altdsl.ir.Var;
import org.altdsl.runtime.plan.Course;
import org.altdsl.runtime.plan.Plot;
import org.altdsl.runtime.plan.Protocol;
import org.altdsl.runtime.plan.Recorded;
import org.altdsl.runtime.plan.Recorded.When;
import org.altdsl.units.Unit;

/** Lowers {@code plot} of an experiment in time to pictures of records, and to the records they need. */
final class Plots {
    /** How long a raster is that does not say it, in steps of a network that counts them and in seconds. */
    private static final double RASTER_STEPS = 1000;

    private static final double RASTER_SECONDS = 1;

    private static final int TRACE_SAMPLES = 2000;
    private static final int TRACE_LINES = 10;
    private static final int RATE_BINS = 200;

    /** How long spikes are counted for the variance of their counts, where no samples are shown. */
    private static final double COUNTED_STEPS = 100;

    private static final double COUNTED_SECONDS = 0.1;

    /** How many times weights are shown, the start of the run included. */
    private static final int WEIGHT_SAMPLES = 5;

    /** How often a distribution is looked at that is drawn over time. */
    private static final int DISTRIBUTIONS = 40;

    /** Plots that show no part of a run. */
    private static final Set<String> WHOLE = Set.of("histogram", "weights", "graph", "confusion");

    private final Expressions expressions;
    private final Scope scope;
    private final Records records;
    private final Protocol protocol;
    private final Set<String> measured;
    private final Network network;
    private final Readouts readouts;
    private final ShownUnits units;
    private final List<Plot> plots = new ArrayList<>();

    /**
     * @param measured what is measured, whose curves are drawn anyway
     */
    Plots(
            Expressions expressions,
            Scope scope,
            Records records,
            Protocol protocol,
            Set<String> measured,
            Network network,
            Readouts readouts,
            ShownUnits units) {
        this.network = requireNonNull(network);
        this.readouts = requireNonNull(readouts);
        this.units = requireNonNull(units);
        this.expressions = requireNonNull(expressions);
        this.scope = requireNonNull(scope);
        this.records = requireNonNull(records);
        this.protocol = requireNonNull(protocol);
        this.measured = Set.copyOf(measured);
    }

    List<Plot> all() {
        return plots;
    }

    void plot(Item.Measure item) {
        if (!item.clauses().isEmpty()) {
            throw expressions.error(
                    Code.NOT_YET,
                    item.clauses().get(0).span(),
                    "what is plotted says itself of which time, as in" + " raster(x.spike over last 1 s)");
        }
        item.what().forEach(this::plot);
    }

    private void plot(Expr what) {
        Expr head = what instanceof Expr.Call call ? call.function() : what;
        String word = head.span().text();
        if (word.equals("learning_curve") || measured.contains(Records.text(what))) {
            return;
        }
        if (what instanceof Expr.Reference && word.equals("activity")) {
            activity(what);
            return;
        }
        if (what instanceof Expr.Reference && word.equals("graph")) {
            graph(what, network.projections());
            return;
        }
        if (what instanceof Expr.Call call && !call.arguments().isEmpty()) {
            if (WHOLE.contains(word) && !call.over().isEmpty() && !isOverTime(call)) {
                throw expressions.error(
                        Code.NOT_YET, call.over().get(0).span(), "'" + word + "' is plotted of the whole run");
            }
            switch (word) {
                case "raster" -> raster(call);
                case "trace" -> trace(call);
                case "rate" -> rate(call);
                case "histogram" -> histogram(call);
                case "weights" -> weights(call);
                case "psth" -> stimulus(call);
                case "fano" -> fano(call);
                case "graph" -> graph(call);
                case "confusion" -> confusion(call);
                default -> throw unknown(what);
            }
            return;
        }
        throw unknown(what);
    }

    /** {@code histogram(p.w over time)}. */
    private static boolean isOverTime(Expr.Call call) {
        return call.function().span().text().equals("histogram")
                && call.over().size() == 1
                && call.over().get(0).span().text().equals("time");
    }

    private Abandon unknown(Expr what) {
        return expressions.error(
                Code.NOT_YET,
                what.span(),
                "this version plots raster(x.spike), rate(x.spike, bin = 10 ms), psth(x.spike, bin = 10 ms), trace(a, b),"
                        + " histogram(a), histogram(a over time), histogram(isi(x.spike)), fano(x.spike), weights(p), graph(p), activity,"
                        + " confusion(found, label) and the curves of what is measured");
    }

    private List<Recorded.Source> spikes(Expr what) {
        List<Recorded.Source> sources = records.spikes(what);
        if (sources.isEmpty()) {
            throw expressions.error(Code.WRONG_TYPE, what.span(), "expected spikes, as in x.spike");
        }
        return sources;
    }

    private static int neurons(List<Recorded.Source> sources) {
        return sources.stream().mapToInt(Recorded.Source::count).sum();
    }

    private void raster(Expr.Call call) {
        Expr what = only(call);
        List<Recorded.Source> sources = spikes(what);
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(Plot.NEURONS, Integer.toString(neurons(sources)));
        if (call.over().isEmpty()) {
            List<Records.Entry> written = records.written(Records.text(what));
            written.forEach(entry -> add(
                    Plot.Kind.RASTER,
                    Records.text(what),
                    List.of(entry.recorded().name()),
                    spanning(entry.recorded().when(), settings)));
            if (!written.isEmpty()) {
                return;
            }
        }
        double length = protocol.course() == Course.SECONDS ? RASTER_SECONDS : RASTER_STEPS;
        long steps = Math.round(length / protocol.dt());
        When when = call.over().isEmpty()
                ? new When(Math.max(0, protocol.steps() - steps), Long.MAX_VALUE, Optional.empty(), Set.of())
                : records.over(call.over(), call.span());
        Optional<String> known = records.written(Records.text(what)).stream()
                .filter(entry -> entry.recorded().when().equals(when))
                .map(entry -> entry.recorded().name())
                .findFirst();
        String name = known.orElseGet(() -> records.spikes(what, sources, when).name());
        add(Plot.Kind.RASTER, Records.text(what), List.of(name), spanning(when, settings));
    }

    /** The settings of a raster with the time that is recorded, where that is known before the run. */
    private Map<String, String> spanning(When when, Map<String, String> settings) {
        boolean known =
                when.phases().isEmpty() && when.trailing().isEmpty() && !ProtocolLowering.mayEndEarly(protocol.acts());
        if (!known) {
            return settings;
        }
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.put(Plot.SPAN, protocol.time(when.first()) + " " + protocol.time(Math.min(when.end(), protocol.steps())));
        return all;
    }

    /** The part of the run that a plot shows. */
    private When when(Expr.Call call) {
        return call.over().isEmpty() ? When.ALWAYS : records.over(call.over(), call.span());
    }

    private void rate(Expr.Call call) {
        Expr what = call.arguments().get(0).value();
        long bin = argument(call, "bin").map(records::steps).orElse(Math.max(1, protocol.steps() / RATE_BINS));
        String name = records.rate(what, spikes(what), bin, when(call)).name();
        add(Plot.Kind.RATE, Records.text(what), List.of(name), Map.of());
    }

    /** The rate of every population that spikes. */
    private void activity(Expr what) {
        List<String> names = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        long bin = Math.max(1, protocol.steps() / RATE_BINS);
        for (Population population : network.populations()) {
            records.spikes(population).ifPresent(source -> {
                names.add(records.rate(population.name() + ".spike", List.of(source), bin)
                        .name());
                labels.add(population.name() + ".spike");
            });
        }
        if (names.isEmpty()) {
            throw expressions.error(Code.UNKNOWN_MEASURE, what.span(), "no neurons of this network spike");
        }
        add(Plot.Kind.RATE, "activity", names, Map.of(Plot.LABELS, String.join("\n", labels)));
    }

    private void stimulus(Expr.Call call) {
        Expr what = call.arguments().get(0).value();
        long bin = argument(call, "bin").map(records::steps).orElse(Math.max(1, protocol.steps() / RATE_BINS));
        String name = records.stimulus(what, spikes(what), bin, when(call)).name();
        add(Plot.Kind.STIMULUS, Records.text(what), List.of(name), Map.of());
    }

    private void fano(Expr.Call call) {
        Expr what = call.arguments().get(0).value();
        double length = protocol.course() == Course.SECONDS ? COUNTED_SECONDS : COUNTED_STEPS;
        long stretch =
                argument(call, "bin").map(records::steps).orElse(Math.max(1, Math.round(length / protocol.dt())));
        String name = records.counts(what, spikes(what), stretch, when(call)).name();
        add(Plot.Kind.HISTOGRAM, "variance over mean of the counts of " + Records.text(what), List.of(name), Map.of());
    }

    private void confusion(Expr.Call call) {
        if (call.arguments().size() != 2) {
            throw expressions.error(
                    Code.WRONG_ARGUMENTS,
                    call.span(),
                    "written confusion(vote(test.response, owner), test.label): what was found, and the classes");
        }
        Expr found = call.arguments().get(0).value();
        String name = records.confusion(
                        readouts.reading(found),
                        readouts.reading(call.arguments().get(1).value()))
                .name();
        add(Plot.Kind.CONFUSION, Records.text(found), List.of(name), Map.of());
    }

    private void graph(Expr.Call call) {
        List<Projection> projections = new ArrayList<>();
        for (Expr.Argument argument : call.arguments()) {
            Expr what = argument.value();
            collect(expressions.value(what, scope, Section.INIT), projections);
            if (projections.isEmpty()) {
                throw expressions.error(
                        Code.WRONG_TYPE, what.span(), "expected a projection with a name, or a circuit of them");
            }
        }
        graph(call, projections);
    }

    private void collect(Value value, List<Projection> into) {
        if (value instanceof Value.Place place && place.members() instanceof Projection projection) {
            into.add(projection);
        } else if (value instanceof Value.Place place && place.members() instanceof Circuit circuit) {
            network.projections().stream()
                    .filter(projection -> projection.name().startsWith(place.name() + "."))
                    .forEach(into::add);
        } else if (value instanceof Value.Group group) {
            group.values().forEach(member -> collect(member, into));
        }
    }

    private void graph(Expr what, List<Projection> projections) {
        List<String> names = new ArrayList<>();
        List<String> ends = new ArrayList<>();
        for (Projection projection : projections) {
            Optional<Listed> listed = listed(projection);
            if (listed.isEmpty()) {
                continue;
            }
            String file = "graph-" + projection.name();
            names.add(values(what, listed.get().weight(), file, Optional.empty()));
            values(what, listed.get().edges().source(), file + "-sources", Optional.empty());
            values(what, listed.get().edges().target(), file + "-targets", Optional.empty());
            ends.add(projection.pre().name() + " " + records.size(projection.pre()) + " "
                    + projection.post().name() + " " + records.size(projection.post()));
        }
        if (names.isEmpty()) {
            throw expressions.error(
                    Code.NOT_YET,
                    what.span(),
                    "this version draws the graph of projections with weights whose synapses wait for spikes");
        }
        String title = what instanceof Expr.Call call
                ? String.join(
                        ", ",
                        call.arguments().stream()
                                .map(argument -> Records.text(argument.value()))
                                .toList())
                : "the network";
        add(Plot.Kind.GRAPH, title, names, Map.of(Plot.ENDS, String.join("\n", ends)));
    }

    /** The synapses of a projection that are kept as a list, and their weights. */
    private record Listed(Var weight, Edges edges) {}

    private Optional<Listed> listed(Projection projection) {
        Var weight = projection.weights().get("w");
        return expressions.emission().edges().stream()
                .filter(edges -> weight != null && weight.space().has(edges.synapses()))
                .findFirst()
                .map(edges -> new Listed(weight, edges));
    }

    private void trace(Expr.Call call) {
        When when = when(call);
        long length = Math.min(protocol.steps(), when.end()) - when.first();
        List<String> names = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        List<String> shown = new ArrayList<>();
        for (Expr.Argument argument : call.arguments()) {
            Expr what = argument.value();
            String text = Records.text(what);
            if (!records.spikes(what).isEmpty()) {
                throw expressions.error(Code.WRONG_TYPE, what.span(), "spikes are drawn by raster(" + text + ")");
            }
            List<Records.Entry> written = new ArrayList<>();
            if (call.over().isEmpty()) {
                written.addAll(records.written(text));
                written.addAll(records.writtenParts(text));
            }
            if (written.isEmpty()) {
                long every = Math.max(1, length / TRACE_SAMPLES);
                written.add(records.values(what, "trace-" + text, Optional.of(every), when, TRACE_LINES, false));
            }
            for (Records.Entry entry : written) {
                names.add(entry.recorded().name());
                labels.add(entry.text());
                shown.add(unit(what));
            }
        }
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(Plot.LABELS, String.join("\n", labels));
        settings.put(Plot.UNITS, String.join("\n", shown));
        add(Plot.Kind.TRACE, String.join(", ", labels), names, settings);
    }

    private void histogram(Expr.Call call) {
        Expr what = call.arguments().get(0).value();
        if (what instanceof Expr.Call inner
                && inner.function().span().text().equals("isi")
                && inner.arguments().size() == 1) {
            Expr spikes = only(inner);
            String name = records.intervals(spikes, spikes(spikes), when(inner)).name();
            add(Plot.Kind.INTERVALS, Records.text(spikes), List.of(name), Map.of());
            return;
        }
        if (isOverTime(call)) {
            long every = Math.max(1, protocol.steps() / DISTRIBUTIONS);
            Records.Entry entry = records.values(
                    what,
                    "histogram-over-time-" + Records.text(what),
                    Optional.of(every),
                    When.ALWAYS,
                    Integer.MAX_VALUE,
                    false);
            Map<String, String> settings = Map.of(Plot.UNITS, unit(what), Plot.COURSE, "yes");
            add(
                    Plot.Kind.HISTOGRAM,
                    Records.text(what),
                    List.of(entry.recorded().name()),
                    settings);
            return;
        }
        only(call);
        Records.Entry entry = records.written(Records.text(what)).stream()
                .filter(known -> known.recorded().when().equals(When.ALWAYS))
                .findFirst()
                .orElseGet(() -> records.values(
                        what,
                        "histogram-" + Records.text(what),
                        Optional.empty(),
                        When.ALWAYS,
                        Integer.MAX_VALUE,
                        false));
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(Plot.UNITS, unit(what));
        if (entry.plain()) {
            settings.put(Plot.INITIAL, "yes");
        }
        add(Plot.Kind.HISTOGRAM, Records.text(what), List.of(entry.recorded().name()), settings);
    }

    private void weights(Expr.Call call) {
        Expr what = call.arguments().get(0).value();
        Value value = expressions.value(what, scope, Section.INIT);
        if (!(value instanceof Value.Place place) || !(place.members() instanceof Projection projection)) {
            throw expressions.error(Code.WRONG_TYPE, what.span(), "expected a projection with a name");
        }
        Listed listed = listed(projection)
                .orElseThrow(() -> expressions.error(
                        Code.NOT_YET,
                        call.span(),
                        "this version draws the weights of projections whose synapses wait for spikes"));
        Map<String, String> settings = new LinkedHashMap<>();
        argument(call, "shape").ifPresent(shape -> {
            List<Integer> lines = shape(shape);
            Axis sources = projection.pre().axis();
            int places = Math.multiplyExact(lines.get(0), lines.get(1));
            // Synapses from a part of a population have fewer sources than it has neurons.
            int count = expressions.literals().isSized(sources)
                    ? expressions.literals().sizeOf(sources)
                    : places;
            if (places > count) {
                throw expressions.error(
                        Code.WRONG_SHAPE,
                        shape.span(),
                        "'" + Records.text(what) + "' comes from " + count + " neurons of '"
                                + projection.pre().name() + "', and " + lines.get(0) + " rows of " + lines.get(1)
                                + " are "
                                + places);
            }
            settings.put(Plot.SHAPE, lines.get(0) + "x" + lines.get(1));
        });
        long every = Math.max(1, protocol.steps() / (WEIGHT_SAMPLES - 1));
        String file = "weights-" + Records.text(what);
        String name = values(what, listed.weight(), file, Optional.of(every));
        values(what, listed.edges().source(), file + "-sources", Optional.empty());
        values(what, listed.edges().target(), file + "-targets", Optional.empty());
        ShownUnits.ofWeights(projection).ifPresent(unit -> settings.put(Plot.UNITS, setting(unit)));
        add(Plot.Kind.WEIGHTS, Records.text(what), List.of(name), settings);
    }

    private String values(Expr what, Var variable, String file, Optional<Long> every) {
        Records.Entry entry = records.values(
                what,
                section -> expressions.emission().read(variable, section),
                file,
                every,
                When.ALWAYS,
                Integer.MAX_VALUE,
                false);
        return entry.recorded().name();
    }

    /** Rows and columns. */
    private List<Integer> shape(Expr written) {
        if (written instanceof Expr.ListLiteral list && list.elements().size() == 2) {
            return List.of(
                    expressions.whole(list.elements().get(0), scope, Section.INIT, "a number of rows"),
                    expressions.whole(list.elements().get(1), scope, Section.INIT, "a number of columns"));
        }
        throw expressions.error(Code.WRONG_SHAPE, written.span(), "a shape is two numbers, as in [28, 28]");
    }

    /** The unit of a quantity as a setting of a plot; empty for a pure number. */
    private String unit(Expr what) {
        return units.of(what).map(Plots::setting).orElse("");
    }

    private static String setting(Unit unit) {
        return unit.symbol() + " " + unit.scale();
    }

    private Expr only(Expr.Call call) {
        if (call.arguments().size() != 1) {
            throw expressions.error(
                    Code.WRONG_ARGUMENTS,
                    call.span(),
                    "'" + call.function().span().text() + "' shows one quantity");
        }
        return call.arguments().get(0).value();
    }

    private static Optional<Expr> argument(Expr.Call call, String name) {
        return call.arguments().stream()
                .filter(argument -> argument.name().map(Name::text).orElse("").equals(name))
                .map(Expr.Argument::value)
                .findFirst();
    }

    private void add(Plot.Kind kind, String title, List<String> names, Map<String, String> settings) {
        plots.add(new Plot(kind, title, names, settings));
    }
}
