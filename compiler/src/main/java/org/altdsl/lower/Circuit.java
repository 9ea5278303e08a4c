package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.ast.Name;
import org.altdsl.diag.Code;
import org.altdsl.ir.Axis;
import org.altdsl.ir.DType;
import org.altdsl.ir.Expr.Const;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;
import org.altdsl.source.Span;

/**
 * A network, or a circuit that is a part of one: its populations and projections by name, what it keeps itself
 * ({@code state rate[O]}), what is defined in it, and what it does in steps and at events.
 */
final class Circuit implements Scope, Value.Members {
    private final String name;
    private final Optional<Scope> outer;
    private final Network network;
    private final Expressions expressions;
    private final Map<String, Value> parts = new LinkedHashMap<>();
    private final Map<String, Binding> definitions = new LinkedHashMap<>();
    private final Map<String, Declaration> functions = new LinkedHashMap<>();
    private final Map<String, Var> states = new LinkedHashMap<>();
    private final List<Projection> projections = new ArrayList<>();
    private final List<Doing> doings = new ArrayList<>();
    private final Map<String, Happening> happenings = new LinkedHashMap<>();
    private final Set<String> open = new LinkedHashSet<>();
    private Map<String, Parameter> parameters = Map.of();
    private Optional<Population> input = Optional.empty();
    private Optional<Population> output = Optional.empty();

    /** Something that it does, with the names that it is written with. */
    private record Doing(Item item, Scope scope) {}

    /**
     * @param name what it is called in the network, {@code ""} for the network itself
     * @param outer where names are looked for that it does not declare
     */
    Circuit(String name, Optional<Scope> outer, Network network) {
        this.name = requireNonNull(name);
        this.outer = requireNonNull(outer);
        this.network = requireNonNull(network);
        this.expressions = network.expressions();
    }

    String name() {
        return name;
    }

    /** What the names of its parts begin with in the whole network. */
    String prefix() {
        return name.isEmpty() ? "" : name + ".";
    }

    /** Its populations, projections and circuits by their names in it. */
    Map<String, Value> parts() {
        return parts;
    }

    void parameters(Map<String, Parameter> bound) {
        parameters = requireNonNull(bound);
    }

    /** Its projections, those of the circuits in it included, in the order declared. */
    List<Projection> projections() {
        List<Projection> all = new ArrayList<>(projections);
        for (Circuit other : network.circuits()) {
            if (other != this && other.name.startsWith(prefix())) {
                all.addAll(other.projections);
            }
        }
        return all;
    }

    void add(Projection projection) {
        projections.add(projection);
    }

    /** Whether it is the network itself, rather than a part of it. */
    boolean isNetwork() {
        return name.isEmpty();
    }

    void input(Population population) {
        input = Optional.of(population);
    }

    void output(Population population) {
        output = Optional.of(population);
    }

    /** Takes in a definition or a function; does nothing with any other item. */
    void define(Item item) {
        if (item instanceof Item.Lets lets) {
            for (Binding binding : lets.bindings()) {
                if (binding.drawn() || !binding.axes().isEmpty()) {
                    throw expressions.error(
                            Code.NOT_YET, binding.span(), "tables and draws in a network cannot be run yet");
                }
                definitions.put(binding.name().text(), binding);
            }
        } else if (item instanceof Item.Local local) {
            functions.put(local.declaration().name().text(), local.declaration());
        }
    }

    boolean knows(String wanted) {
        return parts.containsKey(wanted)
                || definitions.containsKey(wanted)
                || parameters.containsKey(wanted)
                || states.containsKey(wanted);
    }

    /** Declares what it keeps: one number, or with {@code state rate[O]} one for each neuron of a population. */
    void state(Item.States item, Scope scope, Map<String, Binding> given) {
        expressions.time(item.span());
        boolean global =
                item.place().map(place -> place.text().equals("global")).orElse(true);
        if (!global) {
            throw expressions.error(
                    Code.NOT_ALLOWED_HERE,
                    item.span(),
                    "a network keeps one number, or one for each neuron of a population: state rate[O] = 0");
        }
        for (Binding declared : item.bindings()) {
            String label = declared.name().text();
            Space space = Space.SCALAR;
            for (Expr.Argument axis : declared.axes()) {
                space = space.union(population(axis, scope).space());
            }
            Binding initial = name.isEmpty() ? given.getOrDefault(label, declared) : declared;
            org.altdsl.ir.Expr init = initial.value().isEmpty()
                    ? new Const(0)
                    : initial.drawn()
                            ? new Builtins(expressions)
                                    .draw(initial.value().get(), scope, Section.INIT, space, prefix() + label, true)
                            : expressions.real(
                                    initial.value().get(), Scope.over(scope).drawing(space), Section.INIT, space);
            states.put(
                    label,
                    expressions
                            .emission()
                            .declare(new Var(
                                    expressions.emission().freeName(prefix() + label),
                                    space,
                                    DType.REAL,
                                    org.altdsl.runtime.plan.Scope.RUN,
                                    Owner.HARNESS,
                                    Matter.MODULATOR,
                                    Optional.of(init),
                                    declared.span(),
                                    label)));
        }
    }

