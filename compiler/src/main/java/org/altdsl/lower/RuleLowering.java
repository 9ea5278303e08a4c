package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.ast.Name;
import org.altdsl.diag.Code;
import org.altdsl.ir.Axis;
import org.altdsl.ir.DType;
import org.altdsl.ir.Dist;
import org.altdsl.ir.Fold;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Op;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;
import org.altdsl.source.Span;

/** Lowers the rules of a network: their blocks, in the documented order, and the optimizer's between them. */
final class RuleLowering {
    /** What a presented sample is called, by what it is for. */
    private static final Set<String> SPANS = Set.of("sample", "trial", "batch");

    /** Each synapse that grows at a time costs a pass over all of them. */
    private static final int MOST_GROWN = 100;

    private final Network network;
    private final Expressions expressions;
    private final Statements statements;
    private final Map<Var, Var> proposals = new LinkedHashMap<>();
    private final List<Reported> reports = new ArrayList<>();
    private final List<Conserved> conserved = new ArrayList<>();
    private final Set<Var> direct = new LinkedHashSet<>();

    /** A quantity that a rule reports, once a batch; {@code layer} is where. */
    record Reported(String name, String layer, Var variable) {}

    /**
     * A quantity that a rule says it conserves: how far it is off, how far it may be, and what to multiply with the unit
     * round-off of the run's numbers for what their rounding adds.
     */
    record Conserved(Var violation, Var rounded, double tolerance, String text, Span span, String layer) {}

    RuleLowering(Network network) {
        this.network = requireNonNull(network);
        this.expressions = network.expressions();
        this.statements = new Statements(expressions);
    }

    /** Learnable variables with their proposals. */
    Map<Var, Var> proposals() {
        return proposals;
    }

    List<Reported> reports() {
        return reports;
    }

    List<Conserved> conserved() {
        return conserved;
    }

    /** Learnable variables that a rule assigns itself. */
    Set<Var> direct() {
        return direct;
    }

    /** Lowers everything that runs before the optimizer takes the proposals. */
    void beforeOptimizer() {
        for (RuleInstance rule : network.rules()) {
            for (Item.Handler handler : rule.model().items(Item.Handler.class)) {
                if (runsBeforeOptimizer(rule, handler)) {
                    handle(rule, handler, rule.phases().after(event(handler)), Slot.PROPOSE);
                }
            }
        }
    }

    /** Lowers what runs after the optimizer: the rest of {@code after batch}, then {@code after epoch}. */
    void afterOptimizer() {
        for (RuleInstance rule : network.rules()) {
            for (Item.Handler handler : rule.model().items(Item.Handler.class)) {
                if (!runsBeforeOptimizer(rule, handler) && isEvent(handler, Item.Trigger.AFTER, "batch")) {
                    handle(rule, handler, Section.BODY, Slot.COMBINE);
                }
                if (isEvent(handler, Item.Trigger.AFTER, "epoch")) {
                    handle(rule, handler, Section.EPOCH, Slot.COMBINE);
                }
            }
            for (Item.Conserve item : rule.model().items(Item.Conserve.class)) {
                rule.projections().stream()
                        .filter(Projection::isPlastic)
                        .forEach(projection -> conserve(rule, projection, item));
            }
        }
    }

    private static String event(Item.Handler handler) {
        return handler.event().map(e -> e.span().text()).orElse("");
    }

    private boolean runsBeforeOptimizer(RuleInstance rule, Item.Handler handler) {
        boolean afterPhase =
                handler.trigger() == Item.Trigger.AFTER && rule.phases().has(event(handler));
        if (afterPhase || isEvent(handler, Item.Trigger.AFTER, "forward")) {
            return true;
        }
        if (isEvent(handler, Item.Trigger.AFTER, "batch")) {
            return proposes(handler.body());
        }
        if (!isEvent(handler, Item.Trigger.AFTER, "epoch")) {
            throw expressions.error(
                    Code.NOT_YET,
                    handler.event().map(Expr::span).orElse(handler.span()),
                    "this version runs the blocks 'after forward', after a phase, 'after batch' and 'after epoch'");
        }
        return false;
    }

