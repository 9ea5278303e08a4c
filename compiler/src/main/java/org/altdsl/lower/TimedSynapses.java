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
import org.altdsl.ast.Item;
import org.altdsl.ast.Name;
import org.altdsl.derive.ode.Seconds;
import org.altdsl.diag.Code;
import org.altdsl.ir.DType;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Expr.Const;
import org.altdsl.ir.Expr.Gather;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Op;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;
import org.altdsl.names.Flattened;
import org.altdsl.source.Span;

/** A projection in time: the states of its synapses, when spikes arrive at them, and what they do then. */
final class TimedSynapses {
    /** The parameter of a synapse that says how long spikes take. */
    static final String DELAY = "delay";

    private final Projection projection;
    private final Flattened model;
    private final Map<String, Binding> given;
    private final Scope givenScope;
    private final Expressions expressions;
    private final Time time;
    private final Map<String, State> states = new LinkedHashMap<>();
    private Optional<Expr> delay = Optional.empty();
    private Optional<Var> lags = Optional.empty();
    private int longest;

    private record State(Var variable, Site site) {}

    TimedSynapses(
            Projection projection,
            Flattened model,
            Map<String, Binding> given,
            Scope givenScope,
            Expressions expressions,
            Time time) {
        this.projection = requireNonNull(projection);
        this.model = requireNonNull(model);
        this.given = requireNonNull(given);
        this.givenScope = requireNonNull(givenScope);
        this.expressions = requireNonNull(expressions);
        this.time = requireNonNull(time);
    }

    /** Whether synapses of a model wait for spikes rather than deliver in every step. */
    static boolean isDrivenByEvents(Flattened model) {
        return model.items(Item.Handler.class).stream().anyMatch(handler -> handler.trigger() == Item.Trigger.ON);
    }

    /** Declares the delay, on which weights may depend. */
    void declareDelay() {
        delay();
    }

    /** Declares states; the projection has its weights by now. */
    void declareStates() {
        for (Item.States item : model.items(Item.States.class)) {
            Binding declared = item.bindings().get(0);
            String name = declared.name().text();
            Site site = site(item);
            Binding initial = given.getOrDefault(name, declared);
            Scope scope = given.containsKey(name) ? givenScope : new AtSite(site);
            Space space = space(site);
            Expr init = initial.value().isEmpty()
                    ? new Const(0)
                    : initial.drawn()
                            ? new Builtins(expressions)
                                    .draw(
                                            initial.value().get(),
                                            scope,
                                            Section.INIT,
                                            space,
                                            projection.name() + "." + name,
                                            true)
                            : expressions.real(
                                    initial.value().get(), Scope.over(scope).drawing(space), Section.INIT, space);
            Var variable = expressions
                    .emission()
                    .declare(new Var(
                            projection.name() + "." + name,
                            space,
                            DType.REAL,
                            projection.post().network().lifeOf(model, name),
                            Owner.SYNAPSE,
                            Matter.OTHER,
                            Optional.of(init),
                            declared.span(),
                            name));
            states.put(name, new State(variable, site));
        }
    }

    private Site site(Item.States item) {
        String place = item.place().map(Name::text).orElse("synapse");
        return switch (place) {
            case "pre" -> lags.isPresent() ? Site.SYNAPSE : Site.SOURCE;
            case "post" -> Site.TARGET;
            case "synapse" -> Site.SYNAPSE;
            default ->
                throw expressions.error(
                        Code.NOT_ALLOWED_HERE, item.span(), "a state of a synapse is at pre, post or synapse");
        };
    }

    private void delay() {
        Parameter written = projection.parameter(DELAY).orElse(null);
        if (written == null) {
            return;
        }
        Binding binding = written.binding();
        org.altdsl.ast.Expr value = binding.value()
                .orElseThrow(() ->
                        expressions.error(Code.MISSING_VALUE, binding.span(), "how long is the delay? delay = 1 ms"));
        if (binding.drawn()) {
            drawnDelay(value, written.scope());
            return;
        }
        Scope ends = new WithEnds(written.scope());
        Expr length = expressions.real(value, ends, Section.INIT, projection.space());
        if (isRead(length)) {
            double most = 0;
            for (double one : known(length, value.span())) {
                lag(one, value.span());
                most = Math.max(most, one);
            }
            longest = Math.toIntExact(lag(most, value.span()));
            keep(time.nearest(length), value.span());
            return;
        }
        Bounds bounds = Bounds.of(length, expressions.literals());
        if (bounds.isOne()) {
            delay = Optional.of(new Const(lag(bounds.low(), value.span())));
            return;
        }
        lags(length, bounds, value.span());
    }

