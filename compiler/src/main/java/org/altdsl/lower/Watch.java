package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Expr;
import org.altdsl.diag.Code;
import org.altdsl.ir.Clock;
import org.altdsl.ir.DType;
import org.altdsl.ir.Expr.Const;
import org.altdsl.ir.Expr.Gather;
import org.altdsl.ir.Fold;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Op;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;

/**
 * Watches quantities through the steps of a run, for those who ask afterwards: {@code count(spike)}, {@code rate(spike)},
 * {@code change(w)}, {@code max(v over time)}, {@code cv(isi(spike))}. Each is a variable that every step brings up to date.
 */
final class Watch {
    private static final Set<String> FUNCTIONS =
            Set.of("count", "rate", "change", "max", "min", "mean", "sum", "std", "cv", "synchrony");

    /** Intervals between spikes are shorter than so many steps; a float holds twice as many exactly. */
    private static final double LONGEST_INTERVAL = 1 << 23;

    private final Expressions expressions;
    private final Emission emission;
    private final Time time;
    private final Map<String, Var> known = new LinkedHashMap<>();
    private final Map<String, Intervals> intervals = new LinkedHashMap<>();
    private final Map<String, Bins> binned = new LinkedHashMap<>();
    private final Map<String, Var> before = new LinkedHashMap<>();
    private final Map<org.altdsl.runtime.plan.Scope, Moments> moments = new HashMap<>();
    private Moments otherwise = Moments.once(0);

    /** Statistics of the intervals of each neuron, and whether it has enough of them. */
    private final Map<org.altdsl.ir.Expr, org.altdsl.ir.Expr> enough = new HashMap<>();

    Watch(Expressions expressions, Time time) {
        this.expressions = requireNonNull(expressions);
        this.emission = expressions.emission();
        this.time = requireNonNull(time);
    }

    /** Says how many steps the run will have taken when the next questions are asked. */
    void until(long steps) {
        otherwise = Moments.once(steps);
    }

    /** Says when questions are asked in the block of a window. */
    void moments(Section section, Moments when) {
        moments.put(section.window(), when);
    }

    /** Says when questions are asked in any other block. */
    void moments(Moments when) {
        otherwise = when;
    }

    private Moments moments(Section section) {
        return section.is(Section.Kind.WINDOW) ? moments.getOrDefault(section.window(), otherwise) : otherwise;
    }

    /** The value of a call that is about a course in time; empty if this one is not. */
    Optional<org.altdsl.ir.Expr> call(String name, Expr.Call call, Scope scope, Section section) {
        if (section.is(Section.Kind.TICK) || section.is(Section.Kind.INIT) || !FUNCTIONS.contains(name)) {
            return Optional.empty();
        }
        if (name.equals("synchrony")) {
            return Optional.of(synchrony(call, scope, section));
        }
        if (call.arguments().size() == 1
                && intervals(call.arguments().get(0).value()).isPresent()) {
            Expr.Call isi = intervals(call.arguments().get(0).value()).get();
            return Optional.of(ofIntervals(name, isi, scope, section));
        }
        List<Expr> over = call.over();
        if (over.size() == 1
                && over.get(0).span().text().equals("present")
                && Set.of("count", "sum", "rate", "mean").contains(name)) {
            return Optional.of(presented(name, call.arguments().get(0).value(), scope, section));
        }
        Optional<Window> window = window(over, scope, section);
        boolean overTime = window.isPresent()
                || over.size() == 1 && over.get(0).span().text().equals("time");
        boolean ofEvents = (name.equals("count") || name.equals("rate"))
                && over.isEmpty()
                && call.arguments().size() == 1
                && isEvent(call.arguments().get(0).value(), scope);
        boolean changes = name.equals("change");
        if (!overTime && !ofEvents && !changes) {
            return Optional.empty();
        }
        if (call.arguments().size() != 1) {
            throw expressions.error(Code.WRONG_ARGUMENTS, call.span(), "'" + name + "' takes one quantity");
        }
        Expr what = call.arguments().get(0).value();
        Window when = window.orElse(Window.all(section));
        return Optional.of(
                switch (name) {
                    case "count", "sum" -> sum(what, when, scope, section);
                    case "rate" ->
                        Emission.prim(
                                Op.DIV,
                                sum(what, when, scope, section),
                                Emission.prim(Op.MUL, steps(when, what, section), new Const(time.dt())));
                    case "change" ->
                        over.isEmpty() ? change(what, scope, section) : changeOver(what, over, scope, section);
                    case "max" -> extreme(what, Fold.MAX, when, scope, section);
                    case "min" -> extreme(what, Fold.MIN, when, scope, section);
                    case "mean" -> Emission.prim(Op.DIV, sum(what, when, scope, section), steps(when, what, section));
                    case "std" -> deviation(what, when, scope, section);
                    default ->
                        throw expressions.error(
                                Code.NOT_YET, call.span(), "'" + name + "' over time cannot be run yet");
                });
    }

