package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.altdsl.ast.Binding;
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
import org.altdsl.names.Suggestions;
import org.altdsl.runtime.data.ImageShape;
import org.altdsl.source.Span;

/**
 * A population of a network: an input that the harness clamps, or neurons of a model. Its quantities are lowered when
 * they are first asked for, so the forward pass comes out in topological order, whatever the order of declaration.
 */
final class Population implements Scope, Value.Members {
    private final String name;
    private final Span span;
    private final Axis axis;
    private final Optional<Flattened> model;
    private final Map<String, Parameter> parameters;
    private final Network network;
    private final Expressions expressions;
    private final List<Projection> incoming = new ArrayList<>();
    private final Map<String, Expr> quantities = new LinkedHashMap<>();
    private final Map<String, Integer> reached = new HashMap<>();
    private final Map<String, Map<String, Expr>> advanced = new HashMap<>();
    private final Map<String, Var> biases = new LinkedHashMap<>();
    private final Map<String, Var> states = new LinkedHashMap<>();
    private final Deque<String> open = new ArrayDeque<>();
    private final Map<String, Binding> given;
    private final Optional<ImageShape> image;
    private Optional<Grid> grid = Optional.empty();
    private Optional<TimedNeurons> inTime = Optional.empty();
    private Optional<Var> played = Optional.empty();
    private final Map<String, Function<Section, Expr>> held = new HashMap<>();

    /**
     * An input population.
     *
     * @param image how its neurons are arranged, where it shows images
     */
    Population(String name, Span span, Axis axis, Optional<ImageShape> image, Network network) {
        this.name = requireNonNull(name);
        this.span = requireNonNull(span);
        this.axis = requireNonNull(axis);
        this.network = requireNonNull(network);
        this.expressions = network.expressions();
        this.model = Optional.empty();
        this.parameters = Map.of();
        this.given = Map.of();
        this.image = requireNonNull(image);
    }

    /** Neurons of a model. */
    Population(
            String name,
            Span span,
            Axis axis,
            Flattened model,
            Value.Model use,
            Map<String, Binding> given,
            Network network) {
        this.name = requireNonNull(name);
        this.span = requireNonNull(span);
        this.axis = requireNonNull(axis);
        this.network = requireNonNull(network);
        this.expressions = network.expressions();
        this.model = Optional.of(model);
        this.given = requireNonNull(given);
        this.image = Optional.empty();
        this.parameters = Parameter.bind(model, use, this, Set.of(), expressions);
        if (network.time().isPresent()) {
            model.items(Item.Weight.class).forEach(weight -> declare(weight, use.scope()));
            this.inTime = Optional.of(new TimedNeurons(this, model, given, use.scope(), network));
            return;
        }
        for (Item item : model.items()) {
            boolean known = item instanceof Item.Input
                    || item instanceof Item.Weight
                    || item instanceof Item.Lets
                    || item instanceof Item.Output
                    || item instanceof Item.States
                    || item instanceof Item.Handler
                    || item instanceof Item.Local;
            if (!known) {
                throw expressions.error(
                        Code.NOT_YET,
                        item.span(),
                        "this version runs rate neurons only: inputs, biases, definitions, states with what each step does to"
                                + " them, and outputs");
            }
            if (item instanceof Item.Weight weight) {
                declare(weight, use.scope());
            }
            if (item instanceof Item.States kept && kept.shared()) {
                declare(kept);
            }
        }
    }

    /** The parameters of its model. */
    Map<String, Parameter> parameters() {
        return parameters;
    }

    /** Lets a quantity be what a test gives: a source of spikes has no other, neurons have it whatever their model says. */
    void hold(String wanted, Function<Section, Expr> value) {
        held.put(wanted, value);
        inTime.ifPresent(neurons -> neurons.hold(wanted, value));
    }

