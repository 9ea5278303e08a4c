package org.altdsl.units;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.names.Catalogue;
import org.altdsl.names.Parts;
import org.altdsl.names.Symbol;
import org.altdsl.names.Symbols;
import org.altdsl.source.SourceFile;

/** The units of what declarations introduce: as stated, or else those of the value. */
final class SymbolUnits {
    private final Catalogue catalogue;
    private final Map<Declaration, Map<String, Quantity>> known = new IdentityHashMap<>();
    private final Map<Declaration, Set<String>> open = new IdentityHashMap<>();
    private final Map<Declaration, Set<String>> bounds = new IdentityHashMap<>();
    private final Optional<Quantity> weight;

    SymbolUnits(Catalogue catalogue) {
        this(catalogue, Optional.empty());
    }

    private SymbolUnits(Catalogue catalogue, Optional<Quantity> weight) {
        this.catalogue = requireNonNull(catalogue);
        this.weight = requireNonNull(weight);
    }

    /** The units where a rule teaches a weight of a known unit. */
    SymbolUnits taught(Declaration rule, Quantity unit, Map<String, Quantity> given) {
        SymbolUnits there = new SymbolUnits(catalogue, Optional.of(unit));
        there.known.put(rule, new HashMap<>(given));
        return there;
    }

    Catalogue catalogue() {
        return catalogue;
    }

    /** The unit of a name of a declaration. */
    Quantity of(Declaration declaration, Symbol symbol) {
        Map<String, Quantity> here = known.computeIfAbsent(declaration, key -> new HashMap<>());
        Quantity found = here.get(symbol.name());
        if (found != null) {
            return found;
        }
        Set<String> asked = open.computeIfAbsent(declaration, key -> new HashSet<>());
        if (!asked.add(symbol.name())) {
            return Quantity.ANY;
        }
        Quantity inferred = infer(declaration, symbol);
        asked.remove(symbol.name());
        here.put(symbol.name(), inferred);
        return inferred;
    }

    private Quantity infer(Declaration declaration, Symbol symbol) {
        Optional<Quantity> stated = symbol.type().flatMap(type -> stated(type));
        if (stated.isPresent()) {
            return stated.get();
        }
        return switch (symbol.kind()) {
            case PARAMETER ->
                weight.isEmpty() && boundsWeight(declaration, symbol.name())
                        ? Quantity.ANY
                        : value(declaration, symbol);
            case STATE ->
                declaration.kind() == Declaration.Kind.OPTIMIZER
                        ? Quantity.ANY
                        : numberIfZero(symbol, value(declaration, symbol));
            case LEARNABLE ->
                symbol.value().isEmpty() ? Quantity.NUMBER : numberIfZero(symbol, value(declaration, symbol));
            case LET, OUTPUT, NOISE ->
                symbol.node() instanceof Item.Cases cases ? cases(declaration, cases) : value(declaration, symbol);
            case SIGNAL -> cases(declaration, (Item.Cases) symbol.node());
            case INPUT, EVENT -> Quantity.NUMBER;
            case MODULATOR -> symbol.value().isEmpty() ? Quantity.ANY : value(declaration, symbol);
            case TRACE -> weight.isPresent() ? written(declaration, symbol.name()) : Quantity.ANY;
            case ADAPTED -> members(declaration.span().file(), symbol.name());
            default -> Quantity.ANY;
        };
    }

    private static Quantity numberIfZero(Symbol symbol, Quantity value) {
        boolean zero = symbol.value().filter(Expr.Number.class::isInstance).isPresent();
        return zero && value.dimension().isAny() ? Quantity.NUMBER : value;
    }

    private Quantity value(Declaration declaration, Symbol symbol) {
        return symbol.value().map(value -> inference(declaration).of(value)).orElse(Quantity.ANY);
    }

    private Quantity cases(Declaration declaration, Item.Cases cases) {
        Quantity found = Quantity.ANY;
        for (Item.Case single : cases.cases()) {
            found = found.or(inference(declaration).of(single.value()));
        }
        return found;
    }

    /** What blocks add to a trace or set it to: it starts at 0, which says nothing of its unit. */
    private Quantity written(Declaration declaration, String name) {
        List<Item> items = catalogue.flattened(declaration).items();
        for (Item item : items) {
            if (item instanceof Item.Redirect redirect && redirect.to().text().equals(name)) {
                return Quantity.ANY;
            }
        }
        List<Quantity> found = new ArrayList<>();
        for (Item item : items) {
            Parts.everyItem(item, inner -> {
                boolean sum = inner instanceof Item.Assign assign
                        && assign.operator() != Item.AssignmentOperator.MULTIPLY
                        && assign.operator() != Item.AssignmentOperator.DIVIDE
                        && Symbols.base(assign.target()) instanceof Expr.Reference reference
                        && reference.name().equals(name);
                if (sum) {
                    found.add(inference(declaration).of(((Item.Assign) inner).value()));
                }
            });
        }
        return found.stream().reduce(Quantity.ANY, Quantity::or);
    }

    private Inference inference(Declaration declaration) {
        return new Inference(this, UnitScope.of(declaration), new DiagnosticSink());
    }

