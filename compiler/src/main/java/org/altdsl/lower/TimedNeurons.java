package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Item;
import org.altdsl.ast.Name;
import org.altdsl.derive.ode.Seconds;
import org.altdsl.diag.Code;
import org.altdsl.ir.DType;
import org.altdsl.ir.Dist;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Expr.Const;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Op;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;
import org.altdsl.names.Flattened;
import org.altdsl.source.Span;

/**
 * The neurons of a population in time: their states, what arrives at their inputs, their threshold and what they do when
 * they spike.
 *
 * <p>In every step a population first takes in what arrives and integrates its equations, then tests its threshold; the
 * block of a spike runs when all spikes of the step have been delivered. A definition ({@code let}, {@code out}) is true
 * whenever it is read.
 */
final class TimedNeurons {
    private final Population population;
    private final Flattened model;
    private final Time time;
    private final Network network;
    private final Expressions expressions;
    private final Map<String, Var> states = new LinkedHashMap<>();
    private final Map<String, Var> arrivals = new LinkedHashMap<>();
    private final Map<String, Function<Section, Expr>> held = new LinkedHashMap<>();
    private final Map<Item, Var> pauses = new LinkedHashMap<>();
    private final Map<String, Expr> arriving = new LinkedHashMap<>();
    private final Deque<String> open = new ArrayDeque<>();
    private final List<Item.Spike> events;
    private final Map<String, Var> flags = new LinkedHashMap<>();
    private Optional<Var> frozen = Optional.empty();
    private boolean inlining;

    /**
     * @param given initial values of states that the use of the model gives
     * @param useScope where those are to be read
     */
    TimedNeurons(Population population, Flattened model, Map<String, Binding> given, Scope useScope, Network network) {
        this.population = requireNonNull(population);
        this.model = requireNonNull(model);
        this.network = requireNonNull(network);
        this.expressions = network.expressions();
        this.time = network.time().orElseThrow();
        this.events = model.items(Item.Spike.class);
        events.forEach(event -> flags.put(event.name(), declareFlag(event)));
        for (Item.States item : model.items(Item.States.class)) {
            declare(item, given, useScope);
        }
        everyItem(model.items(), this::declarePause);
    }

    private Var declareFlag(Item.Spike event) {
        return expressions
                .emission()
                .declare(variable(event.name(), DType.FLAG, Optional.of(new Const(0)), event.span(), Matter.NEURON));
    }

    private Var variable(String label, DType type, Optional<Expr> init, Span at, Matter matter) {
        return new Var(
                population.name() + "." + label,
                population.space(),
                type,
                // Whether a protocol freezes them is no state of theirs.
                matter == Matter.OTHER ? org.altdsl.runtime.plan.Scope.RUN : network.lifeOf(model, label),
                Owner.NEURON,
                matter,
                init,
                at,
                label);
    }

    private void declare(Item.States item, Map<String, Binding> given, Scope useScope) {
        Binding declared = item.bindings().get(0);
        String name = declared.name().text();
        Binding initial = given.getOrDefault(name, declared);
        Scope scope = given.containsKey(name) ? useScope : population;
        Expr init;
        if (initial.value().isEmpty()) {
            init = new Const(0);
        } else if (initial.drawn()) {
            init = new Builtins(expressions)
                    .draw(
                            initial.value().get(),
                            scope,
                            Section.INIT,
                            population.space(),
                            population.name() + "." + name,
                            true);
        } else {
            init = expressions.real(
                    initial.value().get(),
                    Scope.over(scope).drawing(population.space()),
                    Section.INIT,
                    population.space());
        }
        if (!population.space().contains(init.space())) {
            throw expressions.error(
                    Code.LOST_AXIS,
                    initial.span(),
                    "a state of a neuron starts with one value for each neuron; this has one for "
                            + Expressions.words(init.space()));
        }
        states.put(
                name,
                expressions
                        .emission()
                        .declare(variable(name, DType.REAL, Optional.of(init), declared.span(), Matter.NEURON)));
    }