    /** Whether something happens in single steps: spikes and other events of neurons, or one that the network schedules. */
    private boolean isEvent(Expr what, Scope scope) {
        return what.span().text().matches("(.*\\.)?spike")
                || isOfNeurons(what, scope)
                || expressions.value(what, scope, Section.TICK) instanceof Value.Real real && real.isEvent();
    }

    /** Whether an expression is an event that the neurons of a population have: {@code c.burst}. */
    private static boolean isOfNeurons(Expr what, Scope scope) {
        return what instanceof Expr.Member member
                && member.of() instanceof Expr.Reference population
                && scope.find(population.name(), Section.INIT, population.span())
                                .orElse(null)
                        instanceof Value.Place place
                && (place.members() instanceof Population whole
                                && whole.flag(member.name().text()).isPresent()
                        || place.members() instanceof PopulationPart part
                                && part.population().flag(member.name().text()).isPresent());
    }

    /** The steps behind {@code over last 200 s} and {@code over first 1 s}. */
    private Optional<Window> window(List<Expr> over, Scope scope, Section section) {
        if (over.size() != 1
                || !(over.get(0) instanceof Expr.Call edge)
                || !edge.function().span().text().matches("last|first")) {
            return Optional.empty();
        }
        Expr length = edge.arguments().get(0).value();
        double seconds = expressions.number(length, scope, Section.INIT, "a duration");
        long steps = time.nearest(seconds);
        Moments when = moments(section);
        if (steps < 1 || steps > when.most()) {
            throw expressions.error(
                    Code.BAD_SETTING,
                    length.span(),
                    "the run so far has " + when.most() + " steps of " + time.dt() + " s; this asks about " + steps);
        }
        if (edge.function().span().text().equals("first")) {
            return Optional.of(Window.first(steps));
        }
        Optional<Window> last = Window.last(steps, when, section);
        if (last.isEmpty()) {
            long grid = Moments.divisor(when.grid(), steps);
            throw expressions.error(
                    Code.BAD_SETTING,
                    length.span(),
                    "when this is asked is known to within " + when.grid() + " steps only, which goes into this time "
                            + steps / grid + " times; " + Window.MOST_TURNS
                            + " at most. Ask about a round multiple of the interval, and let the protocol's times be"
                            + " multiples of it");
        }
        return last;
    }

    /** {@code isi(spike)}, the intervals between the spikes of each neuron, which only statistics may ask for. */
    private static Optional<Expr.Call> intervals(Expr expr) {
        return expr instanceof Expr.Call call && call.function().span().text().equals("isi")
                ? Optional.of(call)
                : Optional.empty();
    }

