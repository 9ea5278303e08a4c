package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.diag.Code;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Var;
import org.altdsl.names.Suggestions;
import org.altdsl.runtime.plan.Collected;
import org.altdsl.runtime.plan.Protocol;
import org.altdsl.runtime.plan.Recorded;
import org.altdsl.runtime.plan.Recorded.When;
import org.altdsl.source.Span;

/** Lowers what an experiment in time records: spikes, and quantities at their intervals. */
final class Records {
    /** Above so many bytes a record gets a word of warning. */
    private static final double LARGE = 2e9;

    private final Expressions expressions;
    private final Scope scope;
    private final Schedules schedules;
    private final Map<String, Integer> sizes;
    private final Protocol protocol;
    private final Set<String> phases = new LinkedHashSet<>();
    private final List<Entry> entries = new ArrayList<>();
    private final Set<String> taken = new HashSet<>();
    private final boolean endsEarly;

    /**
     * Something recorded.
     *
     * @param text the expression as written
     * @param written whether the experiment says it, or a plot needs it
     * @param plain whether it is a quantity as it is stored
     */
    record Entry(String text, Recorded recorded, boolean written, boolean plain) {}

    /**
     * @param sizes the number of neurons of each population
     */
    Records(Expressions expressions, Scope scope, Schedules schedules, Map<String, Integer> sizes, Protocol protocol) {
        this.expressions = requireNonNull(expressions);
        this.scope = requireNonNull(scope);
        this.schedules = requireNonNull(schedules);
        this.sizes = requireNonNull(sizes);
        this.protocol = requireNonNull(protocol);
        this.endsEarly = ProtocolLowering.mayEndEarly(protocol.acts());
        notePhases(protocol.acts());
    }

    private void notePhases(List<Protocol.Act> acts) {
        for (Protocol.Act act : acts) {
            if (act instanceof Protocol.Flagged flagged) {
                notePhases(flagged.acts());
            } else if (act instanceof Protocol.Phase phase) {
                phases.add(phase.name());
                notePhases(phase.acts());
            } else if (act instanceof Protocol.EachSample samples) {
                notePhases(samples.acts());
            } else if (act instanceof Protocol.Trial trial) {
                notePhases(trial.acts());
            } else if (act instanceof Protocol.Repeat repeat) {
                notePhases(repeat.acts());
            }
        }
    }

    List<Recorded> all() {
        return entries.stream().map(Entry::recorded).toList();
    }

    /** What the experiment itself records of an expression. */
    List<Entry> written(String text) {
        return entries.stream()
                .filter(entry -> entry.written() && entry.text().equals(text))
                .toList();
    }

    /** What the experiment itself records of some elements of an expression, as {@code w[0..1]} of {@code w}. */
    List<Entry> writtenParts(String text) {
        return entries.stream()
                .filter(entry -> entry.written() && entry.text().startsWith(text + "["))
                .toList();
    }

    /** A statement {@code record a, b as n over last 1 s every 10 ms}. */
    void record(Item.Measure item) {
        When when = When.ALWAYS;
        Optional<Expr> every = Optional.empty();
        Optional<String> name = Optional.empty();
        for (Item.Clause clause : item.clauses()) {
            switch (clause.word().text()) {
                case "over" -> when = over(clause.arguments(), clause.span());
                case "during" -> when = during(clause);
                case "every" -> every = Optional.of(clause.arguments().get(0));
                case "as" -> name = Optional.of(clause.arguments().get(0).span().text());
                default ->
                    throw expressions.error(
                            Code.NOT_YET,
                            clause.span(),
                            "a network in time is recorded 'every T', 'over last T', 'over first T', 'during PHASE'");
            }
        }
        for (Expr what : item.what()) {
            String file = name.map(given -> item.what().size() == 1 ? given : given + "-" + text(what))
                    .orElse(text(what));
            List<Recorded.Source> sources = spikes(what);
            if (sources.isEmpty()) {
                long interval = every.map(this::steps).orElse(1L);
                values(what, file, Optional.of(interval), when, Integer.MAX_VALUE, true);
            } else if (every.isPresent()) {
                throw expressions.error(
                        Code.BAD_SETTING,
                        every.get().span(),
                        "spikes are recorded when they happen; 'every' is for quantities");
            } else {
                add(what, new Recorded.Spikes(fileName(file), sources, when), true, true);
            }
        }
    }