    /** Makes an input a source of spikes. */
    void spikes() {
        played = Optional.of(expressions
                .emission()
                .declare(new Var(
                        name + ".spike",
                        space(),
                        DType.FLAG,
                        network.lifeOfSpikes(),
                        Owner.NEURON,
                        Matter.NEURON,
                        Optional.of(new Expr.Const(0)),
                        span,
                        "spike")));
    }

    private static boolean isStep(Item item) {
        return item instanceof Item.Handler handler
                && handler.trigger() == Item.Trigger.EACH
                && handler.event()
                        .map(event -> event.span().text().equals("step"))
                        .orElse(false);
    }

    /** Whether its neurons have something that each step of a sample changes. */
    boolean remembers() {
        return model.map(whole -> whole.items().stream().anyMatch(Population::isStep))
                .orElse(false);
    }

    Network network() {
        return network;
    }

    /** The flag of the spikes of its neurons; absent where they send none. */
    Optional<Var> flag() {
        return flag("spike");
    }

    /** The flag of what happens to its neurons; absent where they have no event of that name. */
    Optional<Var> flag(String event) {
        Optional<Var> given = event.equals("spike") ? played : Optional.empty();
        return given.or(() -> inTime.flatMap(neurons -> neurons.flag(event)));
    }

    /** Its neurons in time; empty where they settle, and for an input. */
    Optional<TimedNeurons> inTime() {
        return inTime;
    }

    private void declare(Item.Weight weight, Scope useScope) {
        String biasName = weight.binding().name().text();
        Binding initial = given.getOrDefault(biasName, weight.binding());
        Scope scope = given.containsKey(biasName) ? useScope : this;
        String full = name + "." + biasName;
        Expr init;
        if (initial.value().isEmpty()) {
            init = new Expr.Const(0);
        } else if (initial.drawn()) {
            init = new Builtins(expressions)
                    .draw(initial.value().get(), scope, Section.INIT, Space.of(axis), full, true);
        } else {
            init = expressions.real(initial.value().get(), scope, Section.INIT, Space.of(axis));
        }
        Var variable = new Var(
                full,
                Space.of(axis),
                DType.REAL,
                org.altdsl.runtime.plan.Scope.RUN,
                Owner.NEURON,
                Matter.NEURON,
                Optional.of(init),
                initial.span(),
                biasName);
        biases.put(biasName, expressions.emission().declare(variable));
    }

    /** A state that all samples share, and all positions as they do a bias. */
    private void declare(Item.States item) {
        Binding declared = item.bindings().get(0);
        if (!item.shared() || item.place().isPresent() || declared.drawn()) {
            throw expressions.error(
                    Code.NOT_YET,
                    item.span(),
                    "this version runs states of neurons that all samples share: shared state m = 0");
        }
        String stateName = declared.name().text();
        Expr init = declared.value().isEmpty()
                ? new Expr.Const(0)
                : expressions.real(declared.value().get(), this, Section.INIT, Space.of(axis));
        Var variable = new Var(
                name + "." + stateName,
                Space.of(axis),
                DType.REAL,
                org.altdsl.runtime.plan.Scope.RUN,
                Owner.NEURON,
                Matter.NEURON,
                Optional.of(init),
                declared.span(),
                stateName);
        states.put(stateName, expressions.emission().declare(variable));
    }

    /** Makes a parameter of its neurons a state that a rule may write; a state is one already. */
    void adapt(String wanted, Span at) {
        if (state(wanted).isPresent()) {
            return;
        }
        Expr init;
        if (held.containsKey(wanted)) {
            init = held.remove(wanted).apply(Section.INIT);
        } else if (parameters.containsKey(wanted)) {
            init = expressions.real(
                    parameter(wanted, parameters.get(wanted), Section.INIT),
                    at,
                    Scope.over(this).drawing(space()),
                    Section.INIT,
                    space());
        } else {
            throw expressions.error(
                    Code.UNKNOWN_MEMBER,
                    at,
                    "the neurons of '" + name + "' have no '" + wanted + "' that could be adapted"
                            + Suggestions.didYouMean(wanted, parameters.keySet()));
        }
        states.put(
                wanted,
                expressions
                        .emission()
                        .declare(new Var(
                                expressions.emission().freeName(name + "." + wanted),
                                space(),
                                DType.REAL,
                                org.altdsl.runtime.plan.Scope.RUN,
                                Owner.NEURON,
                                Matter.NEURON,
                                Optional.of(init),
                                at,
                                wanted)));
    }