    /** Whether an expression is of numbers that stand in files. */
    private boolean isRead(Expr expr) {
        return org.altdsl.ir.Exprs.reads(expr).stream().anyMatch(variable -> projection
                .pre()
                .network()
                .startingValues()
                .flatMap(all -> all.values(variable))
                .isPresent());
    }

    /** The values of an expression of numbers that stand in files. */
    private double[] known(Expr expr, Span at) {
        Map<Var, double[]> read = new LinkedHashMap<>();
        int count = 0;
        for (Var variable : org.altdsl.ir.Exprs.reads(expr)) {
            double[] values = projection
                    .pre()
                    .network()
                    .startingValues()
                    .flatMap(all -> all.values(variable))
                    .orElseThrow(() -> expressions.error(
                            Code.NOT_YET,
                            at,
                            "a delay is the same for all synapses, drawn, or read from a file: delay = 1 ms, delay ~"
                                    + " uniform(…), delay = csv(…) * 1 ms"));
            read.put(variable, values);
            count = values.length;
        }
        double[] values = new double[count];
        for (int k = 0; k < count; k++) {
            values[k] = PairValue.of(expr, Map.of(), read, k);
        }
        return values;
    }

    private long lag(double seconds, Span at) {
        if (!(seconds >= 0)) {
            throw expressions.error(Code.BAD_SETTING, at, "a delay is not negative; this is " + Seconds.words(seconds));
        }
        long steps = time.nearest(seconds);
        boolean vanishes = steps == 0 && seconds > 0;
        if (vanishes || steps == 1 && seconds < time.dt() * (1 - 1e-9)) {
            String what = "this delay of " + Seconds.words(seconds) + " is "
                    + (vanishes ? "less than half a step of " : "shorter than a step of ") + Seconds.words(time.dt());
            String effect = vanishes
                    ? ", and rounds to none: spikes arrive in the step in which they are sent. Say delay = 0 ms if that is"
                            + " meant, else take a shorter step"
                    : ", and rounds to one; take a shorter step if that matters";
            expressions.sink().warning(Code.NO_EFFECT, at, what + effect);
        }
        return steps;
    }

    /** A delay for each synapse, in whole steps. */
    private void drawnDelay(org.altdsl.ast.Expr distribution, Scope scope) {
        Expr drawn = new Builtins(expressions)
                .draw(distribution, scope, Section.INIT, projection.space(), projection.name() + ".delay", true);
        lags(drawn, Bounds.of(drawn, expressions.literals()), distribution.span());
    }

    /** Keeps the delay of each synapse, which lies within bounds. */
    private void lags(Expr length, Bounds bounds, Span at) {
        if (!(bounds.high() < Integer.MAX_VALUE * time.dt())) {
            throw expressions.error(
                    Code.NOT_YET,
                    at,
                    "there is no longest delay here: delays are numbers, follow from constants of the two neurons, or are"
                            + " drawn from uniform, normal, lognormal or exponential distributions");
        }
        longest = Math.toIntExact(lag(Math.max(0, bounds.high()), at));
        warnOfShortOnes(bounds.low(), at);
        keep(Emission.prim(Op.MAX, new Const(0), time.nearest(length)), at);
    }

