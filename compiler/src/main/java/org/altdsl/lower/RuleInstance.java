package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Item;
import org.altdsl.ast.Name;
import org.altdsl.diag.Code;
import org.altdsl.ir.Axis;
import org.altdsl.ir.DType;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;
import org.altdsl.names.Flattened;
import org.altdsl.source.Span;

/** A rule in use: its parameters, the projections it teaches, and what it keeps beside them and at their neurons. */
final class RuleInstance {
    /** What a rule calls the quantity that it teaches. */
    static final String WEIGHT = "w";

    private final Flattened model;
    private final Value.Model use;
    private final String learnable;
    private final Network network;
    private final Expressions expressions;
    private final Map<String, Parameter> parameters;
    private final Map<String, Binding> givenStates;
    private final List<Projection> projections = new ArrayList<>();
    private final Map<String, Var> variables = new HashMap<>();
    private final Map<String, Expr> signals = new HashMap<>();
    private final Set<String> open = new HashSet<>();
    private final Pathways pathways;
    private final Phases phases;
    private final Set<String> perSample;

    /**
     * @param learnable the quantity of synapses that it teaches, which it calls {@code w}
     * @param givenStates initial values that a test gives instead of the declared ones
     */
    RuleInstance(
            Flattened model, Value.Model use, String learnable, Network network, Map<String, Binding> givenStates) {
        this.model = network.time().isPresent() ? withTraces(model) : model;
        this.use = requireNonNull(use);
        this.learnable = requireNonNull(learnable);
        this.network = requireNonNull(network);
        this.expressions = network.expressions();
        this.givenStates = requireNonNull(givenStates);
        Set<String> also = new LinkedHashSet<>();
        model.items(Item.Feedback.class)
                .forEach(feedback -> also.add(feedback.name().text()));
        model.items(Item.Modulators.class)
                .forEach(m -> also.add(m.bindings().get(0).name().text()));
        this.parameters = Parameter.bind(model, use, defaults(), also, expressions);
        // In time, what a trial has for itself is known when it is run beside others.
        this.perSample = network.time().isPresent() ? Set.of() : writtenPerSample();
        this.pathways = new Pathways(this, expressions);
        this.phases = new Phases(this, expressions);
    }

    /** A rule whose traces, {@code pre x' = e}, are states with an equation. */
    private static Flattened withTraces(Flattened model) {
        List<Item> items = new ArrayList<>();
        for (Item item : model.items()) {
            if (item instanceof Item.Equation equation && equation.place().isPresent()) {
                Name name = new Name(
                        equation.target().span(),
                        equation.target().span().text().replace("'", "").strip());
                Binding starts =
                        new Binding(equation.span(), name, List.of(), Optional.empty(), Optional.empty(), false);
                items.add(new Item.States(equation.span(), false, equation.place(), List.of(starts)));
            }
            items.add(item);
        }
        return new Flattened(model.declaration(), model.ancestry(), model.parameters(), items);
    }

    /** The scope of parameters' defaults: other parameters, whatever they stand beside. */
    private Defaults defaults() {
        return new Defaults(() -> parameters, expressions, name());
    }

    /** States that are written where each sample has its own value. */
    private Set<String> writtenPerSample() {
        Set<String> written = new HashSet<>();
        for (Item.Handler handler : model.items(Item.Handler.class)) {
            String event = handler.event().map(e -> e.span().text()).orElse("");
            boolean afterPhase = model.items(Item.Phase.class).stream()
                    .anyMatch(phase -> phase.name().text().equals(event));
            if (event.equals("forward") || event.equals("sample") || afterPhase) {
                collectTargets(handler.body(), written);
            }
        }
        return written;
    }

    private static void collectTargets(List<Item> items, Set<String> written) {
        for (Item item : items) {
            if (item instanceof Item.Assign assign && assign.target() instanceof org.altdsl.ast.Expr.Reference target) {
                written.add(target.name());
            } else if (item instanceof Item.Located located) {
                collectTargets(List.of(located.item()), written);
            } else if (item instanceof Item.If branch) {
                collectTargets(branch.body(), written);
                collectTargets(branch.otherwise(), written);
            }
        }
    }

