package org.altdsl.driver;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.ast.Name;
import org.altdsl.ast.SourceUnit;
import org.altdsl.ast.build.SourceReader;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.ir.Sizes;
import org.altdsl.lower.LoweredTest;
import org.altdsl.lower.TestLowering;
import org.altdsl.lower.TimedModels;
import org.altdsl.names.Flattened;
import org.altdsl.names.Inheritance;
import org.altdsl.names.LinkedProgram;
import org.altdsl.names.Linker;
import org.altdsl.names.Suggestions;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.ProgramCode;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.wiring.SpikeTrain;
import org.altdsl.source.SourceFile;
import org.altdsl.units.Unit;
import org.altdsl.units.Units;

/**
 * What a rule does to one synapse for spikes at given times: its window, and the change by trains of pairs. Both are
 * measured: the rule is compiled once, and run from its start for each pair and each train.
 */
public final class RuleWindow {
    private static final String FILE = "<window>";

    private static final Pattern QUANTITY = Pattern.compile("(-?[0-9.]+(?:[eE][-+]?[0-9]+)?)\\s*([^\\s0-9].*)?");

    /** Two changes that lie closer, relative to themselves, are the same: each is a difference of weights near 1. */
    private static final double ROUNDING = 1e-9;

    /** By how many millivolts a potential jumps that is to cause a spike, as in NEST's test of the voltage-based rule. */
    public static final int JUMP = 80;

    /** In seconds: within this time a neuron spikes that a jump of its potential makes spike. */
    private static final double SOON = 5e-3;

    private final ProgramCode code;
    private final Map<String, SpikeTrain> trains;
    private final String weight;
    private final Settings settings;

    /** The number of postsynaptic spikes, where those are forced upon a neuron. */
    private final Optional<String> spikes;

    /** How many steps after it is forced to a neuron spikes; 0 where its spikes are given. */
    private final long latency;

    private RuleWindow(LoweredTest test, Backend backend, Settings settings) {
        this.code = backend.compile(test.program(), new Sizes(test.sizes()), test.observed());
        this.trains = test.trains();
        this.weight = test.actions().stream()
                .filter(LoweredTest.Expectation.class::isInstance)
                .map(action -> ((LoweredTest.Expectation) action).actual())
                .findFirst()
                .orElseThrow();
        this.settings = settings;
        this.spikes = test.actions().stream()
                .filter(LoweredTest.Expectation.class::isInstance)
                .map(action -> ((LoweredTest.Expectation) action).actual())
                .skip(1)
                .findFirst();
        this.latency = latency();
    }

    /**
     * How a window is measured.
     *
     * @param dt a step, in seconds
     * @param range the largest distance of two spikes, in seconds; the weight is read twice as long after the first one
     * @param spacing the distance of two measured points, in seconds
     * @param weight the weight before
     * @param rates the rates of trains, in Hz
     * @param pairs how many pairs a train has
     * @param offset the distance of the two spikes of a pair in a train, in seconds
     * @param given what parameters and modulators of the rule are, as written
     * @param neuron the postsynaptic neuron of a rule that reads more of it than its spikes; empty: the first that has it
     */
    public record Settings(
            double dt,
            double range,
            double spacing,
            double weight,
            List<Double> rates,
            int pairs,
            double offset,
            Map<String, String> given,
            Optional<String> neuron) {
        public Settings {
            requireNonNull(neuron);
            rates = List.copyOf(rates);
            given = Map.copyOf(given);
            boolean positive = dt > 0 && range > 0 && spacing > 0 && offset >= 0 && pairs > 0;
            if (!positive || rates.stream().anyMatch(rate -> !(rate > 0))) {
                throw new IllegalArgumentException("times, rates and numbers of pairs are above 0");
            }
        }

        /** Pairs up to 100 ms apart, and sixty pairs 10 ms apart at 1 to 50 Hz, in steps of 1 ms. */
        public static Settings standard() {
            return new Settings(
                    1e-3,
                    0.1,
                    1e-3,
                    0.5,
                    List.of(1.0, 5.0, 10.0, 20.0, 30.0, 40.0, 50.0),
                    60,
                    0.01,
                    Map.of(),
                    Optional.empty());
        }

        private long steps(double seconds) {
            return Math.round(seconds / dt);
        }
    }