    /** A statistic of the intervals between the spikes of each neuron: 0 where there are too few. */
    private org.altdsl.ir.Expr ofIntervals(String name, Expr.Call isi, Scope scope, Section section) {
        if (isi.arguments().size() != 1) {
            throw expressions.error(Code.WRONG_ARGUMENTS, isi.span(), "'isi' takes the spikes of neurons");
        }
        Expr what = isi.arguments().get(0).value();
        Window window = window(isi.over(), scope, section).orElse(Window.all(section));
        org.altdsl.ir.Expr now = window.within(expressions.real(what, scope, Section.TICK), 0);
        Intervals kept =
                intervals.computeIfAbsent(now + " in " + window.key(), unused -> watchIntervals(now, window, what));
        org.altdsl.ir.Expr count = asked(kept.count(), window, section);
        org.altdsl.ir.Expr some = Emission.prim(Op.MAX, new Const(1), count);
        org.altdsl.ir.Expr mean = Emission.prim(Op.DIV, asked(kept.sum(), window, section), some);
        org.altdsl.ir.Expr square = Emission.prim(Op.DIV, asked(kept.squares(), window, section), some);
        org.altdsl.ir.Expr variance =
                Emission.prim(Op.MAX, new Const(0), Emission.prim(Op.SUB, square, Emission.prim(Op.MUL, mean, mean)));
        org.altdsl.ir.Expr deviation = Emission.prim(Op.SQRT, variance);
        org.altdsl.ir.Expr statistic =
                switch (name) {
                    case "mean" -> mean;
                    case "std" -> deviation;
                    case "count" -> count;
                    case "cv" ->
                        Emission.prim(
                                Op.SELECT,
                                Emission.prim(Op.GT, mean, new Const(0)),
                                Emission.prim(Op.DIV, deviation, mean),
                                new Const(0));
                    default ->
                        throw expressions.error(
                                Code.WRONG_ARGUMENTS, isi.span(), "of intervals, ask for mean, std, cv or count");
                };
        if (!name.equals("count")) {
            enough.put(statistic, Emission.prim(Op.GE, count, new Const(name.equals("mean") ? 1 : 2)));
        }
        return statistic;
    }

    /**
     * Whether each neuron has enough intervals for a statistic of them, which is 0 where it has not: a mean over neurons
     * is one of those that have. Empty for everything else.
     */
    Optional<org.altdsl.ir.Expr> enough(org.altdsl.ir.Expr statistic) {
        return Optional.ofNullable(enough.get(statistic));
    }

    /** What is known of the intervals so far: how many, their sum, that of their squares. */
    private record Intervals(Var count, Var sum, Var squares) {}

    private Intervals watchIntervals(org.altdsl.ir.Expr now, Window window, Expr what) {
        Space space = now.space();
        Var last = watched("last", space, -1, window, what);
        Var count = watched("intervals", space, 0, window, what);
        Var sum = watched("isi", space, 0, window, what);
        Var squares = watched("isi_squared", space, 0, window, what);
        // Numbers of steps go round, so that those of long runs are exact in single precision.
        org.altdsl.ir.Expr step =
                Emission.prim(Op.MOD, new org.altdsl.ir.Expr.Tick(Clock.STEP), new Const(LONGEST_INTERVAL));
        org.altdsl.ir.Expr before = emission.read(last, Section.TICK);
        org.altdsl.ir.Expr later = Emission.prim(Op.ADD, step, new Const(LONGEST_INTERVAL));
        org.altdsl.ir.Expr steps =
                Emission.prim(Op.MOD, Emission.prim(Op.SUB, later, before), new Const(LONGEST_INTERVAL));
        org.altdsl.ir.Expr length = Emission.prim(Op.MUL, steps, new Const(time.dt()));
        Optional<org.altdsl.ir.Expr> ends =
                Optional.of(Emission.prim(Op.AND, now, Emission.prim(Op.GE, before, new Const(0))));
        add(count, new Const(1), ends, what);
        add(sum, length, ends, what);
        add(squares, Emission.prim(Op.MUL, length, length), ends, what);
        emission.update(Section.TICK, last, Optional.of(now), step, Slot.RECORD, what.span());
        return new Intervals(count, sum, squares);
    }

    private void add(Var total, org.altdsl.ir.Expr value, Optional<org.altdsl.ir.Expr> when, Expr what) {
        org.altdsl.ir.Expr more = Emission.prim(Op.ADD, emission.read(total, Section.TICK), value);
        emission.update(Section.TICK, total, when, more, Slot.RECORD, what.span());
    }

