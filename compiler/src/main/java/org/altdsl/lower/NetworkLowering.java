package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashSet;
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
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Var;
import org.altdsl.names.Flattened;
import org.altdsl.names.Inheritance;
import org.altdsl.names.LinkedProgram;
import org.altdsl.names.Suggestions;
import org.altdsl.runtime.data.ImageShape;
import org.altdsl.source.Span;

/** Builds the populations, projections and rules of a network as an experiment or a test describes it. */
final class NetworkLowering {
    private final Expressions expressions;
    private final Inheritance inheritance;
    private final Network network;
    private final Map<String, Integer> sizes;
    private final Map<Population, Expr> inputData;
    private final Map<Learner, RuleInstance> instances;
    private final Circuit circuit;
    private final Map<String, Value> names;
    private final List<Override> overrides;
    private Scope scope;
    private Map<String, Binding> givenStates = Map.of();

    /** The use of a rule, with the learnable quantity that it teaches; equal ones are one rule. */
    private record Learner(Value.Model use, String learnable) {}

    /** A value that the use of a circuit sets inside it: {@code x : C { A.leak = 1 }}. */
    private record Override(String path, Binding value, Scope scope) {}

    NetworkLowering(LinkedProgram program, DiagnosticSink sink, Expressions expressions, Network network, Scope scope) {
        this.expressions = requireNonNull(expressions);
        this.inheritance = new Inheritance(program, sink);
        this.network = requireNonNull(network);
        this.scope = requireNonNull(scope);
        this.sizes = new LinkedHashMap<>();
        this.inputData = new LinkedHashMap<>();
        this.instances = new LinkedHashMap<>();
        this.overrides = List.of();
        this.circuit = new Circuit("", Optional.of(scope), network);
        this.names = circuit.parts();
        network.add(circuit);
    }

    /** What is inside a circuit of the network. */
    private NetworkLowering(NetworkLowering outer, Circuit circuit, List<Override> overrides) {
        this.expressions = outer.expressions;
        this.inheritance = outer.inheritance;
        this.network = outer.network;
        this.scope = circuit;
        this.sizes = outer.sizes;
        this.inputData = outer.inputData;
        this.instances = outer.instances;
        this.overrides = overrides;
        this.circuit = circuit;
        this.names = circuit.parts();
        this.givenStates = outer.givenStates;
        network.add(circuit);
    }

    /** Initial values of rule states that a test gives. */
    void givenStates(Map<String, Binding> given) {
        givenStates = requireNonNull(given);
    }

    /** The sizes that the text fixes, by population. */
    Map<String, Integer> sizes() {
        return sizes;
    }

    /** What is shown at each input population, as written: {@code data.image}. */
    Map<Population, Expr> inputData() {
        return inputData;
    }

    /** Builds a network from the items of its block, or from the circuit that it is. */
    void build(Item.Network item) {
        if (item.circuit().isEmpty()) {
            build(item.body());
            return;
        }
        Expr name = item.name()
                .<Expr>map(n -> new Expr.Reference(n.span(), n.text()))
                .orElse(item.circuit().get());
        build(List.of(new Item.Population(item.span(), name, item.circuit().get(), List.of())));
    }

    /** Builds a circuit as the whole network: its parts have the names that they have in it. */
    void build(Value.Model use) {
        Flattened flattened = flatten(use.declaration());
        circuit.parameters(Parameter.bind(flattened, use, circuit, Set.of(), expressions));
        build(flattened.items());
    }

    /** Builds a network from the items of its block. */
    void build(List<Item> items) {
        items.forEach(circuit::define);
        List<Placed> placed = new ArrayList<>();
        place(items, scope, placed);
        inside(placed, this::population);
        if (expressions.sink().hasErrors()) {
            throw new Abandon();
        }
        lieOnImages(placed.stream().map(Placed::item).toList());
        inside(placed, item -> {
            if (item instanceof Item.States states) {
                circuit.state(states, scope, givenStates);
            }
        });
        inside(placed, this::other);
        if (expressions.sink().hasErrors()) {
            throw new Abandon();
        }
        if (network.time().isEmpty()) {
            network.steps().check();
        }
    }

    /** An item where it stands: in a loop, with the value of its variable. */
    private record Placed(Item item, Scope scope) {}

    /** Unrolls loops ({@code for k in 1..L}) and decides conditions. */
    private void place(List<Item> items, Scope where, List<Placed> placed) {
        for (Item item : items) {
            if (item instanceof Item.ForRow loop) {
                for (Value value : turns(loop, where)) {
                    Scope.Local inner = Scope.over(where);
                    inner.own().put(loop.variable().text(), value);
                    place(loop.body(), inner, placed);
                }
            } else if (item instanceof Item.If branch) {
                double holds =
                        expressions.number(branch.condition(), where, Section.INIT, "a condition on the network");
                place(holds != 0 ? branch.body() : branch.otherwise(), where, placed);
            } else {
                placed.add(new Placed(item, where));
            }
        }
    }

