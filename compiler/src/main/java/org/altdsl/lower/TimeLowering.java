package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.ast.Name;
import org.altdsl.derive.ode.Step;
import org.altdsl.diag.Code;
import org.altdsl.ir.Expr.Const;
import org.altdsl.ir.Op;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;
import org.altdsl.names.Parts;
import org.altdsl.source.Span;

/**
 * Lowers a step of time of a network, in the documented order: populations settle, integrate and test their thresholds;
 * spikes are delivered, those that arrive before those that are sent back; neurons that spiked reset; then rules do what
 * they do in each step, and their weights move by their equations.
 */
final class TimeLowering {
    private final Network network;
    private final Expressions expressions;
    private final Emission emission;
    private final Set<Var> direct = new LinkedHashSet<>();
    private final Set<Var> joined = new LinkedHashSet<>();
    private final Set<String> doneOnce = new HashSet<>();

    TimeLowering(Network network) {
        this.network = requireNonNull(network);
        this.expressions = network.expressions();
        this.emission = expressions.emission();
    }

    /** Learnable variables that rules assign. */
    Set<Var> direct() {
        return direct;
    }

    /**
     * Lowers everything that happens in a step.
     *
     * @param before what else happens just before the blocks of spikes that arrive ({@code pre}) or are sent back run
     */
    void lower(Consumer<String> before) {
        network.circuits().forEach(Circuit::forgetHappened);
        prepareArrivals();
        for (Population population : order()) {
            population.inTime().ifPresent(neurons -> neurons.advance(system -> join(population, neurons, system)));
        }
        network.projections()
                .forEach(projection -> projection.inTime().orElseThrow().integrateElsewhere());
        integrateRules();
        network.circuits().forEach(Circuit::integrate);
        before.accept("pre");
        deliver("pre");
        before.accept("post");
        deliver("post");
        network.circuits().forEach(Circuit::atEvents);
        network.deliverPulses();
        network.populations().forEach(population -> population.inTime().ifPresent(TimedNeurons::reset));
        network.circuits()
                .forEach(circuit -> circuit.at(Item.Trigger.EACH, Set.of("step"), Section.TICK, Slot.PLASTICITY));
        network.rules().forEach(this::inEachStep);
    }

    /** Inputs that events add to keep what has arrived until they are next integrated. */
    private void prepareArrivals() {
        network.populations().stream().findFirst().ifPresent(first -> network.preparePulses(first.span()));
        for (Projection projection : network.projections()) {
            TimedSynapses synapses = projection.inTime().orElseThrow();
            for (String side : List.of("pre", "post")) {
                for (Item.Handler handler : synapses.handlers(side)) {
                    for (Item item : handler.body()) {
                        if (item instanceof Item.Assign assign
                                && assign.target() instanceof Expr.Member member
                                && member.of().span().text().equals("post")) {
                            projection
                                    .post()
                                    .inTime()
                                    .filter(neurons ->
                                            neurons.hasInput(member.name().text()))
                                    .ifPresent(neurons ->
                                            neurons.arrivals(member.name().text(), assign.span()));
                        }
                    }
                }
            }
        }
    }

    /**
     * Populations in the order of what they read of one another in the same step. Those in a loop, of which one must read
     * what another was in the step before, are in the order of their declaration.
     */
    private List<Population> order() {
        Map<Population, Set<Population>> behind = new LinkedHashMap<>();
        for (Population population : network.populations()) {
            Set<Population> found = new LinkedHashSet<>();
            collectSources(population, found);
            behind.put(population, found);
        }
        Set<Population> order = new LinkedHashSet<>();
        while (order.size() < behind.size()) {
            for (Population population : network.populations()) {
                boolean isReady = behind.get(population).stream()
                        .allMatch(source ->
                                order.contains(source) || behind.get(source).contains(population));
                if (isReady && order.add(population)) {
                    break;
                }
            }
        }
        return List.copyOf(order);
    }

    /** Adds what a population reads in the same step, at first and at second hand. */
    private static void collectSources(Population population, Set<Population> found) {
        for (Projection projection : population.incoming()) {
            if (!projection.inputs().isEmpty() && found.add(projection.pre())) {
                collectSources(projection.pre(), found);
            }
        }
    }