    /**
     * How much the spikes of a population fall together, {@code synchrony(e.spike, bin = 5 ms)}: the standard deviation
     * over time of what all neurons do in a bin on average, relative to the root mean square of those of single neurons
     * (Golomb, Scholarpedia 2007). 1 where all do the same, about 1 / sqrt(n) for n independent neurons.
     */
    private org.altdsl.ir.Expr synchrony(Expr.Call call, Scope scope, Section section) {
        Optional<Expr.Argument> width = call.arguments().stream()
                .filter(argument ->
                        argument.name().map(n -> n.text().equals("bin")).orElse(false))
                .findFirst();
        if (call.arguments().size() != 2 || width.isEmpty()) {
            throw expressions.error(Code.WRONG_ARGUMENTS, call.span(), "written synchrony(e.spike, bin = 5 ms)");
        }
        Expr what = call.arguments().get(0).value();
        org.altdsl.ir.Expr now = expressions.real(what, scope, Section.TICK);
        long bin = time.nearest(expressions.number(width.get().value(), scope, Section.INIT, "a bin"));
        if (bin < 1 || now.space().isScalar()) {
            throw expressions.error(
                    Code.BAD_SETTING, call.span(), "synchrony is that of several neurons, in bins of at least a step");
        }
        Window window = window(call.over(), scope, section).orElse(Window.all(section));
        Bins bins = binned.computeIfAbsent(
                now + " " + bin + " in " + window.key(), unused -> watchBins(now, bin, window, what));
        org.altdsl.ir.Expr count = Emission.prim(Op.MAX, new Const(1), asked(bins.count(), window, section));
        org.altdsl.ir.Expr each = variance(bins.sum(), bins.squares(), count, window, section);
        org.altdsl.ir.Expr all = variance(bins.meanSum(), bins.meanSquares(), count, window, section);
        org.altdsl.ir.Expr single = Builtins.reduce(Fold.MEAN, each, now.space());
        org.altdsl.ir.Expr varies = Emission.prim(Op.GT, single, new Const(0));
        org.altdsl.ir.Expr share = Emission.prim(Op.DIV, all, Emission.prim(Op.SELECT, varies, single, new Const(1)));
        return Emission.prim(Op.SELECT, varies, Emission.prim(Op.SQRT, share), new Const(0));
    }

    private org.altdsl.ir.Expr variance(
            Var sum, Var squares, org.altdsl.ir.Expr count, Window window, Section section) {
        org.altdsl.ir.Expr mean = Emission.prim(Op.DIV, asked(sum, window, section), count);
        org.altdsl.ir.Expr square = Emission.prim(Op.DIV, asked(squares, window, section), count);
        return Emission.prim(Op.MAX, new Const(0), Emission.prim(Op.SUB, square, Emission.prim(Op.MUL, mean, mean)));
    }

    /** What is known of the bins that are over: how many, and sums and sums of squares, of each neuron and of their mean. */
    private record Bins(Var count, Var sum, Var squares, Var meanSum, Var meanSquares) {}

    private Bins watchBins(org.altdsl.ir.Expr now, long bin, Window window, Expr what) {
        Space space = now.space();
        Var open = watched("bin", space, 0, window, what);
        Var count = watched("bins", Space.SCALAR, 0, window, what);
        Var sum = watched("binned", space, 0, window, what);
        Var squares = watched("binned_squared", space, 0, window, what);
        Var meanSum = watched("mean_binned", Space.SCALAR, 0, window, what);
        Var meanSquares = watched("mean_binned_squared", Space.SCALAR, 0, window, what);
        add(open, window.within(now, 0), Optional.empty(), what);
        org.altdsl.ir.Expr isLast =
                Emission.prim(Op.EQ, Emission.prim(Op.MOD, window.since(), new Const(bin)), new Const(bin - 1));
        Optional<org.altdsl.ir.Expr> ends = Optional.of(window.condition()
                .map(inside -> Emission.prim(Op.AND, isLast, inside))
                .orElse(isLast));
        org.altdsl.ir.Expr spikes = emission.read(open, Section.TICK);
        org.altdsl.ir.Expr mean = emission.temporary(
                "watch.mean_bin",
                Section.TICK,
                Builtins.reduce(Fold.MEAN, spikes, space),
                Slot.RECORD,
                Owner.HARNESS,
                Matter.OTHER,
                what.span());
        add(count, new Const(1), ends, what);
        add(sum, spikes, ends, what);
        add(squares, Emission.prim(Op.MUL, spikes, spikes), ends, what);
        add(meanSum, mean, ends, what);
        add(meanSquares, Emission.prim(Op.MUL, mean, mean), ends, what);
        emission.update(Section.TICK, open, ends, new Const(0), Slot.RECORD, what.span());
        return new Bins(count, sum, squares, meanSum, meanSquares);
    }

