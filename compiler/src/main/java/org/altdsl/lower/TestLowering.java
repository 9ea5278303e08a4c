package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.ast.Name;
import org.altdsl.derive.Derivatives;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.ir.Axis;
import org.altdsl.ir.DType;
import org.altdsl.ir.Expr.Const;
import org.altdsl.ir.Expr.Index;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Op;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Program;
import org.altdsl.ir.Role;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.names.Flattened;
import org.altdsl.names.Inheritance;
import org.altdsl.names.LinkedProgram;
import org.altdsl.names.Parts;
import org.altdsl.runtime.data.DataSet;
import org.altdsl.runtime.data.DataSetRecipe;
import org.altdsl.runtime.wiring.SpikeTrain;
import org.altdsl.source.Span;

/**
 * Lowers a test block. Everything it gives becomes part of the program, so a test needs no harness but a loop; a test
 * of a rule without a network runs on one projection {@code x -> y} of linear units.
 */
public final class TestLowering {
    private final LinkedProgram program;
    private final DiagnosticSink sink;
    private final Optional<DatasetLowering> datasets;

    public TestLowering(LinkedProgram program, DiagnosticSink sink, Optional<DatasetLowering> datasets) {
        this.program = requireNonNull(program);
        this.sink = requireNonNull(sink);
        this.datasets = requireNonNull(datasets);
    }

    /** The test as IR; nothing where an error was reported. */
    public Optional<LoweredTest> lower(Declaration test) {
        try {
            List<LoweredTest> rows = new ArrayList<>();
            for (TestRow row : TestRow.of(test)) {
                rows.add(new Lowering(row).run());
                if (sink.hasErrors()) {
                    // The other rows would only repeat it.
                    return Optional.empty();
                }
            }
            return Optional.of(rows.get(0).and(rows.subList(1, rows.size())));
        } catch (Abandon reported) {
            return Optional.empty();
        }
    }

    private final class Lowering implements Scope {
        private final Declaration test;
        private final TestRow row;
        private final Emission emission = new Emission();
        private final Expressions expressions = new Expressions(program, sink, emission);
        private final Inheritance inheritance = new Inheritance(program, sink);
        private final Network network = new Network(expressions);
        private final NetworkLowering builder = new NetworkLowering(program, sink, expressions, network, this);
        private final RuleLowering rules = new RuleLowering(network);
        private final Givens given;
        private final Map<String, Value> names = new LinkedHashMap<>();
        private final Map<String, Integer> sizes = new LinkedHashMap<>();
        private final List<LoweredTest.Action> actions = new ArrayList<>();
        private final List<Metric> pending = new ArrayList<>();
        private Optional<DataSetRecipe> data = Optional.empty();
        private Optional<Projection> only = Optional.empty();
        private Optional<Population> alone = Optional.empty();
        private final Map<String, Expr> recorded = new LinkedHashMap<>();
        private Section section = Section.BODY;
        private long taken;

        private record Metric(String name, Var variable) {}

        Lowering(TestRow row) {
            this.test = row.test();
            this.row = row;
            this.given = new Givens(test, expressions, this);
        }

        LoweredTest run() {
            row.values().forEach((name, value) -> names.put(name, expressions.value(value, this, Section.INIT)));
            boolean runs = test.body().stream().anyMatch(item -> item instanceof Item.Step);
            section = runs ? Section.BODY : Section.SETTLE;
            Optional<Value.Model> tested = test.tested().map(this::tested);
            if (tested.isPresent()) {
                names.put("rule", tested.get());
            }
            new Timing(test, program, inheritance, expressions, this).step().ifPresent(time -> {
                network.runsIn(time);
                section = Section.EPOCH;
            });
            subject(tested);
            body();
            List<Update> batch = new ArrayList<>(emission.updates(Section.SETTLE));
            batch.addAll(emission.updates(Section.BODY));
            Program made = network.time().isPresent()
                    ? Program.timed(
                            test.name().text(),
                            List.copyOf(emission.variables()),
                            emission.edges(),
                            Map.of(
                                    org.altdsl.runtime.plan.Scope.TRIAL,
                                    emission.updates(Section.START),
                                    org.altdsl.runtime.plan.Scope.STEP,
                                    emission.updates(Section.TICK),
                                    org.altdsl.runtime.plan.Scope.PHASE,
                                    emission.updates(Section.PROTOCOL),
                                    org.altdsl.runtime.plan.Scope.BATCH,
                                    batch,
                                    org.altdsl.runtime.plan.Scope.EPOCH,
                                    emission.updates(Section.EPOCH)))
                    : Program.of(
                            test.name().text(),
                            List.copyOf(emission.variables()),
                            batch,
                            emission.updates(Section.EPOCH));
            sizes.putAll(builder.sizes());
            return new LoweredTest(
                    test,
                    Waits.apply(Derivatives.resolve(Mode.in(made, isTraining()), sink)),
                    sizes,
                    given.lanes(),
                    actions,
                    trains(),
                    data,
                    row.words(),
                    List.of());
        }