    private List<Value> turns(Item.ForRow loop, Scope where) {
        List<Value> turns = new ArrayList<>();
        if (loop.values() instanceof Expr.Range range) {
            int first = expressions.whole(range.first(), where, Section.INIT, "the first turn of a loop");
            int last = expressions.whole(range.last(), where, Section.INIT, "the last turn of a loop");
            for (int i = first; i <= last; i++) {
                turns.add(new Value.Real(new org.altdsl.ir.Expr.Const(i)));
            }
        } else if (loop.values() instanceof Expr.ListLiteral list) {
            list.elements().forEach(one -> turns.add(expressions.value(one, where, Section.INIT)));
        } else {
            throw expressions.error(
                    Code.WRONG_TYPE, loop.values().span(), "a loop goes over a range or a list: for k in 1..3");
        }
        return turns;
    }

    private void inside(List<Placed> placed, java.util.function.Consumer<Item> action) {
        Scope outside = scope;
        for (Placed one : placed) {
            scope = one.scope();
            try {
                action.accept(one.item());
            } catch (Abandon reported) {
                continue;
            } finally {
                scope = outside;
            }
        }
    }

    /** Two populations that a projection connects in a pattern. */
    private record Link(Population pre, Population post, Connection connection) {}

    /** Puts populations on images, from the inputs on: what a convolution or a pool ends at, and what is copied. */
    private void lieOnImages(List<Item> items) {
        List<Link> links = new ArrayList<>();
        for (Item item : items) {
            if (item instanceof Item.Projection projection
                    && projection.connect().isPresent()) {
                if (network.time().isPresent() && isListed(projection)) {
                    continue;
                }
                Connection connection = connection(projection);
                if (connection.kind() != Connection.Kind.DENSE) {
                    List<Population> chain = chain(projection);
                    for (int i = 0; i + 1 < chain.size(); i++) {
                        links.add(new Link(chain.get(i), chain.get(i + 1), connection));
                    }
                }
            }
        }
        Set<Population> needed = new HashSet<>();
        boolean more = true;
        while (more) {
            more = false;
            for (Link link : links) {
                boolean wanted = link.connection().isSpatial() || needed.contains(link.post());
                more |= wanted && needed.add(link.pre());
            }
        }
        for (Population population : needed) {
            population
                    .image()
                    .ifPresent(image -> lieOn(
                            population, Grid.of(population.name(), image.height(), image.width()), image.channels()));
        }
        more = true;
        while (more) {
            more = false;
            for (Link link : links) {
                if (link.pre().grid().isPresent() && link.post().grid().isEmpty()) {
                    Grid grid = link.connection()
                            .targets(link.pre().grid().get(), link.post().name(), expressions);
                    lieOn(link.post(), grid, sizes.get(link.post().name()));
                    more = true;
                }
            }
        }
    }

    private void lieOn(Population population, Grid grid, int channels) {
        population.lieOn(grid);
        size(population.name(), population.axis(), channels);
        size(grid.height().extent(), grid.height(), grid.rows());
        size(grid.width().extent(), grid.width(), grid.columns());
    }

    private Connection connection(Item.Projection item) {
        return Connection.of(item.connect(), item.span(), expressions, scope);
    }

    /** What the pattern of a projection asks of the populations that it connects. */
    private void fits(Connection connection, Population pre, Population post, Span at) {
        if (connection.isSpatial() && pre.grid().isEmpty()) {
            throw expressions.error(
                    Code.WRONG_SHAPE,
                    connection.span(),
                    "'" + pre.name() + "' has no rows and columns for a kernel to move over: "
                            + (pre.isInput()
                                    ? "an input has them where its field says so, as in field image : [28, 28]"
                                    : "a layer has them where a convolution or a pool ends at it"));
        }
        if (connection.kind() == Connection.Kind.DENSE) {
            return;
        }
        if (pre.grid().isPresent()) {
            Grid wanted = connection.targets(pre.grid().get(), post.name(), expressions);
            if (!post.grid().map(wanted::isAsLargeAs).orElse(false)) {
                throw expressions.error(
                        Code.WRONG_SHAPE,
                        at,
                        "this gives '" + post.name() + "' " + wanted + " positions, but another projection gives it "
                                + post.grid().map(Grid::toString).orElse("none"));
            }
        } else if (post.grid().isPresent()) {
            throw expressions.error(
                    Code.WRONG_SHAPE,
                    connection.span(),
                    "'" + post.name() + "' has " + post.grid().get() + " positions, and '" + pre.name() + "' none");
        }
        boolean ownChannel = connection.kind() != Connection.Kind.CONVOLUTION;
        Integer sources = sizes.get(pre.name());
        Integer targets = sizes.get(post.name());
        if (ownChannel && sources != null && !sources.equals(targets)) {
            String what = pre.grid().isPresent() ? " channels" : " neurons";
            throw expressions.error(
                    Code.WRONG_SHAPE,
                    at,
                    "'" + pre.name() + "' has " + sources + what + " and '" + post.name() + "' has " + targets
                            + "; this connection takes each to one of its own");
        }
    }