    private static boolean isEvent(Item.Handler handler, Item.Trigger trigger, String event) {
        return handler.trigger() == trigger
                && handler.event().map(e -> e.span().text().equals(event)).orElse(false);
    }

    private static boolean proposes(List<Item> items) {
        for (Item item : items) {
            if (item instanceof Item.Assign assign
                    && assign.target() instanceof Expr.Reference reference
                    && reference.name().matches("d(w|b|[A-Z])\\w*")) {
                return true;
            }
            if (item instanceof Item.Located located && proposes(List.of(located.item()))) {
                return true;
            }
            if (item instanceof Item.If branch && (proposes(branch.body()) || proposes(branch.otherwise()))) {
                return true;
            }
        }
        return false;
    }

    private void handle(RuleInstance rule, Item.Handler handler, Section section, Slot slot) {
        List<AtProjection> places = rule.projections().stream()
                .map(projection -> new AtProjection(rule, projection))
                .toList();
        try {
            statements.inTurn(handler.body(), places, section, slot);
        } catch (Abandon reported) {
            // A block without one of its definitions makes no sense.
            return;
        }
    }

    private void conserve(RuleInstance rule, Projection projection, Item.Conserve item) {
        Scope scope = new RuleScopes.AtProjection(rule, projection);
        org.altdsl.ir.Expr quantity = expressions.real(item.quantity(), scope, Section.BODY);
        org.altdsl.ir.Expr wanted;
        if (item.value().isPresent()) {
            wanted = expressions.real(item.value().get(), scope, Section.BODY);
        } else {
            org.altdsl.ir.Expr initial = expressions.real(item.quantity(), scope, Section.INIT);
            String name = expressions.emission().freeName(projection.name() + ".conserved_at_start");
            Var start = expressions
                    .emission()
                    .declare(new Var(
                            name,
                            quantity.space(),
                            DType.REAL,
                            org.altdsl.runtime.plan.Scope.RUN,
                            Owner.HARNESS,
                            Matter.OTHER,
                            Optional.of(initial),
                            item.span(),
                            "conserved"));
            wanted = expressions.emission().read(start, Section.BODY);
        }
        org.altdsl.ir.Expr off = Emission.prim(Op.ABS, Emission.prim(Op.SUB, quantity, wanted));
        if (projection.mask().isPresent()) {
            // A neuron without synapses has nothing to conserve.
            off = projection.mask().get().whereConnected(off);
        }
        org.altdsl.ir.Expr worst = Builtins.reduce(Fold.MAX, off, off.space());
        double tolerance = item.tolerance()
                .map(t -> expressions.number(t, scope, Section.INIT, "a tolerance"))
                .orElse(1e-5);
        // A sum of n numbers is known to n roundings of its size, whatever is promised of it.
        org.altdsl.ir.Expr size = Emission.prim(Op.ABS, wanted);
        org.altdsl.ir.Expr rounded = size.space().isScalar() ? size : Builtins.reduce(Fold.MAX, size, size.space());
        for (String end : List.of("pre", "post")) {
            for (Axis axis :
                    projection.axis(end).orElseThrow().minus(quantity.space()).axes()) {
                rounded = Emission.prim(Op.MUL, rounded, new org.altdsl.ir.Expr.SizeOf(axis));
            }
        }
        Var variable = measured(projection, "conservation_error", worst, item);
        Var rounding = measured(projection, "conservation_rounding", rounded, item);
        conserved.add(new Conserved(
                variable, rounding, tolerance, item.quantity().span().text(), item.span(), projection.layer()));
    }

    private Var measured(Projection projection, String name, org.altdsl.ir.Expr value, Item.Conserve item) {
        Emission emission = expressions.emission();
        Var variable = emission.declare(new Var(
                emission.freeName(projection.name() + "." + name),
                Space.SCALAR,
                DType.REAL,
                org.altdsl.runtime.plan.Scope.STEP,
                Owner.HARNESS,
                Matter.OTHER,
                Optional.empty(),
                item.span(),
                name));
        emission.update(Section.BODY, variable, Optional.empty(), value, Slot.MEASURE, item.span());
        return variable;
    }