        /** A test trains unless it says {@code given training = false}. */
        private boolean isTraining() {
            Item.GivenValue value = given.get("training");
            return value == null
                    || expressions.number(value.value().orElseThrow(), this, Section.INIT, "'training'") != 0;
        }

        private Value.Model tested(Expr use) {
            Value value = expressions.value(use, this, Section.INIT);
            if (value instanceof Value.Model model) {
                return model;
            }
            throw expressions.error(Code.WRONG_TYPE, use.span(), "expected a declaration to test");
        }

        /** The spikes of the sources, for as long as the test runs. */
        private Map<String, SpikeTrain> trains() {
            long steps = 0;
            for (LoweredTest.Action action : actions) {
                steps += action instanceof LoweredTest.Advance advance ? advance.steps() : 0;
            }
            Map<String, SpikeTrain> trains = new LinkedHashMap<>();
            for (Map.Entry<Population, Trains> played : network.played().entrySet()) {
                Population population = played.getKey();
                int neurons = builder.sizes().get(population.name());
                trains.put(
                        population.flag().orElseThrow().name(),
                        played.getValue().of(neurons, steps));
            }
            return trains;
        }

        private void subject(Optional<Value.Model> tested) {
            Optional<Item.Network> described = test.body().stream()
                    .filter(Item.Network.class::isInstance)
                    .map(Item.Network.class::cast)
                    .findFirst();
            if (described.isPresent()) {
                builder.givenStates(given.states());
                builder.build(described.get());
                if (network.time().isPresent()) {
                    inTime(Optional.empty());
                } else {
                    network();
                }
                return;
            }
            if (tested.isEmpty()) {
                return;
            }
            Value.Model model = tested.get();
            if (model.declaration().kind() == Declaration.Kind.CIRCUIT) {
                builder.givenStates(given.states());
                builder.build(model);
                if (network.time().isPresent()) {
                    inTime(Optional.empty());
                } else {
                    network();
                }
                return;
            }
            if (network.time().isPresent()) {
                inTime(tested);
                return;
            }
            switch (model.declaration().kind()) {
                case RULE -> {
                    pair(model);
                    network();
                }
                case OBJECTIVE -> objective(model);
                case OPTIMIZER -> optimizer(model);
                case DATASET -> dataset(model);
                default ->
                    throw expressions.error(
                            Code.NOT_YET,
                            test.tested().get().span(),
                            "this version tests rules, objectives, optimizers and data sets");
            }
        }

        /** A network in time, or a model by itself with what the test gives. */
        private void inTime(Optional<Value.Model> tested) {
            builder.givenStates(given.states());
            TimedSubject subject = new TimedSubject(program, expressions, network, builder, given, this);
            tested.ifPresent(model -> {
                subject.build(model);
                only = subject.projection();
                alone = subject.population();
            });
            if (sink.hasErrors()) {
                throw new Abandon();
            }
            TimeLowering lowering = new TimeLowering(network);
            objective();
            target();
            pathways();
            rules.beforeSample();
            lowering.lower(this::watchEvents);
            rules.afterSample(() -> {
                stages(0);
                needOptimizer();
            });
            rules.reports().forEach(report -> pending.add(new Metric(report.name(), report.variable())));
            if (actions.isEmpty() && test.body().stream().noneMatch(Item.Step.class::isInstance)) {
                taken = subject.lastEvent() + 1;
                expressions.watch().orElseThrow().until(taken);
                actions.add(new LoweredTest.Advance(taken, false));
            }
        }

        /** Takes down what the test asks about as it was before events: {@code x@pre.spike}. */
        private void watchEvents(String side) {
            for (Item item : test.body()) {
                Parts.everyExpression(item, expr -> {
                    if (expr instanceof Expr.AtPhase asked && isEvent(asked, side)) {
                        watchEvent(asked, side);
                    }
                });
            }
        }

