package org.altdsl.names;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
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
import org.altdsl.source.SourceFile;

/** What can be named from each file of a program: members of neurons, words of enums, symbols of declarations. */
public final class Catalogue {
    private final LinkedProgram program;
    private final Map<Declaration, Flattened> flattened;
    private final Map<Declaration, Symbols> symbols = new IdentityHashMap<>();
    private final Map<SourceFile, Map<String, List<Symbol>>> neuronMembers = new HashMap<>();
    private final Map<SourceFile, Set<String>> enumWords = new HashMap<>();
    private final Map<SourceFile, Set<String>> attributes = new HashMap<>();
    private final Map<SourceFile, Set<String>> ruleNames = new HashMap<>();
    private final Map<SourceFile, Set<String>> membersRead = new HashMap<>();

    public Catalogue(ResolvedProgram resolved) {
        this(resolved.program(), resolved.flattened());
    }

    Catalogue(LinkedProgram program, Map<Declaration, Flattened> flattened) {
        this.program = requireNonNull(program);
        this.flattened = requireNonNull(flattened);
    }

    public LinkedProgram program() {
        return program;
    }

    public Flattened flattened(Declaration declaration) {
        Flattened found = flattened.get(declaration);
        return found != null
                ? found
                : new Flattened(declaration, List.of(declaration), formals(declaration), declaration.body());
    }

    private static Map<String, Binding> formals(Declaration declaration) {
        Map<String, Binding> formals = new LinkedHashMap<>();
        declaration.formals().forEach(formal -> formals.put(formal.name().text(), formal));
        return formals;
    }

    /** The names a declaration introduces. */
    public Symbols symbols(Declaration declaration) {
        return symbols.computeIfAbsent(declaration, key -> Symbols.of(flattened(key)));
    }

    /** The members of all neuron models that a file can name, those of their compartments among them. */
    public Map<String, List<Symbol>> neuronMembers(SourceFile file) {
        return neuronMembers.computeIfAbsent(file, this::collectNeuronMembers);
    }

    /** Whether a file can name any neuron model; if not, it cannot be said what a neuron has. */
    public boolean seesNeurons(SourceFile file) {
        return !program.all(file, Declaration.Kind.NEURON).isEmpty();
    }

    private Map<String, List<Symbol>> collectNeuronMembers(SourceFile file) {
        Map<String, List<Symbol>> members = new LinkedHashMap<>();
        for (Declaration neuron : program.all(file, Declaration.Kind.NEURON)) {
            List<Symbol> all = new ArrayList<>(symbols(neuron).all());
            for (Symbol symbol : symbols(neuron).all()) {
                if (symbol.node() instanceof Item.Compartment compartment) {
                    all.addAll(Symbols.of(compartment).all());
                }
            }
            all.forEach(symbol -> members.computeIfAbsent(symbol.name(), key -> new ArrayList<>())
                    .add(symbol));
        }
        return members;
    }

    /** The learnable quantities of the neuron and synapse models that a file can name. */
    public Set<String> learnables(SourceFile file) {
        Set<String> names = new HashSet<>();
        Collection<Declaration> models = new ArrayList<>(program.all(file, Declaration.Kind.NEURON));
        models.addAll(program.all(file, Declaration.Kind.SYNAPSE));
        models.forEach(model -> names.addAll(symbols(model).names(Symbol.Kind.LEARNABLE)));
        return names;
    }

    /** The words of all enums that a file can name. */
    public Set<String> enumWords(SourceFile file) {
        return enumWords.computeIfAbsent(file, key -> {
            Set<String> words = new LinkedHashSet<>();
            for (Declaration type : program.all(key, Declaration.Kind.ENUM)) {
                type.words().forEach(word -> words.add(word.text()));
            }
            return words;
        });
    }

    /** What populations are given beside the parameters of their models: {@code c : Cell[9](assembly = …)}. */
    Set<String> attributes(SourceFile file) {
        return attributes.computeIfAbsent(file, key -> {
            Set<String> names = new HashSet<>();
            for (Declaration declaration : everything(key)) {
                for (Item item : declaration.body()) {
                    Parts.everyItem(item, inner -> {
                        if (inner instanceof Item.Population population
                                && population.model() instanceof Expr.Call call) {
                            call.arguments().stream()
                                    .flatMap(argument -> argument.name().stream())
                                    .map(Name::text)
                                    .forEach(names::add);
                        }
                    });
                }
            }
            return names;
        });
    }

    /** Whether anything that a file can name reads {@code pre.name}, {@code post.name} or {@code x.name}. */
    public boolean isRead(SourceFile file, String name) {
        return membersRead.computeIfAbsent(file, this::collectMembersRead).contains(name);
    }

    private Set<String> collectMembersRead(SourceFile file) {
        Set<String> names = new HashSet<>();
        for (Declaration declaration : everything(file)) {
            for (Item item : declaration.body()) {
                Parts.everyExpression(item, expr -> {
                    if (expr instanceof Expr.Member member) {
                        names.add(member.name().text());
                    }
                });
            }
        }
        return names;
    }

    /** Every name that some rule a file can name introduces. */
    Set<String> ruleNames(SourceFile file) {
        return ruleNames.computeIfAbsent(file, key -> {
            Set<String> names = new HashSet<>();
            for (Declaration rule : program.all(key, Declaration.Kind.RULE)) {
                names.addAll(symbols(rule).names());
                symbols(rule).names(Symbol.Kind.FEEDBACK).forEach(feedback -> names.add("d" + feedback));
                names.addAll(symbols(rule).blockNames());
            }
            return names;
        });
    }

    /** What a file can name, and what it holds itself. */
    private List<Declaration> everything(SourceFile file) {
        List<Declaration> all = new ArrayList<>();
        for (Declaration.Kind kind : Declaration.Kind.values()) {
            all.addAll(program.all(file, kind));
        }
        program.units().stream()
                .filter(unit -> unit.file().equals(file))
                .forEach(unit -> all.addAll(unit.declarations()));
        return all;
    }

    /** The declaration that a use names: {@code Rate} of {@code Rate[3](f = relu)}. */
    public Optional<Declaration> used(Expr use, SourceFile file) {
        return head(use).flatMap(reference -> program.find(file, reference.name()));
    }

    /** The name at the start of a use. */
    static Optional<Expr.Reference> head(Expr use) {
        Expr current = use;
        while (true) {
            if (current instanceof Expr.Call call) {
                current = call.function();
            } else if (current instanceof Expr.Index index) {
                current = index.of();
            } else {
                return current instanceof Expr.Reference reference ? Optional.of(reference) : Optional.empty();
            }
        }
    }
}
