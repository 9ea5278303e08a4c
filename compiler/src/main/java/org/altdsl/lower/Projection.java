package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.diag.Code;
import org.altdsl.ir.Axis;
import org.altdsl.ir.DType;
import org.altdsl.ir.Dist;
import org.altdsl.ir.Edges;
import org.altdsl.ir.Expr.Gather;
import org.altdsl.ir.Fold;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Op;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Role;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;
import org.altdsl.names.Flattened;
import org.altdsl.runtime.plan.EdgeSource;
import org.altdsl.source.Span;

/** A projection of a network, with all synapses or some: its synapse model between two populations, with its weights. */
final class Projection implements Scope, Value.Members {
    /** What tells whether a synapse exists: 1 where it has not been pruned, or has grown. */
    private static final String EXISTS = "exists";

    private final String name;
    private final Span span;
    private final Population pre;
    private final Population post;
    private final Flattened synapse;
    private final Map<String, Parameter> parameters;
    private final Map<String, Binding> given;
    private final Scope givenScope;
    private final Expressions expressions;
    private final Geometry geometry;
    private final Map<String, Var> weights = new LinkedHashMap<>();
    private final Map<Var, Var> signs = new HashMap<>();
    private final Optional<Mask> mask;
    private final Map<String, org.altdsl.ir.Expr> clamped = new HashMap<>();
    private final Optional<Edges> edges;
    private final Optional<TimedSynapses> inTime;
    private Optional<Var> alive = Optional.empty();
    private RuleInstance rule;
    private Optional<Var> frozen = Optional.empty();

    Projection(
            String name,
            Span span,
            Population pre,
            Population post,
            Connection connection,
            Flattened synapse,
            Value.Model use,
            Map<String, Binding> given,
            Wiring wiring,
            Optional<EdgeSource> listed,
            Optional<Double> share,
            Expressions expressions) {
        this.name = requireNonNull(name);
        this.span = requireNonNull(span);
        this.pre = requireNonNull(pre);
        this.post = requireNonNull(post);
        this.synapse = requireNonNull(synapse);
        this.given = requireNonNull(given);
        this.givenScope = use.scope();
        this.expressions = requireNonNull(expressions);
        this.parameters = Parameter.bind(synapse, use, this, Set.of(), expressions);
        this.edges = listed.map(source -> edges(name, span, pre, post, source, expressions));
        this.geometry = edges.map(Geometry::of).orElseGet(() -> Geometry.of(name, connection, pre, post));
        this.inTime = pre.network()
                .time()
                .map(time -> new TimedSynapses(this, synapse, given, use.scope(), expressions, time));
        List<Axis> order = new ArrayList<>(geometry.post().axes());
        order.addAll(geometry.pre().axes());
        expressions.literals().register(order.toArray(new Axis[0]));
        geometry.kernel().axes().forEach(axis -> expressions.literals().size(axis, connection.kernel()));
        this.mask = edges.isPresent()
                ? Optional.empty()
                : wiring.exists(name, geometry.weights(), new Existing(use.scope()), expressions)
                        .map(exists -> new Mask(
                                name,
                                geometry.pre(),
                                geometry.post(),
                                exists,
                                span,
                                expressions.emission(),
                                expressions.masks()));
        share.ifPresent(exist -> alive = Optional.of(declareAlive(
                new org.altdsl.ir.Expr.Draw(
                        Dist.BERNOULLI, List.of(new org.altdsl.ir.Expr.Const(exist)), name + ".live", space(), true),
                span)));
        inTime.ifPresent(TimedSynapses::declareDelay);
        for (Item.Weight weight : synapse.items(Item.Weight.class)) {
            declare(weight);
        }
        inTime.ifPresent(TimedSynapses::declareStates);
    }