    /**
     * Adds to the equations of neurons those of what rules keep at them that read their states, such as a filtered
     * potential: what moves together is integrated together.
     */
    private void join(Population population, TimedNeurons neurons, Integrating system) {
        for (RuleInstance rule : network.rules()) {
            for (Projection projection : rule.projections()) {
                if (projection.post() != population) {
                    continue;
                }
                Scope scope = new RuleScopes.AtProjection(rule, projection, Site.TARGET);
                for (Item.Equation equation : expressions.resolved(rule.model().items(), scope, Item.Equation.class)) {
                    Optional<Written> written = written(rule, projection, target(equation))
                            .filter(found -> found.site() == Site.TARGET && !found.learnable());
                    if (written.isEmpty() || joined.contains(written.get().variable())) {
                        continue;
                    }
                    org.altdsl.ir.Expr rate = expressions.real(equation.value(), scope, Section.TICK);
                    if (org.altdsl.ir.Exprs.reads(rate).stream().anyMatch(neurons::moves)) {
                        joined.add(written.get().variable());
                        system.add(written.get().variable(), rate, Optional.empty(), equation, rule.parameters());
                    }
                }
            }
        }
    }

    /** Integrates what else rules keep, but for the weights, which move last. */
    private void integrateRules() {
        for (RuleInstance rule : network.rules()) {
            for (Site site : Site.values()) {
                Map<Space, Integrating> systems = new LinkedHashMap<>();
                for (Projection projection : rule.projections()) {
                    Scope scope = new RuleScopes.AtProjection(rule, projection, site);
                    for (Item.Equation equation :
                            expressions.resolved(rule.model().items(), scope, Item.Equation.class)) {
                        Optional<Written> written = written(rule, projection, target(equation));
                        if (written.isEmpty()
                                || written.get().site() != site
                                || written.get().learnable()
                                || joined.contains(written.get().variable())) {
                            continue;
                        }
                        Var state = written.get().variable();
                        Integrating system = systems.computeIfAbsent(
                                state.space(),
                                unused -> new Integrating(
                                        expressions, network.time().orElseThrow()));
                        if (!system.has(state)) {
                            system.add(
                                    state,
                                    expressions.real(equation.value(), scope, Section.TICK),
                                    Optional.empty(),
                                    equation,
                                    rule.parameters());
                        }
                    }
                }
                systems.values().forEach(system -> system.emit(Optional.empty(), Section.TICK));
            }
        }
    }

    private static String target(Item.Equation equation) {
        return equation.target().span().text().replace("'", "").strip();
    }

    private void deliver(String side) {
        for (Projection projection : network.projections()) {
            TimedSynapses synapses = projection.inTime().orElseThrow();
            for (Item.Handler handler : synapses.handlers(side)) {
                run(
                        handler.body(),
                        List.of(new AtEvent(projection, Optional.empty(), event(projection, handler, side))));
            }
        }
        for (RuleInstance rule : network.rules()) {
            for (Item.Handler handler : rule.model().items(Item.Handler.class)) {
                if (Timing.event(handler, side).isPresent()) {
                    run(rule, handler, projection -> event(projection, handler, side));
                }
            }
        }
    }

    private static boolean isInherited(RuleInstance rule, Item item) {
        Span own = rule.model().declaration().span();
        return item.span().file() != own.file()
                || item.span().start() < own.start()
                || item.span().end() > own.end();
    }

    /** Runs a block of a rule at all its projections at once, so that each of them sees the same of what they share. */
    private void run(RuleInstance rule, Item.Handler handler, java.util.function.Function<Projection, Event> event) {
        run(
                handler.body(),
                rule.projections().stream()
                        .map(projection -> new AtEvent(projection, Optional.of(rule), event.apply(projection))
                                .inherited(isInherited(rule, handler)))
                        .toList());
    }

    private void run(List<Item> items, List<AtEvent> places) {
        if (places.isEmpty()) {
            return;
        }
        try {
            network.statements()
                    .together(items, places, Section.TICK, places.get(0).event().slot());
        } catch (Abandon reported) {
            // The rest of the network may have errors of its own.
            return;
        }
    }

    /** When a block runs, at each site; absent where the event has no meaning there. */
    private record Event(Slot slot, java.util.function.Function<Site, Optional<org.altdsl.ir.Expr>> flag) {}