        private static boolean isEvent(Expr.AtPhase asked, String side) {
            return asked.phase().size() == 2 && asked.phase().get(0).text().equals(side);
        }

        private void watchEvent(Expr.AtPhase asked, String side) {
            Projection projection = only.or(
                            () -> asked.of() instanceof Expr.Member member ? projection(member.of()) : Optional.empty())
                    .orElseThrow(() -> expressions.error(
                            Code.NOT_ALLOWED_HERE,
                            asked.span(),
                            "the spikes of which projection? written s.x@pre.spike, or x@pre.spike where the test is of"
                                    + " one synapse or rule"));
            org.altdsl.ir.Expr value = expressions.real(asked.of(), this, Section.TICK);
            TimedSynapses synapses = projection.inTime().orElseThrow();
            String event = asked.phase().get(1).text();
            org.altdsl.ir.Expr happens = (side.equals("pre")
                            ? synapses.arrival(event, Site.SYNAPSE, false, Optional.empty(), this, asked.span())
                            : synapses.response(event, Site.SYNAPSE, Optional.empty(), this, asked.span()))
                    .orElseThrow();
            expressions.watch().orElseThrow().keep(asked, happens, value);
        }

        private Optional<Projection> projection(Expr place) {
            return expressions.value(place, this, Section.INIT) instanceof Value.Place found
                            && found.members() instanceof Projection projection
                    ? Optional.of(projection)
                    : Optional.empty();
        }