    private static Edges edges(
            String name, Span at, Population pre, Population post, EdgeSource source, Expressions expressions) {
        Axis synapses = new Axis(name, Role.SYNAPSE, name + " synapses");
        Var from = table(name + ".source", synapses, at, expressions);
        Var to = table(name + ".target", synapses, at, expressions);
        Edges edges = new Edges(synapses, pre.axis(), post.axis(), from, to, source);
        expressions.emission().declare(edges);
        return edges;
    }

    private static Var table(String name, Axis synapses, Span at, Expressions expressions) {
        Var table = expressions
                .emission()
                .declare(new Var(
                        name,
                        Space.of(synapses),
                        DType.INDEX,
                        org.altdsl.runtime.plan.Scope.RUN,
                        Owner.HARNESS,
                        Matter.OTHER,
                        Optional.empty(),
                        at,
                        name.substring(name.lastIndexOf('.') + 1)));
        expressions.emission().constant(table);
        return table;
    }

    /** The parameters of its synapse model. */
    Map<String, Parameter> parameters() {
        return parameters;
    }

    /** Its synapses, where they are listed one by one. */
    Optional<Edges> edges() {
        return edges;
    }

    /** Its synapses in time; empty in a network of rates. */
    Optional<TimedSynapses> inTime() {
        return inTime;
    }

    Optional<Parameter> parameter(String wanted) {
        return Optional.ofNullable(parameters.get(wanted));
    }

    /** The value of a parameter of its synapse model; of a delay, what spikes take. */
    private Optional<Value> parameter(String wanted, Section section) {
        Optional<Value> delay = wanted.equals(TimedSynapses.DELAY)
                ? inTime.flatMap(synapses -> synapses.delay(section)).map(Value.Real::new)
                : Optional.empty();
        return delay.or(() -> parameter(wanted).map(one -> one.value(expressions, section)));
    }

    /** A quantity of its sources as each synapse sees it. */
    org.altdsl.ir.Expr atSynapses(org.altdsl.ir.Expr ofSources) {
        return geometry.atSynapses(ofSources);
    }

    /** A quantity of its targets as each synapse sees it. */
    org.altdsl.ir.Expr atTargets(org.altdsl.ir.Expr ofTargets) {
        return edges.isPresent() && ofTargets.space().has(edges.get().post())
                ? Gather.of(edges.get().toPost(), ofTargets)
                : ofTargets;
    }

    /** The sum over the synapses of each target. */
    org.altdsl.ir.Expr summedAtTargets(org.altdsl.ir.Expr ofSynapses) {
        if (edges.isEmpty()) {
            org.altdsl.ir.Expr sum = ofSynapses;
            Space sources = geometry.pre().intersect(ofSynapses.space());
            return Builtins.reduce(Fold.SUM, sum, sources, mask);
        }
        return org.altdsl.ir.Expr.Reduce.scatter(edges.get().toPost(), everywhere(ofSynapses));
    }

    /** The sum over the synapses of each source. */
    org.altdsl.ir.Expr summedAtSources(org.altdsl.ir.Expr ofSynapses) {
        if (edges.isEmpty()) {
            Space targets = geometry.post().intersect(ofSynapses.space());
            return Builtins.reduce(Fold.SUM, ofSynapses, targets, mask);
        }
        return org.altdsl.ir.Expr.Reduce.scatter(edges.get().toPre(), everywhere(ofSynapses));
    }

    /** A value with one for each synapse, even where all are the same. */
    private org.altdsl.ir.Expr everywhere(org.altdsl.ir.Expr value) {
        Axis synapses = edges.orElseThrow().synapses();
        if (value.space().has(synapses)) {
            return value;
        }
        org.altdsl.ir.Expr isOne = org.altdsl.ir.Expr.Prim.of(
                Op.GE, new org.altdsl.ir.Expr.Index(synapses), new org.altdsl.ir.Expr.Const(0));
        return org.altdsl.ir.Expr.Prim.of(Op.SELECT, isOne, value, new org.altdsl.ir.Expr.Const(0));
    }