    /** The change by one pair; {@code delta} is the time of the postsynaptic spike minus that of the other, in seconds. */
    public record Point(double delta, double change) {}

    /** The change by a train of pairs, with the postsynaptic spike after and before the other by the offset. */
    public record Rate(double rate, double after, double before) {}

    /**
     * What was measured.
     *
     * @param window in the order of the distance
     * @param together whether a pair of spikes does more than what each of its spikes does alone at its time
     * @param nothing the change where nobody spikes
     * @param pre the change by one presynaptic spike alone
     * @param post the change by one postsynaptic spike alone
     * @param curve in the order of the rates
     * @param bounds how the rule says that the weight is bounded; empty where it does not
     * @param neuron the postsynaptic neuron; empty where only its spikes matter
     */
    public record Measured(
            List<Point> window,
            boolean together,
            double nothing,
            double pre,
            double post,
            List<Rate> curve,
            String bounds,
            Optional<String> neuron) {
        public Measured {
            window = List.copyOf(window);
            curve = List.copyOf(curve);
            requireNonNull(neuron);
        }

        private List<Double> changes() {
            List<Double> changes = new ArrayList<>(List.of(nothing, pre, post));
            window.forEach(point -> changes.add(point.change()));
            curve.forEach(rate -> changes.addAll(List.of(rate.after(), rate.before())));
            return changes;
        }

        private boolean isFinite() {
            return changes().stream().allMatch(Double::isFinite);
        }

        /** Whether every pair takes the weight to a bound, so that nothing is seen of how it depends on its distance. */
        private boolean endsAt(Limits limits, double before) {
            return window.stream().allMatch(point -> point.change() != 0 && limits.has(before + point.change()));
        }
    }

    /**
     * The bounds of a weight, where they are numbers.
     *
     * @param unit in which the rule says them; empty for pure numbers
     */
    public record Limits(double low, double high, Optional<Unit> unit) {
        public Limits {
            requireNonNull(unit);
        }

        /** Whether a weight is at a bound, but for rounding. */
        public boolean has(double weight) {
            double rounding = ROUNDING * (high - low);
            return weight <= low + rounding || weight >= high - rounding;
        }
    }

    /** The bounds that a rule keeps its weight in; empty where it has none, or they are no numbers or parameters. */
    public static Optional<Limits> limits(LinkedProgram program, Declaration rule, Map<String, String> given) {
        Flattened flattened = new Inheritance(program, new DiagnosticSink()).flatten(rule);
        return flattened.items(Item.Keep.class).stream()
                .filter(keep -> keep.target().span().text().equals("w"))
                .findFirst()
                .flatMap(keep -> {
                    Optional<Number> low = number(keep.low(), flattened, given);
                    Optional<Number> high = number(keep.high(), flattened, given);
                    boolean known = low.isPresent()
                            && high.isPresent()
                            && low.get().value() < high.get().value();
                    return known
                            ? Optional.of(new Limits(
                                    low.get().value(),
                                    high.get().value(),
                                    high.get().unit().or(low.get()::unit)))
                            : Optional.empty();
                });
    }

    /** A number in the SI, and the unit that it is written in. */
    private record Number(double value, Optional<Unit> unit) {}