    private void other(Item item) {
        if (item instanceof Item.Projection projection) {
            projection(projection);
        } else if (item instanceof Item.Assign assign && assign.target() instanceof Expr.Reference target) {
            place(target, assign.value());
        } else if (item instanceof Item.Learn learn) {
            learn(learn);
        } else if (item instanceof Item.Inject inject && inject.stimulation()) {
            stimulate(inject.target(), inject.value(), Optional.empty());
        } else if (item instanceof Item.Noise noise && noise.target() instanceof Expr.Member target) {
            noise(noise, target);
        } else if (item instanceof Item.Handler || item instanceof Item.Equation || item instanceof Item.Noise) {
            expressions.time(item.span());
            circuit.does(item, scope);
        } else if (!(item instanceof Item.Population
                || item instanceof Item.Lets
                || item instanceof Item.Local
                || item instanceof Item.States
                || item instanceof Item.Loss
                || item instanceof Item.Optimize)) {
            throw expressions.error(
                    Code.NOT_YET,
                    item.span(),
                    "this statement of a network is part of the language, but this version cannot run it yet");
        }
    }

    /**
     * {@code stimulate x.S[1] with 200 each step}: a pulse at the one input of the neurons, as one of a spike would be; with
     * {@code stimulate x.S[1].I with …}, at the input that it names.
     *
     * @param flag what is 1 while it happens, where it does not always
     */
    void stimulate(Expr target, Expr amount, Optional<Var> flag) {
        Optional<Expr.Member> named =
                target instanceof Expr.Member member && !isPart(member) ? Optional.of(member) : Optional.empty();
        PopulationPart part = part(named.map(Expr.Member::of).orElse(target));
        Population population = part.population();
        String input = named.map(member -> member.name().text()).orElseGet(() -> population.onlyInput(target.span()));
        population.needInput(input, target.span());
        Scope where = new Stimulated(scope, population);
        network.pulse(population, input, section -> {
            org.altdsl.ir.Expr value = population.ofNeurons(expressions.real(amount, where, section), amount.span());
            if (!population.space().contains(value.space())) {
                throw expressions.error(
                        Code.LOST_AXIS,
                        amount.span(),
                        "this has one value for " + Expressions.words(value.space())
                                + ", and is felt by each neuron of '" + population.name() + "'");
            }
            return flag.map(on -> Emission.prim(
                            org.altdsl.ir.Op.SELECT,
                            expressions.emission().read(on, section),
                            part.only(value),
                            new org.altdsl.ir.Expr.Const(0)))
                    .orElseGet(() -> part.only(value));
        });
    }

    private boolean isPart(Expr.Member expr) {
        Value value = expressions.value(expr.of(), scope, Section.INIT);
        return value instanceof Value.Place place && place.members() instanceof Circuit;
    }

    /** {@code noise exc.I ~ uniform(-6.5 mV, 6.5 mV)}: drawn in every step for each neuron, and added to an input. */
    private void noise(Item.Noise item, Expr.Member target) {
        PopulationPart part = part(target.of());
        Population population = part.population();
        String input = target.name().text();
        population.needInput(input, target.span());
        Scope where = scope;
        String stream = part.population().name() + "." + input + ".noise" + part.first();
        network.stimulate(
                population,
                input,
                section -> part.only(expressions
                        .processes(item.span())
                        .value(item.distribution(), where, population.space(), stream, item.span())));
    }

    /** The neurons that an expression names: a population, or some of one. */
    private PopulationPart part(Expr expr) {
        Value value = expressions.value(expr, scope, Section.INIT);
        if (value instanceof Value.Place place && place.members() instanceof PopulationPart part) {
            return part;
        }
        Population population = population(value, expr.span());
        return new PopulationPart(population, 0, size(population, expr.span()), false);
    }

    /** {@code learn x by R}, {@code learn [a, b] by R}, {@code learn all by R}. */
    private void learn(Item.Learn item) {
        Value.Model rule = model(item.rule(), Declaration.Kind.RULE);
        for (Projection projection : projections(item.projections())) {
            if (!projection.weights().isEmpty()) {
                learn(projection, rule, item.learnable());
            }
        }
    }

    /** The projections that an expression names: one, several, those of a circuit, or {@code all}. */
    private List<Projection> projections(Expr expr) {
        if (expr instanceof Expr.Reference word && word.name().equals("all") && !knows("all")) {
            return List.copyOf(network.projections());
        }
        if (expr instanceof Expr.ListLiteral list) {
            return list.elements().stream()
                    .flatMap(one -> projections(one).stream())
                    .toList();
        }
        List<Projection> found = new ArrayList<>();
        collect(expressions.value(expr, scope, Section.INIT), expr.span(), found);
        return found;
    }