    /** Takes down what a quantity is whenever an event has come, for those who ask later: {@code x@pre.spike}. */
    void keep(Expr.AtPhase asked, org.altdsl.ir.Expr event, org.altdsl.ir.Expr value) {
        Space space = value.space().union(event.space());
        Var kept = declare("before", space, Optional.of(new Const(0)), org.altdsl.runtime.plan.Scope.RUN, asked);
        emission.update(Section.TICK, kept, Optional.of(event), value, Slot.DELIVER, asked.span());
        before.put(asked.span().file() + " " + asked.span().start(), kept);
    }

    /** What a quantity was just before the last event; empty if this is no question about one. */
    Optional<org.altdsl.ir.Expr> kept(Expr.AtPhase asked, Section section) {
        return Optional.ofNullable(
                        before.get(asked.span().file() + " " + asked.span().start()))
                .map(variable -> emission.read(variable, section));
    }

    /** How many steps of a window have been, or how many since the last measurement; at least 1. */
    private org.altdsl.ir.Expr steps(Window window, Expr at, Section section) {
        if (window.steps().isPresent() && window.restart().isEmpty()) {
            return new Const(window.steps().get());
        }
        if (window.steps().isPresent()) {
            org.altdsl.ir.Expr so = Emission.prim(
                    Op.MIN,
                    new org.altdsl.ir.Expr.Tick(Clock.STEP),
                    new Const(window.steps().get()));
            return Emission.prim(Op.MAX, new Const(1), so);
        }
        Var count = known.computeIfAbsent("steps " + section.window(), unused -> {
            Var made = declare("steps", Space.SCALAR, Optional.of(new Const(0)), section.window(), at);
            record(made, Emission.prim(Op.ADD, emission.read(made, Section.TICK), new Const(1)), at);
            return made;
        });
        return Emission.prim(Op.MAX, new Const(1), emission.read(count, section));
    }

    /** A variable over a window; where that starts anew by turns, its update that does so comes first. */
    private Var watched(String name, Space space, double start, Window window, Expr at) {
        Var made = declare(name, window.space(space), Optional.of(new Const(start)), window.life(), at);
        window.restart()
                .ifPresent(starts -> emission.update(
                        Section.TICK, made, Optional.of(starts), new Const(start), Slot.RECORD, at.span()));
        return made;
    }

    private org.altdsl.ir.Expr asked(Var watched, Window window, Section section) {
        return window.asked(emission.read(watched, section));
    }

    /** A variable that starts anew with each stretch of its life, as a window: from one measurement to the next. */
    private Var declare(
            String name, Space space, Optional<org.altdsl.ir.Expr> init, org.altdsl.runtime.plan.Scope life, Expr at) {
        return emission.declare(new Var(
                emission.freeName("watch." + name),
                space,
                DType.REAL,
                life,
                Owner.HARNESS,
                Matter.OTHER,
                init,
                at.span(),
                name));
    }

    private void record(Var variable, org.altdsl.ir.Expr value, Expr at) {
        emission.update(Section.TICK, variable, Optional.empty(), value, Slot.RECORD, at.span());
    }