    private Event event(Projection projection, Item.Handler handler, String side) {
        TimedSynapses synapses = projection.inTime().orElseThrow();
        boolean atEmission =
                handler.clause().map(clause -> clause.text().equals("emission")).orElse(false);
        String event = Timing.event(handler, side).orElseThrow();
        if (side.equals("pre")) {
            return new Event(
                    Slot.ON_PRE,
                    site -> synapses.arrival(
                            event, site, atEmission, handler.delay(), synapses.scope(site), handler.span()));
        }
        return new Event(
                Slot.ON_POST,
                site -> synapses.response(event, site, handler.delay(), synapses.scope(site), handler.span()));
    }

    /** What a rule does in each step: its blocks, as declared, then its equations for weights, from the settled values. */
    private void inEachStep(RuleInstance rule) {
        Map<Var, org.altdsl.ir.Expr> increments = new LinkedHashMap<>();
        Map<Var, Projection> homes = new LinkedHashMap<>();
        boolean assigns = rule.model().items(Item.Handler.class).stream().anyMatch(TimeLowering::isEachStep);
        for (Projection projection : rule.projections()) {
            Scope scope = new RuleScopes.AtProjection(rule, projection, Site.SYNAPSE);
            for (Item.Equation equation : expressions.resolved(rule.model().items(), scope, Item.Equation.class)) {
                Optional<Written> written = written(rule, projection, target(equation));
                if (written.isEmpty() || !written.get().learnable()) {
                    if (written.isEmpty()) {
                        throw expressions.error(
                                Code.NOT_ASSIGNABLE,
                                equation.target().span(),
                                "an equation is for a state, a weight or what the rule adapts; '" + target(equation)
                                        + "' is none");
                    }
                    continue;
                }
                Var weight = written.get().variable();
                Scope at = new RuleScopes.AtProjection(
                        rule, projection, written.get().site());
                Integrating system = new Integrating(expressions, network.time().orElseThrow());
                system.add(
                        weight,
                        expressions.real(equation.value(), at, Section.TICK),
                        Optional.empty(),
                        equation,
                        rule.parameters());
                for (Step step : system.steps(Optional.empty())) {
                    direct.add(weight);
                    homes.put(weight, projection);
                    org.altdsl.ir.Expr after = step.value();
                    if (assigns) {
                        org.altdsl.ir.Expr change = Emission.prim(Op.SUB, after, emission.read(weight, Section.TICK));
                        after = emission.temporary(
                                weight.name() + ".change",
                                Section.TICK,
                                change,
                                Slot.PLASTICITY,
                                org.altdsl.ir.Owner.RULE,
                                org.altdsl.ir.Matter.OTHER,
                                equation.span());
                    }
                    increments.put(weight, after);
                }
            }
        }
        for (Item.Handler handler : rule.model().items(Item.Handler.class)) {
            if (isEachStep(handler)) {
                run(rule, handler, projection -> new Event(Slot.PLASTICITY, site -> Optional.of(new Const(1))));
            }
        }
        increments.forEach((weight, value) -> {
            org.altdsl.ir.Expr next =
                    assigns ? Emission.prim(Op.ADD, emission.read(weight, Section.TICK), value) : value;
            AtEvent place = new AtEvent(
                    homes.get(weight),
                    Optional.of(rule),
                    new Event(Slot.PLASTICITY, site -> Optional.of(new Const(1))));
            emission.update(
                    Section.TICK,
                    weight,
                    place.thawed(weight, Optional.empty()),
                    expressions.masks().held(weight, place.bounded(weight, next)),
                    Slot.PLASTICITY,
                    weight.origin());
        });
    }

    /** Whether a block lets synapses begin or cease to exist. */
    private static boolean rewires(Item.Handler handler) {
        boolean[] found = {false};
        Parts.everyItem(handler, item -> found[0] |= item instanceof Item.Prune || item instanceof Item.Grow);
        return found[0];
    }

    private static boolean isEachStep(Item.Handler handler) {
        return handler.trigger() == Item.Trigger.EACH
                && handler.event()
                        .map(event -> event.span().text().equals("step"))
                        .orElse(false);
    }

    /** Something that a block beside a projection may write. */
    private record Written(Var variable, Site site, boolean learnable) {}