    private void collect(Value value, Span at, List<Projection> found) {
        if (value instanceof Value.Group group) {
            group.values().forEach(one -> collect(one, at, found));
        } else if (value instanceof Value.Family family) {
            family.members().values().forEach(one -> collect(one, at, found));
        } else if (value instanceof Value.Place place && place.members() instanceof Projection projection) {
            found.add(projection);
        } else if (value instanceof Value.Place place && place.members() instanceof Circuit part) {
            found.addAll(part.projections());
        } else {
            throw expressions.error(
                    Code.WRONG_TYPE, at, "expected projections or a circuit, found " + Expressions.describe(value));
        }
    }

    private boolean knows(String name) {
        return names.containsKey(name) || circuit.knows(name);
    }

    private void place(Expr.Reference target, Expr value) {
        if (target.name().equals("output")) {
            Population population = onePopulation(value);
            circuit.output(population);
            if (circuit.isNetwork()) {
                network.output(population);
            } else {
                network.outputOfCircuit(population);
            }
        } else if (target.name().equals("input")) {
            if (network.time().isPresent()) {
                circuit.input(onePopulation(value));
            }
        } else if (target.name().equals("steps")) {
            int steps = expressions.whole(value, scope, Section.INIT, "the number of steps");
            if (steps < 1) {
                throw expressions.error(Code.BAD_EXPERIMENT, value.span(), "a network takes at least one step");
            }
            network.steps().count(steps);
        } else {
            throw expressions.error(
                    Code.NOT_ASSIGNABLE,
                    target.span(),
                    "a network sets 'input', 'output' and 'steps' only"
                            + Suggestions.didYouMean(target.name(), List.of("input", "output", "steps")));
        }
    }

    /** The model of a name, of one kind, as a value. */
    Value.Model model(Expr expr, Declaration.Kind kind) {
        Value value = expressions.value(expr, scope, Section.INIT);
        if (value instanceof Value.Model model && model.declaration().kind() == kind) {
            return model;
        }
        throw expressions.error(
                Code.WRONG_TYPE, expr.span(), "expected a " + kind.word() + ", found " + Expressions.describe(value));
    }

    Flattened flatten(Declaration declaration) {
        return inheritance.flatten(declaration);
    }

    private void population(Item item) {
        if (item instanceof Item.Population population) {
            population(population);
        }
    }

    void population(Item.Population item) {
        String name = called(item.name());
        if (names.containsKey(name) || isMember(item.name())) {
            throw expressions.error(Code.DUPLICATE_NAME, item.name().span(), "'" + name + "' is declared twice");
        }
        Expr model = item.model();
        List<Expr.Argument> arguments = List.of();
        if (model instanceof Expr.Call call) {
            model = call.function();
            arguments = call.arguments();
        }
        if (model instanceof Expr.Reference reference && isCircuit(reference)) {
            declare(item.name(), name, part(name, item));
            return;
        }
        if (model instanceof Expr.ListLiteral list) {
            List<Value> members = new ArrayList<>();
            for (int i = 0; i < list.elements().size(); i++) {
                Population one = one(name + "[" + i + "]", list.elements().get(i), arguments, item);
                members.add(new Value.Place(one.name(), one));
            }
            declare(item.name(), name, new Value.Group(name, members));
            return;
        }
        Population population = one(name, model, arguments, item);
        declare(item.name(), name, new Value.Place(population.name(), population));
    }

    private boolean isCircuit(Expr.Reference reference) {
        return expressions
                .program()
                .find(reference.span().file(), reference.name())
                .map(declaration -> declaration.kind() == Declaration.Kind.CIRCUIT)
                .orElse(false);
    }

    /** A circuit in use as a part of this network, with what its use sets inside it. */
    private Value part(String name, Item.Population item) {
        Value.Model use = model(item.model(), Declaration.Kind.CIRCUIT);
        Flattened flattened = flatten(use.declaration());
        List<Override> set = new ArrayList<>();
        List<Expr.Argument> arguments = new ArrayList<>(use.arguments());
        for (Map.Entry<String, Binding> one : settings(item.settings()).entrySet()) {
            if (flattened.parameters().containsKey(one.getKey())) {
                arguments.add(new Expr.Argument(
                        one.getValue().span(),
                        Optional.of(one.getValue().name()),
                        one.getValue().drawn(),
                        one.getValue().value().orElseThrow()));
            } else {
                set.add(new Override(one.getKey(), one.getValue(), scope));
            }
        }
        for (Override outer : overrides) {
            if (outer.path().startsWith(name + ".")) {
                set.add(new Override(outer.path().substring(name.length() + 1), outer.value(), outer.scope()));
            }
        }
        Circuit made = new Circuit(circuit.prefix() + name, Optional.empty(), network);
        made.parameters(Parameter.bind(
                flattened, new Value.Model(use.declaration(), arguments, use.scope()), made, Set.of(), expressions));
        new NetworkLowering(this, made, set).build(flattened.items());
        return new Value.Place(circuit.prefix() + name, made);
    }

