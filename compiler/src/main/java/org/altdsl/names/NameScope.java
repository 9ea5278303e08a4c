package org.altdsl.names;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Name;
import org.altdsl.source.SourceFile;
import org.altdsl.source.Span;

/**
 * What a name can mean at one point of a declaration: what its blocks, itself, its file and the language define.
 *
 * <p>Tests see the names of what they are for as well.
 */
final class NameScope {
    private final Catalogue catalogue;
    private final Declaration declaration;
    private final List<Symbols> symbols;
    private final Set<String> builtins;
    private final Optional<NameScope> outer;
    private final Map<String, Span> local = new LinkedHashMap<>();
    private final boolean bareNeuronNames;

    private NameScope(
            Catalogue catalogue,
            Declaration declaration,
            List<Symbols> symbols,
            Set<String> builtins,
            Optional<NameScope> outer,
            boolean bareNeuronNames) {
        this.catalogue = requireNonNull(catalogue);
        this.declaration = requireNonNull(declaration);
        this.symbols = symbols;
        this.builtins = builtins;
        this.outer = outer;
        this.bareNeuronNames = bareNeuronNames;
    }

    static NameScope of(Catalogue catalogue, Declaration declaration, Optional<Declaration> tested) {
        List<Symbols> symbols = new ArrayList<>();
        symbols.add(catalogue.symbols(declaration));
        Set<String> builtins = new HashSet<>(BuiltinNames.in(declaration.kind()));
        if (tested.isPresent()) {
            symbols.add(catalogue.symbols(tested.get()));
            builtins.addAll(BuiltinNames.in(tested.get().kind()));
        }
        boolean test = declaration.kind() == Declaration.Kind.TEST;
        return new NameScope(catalogue, declaration, symbols, builtins, Optional.empty(), test);
    }

    /** A block inside this one. */
    NameScope block() {
        return new NameScope(catalogue, declaration, symbols, builtins, Optional.of(this), bareNeuronNames);
    }

    /** The same, in which a bare name may be the neuron's own: signals, definitions, relaxations and phases. */
    NameScope ofNeuron() {
        return new NameScope(catalogue, declaration, symbols, builtins, Optional.of(this), true);
    }

    /** Defines a name in this block; the earlier place if it is there already. */
    Optional<Span> define(Name name) {
        return Optional.ofNullable(local.putIfAbsent(name.text(), name.span()));
    }

    Catalogue catalogue() {
        return catalogue;
    }

    Declaration declaration() {
        return declaration;
    }

    Declaration.Kind kind() {
        return declaration.kind();
    }

    SourceFile file() {
        return declaration.span().file();
    }

    boolean inNetwork() {
        return kind() == Declaration.Kind.CIRCUIT
                || kind() == Declaration.Kind.EXPERIMENT
                || kind() == Declaration.Kind.TEST;
    }

    boolean isLocal(String name) {
        return local.containsKey(name) || outer.isPresent() && outer.get().isLocal(name);
    }

    Optional<Symbol> symbol(String name) {
        boolean test = kind() == Declaration.Kind.TEST;
        for (Symbols known : symbols) {
            Optional<Symbol> found = known.find(name)
                    .or(() -> known.findAnywhere(name).filter(symbol -> test || symbol.kind() == Symbol.Kind.EVENT));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    boolean isBuiltin(String name) {
        return builtins.contains(name);
    }

    boolean isAxis(String name) {
        return symbols.stream().anyMatch(known -> known.axes().contains(name));
    }

    /** Whether {@code x@name} can be said. */
    boolean isPhase(String name) {
        return phases().contains(name);
    }

    Set<String> phases() {
        Set<String> phases = new LinkedHashSet<>();
        symbols.forEach(known -> phases.addAll(known.phases()));
        return phases;
    }

    /** The neuron's own quantities where a bare name may mean one; elsewhere nothing. */
    boolean isNeuronName(String name) {
        return bareNeuronNames && catalogue.neuronMembers(file()).containsKey(name);
    }

    boolean allowsNeuronNames() {
        return bareNeuronNames;
    }

    /** A learnable quantity of any neuron or synapse model, which rules may name. */
    boolean isLearnable(String name) {
        boolean learns = kind() == Declaration.Kind.RULE || kind() == Declaration.Kind.TEST;
        return learns && catalogue.learnables(file()).contains(name);
    }

    /** {@code dX} where X is what a rule may propose to change. */
    boolean isProposal(String name) {
        boolean proposes = kind() == Declaration.Kind.RULE || inNetwork();
        if (!proposes || name.length() < 2 || name.charAt(0) != 'd') {
            return false;
        }
        String learnable = name.substring(1);
        if (learnable.equals("w") || learnable.equals("b") || isLearnable(learnable)) {
            return true;
        }
        return symbol(learnable)
                .filter(symbol -> symbol.kind() == Symbol.Kind.FEEDBACK || symbol.kind() == Symbol.Kind.LEARNABLE)
                .isPresent();
    }

    /** Every name that can stand here, for suggestions. */
    Set<String> known() {
        Set<String> names = new LinkedHashSet<>();
        for (NameScope scope = this; scope != null; scope = scope.outer.orElse(null)) {
            names.addAll(scope.local.keySet());
        }
        symbols.forEach(known -> names.addAll(known.names()));
        names.addAll(builtins);
        names.addAll(catalogue.enumWords(file()));
        catalogue
                .program()
                .all(file(), Declaration.Kind.FUNCTION)
                .forEach(f -> names.add(f.name().text()));
        if (bareNeuronNames) {
            names.addAll(catalogue.neuronMembers(file()).keySet());
        }
        return names;
    }
}