    private void declare(Item.Weight weight) {
        String weightName = weight.binding().name().text();
        Binding initial = given.getOrDefault(weightName, weight.binding());
        Scope scope = given.containsKey(weightName) ? new Initial(givenScope) : this;
        String full = name + "." + weightName;
        boolean ofExperiment = pre.network().startingValues().isPresent();
        if (inTime.isPresent() && ofExperiment && initial.value().isEmpty()) {
            expressions
                    .sink()
                    .warning(
                            Code.NO_EFFECT,
                            span,
                            "nothing says what '" + weightName + "' of '" + name + "' starts with: 0; say it where the"
                                    + " synapse is used, as in via "
                                    + synapse.name() + " { " + weightName + " = … }");
        }
        org.altdsl.ir.Expr init = initial(initial, scope, full);
        if (alive.isPresent()) {
            // What does not exist yet has no weight.
            org.altdsl.ir.Expr exists = new org.altdsl.ir.Expr.Read(alive.get(), 0);
            init = Emission.prim(Op.SELECT, exists, init, new org.altdsl.ir.Expr.Const(0));
        }
        Var variable = new Var(
                full,
                space(),
                DType.REAL,
                org.altdsl.runtime.plan.Scope.RUN,
                Owner.SYNAPSE,
                Matter.WEIGHT,
                Optional.of(mask.isPresent() ? mask.get().filled(init, 0) : init),
                initial.span(),
                weightName);
        weights.put(weightName, expressions.masks().own(expressions.emission().declare(variable), mask));
    }

    private org.altdsl.ir.Expr initial(Binding initial, Scope scope, String full) {
        if (initial.value().isEmpty()) {
            return new org.altdsl.ir.Expr.Const(0);
        }
        return initial.drawn()
                ? new Builtins(expressions).draw(initial.value().get(), scope, Section.INIT, space(), full, true)
                : initial(initial.value().get(), scope);
    }

    private org.altdsl.ir.Expr initial(Expr value, Scope scope) {
        Value written = expressions.value(value, scope, Section.INIT);
        if (edges.isEmpty() || !(written instanceof Value.Sequence)) {
            return expressions.real(written, value.span(), scope, Section.INIT, space());
        }
        // Written as a matrix, [post][pre], of which each synapse has its element.
        Axis sources = new Axis(name + ".pre", Role.COORD, pre.axis().extent());
        Axis targets = new Axis(name + ".post", Role.COORD, post.axis().extent());
        expressions.literals().register(targets, sources);
        org.altdsl.ir.Expr matrix =
                expressions.real(written, value.span(), scope, Section.INIT, Space.of(targets, sources));
        IndexMap toPre =
                new IndexMap.Table(edges.get().synapses(), sources, edges.get().source());
        IndexMap toPost =
                new IndexMap.Table(edges.get().synapses(), targets, edges.get().target());
        org.altdsl.ir.Expr rows = matrix.space().has(targets) ? Gather.of(toPost, matrix) : matrix;
        return rows.space().has(sources) ? Gather.of(toPre, rows) : rows;
    }

    /** The scope of {@code connect where c}: the two ends, and the experiment's names. */
    private final class Existing implements Scope {
        private final Scope outer;

        Existing(Scope outer) {
            this.outer = outer;
        }

        @Override
        public Optional<Value> find(String wanted, Section section, Span at) {
            if (wanted.equals("pre") || wanted.equals("post")) {
                return Projection.this.find(wanted, section, at);
            }
            return outer.find(wanted, section, at);
        }

        @Override
        public List<String> names() {
            return outer.names();
        }

        @Override
        public Optional<Space> axis(String word) {
            return Projection.this.axis(word);
        }

        @Override
        public Space drawSpace() {
            return space();
        }

        @Override
        public String stream() {
            return Projection.this.stream();
        }
    }