    /** What something is called: a name, or a name with its index in a loop, {@code P[2]}. */
    private String called(Expr name) {
        if (name instanceof Expr.Index index && index.at().size() == 1) {
            int at = expressions.whole(index.at().get(0).value(), scope, Section.INIT, "an index");
            return index.of().span().text() + "[" + at + "]";
        }
        if (name instanceof Expr.Reference reference) {
            return reference.name();
        }
        throw expressions.error(Code.WRONG_TYPE, name.span(), "expected a name, or a name with an index: P[k]");
    }

    private boolean isMember(Expr name) {
        return name instanceof Expr.Index index
                && names.get(index.of().span().text()) instanceof Value.Family family
                && family.members()
                        .containsKey(expressions.whole(index.at().get(0).value(), scope, Section.INIT, "an index"));
    }

    /** Makes a part known under its name; one of several, under their common name with its index. */
    private void declare(Expr name, String called, Value value) {
        if (!(name instanceof Expr.Index index)) {
            names.put(called, value);
            return;
        }
        String common = index.of().span().text();
        Value known = names.computeIfAbsent(common, unused -> new Value.Family(common, new java.util.TreeMap<>()));
        if (!(known instanceof Value.Family family)) {
            throw expressions.error(Code.DUPLICATE_NAME, name.span(), "'" + common + "' is declared twice");
        }
        family.members().put(expressions.whole(index.at().get(0).value(), scope, Section.INIT, "an index"), value);
    }

    /** The scope of what stands in this network, where a value that the use of a circuit sets has a name. */
    private Scope overridden(String name, Map<String, Binding> values) {
        Scope.Local inner = Scope.over(scope);
        for (Override one : overrides) {
            if (!one.path().startsWith(name + ".")) {
                continue;
            }
            String member = one.path().substring(name.length() + 1);
            Binding value = one.value();
            Expr source = value.value().orElseThrow();
            if (!value.drawn()) {
                inner.own().put(one.path(), expressions.value(source, one.scope(), Section.INIT));
                source = new Expr.Reference(source.span(), one.path());
            }
            values.put(
                    member,
                    new Binding(
                            value.span(),
                            new Name(value.name().span(), member),
                            List.of(),
                            Optional.empty(),
                            Optional.of(source),
                            value.drawn()));
        }
        return inner.own().isEmpty() ? scope : inner;
    }

    private Population one(String own, Expr model, List<Expr.Argument> arguments, Item.Population item) {
        String name = circuit.prefix() + own;
        Expr kind = model;
        List<Integer> extents = new ArrayList<>();
        List<Expr.Argument> all = arguments;
        if (kind instanceof Expr.Call call) {
            kind = call.function();
            all = new ArrayList<>(call.arguments());
            all.addAll(arguments);
        }
        if (kind instanceof Expr.Index index) {
            for (Expr.Argument at : index.at()) {
                int count = expressions.whole(at.value(), scope, Section.INIT, "the size of a population");
                if (count < 1) {
                    throw expressions.error(Code.WRONG_SHAPE, index.span(), "a population has at least one neuron");
                }
                extents.add(count);
            }
            kind = index.of();
        }
        Axis axis = Axis.neurons(name);
        if (kind instanceof Expr.Reference source && source.name().equals("Spikes")) {
            return spikes(name, axis, extents.isEmpty() ? 1 : extents.get(0), all, item);
        }
        boolean input =
                kind instanceof Expr.Reference reference && reference.name().equals("Input");
        if (extents.size() != 1 && !extents.isEmpty() && !(input && extents.size() <= 3)) {
            throw expressions.error(
                    Code.WRONG_SHAPE,
                    model.span(),
                    "a population has one size, as in Rate[64]; an input may be an image, as in Input[3, 32, 32]");
        }
        Optional<Integer> size = extents.stream().reduce((a, b) -> a * b);
        if (input) {
            Optional<ImageShape> image = ImageShape.of(
                    all.isEmpty() ? extents : scope.shapeShown(all.get(0).value()));
            Population population = new Population(name, item.span(), axis, image, network);
            network.add(population);
            size.ifPresent(count -> size(name, axis, count));
            if (!all.isEmpty()) {
                inputData.put(population, all.get(0).value());
            } else if (size.isEmpty()) {
                throw expressions.error(
                        Code.MISSING_VALUE, item.span(), "an input shows a field of the data, as in Input(data.image)");
            }
            return population;
        }
        Value.Model neuron = model(kind, Declaration.Kind.NEURON);
        if (size.isEmpty()) {
            throw expressions.error(
                    Code.MISSING_VALUE,
                    item.model().span(),
                    "how many? write " + neuron.declaration().name() + "[64]");
        }
        size(name, axis, size.get());
        Flattened flattened = flatten(neuron.declaration());
        Map<String, Binding> given = settings(item.settings());
        Scope where = overridden(own, given);
        List<Expr.Argument> whole = new ArrayList<>(all);
        for (Binding value : List.copyOf(given.values())) {
            if (flattened.parameters().containsKey(value.name().text())) {
                whole.add(new Expr.Argument(
                        value.span(),
                        Optional.of(value.name()),
                        value.drawn(),
                        value.value().orElseThrow()));
                given.remove(value.name().text());
            }
        }
        if (network.time().isPresent()) {
            checkSettings("neuron", flattened, given);
        }
        Value.Model use = new Value.Model(neuron.declaration(), whole, where);
        Population population = new Population(name, item.span(), axis, flattened, use, given, network);
        network.add(population);
        return population;
    }