    /** The unit that a type states; nothing for a shape. */
    Optional<Quantity> stated(Expr type) {
        if (type instanceof Expr.ListLiteral) {
            return Optional.empty();
        }
        if (type instanceof Expr.Reference reference) {
            SourceFile file = type.span().file();
            boolean words = catalogue
                    .program()
                    .find(file, Declaration.Kind.ENUM, reference.name())
                    .isPresent();
            if (words) {
                return Optional.of(Quantity.NUMBER);
            }
            return unit(file, reference.name());
        }
        if (type instanceof Expr.Call) {
            return Optional.of(Quantity.NUMBER);
        }
        if (type instanceof Expr.Number number && number.unit().isEmpty()) {
            return Optional.of(Quantity.NUMBER);
        }
        Dimension dimension = power(type);
        return Optional.of(new Quantity(dimension, Optional.of(type.span().text())));
    }

    private Dimension power(Expr type) {
        if (type instanceof Expr.Binary binary) {
            Dimension left = power(binary.left());
            return switch (binary.operator()) {
                case MULTIPLY -> left.times(power(binary.right()));
                case DIVIDE -> left.over(power(binary.right()));
                case POWER ->
                    binary.right() instanceof Expr.Number exponent ? left.power(exponent.value()) : Dimension.ANY;
                default -> Dimension.ANY;
            };
        }
        if (type instanceof Expr.Reference reference) {
            return unit(type.span().file(), reference.name())
                    .map(Quantity::dimension)
                    .orElse(Dimension.ANY);
        }
        if (type instanceof Expr.Number number) {
            return number.unit()
                    .flatMap(name -> unit(type.span().file(), name.text()))
                    .map(Quantity::dimension)
                    .orElse(Dimension.NONE);
        }
        return Dimension.ANY;
    }

    /** A unit of the language or of the program. */
    Optional<Quantity> unit(SourceFile file, String name) {
        Optional<Declaration> declared = catalogue.program().find(file, Declaration.Kind.UNIT, name);
        if (declared.isPresent()) {
            Quantity value = declared.get()
                    .value()
                    .map(expr -> inference(declared.get()).of(expr))
                    .orElse(Quantity.ANY);
            return Optional.of(new Quantity(value.dimension(), Optional.of(name)));
        }
        return Units.find(name)
                .map(unit -> new Quantity(
                        unit.dimension(),
                        unit.dimension().equals(Dimension.NONE) ? Optional.empty() : Optional.of(name)));
    }

    /** What all neuron models of a file that have a member of that name agree on. */
    Quantity members(SourceFile file, String name) {
        List<Quantity> found = new ArrayList<>();
        for (Declaration neuron : catalogue.program().all(file, Declaration.Kind.NEURON)) {
            Symbols symbols = catalogue.symbols(neuron);
            symbols.find(name).ifPresent(symbol -> found.add(of(neuron, symbol)));
            for (Symbol symbol : symbols.all()) {
                if (symbol.node() instanceof Item.Compartment compartment) {
                    inner(compartment, name).ifPresent(found::add);
                }
            }
        }
        if (found.isEmpty()) {
            return Quantity.ANY;
        }
        Quantity first = found.get(0);
        boolean agreed = found.stream().allMatch(other -> other.dimension().equals(first.dimension()));
        return agreed ? first : Quantity.ANY;
    }

    /** What the weights of all synapse models of a file agree on. */
    Quantity weights(SourceFile file) {
        if (weight.isPresent()) {
            return weight.get();
        }
        List<Quantity> found = new ArrayList<>();
        for (Declaration synapse : catalogue.program().all(file, Declaration.Kind.SYNAPSE)) {
            catalogue.symbols(synapse).find("w").ifPresent(symbol -> found.add(of(synapse, symbol)));
        }
        if (found.isEmpty()) {
            return Quantity.ANY;
        }
        Quantity first = found.get(0);
        boolean agreed = found.stream().allMatch(other -> other.dimension().equals(first.dimension()));
        return agreed ? first : Quantity.ANY;
    }

    /** The unit of a name inside a compartment, where it is stated. */
    Optional<Quantity> inner(Item.Compartment compartment, String name) {
        for (Item item : compartment.body()) {
            if (item instanceof Item.Input input && input.name().text().equals(name)) {
                return Optional.of(input.type().flatMap(this::stated).orElse(Quantity.NUMBER));
            }
            if (item instanceof Item.Output output && output.name().text().equals(name)) {
                return Optional.of(output.type().flatMap(this::stated).orElse(Quantity.ANY));
            }
        }
        return Optional.empty();
    }

    /** Whether a parameter of a rule is a bound of a weight, and so has whatever unit the weight has. */
    private boolean boundsWeight(Declaration declaration, String name) {
        return declaration.kind() == Declaration.Kind.RULE
                && bounds.computeIfAbsent(declaration, this::collectBounds).contains(name);
    }

    private Set<String> collectBounds(Declaration declaration) {
        Set<String> found = new HashSet<>();
        for (Item.Keep keep : catalogue.flattened(declaration).items(Item.Keep.class)) {
            for (Expr bound : List.of(keep.low(), keep.high())) {
                Parts.everyExpression(bound, expr -> {
                    if (expr instanceof Expr.Reference reference) {
                        found.add(reference.name());
                    }
                });
            }
        }
        return found;
    }
}