    private static Optional<Number> number(Expr written, Flattened rule, Map<String, String> given) {
        if (written instanceof Expr.Number number) {
            Optional<Unit> unit = number.unit().map(Name::text).flatMap(Units::find);
            return Optional.of(new Number(number.value() * unit.map(Unit::scale).orElse(1.0), unit));
        }
        if (written instanceof Expr.Unary unary && unary.operator() == Expr.UnaryOperator.MINUS) {
            return number(unary.operand(), rule, given).map(number -> new Number(-number.value(), number.unit()));
        }
        if (written instanceof Expr.Binary binary && binary.operator() == Expr.BinaryOperator.MULTIPLY) {
            return number(binary.left(), rule, given).flatMap(left -> number(binary.right(), rule, given)
                    .map(right -> new Number(
                            left.value() * right.value(), right.unit().or(left::unit))));
        }
        if (written instanceof Expr.Reference reference && given.containsKey(reference.name())) {
            Matcher matcher = QUANTITY.matcher(given.get(reference.name()).strip());
            Optional<Unit> unit =
                    matcher.matches() ? Optional.ofNullable(matcher.group(2)).flatMap(Units::find) : Optional.empty();
            boolean known = matcher.matches() && (matcher.group(2) == null || unit.isPresent());
            return known
                    ? Optional.of(new Number(
                            Double.parseDouble(matcher.group(1))
                                    * unit.map(Unit::scale).orElse(1.0),
                            unit))
                    : Optional.empty();
        }
        if (written instanceof Expr.Reference reference) {
            return Optional.ofNullable(rule.parameters().get(reference.name()))
                    .flatMap(Binding::value)
                    .flatMap(value -> number(value, rule, given));
        }
        return Optional.empty();
    }

    /**
     * What was measured of a rule, or why nothing can be.
     *
     * @param reason why the rule has no window; empty where it has one
     */
    public record Outcome(Optional<Measured> measured, String reason) {
        public Outcome {
            requireNonNull(measured);
            requireNonNull(reason);
        }

        private static Outcome none(String reason) {
            return new Outcome(Optional.empty(), reason);
        }
    }

    /**
     * Measures the window of a rule of a program.
     *
     * @throws IllegalArgumentException if the rule has no parameter or modulator of a name that is given a value
     */
    public static Outcome of(LinkedProgram own, Declaration rule, Settings settings, Backend backend) {
        LinkedProgram program =
                settings.neuron().map(name -> knowing(own, rule, name)).orElse(own);
        DiagnosticSink sink = new DiagnosticSink();
        Flattened flattened = new Inheritance(program, sink).flatten(rule);
        if (!TimedModels.takesTime(flattened)) {
            return Outcome.none("nothing in it happens when a neuron spikes, or in time at all");
        }
        Set<String> modulators = new LinkedHashSet<>();
        for (Item.Modulators item : flattened.items(Item.Modulators.class)) {
            modulators.add(item.bindings().get(0).name().text());
        }
        for (String name : settings.given().keySet()) {
            if (!modulators.contains(name) && !flattened.parameters().containsKey(name)) {
                List<String> known = new ArrayList<>(flattened.parameters().keySet());
                known.addAll(modulators);
                throw new IllegalArgumentException("'" + rule.name() + "' has no parameter or modulator '" + name + "'"
                        + Suggestions.didYouMean(name, known));
            }
        }
        for (Item.Modulators item : flattened.items(Item.Modulators.class)) {
            Binding modulator = item.bindings().get(0);
            String name = modulator.name().text();
            if (modulator.value().isEmpty() && !settings.given().containsKey(name)) {
                return Outcome.none(
                        "its modulator '" + name + "' is bound to nothing here; say what it is: --set " + name + "=1");
            }
        }
        List<String> wanted = HostNetwork.neededOfNeurons(flattened);
        Optional<String> neuron = Optional.empty();
        if (!wanted.isEmpty()) {
            neuron = neuron(program, rule, settings, wanted, new Inheritance(program, sink));
            if (neuron.isEmpty()) {
                return Outcome.none((HostNetwork.readOfNeurons(flattened).isEmpty() ? "it waits for '" : "it reads '")
                        + String.join("' and '", wanted)
                        + "' of its neurons, and none of those that its file knows has that, a potential v in volts, and"
                        + " spikes; name one: --neuron NAME");
            }
        }
        String text = neuron.map(name -> text(rule, flattened, modulators, settings, name))
                .orElseGet(() -> text(rule, flattened, modulators, settings));
        Optional<LoweredTest> test = lower(program, text, rule, sink);
        if (test.isEmpty() || sink.hasErrors()) {
            return Outcome.none("it takes more than the times of spikes: "
                    + (sink.sorted().isEmpty()
                            ? "it cannot be run by itself"
                            : sink.sorted().get(0).message()));
        }
        RuleWindow window = new RuleWindow(test.get(), backend, settings);
        if (window.latency < 0) {
            return Outcome.none("a jump of the potential by " + JUMP + " mV does not make " + neuron.orElseThrow()
                    + " spike; name another neuron: --neuron NAME");
        }
        Measured measured = window.measure(bounds(flattened), neuron);
        Optional<Limits> limits = limits(program, rule, settings.given());
        if (!measured.isFinite()) {
            return Outcome.none("w does not stay a finite number from " + settings.weight()
                    + " on; start elsewhere: --weight, or set what lets it grow: --set NAME=VALUE");
        }
        boolean bounded = limits.isPresent() && measured.endsAt(limits.get(), settings.weight());
        bounded |= limits.isPresent() && !measured.together() && limits.get().has(settings.weight());
        if (bounded) {
            return Outcome.none("w is at a bound all the time, " + bounds(flattened) + "; start elsewhere:"
                    + " --weight, or let it change less: --set NAME=VALUE");
        }
        if (!measured.together()) {
            boolean still = measured.window().stream().allMatch(point -> point.change() == measured.nothing());
            return Outcome.none((still
                            ? "a pair of spikes does not change w, however they lie"
                            : "a pair of spikes changes w by what each of them does alone")
                    + (modulators.isEmpty()
                            ? ""
                            : "; perhaps not so with another " + String.join(", ", modulators) + ": --set "
                                    + modulators.iterator().next() + "=1"));
        }
        return new Outcome(Optional.of(measured), "");
    }