    Recorded spikes(Expr what, List<Recorded.Source> sources, When when) {
        return add(what, new Recorded.Spikes(fileName(text(what)), sources, when), false, true);
    }

    Recorded rate(Expr what, List<Recorded.Source> sources, long bin, When when) {
        return add(what, new Recorded.Rate(fileName("rate-" + text(what)), sources, bin, when), false, true);
    }

    Recorded rate(String text, List<Recorded.Source> sources, long bin) {
        Recorded rate = new Recorded.Rate(fileName("rate-" + text), sources, bin, When.ALWAYS);
        entries.add(new Entry(text, rate, false, true));
        return rate;
    }

    Recorded stimulus(Expr what, List<Recorded.Source> sources, long bin, When when) {
        return add(what, new Recorded.Stimulus(fileName("psth-" + text(what)), sources, bin, when), false, true);
    }

    Recorded counts(Expr what, List<Recorded.Source> sources, long stretch, When when) {
        return add(what, new Recorded.Counts(fileName("fano-" + text(what)), sources, stretch, when), false, true);
    }

    Recorded confusion(Collected.Reading found, Collected.Reading labels) {
        Recorded confusion = new Recorded.Confusion(fileName("confusion"), found, labels);
        entries.add(new Entry("confusion", confusion, false, true));
        return confusion;
    }

    /** How many neurons a population has. */
    int size(Population population) {
        return sizes.get(population.name());
    }

    /** The neurons of a population, if they spike. */
    Optional<Recorded.Source> spikes(Population population) {
        return population.flag().map(flag -> new Recorded.Source(flag.name(), 0, size(population), 0));
    }

    Recorded intervals(Expr what, List<Recorded.Source> sources, When when) {
        return add(what, new Recorded.Intervals(fileName("isi-" + text(what)), sources, when), false, true);
    }

    private Recorded add(Expr what, Recorded recorded, boolean written, boolean plain) {
        entries.add(new Entry(text(what), recorded, written, plain));
        return recorded;
    }

    /**
     * A quantity at an interval.
     *
     * @param every in steps; absent for the start and the end of the run
     * @param most how many of its elements are wanted at most
     */
    Entry values(Expr what, String file, Optional<Long> every, When when, int most, boolean written) {
        return values(what, section -> expressions.real(what, scope, section), file, every, when, most, written);
    }

    /** The same of a quantity that no expression of the language names. */
    Entry values(
            Expr what,
            Function<Section, org.altdsl.ir.Expr> quantity,
            String file,
            Optional<Long> every,
            When when,
            int most,
            boolean written) {
        Section section = schedules.of(every, what.span());
        org.altdsl.ir.Expr value = Emission.laneMean(quantity.apply(section));
        Emission emission = expressions.emission();
        String text = text(what);
        Var made = emission.declare(new Var(
                emission.freeName("recorded " + text),
                value.space(),
                org.altdsl.ir.DType.REAL,
                org.altdsl.runtime.plan.Scope.STEP,
                Owner.HARNESS,
                Matter.OTHER,
                Optional.empty(),
                what.span(),
                text));
        emission.update(section, made, Optional.empty(), value, Slot.MEASURE, what.span());
        boolean plain = value instanceof org.altdsl.ir.Expr.Read read
                && read.variable().life().lasts();
        Recorded recorded = new Recorded.Values(fileName(file), section.window(), made.name(), most, when);
        every.ifPresent(interval -> warn(what, value, interval, when, most));
        Entry entry = new Entry(text, recorded, written, plain);
        entries.add(entry);
        return entry;
    }

    private void warn(Expr what, org.altdsl.ir.Expr value, long every, When when, int most) {
        double points = 1;
        for (Axis axis : value.space().axes()) {
            points *= sizes.getOrDefault(axis.extent(), 1);
        }
        double times = (double) (Math.min(protocol.steps(), when.end()) - when.first()) / every;
        double bytes = 4 * Math.min(points, most) * times;
        if (bytes > LARGE) {
            expressions
                    .sink()
                    .warning(
                            Code.LARGE_RECORD,
                            what.span(),
                            String.format(
                                    java.util.Locale.ROOT,
                                    "this writes %.0f values %.0f times, %.1f GB; a longer interval ('every 1 s') or"
                                            + " fewer elements write less",
                                    points,
                                    times,
                                    bytes / 1e9));
        }
    }

