package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.altdsl.ast.Item;
import org.altdsl.diag.Code;
import org.altdsl.ir.Axis;
import org.altdsl.ir.DType;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Op;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;
import org.altdsl.names.Flattened;
import org.altdsl.source.Span;

/** A network with its rules and objective: everything that names of a rule may refer to. */
final class Network {
    private final Expressions expressions;
    private final Map<String, Population> populations = new LinkedHashMap<>();
    private final List<Projection> projections = new ArrayList<>();
    private final List<RuleInstance> rules = new ArrayList<>();
    private final List<Circuit> circuits = new ArrayList<>();
    private final Map<String, Expr> given = new LinkedHashMap<>();
    private final Steps steps = new Steps(this);
    private final Hops hops = new Hops(this);
    private Optional<Time> time = Optional.empty();
    private Optional<StartingValues> startingValues = Optional.empty();
    private final Statements statements;
    private final Map<Population, Trains> played = new LinkedHashMap<>();
    private boolean resets;
    private final Map<Population, List<Stimulus>> stimuli = new LinkedHashMap<>();
    private final Map<Population, List<Stimulus>> pulses = new LinkedHashMap<>();
    private Population output;
    private final Set<Population> outputs = new HashSet<>();
    private boolean namesOutput;
    private final Map<String, Expr> losses = new LinkedHashMap<>();
    private Function<Section, Expr> again;
    private Expr loss;
    private Expr target;
    private Expr label;
    private Expr prediction;

    /** What is added to an input in every step. */
    private record Stimulus(String input, Function<Section, Expr> value) {}

    Network(Expressions expressions) {
        this.expressions = requireNonNull(expressions);
        this.statements = new Statements(expressions);
    }

    Expressions expressions() {
        return expressions;
    }

    /** The time that it runs in; empty for a network of rates that settle. */
    Optional<Time> time() {
        return time;
    }

    /** From now on, what is built runs in time. */
    void runsIn(Time steps) {
        time = Optional.of(steps);
        expressions.runsIn(steps);
    }

    /** From now on, states of what is built start anew whenever the protocol says {@code reset}. */
    void resets() {
        resets = true;
    }

    /**
     * The life of a state of a neuron, a synapse or a rule in time. Where a protocol resets, it is the longest stretch that is
     * shorter than a run, which a reset begins anew.
     */
    org.altdsl.runtime.plan.Scope lifeOf(Flattened model, String state) {
        boolean carried = model.items(Item.Use.class).stream()
                .map(Item.Use::expr)
                .anyMatch(expr -> expr instanceof org.altdsl.ast.Expr.Call call
                        && call.function().span().text().equals("carry")
                        && call.arguments().stream()
                                .anyMatch(argument ->
                                        argument.value().span().text().equals(state)));
        return carried ? org.altdsl.runtime.plan.Scope.RUN : lifeOfSpikes();
    }

    /** The life of spikes; those that are under way when all is reset do not arrive. */
    org.altdsl.runtime.plan.Scope lifeOfSpikes() {
        return resets ? org.altdsl.runtime.plan.Scope.EPOCH : org.altdsl.runtime.plan.Scope.RUN;
    }

    /** From now on, what is built may take values from files. */
    void startsWith(StartingValues values) {
        startingValues = Optional.of(values);
    }

    /** What it may take from files; empty where it may not. */
    Optional<StartingValues> startingValues() {
        return startingValues;
    }

    /** What lowers the statements of its neurons' blocks. */
    Statements statements() {
        return statements;
    }

    /** Lets spikes of a population come from outside. */
    void play(Population population, Trains trains) {
        played.put(population, trains);
    }

    boolean isPlayed(Population population) {
        return played.containsKey(population);
    }

    /** The populations whose spikes come from outside, with where they come from. */
    Map<Population, Trains> played() {
        return played;
    }

    /** Adds something to an input of a population in every step. */
    void stimulate(Population population, String input, Function<Section, Expr> value) {
        stimuli.computeIfAbsent(population, unused -> new ArrayList<>()).add(new Stimulus(input, value));
    }

    /** Adds a pulse to an input of a population in every step: as one that a spike delivers, it is felt in the next. */
    void pulse(Population population, String input, Function<Section, Expr> value) {
        pulses.computeIfAbsent(population, unused -> new ArrayList<>()).add(new Stimulus(input, value));
    }

    /** Declares what pulses add to. */
    void preparePulses(Span at) {
        pulses.forEach((population, all) -> all.forEach(pulse -> population
                .inTime()
                .orElseThrow(() -> expressions.error(
                        Code.NOT_ALLOWED_HERE, population.span(), "'" + population.name() + "' takes no input"))
                .arrivals(pulse.input(), at)));
    }

    /** Delivers the pulses of this step. */
    void deliverPulses() {
        Emission emission = expressions.emission();
        pulses.forEach((population, all) -> {
            for (Stimulus pulse : all) {
                Var arrived = population.inTime().orElseThrow().arrivals(pulse.input(), population.span());
                Expr sum = Emission.prim(
                        Op.ADD,
                        emission.read(arrived, Section.TICK),
                        pulse.value().apply(Section.TICK));
                emission.update(Section.TICK, arrived, Optional.empty(), sum, Slot.DELIVER, population.span());
            }
        });
    }