    String name() {
        return model.name();
    }

    Flattened model() {
        return model;
    }

    Value.Model use() {
        return use;
    }

    Network network() {
        return network;
    }

    /** Whether it says that it adapts a quantity of the neurons at one end of its projections. */
    boolean adapts(String side, String name) {
        return model.items(Item.Adapts.class).stream()
                .flatMap(item -> item.targets().stream())
                .anyMatch(target -> target.span().text().replaceAll("\\s", "").equals(side + "." + name));
    }

    /** Makes what it adapts of the neurons of a projection something that can change. */
    void adapt(Projection projection) {
        for (Item.Adapts item : model.items(Item.Adapts.class)) {
            for (org.altdsl.ast.Expr target : item.targets()) {
                org.altdsl.ast.Expr.Member member = (org.altdsl.ast.Expr.Member) target;
                boolean before = member.of().span().text().equals("pre");
                (before ? projection.pre() : projection.post())
                        .adapt(member.name().text(), target.span());
            }
        }
    }

    /** The variable of something that it adapts, by its bare name. */
    Optional<Var> adapted(String name, Projection projection) {
        if (adapts("post", name)) {
            return projection.post().state(name);
        }
        return adapts("pre", name) ? projection.pre().state(name) : Optional.empty();
    }

    /** Its phases. */
    Phases phases() {
        return phases;
    }

    /** Its feedback pathways. */
    Pathways pathways() {
        return pathways;
    }

    Map<String, Parameter> parameters() {
        return parameters;
    }

    List<Projection> projections() {
        return projections;
    }

    /** The populations its projections end at, each once, in the order of the forward pass. */
    List<Population> targets() {
        return projections.stream().map(Projection::post).distinct().toList();
    }

    List<String> memberNames() {
        Set<String> names = new LinkedHashSet<>(parameters.keySet());
        for (Item item : model.items()) {
            if (item instanceof Item.States states) {
                names.add(states.bindings().get(0).name().text());
            } else if (item instanceof Item.Lets lets) {
                names.add(lets.bindings().get(0).name().text());
            } else if (item instanceof Item.Cases cases) {
                names.add(cases.name().text());
            } else if (item instanceof Item.Feedback feedback) {
                names.add(feedback.name().text());
            } else if (item instanceof Item.Modulators modulators) {
                names.add(modulators.bindings().get(0).name().text());
            }
        }
        return List.copyOf(names);
    }

    Optional<List<Scope>> each(String axis) {
        if (!axis.equals("layers")) {
            return Optional.empty();
        }
        return Optional.of(projections.stream()
                .filter(Projection::isPlastic)
                .<Scope>map(projection -> new RuleScopes.AtProjection(this, projection))
                .toList());
    }

    /** A bare name inside the rule, beside a projection or at a population. */
    Optional<Value> find(
            String name, Scope scope, Optional<Projection> beside, Population population, Section section, Span at) {
        Parameter parameter = parameters.get(name);
        if (parameter != null && !isFeedback(name) && !isModulator(name)) {
            return Optional.of(parameterValue(name, parameter, scope, section));
        }
        for (Item item : model.items()) {
            Optional<Value> found = member(item, name, scope, beside, population, section, at);
            if (found.isPresent()) {
                return found;
            }
        }
        if (adapts("post", name)) {
            return population
                    .quantity(name, section, at)
                    .map(value -> beside.isPresent() ? scope.atTargets(value) : value);
        }
        if (beside.isPresent() && adapts("pre", name)) {
            return beside.get().pre().quantity(name, section, at).map(scope::atSynapses);
        }
        return Optional.empty();
    }

    /**
     * Parameters whose default depends on where they stand ({@code 1/sqrt(fan_out)}, {@code post.v}) are read there; in what
     * is given at the use ({@code post.u}), the ends are those of the projection that is taught.
     */
    private Value parameterValue(String name, Parameter parameter, Scope scope, Section section) {
        boolean isDefault = model.parameters().get(name) == parameter.binding();
        Binding binding = parameter.binding();
        if (isDefault && binding.value().isPresent()) {
            return expressions.value(binding.value().get(), scope, section);
        }
        return new Parameter(binding, new RuleScopes.Given(parameter.scope(), scope)).value(expressions, section);
    }