    /** The variable of a name in a rule beside a projection. */
    private Optional<Written> written(RuleInstance rule, Projection projection, String name) {
        for (Item.States states : rule.model().items(Item.States.class)) {
            if (states.bindings().get(0).name().text().equals(name)) {
                String place = RuleInstance.place(states);
                Population population = place.equals("pre") ? projection.pre() : projection.post();
                return rule.stateVariable(states, Optional.of(projection), population)
                        .map(variable -> new Written(variable, site(variable, place, projection), false));
            }
        }
        Optional<Var> adapted = rule.adapted(name, projection);
        if (adapted.isPresent()) {
            boolean ofSources = projection.pre().state(name).equals(adapted) && rule.adapts("pre", name);
            return adapted.map(variable -> new Written(variable, ofSources ? Site.SOURCE : Site.TARGET, false));
        }
        return rule.learnable(name, projection)
                .map(variable -> new Written(
                        variable, projection.weights().containsValue(variable) ? Site.SYNAPSE : Site.TARGET, true));
    }

    private static Site site(Var variable, String place, Projection projection) {
        if (variable.space().equals(projection.space())) {
            return Site.SYNAPSE;
        }
        return place.equals("pre") ? Site.SOURCE : place.equals("post") ? Site.TARGET : Site.SYNAPSE;
    }

    /** A block that runs at an event beside a projection. */
    private final class AtEvent implements Statements.Place {
        private final Projection projection;
        private final Optional<RuleInstance> rule;
        private final Event event;
        private final Map<Var, Site> conditions = new LinkedHashMap<>();
        private boolean inherited;

        AtEvent(Projection projection, Optional<RuleInstance> rule, Event event) {
            this.projection = projection;
            this.rule = rule;
            this.event = event;
        }

        AtEvent inherited(boolean fromParent) {
            inherited = fromParent;
            return this;
        }

        Event event() {
            return event;
        }

        @Override
        public Scope scope() {
            return scope(Site.SYNAPSE);
        }

        private Scope scope(Site site) {
            return rule.<Scope>map(one -> new RuleScopes.AtProjection(one, projection, site))
                    .orElseGet(() -> projection.inTime().orElseThrow().scope(site));
        }

        /** A condition on neurons alone is one of theirs, and only seen at their synapses. */
        @Override
        public org.altdsl.ir.Expr condition(
                Item.If item, Scope.Local local, Section section, Slot slot, Expressions unused) {
            for (Site site : List.of(Site.SOURCE, Site.TARGET)) {
                Scope at = new Scope.Local(scope(site), local.own(), points(site), true);
                org.altdsl.ir.Expr condition = expressions.real(item.condition(), at, section);
                if (!condition.space().isScalar() && points(site).contains(condition.space())) {
                    org.altdsl.ir.Expr held = held(item, condition, section, slot, expressions);
                    if (held instanceof org.altdsl.ir.Expr.Read read) {
                        conditions.put(read.variable(), site);
                        return held;
                    }
                }
            }
            return Statements.Place.super.condition(item, local, section, slot, expressions);
        }

        private Space points(Site site) {
            return switch (site) {
                case SOURCE -> projection.pre().space();
                case TARGET -> projection.post().space();
                case SYNAPSE -> projection.space();
            };
        }

        /** A guard as it is seen at a site. */
        private org.altdsl.ir.Expr seen(org.altdsl.ir.Expr guard, Site from) {
            if (guard instanceof org.altdsl.ir.Expr.Read read) {
                Site site = conditions.getOrDefault(read.variable(), from);
                return site == from
                        ? guard
                        : site == Site.SOURCE ? projection.atSynapses(guard) : projection.atTargets(guard);
            }
            return org.altdsl.ir.Exprs.mapChildren(guard, inner -> seen(inner, from));
        }

        @Override
        public Optional<Statements.Target> target(String name, Span at) {
            throw new AssertionError("assignments at events go their own way");
        }

        @Override
        public boolean special(Item item, Scope scope, Section section, Slot slot, Optional<org.altdsl.ir.Expr> guard) {
            if (!(item instanceof Item.Assign assign)) {
                return false;
            }
            assign(assign, (Scope.Local) scope, section, guard);
            return true;
        }