    private org.altdsl.ir.Expr sum(Expr what, Window window, Scope scope, Section section) {
        return sum(window.within(expressions.real(what, scope, Section.TICK), 0), what, window, section);
    }

    private org.altdsl.ir.Expr sum(org.altdsl.ir.Expr now, Expr what, Window window, Section section) {
        if (now instanceof org.altdsl.ir.Expr.Gather part
                && part.along() instanceof IndexMap.Affine
                && part.of() instanceof org.altdsl.ir.Expr.Read read
                && read.variable().type() == DType.FLAG) {
            // Spikes are counted by their lists, which are those of whole populations.
            return org.altdsl.ir.Expr.Gather.of(part.along(), sum(part.of(), what, window, section));
        }
        Var total = known.computeIfAbsent("sum " + now + " in " + window.key(), unused -> {
            Var made = watched("sum", now.space(), 0, window, what);
            record(made, Emission.prim(Op.ADD, emission.read(made, Section.TICK), now), what);
            return made;
        });
        return asked(total, window, section);
    }

    /** The standard deviation over time, divided by the number of steps. */
    private org.altdsl.ir.Expr deviation(Expr what, Window window, Scope scope, Section section) {
        org.altdsl.ir.Expr now = window.within(expressions.real(what, scope, Section.TICK), 0);
        org.altdsl.ir.Expr steps = steps(window, what, section);
        org.altdsl.ir.Expr mean = Emission.prim(Op.DIV, sum(now, what, window, section), steps);
        org.altdsl.ir.Expr squares = sum(Emission.prim(Op.MUL, now, now), what, window, section);
        org.altdsl.ir.Expr variance =
                Emission.prim(Op.SUB, Emission.prim(Op.DIV, squares, steps), Emission.prim(Op.MUL, mean, mean));
        return Emission.prim(Op.SQRT, Emission.prim(Op.MAX, new Const(0), variance));
    }

    /** Whether a sample is being shown, which the harness says. */
    static final String PRESENTING = "presenting";

    /** A sum over the steps in which the present sample was shown last. */
    private org.altdsl.ir.Expr presented(String name, Expr what, Scope scope, Section section) {
        Var presenting = known.computeIfAbsent(
                PRESENTING,
                unused -> emission.declare(new Var(
                        PRESENTING,
                        Space.SCALAR,
                        DType.REAL,
                        org.altdsl.runtime.plan.Scope.RUN,
                        Owner.HARNESS,
                        Matter.OTHER,
                        Optional.of(new Const(0)),
                        what.span(),
                        PRESENTING)));
        org.altdsl.ir.Expr shown = emission.read(presenting, Section.TICK);
        org.altdsl.ir.Expr now = expressions.real(what, scope, Section.TICK);
        org.altdsl.ir.Expr total = ofPresentation("presented " + now, Emission.prim(Op.MUL, now, shown), what, section);
        if (name.equals("count") || name.equals("sum")) {
            return total;
        }
        org.altdsl.ir.Expr steps =
                Emission.prim(Op.MAX, new Const(1), ofPresentation("presented steps", shown, what, section));
        return Emission.prim(
                Op.DIV, total, name.equals("mean") ? steps : Emission.prim(Op.MUL, steps, new Const(time.dt())));
    }

    private org.altdsl.ir.Expr ofPresentation(String key, org.altdsl.ir.Expr value, Expr what, Section section) {
        Var total = known.computeIfAbsent(key, unused -> {
            Var made = declare(
                    "presented", value.space(), Optional.of(new Const(0)), org.altdsl.runtime.plan.Scope.PHASE, what);
            record(made, Emission.prim(Op.ADD, emission.read(made, Section.TICK), value), what);
            return made;
        });
        return emission.read(total, section);
    }