    /** The variable of a state of its neurons. */
    Optional<Var> state(String wanted) {
        return inTime.flatMap(neurons -> neurons.state(wanted)).or(() -> Optional.ofNullable(states.get(wanted)));
    }

    /** The blocks that its neurons run after a batch. */
    List<Item.Handler> blocks() {
        return model.stream()
                .flatMap(neuron -> neuron.items(Item.Handler.class).stream())
                .filter(handler -> !isStep(handler))
                .toList();
    }

    String name() {
        return name;
    }

    Span span() {
        return span;
    }

    /** Its neurons; of a population on an image, its channels. */
    Axis axis() {
        return axis;
    }

    /** All its neurons: on an image, one for each channel and position. */
    Space space() {
        return positions().with(axis);
    }

    /** The positions at which neurons share what they learn; none where there is one neuron a point of the axis. */
    Space positions() {
        return grid.map(Grid::space).orElse(Space.SCALAR);
    }

    Optional<Grid> grid() {
        return grid;
    }

    /** Puts it on an image, before anything has asked for its quantities. */
    void lieOn(Grid positions) {
        grid = Optional.of(positions);
    }

    /** How the neurons of an input are arranged, where it shows images. */
    Optional<ImageShape> image() {
        return image;
    }

    boolean isInput() {
        return model.isEmpty();
    }

    boolean isOutput() {
        return network.isOutput(this);
    }

    /** The input of its neurons, where they have exactly one. */
    String onlyInput(Span at) {
        List<Item.Input> inputs =
                model.map(neuron -> neuron.items(Item.Input.class)).orElse(List.of());
        if (inputs.size() != 1) {
            throw expressions.error(
                    Code.WRONG_TYPE,
                    at,
                    "the neurons of '" + name + "' have " + inputs.size()
                            + " inputs; what they are stimulated with is added to the only one");
        }
        return inputs.get(0).name().text();
    }

    /** Reports an error where its neurons have no input of a name. */
    void needInput(String wanted, Span at) {
        List<String> known = model.map(neuron -> neuron.items(Item.Input.class)).orElse(List.of()).stream()
                .map(input -> input.name().text())
                .toList();
        if (!known.contains(wanted)) {
            throw expressions.error(
                    Code.UNKNOWN_MEMBER,
                    at,
                    "the neurons of '" + name + "' have no input '" + wanted + "'"
                            + Suggestions.didYouMean(wanted, known));
        }
    }

    List<Projection> incoming() {
        return incoming;
    }

    Map<String, Var> biases() {
        return biases;
    }

    /** The quantity of a name, or nothing if the model has none of that name. */
    Optional<Value> quantity(String wanted, Section asked, Span at) {
        Section section = moment(wanted, asked);
        if (!quantities.containsKey(wanted + section.suffix()) && isDefinition(wanted)) {
            // One step after the other, so that definitions do not go down through all of them at once.
            for (int step = reached.getOrDefault(wanted + section.phase(), 0);
                    step < network.steps().done(section);
                    step++) {
                reached.put(wanted + section.phase(), step + 1);
                quantityAt(wanted, network.steps().after(step, section.settle()), at);
            }
        }
        return quantityAt(wanted, section, at);
    }

    /** What is the same at several moments is asked for at one of them: an input arrives in a step, a state changes at its end. */
    private Section moment(String wanted, Section asked) {
        Steps steps = network.steps();
        Section section = steps.seen(this, asked);
        if (section.moment() == Section.END || model.isEmpty()) {
            return section;
        }
        if (model.get().items(Item.Input.class).stream()
                .anyMatch(input -> input.name().text().equals(wanted))) {
            return steps.after(steps.step(section), section);
        }
        return remembered(wanted).isPresent() ? steps.after(steps.done(section), section) : section;
    }