    /** The scope of {@code { w ~ … }}: the experiment's names, with the numbers of sources and targets. */
    private final class Initial implements Scope {
        private final Scope outer;

        Initial(Scope outer) {
            this.outer = outer;
        }

        @Override
        public Optional<Value> external(String function, Expr.Call call, Space space, Section section) {
            return outer.external(function, call, space, section);
        }

        @Override
        public Optional<Value> find(String wanted, Section section, Span at) {
            Optional<Value> fan = fan(wanted);
            return fan.isPresent() ? fan : outer.find(wanted, section, at);
        }

        @Override
        public List<String> names() {
            return outer.names();
        }

        @Override
        public Optional<Space> axis(String word) {
            return Projection.this.axis(word);
        }

        @Override
        public Space drawSpace() {
            return space();
        }

        @Override
        public Optional<Mask> mask() {
            return mask;
        }

        @Override
        public String stream() {
            return Projection.this.stream();
        }
    }

    /** The unit in which its synapses declare a weight or a state of theirs, as written; a delay is a time. */
    Optional<String> unit(String wanted) {
        if (wanted.equals(TimedSynapses.DELAY) && inTime.isPresent()) {
            return Optional.of("ms");
        }
        Stream<Binding> declared = Stream.concat(
                synapse.items(Item.Weight.class).stream().map(Item.Weight::binding),
                synapse.items(Item.States.class).stream().flatMap(item -> item.bindings().stream()));
        return declared.filter(binding -> binding.name().text().equals(wanted))
                .findFirst()
                .flatMap(Binding::type)
                .map(type -> type.span().text());
    }

    String name() {
        return name;
    }

    /** What results call it: the layer it ends at, or its own name where several end there. */
    String layer() {
        return post.incoming().size() == 1 ? post.name() : name;
    }

    Span span() {
        return span;
    }

    Population pre() {
        return pre;
    }

    Population post() {
        return post;
    }

    /** The axis of its sources: one of its own where the sources are the targets. */
    Axis preAxis() {
        return preAxis(pre, post);
    }

    static Axis preAxis(Population pre, Population post) {
        return pre == post ? pre.axis().as(pre.name() + "'") : pre.axis();
    }

    /** What a member of the sources is beside this projection. */
    Value atSources(Value member, String wanted, boolean ofNeuron, Section section, Span at) {
        if (pre != post
                || edges.isPresent()
                || !(member instanceof Value.Real real)
                || !real.expr().space().has(pre.axis())) {
            return member;
        }
        org.altdsl.ir.Expr renamed = Gather.of(new IndexMap.Rename(preAxis(), pre.axis()), real.expr());
        // A copy with a name of its own, so that a product with the weights is one of matrices.
        return new Value.Real(
                ofNeuron
                        ? expressions
                                .emission()
                                .temporary(
                                        preAxis().name() + "." + wanted + section.suffix(),
                                        section,
                                        renamed,
                                        Slot.SETTLE,
                                        Owner.NEURON,
                                        Matter.NEURON,
                                        at)
                        : renamed);
    }

    /** The sources as the synapse hears them: where it leads back, as they were in the step before. */
    private final class Heard implements Value.Members {
        @Override
        public Optional<Value> member(String wanted, Section section, Span at) {
            Steps steps = pre.network().steps();
            Section then = steps.leadsBack(Projection.this) ? steps.after(steps.step(section) - 1, section) : section;
            return pre.member(wanted, then, at).map(value -> atSources(value, wanted, true, then, at));
        }

        @Override
        public List<String> names() {
            return pre.names();
        }
    }

    /** Where its weights live. */
    Space space() {
        return geometry.weights();
    }

    Geometry geometry() {
        return geometry;
    }

    /** A quantity of its sources as each synapse sees it. */
    @Override
    public Value atSynapses(Value ofSources) {
        return ofSources instanceof Value.Real real ? new Value.Real(geometry.atSynapses(real.expr())) : ofSources;
    }