    /** A block of a rule beside one projection. */
    private final class AtProjection implements Statements.Place {
        private final RuleInstance rule;
        private final Projection projection;
        private final Scope scope;
        private final Set<Var> ofSources = new LinkedHashSet<>();

        AtProjection(RuleInstance rule, Projection projection) {
            this.rule = rule;
            this.projection = projection;
            this.scope = new WithProposals(new RuleScopes.AtProjection(rule, projection), rule, projection);
        }

        @Override
        public Scope scope() {
            return scope;
        }

        @Override
        public Optional<Statements.Target> target(String name, Span at) {
            for (Item.States states : rule.model().items(Item.States.class)) {
                if (states.bindings().get(0).name().text().equals(name)) {
                    String place = RuleInstance.place(states);
                    Population population = place.equals("pre") ? projection.pre() : projection.post();
                    boolean ofNeurons = !place.equals("synapse") && !place.equals("layer");
                    Optional<Var> state = rule.stateVariable(states, Optional.of(projection), population);
                    state.filter(variable -> place.equals("pre")).ifPresent(ofSources::add);
                    return state.map(variable -> new Statements.Target(variable, false, ofNeurons));
                }
            }
            Optional<Var> adapted = rule.adapted(name, projection);
            if (adapted.isPresent()) {
                if (!rule.adapts("post", name)) {
                    ofSources.add(adapted.get());
                }
                return adapted.map(variable -> new Statements.Target(variable, false, true));
            }
            if (name.startsWith("d") && name.length() > 1) {
                Optional<Var> learnable = rule.learnable(name.substring(1), projection);
                if (learnable.isPresent()) {
                    boolean ofNeurons = projection.post().biases().containsValue(learnable.get());
                    return Optional.of(new Statements.Target(proposal(learnable.get()), true, ofNeurons));
                }
            }
            Optional<Var> learnable = rule.learnable(name, projection);
            learnable.ifPresent(direct::add);
            boolean ofNeurons = learnable
                    .map(variable -> projection.post().biases().containsValue(variable))
                    .orElse(false);
            return learnable.map(variable -> new Statements.Target(variable, false, ofNeurons));
        }

        /** A projection without a weight has nothing that a rule would change at its synapses. */
        @Override
        public boolean lacks(String name) {
            String learnable = name.startsWith("d") ? name.substring(1) : name;
            boolean ofSynapses = learnable.equals("w")
                    || rule.model().items(Item.Feedback.class).stream()
                            .anyMatch(feedback -> feedback.name().text().equals(learnable));
            return projection.weights().isEmpty() && ofSynapses;
        }

        @Override
        public boolean special(Item item, Scope at, Section section, Slot slot, Optional<org.altdsl.ir.Expr> guard) {
            if (item instanceof Item.Prune prune) {
                prune(prune, at, section, slot, guard);
                return true;
            }
            if (item instanceof Item.Grow grow) {
                grow(grow, at, section, slot, guard);
                return true;
            }
            return false;
        }