    private boolean isDefinition(String wanted) {
        return model.isPresent()
                && network.steps().moves(this)
                && !biases.containsKey(wanted)
                && !states.containsKey(wanted)
                && !parameters.containsKey(wanted);
    }

    private Optional<Binding> remembered(String wanted) {
        return model.flatMap(whole -> whole.items(Item.States.class).stream()
                .filter(states -> !states.shared())
                .map(states -> states.bindings().get(0))
                .filter(binding -> binding.name().text().equals(wanted))
                .findFirst());
    }

    private Optional<Value> quantityAt(String wanted, Section section, Span at) {
        Optional<Value> moving = inTime.flatMap(neurons -> neurons.quantity(wanted, section, at));
        if (moving.isPresent()) {
            return moving;
        }
        if (played.isPresent() && states.containsKey(wanted)) {
            return Optional.of(new Value.Real(expressions.emission().read(states.get(wanted), section)));
        }
        if (played.isPresent() && held.containsKey(wanted)) {
            return Optional.of(new Value.Real(held.get(wanted).apply(section)));
        }
        if (played.isPresent()) {
            return switch (wanted) {
                case "spike" ->
                    Optional.of(new Value.Real(expressions.emission().read(played.get(), section)));
                case "index" -> Optional.of(new Value.Real(new Expr.Index(axis)));
                case "rank" -> Optional.of(new Value.Real(rank(at)));
                case "is_input" -> Optional.of(new Value.Real(new Expr.Const(1)));
                case "is_output" -> Optional.of(new Value.Real(new Expr.Const(0)));
                case "output_index" -> Optional.of(new Value.Real(new Expr.Const(-1)));
                case "hops" -> network.hops().of(this, at).map(Value.Real::new);
                default -> Optional.empty();
            };
        }
        boolean lasts = biases.containsKey(wanted) || states.containsKey(wanted) || parameters.containsKey(wanted);
        if (section.is(Section.Kind.EPOCH) && !lasts && inTime.isEmpty()) {
            throw expressions.error(
                    Code.NOT_ALLOWED_HERE,
                    at,
                    "'" + wanted + "' belongs to a batch; at the end of an epoch only what persists can be read");
        }
        Var lasting = biases.getOrDefault(wanted, states.get(wanted));
        if (lasting != null) {
            return Optional.of(new Value.Real(expressions.emission().read(lasting, section)));
        }
        Expr known = quantities.get(wanted + section.suffix());
        if (known != null) {
            return Optional.of(new Value.Real(known));
        }
        Optional<Expr> clamped = network.clampedIn(this, wanted, section, at);
        if (clamped.isPresent()) {
            Expr held = hold(wanted, clamped.get(), clamped.get().space().union(space()), section, at);
            quantities.put(wanted + section.suffix(), held);
            return Optional.of(new Value.Real(held));
        }
        Parameter parameter = parameters.get(wanted);
        if (parameter != null) {
            return Optional.of(parameter(wanted, parameter, section));
        }
        switch (wanted) {
            case "index":
                return Optional.of(new Value.Real(new Expr.Index(axis)));
            case "is_input":
                return Optional.of(new Value.Real(new Expr.Const(isInput() ? 1 : 0)));
            case "is_output":
                return Optional.of(new Value.Real(new Expr.Const(isOutput() ? 1 : 0)));
            case "output_index":
                return Optional.of(new Value.Real(isOutput() ? new Expr.Index(axis) : new Expr.Const(-1)));
            default:
                break;
        }
        if (wanted.equals("rank") && network.time().isPresent()) {
            return Optional.of(new Value.Real(rank(at)));
        }
        if (wanted.equals("hops") && network.time().isPresent()) {
            return network.hops().of(this, at).map(Value.Real::new);
        }
        if (inTime.isPresent()) {
            return Optional.empty();
        }
        if (model.isPresent()) {
            return defined(wanted, section, at);
        }
        if (quantities.containsKey(wanted)) {
            return Optional.of(new Value.Real(quantities.get(wanted)));
        }
        return wanted.equals("r") ? Optional.of(new Value.Real(shown())) : Optional.empty();
    }

