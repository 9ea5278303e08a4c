package org.altdsl.names;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.source.SourceFile;

/**
 * What the members of a value in a network can be.
 *
 * @param what names it in messages: {@code population 'h' (Rate)}
 * @param names its members; empty where they cannot be known
 * @param inner what a member is in turn
 */
record Model(String what, Optional<Set<String>> names, Function<String, Model> inner) {
    /** Something whose members are not known here. */
    static final Model OPEN = new Model("", Optional.empty(), name -> Model.open());

    private static final Set<String> SOURCE_MEMBERS = Set.of("r", "u", "z", "drive", "type", "rate", "steps");
    private static final Set<String> PROJECTION_MEMBERS =
            Set.of("w", "dw", "b", "db", "exists", "pre", "post", "synapses_of", "steps");

    Model {
        requireNonNull(what);
        requireNonNull(names);
        requireNonNull(inner);
    }

    private static Model open() {
        return OPEN;
    }

    /** What a symbol of a network is. */
    static Model of(Symbol symbol, Catalogue catalogue, SourceFile file) {
        if (symbol.node() instanceof Item.Population population) {
            return population(symbol.name(), population.model(), catalogue, file);
        }
        if (symbol.node() instanceof Item.Projection projection) {
            return projection(symbol.name(), projection, catalogue, file);
        }
        if (symbol.node() instanceof Item.Network network && network.circuit().isPresent()) {
            return population(symbol.name(), network.circuit().get(), catalogue, file);
        }
        if (symbol.node() instanceof Item.Compartment compartment) {
            Set<String> names = new LinkedHashSet<>(Symbols.of(compartment).names());
            return new Model("compartment '" + symbol.name() + "'", Optional.of(names), name -> OPEN);
        }
        return OPEN;
    }

    private static Model population(String name, Expr use, Catalogue catalogue, SourceFile file) {
        Set<String> names = new LinkedHashSet<>(BuiltinNames.NEURON_MEMBERS);
        names.addAll(catalogue.attributes(file));
        names.addAll(catalogue.ruleNames(file));
        List<Declaration> models = new ArrayList<>();
        for (Expr head : heads(use)) {
            Optional<Declaration> model = catalogue.used(head, file);
            if (model.isPresent()) {
                models.add(model.get());
                names.addAll(catalogue.symbols(model.get()).names());
                continue;
            }
            boolean source = Catalogue.head(head)
                    .filter(reference -> BuiltinFunctions.is(reference.name(), BuiltinFunction.Kind.POPULATION))
                    .isPresent();
            if (!source) {
                return OPEN;
            }
            names.addAll(SOURCE_MEMBERS);
        }
        if (models.size() == 1 && models.get(0).kind() == Declaration.Kind.CIRCUIT) {
            return circuit(name, models.get(0), catalogue);
        }
        return new Model("population '" + name + "'", Optional.of(names), member -> {
            for (Declaration model : models) {
                Optional<Symbol> found = catalogue.symbols(model).find(member);
                if (found.isPresent() && found.get().kind() == Symbol.Kind.COMPARTMENT) {
                    return of(found.get(), catalogue, file);
                }
            }
            return OPEN;
        });
    }

    private static Model circuit(String name, Declaration circuit, Catalogue catalogue) {
        SourceFile file = circuit.span().file();
        Symbols symbols = catalogue.symbols(circuit);
        Set<String> names = new LinkedHashSet<>(symbols.names());
        names.addAll(List.of("input", "output", "w", "dw", "spike", "all"));
        names.addAll(catalogue.ruleNames(file));
        return new Model("circuit '" + name + "'", Optional.of(names), member -> symbols.find(member)
                .map(symbol -> of(symbol, catalogue, file))
                .orElse(OPEN));
    }

    private static Model projection(String name, Item.Projection projection, Catalogue catalogue, SourceFile file) {
        Optional<Declaration> synapse = projection.via().flatMap(via -> catalogue.used(via, file));
        if (synapse.isEmpty()) {
            return OPEN;
        }
        Set<String> names = new HashSet<>(PROJECTION_MEMBERS);
        names.addAll(catalogue.symbols(synapse.get()).names());
        names.addAll(catalogue.ruleNames(file));
        // A rule proposes changes of whatever the neurons learn that a projection ends at.
        for (Declaration neuron : catalogue.program().all(file, Declaration.Kind.NEURON)) {
            catalogue
                    .flattened(neuron)
                    .items(Item.Weight.class)
                    .forEach(learnt -> names.add("d" + learnt.binding().name().text()));
        }
        return new Model("projection '" + name + "'", Optional.of(names), member -> OPEN);
    }

    private static Collection<Expr> heads(Expr use) {
        Expr current = use;
        while (current instanceof Expr.Call call) {
            current = call.function();
        }
        return current instanceof Expr.ListLiteral list ? list.elements() : List.of(current);
    }
}