    /** A source whose spikes are known beforehand. */
    private Population spikes(String name, Axis axis, int count, List<Expr.Argument> arguments, Item.Population item) {
        Time time = network.time()
                .orElseThrow(() -> expressions.error(
                        Code.NOT_ALLOWED_HERE, item.span(), "spikes take time: say how long a step is, dt = 0.1 ms"));
        size(name, axis, count);
        Population population = new Population(name, item.span(), axis, Optional.empty(), network);
        population.spikes();
        network.add(population);
        network.play(
                population, new Spikes(expressions, scope, time, network.startingValues()).of(arguments, item.span()));
        return population;
    }

    void size(String name, Axis axis, int count) {
        sizes.put(name, count);
        expressions.literals().size(axis, count);
    }

    /** What {@code { w ~ D, b = e }} gives. */
    Map<String, Binding> settings(List<Item> items) {
        Map<String, Binding> given = new LinkedHashMap<>();
        for (Item item : items) {
            Expr target;
            Expr value;
            boolean drawn;
            if (item instanceof Item.Draw draw) {
                target = draw.target();
                value = draw.distribution();
                drawn = true;
            } else if (item instanceof Item.Assign assign) {
                target = assign.target();
                value = assign.value();
                drawn = false;
            } else {
                throw expressions.error(Code.NOT_ALLOWED_HERE, item.span(), "expected w ~ D or w = e");
            }
            String name = target.span().text().replaceAll("\\s", "");
            if (!(target instanceof Expr.Reference || target instanceof Expr.Member)) {
                throw expressions.error(Code.NOT_ASSIGNABLE, target.span(), "expected a name such as w");
            }
            given.put(
                    name,
                    new Binding(
                            value.span(),
                            new Name(target.span(), name),
                            List.of(),
                            Optional.empty(),
                            Optional.of(value),
                            drawn));
        }
        return given;
    }

    /** Whether the synapses of a projection are listed one by one: where they wait for spikes, or are few of many. */
    private boolean isListed(Item.Projection item) {
        String kind = item.connect().map(Edging::kind).orElse("dense");
        boolean pattern = kind.equals("conv2d") || kind.equals("pool");
        boolean few = !pattern && !kind.equals("dense") && !kind.equals("flatten");
        return !pattern
                && (few
                        || item.via()
                                .map(via -> TimedSynapses.isDrivenByEvents(flatten(
                                        model(via, Declaration.Kind.SYNAPSE).declaration())))
                                .orElse(false));
    }

    /** A projection of synapses that are listed one by one, from each part to each. */
    private void listed(Item.Projection item) {
        Map<String, Binding> given = settings(item.settings());
        Value.Model use = synapses(item, given);
        Edging edging = new Edging(expressions, scope, network.startingValues());
        List<Value> made = new ArrayList<>();
        List<List<Edging.Part>> chain = item.chain().stream().map(this::parts).toList();
        int all = 0;
        for (int i = 0; i + 1 < chain.size(); i++) {
            all += chain.get(i).size() * chain.get(i + 1).size();
        }
        for (int i = 0; i + 1 < chain.size(); i++) {
            for (Edging.Part source : chain.get(i)) {
                String together = null;
                for (Edging.Part target : chain.get(i + 1)) {
                    String name = item.name()
                            .map(own -> circuit.prefix() + called(own))
                            .orElse(source.population().name() + "->"
                                    + target.population().name());
                    if (all > 1 && item.name().isPresent()) {
                        name = name + "[" + made.size() + "]";
                    }
                    name = unused(name, item);
                    together = together == null ? name : together;
                    org.altdsl.runtime.plan.EdgeSource edges = edging.between(
                            item.connect(),
                            source,
                            new Edging.Targets(chain.get(i + 1), target, together),
                            name,
                            item.span());
                    made.add(connect(item, source.population(), target.population(), use, given, name, edges));
                }
            }
        }
        named(item, made);
    }

    private void named(Item.Projection item, List<Value> made) {
        item.name().ifPresent(name -> {
            String text = called(name);
            declare(name, text, made.size() == 1 ? made.get(0) : new Value.Group(text, made));
        });
    }

    /** The synapse model of a projection; what the use of a circuit sets at it is added to what is given. */
    private Value.Model synapses(Item.Projection item, Map<String, Binding> given) {
        Scope outside = scope;
        scope = item.name().map(name -> overridden(called(name), given)).orElse(scope);
        try {
            Value.Model use = model(item.via().orElseThrow(), Declaration.Kind.SYNAPSE);
            Set<String> parameters = flatten(use.declaration()).parameters().keySet();
            List<Expr.Argument> arguments = new ArrayList<>(use.arguments());
            for (Binding value : List.copyOf(given.values())) {
                if (parameters.contains(value.name().text())) {
                    arguments.add(new Expr.Argument(
                            value.span(),
                            Optional.of(value.name()),
                            value.drawn(),
                            value.value().orElseThrow()));
                    given.remove(value.name().text());
                }
            }
            return new Value.Model(use.declaration(), arguments, scope);
        } finally {
            scope = outside;
        }
    }