        /** One projection of linear units, with the sizes that the given values have. */
        private void pair(Value.Model rule) {
            int pre = given.size("pre", "pre.r", 1, "w", 1);
            int post = given.size("post", "", 0, "w", 0);
            Span at = test.name().span();
            builder.givenStates(given.states());
            Optional<Item.GivenValue> neuron = Optional.ofNullable(given.get("neuron"));
            Expr rate = reference(at, "Rate");
            Expr indexed = new Expr.Index(at, rate, List.of(argument(new Expr.Number(at, post, Optional.empty()))));
            Expr model = new Expr.Call(
                    at,
                    indexed,
                    List.of(new Expr.Argument(at, Optional.of(new Name(at, "f")), false, reference(at, "identity"))),
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
            if (neuron.isPresent()) {
                Expr use = neuron.get().value().get();
                Expr named = use instanceof Expr.Call call ? call.function() : use;
                List<Expr.Argument> arguments = use instanceof Expr.Call call ? call.arguments() : List.of();
                Expr counted =
                        new Expr.Index(at, named, List.of(argument(new Expr.Number(at, post, Optional.empty()))));
                model = new Expr.Call(
                        use.span(),
                        counted,
                        arguments,
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
            }
            List<Item> items = new ArrayList<>();
            Expr input = new Expr.Index(
                    at, reference(at, "Input"), List.of(argument(new Expr.Number(at, pre, Optional.empty()))));
            items.add(new Item.Population(at, reference(at, "x"), input, List.of()));
            items.add(new Item.Population(at, reference(at, "y"), model, setting("b")));
            items.add(new Item.Projection(
                    at,
                    Optional.empty(),
                    List.of(reference(at, "x"), reference(at, "y")),
                    Optional.empty(),
                    Optional.of(reference(at, "Linear")),
                    setting("w"),
                    Optional.empty(),
                    Optional.of(reference(at, "rule")),
                    Optional.empty()));
            builder.build(items);
            only = Optional.of(network.projections().get(0));
            network.population("y").ifPresent(population -> {
                if (network.output().isEmpty()) {
                    network.output(population);
                }
            });
        }

        private Expr reference(Span at, String name) {
            return new Expr.Reference(at, name);
        }

        private Expr.Argument argument(Expr value) {
            return new Expr.Argument(value.span(), Optional.empty(), false, value);
        }

        private List<Item> setting(String name) {
            Item.GivenValue value = given.get(name);
            if (value == null || value.value().isEmpty()) {
                return List.of();
            }
            Expr source = value.value().get();
            Expr target = reference(value.target().span(), name);
            return List.of(
                    value.kind() == Item.GivenKind.DRAWN
                            ? new Item.Draw(value.span(), target, source)
                            : new Item.Assign(value.span(), target, Item.AssignmentOperator.SET, source));
        }

        /** Gives the network what the test gives, then lowers objective, rules and optimizer. */
        private void network() {
            for (Population population : network.populations()) {
                for (String quantity : List.of("r")) {
                    Item.GivenValue value = given.get(population.name() + "." + quantity);
                    if (value == null && only.isPresent() && only.get().pre() == population) {
                        value = given.get("pre." + quantity);
                    }
                    if (value == null && population.isInput()) {
                        value = given.get("input." + quantity);
                    }
                    if (value != null) {
                        Space space = population.space().with(Axis.LANE);
                        population.give(quantity, given.shown(value, space), value.span());
                    }
                }
            }
            objective();
            for (String name : List.of("correct", "loss", "reward")) {
                Item.GivenValue value = given.get(name);
                if (value != null) {
                    org.altdsl.ir.Expr felt = given.shown(value, Space.of(Axis.LANE));
                    network.give(name, clampedGiven(name, felt, value.span()));
                }
            }
            target();
            pathways();
            if (section.is(Section.Kind.SETTLE)) {
                // Nothing runs: what the rule keeps is looked at, not what it does.
                return;
            }
            rules.beforeOptimizer();
            stages(0);
            needOptimizer();
            rules.afterOptimizer();
            new NeuronBlocks(network, rules.statements()).lower();
            rules.reports().forEach(report -> pending.add(new Metric(report.name(), report.variable())));
        }

        /** What the test says and what its network says. */
        private List<Item> statements() {
            List<Item> all = new ArrayList<>(test.body());
            for (Item item : test.body()) {
                if (item instanceof Item.Network described) {
                    all.addAll(described.body());
                }
            }
            return all;
        }

        private void objective() {
            for (Item item : statements()) {
                if (item instanceof Item.Loss loss) {
                    expressions.objectives(new ObjectiveLowering(expressions, network));
                    network.loss(
                            hold(
                                    "loss",
                                    expressions.real(loss.value(), this, Section.SETTLE),
                                    Section.SETTLE,
                                    loss.span()),
                            phase -> hold(
                                    "loss" + phase.suffix(),
                                    expressions.real(loss.value(), this, phase),
                                    phase.settle(),
                                    loss.span()));
                }
            }
        }

        private org.altdsl.ir.Expr clampedGiven(String name, org.altdsl.ir.Expr value, Span at) {
            Var variable = emission.declare(new Var(
                    emission.freeName("given." + name),
                    value.space(),
                    DType.REAL,
                    org.altdsl.runtime.plan.Scope.STEP,
                    Owner.HARNESS,
                    Matter.MODULATOR,
                    Optional.empty(),
                    at,
                    name));
            emission.update(Section.SETTLE, variable, Optional.empty(), value, Slot.CLAMP, at);
            return emission.read(variable, Section.SETTLE);
        }

        private org.altdsl.ir.Expr hold(String name, org.altdsl.ir.Expr value, Section where, Span at) {
            return emission.temporary(name, where, value, Slot.SETTLE, Owner.HARNESS, Matter.OBJECTIVE, at);
        }

        private void target() {
            Item.GivenValue value = given.get("target");
            if (value == null || network.output().isEmpty()) {
                return;
            }
            Axis axis = network.output().get().axis();
            boolean whole = value.value()
                    .map(v -> v instanceof Expr.ListLiteral list && Literals.levels(list) == 2)
                    .orElse(false);
            org.altdsl.ir.Expr shown = given.shown(value, whole ? Space.of(Axis.LANE, axis) : Space.of(Axis.LANE));
            org.altdsl.ir.Expr target = whole
                    ? shown
                    : Emission.prim(Op.EQ, new Index(axis), hold("label", shown, Section.SETTLE, value.span()));
            network.target(hold("target", target, Section.SETTLE, value.span()));
            if (!whole) {
                network.population(network.output().get().name())
                        .flatMap(output -> output.quantity("u", Section.SETTLE, value.span()))
                        .ifPresent(u -> network.classification(
                                hold("label", shown, Section.SETTLE, value.span()), ((Value.Real) u).expr()));
            }
        }

        /** Given feedback pathways replace the rule's own initial values. */
        private void pathways() {
            for (Item.GivenValue value : given.all()) {
                String text = value.target().span().text().replaceAll("\\s", "");
                Expr source = value.value().orElse(null);
                for (Projection projection : network.projections()) {
                    for (RuleInstance rule : network.rules()) {
                        for (Item.Feedback feedback : rule.model().items(Item.Feedback.class)) {
                            boolean named = text.equals(projection.name() + "." + feedback.name())
                                    || only.isPresent()
                                            && text.equals(feedback.name().text());
                            if (named && source != null) {
                                rule.pathways().give(feedback, projection, source, this);
                            }
                        }
                    }
                }
            }
        }

        /** A test that looks at what is learnt, and in which nothing takes the proposals, could not fail. */
        private void needOptimizer() {
            boolean takes = statements().stream().anyMatch(Item.Optimize.class::isInstance);
            if (takes || rules.proposals().isEmpty()) {
                return;
            }
            for (Item item : test.body()) {
                if (item instanceof Item.Expect expect && readsLearnable(expect.actual())) {
                    throw expressions.error(
                            Code.MISSING_VALUE,
                            expect.span(),
                            "the rule proposes changes (dw), and this test has no optimizer that takes them; add, say,"
                                    + " optimizer SGD(eta = 0.1)");
                }
            }
        }

        /** Whether an expectation looks at a learnable variable other than to differentiate by it. */
        private boolean readsLearnable(Expr expr) {
            if (expr instanceof Expr.Call call
                    && call.function() instanceof Expr.Reference function
                    && function.name().equals("d")) {
                return false;
            }
            String name = expr instanceof Expr.Reference reference
                    ? reference.name()
                    : expr instanceof Expr.Member member ? member.name().text() : "";
            boolean learnable = rules.proposals().keySet().stream()
                    .anyMatch(variable -> variable.label().equals(name));
            return learnable || Parts.of(expr).stream().anyMatch(this::readsLearnable);
        }

        /** The optimizer that the test names, after so many stages of another one. */
        private void stages(int before) {
            for (Item item : statements()) {
                if (item instanceof Item.Optimize optimize) {
                    OptimizerLowering lowering = new OptimizerLowering(rules, expressions);
                    for (int i = 0; i < optimize.stages().size(); i++) {
                        Value.Model use = builder.model(optimize.stages().get(i), Declaration.Kind.OPTIMIZER);
                        lowering.stage(inheritance.flatten(use.declaration()), use, before + i);
                    }
                }
            }
        }

        private void objective(Value.Model model) {
            Flattened flattened = inheritance.flatten(model.declaration());
            List<Binding> formals = model.declaration().formals();
            Axis axis = Axis.neurons("y");
            Item.GivenValue first = given.need(formals.get(0).name().text());
            sizes.put("y", Math.max(1, given.length(first, 1)));
            Var variable = emission.declare(new Var(
                    formals.get(0).name().text(),
                    Space.of(Axis.LANE, axis),
                    DType.REAL,
                    org.altdsl.runtime.plan.Scope.STEP,
                    Owner.NEURON,
                    Matter.NEURON,
                    Optional.empty(),
                    first.span(),
                    formals.get(0).name().text()));
            emission.update(
                    Section.SETTLE,
                    variable,
                    Optional.empty(),
                    given.shown(first, variable.space()),
                    Slot.CLAMP,
                    first.span());
            names.put(formals.get(0).name().text(), new Value.Real(emission.read(variable, Section.SETTLE)));
            List<Expr.Argument> arguments = new ArrayList<>();
            for (Binding formal : formals) {
                Item.GivenValue value = given.need(formal.name().text());
                Expr use = formal == formals.get(0)
                        ? reference(value.span(), formal.name().text())
                        : value.value().get();
                arguments.add(argument(use));
            }
            arguments.addAll(model.arguments());
            Value.Model use = new Value.Model(flattened.declaration(), arguments, this);
            org.altdsl.ir.Expr loss = new ObjectiveLowering(expressions, network)
                    .value(use, Section.SETTLE, test.name().span());
            network.loss(hold("loss", loss, Section.SETTLE, test.name().span()), phase -> loss);
        }

        private void optimizer(Value.Model model) {
            Item.GivenValue w = given.need("w");
            Item.GivenValue dw = given.need("dw");
            int length = Math.max(given.length(w, 0), 1);
            boolean scalar = !(w.value().get() instanceof Expr.ListLiteral);
            Space space = scalar ? Space.SCALAR : Space.of(Axis.neurons("w"));
            sizes.put("w", length);
            Var weight = emission.declare(new Var(
                    "w",
                    space,
                    DType.REAL,
                    org.altdsl.runtime.plan.Scope.RUN,
                    Owner.SYNAPSE,
                    Matter.WEIGHT,
                    Optional.of(expressions.real(w.value().get(), this, Section.INIT, space)),
                    w.span(),
                    "w"));
            Var proposal = rules.proposal(weight);
            emission.update(Section.BODY, proposal, Optional.empty(), given.shown(dw, space), Slot.PROPOSE, dw.span());
            Value.Model use = new Value.Model(model.declaration(), model.arguments(), model.scope());
            new OptimizerLowering(rules, expressions).stage(inheritance.flatten(use.declaration()), use, 0);
            // An optimizer that the test names comes after the one that is tested, as after 'then'.
            stages(1);
            names.put("w", new Value.Real(emission.read(weight, Section.BODY)));
            names.put("dw", new Value.Real(emission.read(proposal, Section.BODY)));
        }

        private void dataset(Value.Model model) {
            DatasetLowering lowering = datasets.orElseThrow(() -> expressions.error(
                    Code.NO_DATA, test.name().span(), "tests of data sets need the data source of a run"));
            DataSetRecipe recipe = lowering.recipe(inheritance.flatten(model.declaration()), model);
            data = Optional.of(recipe);
            for (DataSet.Field field : recipe.fields()) {
                Axis axis = new Axis(field.name(), Role.COORD, "#" + field.width());
                boolean scalar = field.width() == 1 && field.shape().isEmpty();
                Space space = scalar ? Space.of(Axis.LANE) : Space.of(Axis.LANE, axis);
                org.altdsl.ir.Expr clamped = network.clamped(
                        field.name(),
                        space,
                        Matter.OTHER,
                        Section.SETTLE,
                        test.name().span());
                names.put(field.name(), new Value.Real(clamped));
            }
        }

        private void body() {
            boolean started = false;
            for (Item item : test.body()) {
                try {
                    started |= item instanceof Item.Step;
                    item(item, started);
                } catch (Abandon reported) {
                    continue;
                }
            }
        }

        private void item(Item item, boolean started) {
            if (item instanceof Item.Expect expect) {
                expect(expect);
            } else if (item instanceof Item.Measure record && record.action() == Item.Action.RECORD) {
                record(record);
            } else if (item instanceof Item.Step step) {
                if (network.time().isPresent()) {
                    advance(step);
                } else {
                    actions.add(step(step));
                }
            } else if (item instanceof Item.Lets lets) {
                for (Binding binding : lets.bindings()) {
                    names.put(binding.name().text(), let(binding, started));
                }
            } else if (!(item instanceof Item.Given
                    || item instanceof Item.Network
                    || item instanceof Item.Loss
                    || item instanceof Item.Optimize)) {
                throw expressions.error(Code.NOT_YET, item.span(), "this statement of a test cannot be run yet");
            }
        }

        /** Before the first run, a definition keeps the value it has at the start. */
        private Value let(Binding binding, boolean started) {
            Expr source = binding.value().orElseThrow();
            if (started) {
                return expressions.value(source, this, section);
            }
            org.altdsl.ir.Expr init = expressions.real(source, this, Section.INIT);
            if (init instanceof Const) {
                return new Value.Real(init);
            }
            Var variable = emission.declare(new Var(
                    emission.freeName("let." + binding.name()),
                    init.space(),
                    DType.REAL,
                    org.altdsl.runtime.plan.Scope.RUN,
                    Owner.HARNESS,
                    Matter.OTHER,
                    Optional.of(init),
                    binding.span(),
                    binding.name().text()));
            return new Value.Real(emission.read(variable, section));
        }

        /** {@code record e as g}: g is e, for those who ask about its course. */
        private void record(Item.Measure item) {
            for (Item.Clause clause : item.clauses()) {
                if (clause.word().text().equals("as") && item.what().size() == 1) {
                    recorded.put(
                            clause.arguments().get(0).span().text(), item.what().get(0));
                }
            }
        }

        private void advance(Item.Step step) {
            if (step.kind() != Item.StepKind.RUN || step.arguments().size() != 1) {
                throw expressions.error(Code.NOT_YET, step.span(), "tests in time run for a time: run 20 ms");
            }
            Expr length = step.arguments().get(0);
            boolean samples = length instanceof Expr.Number number
                    && number.unit()
                            .map(unit -> unit.text().matches("(sample|trial)s?"))
                            .orElse(false);
            Expr duration = samples
                    ? step.of()
                            .orElseThrow(() -> expressions.error(
                                    Code.MISSING_VALUE, step.span(), "how long is a sample? run 1 sample of 350 ms"))
                    : length;
            double seconds = expressions.number(duration, this, Section.INIT, "a duration");
            long steps = expressions.time(step.span()).nearest(seconds);
            if (steps < 0) {
                throw expressions.error(Code.BAD_SETTING, duration.span(), "a duration is not negative");
            }
            int times = samples ? expressions.whole(length, this, Section.INIT, "a number of samples or trials") : 1;
            if (times < 1) {
                throw expressions.error(Code.BAD_SETTING, length.span(), "at least one sample or trial must be run");
            }
            actions.addAll(Collections.nCopies(times, new LoweredTest.Advance(steps, samples)));
            taken += times * steps;
            expressions.watch().orElseThrow().until(taken);
        }

        private LoweredTest.Run step(Item.Step step) {
            boolean batches = step.kind() == Item.StepKind.RUN
                    && step.arguments().size() == 1
                    && step.arguments().get(0) instanceof Expr.Number number
                    && number.unit()
                            .map(unit -> unit.text().startsWith("batch"))
                            .orElse(false);
            if (!batches) {
                throw expressions.error(
                        Code.NOT_YET, step.span(), "tests of rate networks run batches: run 3 batches of 8");
            }
            int count = expressions.whole(step.arguments().get(0), this, Section.INIT, "a number of batches");
            Optional<Integer> of = step.of().map(n -> expressions.whole(n, this, Section.INIT, "a number of samples"));
            return new LoweredTest.Run(count, of);
        }

        private void expect(Item.Expect expect) {
            if (expect.rule().isPresent()) {
                throw expressions.error(
                        Code.NOT_YET, expect.rule().get().span(), "'for' in an expectation cannot be run yet");
            }
            double tolerance = expect.tolerance()
                    .map(t -> expressions.number(t, this, Section.INIT, "a tolerance"))
                    .orElse(0.0);
            double scale = expect.percent() ? 0.01 : 1;
            if (expect.actual() instanceof Expr.Binary binary && binary.operator() == Expr.BinaryOperator.EQUAL) {
                Optional<Expr> spike = stepsOf(binary.left());
                if (spike.isPresent() && binary.right() instanceof Expr.ListLiteral list) {
                    stepsOf(expect, spike.get(), binary.left(), list);
                    return;
                }
                org.altdsl.ir.Expr actual = expressions.real(binary.left(), this, section);
                org.altdsl.ir.Expr expected = expressions.real(binary.right(), this, section, actual.space());
                Space whole = actual.space().union(expected.space());
                actions.add(new LoweredTest.Expectation(
                        expect.span(),
                        observed("actual", actual, whole, binary.left().span()),
                        Optional.of(observed(
                                "expected", expected, whole, binary.right().span())),
                        tolerance * scale,
                        expect.percent()));
                return;
            }
            org.altdsl.ir.Expr condition = expressions.real(expect.actual(), this, section);
            actions.add(new LoweredTest.Expectation(
                    expect.span(),
                    observed("condition", condition, condition.space(), expect.span()),
                    Optional.empty(),
                    0,
                    false));
        }

        /** The spike whose steps {@code spike.steps} asks for. */
        private Optional<Expr> stepsOf(Expr written) {
            Expr whole = written instanceof Expr.Index index ? index.of() : written;
            return network.time().isPresent()
                            && whole instanceof Expr.Member member
                            && member.name().text().equals("steps")
                    ? Optional.of(member.of())
                    : Optional.empty();
        }

        /** All steps in which a neuron spiked, or with a range the first of them. */
        private void stepsOf(Item.Expect expect, Expr spike, Expr written, Expr.ListLiteral list) {
            boolean some = written instanceof Expr.Index;
            int count = list.elements().size() + (some ? 0 : 1);
            Axis axis = new Axis("spikes of " + expect.span().start(), Role.COORD, "#" + count);
            org.altdsl.ir.Expr actual = expressions.watch().orElseThrow().steps(spike, axis, this, section);
            org.altdsl.ir.Expr expected = new Const(-1);
            for (int i = list.elements().size() - 1; i >= 0; i--) {
                double step = expressions.number(list.elements().get(i), this, Section.INIT, "a step");
                expected = Emission.prim(
                        Op.SELECT, Emission.prim(Op.EQ, new Index(axis), new Const(i)), new Const(step), expected);
            }
            actions.add(new LoweredTest.Expectation(
                    expect.span(),
                    observed("actual", actual, Space.of(axis), spike.span()),
                    Optional.of(observed("expected", expected, Space.of(axis), list.span())),
                    0,
                    false));
        }

        private String observed(String what, org.altdsl.ir.Expr value, Space space, Span at) {
            Var variable = emission.declare(new Var(
                    emission.freeName("expect." + what),
                    space,
                    DType.REAL,
                    org.altdsl.runtime.plan.Scope.STEP,
                    Owner.HARNESS,
                    Matter.OTHER,
                    Optional.empty(),
                    at,
                    what));
            emission.update(section, variable, Optional.empty(), value, Slot.MEASURE, at);
            return variable.name();
        }

        @Override
        public Optional<Value> find(String name, Section where, Span at) {
            Value known = names.get(name);
            if (known != null) {
                return Optional.of(known);
            }
            if (recorded.containsKey(name)) {
                return Optional.of(expressions.value(recorded.get(name), this, where));
            }
            for (Metric report : pending) {
                if (report.name().equals(name)) {
                    return Optional.of(new Value.Real(emission.read(report.variable(), where)));
                }
            }
            if (alone.isPresent()) {
                Optional<Value> own = alone.get().quantity(name, where, at);
                if (own.isPresent()) {
                    return own;
                }
            }
            if (only.isPresent() && only.get().rule().isEmpty()) {
                Optional<Value> own = only.get().member(name, where, at);
                if (own.isPresent()) {
                    return own;
                }
            }
            if (only.isPresent() && only.get().rule().isPresent()) {
                Optional<Value> beside = besideOnly(only.get(), name, where, at);
                if (beside.isPresent()) {
                    return beside;
                }
            }
            Optional<Value> ofNetwork = network.named(name, where, at);
            if (ofNetwork.isPresent()) {
                return ofNetwork;
            }
            return network.atOutput(name, null, where, at);
        }

        /** In a test of a rule without a network, names are those of the rule beside the one projection. */
        private Optional<Value> besideOnly(Projection projection, String name, Section where, Span at) {
            if (name.startsWith("d") && name.length() > 1) {
                Optional<Var> proposal = proposal(projection, name.substring(1));
                if (proposal.isPresent()) {
                    return Optional.of(new Value.Real(emission.read(proposal.get(), where)));
                }
            }
            RuleInstance rule = projection.rule().orElseThrow();
            return new RuleScopes.AtProjection(rule, projection).find(name, where, at);
        }

        private Optional<Var> proposal(Projection projection, String learnable) {
            return projection
                    .rule()
                    .flatMap(rule -> rule.learnable(learnable, projection))
                    .map(rules.proposals()::get);
        }

        /** A proposal as a member of a projection: {@code a.dw}. */
        @Override
        public Optional<Value> proposalOf(Value.Members members, String name, Section where) {
            if (members instanceof Projection projection && name.startsWith("d") && name.length() > 1) {
                return proposal(projection, name.substring(1))
                        .map(variable -> new Value.Real(emission.read(variable, where)));
            }
            return Optional.empty();
        }

        @Override
        public Optional<String> pass(String phase) {
            return network.rules().stream()
                    .flatMap(rule -> rule.phases().pass(phase).stream())
                    .findFirst();
        }

        @Override
        public List<String> names() {
            List<String> all = new ArrayList<>(names.keySet());
            all.addAll(network.names());
            pending.forEach(report -> all.add(report.name()));
            only.ifPresent(projection -> all.addAll(projection.names()));
            all.addAll(network.ruleNames());
            return all;
        }

        @Override
        public Optional<Space> axis(String name) {
            if (name.equals("train") && data.isPresent()) {
                return Optional.of(Space.of(Axis.LANE));
            }
            if (only.isPresent()) {
                return only.get().axis(name);
            }
            if (name.equals("batch")) {
                return Optional.of(Space.of(Axis.LANE));
            }
            if (name.equals("pre") || name.equals("post")) {
                return axisOfOnlyPlastic(name);
            }
            return network.population(name).map(Population::space);
        }

        private Optional<Space> axisOfOnlyPlastic(String name) {
            Set<Projection> all = Set.copyOf(network.projections());
            return all.size() == 1 ? all.iterator().next().axis(name) : Optional.empty();
        }

        @Override
        public Space drawSpace() {
            return only.map(Projection::space).orElse(Space.SCALAR);
        }

        @Override
        public String stream() {
            return "test";
        }
    }
}