    /** The inputs of its targets that it delivers to. */
    Set<String> inputs() {
        Set<String> inputs = new LinkedHashSet<>();
        for (Item.Assign assign : synapse.items(Item.Assign.class)) {
            if (assign.target() instanceof Expr.Member member) {
                inputs.add(member.name().text());
            }
        }
        return inputs;
    }

    Map<String, Var> weights() {
        return weights;
    }

    /** The bounds {@code weight w in [lo, hi]} of a weight of this projection, if it declares any. */
    Optional<List<Expr>> bounds(Var weight) {
        return synapse.items(Item.Weight.class).stream()
                .filter(item -> weight.equals(weights.get(item.binding().name().text())))
                .flatMap(item -> item.bounds().stream())
                .filter(Expr.ListLiteral.class::isInstance)
                .map(bounds -> ((Expr.ListLiteral) bounds).elements())
                .findFirst();
    }

    /**
     * A value of a weight that keeps the sign with which the weight started, where the synapse or the rule says {@code sign
     * fixed}: what would cross 0 stays at 0. A weight that starts at 0 counts as positive.
     */
    org.altdsl.ir.Expr withFixedSign(Var weight, org.altdsl.ir.Expr value, Section section) {
        org.altdsl.ir.Expr zero = new org.altdsl.ir.Expr.Const(0);
        org.altdsl.ir.Expr above = Emission.prim(Op.MAX, value, zero);
        org.altdsl.ir.Expr below = Emission.prim(Op.MIN, value, zero);
        if (weight.init().orElse(zero) instanceof org.altdsl.ir.Expr.Const start) {
            return start.value() >= 0 ? above : below;
        }
        Var started = signs.computeIfAbsent(weight, key -> {
            org.altdsl.ir.Expr initial = expressions.emission().read(key, Section.INIT);
            return expressions
                    .emission()
                    .declare(new Var(
                            expressions.emission().freeName(key.name() + ".positive"),
                            key.space(),
                            DType.FLAG,
                            org.altdsl.runtime.plan.Scope.RUN,
                            Owner.SYNAPSE,
                            Matter.OTHER,
                            Optional.of(Emission.prim(Op.GE, initial, zero)),
                            key.origin(),
                            "positive"));
        });
        return Emission.prim(Op.SELECT, expressions.emission().read(started, section), above, below);
    }

    /** Whether the sign of a weight is fixed, by the synapse or by a rule that teaches it. */
    boolean fixesSign(Var weight, Optional<RuleInstance> rule) {
        boolean bySynapse = !synapse.items(Item.SignFixed.class).isEmpty();
        boolean byRule = rule.map(
                        one -> !one.model().items(Item.SignFixed.class).isEmpty())
                .orElse(false);
        return weights.containsValue(weight) && (bySynapse || byRule);
    }

    /** A flag that, while it is 1, keeps rules from changing the weights. */
    Var freezable() {
        if (frozen.isEmpty()) {
            frozen = Optional.of(expressions
                    .emission()
                    .declare(new Var(
                            expressions.emission().freeName(name + ".frozen"),
                            Space.SCALAR,
                            DType.FLAG,
                            org.altdsl.runtime.plan.Scope.RUN,
                            Owner.HARNESS,
                            Matter.OTHER,
                            Optional.of(new org.altdsl.ir.Expr.Const(0)),
                            span,
                            "frozen")));
        }
        return frozen.get();
    }

    /** The flag that keeps rules from changing the weights, where something may set it. */
    Optional<Var> frozen() {
        return frozen;
    }

    /** For each synapse, whether it has not been pruned. */
    Var alive(Span at) {
        if (alive.isEmpty()) {
            alive = Optional.of(declareAlive(new org.altdsl.ir.Expr.Const(1), at));
        }
        return alive.get();
    }