    private Optional<Value> member(
            Item item,
            String name,
            Scope scope,
            Optional<Projection> beside,
            Population population,
            Section section,
            Span at) {
        if (item instanceof Item.States states && named(states.bindings().get(0).name(), name)) {
            boolean before = beside.isPresent() && place(states).equals("pre");
            Value value = state(states, beside, before ? beside.get().pre() : population, section);
            boolean ofSynapses = beside.isPresent()
                    && value instanceof Value.Real real
                    && real.expr().space().contains(beside.get().space());
            if (before) {
                return Optional.of(ofSynapses ? value : scope.atSynapses(value));
            }
            return Optional.of(beside.isPresent() && place(states).equals("post") ? scope.atTargets(value) : value);
        }
        if (item instanceof Item.Lets lets && named(lets.bindings().get(0).name(), name)) {
            return Optional.of(definition(lets.bindings().get(0), scope, section, at));
        }
        if (item instanceof Item.Cases cases && named(cases.name(), name)) {
            if (cases.signal()) {
                return Optional.of(scope.atTargets(new Value.Real(signal(cases, population, section, at))));
            }
            return Optional.of(located(cases, scope, population, section));
        }
        if (item instanceof Item.Feedback feedback && named(feedback.name(), name)) {
            if (beside.isEmpty()) {
                throw expressions.error(
                        Code.NOT_ALLOWED_HERE, at, "at a neuron, a pathway is used as through(" + name + ", x)");
            }
            return Optional.of(new Value.Real(pathways.beside(feedback, beside.get(), section)));
        }
        if (item instanceof Item.Noise noise && noise.target().span().text().equals(name)) {
            boolean before = beside.isPresent() && isAtSources(noise);
            Value value = new Value.Real(noise(noise, beside, population, section, at));
            boolean after = beside.isPresent()
                    && noise.place().map(Name::text).orElse("post").equals("post");
            return Optional.of(before ? scope.atSynapses(value) : after ? scope.atTargets(value) : value);
        }
        if (item instanceof Item.Modulators modulators
                && named(modulators.bindings().get(0).name(), name)) {
            return Optional.of(modulator(modulators.bindings().get(0), section, at));
        }
        if (item instanceof Item.Local local && named(local.declaration().name(), name)) {
            return Optional.of(new Value.Function(local.declaration(), Optional.of(scope)));
        }
        return Optional.empty();
    }

    /**
     * A random process of the rule at the neurons of a population or at the synapses of a projection: drawn anew for
     * every pass, and for every sample unless it is shared.
     */
    private Expr noise(Item.Noise item, Optional<Projection> beside, Population population, Section section, Span at) {
        boolean ofSynapses = item.place().map(Name::text).orElse("post").equals("synapse");
        if (ofSynapses && beside.isEmpty()) {
            throw expressions.error(
                    Code.NOT_ALLOWED_HERE,
                    at,
                    "'" + item.target().span().text() + "' belongs to a synapse and cannot be read at a neuron");
        }
        Population home = beside.isPresent() && isAtSources(item) ? beside.get().pre() : population;
        String owner = ofSynapses ? beside.get().name() : home.name();
        String name = owner + "." + item.target().span().text() + section.suffix();
        Expr known = signals.get(name);
        if (known != null) {
            return known;
        }
        Space places = ofSynapses ? beside.get().space() : home.space();
        if (network.time().isPresent()) {
            Site site = ofSynapses ? Site.SYNAPSE : isAtSources(item) ? Site.SOURCE : Site.TARGET;
            Scope there = beside.isPresent()
                    ? new RuleScopes.AtProjection(this, beside.get(), site)
                    : new RuleScopes.AtNeuron(this, home);
            return section.is(Section.Kind.INIT)
                    ? new Expr.Const(0)
                    : expressions
                            .processes(at)
                            .value(
                                    item.distribution(),
                                    there,
                                    item.shared() ? Space.SCALAR : places,
                                    name() + "." + name,
                                    item.span());
        }
        Space space = item.shared() ? places : places.with(Axis.LANE);
        Scope scope =
                ofSynapses ? new RuleScopes.AtProjection(this, beside.get()) : new RuleScopes.AtNeuron(this, home);
        Expr drawn = new Builtins(expressions)
                .draw(item.distribution(), scope, section.settle(), space, name() + "." + name, false);
        Emission emission = expressions.emission();
        Var variable = emission.declare(new Var(
                emission.freeName(name),
                space,
                DType.REAL,
                org.altdsl.runtime.plan.Scope.STEP,
                Owner.RULE,
                Matter.OTHER,
                Optional.empty(),
                item.span(),
                item.target().span().text()));
        emission.update(Section.SETTLE, variable, Optional.empty(), drawn, Slot.CLAMP, item.span());
        Expr read = emission.read(variable, Section.SETTLE);
        signals.put(name, read);
        return read;
    }