    private Population population(Expr.Argument axis, Scope scope) {
        Value value = expressions.value(axis.value(), scope, Section.INIT);
        if (value instanceof Value.Place place && place.members() instanceof Population population) {
            return population;
        }
        throw expressions.error(
                Code.WRONG_TYPE,
                axis.value().span(),
                "a state of a network has one value for each neuron of a population; this is "
                        + Expressions.describe(value));
    }

    /** Takes in a block, an equation of a state or a random process. */
    void does(Item item, Scope scope) {
        doings.add(new Doing(item, scope));
        if (item instanceof Item.Handler handler) {
            scheduled(handler.body(), scope);
        }
    }

    /** Declares the events that blocks schedule. */
    private void scheduled(List<Item> items, Scope scope) {
        for (Item item : items) {
            if (item instanceof Item.Schedule schedule) {
                happenings.computeIfAbsent(
                        schedule.event().text(),
                        event -> new Happening(prefix() + event, expressions, schedule.span()));
                happenings.get(schedule.event().text()).mayBeIn(schedule.delay(), scope);
            } else if (item instanceof Item.If branch) {
                scheduled(branch.body(), scope);
                scheduled(branch.otherwise(), scope);
            } else if (item instanceof Item.MatchItem match) {
                match.branches().forEach(branch -> scheduled(branch.body(), scope));
            }
        }
    }

    /** Integrates the equations of its states. */
    void integrate() {
        Integrating system = new Integrating(expressions, network.time().orElseThrow());
        for (Doing doing : doings) {
            if (doing.item() instanceof Item.Equation equation) {
                String label = equation.target().span().text().replace("'", "").strip();
                Var state = states.get(label);
                if (state == null) {
                    throw expressions.error(
                            Code.NOT_ASSIGNABLE,
                            equation.target().span(),
                            "an equation is for a state of the network; '" + label + "' is none");
                }
                system.add(
                        state,
                        expressions.real(equation.value(), doing.scope(), Section.TICK),
                        Optional.empty(),
                        equation,
                        parameters);
            }
        }
        system.emit(Optional.empty(), Section.TICK);
    }

    /** Forgets which events happened in the step before. */
    void forgetHappened() {
        happenings.values().forEach(Happening::forget);
    }

    /** Runs the blocks of its events: {@code on target.pre.spike}, {@code on reward}. */
    void atEvents() {
        for (Doing doing : doings) {
            if (doing.item() instanceof Item.Handler handler && handler.trigger() == Item.Trigger.ON) {
                Expr event = handler.event().orElseThrow();
                Happening happening = happenings.get(event.span().text());
                org.altdsl.ir.Expr flag = happening != null
                        ? happening.now(Section.TICK)
                        : expressions.real(event, doing.scope(), Section.TICK);
                run(handler, doing.scope(), Section.TICK, Slot.ON_POST, Optional.of(flag));
            }
        }
    }

    /** Runs its blocks of a span: {@code each step}, {@code before trial}, {@code after trial}. */
    void at(Item.Trigger trigger, Set<String> events, Section section, Slot slot) {
        for (Doing doing : doings) {
            if (doing.item() instanceof Item.Handler handler
                    && handler.trigger() == trigger
                    && handler.event()
                            .map(event -> events.contains(event.span().text()))
                            .orElse(false)) {
                run(handler, doing.scope(), section, slot, Optional.empty());
            }
        }
    }

    private void run(
            Item.Handler handler, Scope scope, Section section, Slot slot, Optional<org.altdsl.ir.Expr> guard) {
        try {
            network.statements().block(handler.body(), new Block(scope), section, slot, guard);
        } catch (Abandon reported) {
            // What else happens may have errors of its own.
            return;
        }
    }

    /** What it keeps of a population's neurons, as a quantity of those. */
    Optional<Value> atPopulation(Population population, String wanted, Section section) {
        Var state = states.get(wanted);
        return state != null && state.space().equals(population.space())
                ? Optional.of(new Value.Real(expressions.emission().read(state, section)))
                : Optional.empty();
    }