    /** What is added to an input of a population in this step. */
    List<Expr> stimuli(Population population, String input, Section section) {
        return stimuli.getOrDefault(population, List.of()).stream()
                .filter(one -> one.input().equals(input))
                .map(one -> one.value().apply(section))
                .toList();
    }

    /** The steps that it takes with each sample. */
    Steps steps() {
        return steps;
    }

    /** How far its neurons are from the output. */
    Hops hops() {
        return hops;
    }

    List<Projection> projections() {
        return projections;
    }

    List<Population> populations() {
        return List.copyOf(populations.values());
    }

    List<RuleInstance> rules() {
        return rules;
    }

    /** The network itself, then the circuits that it is made of. */
    List<Circuit> circuits() {
        return circuits;
    }

    void add(Circuit circuit) {
        circuits.add(circuit);
    }

    /** What a name of the network stands for: a population, a projection, a part, something that it keeps. */
    Optional<Value> named(String name, Section section, Span at) {
        return circuits.isEmpty() ? Optional.empty() : circuits.get(0).member(name, section, at);
    }

    /** The names that the network itself declares. */
    List<String> names() {
        return circuits.isEmpty() ? List.of() : circuits.get(0).names();
    }

    Optional<Population> population(String name) {
        return Optional.ofNullable(populations.get(name));
    }

    void add(Population population) {
        populations.put(population.name(), population);
    }

    void add(Projection projection) {
        projections.add(projection);
        projection.post().incoming().add(projection);
    }

    Optional<Population> output() {
        return Optional.ofNullable(output);
    }

    /** Whether a population is the output of the network, or of a circuit where the network itself names none. */
    boolean isOutput(Population population) {
        return outputs.contains(population);
    }

    /** Makes a population the output of the network. */
    void output(Population population) {
        namesOutput = true;
        output = requireNonNull(population);
        outputs.clear();
        outputs.add(population);
    }

    /** Makes a population the output of one of its circuits. */
    void outputOfCircuit(Population population) {
        if (!namesOutput) {
            output = requireNonNull(population);
            outputs.add(population);
        }
    }

    /** The axis behind {@code over output} and {@code over input}. */
    Optional<Space> placeAxis(String name) {
        Optional<Population> place =
                name.equals("output") ? output() : name.equals("input") ? input() : Optional.empty();
        return place.map(Population::space);
    }

    Optional<Population> input() {
        return populations.values().stream().filter(Population::isInput).findFirst();
    }

    /** The objective of each sample, to be made small. */
    Optional<Expr> loss() {
        return Optional.ofNullable(loss);
    }

    /** The objective of each sample in a phase. */
    Optional<Expr> loss(Section section) {
        if (loss != null && again != null && section.isWithinTime()) {
            // What it reads changes within a step.
            return Optional.of(again.apply(section));
        }
        if (loss == null || section.phase().isEmpty() || again == null) {
            return loss();
        }
        return Optional.of(losses.computeIfAbsent(section.phase(), unused -> again.apply(section.settle())));
    }

    /**
     * @param inPhase makes the objective of another phase
     */
    void loss(Expr perSample, Function<Section, Expr> inPhase) {
        loss = requireNonNull(perSample);
        again = requireNonNull(inPhase);
    }

    /** The target over the output population: one-hot for a class. */
    Optional<Expr> target() {
        return Optional.ofNullable(target);
    }

    void target(Expr value) {
        target = requireNonNull(value);
    }

    /** The class index of each sample and the potentials it is predicted from. */
    void classification(Expr classIndex, Expr potentials) {
        label = requireNonNull(classIndex);
        prediction = requireNonNull(potentials);
    }

    /** A quantity of the network that a test gives instead of its own value. */
    void give(String name, Expr value) {
        given.put(name, value);
    }

    /** What the class is predicted from, where the objective is a classification. */
    Optional<Expr> prediction() {
        return Optional.ofNullable(prediction);
    }

    /** 1 for each sample whose class is predicted, 0 for the others; absent without classes. */
    Optional<Expr> correct(Span at) {
        if (label == null) {
            return Optional.empty();
        }
        Optional<Var> given = expressions.emission().variable("correct");
        if (given.isPresent()) {
            return Optional.of(expressions.emission().read(given.get(), Section.SETTLE));
        }
        Space axis = prediction.space().without(Axis.LANE);
        if (axis.rank() != 1) {
            throw expressions.error(
                    Code.WRONG_SHAPE, at, "a class is predicted by one layer of neurons, not by positions of an image");
        }
        Expr predicted = Builtins.reduce(org.altdsl.ir.Fold.ARGMAX, prediction, axis);
        Expr right = Emission.prim(Op.EQ, predicted, label);
        return Optional.of(expressions
                .emission()
                .temporary("correct", Section.SETTLE, right, Slot.SETTLE, Owner.HARNESS, Matter.MODULATOR, at));
    }

