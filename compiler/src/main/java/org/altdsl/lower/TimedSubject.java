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
import org.altdsl.ast.SourceUnit;
import org.altdsl.ast.build.SourceReader;
import org.altdsl.diag.Code;
import org.altdsl.ir.Axis;
import org.altdsl.names.Flattened;
import org.altdsl.names.LinkedProgram;
import org.altdsl.names.Parts;
import org.altdsl.source.SourceFile;
import org.altdsl.source.Span;

/**
 * What a test of one model in time runs: a neuron by itself; a rule or a synapse on one projection from {@code x} to
 * {@code y}, whose neurons spike when the test says so and otherwise are what it gives.
 */
final class TimedSubject {
    private final LinkedProgram program;
    private final Expressions expressions;
    private final Network network;
    private final NetworkLowering builder;
    private final Givens given;
    private final Scope scope;
    private final Time time;
    private Optional<Projection> projection = Optional.empty();
    private Optional<Population> population = Optional.empty();

    TimedSubject(
            LinkedProgram program,
            Expressions expressions,
            Network network,
            NetworkLowering builder,
            Givens given,
            Scope scope) {
        this.program = requireNonNull(program);
        this.expressions = requireNonNull(expressions);
        this.network = requireNonNull(network);
        this.builder = requireNonNull(builder);
        this.given = requireNonNull(given);
        this.scope = requireNonNull(scope);
        this.time = network.time().orElseThrow();
    }

    /** The one projection, of a rule or a synapse. */
    Optional<Projection> projection() {
        return projection;
    }

    /** The one population, of a neuron. */
    Optional<Population> population() {
        return population;
    }

    void build(Value.Model model) {
        switch (model.declaration().kind()) {
            case NEURON -> neuron(model);
            case RULE -> rule(model);
            case SYNAPSE -> synapse(model);
            default ->
                throw expressions.error(
                        Code.NOT_YET,
                        model.declaration().name().span(),
                        "in time, this version tests neurons, synapses and rules");
        }
    }

    private void neuron(Value.Model model) {
        Flattened flattened = builder.flatten(model.declaration());
        Axis axis = Axis.neurons("y");
        size("y", axis, 1);
        List<Expr.Argument> arguments = new ArrayList<>(model.arguments());
        Map<String, Binding> states = new LinkedHashMap<>();
        Map<String, Item.GivenValue> held = new LinkedHashMap<>();
        for (Item.GivenValue value : given.all()) {
            String name = value.target().span().text();
            if (name.equals("dt") || value.value().isEmpty()) {
                continue;
            }
            if (flattened.parameters().containsKey(name)) {
                arguments.add(new Expr.Argument(
                        value.span(),
                        Optional.of(new Name(value.target().span(), name)),
                        value.kind() == Item.GivenKind.DRAWN,
                        value.value().get()));
            } else if (isState(flattened, name)) {
                states.put(name, binding(value, name));
            } else {
                held.put(name, value);
            }
        }
        Value.Model use = new Value.Model(model.declaration(), arguments, scope);
        Population made = new Population("y", model.declaration().name().span(), axis, flattened, use, states, network);
        network.add(made);
        held.forEach((name, value) -> made.hold(name, section -> shown(value, section)));
        population = Optional.of(made);
    }

    private static boolean isState(Flattened model, String name) {
        return model.items(Item.States.class).stream()
                .anyMatch(states -> states.bindings().get(0).name().text().equals(name));
    }

    private static Binding binding(Item.GivenValue value, String name) {
        return new Binding(
                value.span(),
                new Name(value.target().span(), name),
                List.of(),
                Optional.empty(),
                value.value(),
                value.kind() == Item.GivenKind.DRAWN);
    }