        private Written target(Expr target) {
            if (target instanceof Expr.Reference reference) {
                String name = redirected(reference.name());
                TimedSynapses synapses = projection.inTime().orElseThrow();
                Optional<Written> ofModel = rule.isPresent()
                        ? written(rule.get(), projection, name)
                        : synapses.state(name)
                                .map(state ->
                                        new Written(state, synapses.siteOf(name).orElseThrow(), false))
                                .or(() -> Optional.ofNullable(
                                                projection.weights().get(name))
                                        .map(weight -> new Written(weight, Site.SYNAPSE, true)));
                return ofModel.orElseThrow(() -> expressions.error(
                        Code.NOT_ASSIGNABLE, target.span(), "'" + name + "' cannot be assigned here"));
            }
            if (target instanceof Expr.Member member && member.of() instanceof Expr.Reference place) {
                String name = member.name().text();
                Population population = place.name().equals("pre") ? projection.pre() : projection.post();
                Optional<TimedNeurons> neurons = population.inTime();
                boolean isEnd = place.name().equals("pre") || place.name().equals("post");
                Site site = place.name().equals("pre") ? Site.SOURCE : Site.TARGET;
                if (isEnd && neurons.isPresent() && rule.isEmpty()) {
                    if (neurons.get().state(name).isPresent()) {
                        return new Written(neurons.get().state(name).get(), site, false);
                    }
                    if (neurons.get().hasInput(name)) {
                        return new Written(neurons.get().arrivals(name, target.span()), site, false);
                    }
                }
            }
            throw expressions.error(
                    Code.NOT_ASSIGNABLE,
                    target.span(),
                    rule.isPresent()
                            ? "a rule writes its states and its weights; what neurons have, only where it says 'adapts'"
                            : "a synapse writes its states, its weight, and inputs and states of its targets");
        }

        private String redirected(String name) {
            if (!inherited || rule.isEmpty()) {
                return name;
            }
            return rule.get().model().items(Item.Redirect.class).stream()
                    .filter(item -> item.from().text().equals(name))
                    .map(item -> item.to().text())
                    .findFirst()
                    .orElse(name);
        }

        private void assign(Item.Assign item, Scope.Local local, Section section, Optional<org.altdsl.ir.Expr> guard) {
            Written target = target(item.target());
            Var variable = target.variable();
            if (target.learnable()) {
                direct.add(variable);
            }
            if (variable.space().isScalar()) {
                assignToAll(item, local, section, guard, variable);
                return;
            }
            Site site = target.site();
            Scope at = new Scope.Local(scope(site), local.own(), variable.space(), true);
            org.altdsl.ir.Expr value = expressions.real(item.value(), at, section, variable.space());
            boolean suits = variable.space().contains(value.space());
            Optional<org.altdsl.ir.Expr> here = guard.map(g -> seen(g, site));
            boolean fits = suits
                    && here.map(g -> variable.space().contains(g.space())).orElse(true)
                    && event.flag().apply(site).isPresent();
            if (fits) {
                String once = item.span().start() + " " + item.span().file() + " " + variable.name();
                if (!variable.space().equals(projection.space()) && !doneOnce.add(once)) {
                    // A statement on a quantity of neurons runs once a neuron, however many projections it has.
                    return;
                }
                Optional<org.altdsl.ir.Expr> when =
                        both(event.flag().apply(site).get(), here);
                org.altdsl.ir.Expr old = emission.read(variable, section);
                write(variable, when, next(item.operator(), old, value), section, item.span());
                return;
            }
            boolean sets = item.operator() == Item.AssignmentOperator.SET && suits;
            if (!sets && !adds(item)) {
                throw expressions.error(
                        Code.LOST_AXIS,
                        item.span(),
                        "this has one value for each synapse, but '" + variable.label() + "' has one for "
                                + Expressions.words(variable.space()) + ": only += and -= add them up");
            }
            Optional<org.altdsl.ir.Expr> when = both(
                    event.flag()
                            .apply(Site.SYNAPSE)
                            .orElseThrow(() -> expressions.error(
                                    Code.NOT_ALLOWED_HERE, item.span(), "this event has no meaning at a synapse")),
                    guard.map(g -> seen(g, Site.SYNAPSE)));
            Scope.Local atSynapses = new Scope.Local(scope(Site.SYNAPSE), local.own(), projection.space(), true);
            org.altdsl.ir.Expr each =
                    sets ? new Const(1) : expressions.real(item.value(), atSynapses, section, projection.space());
            org.altdsl.ir.Expr delivered = when.map(flag -> Emission.prim(Op.SELECT, flag, each, new Const(0)))
                    .orElse(each);
            org.altdsl.ir.Expr sum =
                    switch (site) {
                        case SOURCE -> projection.summedAtSources(delivered);
                        case TARGET -> projection.summedAtTargets(delivered);
                        case SYNAPSE ->
                            Builtins.reduce(
                                    org.altdsl.ir.Fold.SUM,
                                    delivered,
                                    delivered.space().minus(variable.space()));
                    };
            if (sets) {
                // What all of its synapses say alike is so where at least one does.
                write(variable, Optional.of(isAny(sum)), value, section, item.span());
                return;
            }
            org.altdsl.ir.Expr old = emission.read(variable, section);
            write(variable, Optional.empty(), next(item.operator(), old, sum), section, item.span());
        }