        /**
         * Synapses that do not exist begin to: all that meet the condition, or as many as asked for, each with equal chance
         * among those: each of them draws a number, and the largest ones grow.
         */
        private void grow(Item.Grow item, Scope at, Section section, Slot slot, Optional<org.altdsl.ir.Expr> guard) {
            Optional<Integer> wanted =
                    item.count().map(written -> expressions.whole(written, at, Section.INIT, "how many synapses grow"));
            int count = wanted.orElse(0);
            if (wanted.isPresent() && count == 0 || projection.weights().isEmpty()) {
                return;
            }
            if (count < 0 || count > MOST_GROWN) {
                throw expressions.error(
                        Code.BAD_SETTING,
                        item.count().get().span(),
                        "this version grows up to " + MOST_GROWN + " synapses at a time, not " + count);
            }
            Emission emission = expressions.emission();
            Span span = item.span();
            Var alive = projection.alive(span);
            Space space = alive.space();
            org.altdsl.ir.Expr missing = Emission.prim(Op.NOT, emission.read(alive, section));
            org.altdsl.ir.Expr may = Emission.prim(Op.AND, missing, expressions.real(item.condition(), at, section));
            if (!space.contains(may.space())) {
                throw differsByTrial(item.condition(), "begins to exist");
            }
            org.altdsl.ir.Expr first =
                    guard.map(when -> Emission.prim(Op.AND, when, may)).orElse(may);
            if (wanted.isEmpty()) {
                org.altdsl.ir.Expr grows = emission.temporary(
                        projection.name() + ".grows", section, first, slot, Owner.HARNESS, Matter.OTHER, span);
                emission.update(section, alive, Optional.of(grows), new org.altdsl.ir.Expr.Const(1), slot, span);
                statements.block(item.body(), this, section, slot, Optional.of(grows));
                return;
            }
            String stream = projection.name() + ".grow#" + expressions.drawNumber(projection.name() + ".grow", span);
            org.altdsl.ir.Expr lot = new org.altdsl.ir.Expr.Draw(
                    Dist.UNIFORM,
                    List.of(new org.altdsl.ir.Expr.Const(0.5), new org.altdsl.ir.Expr.Const(1)),
                    stream,
                    space,
                    false);
            Var lots = emission.declare(new Var(
                    emission.freeName(projection.name() + ".lots"),
                    space,
                    DType.REAL,
                    org.altdsl.runtime.plan.Scope.STEP,
                    Owner.HARNESS,
                    Matter.OTHER,
                    Optional.empty(),
                    span,
                    "lots"));
            org.altdsl.ir.Expr none = new org.altdsl.ir.Expr.Const(0);
            emission.update(section, lots, Optional.empty(), Emission.prim(Op.SELECT, first, lot, none), slot, span);
            for (int i = 0; i < count; i++) {
                org.altdsl.ir.Expr own = emission.read(lots, section);
                org.altdsl.ir.Expr most = emission.temporary(
                        projection.name() + ".most",
                        section,
                        Builtins.reduce(Fold.MAX, own, space),
                        slot,
                        Owner.HARNESS,
                        Matter.OTHER,
                        span);
                org.altdsl.ir.Expr grows = emission.temporary(
                        projection.name() + ".grows",
                        section,
                        Emission.prim(Op.AND, Emission.prim(Op.EQ, own, most), Emission.prim(Op.GT, own, none)),
                        slot,
                        Owner.HARNESS,
                        Matter.OTHER,
                        span);
                emission.update(section, alive, Optional.of(grows), new org.altdsl.ir.Expr.Const(1), slot, span);
                statements.block(item.body(), this, section, slot, Optional.of(grows));
                emission.update(section, lots, Optional.of(grows), none, slot, span);
            }
        }

        /** A synapse that is pruned transmits nothing from now on, and no rule brings it back. */
        private void prune(Item.Prune item, Scope at, Section section, Slot slot, Optional<org.altdsl.ir.Expr> guard) {
            if (projection.weights().isEmpty()) {
                return;
            }
            org.altdsl.ir.Expr condition = expressions.real(item.condition(), at, section);
            org.altdsl.ir.Expr goes =
                    guard.map(when -> Emission.prim(Op.AND, when, condition)).orElse(condition);
            Var alive = projection.alive(item.span());
            if (!alive.space().contains(goes.space())) {
                throw differsByTrial(item.condition(), "is pruned");
            }
            expressions
                    .emission()
                    .update(section, alive, Optional.of(goes), new org.altdsl.ir.Expr.Const(0), slot, item.span());
            for (Var weight : projection.weights().values()) {
                bury(projection, weight, section, item.span());
            }
        }

        private Abandon differsByTrial(Expr condition, String happens) {
            return expressions.error(
                    Code.BATCH_NOT_REDUCED,
                    condition.span(),
                    "this differs from trial to trial of a batch, and a synapse " + happens
                            + " for all of them; say how to combine them, as in mean(… over batch)");
        }

        @Override
        public Optional<org.altdsl.ir.Expr> summed(org.altdsl.ir.Expr value, Var target) {
            boolean each = projection
                    .edges()
                    .map(edges -> value.space().has(edges.synapses()))
                    .orElse(false);
            Space space = target.space().without(org.altdsl.ir.Axis.LANE);
            if (each && space.equals(projection.post().space())) {
                return Optional.of(projection.summedAtTargets(value));
            }
            return each && space.equals(projection.pre().space())
                    ? Optional.of(projection.summedAtSources(value))
                    : Optional.empty();
        }