    /** The order in which its neurons were created in the network, from 0. */
    private Expr rank(Span at) {
        int before = 0;
        for (Population other : network.populations()) {
            if (other == this) {
                break;
            }
            if (!expressions.literals().isSized(other.axis())) {
                throw expressions.error(
                        Code.MISSING_VALUE,
                        at,
                        "'rank' counts the neurons created before, and '" + other.name() + "' has no size yet");
            }
            before += expressions.literals().sizeOf(other.axis());
        }
        return Emission.prim(Op.ADD, new Expr.Const(before), new Expr.Index(axis));
    }

    /** What an input shows: data that the harness clamps, unless a test gives something. */
    private Expr shown() {
        Expr clamped = network.clamped(name + ".r", space().with(Axis.LANE), Matter.NEURON, Section.SETTLE, span);
        quantities.put("r", clamped);
        return clamped;
    }

    /** Gives a quantity a value of its own: what a test says is shown or felt here. */
    void give(String wanted, Expr value, Span at) {
        // A given quantity is what the samples of a batch show, even where they all show the same.
        quantities.put(wanted, hold(wanted, value, space().with(Axis.LANE), Section.SETTLE, at));
    }

    /** What is bound to a field of the data has one value for each neuron. */
    private Value ofNeurons(Value value, Span at) {
        return inTime.isPresent() && value instanceof Value.Real real
                ? new Value.Real(ofNeurons(real.expr(), at))
                : value;
    }

    private void fits(Axis data, Span at) {
        Literals literals = expressions.literals();
        boolean known = literals.isSized(data) && literals.isSized(axis);
        if (known && literals.sizeOf(data) != literals.sizeOf(axis)) {
            throw expressions.error(
                    Code.WRONG_SHAPE,
                    at,
                    "'" + data.name() + "' has " + literals.sizeOf(data) + " numbers a sample, and '" + name + "' has "
                            + literals.sizeOf(axis) + (literals.sizeOf(axis) == 1 ? " neuron" : " neurons")
                            + ": each takes one of its own");
        }
    }

    /** A value in which each sample of the data has one for each neuron, as one of the neurons. */
    Expr ofNeurons(Expr value, Span at) {
        Expr bound = value;
        for (Axis data : bound.space().axes()) {
            if (data.name().startsWith("data.")) {
                fits(data, at);
                bound = Expr.Gather.of(new org.altdsl.ir.IndexMap.Rename(axis, data), bound);
            }
        }
        return bound;
    }

    private Value parameter(String wanted, Parameter parameter, Section section) {
        if (!parameter.binding().drawn()) {
            Value value = parameter.value(expressions, section);
            boolean listed = value instanceof Value.Sequence && network.time().isPresent();
            // A list has one element for each neuron.
            return listed
                    ? new Value.Real(expressions.real(value, parameter.binding().span(), this, section, Space.of(axis)))
                    : ofNeurons(
                            value,
                            parameter
                                    .binding()
                                    .value()
                                    .map(org.altdsl.ast.Expr::span)
                                    .orElse(parameter.binding().span()));
        }
        Expr init = new Builtins(expressions)
                .draw(
                        parameter.binding().value().get(),
                        parameter.scope(),
                        Section.INIT,
                        Space.of(axis),
                        name + "." + wanted,
                        true);
        Var variable = expressions
                .emission()
                .declare(new Var(
                        name + "." + wanted,
                        Space.of(axis),
                        DType.REAL,
                        org.altdsl.runtime.plan.Scope.RUN,
                        Owner.NEURON,
                        Matter.NEURON,
                        Optional.of(init),
                        parameter.binding().span(),
                        wanted));
        expressions.emission().constant(variable);
        Expr read = new Expr.Read(variable, 0);
        quantities.put(wanted, read);
        return new Value.Real(read);
    }