        /**
         * Assigns to what there is one of. It happens for each neuron that has the event, or for each synapse where what is
         * written differs from synapse to synapse; increments add up.
         */
        private void assignToAll(
                Item.Assign item,
                Scope.Local local,
                Section section,
                Optional<org.altdsl.ir.Expr> guard,
                Var variable) {
            for (Site site : List.of(Site.SOURCE, Site.TARGET, Site.SYNAPSE)) {
                Optional<org.altdsl.ir.Expr> flag = event.flag().apply(site);
                if (flag.isEmpty()) {
                    continue;
                }
                Space points = points(site);
                Scope.Local at = new Scope.Local(scope(site), local.own(), points, true);
                org.altdsl.ir.Expr value = expressions.real(item.value(), at, section, points);
                Optional<org.altdsl.ir.Expr> when = both(flag.get(), guard.map(g -> seen(g, site)));
                if (!points.contains(value.space())
                        || !when.map(w -> points.contains(w.space())).orElse(true)) {
                    continue;
                }
                boolean own = org.altdsl.ir.Exprs.reads(value).stream()
                        .anyMatch(read -> read.name().startsWith(projection.name() + "."));
                String once = item.span().start() + " " + item.span().file() + " " + variable.name() + " "
                        + org.altdsl.ir.Printer.print(flag.get()) + (own ? " " + projection.name() : "");
                if (doneOnce.add(once)) {
                    writeToAll(item, section, variable, value, when);
                }
                return;
            }
            throw expressions.error(
                    Code.NOT_ALLOWED_HERE, item.span(), "this event has no meaning for '" + variable.label() + "'");
        }

        private void writeToAll(
                Item.Assign item,
                Section section,
                Var variable,
                org.altdsl.ir.Expr value,
                Optional<org.altdsl.ir.Expr> when) {
            org.altdsl.ir.Expr old = emission.read(variable, section);
            Space happens = when.map(org.altdsl.ir.Expr::space).orElse(Space.SCALAR);
            if (value.space().isScalar() && happens.isScalar()) {
                write(variable, when, next(item.operator(), old, value), section, item.span());
                return;
            }
            if (adds(item)) {
                org.altdsl.ir.Expr each = when.map(flag -> Emission.prim(Op.SELECT, flag, value, new Const(0)))
                        .orElse(value);
                org.altdsl.ir.Expr sum = Builtins.reduce(org.altdsl.ir.Fold.SUM, each, each.space());
                write(variable, Optional.empty(), next(item.operator(), old, sum), section, item.span());
                return;
            }
            if (item.operator() == Item.AssignmentOperator.SET && value.space().isScalar()) {
                org.altdsl.ir.Expr each = Emission.prim(Op.SELECT, when.get(), new Const(1), new Const(0));
                org.altdsl.ir.Expr sum = Builtins.reduce(org.altdsl.ir.Fold.SUM, each, each.space());
                write(variable, Optional.of(isAny(sum)), value, section, item.span());
                return;
            }
            throw expressions.error(
                    Code.LOST_AXIS,
                    item.span(),
                    "this happens for each of "
                            + Expressions.words(value.space().union(happens))
                            + " by itself, but '" + variable.label()
                            + "' has one value for all: only += and -= add them up",
                    org.altdsl.diag.Note.at(variable.origin(), "'" + variable.label() + "' is declared here"));
        }

        private static boolean adds(Item.Assign item) {
            return item.operator() == Item.AssignmentOperator.ADD
                    || item.operator() == Item.AssignmentOperator.SUBTRACT;
        }

        private static org.altdsl.ir.Expr isAny(org.altdsl.ir.Expr count) {
            return Emission.prim(Op.GT, count, new Const(0));
        }

        private static Optional<org.altdsl.ir.Expr> both(org.altdsl.ir.Expr flag, Optional<org.altdsl.ir.Expr> guard) {
            boolean always = flag instanceof Const one && one.value() != 0;
            if (always) {
                return guard;
            }
            return Optional.of(guard.map(g -> Emission.prim(Op.AND, flag, g)).orElse(flag));
        }