        @Override
        public Scope scopeOf(Statements.Target target) {
            boolean ofTargets = target.ofPopulation()
                    && projection.inTime().isPresent()
                    && target.variable().space().equals(projection.post().space());
            if (ofTargets && !ofSources.contains(target.variable())) {
                return new WithProposals(new RuleScopes.AtProjection(rule, projection, Site.TARGET), rule, projection);
            }
            return ofSources.contains(target.variable())
                    ? new WithProposals(new RuleScopes.AtProjection(rule, projection, Site.SOURCE), rule, projection)
                    : scope;
        }

        @Override
        public Space positions() {
            return projection.post().positions();
        }

        /**
         * A proposal for the bias is told at the potential {@code u}: everything else that neurons learn, such as a
         * gain, changes as {@code u} depends on it.
         */
        @Override
        public Map<Statements.Target, org.altdsl.ir.Expr> carried(
                Statements.Target target, org.altdsl.ir.Expr value, Section section, Slot slot, Span at) {
            Map<Statements.Target, org.altdsl.ir.Expr> shares = new LinkedHashMap<>();
            Map<String, Var> learnt = projection.post().biases();
            if (!target.proposal() || !target.variable().equals(proposals.get(learnt.get("b")))) {
                return shares;
            }
            for (Map.Entry<String, Var> other : learnt.entrySet()) {
                if (other.getKey().equals("b")) {
                    continue;
                }
                Var share = slope(value, other.getValue(), section, slot, at);
                shares.put(
                        new Statements.Target(proposal(other.getValue()), true, true),
                        expressions.emission().read(share, section));
            }
            return shares;
        }

        private Var slope(org.altdsl.ir.Expr value, Var by, Section section, Slot slot, Span at) {
            Value potential = projection
                    .post()
                    .quantity("u", section, at)
                    .orElseThrow(() -> expressions.error(
                            Code.UNKNOWN_MEMBER,
                            at,
                            "'" + by.label() + "' of '" + projection.post().name()
                                    + "' learns through 'u', and there is none"));
            org.altdsl.ir.Expr u = expressions.real(potential, at, scope, section, null);
            org.altdsl.ir.Expr worth = Emission.prim(Op.MUL, Emission.prim(Op.STOP, value), u);
            org.altdsl.ir.Expr sum =
                    Builtins.reduce(Fold.SUM, worth, worth.space().without(org.altdsl.ir.Axis.LANE));
            String name = projection.post().name() + ".worth";
            org.altdsl.ir.Expr held =
                    expressions.emission().temporary(name, section, sum, slot, Owner.RULE, Matter.SLOPE, at);
            org.altdsl.ir.Expr gradient = new org.altdsl.ir.Expr.Deriv(org.altdsl.ir.Expr.DerivKind.GRADIENT, held, by);
            org.altdsl.ir.Expr read = expressions
                    .emission()
                    .temporary(by.name() + ".slope", section, gradient, slot, Owner.RULE, Matter.SLOPE, at);
            return ((org.altdsl.ir.Expr.Read) read).variable();
        }

        @Override
        public org.altdsl.ir.Expr softened(
                Var variable, org.altdsl.ir.Expr old, org.altdsl.ir.Expr next, Section section) {
            return soften(rule, projection, variable, old, next, section);
        }

        @Override
        public void afterWrite(Var variable, Section section) {
            keep(rule, projection, variable, section);
        }

        @Override
        public void report(String name, Var variable) {
            reports.add(new Reported(name, projection.layer(), variable));
        }

        @Override
        public boolean isAt(Optional<Name> at) {
            if (at.isEmpty()) {
                return !projection.post().isOutput();
            }
            return rule.isAt(at, projection.post());
        }

        @Override
        public String owner() {
            return projection.name();
        }
    }

    /** The names of a rule beside a projection, with its proposals so far. */
    private final class WithProposals implements Scope {
        private final Scope inner;
        private final RuleInstance rule;
        private final Projection projection;