    private static boolean isAtSources(Item.Noise item) {
        return item.place().map(Name::text).orElse("post").equals("pre");
    }

    private static boolean named(Name declared, String name) {
        return declared.text().equals(name);
    }

    private boolean isFeedback(String name) {
        return model.items(Item.Feedback.class).stream().anyMatch(feedback -> named(feedback.name(), name));
    }

    private boolean isModulator(String name) {
        return model.items(Item.Modulators.class).stream()
                .anyMatch(m -> named(m.bindings().get(0).name(), name));
    }

    private Value modulator(Binding declared, Section section, Span at) {
        String name = declared.name().text();
        Parameter bound = parameters.get(name);
        if (bound != null) {
            Expr value = expressions.real(bound.binding().value().get(), bound.scope(), section);
            // What is broadcast hides what it was made of: the rule sees one number, whoever computes it.
            return new Value.Real(
                    isBroadcast(value)
                            ? expressions
                                    .emission()
                                    .temporary(
                                            name() + "." + name,
                                            section,
                                            value,
                                            Slot.PROPOSE,
                                            Owner.HARNESS,
                                            Matter.MODULATOR,
                                            bound.binding().span())
                            : value);
        }
        // A modulator is broadcast: one number for a sample, never one for each neuron.
        Optional<Value> byName = network.atOutput(name, null, section, at)
                .filter(value -> value instanceof Value.Real real && isBroadcast(real.expr()));
        if (byName.isPresent()) {
            return byName.get();
        }
        if (declared.value().isPresent()) {
            return expressions.value(declared.value().get(), defaults(), section);
        }
        throw expressions.error(
                Code.MISSING_VALUE,
                at,
                "the modulator '" + name + "' is bound to nothing; write learns " + name() + "(" + name + " = …)");
    }

    private static boolean isBroadcast(Expr value) {
        return value.space().without(Axis.LANE).isScalar();
    }

    /** Warns of modulators that are bound to a constant: they tell the rule nothing. */
    void watchModulators() {
        for (Item.Modulators item : model.items(Item.Modulators.class)) {
            Parameter bound = parameters.get(item.bindings().get(0).name().text());
            if (bound == null || bound.binding().value().isEmpty()) {
                continue;
            }
            org.altdsl.ast.Expr value = bound.binding().value().get();
            if (expressions.value(value, bound.scope(), Section.SETTLE) instanceof Value.Real real
                    && real.expr() instanceof Expr.Const) {
                expressions
                        .sink()
                        .warning(
                                Code.NO_EFFECT,
                                value.span(),
                                "the modulator '" + bound.binding().name() + "' never changes");
            }
        }
    }

    private Value definition(Binding binding, Scope scope, Section section, Span at) {
        String name = binding.name().text();
        String guard = name + " " + scope.stream();
        if (!open.add(guard)) {
            throw expressions.error(Code.RECURSIVE_DEFINITION, at, "'" + name + "' is defined by itself");
        }
        try {
            Value value = expressions.value(startingAt(binding), scope, section);
            if (value instanceof Value.Real real) {
                String owner = scope.stream().substring(0, scope.stream().lastIndexOf('.'));
                return new Value.Real(expressions
                        .emission()
                        .temporary(
                                owner + "." + name,
                                section,
                                real.expr(),
                                Slot.PROPOSE,
                                Owner.RULE,
                                Matter.OTHER,
                                binding.span()));
            }
            return value;
        } finally {
            open.remove(guard);
        }
    }

