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
    private final Scope scope;
    private final Map<String, Integer> sizes = new LinkedHashMap<>();
    private final Map<Population, Expr> inputData = new LinkedHashMap<>();
    private final Map<Value.Model, RuleInstance> instances = new LinkedHashMap<>();
    private Map<String, Binding> givenStates = Map.of();

    NetworkLowering(LinkedProgram program, DiagnosticSink sink, Expressions expressions, Network network, Scope scope) {
        this.expressions = requireNonNull(expressions);
        this.inheritance = new Inheritance(program, sink);
        this.network = requireNonNull(network);
        this.scope = requireNonNull(scope);
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

    /** Builds a network from the items of its block. */
    void build(List<Item> items) {
        for (Item item : items) {
            try {
                if (item instanceof Item.Population population) {
                    population(population);
                }
            } catch (Abandon reported) {
                continue;
            }
        }
        if (expressions.sink().hasErrors()) {
            throw new Abandon();
        }
        lieOnImages(items);
        for (Item item : items) {
            try {
                other(item);
            } catch (Abandon reported) {
                continue;
            }
        }
        if (expressions.sink().hasErrors()) {
            throw new Abandon();
        }
        if (network.time().isEmpty()) {
            network.steps().check();
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
        } else if (item instanceof Item.Lets lets) {
            for (Binding binding : lets.bindings()) {
                network.names()
                        .put(
                                binding.name().text(),
                                expressions.value(binding.value().orElseThrow(), scope, Section.INIT));
            }
        } else if (!(item instanceof Item.Population)) {
            throw expressions.error(
                    Code.NOT_YET,
                    item.span(),
                    "this statement of a network is part of the language, but this version cannot run it yet");
        }
    }

    private void place(Expr.Reference target, Expr value) {
        if (target.name().equals("output")) {
            network.output(onePopulation(value));
        } else if (target.name().equals("steps")) {
            int steps = expressions.whole(value, scope, Section.INIT, "the number of steps");
            if (steps < 1) {
                throw expressions.error(Code.BAD_EXPERIMENT, value.span(), "a network takes at least one step");
            }
            network.steps().count(steps);
        } else if (!target.name().equals("input")) {
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

    void population(Item.Population item) {
        if (!(item.name() instanceof Expr.Reference reference)) {
            throw expressions.error(
                    Code.NOT_YET,
                    item.name().span(),
                    "populations with an index stand in circuits," + " which this version cannot run yet");
        }
        String name = reference.name();
        if (network.names().containsKey(name)) {
            throw expressions.error(Code.DUPLICATE_NAME, item.name().span(), "'" + name + "' is declared twice");
        }
        Expr model = item.model();
        List<Expr.Argument> arguments = List.of();
        if (model instanceof Expr.Call call) {
            model = call.function();
            arguments = call.arguments();
        }
        if (model instanceof Expr.ListLiteral list) {
            List<Value> members = new ArrayList<>();
            for (int i = 0; i < list.elements().size(); i++) {
                Population one = one(name + "[" + i + "]", list.elements().get(i), arguments, item);
                members.add(new Value.Place(one.name(), one));
            }
            network.names().put(name, new Value.Group(name, members));
            return;
        }
        Population population = one(name, model, arguments, item);
        network.names().put(name, new Value.Place(name, population));
    }

    private Population one(String name, Expr model, List<Expr.Argument> arguments, Item.Population item) {
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
        Value.Model use = new Value.Model(neuron.declaration(), all, scope);
        Population population = new Population(
                name, item.span(), axis, flatten(neuron.declaration()), use, settings(item.settings()), network);
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
        network.play(population, new Spikes(expressions, scope, time, network.startingValues()).of(arguments, item.span()));
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
            if (!(target instanceof Expr.Reference reference)) {
                throw expressions.error(Code.NOT_ASSIGNABLE, target.span(), "expected a name such as w");
            }
            given.put(
                    reference.name(),
                    new Binding(
                            value.span(),
                            new Name(target.span(), reference.name()),
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
        Value.Model use = model(item.via().orElseThrow(), Declaration.Kind.SYNAPSE);
        Map<String, Binding> given = settings(item.settings());
        Edging edging = new Edging(expressions, scope, network.startingValues());
        List<Value> made = new ArrayList<>();
        List<List<Edging.Part>> chain = item.chain().stream().map(this::parts).toList();
        int all = 0;
        for (int i = 0; i + 1 < chain.size(); i++) {
            all += chain.get(i).size() * chain.get(i + 1).size();
        }
        for (int i = 0; i + 1 < chain.size(); i++) {
            for (Edging.Part source : chain.get(i)) {
                for (Edging.Part target : chain.get(i + 1)) {
                    String name = item.name()
                            .map(given_ -> given_.span().text())
                            .orElse(source.population().name() + "->"
                                    + target.population().name());
                    if (all > 1 && item.name().isPresent()) {
                        name = name + "[" + made.size() + "]";
                    }
                    name = unused(name, item);
                    org.altdsl.runtime.plan.EdgeSource edges =
                            edging.between(item.connect(), source, chain.get(i + 1), target, name, item.span());
                    made.add(connect(item, source.population(), target.population(), use, given, name, edges));
                }
            }
        }
        item.name().ifPresent(name -> {
            String text = name.span().text();
            network.names().put(text, made.size() == 1 ? made.get(0) : new Value.Group(text, made));
        });
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
        checkSettings(synapse, given);
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
                expressions);
        network.add(projection);
        item.learns().ifPresent(rule -> learn(projection, rule));
        return new Value.Place(name, projection);
    }

    /** The parts of populations that an end of a projection names. */
    private List<Edging.Part> parts(Expr expr) {
        if (expr instanceof Expr.ListLiteral list) {
            return list.elements().stream().flatMap(one -> parts(one).stream()).toList();
        }
        if (expr instanceof Expr.Reference reference && !network.names().containsKey(reference.name())) {
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
        Expr via = item.via()
                .orElseThrow(() ->
                        expressions.error(Code.MISSING_VALUE, item.span(), "say what carries it: x -> y via Linear"));
        Value.Model use = model(via, Declaration.Kind.SYNAPSE);
        Map<String, Binding> given = settings(item.settings());
        List<Value> made = new ArrayList<>();
        for (int i = 0; i + 1 < chain.size(); i++) {
            Population pre = chain.get(i);
            Population post = chain.get(i + 1);
            made.add(connect(item, connection, i, chain.size(), pre, post, use, given));
        }
        item.name().ifPresent(name -> {
            String text = name.span().text();
            network.names().put(text, made.size() == 1 ? made.get(0) : new Value.Group(text, made));
        });
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
                .map(given_ ->
                        length == 2 ? given_.span().text() : given_.span().text() + "[" + position + "]")
                .orElse(pre.name() + "->" + post.name());
        name = unused(name, item);
        Flattened synapse = flatten(use.declaration());
        checkSettings(synapse, given);
        Wiring wiring = new Wiring(connection.isDense() ? item.connect() : Optional.empty());
        Projection projection = new Projection(
                name, item.span(), pre, post, connection, synapse, use, given, wiring, Optional.empty(), expressions);
        projection.check();
        network.add(projection);
        item.learns().ifPresent(rule -> learn(projection, rule));
        return new Value.Place(name, projection);
    }

    private void checkSettings(Flattened synapse, Map<String, Binding> given) {
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
                        "the synapse '" + synapse.name() + "' has no weight '" + name + "'");
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

    private void learn(Projection projection, Expr ruleUse) {
        learn(projection, model(ruleUse, Declaration.Kind.RULE));
    }

    void learn(Projection projection, Value.Model use) {
        RuleInstance instance = instances.get(use);
        if (instance == null) {
            instance = new RuleInstance(flatten(use.declaration()), use, network, givenStates);
            instances.put(use, instance);
            network.rules().add(instance);
        }
        projection.learn(instance);
        instance.projections().add(projection);
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
        if (expr instanceof Expr.Reference reference && !network.names().containsKey(reference.name())) {
            throw expressions.error(
                    Code.UNKNOWN_POPULATION,
                    expr.span(),
                    "no population '" + reference.name() + "'"
                            + Suggestions.didYouMean(
                                    reference.name(), network.names().keySet()));
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