        WithProposals(Scope inner, RuleInstance rule, Projection projection) {
            this.inner = inner;
            this.rule = rule;
            this.projection = projection;
        }

        @Override
        public Optional<Value> find(String name, Section section, Span at) {
            Optional<Value> found = inner.find(name, section, at);
            if (found.isPresent() || !name.startsWith("d") || name.length() < 2) {
                return found;
            }
            return rule.learnable(name.substring(1), projection)
                    .map(proposals::get)
                    .map(variable -> new Value.Real(expressions.emission().read(variable, section)));
        }

        @Override
        public List<String> names() {
            return inner.names();
        }

        @Override
        public Optional<Space> axis(String name) {
            return inner.axis(name);
        }

        @Override
        public Optional<List<Scope>> each(String axis) {
            return inner.each(axis);
        }

        @Override
        public Optional<String> pass(String phase) {
            return inner.pass(phase);
        }

        @Override
        public Value atSynapses(Value ofSources) {
            return inner.atSynapses(ofSources);
        }

        @Override
        public Value atTargets(Value ofTargets) {
            return inner.atTargets(ofTargets);
        }

        @Override
        public Space drawSpace() {
            return inner.drawSpace();
        }

        @Override
        public Optional<Mask> mask() {
            return inner.mask();
        }

        @Override
        public String stream() {
            return inner.stream();
        }
    }

    /** The proposal variable of a learnable one. */
    Var proposal(Var learnable) {
        Var known = proposals.get(learnable);
        if (known != null) {
            return known;
        }
        int dot = learnable.name().lastIndexOf('.');
        String name =
                learnable.name().substring(0, dot + 1) + "d" + learnable.name().substring(dot + 1);
        Var variable = expressions
                .emission()
                .declare(new Var(
                        expressions.emission().freeName(name),
                        learnable.space(),
                        DType.REAL,
                        org.altdsl.runtime.plan.Scope.STEP,
                        Owner.RULE,
                        Matter.OTHER,
                        Optional.empty(),
                        learnable.origin(),
                        "d" + learnable.label()));
        proposals.put(learnable, variable);
        return expressions.masks().own(variable, expressions.masks().of(learnable));
    }

    /** Applies the bounds that a synapse or a rule declares for a variable that was just written. */
    private void keep(RuleInstance rule, Projection projection, Var variable, Section section) {
        bound(rule, projection, variable, section);
        if (projection.isPruned() && projection.weights().containsValue(variable)) {
            bury(projection, variable, section, variable.origin());
        }
    }

    /** Weights of synapses that have been pruned are 0, whatever was written. */
    private void bury(Projection projection, Var weight, Section section, Span at) {
        Emission emission = expressions.emission();
        org.altdsl.ir.Expr gone = Emission.prim(Op.NOT, emission.read(projection.alive(at), section));
        emission.update(section, weight, Optional.of(gone), new org.altdsl.ir.Expr.Const(0), Slot.CONSTRAIN, at);
    }

    private void bound(RuleInstance rule, Projection projection, Var variable, Section section) {
        projection
                .bounds(variable)
                .ifPresent(bounds -> bound(variable, bounds.get(0), bounds.get(1), projection, section));
        for (Item.Keep item : rule.model().items(Item.Keep.class)) {
            if (!(item.target() instanceof Expr.Reference reference)
                    || !rule.meant(reference.name()).equals(variable.label())) {
                continue;
            }
            bound(variable, item.low(), item.high(), new RuleScopes.AtProjection(rule, projection), section);
        }
        if (projection.fixesSign(variable, Optional.of(rule))) {
            org.altdsl.ir.Expr value = expressions.emission().read(variable, section);
            expressions
                    .emission()
                    .update(
                            section,
                            variable,
                            Optional.empty(),
                            projection.withFixedSign(variable, value, section),
                            Slot.CONSTRAIN,
                            variable.origin());
        }
    }

