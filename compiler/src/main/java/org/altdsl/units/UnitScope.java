package org.altdsl.units;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.altdsl.ast.Declaration;
import org.altdsl.source.SourceFile;

/** What names mean at one point of a declaration, for the inference of units. */
final class UnitScope {
    private final Declaration declaration;
    private final Optional<Declaration> tested;
    private final Optional<UnitScope> outer;
    private final Map<String, Declaration> neurons;
    private final Map<String, Quantity> local = new HashMap<>();
    private final int depth;

    private UnitScope(Declaration declaration, Optional<Declaration> tested, Optional<UnitScope> outer, int depth) {
        this(declaration, tested, outer, outer.map(scope -> scope.neurons).orElse(Map.of()), depth);
    }

    private UnitScope(
            Declaration declaration,
            Optional<Declaration> tested,
            Optional<UnitScope> outer,
            Map<String, Declaration> neurons,
            int depth) {
        this.declaration = declaration;
        this.tested = tested;
        this.outer = outer;
        this.neurons = Map.copyOf(neurons);
        this.depth = depth;
    }

    static UnitScope of(Declaration declaration) {
        return new UnitScope(declaration, Optional.empty(), Optional.empty(), 0);
    }

    static UnitScope ofTest(Declaration test, Optional<Declaration> tested) {
        return new UnitScope(test, tested, Optional.empty(), 0);
    }

    /** A synapse model between neurons of known models. */
    static UnitScope between(Declaration synapse, Optional<Declaration> source, Optional<Declaration> target) {
        Map<String, Declaration> neurons = new HashMap<>();
        source.ifPresent(model -> neurons.put("pre", model));
        target.ifPresent(model -> neurons.put("post", model));
        return new UnitScope(synapse, Optional.empty(), Optional.empty(), neurons, 0);
    }

    /** The model of the neurons at a place, {@code pre} or {@code post}, where it is known. */
    Optional<Declaration> neuron(String place) {
        return Optional.ofNullable(neurons.get(place));
    }

    UnitScope block() {
        return new UnitScope(declaration, tested, Optional.of(this), depth);
    }

    /** The body of a function that is called from here. */
    UnitScope function(Declaration function, boolean seesCaller) {
        return seesCaller
                ? new UnitScope(declaration, tested, Optional.of(this), depth + 1)
                : new UnitScope(function, Optional.empty(), Optional.empty(), depth + 1);
    }

    void define(String name, Quantity quantity) {
        local.put(name, quantity);
    }

    Optional<Quantity> local(String name) {
        Quantity found = local.get(name);
        if (found != null) {
            return Optional.of(found);
        }
        return outer.flatMap(scope -> scope.local(name));
    }

    Declaration declaration() {
        return declaration;
    }

    Optional<Declaration> tested() {
        return tested;
    }

    SourceFile file() {
        return declaration.span().file();
    }

    /** How many functions are being read; more than a few hundred are a recursion that was reported elsewhere. */
    int depth() {
        return depth;
    }
}