    private void warnOfShortOnes(double shortest, Span at) {
        boolean none = longest == 0;
        // A normal distribution has negative values too, but few where its mean is some deviations above 0.
        if (shortest < 0 && -shortest > longest * time.dt() / 2) {
            expressions
                    .sink()
                    .warning(
                            Code.NO_EFFECT,
                            at,
                            "some delays may be negative here, and become none; take a distribution from 0 on, such as"
                                    + " uniform(0 ms, 2 ms)");
        } else if (!none && shortest > 0 && time.nearest(shortest) == 0) {
            expressions
                    .sink()
                    .warning(
                            Code.NO_EFFECT,
                            at,
                            "delays below half a step of " + Seconds.words(time.dt())
                                    + " round to none here; the shortest is " + Seconds.words(shortest));
        }
    }

    private void keep(Expr steps, Span at) {
        lags = Optional.of(expressions
                .emission()
                .declare(new Var(
                        projection.name() + ".delay",
                        projection.space(),
                        DType.INDEX,
                        org.altdsl.runtime.plan.Scope.RUN,
                        Owner.SYNAPSE,
                        Matter.OTHER,
                        Optional.of(Emission.prim(Op.MIN, steps, new Const(longest))),
                        at,
                        DELAY)));
        expressions.emission().constant(lags.get());
    }

    /**
     * The delay in seconds as spikes have it, in whole steps, and for each synapse where they differ: what was drawn for
     * them is drawn once. Absent where the synapse declares none.
     */
    Optional<Expr> delay(Section section) {
        return lags.map(steps -> expressions.emission().read(steps, section))
                .or(() -> delay)
                .map(steps -> Emission.prim(Op.MUL, steps, new Const(time.dt())));
    }

    /** Whether synapses of one source hear a spike at different times. */
    boolean hasDelayPerSynapse() {
        return lags.isPresent();
    }

    /** Whether spikes take time. */
    boolean isDelayed() {
        return lags.isPresent() || delay.map(d -> ((Const) d).value() > 0).orElse(false);
    }

    private Space space(Site site) {
        return switch (site) {
            case SYNAPSE -> projection.space();
            case SOURCE -> projection.pre().space();
            case TARGET -> projection.post().space();
        };
    }

    /**
     * 1 for the sources whose event arrives now, or for the synapses at which it does; absent where there is no such
     * thing.
     *
     * @param after how much later than it arrives, or is sent, the event is felt
     */
    Optional<Expr> arrival(
            String event, Site site, boolean atEmission, Optional<org.altdsl.ast.Expr> after, Scope scope, Span at) {
        Var flag = flag(projection.pre(), event, at);
        Expr spikes = expressions.emission().read(flag, Section.TICK);
        long later = later(after, scope);
        if (lags.isPresent() && !atEmission) {
            if (later > 0) {
                throw expressions.error(
                        Code.NOT_YET,
                        after.get().span(),
                        "this version adds no time to a delay that differs from synapse to synapse; write"
                                + " 'after … at emission', or make it part of the delay");
            }
            return site == Site.SYNAPSE
                    ? Optional.of(Gather.of(new IndexMap.Delay(lags.get(), longest), projection.atSynapses(spikes)))
                    : Optional.empty();
        }
        long sent = atEmission
                ? 0
                : (long) delay.map(d -> ((Const) d).value()).orElse(0.0).doubleValue();
        Expr arriving = shifted(spikes, sent + later);
        return switch (site) {
            case SOURCE -> Optional.of(arriving);
            case SYNAPSE -> Optional.of(projection.atSynapses(arriving));
            case TARGET -> Optional.empty();
        };
    }

    /** So many steps is an event felt later than it arrives. */
    private long later(Optional<org.altdsl.ast.Expr> after, Scope scope) {
        return after.map(d -> lag(expressions.number(d, scope, Section.TICK, "a delay"), d.span()))
                .orElse(0L);
    }

    private static Expr shifted(Expr spikes, long steps) {
        return steps == 0 ? spikes : Gather.of(new IndexMap.Shift(Math.toIntExact(steps)), spikes);
    }

    private Var flag(Population population, String event, Span at) {
        return population
                .flag(event)
                .orElseThrow(() -> expressions.error(
                        Code.UNKNOWN_MEMBER,
                        at,
                        event.equals("spike")
                                ? "'" + population.name() + "' never spikes"
                                : "'" + population.name() + "' has no event '" + event + "'"));
    }