    private static void everyItem(List<Item> items, Consumer<Item> visitor) {
        for (Item item : items) {
            visitor.accept(item);
            if (item instanceof Item.Spike one) {
                everyItem(one.body(), visitor);
                one.otherwise().ifPresent(block -> everyItem(block, visitor));
            } else if (item instanceof Item.Handler handler) {
                everyItem(handler.body(), visitor);
            } else if (item instanceof Item.If branch) {
                everyItem(branch.body(), visitor);
                everyItem(branch.otherwise(), visitor);
            }
        }
    }

    private void declarePause(Item item) {
        if (item instanceof Item.Hold || item instanceof Item.Refractory) {
            String label = item instanceof Item.Hold ? "held" : "refractory";
            Var counter = variable(label, DType.REAL, Optional.of(new Const(0)), item.span(), Matter.NEURON);
            String name = expressions.emission().freeName(counter.name());
            pauses.put(
                    item,
                    expressions
                            .emission()
                            .declare(new Var(
                                    name,
                                    counter.space(),
                                    counter.type(),
                                    counter.life(),
                                    counter.owner(),
                                    counter.matter(),
                                    counter.init(),
                                    counter.origin(),
                                    label)));
        }
    }

    /** Whether a model has anything that takes time. */
    static boolean takesTime(Flattened model) {
        return model.items().stream()
                .anyMatch(item ->
                        item instanceof Item.Equation || item instanceof Item.Spike || item instanceof Item.Method);
    }

    /** The flag that says at which of its neurons an event happens; absent where they have none of that name. */
    Optional<Var> flag(String event) {
        return Optional.ofNullable(flags.get(event));
    }

    /** The states that blocks may write. */
    Optional<Var> state(String name) {
        return Optional.ofNullable(states.get(name));
    }

    Flattened model() {
        return model;
    }

    boolean hasInput(String name) {
        return model.items(Item.Input.class).stream()
                .anyMatch(input -> input.name().text().equals(name));
    }

    /** What events add to an input until it is next integrated. */
    Var arrivals(String input, Span at) {
        return arrivals.computeIfAbsent(input, name -> expressions
                .emission()
                .declare(variable(name + ".arrived", DType.REAL, Optional.of(new Const(0)), at, Matter.NEURON)));
    }

    /** A flag that, while it is 1, keeps the states that all samples share; absent where there are none. */
    Optional<Var> freezable() {
        if (frozen.isEmpty() && model.items(Item.States.class).stream().anyMatch(Item.States::shared)) {
            Var made = variable("frozen", DType.FLAG, Optional.of(new Const(0)), population.span(), Matter.OTHER);
            frozen = Optional.of(expressions
                    .emission()
                    .declare(new Var(
                            made.name(),
                            Space.SCALAR,
                            made.type(),
                            made.life(),
                            Owner.HARNESS,
                            made.matter(),
                            made.init(),
                            made.origin(),
                            made.label())));
        }
        return frozen;
    }