    private Value connect(
            Item.Projection item,
            Population pre,
            Population post,
            Value.Model use,
            Map<String, Binding> given,
            String name,
            org.altdsl.runtime.plan.EdgeSource edges) {
        Flattened synapse = flatten(use.declaration());
        checkSettings("synapse", synapse, given);
        Projection projection = new Projection(
                name,
                item.span(),
                pre,
                post,
                Connection.of(Optional.empty(), item.span(), expressions, scope),
                synapse,
                use,
                given,
                new Wiring(Optional.empty()),
                Optional.of(edges),
                new Edging(expressions, scope, network.startingValues()).share(item.connect()),
                expressions);
        network.add(projection);
        circuit.add(projection);
        item.learns().ifPresent(rule -> learn(projection, model(rule, Declaration.Kind.RULE), item.learnable()));
        return new Value.Place(name, projection);
    }

    /** The parts of populations that an end of a projection names. */
    private List<Edging.Part> parts(Expr expr) {
        if (expr instanceof Expr.ListLiteral list) {
            return list.elements().stream().flatMap(one -> parts(one).stream()).toList();
        }
        if (expr instanceof Expr.Reference reference && !knows(reference.name())) {
            populations(expr);
        }
        Value value = expressions.value(expr, scope, Section.INIT);
        if (value instanceof Value.Place place && place.members() instanceof PopulationPart part) {
            return List.of(new Edging.Part(part.population(), part.first(), part.count()));
        }
        return populations(expr).stream()
                .map(population -> new Edging.Part(population, 0, size(population, expr.span())))
                .toList();
    }

    private int size(Population population, Span at) {
        Integer size = sizes.get(population.name());
        if (size == null) {
            throw expressions.error(
                    Code.MISSING_VALUE, at, "how many neurons has '" + population.name() + "'? write its size");
        }
        return size;
    }

    void projection(Item.Projection item) {
        if (item.partner().isPresent()) {
            throw expressions.error(
                    Code.NOT_YET, item.partner().get().span(), "partners of projections cannot be run yet");
        }
        if (network.time().isPresent() && item.via().isPresent() && isListed(item)) {
            listed(item);
            return;
        }
        Connection connection = connection(item);
        List<Population> chain = chain(item);
        if (item.via().isEmpty()) {
            throw expressions.error(Code.MISSING_VALUE, item.span(), "say what carries it: x -> y via Linear");
        }
        Map<String, Binding> given = settings(item.settings());
        Value.Model use = synapses(item, given);
        List<Value> made = new ArrayList<>();
        for (int i = 0; i + 1 < chain.size(); i++) {
            Population pre = chain.get(i);
            Population post = chain.get(i + 1);
            made.add(connect(item, connection, i, chain.size(), pre, post, use, given));
        }
        named(item, made);
    }

    private List<Population> chain(Item.Projection item) {
        List<Population> chain = new ArrayList<>();
        for (Expr link : item.chain()) {
            List<Population> layers = populations(link);
            // A list of layers that a chain starts from sends on what its last layer says.
            chain.addAll(chain.isEmpty() ? layers.subList(layers.size() - 1, layers.size()) : layers);
        }
        return chain;
    }

    private Value connect(
            Item.Projection item,
            Connection connection,
            int position,
            int length,
            Population pre,
            Population post,
            Value.Model use,
            Map<String, Binding> given) {
        if (post.isInput()) {
            throw expressions.error(
                    Code.BAD_EXPERIMENT, item.span(), "'" + post.name() + "' is an input; nothing projects to it");
        }
        fits(connection, pre, post, item.span());
        String name = item.name()
                .map(own -> circuit.prefix() + called(own) + (length == 2 ? "" : "[" + position + "]"))
                .orElse(pre.name() + "->" + post.name());
        name = unused(name, item);
        Flattened synapse = flatten(use.declaration());
        checkSettings("synapse", synapse, given);
        Wiring wiring = new Wiring(connection.isDense() ? item.connect() : Optional.empty());
        Projection projection = new Projection(
                name,
                item.span(),
                pre,
                post,
                connection,
                synapse,
                use,
                given,
                wiring,
                Optional.empty(),
                Optional.empty(),
                expressions);
        projection.check();
        network.add(projection);
        circuit.add(projection);
        item.learns().ifPresent(rule -> learn(projection, model(rule, Declaration.Kind.RULE), item.learnable()));
        return new Value.Place(name, projection);
    }