    private void bound(Var variable, Expr lowest, Expr highest, Scope scope, Section section) {
        org.altdsl.ir.Expr low = expressions.real(lowest, scope, section);
        org.altdsl.ir.Expr high = expressions.real(highest, scope, section);
        org.altdsl.ir.Expr value = expressions.emission().read(variable, section);
        org.altdsl.ir.Expr bounded = Emission.prim(Op.MIN, Emission.prim(Op.MAX, value, low), high);
        // Bounds may not lift a synapse that does not exist.
        bounded = expressions.masks().held(variable, bounded);
        Span at = lowest.span().to(highest.span());
        expressions.emission().update(section, variable, Optional.empty(), bounded, Slot.CONSTRAIN, at);
    }

    private org.altdsl.ir.Expr soften(
            RuleInstance rule,
            Projection projection,
            Var variable,
            org.altdsl.ir.Expr old,
            org.altdsl.ir.Expr next,
            Section section) {
        org.altdsl.ir.Expr soft = next;
        for (Item.Keep item : rule.model().items(Item.Keep.class)) {
            if (item.soft()
                    && item.target() instanceof Expr.Reference reference
                    && rule.meant(reference.name()).equals(variable.label())) {
                Scope scope = new RuleScopes.AtProjection(rule, projection);
                soft = SoftBounds.within(
                        old,
                        soft,
                        expressions.real(item.low(), scope, section),
                        expressions.real(item.high(), scope, section));
            }
        }
        return soft;
    }

    /** Where a rule teaches a variable; the first such place. */
    private record Home(RuleInstance rule, Projection projection) {}

    private Optional<Home> home(Var variable) {
        for (RuleInstance rule : network.rules()) {
            for (Projection projection : rule.projections()) {
                if (projection.weights().containsValue(variable)
                        || projection.post().biases().containsValue(variable)) {
                    return Optional.of(new Home(rule, projection));
                }
            }
        }
        return Optional.empty();
    }

    /** What an optimizer makes of a variable, within soft bounds. */
    org.altdsl.ir.Expr softened(Var variable, org.altdsl.ir.Expr old, org.altdsl.ir.Expr next) {
        return home(variable)
                .map(home -> soften(home.rule(), home.projection(), variable, old, next, Section.BODY))
                .orElse(next);
    }

    /** Applies the bounds for a variable that the optimizer wrote. */
    void keepAfterOptimizer(Var variable) {
        home(variable).ifPresent(home -> keep(home.rule(), home.projection(), variable, Section.BODY));
    }

    /** Lowers what a network in time does before the first step of each sample. */
    void beforeSample() {
        network.circuits().forEach(circuit -> circuit.at(Item.Trigger.BEFORE, SPANS, Section.START, Slot.CLAMP));
        for (RuleInstance rule : network.rules()) {
            for (Item.Handler handler : rule.model().items(Item.Handler.class)) {
                if (handler.trigger() == Item.Trigger.BEFORE && SPANS.contains(event(handler))) {
                    handle(rule, handler, Section.START, Slot.CLAMP);
                }
            }
        }
    }

    /**
     * Lowers what a network in time does after each sample: the blocks after it, those after a batch that propose, the
     * optimizer, then the other blocks after a batch.
     */
    void afterSample(Runnable optimizer) {
        network.circuits().forEach(circuit -> circuit.at(Item.Trigger.AFTER, SPANS, Section.BODY, Slot.END_OF_TRIAL));
        afterSample(handler -> !isAfterBatch(handler) || proposes(handler.body()));
        optimizer.run();
        afterSample(handler -> isAfterBatch(handler) && !proposes(handler.body()));
    }

    private void afterSample(Predicate<Item.Handler> wanted) {
        for (RuleInstance rule : network.rules()) {
            for (Item.Handler handler : rule.model().items(Item.Handler.class)) {
                if (handler.trigger() == Item.Trigger.AFTER && SPANS.contains(event(handler)) && wanted.test(handler)) {
                    handle(rule, handler, Section.BODY, Slot.END_OF_TRIAL);
                }
            }
        }
    }

    private static boolean isAfterBatch(Item.Handler handler) {
        return event(handler).equals("batch");
    }

    /** The statements machinery, which the optimizer shares. */
    Statements statements() {
        return statements;
    }
}