    /** The states that all samples share. */
    List<Var> sharedStates() {
        return states.entrySet().stream()
                .filter(state -> isShared(state.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    private boolean isShared(String state) {
        return model.items(Item.States.class).stream()
                .anyMatch(item ->
                        item.shared() && item.bindings().get(0).name().text().equals(state));
    }

    /** Lets a quantity be what a test gives, whatever the model says. */
    void hold(String name, Function<Section, Expr> value) {
        held.put(name, value);
    }

    /** The quantity of a name, or nothing if it is none of those that are particular to neurons in time. */
    Optional<Value> quantity(String wanted, Section section, Span at) {
        if (held.containsKey(wanted)) {
            return Optional.of(new Value.Real(held.get(wanted).apply(section)));
        }
        if (flags.containsKey(wanted)) {
            return Optional.of(new Value.Real(expressions.emission().read(flags.get(wanted), section)));
        }
        Var state = states.get(wanted);
        if (state != null) {
            return Optional.of(new Value.Real(expressions.emission().read(state, section)));
        }
        for (Item item : model.items()) {
            if (item instanceof Item.Input input && input.name().text().equals(wanted)) {
                return Optional.of(new Value.Real(input(wanted, section, at)));
            }
            if (item instanceof Item.Output output && output.name().text().equals(wanted)) {
                return Optional.of(defined(wanted, output.value(), section, output.span(), at));
            }
            if (item instanceof Item.Lets lets
                    && lets.bindings().get(0).name().text().equals(wanted)) {
                Binding binding = lets.bindings().get(0);
                return Optional.of(defined(wanted, binding.value().orElseThrow(), section, binding.span(), at));
            }
            if (item instanceof Item.Local local
                    && local.declaration().name().text().equals(wanted)) {
                return Optional.of(new Value.Function(local.declaration(), Optional.of(population)));
            }
            if (item instanceof Item.Noise noise && noise.target().span().text().equals(wanted)) {
                return Optional.of(new Value.Real(noise(noise, section)));
            }
        }
        if (Processes.isWhite(wanted) && section.is(Section.Kind.TICK) && inlining) {
            return Optional.of(
                    new Value.Real(expressions.processes(at).white(wanted, population.name(), population.space(), at)));
        }
        return Optional.empty();
    }

    private Expr noise(Item.Noise item, Section section) {
        String name = population.name() + "." + item.target().span().text();
        if (section.is(Section.Kind.INIT)) {
            return new Const(0);
        }
        Space space = item.shared() ? Space.SCALAR : population.space();
        return expressions.processes(item.span()).value(item.distribution(), population, space, name, item.span());
    }

    private Value defined(String name, org.altdsl.ast.Expr value, Section section, Span declared, Span at) {
        if (open.contains(name)) {
            throw expressions.error(
                    Code.ALGEBRAIC_LOOP,
                    at,
                    "'" + population.name() + "." + name + "' depends on itself within one step (through "
                            + String.join(", ", open) + "); read an earlier value of it, as in prev(" + name + ")");
        }
        open.push(name);
        try {
            Value found = expressions.value(value, population, section);
            if (!(found instanceof Value.Real real) || inlining || !section.is(Section.Kind.TICK)) {
                return found;
            }
            return new Value.Real(expressions
                    .emission()
                    .temporary(
                            population.name() + "." + name,
                            section,
                            real.expr(),
                            Slot.SETTLE,
                            Owner.NEURON,
                            Matter.NEURON,
                            declared));
        } finally {
            open.pop();
        }
    }

    private Expr input(String name, Section section, Span at) {
        Expr known = arriving.get(name);
        if (known != null && section.is(Section.Kind.TICK)) {
            return known;
        }
        if (section.is(Section.Kind.INIT)) {
            return new Const(0);
        }
        if (section.is(Section.Kind.TICK) && !inlining) {
            throw expressions.error(
                    Code.ALGEBRAIC_LOOP,
                    at,
                    "'" + population.name() + "." + name + "' is asked for before it has arrived: these neurons and"
                            + " those that they hear from need one another's values in the same step, an algebraic loop;"
                            + " send a state that takes time to follow, as in v' = (" + name + " - v) / (1 ms)");
        }
        if (!section.is(Section.Kind.TICK)) {
            throw expressions.error(
                    Code.NOT_ALLOWED_HERE,
                    at,
                    "'" + population.name() + "." + name + "' is what arrives in a step, and is read in a step only");
        }
        if (open.contains(name)) {
            throw expressions.error(
                    Code.ALGEBRAIC_LOOP,
                    at,
                    "'" + population.name() + "." + name + "' depends on itself within one step (through "
                            + String.join(", ", open) + ")");
        }
        open.push(name);
        try {
            Expr total = null;
            Var arrived = arrivals.get(name);
            if (arrived != null) {
                total = expressions.emission().read(arrived, section);
            }
            for (Projection projection : population.incoming()) {
                for (Expr delivered : projection.deliveries(name, section)) {
                    total = total == null ? delivered : Emission.prim(Op.ADD, total, delivered);
                }
            }
            for (Expr added : network.stimuli(population, name, section)) {
                total = total == null ? added : Emission.prim(Op.ADD, total, added);
            }
            Expr result = total == null ? new Const(0) : total;
            arriving.put(name, result);
            return result;
        } finally {
            open.pop();
        }
    }

    /** Whether a variable is a state that an equation moves. */
    boolean moves(Var variable) {
        return states.containsValue(variable)
                && expressions.resolved(model.items(), population, Item.Equation.class).stream()
                        .anyMatch(equation -> equation.target()
                                .span()
                                .text()
                                .replace("'", "")
                                .strip()
                                .equals(variable.label()));
    }

    /**
     * Takes in what arrives and integrates, then tests the threshold.
     *
     * @param joined adds what else is integrated together with the neurons' own states
     */
    void advance(Consumer<Integrating> joined) {
        Section section = Section.TICK;
        countDown(section);
        arriving.clear();
        inlining = true;
        Integrating system = new Integrating(expressions, time);
        for (Item.Input input : model.items(Item.Input.class)) {
            if (!held.containsKey(input.name().text())) {
                input(input.name().text(), section, input.span());
            }
        }
        for (Item.Equation equation : expressions.resolved(model.items(), population, Item.Equation.class)) {
            String name = equation.target().span().text().replace("'", "").strip();
            Var state = states.get(name);
            if (state == null) {
                throw expressions.error(
                        Code.NOT_ASSIGNABLE,
                        equation.target().span(),
                        "an equation is for a state of the neuron; '" + name + "' is none");
            }
            if (!held.containsKey(name)) {
                system.add(
                        state,
                        expressions.real(equation.value(), population, section),
                        isHeld(name, section),
                        equation,
                        population.parameters());
            }
        }
        for (Projection projection : population.incoming()) {
            projection.inTime().ifPresent(synapses -> synapses.integrateAtTargets(system));
        }
        joined.accept(system);
        inlining = false;
        // What arrived gets a name, for whoever records it.
        for (Map.Entry<String, Expr> one : arriving.entrySet()) {
            one.setValue(expressions
                    .emission()
                    .temporary(
                            population.name() + "." + one.getKey(),
                            section,
                            one.getValue(),
                            Slot.SETTLE,
                            Owner.NEURON,
                            Matter.NEURON,
                            population.span()));
        }
        system.emit(method(), section);
        for (Item.Handler handler : model.items(Item.Handler.class)) {
            if (handler.trigger() == Item.Trigger.EACH && isEvent(handler, "step")) {
                run(handler.body(), Optional.empty(), section, Slot.INTEGRATE);
            }
        }
        arrivals.values().forEach(arrived -> expressions
                .emission()
                .update(section, arrived, Optional.empty(), new Const(0), Slot.INTEGRATE, arrived.origin()));
        events.forEach(event -> threshold(event, section));
    }

    private Optional<Name> method() {
        return model.items(Item.Method.class).stream()
                .reduce((first, last) -> last)
                .map(Item.Method::name);
    }

    private static boolean isEvent(Item.Handler handler, String event) {
        return handler.event().map(e -> e.span().text().equals(event)).orElse(false);
    }

    private void countDown(Section section) {
        pauses.forEach((item, counter) -> {
            Expr less = Emission.prim(Op.SUB, expressions.emission().read(counter, section), new Const(1));
            expressions
                    .emission()
                    .update(
                            section,
                            counter,
                            Optional.empty(),
                            Emission.prim(Op.MAX, new Const(0), less),
                            Slot.CLAMP,
                            item.span());
        });
    }

    private Expr lasts(Var counter, Section section) {
        return Emission.prim(Op.GT, expressions.emission().read(counter, section), new Const(0));
    }

    private Optional<Expr> isHeld(String state, Section section) {
        Optional<Expr> paused = isPaused(state, section);
        if (frozen.isEmpty() || !isShared(state)) {
            return paused;
        }
        Expr keeps = expressions.emission().read(frozen.get(), section);
        return Optional.of(paused.map(p -> Emission.prim(Op.OR, p, keeps)).orElse(keeps));
    }

    private Optional<Expr> isPaused(String state, Section section) {
        return pauses.entrySet().stream()
                .filter(pause -> pause.getKey() instanceof Item.Hold hold
                        && hold.names().stream().anyMatch(name -> name.text().equals(state)))
                .map(pause -> lasts(pause.getValue(), section))
                .reduce((a, b) -> Emission.prim(Op.OR, a, b));
    }

    private void threshold(Item.Spike item, Section section) {
        boolean isSpike = item.event().isEmpty();
        if (held.containsKey(item.name()) || isSpike && network.isPlayed(population)) {
            return;
        }
        Expr reached = item.stochastic() ? chance(item, section) : condition(item, section);
        // What keeps a neuron silent keeps it from spiking, not from what else may happen to it.
        for (Var counter : isSpike ? pauses.values() : List.<Var>of()) {
            Expr over = Emission.prim(Op.LE, expressions.emission().read(counter, section), new Const(0));
            reached = Emission.prim(Op.AND, reached, over);
        }
        expressions
                .emission()
                .update(section, flags.get(item.name()), Optional.empty(), reached, Slot.THRESHOLD, item.span());
    }

    private Expr chance(Item.Spike item, Section section) {
        Expr p = expressions.real(item.condition(), population, section);
        if (p instanceof Const constant && !(constant.value() >= 0 && constant.value() <= 1)) {
            expressions
                    .sink()
                    .warning(
                            Code.NO_EFFECT,
                            population.span(),
                            "the probability '" + item.condition().span().text() + "' of '" + population.name()
                                    + "' is "
                                    + (float) constant.value() + " in each step of " + Seconds.words(time.dt())
                                    + (constant.value() < 0
                                            ? ", less than 0: it never happens"
                                            : ", more than 1: it happens" + " once in each step"));
        }
        return new Expr.Draw(
                Dist.BERNOULLI, List.of(p), population.name() + "." + item.name(), population.space(), false);
    }

    /** A threshold; {@code rises(c)} is a condition that was not true one step ago. */
    private Expr condition(Item.Spike event, Section section) {
        org.altdsl.ast.Expr written = event.condition();
        String of = event.event().map(name -> name.text() + "_").orElse("");
        if (!(written instanceof org.altdsl.ast.Expr.Call call)
                || !call.function().span().text().equals("rises")
                || call.arguments().size() != 1) {
            return expressions.real(written, population, section);
        }
        Expr now = expressions.real(call.arguments().get(0).value(), population, section);
        Expr start = expressions.real(call.arguments().get(0).value(), population, Section.INIT);
        Var was = expressions
                .emission()
                .declare(variable(of + "was_true", DType.FLAG, Optional.of(start), written.span(), Matter.NEURON));
        Expr is = expressions
                .emission()
                .temporary(
                        population.name() + "." + of + "is_true",
                        section,
                        now,
                        Slot.THRESHOLD,
                        Owner.NEURON,
                        Matter.NEURON,
                        written.span());
        Expr rises = expressions
                .emission()
                .temporary(
                        population.name() + "." + of + "rises",
                        section,
                        Emission.prim(
                                Op.AND,
                                is,
                                Emission.prim(Op.NOT, expressions.emission().read(was, section))),
                        Slot.THRESHOLD,
                        Owner.NEURON,
                        Matter.NEURON,
                        written.span());
        expressions.emission().update(section, was, Optional.empty(), is, Slot.THRESHOLD, written.span());
        return rises;
    }

    /** Runs the blocks of what happens to its neurons, spikes first, and those that follow it after a while. */
    void reset() {
        events.stream().filter(event -> event.event().isEmpty()).forEach(this::reset);
        events.stream().filter(event -> event.event().isPresent()).forEach(this::reset);
    }

    private void reset(Item.Spike item) {
        Section section = Section.TICK;
        Expr happens = expressions.emission().read(flags.get(item.name()), section);
        for (Item.Handler handler : model.items(Item.Handler.class)) {
            if (handler.trigger() == Item.Trigger.ON && isEvent(handler, item.name())) {
                long delay = handler.delay()
                        .map(d -> expressions.number(d, population, section, "a delay"))
                        .map(time::nearest)
                        .orElse(0L);
                Expr then = delay == 0
                        ? happens
                        : Expr.Gather.of(new org.altdsl.ir.IndexMap.Shift(Math.toIntExact(delay)), happens);
                run(handler.body(), Optional.of(then), section, Slot.RESET);
            }
        }
        run(item.body(), Optional.of(happens), section, Slot.RESET);
        item.otherwise()
                .ifPresent(block -> run(block, Optional.of(Emission.prim(Op.NOT, happens)), section, Slot.RESET));
    }

    private void run(List<Item> items, Optional<Expr> guard, Section section, Slot slot) {
        network.statements().block(items, new Block(), section, slot, guard);
    }

    /** The names of what it has beside parameters. */
    Set<String> names() {
        Set<String> names = new LinkedHashSet<>(states.keySet());
        names.addAll(flags.keySet());
        return names;
    }

    /** A block of the neuron's own. */
    private final class Block implements Statements.Place {
        @Override
        public Scope scope() {
            return population;
        }

        @Override
        public Optional<Statements.Target> target(String name, Span at) {
            return state(name).map(variable -> new Statements.Target(variable, false, false));
        }

        @Override
        public boolean special(Item item, Scope scope, Section section, Slot slot, Optional<Expr> guard) {
            if (item instanceof Item.Assign assign
                    && frozen.isPresent()
                    && isShared(assign.target().span().text())) {
                Var state = states.get(assign.target().span().text());
                Expr value = expressions.real(assign.value(), scope, section, state.space());
                Expr old = expressions.emission().read(state, section);
                Expr next =
                        switch (assign.operator()) {
                            case SET -> value;
                            case ADD -> Emission.prim(Op.ADD, old, value);
                            case SUBTRACT -> Emission.prim(Op.SUB, old, value);
                            case MULTIPLY -> Emission.prim(Op.MUL, old, value);
                            case DIVIDE -> Emission.prim(Op.DIV, old, value);
                        };
                Expr free = Emission.prim(Op.NOT, expressions.emission().read(frozen.get(), section));
                Optional<Expr> when = Optional.of(
                        guard.map(g -> Emission.prim(Op.AND, g, free)).orElse(free));
                expressions.emission().update(section, state, when, next, slot, item.span());
                return true;
            }
            Var counter = pauses.get(item);
            if (counter == null) {
                return false;
            }
            org.altdsl.ast.Expr duration =
                    item instanceof Item.Hold hold ? hold.duration() : ((Item.Refractory) item).duration();
            Expr length = expressions.real(duration, scope, section);
            Expr steps = time.whole(length);
            if (length instanceof Const constant
                    && steps instanceof Const none
                    && none.value() < 1
                    && constant.value() != 0) {
                expressions
                        .sink()
                        .warning(
                                Code.NO_EFFECT,
                                item.span(),
                                "'" + item.span().text() + "' is "
                                        + (constant.value() < 0
                                                ? "a negative time here, " + Seconds.words(constant.value())
                                                : Seconds.words(constant.value()) + " here, less than a step of "
                                                        + Seconds.words(time.dt()))
                                        + ": it has no effect");
            }
            expressions.emission().update(section, counter, guard, steps, slot, item.span());
            return true;
        }

        @Override
        public void afterWrite(Var variable, Section section) {
            // Neurons declare no bounds.
        }

        @Override
        public void report(String name, Var variable) {
            throw expressions.error(
                    Code.NOT_ALLOWED_HERE, variable.origin(), "a neuron has nothing to report; a rule has");
        }

        @Override
        public boolean isAt(Optional<Name> at) {
            String place = at.map(Name::text).orElse("");
            return at.isEmpty() ? !population.isOutput() : place.equals("output") && population.isOutput();
        }

        @Override
        public String owner() {
            return population.name();
        }
    }
}