    private void rule(Value.Model rule) {
        Declaration weight = read("synapse Connection { weight w }");
        Flattened flattened = builder.flatten(rule.declaration());
        Map<String, Binding> weights = new LinkedHashMap<>();
        Item.GivenValue w = given.get("w");
        if (w != null) {
            weights.put("w", binding(w, "w"));
        }
        Value.Model use = new Value.Model(weight, List.of(), scope);
        pair(use, weights, flattened, end("y", "post"));
        Projection made = projection.orElseThrow();
        List<Expr.Argument> arguments = new ArrayList<>(rule.arguments());
        for (Item.Modulators item : flattened.items(Item.Modulators.class)) {
            String name = item.bindings().get(0).name().text();
            Item.GivenValue value = given.get(name);
            if (value != null) {
                arguments.add(new Expr.Argument(
                        value.span(),
                        Optional.of(new Name(value.target().span(), name)),
                        false,
                        value.value().orElseThrow()));
            }
        }
        builder.learn(made, new Value.Model(rule.declaration(), arguments, scope));
    }

    private void synapse(Value.Model synapse) {
        Flattened flattened = builder.flatten(synapse.declaration());
        Map<String, Binding> weights = new LinkedHashMap<>();
        for (Item.GivenValue value : given.all()) {
            String name = value.target().span().text();
            boolean own = isState(flattened, name)
                    || flattened.items(Item.Weight.class).stream()
                            .anyMatch(weight -> weight.binding().name().text().equals(name));
            if (own && value.value().isPresent()) {
                weights.put(name, binding(value, name));
            }
        }
        Population post = host(flattened);
        pair(synapse, weights, flattened, post);
    }

    /** Neurons with the inputs that a synapse delivers to, and with what else it reads of them. */
    private Population host(Flattened synapse) {
        Set<String> inputs = new LinkedHashSet<>();
        for (Item item : synapse.items()) {
            Parts.everyExpression(item, expr -> {
                if (expr instanceof Expr.Member member
                        && member.of().span().text().equals("post")) {
                    inputs.add(member.name().text());
                }
            });
            if (item instanceof Item.Assign assign && assign.target() instanceof Expr.Member member) {
                inputs.add(member.name().text());
            }
        }
        inputs.remove("spike");
        StringBuilder text = new StringBuilder("neuron Target {\n");
        inputs.forEach(input -> text.append("    input ").append(input).append('\n'));
        Declaration neuron = read(text.append("}").toString());
        int count = given.size("post", "", 0, "w", 0);
        Axis axis = Axis.neurons("y");
        size("y", axis, count);
        Population made = new Population(
                "y",
                neuron.name().span(),
                axis,
                builder.flatten(neuron),
                new Value.Model(neuron, List.of(), scope),
                Map.of(),
                network);
        network.add(made);
        holdGiven(made, "post");
        return made;
    }

    private Declaration read(String text) {
        SourceFile file = new SourceFile("<host of a test>", text);
        SourceUnit unit = SourceReader.read(file, expressions.sink())
                .orElseThrow(() -> new AssertionError("the host of a test does not parse: " + text));
        program.visible().put(file, program.visible().get(program.main().file()));
        return unit.declarations().get(0);
    }

    /** A population that spikes when the test says so. */
    private Population end(String name, String word) {
        int count = word.equals("pre") ? given.size("pre", "", 0, "w", 1) : given.size("post", "", 0, "w", 0);
        Axis axis = Axis.neurons(name);
        size(name, axis, count);
        Span at = given.at();
        Population made = new Population(name, at, axis, Optional.empty(), network);
        made.spikes();
        network.add(made);
        holdGiven(made, word);
        Item.GivenValue spikes = given.get(word + ".spike");
        network.play(made, spikes == null ? none() : trains(spikes));
        return made;
    }

    private static Trains none() {
        return (neurons, steps) -> org.altdsl.runtime.wiring.SpikeTrain.ofTimes(new double[neurons][0], 1);
    }