    @Override
    public Optional<Value> member(String wanted, Section section, Span at) {
        Value part = parts.get(wanted);
        if (part != null) {
            return Optional.of(part);
        }
        Parameter parameter = parameters.get(wanted);
        if (parameter != null) {
            return Optional.of(parameter.value(expressions, section));
        }
        Var state = states.get(wanted);
        if (state != null) {
            return Optional.of(new Value.Real(expressions.emission().read(state, section)));
        }
        Binding definition = definitions.get(wanted);
        if (definition != null) {
            return Optional.of(defined(wanted, definition, section, at));
        }
        Declaration function = functions.get(wanted);
        if (function != null) {
            return Optional.of(new Value.Function(function, Optional.of(this)));
        }
        Happening happening = happenings.get(wanted);
        if (happening != null) {
            return Optional.of(new Value.Real(happening.now(section), true));
        }
        for (Doing doing : doings) {
            if (doing.item() instanceof Item.Noise noise
                    && noise.target().span().text().equals(wanted)) {
                return Optional.of(new Value.Real(noise(noise, doing.scope(), section)));
            }
        }
        if (Processes.isWhite(wanted) && section.is(Section.Kind.TICK)) {
            return Optional.of(new Value.Real(expressions.processes(at).white(wanted, stream(), Space.SCALAR, at)));
        }
        return switch (wanted) {
            case "input" -> name.isEmpty() ? Optional.empty() : input.map(place -> new Value.Place(wanted, place));
            case "output" -> name.isEmpty() ? Optional.empty() : output.map(place -> new Value.Place(wanted, place));
            default -> Optional.empty();
        };
    }

    private Value defined(String wanted, Binding definition, Section section, Span at) {
        if (!open.add(wanted)) {
            throw expressions.error(Code.RECURSIVE_DEFINITION, at, "'" + wanted + "' is defined by itself");
        }
        try {
            Scope scope = outer.<Scope>map(names -> names).orElse(this);
            return expressions.value(definition.value().orElseThrow(), scope, section);
        } finally {
            open.remove(wanted);
        }
    }

    /** A random number that all of the network shares, drawn in every step. */
    private org.altdsl.ir.Expr noise(Item.Noise item, Scope scope, Section section) {
        String full = prefix() + item.target().span().text();
        return section.is(Section.Kind.INIT)
                ? new Const(0)
                : expressions.processes(item.span()).value(item.distribution(), scope, Space.SCALAR, full, item.span());
    }

    @Override
    public Optional<Value> find(String wanted, Section section, Span at) {
        Optional<Value> own = member(wanted, section, at);
        return own.isPresent() || outer.isEmpty() ? own : outer.get().find(wanted, section, at);
    }

    @Override
    public List<String> names() {
        Set<String> all = new LinkedHashSet<>(parts.keySet());
        all.addAll(parameters.keySet());
        all.addAll(states.keySet());
        all.addAll(definitions.keySet());
        all.addAll(functions.keySet());
        all.addAll(happenings.keySet());
        return List.copyOf(all);
    }

    @Override
    public Optional<Space> axis(String word) {
        if (parts.get(word) instanceof Value.Place place && place.members() instanceof Population population) {
            return Optional.of(population.space());
        }
        if (word.equals("batch")) {
            return Optional.of(Space.of(Axis.LANE));
        }
        return outer.flatMap(scope -> scope.axis(word));
    }

    @Override
    public Space drawSpace() {
        return Space.SCALAR;
    }

    @Override
    public String stream() {
        return name.isEmpty() ? "network" : name;
    }

    /** A block of the network's own. */
    private final class Block implements Statements.Place {
        private final Scope scope;

        Block(Scope scope) {
            this.scope = scope;
        }

        @Override
        public Scope scope() {
            return scope;
        }

        @Override
        public Optional<Statements.Target> target(String wanted, Span at) {
            return Optional.ofNullable(states.get(wanted))
                    .map(variable -> new Statements.Target(variable, false, false));
        }

        @Override
        public boolean special(Item item, Scope at, Section section, Slot slot, Optional<org.altdsl.ir.Expr> guard) {
            if (item instanceof Item.Schedule schedule) {
                Happening happening = happenings.get(schedule.event().text());
                happening.schedule(schedule.delay(), at, section, slot, guard.map(Block::any), schedule.span());
                return true;
            }
            return false;
        }

        private static org.altdsl.ir.Expr any(org.altdsl.ir.Expr flag) {
            return flag.space().isScalar() ? flag : Builtins.reduce(org.altdsl.ir.Fold.MAX, flag, flag.space());
        }

        @Override
        public void afterWrite(Var variable, Section section) {
            // A network declares no bounds.
        }

        @Override
        public void report(String wanted, Var variable) {
            throw expressions.error(
                    Code.NOT_ALLOWED_HERE, variable.origin(), "a network has nothing to report; a rule has");
        }

        @Override
        public boolean isAt(Optional<Name> at) {
            return at.isEmpty();
        }

        @Override
        public String owner() {
            return stream();
        }
    }
}