        private static org.altdsl.ir.Expr next(
                Item.AssignmentOperator operator, org.altdsl.ir.Expr old, org.altdsl.ir.Expr value) {
            return switch (operator) {
                case SET -> value;
                case ADD -> Emission.prim(Op.ADD, old, value);
                case SUBTRACT -> Emission.prim(Op.SUB, old, value);
                case MULTIPLY -> Emission.prim(Op.MUL, old, value);
                case DIVIDE -> Emission.prim(Op.DIV, old, value);
            };
        }

        private void write(
                Var variable, Optional<org.altdsl.ir.Expr> guard, org.altdsl.ir.Expr value, Section section, Span at) {
            org.altdsl.ir.Expr next = expressions.masks().held(variable, bounded(variable, value));
            emission.update(section, variable, thawed(variable, guard), next, event.slot(), at);
        }

        /** A guard under which a weight changes: none does while it is frozen. */
        Optional<org.altdsl.ir.Expr> thawed(Var variable, Optional<org.altdsl.ir.Expr> guard) {
            if (projection.frozen().isEmpty() || !projection.weights().containsValue(variable)) {
                return guard;
            }
            org.altdsl.ir.Expr free =
                    Emission.prim(Op.NOT, emission.read(projection.frozen().get(), Section.TICK));
            return Optional.of(guard.map(g -> Emission.prim(Op.AND, g, free)).orElse(free));
        }

        /** A value within the bounds that the synapse and the rule declare for a variable. */
        org.altdsl.ir.Expr bounded(Var variable, org.altdsl.ir.Expr value) {
            org.altdsl.ir.Expr bounded = value;
            Optional<List<Expr>> ofWeight = projection.bounds(variable);
            if (ofWeight.isPresent()) {
                bounded = within(bounded, ofWeight.get().get(0), ofWeight.get().get(1), projection);
            }
            for (Item.Keep item :
                    rule.map(one -> one.model().items(Item.Keep.class)).orElse(List.of())) {
                if (!(item.target() instanceof Expr.Reference reference)
                        || !rule.get().meant(reference.name()).equals(variable.label())) {
                    continue;
                }
                if (item.soft()) {
                    Scope scope = scope(Site.SYNAPSE);
                    bounded = SoftBounds.within(
                            emission.read(variable, Section.TICK),
                            bounded,
                            expressions.real(item.low(), scope, Section.TICK),
                            expressions.real(item.high(), scope, Section.TICK));
                }
                bounded = within(bounded, item.low(), item.high(), scope(Site.SYNAPSE));
            }
            if (projection.fixesSign(variable, rule)) {
                bounded = projection.withFixedSign(variable, bounded, Section.TICK);
            }
            boolean changes = projection.isPruned()
                    || rule.map(one -> one.model().items(Item.Handler.class).stream()
                                    .anyMatch(TimeLowering::rewires))
                            .orElse(false);
            boolean pruned = changes && projection.weights().containsValue(variable);
            if (pruned) {
                org.altdsl.ir.Expr alive = emission.read(projection.alive(variable.origin()), Section.TICK);
                bounded = Emission.prim(Op.SELECT, alive, bounded, new Const(0));
            }
            return bounded;
        }

        private org.altdsl.ir.Expr within(org.altdsl.ir.Expr value, Expr lowest, Expr highest, Scope scope) {
            org.altdsl.ir.Expr low = expressions.real(lowest, scope, Section.TICK);
            org.altdsl.ir.Expr high = expressions.real(highest, scope, Section.TICK);
            return Emission.prim(Op.MIN, Emission.prim(Op.MAX, value, low), high);
        }

        @Override
        public void afterWrite(Var variable, Section section) {
            // Bounds are part of every write.
        }

        @Override
        public void report(String name, Var variable) {
            throw expressions.error(
                    Code.NOT_ALLOWED_HERE, variable.origin(), "a report is made after a batch, not in a step");
        }

        @Override
        public boolean isAt(Optional<Name> at) {
            if (at.isEmpty()) {
                return !projection.post().isOutput();
            }
            return rule.map(one -> one.isAt(at, projection.post())).orElse(false);
        }

        @Override
        public String owner() {
            return projection.name();
        }
    }
}