    private void checkSettings(String kind, Flattened synapse, Map<String, Binding> given) {
        for (Binding setting : given.values()) {
            String name = setting.name().text();
            boolean known = synapse.items(Item.Weight.class).stream()
                            .anyMatch(w -> w.binding().name().text().equals(name))
                    || synapse.items(Item.States.class).stream()
                            .anyMatch(s -> s.bindings().get(0).name().text().equals(name));
            if (!known) {
                throw expressions.error(
                        Code.UNKNOWN_PARAMETER,
                        setting.name().span(),
                        "the " + kind + " '" + synapse.name() + "' has no weight and no state '" + name + "'");
            }
        }
    }

    /** Projections beside one another are told apart by a number; a name that was written must be new. */
    private String unused(String wanted, Item.Projection item) {
        String name = wanted;
        for (int i = 2; isTaken(name); i++) {
            if (item.name().isPresent()) {
                throw expressions.error(
                        Code.DUPLICATE_NAME, item.name().get().span(), "'" + wanted + "' is declared twice");
            }
            name = wanted + "#" + i;
        }
        return name;
    }

    private boolean isTaken(String name) {
        return network.projections().stream()
                .anyMatch(projection -> projection.name().equals(name));
    }

    void learn(Projection projection, Value.Model use) {
        learn(projection, use, Optional.empty());
    }

    /** Lets a rule teach a projection: its weight, or another learnable quantity in its place. */
    private void learn(Projection projection, Value.Model use, Optional<Name> named) {
        String learnable = named.map(Name::text)
                .filter(name -> !name.equals("b"))
                .orElseGet(() ->
                        projection.weights().isEmpty() || projection.weights().containsKey(RuleInstance.WEIGHT)
                                ? RuleInstance.WEIGHT
                                : projection.weights().keySet().iterator().next());
        if (named.isPresent()
                && !projection.weights().containsKey(learnable)
                && !named.get().text().equals("b")) {
            throw expressions.error(
                    Code.UNKNOWN_NAME,
                    named.get().span(),
                    "the synapses of '" + projection.name() + "' have no learnable '" + learnable + "'"
                            + Suggestions.didYouMean(
                                    learnable, projection.weights().keySet()));
        }
        Learner learner = new Learner(use, learnable);
        RuleInstance instance = instances.get(learner);
        if (instance == null) {
            instance = new RuleInstance(flatten(use.declaration()), use, learnable, network, givenStates);
            instances.put(learner, instance);
            network.rules().add(instance);
        }
        projection.learn(instance);
        instance.projections().add(projection);
        instance.adapt(projection);
        for (Item.Inject item : instance.model().items(Item.Inject.class)) {
            inject(instance, projection, item);
        }
    }

    /** {@code inject post.I += e}: what a rule adds in every step to an input of the neurons that it teaches. */
    private void inject(RuleInstance rule, Projection projection, Item.Inject item) {
        if (network.time().isEmpty()) {
            throw expressions.error(
                    Code.NOT_ALLOWED_HERE,
                    item.span(),
                    "a rule injects in every step of a network in time, and nothing here runs in time: say dt = 0.1 ms; where"
                            + " layers settle with each batch, it adds to their inputs in a phase of its own,"
                            + " phase p { post.drive += e }");
        }
        boolean atTargets = item.target() instanceof Expr.Member member
                && member.of().span().text().equals("post");
        if (!atTargets) {
            throw expressions.error(
                    Code.NOT_YET,
                    item.target().span(),
                    "a rule injects into an input of its targets: inject post.I += e");
        }
        Population post = projection.post();
        String input = ((Expr.Member) item.target()).name().text();
        post.needInput(input, item.target().span());
        Scope where = new RuleScopes.AtProjection(rule, projection, Site.TARGET);
        network.stimulate(post, input, section -> expressions.real(item.value(), where, section));
    }

    Population onePopulation(Expr expr) {
        List<Population> found = populations(expr);
        if (found.size() != 1) {
            throw expressions.error(Code.WRONG_TYPE, expr.span(), "expected one population");
        }
        return found.get(0);
    }

    private List<Population> populations(Expr expr) {
        if (expr instanceof Expr.ListLiteral) {
            throw expressions.error(
                    Code.NOT_YET, expr.span(), "lists of populations in a projection cannot be run yet");
        }
        if (expr instanceof Expr.Reference reference && !knows(reference.name())) {
            throw expressions.error(
                    Code.UNKNOWN_POPULATION,
                    expr.span(),
                    "no population '" + reference.name() + "'"
                            + Suggestions.didYouMean(reference.name(), names.keySet()));
        }
        Value value = expressions.value(expr, scope, Section.INIT);
        List<Population> found = new ArrayList<>();
        if (value instanceof Value.Group group) {
            group.values().forEach(member -> found.add(population(member, expr.span())));
        } else {
            found.add(population(value, expr.span()));
        }
        return found;
    }

    private Population population(Value value, Span at) {
        if (value instanceof Value.Place place && place.members() instanceof Population population) {
            return population;
        }
        throw expressions.error(Code.UNKNOWN_POPULATION, at, "expected a population");
    }
}