    private org.altdsl.ir.Expr extreme(Expr what, Fold fold, Window window, Scope scope, Section section) {
        Op op = fold == Fold.MAX ? Op.MAX : Op.MIN;
        double start = fold == Fold.MAX ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        org.altdsl.ir.Expr now = window.within(expressions.real(what, scope, Section.TICK), start);
        Var most = known.computeIfAbsent(fold + " " + now + " in " + window.key(), unused -> {
            Var made = watched(op == Op.MAX ? "max" : "min", now.space(), start, window, what);
            record(made, Emission.prim(op, emission.read(made, Section.TICK), now), what);
            return made;
        });
        return asked(most, window, section);
    }

    private org.altdsl.ir.Expr change(Expr what, Scope scope, Section section) {
        org.altdsl.ir.Expr start = expressions.real(what, scope, Section.INIT);
        org.altdsl.ir.Expr now = expressions.real(what, scope, section);
        Var first = known.computeIfAbsent(
                "start " + start,
                unused -> emission.declare(new Var(
                        emission.freeName("watch.start"),
                        start.space(),
                        DType.REAL,
                        org.altdsl.runtime.plan.Scope.RUN,
                        Owner.HARNESS,
                        Matter.OTHER,
                        Optional.of(start),
                        what.span(),
                        "start")));
        return Emission.prim(Op.SUB, now, emission.read(first, section));
    }

    /** What a quantity was some steps before the last one, for those who ask between two steps. */
    org.altdsl.ir.Expr past(Expr what, int lag, Scope scope, Section section) {
        org.altdsl.ir.Expr now = expressions.real(what, scope, Section.TICK);
        Var kept = known.computeIfAbsent("past " + lag + " " + now, unused -> {
            boolean lasts = now instanceof org.altdsl.ir.Expr.Read read
                    && !read.variable().isTemporary();
            org.altdsl.ir.Expr start =
                    lasts ? new org.altdsl.ir.Expr.Read(((org.altdsl.ir.Expr.Read) now).variable(), 0) : new Const(0);
            Var made = declare("past", now.space(), Optional.of(start), org.altdsl.runtime.plan.Scope.RUN, what);
            record(made, Gather.of(new IndexMap.Shift(lag), now), what);
            return made;
        });
        return emission.read(kept, section);
    }

    private org.altdsl.ir.Expr changeOver(Expr what, List<Expr> over, Scope scope, Section section) {
        double duration = expressions.number(over.get(0), scope, Section.INIT, "a duration");
        int lag = Math.toIntExact(time.nearest(duration));
        org.altdsl.ir.Expr now = expressions.real(what, scope, Section.TICK);
        Var changed = known.computeIfAbsent("change " + lag + " " + now + " in " + section.window(), unused -> {
            Var made = declare("change", now.space(), Optional.of(new Const(0)), section.window(), what);
            record(made, Emission.prim(Op.SUB, now, Gather.of(new IndexMap.Shift(lag), now)), what);
            return made;
        });
        return emission.read(changed, section);
    }

    /**
     * The steps in which one neuron spiked, in order, as many as asked for; -1 for those that have not happened.
     *
     * @return a value over {@code axis}
     */
    org.altdsl.ir.Expr steps(Expr spike, org.altdsl.ir.Axis axis, Scope scope, Section section) {
        org.altdsl.ir.Expr now = expressions.real(spike, scope, Section.TICK);
        Space alone = now.space();
        org.altdsl.ir.Expr one = alone.isScalar() ? now : Builtins.reduce(Fold.MAX, now, alone);
        Var happened = declare("happened", Space.SCALAR, Optional.of(new Const(0)), section.window(), spike);
        Var when = declare("steps", Space.of(axis), Optional.of(new Const(-1)), section.window(), spike);
        org.altdsl.ir.Expr here = Emission.prim(
                Op.AND,
                one,
                Emission.prim(Op.EQ, new org.altdsl.ir.Expr.Index(axis), emission.read(happened, Section.TICK)));
        org.altdsl.ir.Expr kept = Emission.prim(
                Op.SELECT, here, new org.altdsl.ir.Expr.Tick(Clock.STEP), emission.read(when, Section.TICK));
        record(when, kept, spike);
        record(happened, Emission.prim(Op.ADD, emission.read(happened, Section.TICK), one), spike);
        return emission.read(when, section);
    }
}