    /** What a definition says; a filter that a test gives a value starts at that. */
    private org.altdsl.ast.Expr startingAt(Binding binding) {
        org.altdsl.ast.Expr value = binding.value().orElseThrow();
        Binding given = givenStates.get(binding.name().text());
        if (given == null
                || !(value instanceof org.altdsl.ast.Expr.Call call)
                || !Filters.isFilter(call.function().span().text())) {
            return value;
        }
        List<org.altdsl.ast.Expr.Argument> arguments = new ArrayList<>(call.arguments());
        arguments.add(new org.altdsl.ast.Expr.Argument(
                call.span(),
                Optional.of(new Name(call.span(), "from")),
                false,
                given.value().orElseThrow()));
        return new org.altdsl.ast.Expr.Call(
                call.span(), call.function(), arguments, call.over(), call.where(), call.otherwise(), call.by());
    }

    private Value located(Item.Cases cases, Scope scope, Population population, Section section) {
        return expressions.value(choose(cases, population), scope, section);
    }

    private org.altdsl.ast.Expr choose(Item.Cases cases, Population population) {
        for (Item.Case one : cases.cases()) {
            if (isAt(one.at(), population)) {
                return one.value();
            }
        }
        throw expressions.error(
                Code.MISSING_VALUE, cases.span(), "'" + cases.name() + "' has no case for '" + population.name() + "'");
    }

    /** Whether a population is the one that {@code at NAME} means; no name is {@code elsewhere}. */
    boolean isAt(Optional<Name> at, Population population) {
        if (at.isEmpty()) {
            return true;
        }
        String place = at.get().text();
        if (place.equals("output")) {
            if (network.output().isEmpty()) {
                throw expressions.error(
                        Code.BAD_EXPERIMENT,
                        projections.get(0).span(),
                        "'" + name() + "' treats the output differently, and there is none: an objective decides which"
                                + " neurons it is, or 'output = y' in the network");
            }
            return population.isOutput();
        }
        if (place.equals("input")) {
            return population.isInput();
        }
        return population.name().equals(place);
    }

    /** A signal at a population, filled where it is first asked for; so its order comes out backwards by itself. */
    private Expr signal(Item.Cases cases, Population population, Section section, Span at) {
        String key = cases.name() + " " + population.name() + section.suffix();
        Expr known = section.isWithinTime() ? null : signals.get(key);
        if (known != null) {
            return known;
        }
        if (!open.add(key)) {
            throw expressions.error(
                    Code.ALGEBRAIC_LOOP,
                    at,
                    "the signal '" + cases.name() + "' depends on itself at '" + population.name() + "'");
        }
        try {
            Scope scope = new RuleScopes.AtNeuron(this, population);
            org.altdsl.ast.Expr source = choose(cases, population);
            Expr value = expressions.real(source, scope, section.settle());
            Emission emission = expressions.emission();
            if (section.isWithinTime()) {
                // In a step, things change between one reader and the next: each sees what the signal is by then.
                return emission.temporary(
                        population.name() + "." + cases.name(),
                        section,
                        value,
                        Slot.SETTLE,
                        Owner.RULE,
                        Matter.OTHER,
                        source.span());
            }
            Var variable = emission.declare(new Var(
                    emission.freeName(population.name() + "." + cases.name() + section.suffix()),
                    value.space().union(population.space()),
                    DType.REAL,
                    org.altdsl.runtime.plan.Scope.STEP,
                    Owner.RULE,
                    Matter.OTHER,
                    Optional.empty(),
                    source.span(),
                    cases.name().text()));
            emission.update(Section.SETTLE, variable, Optional.empty(), value, Slot.SETTLE, source.span());
            Expr read = emission.read(variable, Section.SETTLE);
            signals.put(key, read);
            return read;
        } finally {
            open.remove(key);
        }
    }