    /** Whether a rule reads more of its neurons than their spikes, so that its window is one onto some neuron. */
    public static boolean needsNeuron(LinkedProgram program, Declaration rule) {
        Flattened flattened = new Inheritance(program, new DiagnosticSink()).flatten(rule);
        return TimedModels.takesTime(flattened)
                && !HostNetwork.neededOfNeurons(flattened).isEmpty();
    }

    private static String bounds(Flattened flattened) {
        return flattened.items(Item.Keep.class).stream()
                .map(keep -> keep.span().text().replaceAll("\\s+", " "))
                .filter(text -> text.startsWith("keep w "))
                .findFirst()
                .orElse("");
    }

    /** A program whose rule's file can name a neuron, too, that some file it could import declares. */
    private static LinkedProgram knowing(LinkedProgram program, Declaration rule, String neuron) {
        SourceFile from = rule.span().file();
        if (program.find(from, neuron).isPresent()) {
            return program;
        }
        Pattern declaration = Pattern.compile("\\bneuron\\s+" + Pattern.quote(neuron) + "\\b");
        for (String imported : program.library().names(from)) {
            Optional<LinkedProgram> other = program.library()
                    .find(imported, from)
                    .filter(file -> declaration.matcher(file.text()).find())
                    .flatMap(file -> SourceReader.read(file, new DiagnosticSink()))
                    .map(unit -> Linker.link(unit, program.library(), new DiagnosticSink()));
            Optional<Declaration> found =
                    other.flatMap(linked -> linked.find(linked.main().file(), Declaration.Kind.NEURON, neuron));
            if (found.isPresent()) {
                List<SourceUnit> units = new ArrayList<>(other.get().units());
                units.addAll(program.units());
                Map<SourceFile, Map<String, Declaration>> visible =
                        new LinkedHashMap<>(other.get().visible());
                visible.putAll(program.visible());
                Map<String, Declaration> names = new LinkedHashMap<>(visible.getOrDefault(from, Map.of()));
                names.put(neuron, found.get());
                visible.put(from, names);
                return new LinkedProgram(program.main(), units, visible, program.library());
            }
        }
        return program;
    }

