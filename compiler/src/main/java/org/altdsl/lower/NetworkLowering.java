package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        network.steps().check();
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
        Optional<Integer> size = Optional.empty();
        List<Expr.Argument> all = arguments;
        if (kind instanceof Expr.Call call) {
            kind = call.function();
            all = new ArrayList<>(call.arguments());
            all.addAll(arguments);
        }
        if (kind instanceof Expr.Index index) {
            if (index.at().size() != 1) {
                throw expressions.error(Code.WRONG_SHAPE, index.span(), "a population has one size, as in Rate[64]");
            }
            int count = expressions.whole(index.at().get(0).value(), scope, Section.INIT, "the size of a population");
            if (count < 1) {
                throw expressions.error(Code.WRONG_SHAPE, index.span(), "a population has at least one neuron");
            }
            size = Optional.of(count);
            kind = index.of();
        }
        Axis axis = Axis.neurons(name);
        boolean input =
                kind instanceof Expr.Reference reference && reference.name().equals("Input");
        if (input) {
            Population population = new Population(name, item.span(), axis, network);
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

    private void size(String name, Axis axis, int count) {
        sizes.put(name, count);
        expressions.literals().size(axis, count);
    }

    /** What {@code { w ~ D, b = e }} gives. */
    private Map<String, Binding> settings(List<Item> items) {
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

    void projection(Item.Projection item) {
        if (item.connect().isPresent() && !item.connect().get().span().text().equals("dense")) {
            throw expressions.error(
                    Code.NOT_YET, item.connect().get().span(), "this version runs dense projections only");
        }
        if (item.partner().isPresent()) {
            throw expressions.error(
                    Code.NOT_YET, item.partner().get().span(), "partners of projections cannot be run yet");
        }
        List<Population> chain = new ArrayList<>();
        for (Expr link : item.chain()) {
            List<Population> layers = populations(link);
            // A list of layers that a chain starts from sends on what its last layer says.
            chain.addAll(chain.isEmpty() ? layers.subList(layers.size() - 1, layers.size()) : layers);
        }
        Expr via = item.via()
                .orElseThrow(() ->
                        expressions.error(Code.MISSING_VALUE, item.span(), "say what carries it: x -> y via Linear"));
        Value.Model use = model(via, Declaration.Kind.SYNAPSE);
        Map<String, Binding> given = settings(item.settings());
        List<Value> made = new ArrayList<>();
        for (int i = 0; i + 1 < chain.size(); i++) {
            Population pre = chain.get(i);
            Population post = chain.get(i + 1);
            made.add(connect(item, i, chain.size(), pre, post, use, given));
        }
        item.name().ifPresent(name -> {
            String text = name.span().text();
            network.names().put(text, made.size() == 1 ? made.get(0) : new Value.Group(text, made));
        });
    }

    private Value connect(
            Item.Projection item,
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
        String name = item.name()
                .map(given_ ->
                        length == 2 ? given_.span().text() : given_.span().text() + "[" + position + "]")
                .orElse(pre.name() + "->" + post.name());
        name = unused(name, item);
        Flattened synapse = flatten(use.declaration());
        for (Binding setting : given.values()) {
            boolean known = synapse.items(Item.Weight.class).stream()
                    .anyMatch(
                            w -> w.binding().name().text().equals(setting.name().text()));
            if (!known) {
                throw expressions.error(
                        Code.UNKNOWN_PARAMETER,
                        setting.name().span(),
                        "the synapse '" + synapse.name() + "' has no weight '" + setting.name() + "'");
            }
        }
        Projection projection = new Projection(name, item.span(), pre, post, synapse, use, given, expressions);
        projection.check();
        network.add(projection);
        item.learns().ifPresent(rule -> learn(projection, rule));
        return new Value.Place(name, projection);
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
        Value.Model use = model(ruleUse, Declaration.Kind.RULE);
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