    /** What the rule keeps at a population and another projection may read: post and pre states, signals, noise. */
    Optional<Value> atPopulation(Population population, String name, Section section, Span at) {
        for (Item item : model.items()) {
            if (item instanceof Item.States states
                    && named(states.bindings().get(0).name(), name)) {
                String place = place(states);
                if (place.equals("post") || place.equals("pre")) {
                    return Optional.of(state(states, Optional.empty(), population, section));
                }
            }
            boolean reached = population.isOutput() || projections.stream().anyMatch(p -> p.post() == population);
            if (item instanceof Item.Noise noise
                    && noise.target().span().text().equals(name)
                    && !noise.place().map(Name::text).orElse("post").equals("synapse")) {
                return Optional.of(new Value.Real(noise(noise, Optional.empty(), population, section, at)));
            }
            if (item instanceof Item.Cases cases && cases.signal() && named(cases.name(), name) && reached) {
                return Optional.of(new Value.Real(signal(cases, population, section, at)));
            }
        }
        return Optional.empty();
    }

    /** A definition of the rule as a member of {@code post}. */
    Optional<Value> defined(String name, Projection projection, Section section, Span at) {
        for (Item.Lets lets : model.items(Item.Lets.class)) {
            if (named(lets.bindings().get(0).name(), name)) {
                Scope scope = new RuleScopes.AtProjection(this, projection);
                return Optional.of(definition(lets.bindings().get(0), scope, section, at));
            }
        }
        return Optional.empty();
    }

    /** The states that it declares to be shared by all samples, as far as they are in use. */
    List<Var> sharedStates() {
        Set<String> names = new HashSet<>();
        for (Item.States states : model.items(Item.States.class)) {
            if (states.shared()) {
                states.bindings().forEach(binding -> names.add(binding.name().text()));
            }
        }
        return variables.values().stream()
                .filter(variable -> names.contains(variable.label()))
                .toList();
    }

    static String place(Item.States states) {
        return states.place().map(Name::text).orElse("synapse");
    }

    private Value state(Item.States states, Optional<Projection> beside, Population population, Section section) {
        Optional<Var> variable = stateVariable(states, beside, population);
        // A neuron's state is 0 at an input, which no projection of the rule ends at.
        return new Value.Real(
                variable.isEmpty() ? new Expr.Const(0) : expressions.emission().read(variable.get(), section));
    }

    /** The variable of a state at a place; none for a state of neurons that no projection of the rule touches. */
    Optional<Var> stateVariable(Item.States states, Optional<Projection> beside, Population population) {
        Binding declared = states.bindings().get(0);
        String name = declared.name().text();
        String place = place(states);
        Space space;
        String owner;
        Scope scope;
        switch (place) {
            case "post", "pre" -> {
                Optional<Projection> alone = beside.filter(p -> place.equals("pre"))
                        .filter(p -> p.inTime().map(TimedSynapses::isDelayed).orElse(false));
                if (alone.isPresent()) {
                    // What is kept of spikes as they arrive differs from projection to projection.
                    Projection own = alone.get();
                    boolean each = own.inTime().get().hasDelayPerSynapse();
                    return Optional.of(declared(
                            declared,
                            own.name() + "." + name,
                            each ? own.space() : own.pre().space(),
                            new RuleScopes.AtProjection(this, own, each ? Site.SYNAPSE : Site.SOURCE),
                            false));
                }
                boolean touched =
                        projections.stream().anyMatch(p -> (place.equals("post") ? p.post() : p.pre()) == population);
                if (!touched) {
                    return Optional.empty();
                }
                space = population.space();
                owner = population.name();
                scope = new RuleScopes.AtNeuron(this, population);
            }
            case "global" -> {
                space = Space.SCALAR;
                owner = name();
                scope = defaults();
            }
            case "layer", "synapse" -> {
                Projection projection = beside.orElseThrow(() -> expressions.error(
                        Code.NOT_ALLOWED_HERE,
                        declared.span(),
                        "'" + name + "' belongs to a synapse and cannot be read at a neuron"));
                space = place.equals("layer") ? Space.SCALAR : projection.space();
                owner = projection.name();
                scope = new RuleScopes.AtProjection(this, projection);
            }
            default ->
                throw expressions.error(
                        Code.NOT_ALLOWED_HERE,
                        states.span(),
                        "a state of a rule is at pre, post, synapse, layer or global");
        }
        boolean laned = !states.shared() && perSample.contains(name);
        Space whole = laned ? space.with(Axis.LANE) : space;
        return Optional.of(declared(declared, owner + "." + name, whole, scope, laned));
    }