    /** The neurons whose spikes, or other events, an expression means; empty if it means something else. */
    List<Recorded.Source> spikes(Expr what) {
        if (!(what instanceof Expr.Member member)) {
            return List.of();
        }
        String event = member.name().text();
        boolean isSpike = event.equals("spike");
        if (!isSpike
                && member.of() instanceof Expr.Reference whole
                && whole.name().equals("data")) {
            return List.of();
        }
        List<PopulationPart> neurons = new ArrayList<>();
        collect(expressions.value(member.of(), scope, Section.INIT), neurons);
        if (!isSpike
                && neurons.stream()
                        .anyMatch(part -> part.population().flag(event).isEmpty())) {
            return List.of();
        }
        List<Recorded.Source> sources = new ArrayList<>();
        int before = 0;
        for (PopulationPart part : neurons) {
            Var flag = part.population()
                    .flag(event)
                    .orElseThrow(() -> expressions.error(
                            Code.UNKNOWN_MEASURE,
                            what.span(),
                            "the neurons of '" + part.population().name() + "' do not spike"));
            sources.add(new Recorded.Source(flag.name(), part.first(), part.count(), before));
            before += part.count();
        }
        return sources;
    }

    private void collect(Value value, List<PopulationPart> into) {
        if (value instanceof Value.Group group) {
            group.values().forEach(member -> collect(member, into));
        } else if (value instanceof Value.Sequence list) {
            list.list().elements().forEach(one -> collect(expressions.value(one, list.scope(), Section.INIT), into));
        } else if (value instanceof Value.Place place && place.members() instanceof Population population) {
            into.add(new PopulationPart(population, 0, sizes.get(population.name()), false));
        } else if (value instanceof Value.Place place && place.members() instanceof PopulationPart part) {
            into.add(part);
        }
    }

    /** {@code last 1 s} or {@code first 1 s}. */
    When over(List<Expr> arguments, Span at) {
        if (arguments.size() == 1
                && arguments.get(0) instanceof Expr.Call call
                && call.function() instanceof Expr.Reference word
                && call.arguments().size() == 1) {
            long steps = steps(call.arguments().get(0).value());
            if (word.name().equals("first")) {
                return new When(0, steps, Optional.empty(), Set.of());
            }
            if (word.name().equals("last") && endsEarly) {
                return new When(0, Long.MAX_VALUE, Optional.of(steps), Set.of());
            }
            if (word.name().equals("last")) {
                return new When(Math.max(0, protocol.steps() - steps), Long.MAX_VALUE, Optional.empty(), Set.of());
            }
        }
        throw expressions.error(Code.NOT_YET, at, "a part of a run is 'over last T' or 'over first T'");
    }

    private When during(Item.Clause clause) {
        Set<String> wanted = new LinkedHashSet<>();
        for (Expr phase : clause.arguments()) {
            String name = phase.span().text();
            if (!phases.contains(name)) {
                throw expressions.error(
                        Code.UNKNOWN_NAME,
                        phase.span(),
                        "the protocol has no phase '" + name + "'" + Suggestions.didYouMean(name, phases));
            }
            wanted.add(name);
        }
        return new When(0, Long.MAX_VALUE, Optional.empty(), wanted);
    }

    /** A duration in steps. */
    long steps(Expr written) {
        double seconds = expressions.number(written, scope, Section.INIT, "a duration");
        long steps = expressions.time(written.span()).nearest(seconds);
        if (steps < 1) {
            throw expressions.error(Code.BAD_SETTING, written.span(), "a duration is at least one step");
        }
        return steps;
    }

    /** An expression on one line. */
    static String text(Expr expr) {
        return expr.span().text().replaceAll("\\s+", " ");
    }

    private String fileName(String wanted) {
        String plain = wanted.replaceAll("[^\\p{L}\\p{N}_.]+", "-").replaceAll("^[-.]+|-+$", "");
        String base = plain.isEmpty() ? "record" : plain;
        String name = base;
        for (int copy = 2; !taken.add(name); copy++) {
            name = base + "-" + copy;
        }
        return name;
    }
}