    private Var declareAlive(org.altdsl.ir.Expr first, Span at) {
        return expressions
                .emission()
                .declare(new Var(
                        expressions.emission().freeName(name + ".alive"),
                        space(),
                        DType.FLAG,
                        org.altdsl.runtime.plan.Scope.RUN,
                        Owner.SYNAPSE,
                        Matter.OTHER,
                        Optional.of(first),
                        at,
                        "alive"));
    }

    /** Whether a rule prunes synapses of it. */
    boolean isPruned() {
        return alive.isPresent();
    }

    boolean isPlastic() {
        return rule != null && !weights.isEmpty();
    }

    Optional<RuleInstance> rule() {
        return Optional.ofNullable(rule);
    }

    void learn(RuleInstance instance) {
        rule = requireNonNull(instance);
    }

    /** What this projection delivers to an input of its targets, summed over the sources. */
    List<org.altdsl.ir.Expr> deliveries(String input, Section section) {
        if (inTime.isPresent()) {
            return inTime.get().deliveries(input, section);
        }
        List<org.altdsl.ir.Expr> delivered = new ArrayList<>();
        Steps steps = pre.network().steps();
        if (steps.leadsBack(this) && steps.step(section) == 0) {
            return delivered;
        }
        for (Item.Assign assign : synapse.items(Item.Assign.class)) {
            if (assign.target() instanceof Expr.Member member
                    && member.of() instanceof Expr.Reference reference
                    && reference.name().equals("post")
                    && member.name().text().equals(input)) {
                org.altdsl.ir.Expr value = expressions.real(assign.value(), this, section);
                // What does not differ between the synapses of a target is delivered once.
                Space synapses = geometry.pre().intersect(value.space());
                org.altdsl.ir.Expr sum = Builtins.reduce(Fold.SUM, value, synapses, mask);
                delivered.add(assign.operator() == Item.AssignmentOperator.SUBTRACT ? Emission.prim(Op.NEG, sum) : sum);
            }
        }
        return delivered;
    }

    /** {@code fan_in} and {@code fan_out}: how many sources a target has, how many targets a source. */
    Optional<Value> fan(String wanted) {
        if (edges.isPresent() && wanted.equals("fan_in")) {
            return Optional.of(new Value.Real(atTargets(summedAtTargets(new org.altdsl.ir.Expr.Const(1)))));
        }
        if (edges.isPresent() && wanted.equals("fan_out")) {
            return Optional.of(new Value.Real(atSynapses(summedAtSources(new org.altdsl.ir.Expr.Const(1)))));
        }
        if (wanted.equals("fan_in")) {
            return Optional.of(new Value.Real(mask.map(Mask::fanIn).orElseGet(() -> Builtins.size(geometry.pre()))));
        }
        if (wanted.equals("fan_out")) {
            return Optional.of(
                    new Value.Real(mask.map(Mask::fanOut).orElseGet(() -> Builtins.size(geometry.fanOut()))));
        }
        return Optional.empty();
    }

    /** A weight as the forward pass of a phase sees it, which may clamp it; in the blocks of a rule it is itself. */
    private org.altdsl.ir.Expr weight(String wanted, Section section) {
        org.altdsl.ir.Expr itself = expressions.emission().read(weights.get(wanted), section);
        if (rule == null || !section.is(Section.Kind.SETTLE)) {
            return itself;
        }
        String key = wanted + section.suffix();
        org.altdsl.ir.Expr known = clamped.putIfAbsent(key, itself);
        if (known != null) {
            return known;
        }
        rule.phases().clamped(this, wanted, section).ifPresent(value -> clamped.put(key, hold(wanted, value, section)));
        return clamped.get(key);
    }

    private org.altdsl.ir.Expr hold(String wanted, org.altdsl.ir.Expr value, Section section) {
        Emission emission = expressions.emission();
        Var variable = emission.declare(new Var(
                emission.freeName(name + "." + wanted + section.suffix()),
                value.space().union(space()),
                DType.REAL,
                org.altdsl.runtime.plan.Scope.STEP,
                Owner.RULE,
                Matter.OTHER,
                Optional.empty(),
                span,
                wanted));
        emission.update(Section.SETTLE, variable, Optional.empty(), value, Slot.CLAMP, span);
        return emission.read(variable, Section.SETTLE);
    }