    private Optional<Value> defined(String wanted, Section section, Span at) {
        for (Item item : model.orElseThrow().items()) {
            if (item instanceof Item.Local local
                    && local.declaration().name().text().equals(wanted)) {
                return Optional.of(new Value.Function(local.declaration(), Optional.of(this)));
            }
        }
        String key = wanted + section.suffix();
        if (open.contains(key)) {
            List<String> cycle = new ArrayList<>(open);
            throw expressions.error(
                    Code.ALGEBRAIC_LOOP,
                    at,
                    "'" + name + "." + wanted + "' depends on itself within one step (through "
                            + String.join(", ", cycle) + "); a rate network has no loops without time");
        }
        open.push(key);
        try {
            Optional<Expr> value = definition(wanted, section.settle());
            value.ifPresent(expr -> quantities.put(key, expr));
            return value.map(Value.Real::new);
        } finally {
            open.pop();
        }
    }

    private Optional<Expr> definition(String wanted, Section section) {
        for (Item item : model.orElseThrow().items()) {
            if (item instanceof Item.Input input && input.name().text().equals(wanted)) {
                return Optional.of(hold(wanted, arriving(wanted, section), section, input.span()));
            }
            if (item instanceof Item.Output output && output.name().text().equals(wanted)) {
                return Optional.of(
                        hold(wanted, expressions.real(output.value(), this, section), section, output.span()));
            }
            if (item instanceof Item.States states
                    && !states.shared()
                    && states.bindings().get(0).name().text().equals(wanted)) {
                return Optional.of(hold(wanted, remembered(states.bindings().get(0), section), section, states.span()));
            }
            if (item instanceof Item.Lets lets
                    && lets.bindings().get(0).name().text().equals(wanted)) {
                Binding binding = lets.bindings().get(0);
                Expr value = expressions.real(binding.value().orElseThrow(), this, section);
                // What all positions of a channel share has one value for the channel.
                Space held = value.space().with(axis);
                return Optional.of(hold(wanted, value, held, section, binding.span()));
            }
        }
        return Optional.empty();
    }

    /** A state after the steps so far: as it starts, or as the last one of them has left it. */
    private Expr remembered(Binding state, Section section) {
        int step = network.steps().done(section);
        if (step > 0) {
            return advanced(step, section).get(state.name().text());
        }
        if (state.value().isEmpty()) {
            return new Expr.Const(0);
        }
        return state.drawn()
                ? new Builtins(expressions)
                        .draw(state.value().get(), this, section, drawSpace(), name + "." + state.name(), false)
                : expressions.real(state.value().get(), this, section);
    }

    /** All states after a step, from what its statements say, top to bottom. */
    private Map<String, Expr> advanced(int step, Section section) {
        Section within = network.steps().within(step, section);
        Map<String, Expr> known = advanced.get(within.suffix());
        if (known != null) {
            return known;
        }
        Map<String, Expr> states = new HashMap<>();
        for (Item.States item : model.orElseThrow().items(Item.States.class)) {
            if (item.shared()) {
                continue;
            }
            String state = item.bindings().get(0).name().text();
            quantity(state, within, item.span()).ifPresent(value -> states.put(state, ((Value.Real) value).expr()));
        }
        Scope.Local scope = Scope.over(this);
        for (Item.Handler handler : model.orElseThrow().items(Item.Handler.class)) {
            if (!isStep(handler)) {
                continue;
            }
            handler.body().forEach(item -> advance(item, scope, states, within));
        }
        advanced.put(within.suffix(), states);
        return states;
    }