    private Trains trains(Item.GivenValue value) {
        Spikes spikes = new Spikes(expressions, scope, time, Optional.empty());
        switch (value.kind()) {
            case AT:
                return spikes.at(value.value().orElseThrow());
            case EVERY:
                return spikes.regular(value.value().orElseThrow(), clause(value, "from"), clause(value, "repeat"));
            case DRAWN:
                return poisson(value);
            default:
                throw expressions.error(
                        Code.WRONG_TYPE,
                        value.span(),
                        "spikes are given at times, every so often, or drawn: pre.spike at 10 ms, pre.spike every 20 ms,"
                                + " pre.spike ~ poisson(20 Hz)");
        }
    }

    private Trains poisson(Item.GivenValue value) {
        Expr written = value.value().orElseThrow();
        boolean known = written instanceof Expr.Call call
                && call.function().span().text().equals("poisson")
                && call.arguments().size() == 1;
        if (!known) {
            throw expressions.error(
                    Code.WRONG_TYPE, written.span(), "spikes are drawn from poisson(rate), as in poisson(20 Hz)");
        }
        double rate =
                expressions.number(((Expr.Call) written).arguments().get(0).value(), scope, Section.INIT, "a rate");
        String stream = "given " + value.target().span().text();
        return (neurons, steps) -> PoissonTrain.of(neurons, steps, rate * time.dt(), stream);
    }

    private static Optional<Expr> clause(Item.GivenValue value, String word) {
        return value.clauses().stream()
                .filter(clause -> clause.word().text().equals(word))
                .findFirst()
                .map(clause -> clause.arguments().get(0));
    }

    private void holdGiven(Population at, String word) {
        for (Item.GivenValue value : given.all()) {
            String text = value.target().span().text().replaceAll("\\s", "");
            if (text.startsWith(word + ".")
                    && !text.equals(word + ".spike")
                    && value.value().isPresent()) {
                at.hold(text.substring(word.length() + 1), section -> shown(value, section));
            }
        }
    }

    private org.altdsl.ir.Expr shown(Item.GivenValue value, Section section) {
        return expressions.real(value.value().orElseThrow(), scope, section);
    }

    private void pair(Value.Model synapse, Map<String, Binding> weights, Flattened learnt, Population post) {
        Population pre = end("x", "pre");
        int sources = builder.sizes().get("x");
        int targets = builder.sizes().get("y");
        Span at = given.at();
        Edging edging = new Edging(expressions, scope, Optional.empty());
        Edging.Part to = new Edging.Part(post, 0, targets);
        Projection made = new Projection(
                "x->y",
                at,
                pre,
                post,
                Connection.of(Optional.empty(), at, expressions, scope),
                builder.flatten(synapse.declaration()),
                synapse,
                weights,
                new org.altdsl.lower.Wiring(Optional.empty()),
                Optional.of(edging.between(
                        Optional.empty(),
                        new Edging.Part(pre, 0, sources),
                        new Edging.Targets(List.of(to), to, "x->y"),
                        "x->y",
                        at)),
                Optional.empty(),
                expressions);
        network.add(made);
        projection = Optional.of(made);
    }

    private void size(String name, Axis axis, int count) {
        builder.size(name, axis, count);
    }

    /** The step of the last event that the test gives; 0 if it gives none. */
    long lastEvent() {
        long last = 0;
        for (Trains trains : network.played().values()) {
            for (Item.GivenValue value : given.all()) {
                boolean endless = value.kind() == Item.GivenKind.DRAWN
                        || value.kind() == Item.GivenKind.EVERY
                                && clause(value, "repeat").isEmpty();
                if (endless && value.target().span().text().endsWith("spike")) {
                    throw expressions.error(
                            Code.MISSING_VALUE,
                            value.span(),
                            "these spikes never end; say how long to run, as in run 5 s");
                }
            }
            last = Math.max(last, trains.of(1, Long.MAX_VALUE / 4).lastStep());
        }
        return last;
    }
}