    /** 1 for the targets at which an event happens, or for their synapses. */
    Optional<Expr> response(String event, Site site, Optional<org.altdsl.ast.Expr> after, Scope scope, Span at) {
        Var flag = flag(projection.post(), event, at);
        Expr spikes = expressions.emission().read(flag, Section.TICK);
        Expr then = shifted(spikes, later(after, scope));
        return switch (site) {
            case TARGET -> Optional.of(then);
            case SYNAPSE -> Optional.of(projection.atTargets(then));
            case SOURCE -> Optional.empty();
        };
    }

    /** Adds the equations of what synapses keep at their targets to the system of those. */
    void integrateAtTargets(Integrating system) {
        integrate(system, Site.TARGET);
    }

    /** Integrates what synapses keep elsewhere. */
    void integrateElsewhere() {
        for (Site site : List.of(Site.SOURCE, Site.SYNAPSE)) {
            Integrating system = new Integrating(expressions, time);
            integrate(system, site);
            system.emit(method(), Section.TICK);
        }
    }

    private Optional<Name> method() {
        return model.items(Item.Method.class).stream()
                .reduce((first, last) -> last)
                .map(Item.Method::name);
    }

    private void integrate(Integrating system, Site site) {
        for (Item.Equation equation : expressions.resolved(model.items(), new AtSite(site), Item.Equation.class)) {
            String name = equation.target().span().text().replace("'", "").strip();
            State state = states.get(name);
            if (state == null) {
                throw expressions.error(
                        Code.NOT_ASSIGNABLE,
                        equation.target().span(),
                        "an equation is for a state of the synapse; '" + name + "' is none");
            }
            if (state.site() == site) {
                system.add(
                        state.variable(),
                        expressions.real(equation.value(), new AtSite(site), Section.TICK),
                        Optional.empty(),
                        equation,
                        projection.parameters());
            }
        }
    }

    /** What is delivered to an input of its targets in every step. */
    List<Expr> deliveries(String input, Section section) {
        List<Expr> delivered = new ArrayList<>();
        for (Item.Assign assign : model.items(Item.Assign.class)) {
            if (assign.target() instanceof org.altdsl.ast.Expr.Member member
                    && member.of() instanceof org.altdsl.ast.Expr.Reference reference
                    && reference.name().equals("post")
                    && member.name().text().equals(input)) {
                Expr value = expressions.real(assign.value(), new AtSite(Site.TARGET), section);
                if (!projection.post().space().contains(value.space())) {
                    Expr atSynapses = expressions.real(assign.value(), new AtSite(Site.SYNAPSE), section);
                    value = held(projection.summedAtTargets(atSynapses), section, assign.span());
                }
                delivered.add(
                        assign.operator() == Item.AssignmentOperator.SUBTRACT ? Emission.prim(Op.NEG, value) : value);
            }
        }
        return delivered;
    }

    private Expr held(Expr value, Section section, Span at) {
        return expressions
                .emission()
                .temporary(
                        projection.name() + ".delivered",
                        section,
                        value,
                        org.altdsl.ir.Slot.SETTLE,
                        Owner.NEURON,
                        Matter.NEURON,
                        at);
    }

    /** The blocks that run when an event arrives ({@code pre}) or is sent back ({@code post}). */
    List<Item.Handler> handlers(String side) {
        return model.items(Item.Handler.class).stream()
                .filter(handler -> Timing.event(handler, side).isPresent())
                .toList();
    }

    /** A state of the synapses, and where it is kept. */
    Optional<Var> state(String name) {
        return Optional.ofNullable(states.get(name)).map(State::variable);
    }

    Optional<Site> siteOf(String name) {
        return Optional.ofNullable(states.get(name)).map(State::site);
    }

    Set<String> names() {
        return states.keySet();
    }

    /** The names of the synapse model at a site. */
    Scope scope(Site site) {
        return new AtSite(site);
    }

    /** A value of one site as another sees it. */
    Value seen(Value value, Site of, Site from) {
        if (from != Site.SYNAPSE || !(value instanceof Value.Real real)) {
            return value;
        }
        return switch (of) {
            case SOURCE -> new Value.Real(projection.atSynapses(real.expr()));
            case TARGET -> new Value.Real(projection.atTargets(real.expr()));
            case SYNAPSE -> value;
        };
    }