    @Override
    public Optional<Value> find(String wanted, Section section, Span at) {
        if (inTime.isPresent()) {
            return inTime.get().scope(Site.SYNAPSE).find(wanted, section, at);
        }
        switch (wanted) {
            case "pre":
                return Optional.of(new Value.Place("pre", new RuleScopes.Sources(new Heard(), this)));
            case "post":
                return Optional.of(new Value.Place("post", post));
            default:
                return ownName(wanted, section, at);
        }
    }

    /** A weight, a parameter, a number of synapses, or whether this one exists. */
    Optional<Value> ownName(String wanted, Section section, Span at) {
        if (weights.containsKey(wanted)) {
            return Optional.of(new Value.Real(weight(wanted, section)));
        }
        Optional<Value> parameter = parameter(wanted, section);
        if (parameter.isPresent()) {
            return parameter;
        }
        if (wanted.equals(EXISTS)) {
            return Optional.of(new Value.Real(expressions.emission().read(alive(at), section)));
        }
        return fan(wanted);
    }

    @Override
    public List<String> names() {
        Set<String> names = new LinkedHashSet<>(weights.keySet());
        names.addAll(parameters.keySet());
        if (rule != null) {
            names.addAll(rule.memberNames());
        }
        names.addAll(List.of("pre", "post", "fan_in", "fan_out", EXISTS));
        return List.copyOf(names);
    }

    @Override
    public Optional<Space> axis(String word) {
        return switch (word) {
            case "pre" -> Optional.of(end("pre", geometry.pre()));
            case "post" -> Optional.of(end("post", geometry.post()));
            case "batch" -> Optional.of(Space.of(Axis.LANE));
            // A dense projection has no spatial positions: it is a convolution with one.
            case "space" -> Optional.of(geometry.positions());
            case "kernel" -> Optional.of(geometry.kernel());
            default -> Optional.empty();
        };
    }

    /** The axes of an end; where synapses are listed one by one, an axis that stands for it. */
    private Space end(String side, Space axes) {
        return edges.isEmpty() ? axes : Space.of(edges.get().end(side.equals("pre")));
    }

    @Override
    public Space drawSpace() {
        return space();
    }

    @Override
    public Optional<Mask> mask() {
        return mask;
    }

    @Override
    public String stream() {
        return name;
    }

    /** The members of {@code a} in {@code a.w}, {@code a.dw}, {@code a.B}: weights, and what its rule keeps there. */
    @Override
    public Optional<Value> member(String wanted, Section section, Span at) {
        if (weights.containsKey(wanted)) {
            return Optional.of(new Value.Real(expressions.emission().read(weights.get(wanted), section)));
        }
        Optional<Value> ofSynapse = inTime.flatMap(synapses -> synapses.state(wanted))
                .map(state -> new Value.Real(expressions.emission().read(state, section)));
        if (ofSynapse.isPresent()) {
            return ofSynapse;
        }
        Optional<Value> parameter = parameter(wanted, section);
        if (parameter.isPresent()) {
            return parameter;
        }
        return rule == null ? Optional.empty() : new RuleScopes.AtProjection(rule, this).find(wanted, section, at);
    }

    /** Reports what this version cannot run of a synapse model. */
    void check() {
        for (Item item : synapse.items()) {
            boolean known = item instanceof Item.Weight || item instanceof Item.Assign || item instanceof Item.Local;
            if (!known && inTime.isEmpty()) {
                throw expressions.error(
                        Code.NOT_YET,
                        item.span(),
                        "this version runs synapses of rate networks only: a weight and what it delivers");
            }
        }
    }
}