    /** The downward slope of the objective by a population's potential. */
    Expr error(Population population, Section section, Span at) {
        Expr objective = loss(section)
                .orElseThrow(() ->
                        expressions.error(Code.BAD_EXPERIMENT, at, "'error' needs an objective, and there is none"));
        Value potential = population
                .quantity("u", section.settle(), at)
                .orElseThrow(() -> expressions.error(
                        Code.UNKNOWN_MEMBER,
                        at,
                        "'error' is -d(objective)/d(u), and '" + population.name() + "' has no 'u'"));
        if (!(potential instanceof Value.Real real) || !(real.expr() instanceof Expr.Read read)) {
            throw expressions.error(Code.NOT_DIFFERENTIABLE, at, "'u' is no quantity that an objective can depend on");
        }
        Expr gradient = expressions.gradient(objective, read.variable(), at, section.settle());
        return expressions
                .emission()
                .temporary(
                        population.name() + ".error" + section.suffix(),
                        section.settle(),
                        Emission.prim(Op.NEG, gradient),
                        Slot.SETTLE,
                        Owner.RULE,
                        Matter.OBJECTIVE,
                        at);
    }

    /** What rules keep at a population: states, signals; also {@code target} and {@code error} of the output. */
    Optional<Value> atPopulation(Population population, String wanted, Section section, Span at) {
        if (wanted.equals("target") && population.isOutput() && target != null) {
            needWholeSample(wanted, section, at);
            return Optional.of(new Value.Real(target));
        }
        if (wanted.equals("error") && population.isOutput() && loss != null) {
            return Optional.of(new Value.Real(error(population, section, at)));
        }
        for (RuleInstance rule : rules) {
            Optional<Value> kept = rule.atPopulation(population, wanted, section, at);
            if (kept.isPresent()) {
                return kept;
            }
        }
        for (Circuit circuit : circuits) {
            Optional<Value> kept = circuit.atPopulation(population, wanted, section);
            if (kept.isPresent()) {
                return kept;
            }
        }
        return Optional.empty();
    }

    /** The names of the objective and the output that mean something everywhere in a rule. */
    Optional<Value> atOutput(String name, Population population, Section section, Span at) {
        if (given.containsKey(name)) {
            return Optional.of(new Value.Real(given.get(name)));
        }
        switch (name) {
            case "loss", "objective":
                return loss(section).map(Value.Real::new);
            case "correct":
                needWholeSample(name, section, at);
                return correct(at).map(Value.Real::new);
            case "target":
                needWholeSample(name, section, at);
                return target().map(Value.Real::new);
            case "error":
                return population == null
                        ? Optional.empty()
                        : Optional.of(new Value.Real(error(population, section, at)));
            case "output":
                return output().map(place -> new Value.Place("output", place));
            case "input":
                return input().map(place -> new Value.Place("input", place));
            default:
                return Optional.empty();
        }
    }

    private void needWholeSample(String name, Section section, Span at) {
        boolean known = name.equals("target") ? target != null : label != null;
        if (known && section.isWithinTime()) {
            throw expressions.error(
                    Code.NOT_ALLOWED_HERE,
                    at,
                    "'" + name + "' of the objective is told after a sample, as in after trial { … }, not in a step");
        }
    }

    /** What a phase of a rule clamps a quantity to; nothing outside phases and for what no phase clamps. */
    Optional<Expr> clampedIn(Population population, String quantity, Section section, Span at) {
        for (RuleInstance rule : section.phase().isEmpty() ? List.<RuleInstance>of() : rules) {
            Optional<Expr> clamped = rule.phases().clamped(population, quantity, section);
            if (clamped.isPresent()) {
                return clamped;
            }
        }
        return Optional.empty();
    }

    /** What phases of rules add to an input. */
    List<Expr> addedIn(Population population, String input, Section section) {
        List<Expr> added = new ArrayList<>();
        if (!section.phase().isEmpty()) {
            rules.forEach(rule -> added.addAll(rule.phases().added(population, input, section)));
        }
        return added;
    }

    /** A per-sample input that the harness clamps, such as a label or a modulator. */
    Expr clamped(String name, Space space, Matter matter, Section section, Span at) {
        Emission emission = expressions.emission();
        Var variable = emission.variable(name)
                .orElseGet(() -> emission.declare(new Var(
                        name,
                        space,
                        DType.REAL,
                        // Shown anew for every batch: no part of the state that lasts from one to the next.
                        org.altdsl.runtime.plan.Scope.BATCH,
                        Owner.HARNESS,
                        matter,
                        Optional.empty(),
                        at,
                        name.substring(name.lastIndexOf('.') + 1))));
        return emission.read(variable, section);
    }

    /** The names of rule states, signals and reports, for suggestions. */
    List<String> ruleNames() {
        Set<String> all = new LinkedHashSet<>();
        rules.forEach(rule -> all.addAll(rule.memberNames()));
        return List.copyOf(all);
    }
}