    /** The neuron that a user names, or the first that the rule's file knows that has what the rule reads, and spikes. */
    private static Optional<String> neuron(
            LinkedProgram program, Declaration rule, Settings settings, List<String> wanted, Inheritance inheritance) {
        SourceFile file = rule.span().file();
        if (settings.neuron().isPresent()) {
            String name = settings.neuron().get();
            if (program.find(file, Declaration.Kind.NEURON, name).isEmpty()) {
                List<String> known = program.all(file, Declaration.Kind.NEURON).stream()
                        .map(one -> one.name().text())
                        .toList();
                throw new IllegalArgumentException("the file of '" + rule.name() + "' knows no neuron '" + name + "'"
                        + Suggestions.didYouMean(name, known));
            }
            return Optional.of(name);
        }
        return program.all(file, Declaration.Kind.NEURON).stream()
                .filter(one -> HostNetwork.has(inheritance.flatten(one), wanted))
                .map(one -> one.name().text())
                .findFirst();
    }

    /** The same with a neuron, which a jump of its potential makes spike. */
    private static String text(
            Declaration rule, Flattened flattened, Set<String> modulators, Settings settings, String neuron) {
        List<String> arguments = arguments(flattened, settings);
        for (String modulator : modulators) {
            String value = settings.given().get(modulator);
            if (value != null) {
                arguments.add(modulator + " = " + value);
            }
        }
        return String.format(
                Locale.ROOT,
                """
                synapse WindowSynapse { weight w }
                synapse WindowJump { weight w; on pre.spike { post.v += w * 1 mV } }
                test "window" {
                    given dt = %s s
                    network {
                        x : Spikes(at = 0 ms)
                        k : Spikes(at = 0 ms)
                        y : %s[1]
                        s : x -> y via WindowSynapse { w = %s } learns %s%s
                        k -> y via WindowJump { w = %s }
                    }
                    run 1 s
                    expect s.w == 0
                    expect count(y.spike) == 0
                }
                """,
                settings.dt(),
                neuron,
                settings.weight(),
                rule.name(),
                arguments.isEmpty() ? "" : "(" + String.join(", ", arguments) + ")",
                JUMP);
    }

    private static List<String> arguments(Flattened flattened, Settings settings) {
        List<String> arguments = new ArrayList<>();
        for (Binding parameter : flattened.parameters().values()) {
            String name = parameter.name().text();
            String value = settings.given().getOrDefault(name, parameter.value().isEmpty() ? "1" : "");
            if (!value.isEmpty()) {
                arguments.add(name + " = " + value);
            }
        }
        return arguments;
    }

    /** A test of the rule on one synapse, whose spikes are put in place of those that it gives. */
    private static String text(Declaration rule, Flattened flattened, Set<String> modulators, Settings settings) {
        List<String> arguments = arguments(flattened, settings);
        StringBuilder given = new StringBuilder();
        for (String modulator : modulators) {
            String value = settings.given().get(modulator);
            if (value != null) {
                given.append(", ").append(modulator).append(" = ").append(value);
            }
        }
        return String.format(
                Locale.ROOT,
                """
                test "window" for %s%s {
                    given dt = %s s, pre.spike at 0 ms, post.spike at 0 ms, w = %s%s
                    run 1 s
                    expect w == 0
                }
                """,
                rule.name(),
                arguments.isEmpty() ? "" : "(" + String.join(", ", arguments) + ")",
                settings.dt(),
                settings.weight(),
                given);
    }

    private static Optional<LoweredTest> lower(
            LinkedProgram program, String text, Declaration rule, DiagnosticSink sink) {
        SourceFile file = new SourceFile(FILE, text);
        Optional<SourceUnit> unit = SourceReader.read(file, sink);
        if (unit.isEmpty()) {
            return Optional.empty();
        }
        Map<SourceFile, Map<String, Declaration>> visible = new LinkedHashMap<>(program.visible());
        Map<String, Declaration> names =
                new LinkedHashMap<>(program.visible().get(rule.span().file()));
        names.put(rule.name().text(), rule);
        unit.get().declarations().stream()
                .filter(declaration -> declaration.kind() == Declaration.Kind.SYNAPSE)
                .forEach(declaration -> names.put(declaration.name().text(), declaration));
        visible.put(file, names);
        List<SourceUnit> units = new ArrayList<>(program.units());
        units.add(unit.get());
        LinkedProgram whole = new LinkedProgram(unit.get(), units, visible, program.library());
        return new TestLowering(whole, sink, Optional.empty())
                .lower(unit.get().declarations().get(unit.get().declarations().size() - 1));
    }