    private Var declared(Binding declared, String full, Space space, Scope scope, boolean laned) {
        Var known = variables.get(full);
        if (known == null) {
            Binding initial = givenStates.getOrDefault(declared.name().text(), declared);
            known = declareState(initial, full, space, scope, laned);
            expressions.masks().own(known, scope.mask());
            variables.put(full, known);
        }
        return known;
    }

    private Var declareState(Binding declared, String full, Space space, Scope scope, boolean perSampleState) {
        Emission emission = expressions.emission();
        Expr init;
        if (declared.value().isEmpty()) {
            init = new Expr.Const(0);
        } else if (declared.drawn()) {
            init = new Builtins(expressions).draw(declared.value().get(), scope, Section.INIT, space, full, true);
        } else {
            Scope drawing = Scope.over(scope).drawing(space);
            init = once(expressions.real(declared.value().get(), drawing, Section.INIT, space));
        }
        if (!space.contains(init.space())) {
            throw expressions.error(
                    Code.LOST_AXIS,
                    declared.span(),
                    "the initial value of '" + declared.name() + "' has one value for "
                            + Expressions.words(init.space()) + ", the state one for " + Expressions.words(space));
        }
        if (scope.mask().isPresent() && scope.mask().get().covers(init)) {
            init = scope.mask().get().filled(init, 0);
        } else if (scope.mask().isPresent() && space.contains(scope.drawSpace())) {
            init = scope.mask().get().zeroed(init);
        }
        return emission.declare(new Var(
                emission.freeName(full),
                space,
                DType.REAL,
                perSampleState ? org.altdsl.runtime.plan.Scope.BATCH : life(declared, space),
                Owner.RULE,
                Matter.OTHER,
                Optional.of(init),
                declared.span(),
                declared.name().text()));
    }

    /** What all neurons share is not of a presentation, and is not reset. */
    private org.altdsl.runtime.plan.Scope life(Binding declared, Space space) {
        return space.isScalar()
                ? org.altdsl.runtime.plan.Scope.RUN
                : network.lifeOf(model, declared.name().text());
    }

    /** Draws in an initial value happen once, whatever the batch. */
    private static Expr once(Expr expr) {
        if (expr instanceof Expr.Draw draw) {
            return new Expr.Draw(draw.dist(), draw.arguments(), draw.stream(), draw.space(), true);
        }
        return org.altdsl.ir.Exprs.mapChildren(expr, RuleInstance::once);
    }

    /** What a name of the rule is called in the synapse: {@code w} is what it teaches. */
    String meant(String name) {
        return name.equals(WEIGHT) ? learnable : name;
    }

    /** The learnable variable of a proposal {@code dX}: a weight, a bias of the targets, or a pathway of the rule. */
    Optional<Var> learnable(String name, Projection projection) {
        Var weight = projection.weights().get(meant(name));
        if (weight != null) {
            return Optional.of(weight);
        }
        Var bias = projection.post().biases().get(name);
        if (bias != null) {
            return Optional.of(bias);
        }
        for (Item.Feedback feedback : model.items(Item.Feedback.class)) {
            if (named(feedback.name(), name)
                    && pathways.beside(feedback, projection, Section.BODY) instanceof Expr.Read read
                    && read.variable().matter() == Matter.FEEDBACK) {
                return Optional.of(read.variable());
            }
        }
        return Optional.empty();
    }

    /** The text of what is given for its parameters where it is used. */
    Map<String, String> given() {
        List<String> order = List.copyOf(model.parameters().keySet());
        Map<String, String> given = new LinkedHashMap<>();
        for (int i = 0; i < use.arguments().size(); i++) {
            org.altdsl.ast.Expr.Argument argument = use.arguments().get(i);
            String name = argument.name().map(Name::text).orElse(i < order.size() ? order.get(i) : "");
            given.put(name, argument.value().span().text());
        }
        return given;
    }
}