    private void advance(Item item, Scope.Local scope, Map<String, Expr> states, Section within) {
        if (item instanceof Item.Lets lets) {
            for (Binding binding : lets.bindings()) {
                scope.own()
                        .put(
                                binding.name().text(),
                                expressions.value(binding.value().orElseThrow(), scope, within));
            }
            return;
        }
        if (!(item instanceof Item.Assign assign)
                || !(assign.target() instanceof org.altdsl.ast.Expr.Reference target)
                || !states.containsKey(target.name())) {
            throw expressions.error(
                    Code.NOT_YET, item.span(), "in each step, this version defines (let) and assigns states only");
        }
        Expr old = states.get(target.name());
        Expr value = expressions.real(assign.value(), scope, within);
        Expr next =
                switch (assign.operator()) {
                    case SET -> value;
                    case ADD -> Emission.prim(Op.ADD, old, value);
                    case SUBTRACT -> Emission.prim(Op.SUB, old, value);
                    case MULTIPLY -> Emission.prim(Op.MUL, old, value);
                    case DIVIDE -> Emission.prim(Op.DIV, old, value);
                };
        states.put(target.name(), next);
        scope.own().put(target.name(), new Value.Real(next));
    }

    private Expr arriving(String input, Section section) {
        List<Expr> all = new ArrayList<>();
        incoming.forEach(projection -> all.addAll(projection.deliveries(input, section)));
        all.addAll(network.addedIn(this, input, section));
        Expr total = null;
        for (Expr delivered : all) {
            total = total == null ? delivered : Emission.prim(Op.ADD, total, delivered);
        }
        return total == null ? new Expr.Const(0) : total;
    }

    /** A quantity of a neuron is a variable even where it is a plain copy, so that it can be named and recorded. */
    private Expr hold(String wanted, Expr value, Section section, Span at) {
        return hold(wanted, value, value.space().union(space()), section, at);
    }

    private Expr hold(String wanted, Expr value, Space space, Section section, Span at) {
        Emission emission = expressions.emission();
        Var variable = emission.declare(new Var(
                emission.freeName(name + "." + wanted + section.suffix()),
                space,
                Emission.isFlag(value) ? DType.FLAG : DType.REAL,
                org.altdsl.runtime.plan.Scope.STEP,
                Owner.NEURON,
                Matter.NEURON,
                Optional.empty(),
                at,
                wanted));
        emission.update(Section.SETTLE, variable, Optional.empty(), value, Slot.SETTLE, at);
        return emission.read(variable, Section.SETTLE);
    }

    @Override
    public Optional<Value> find(String wanted, Section section, Span at) {
        return quantity(wanted, section, at);
    }

    /** As a member ({@code h.u}, {@code post.u}): also what rules keep at a population. */
    @Override
    public Optional<Value> member(String wanted, Section section, Span at) {
        Optional<Value> own = quantity(wanted, section, at);
        return own.isPresent() ? own : network.atPopulation(this, wanted, section, at);
    }

    @Override
    public List<String> names() {
        Set<String> names = new LinkedHashSet<>(parameters.keySet());
        names.addAll(quantities.keySet());
        names.addAll(biases.keySet());
        names.addAll(states.keySet());
        inTime.ifPresent(neurons -> names.addAll(neurons.names()));
        if (model.isPresent()) {
            for (Item item : model.get().items()) {
                if (item instanceof Item.Input input) {
                    names.add(input.name().text());
                } else if (item instanceof Item.States states) {
                    names.add(states.bindings().get(0).name().text());
                } else if (item instanceof Item.Output output) {
                    names.add(output.name().text());
                } else if (item instanceof Item.Lets lets) {
                    names.add(lets.bindings().get(0).name().text());
                }
            }
        }
        return List.copyOf(names);
    }

    @Override
    public Optional<Space> axis(String word) {
        return switch (word) {
            case "population" -> Optional.of(space());
            case "space" -> Optional.of(positions());
            case "kernel" -> Optional.of(Space.SCALAR);
            case "batch" -> Optional.of(Space.of(Axis.LANE));
            default -> Optional.empty();
        };
    }

    @Override
    public Space drawSpace() {
        return inTime.isPresent() ? space() : space().with(Axis.LANE);
    }

    @Override
    public String stream() {
        return name;
    }
}