    /** The names that a delay may be written with: the two ends and the experiment's. */
    private final class WithEnds implements Scope {
        private final Scope outer;

        WithEnds(Scope outer) {
            this.outer = outer;
        }

        @Override
        public Optional<Value> external(String function, org.altdsl.ast.Expr.Call call, Space space, Section section) {
            return outer.external(function, call, space, section);
        }

        @Override
        public Optional<Value> find(String wanted, Section section, Span at) {
            if (wanted.equals("pre")) {
                return Optional.of(new Value.Place(wanted, new Neurons(projection.pre(), Site.SOURCE, Site.SYNAPSE)));
            }
            if (wanted.equals("post")) {
                return Optional.of(new Value.Place(wanted, new Neurons(projection.post(), Site.TARGET, Site.SYNAPSE)));
            }
            return outer.find(wanted, section, at);
        }

        @Override
        public List<String> names() {
            return outer.names();
        }

        @Override
        public Optional<Space> axis(String name) {
            return outer.axis(name);
        }

        @Override
        public Space drawSpace() {
            return projection.space();
        }

        @Override
        public String stream() {
            return projection.name();
        }
    }

    /** The synapse model as a scope. */
    private final class AtSite implements Scope {
        private final Site site;

        AtSite(Site site) {
            this.site = site;
        }

        @Override
        public Optional<Value> find(String wanted, Section section, Span at) {
            State state = states.get(wanted);
            if (state != null) {
                Value value = new Value.Real(expressions.emission().read(state.variable(), section));
                return Optional.of(seen(value, state.site(), site));
            }
            switch (wanted) {
                case "pre":
                    return Optional.of(new Value.Place("pre", new Neurons(projection.pre(), Site.SOURCE, site)));
                case "post":
                    return Optional.of(new Value.Place("post", new Neurons(projection.post(), Site.TARGET, site)));
                default:
                    break;
            }
            for (Item.Lets lets : model.items(Item.Lets.class)) {
                if (lets.bindings().get(0).name().text().equals(wanted)) {
                    return Optional.of(
                            expressions.value(lets.bindings().get(0).value().orElseThrow(), this, section));
                }
            }
            if (Processes.isWhite(wanted) && section.is(Section.Kind.TICK)) {
                String owner = projection.name() + (site == Site.SYNAPSE ? "" : "." + site);
                return Optional.of(new Value.Real(expressions.processes(at).white(wanted, owner, space(site), at)));
            }
            return projection.ownName(wanted, section, at);
        }

        @Override
        public List<String> names() {
            Set<String> names = new LinkedHashSet<>(states.keySet());
            names.addAll(projection.names());
            return List.copyOf(names);
        }

        @Override
        public Optional<Space> axis(String name) {
            return projection.axis(name);
        }

        @Override
        public Space drawSpace() {
            return space(site);
        }

        @Override
        public String stream() {
            return projection.name();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof AtSite scope && scope.site == site && scope.owner() == owner();
        }

        private TimedSynapses owner() {
            return TimedSynapses.this;
        }

        @Override
        public int hashCode() {
            return site.hashCode();
        }
    }

    /** The neurons at one end, seen from a site. */
    private final class Neurons implements Value.Members {
        private final Population population;
        private final Site end;
        private final Site from;

        Neurons(Population population, Site end, Site from) {
            this.population = population;
            this.end = end;
            this.from = from;
        }

        @Override
        public Optional<Value> member(String name, Section section, Span at) {
            Optional<Value> member = population.member(name, section, at);
            if (end == Site.SOURCE) {
                member = member.map(value -> projection.atSources(value, name, true, section, at));
            }
            // Seen from the other end, a neuron is seen through its synapses.
            Site seenFrom = from == Site.SYNAPSE || from == end ? from : Site.SYNAPSE;
            return member.map(value -> seen(value, end, seenFrom));
        }

        @Override
        public List<String> names() {
            return population.names();
        }
    }
}