    private Measured measure(String bounds, Optional<String> neuron) {
        long range = settings.steps(settings.range());
        long spacing = Math.max(1, settings.steps(settings.spacing()));
        // The first spike is in the second step: what is true before it has been for a while.
        long length = 2 * range + 2;
        List<Point> window = new ArrayList<>();
        double nothing = change(times(), times(), length);
        double first = change(times(1), times(), length);
        double second = change(times(), times(1), length);
        boolean together = false;
        for (long distance = -range / spacing * spacing; distance <= range; distance += spacing) {
            long pre = 1 + Math.max(0, -distance);
            long post = 1 + Math.max(0, distance);
            double change = change(times(pre), times(post), length);
            window.add(new Point(distance * settings.dt(), change));
            // Where single spikes do nothing at one time, they do nothing at any.
            double alone = first == nothing && second == nothing
                    ? nothing
                    : change(times(pre), times(), length) + change(times(), times(post), length) - nothing;
            together |= Math.abs(change - alone) > ROUNDING * Math.max(Math.abs(change), Math.abs(alone));
        }
        List<Rate> curve = new ArrayList<>();
        long offset = settings.steps(settings.offset());
        for (double rate : settings.rates()) {
            double[] early = train(rate, 0);
            double[] late = train(rate, offset);
            long whole = (long) early[early.length - 1] + offset + range + 1;
            curve.add(new Rate(rate, change(early, late, whole), change(late, early, whole)));
        }
        return new Measured(window, together, nothing, first, second, curve, bounds, neuron);
    }

    private static double[] times(long... steps) {
        double[] times = new double[steps.length];
        for (int i = 0; i < times.length; i++) {
            times[i] = steps[i];
        }
        return times;
    }

    private double[] train(double rate, long offset) {
        double[] times = new double[settings.pairs()];
        for (int i = 0; i < times.length; i++) {
            times[i] = settings.steps(i / rate) + offset;
        }
        return times;
    }

    /** How many steps after its potential has jumped the neuron spikes; negative if it does not soon. */
    private long latency() {
        if (spikes.isEmpty()) {
            return 0;
        }
        Executor executor = started(times(), times(1));
        for (long step = 0; step <= 1 + settings.steps(SOON); step++) {
            executor.advance(1);
            executor.run(Scope.EPOCH);
            if (executor.read(spikes.get())[0] > 0) {
                return step - 1;
            }
        }
        return -1;
    }

    /** Runs the rule from its start: by how much the weight has changed at the end. */
    private double change(double[] pre, double[] post, long steps) {
        // Both ends wait for as long as the neuron takes to spike, so that spikes have the distance that is asked for.
        Executor executor = started(later(pre, latency), post);
        executor.run(Scope.EPOCH);
        double before = executor.read(weight)[0];
        executor.advance(steps + latency);
        executor.run(Scope.EPOCH);
        return executor.read(weight)[0] - before;
    }

    private static double[] later(double[] times, long steps) {
        double[] later = times.clone();
        for (int i = 0; i < later.length; i++) {
            later[i] += steps;
        }
        return later;
    }

    private Executor started(double[] pre, double[] post) {
        Executor executor = code.executor(1, 1);
        executor.clocks().seed = 1;
        executor.clocks().lanes = 1;
        executor.clocks().samples = new int[1];
        executor.enter(Scope.RUN);
        executor.enter(Scope.EPOCH);
        executor.enter(Scope.WINDOW);
        for (String flag : trains.keySet()) {
            double[] times = flag.startsWith("x") ? pre : post;
            executor.play(flag, SpikeTrain.ofTimes(new double[][] {times}, 1).cursor()::at);
        }
        return executor;
    }
}
