package org.altdsl.names;

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

/** The names that a declaration introduces, those it inherits among them. */
public final class Symbols {
    private final Map<String, Symbol> names = new LinkedHashMap<>();
    private final Map<String, Symbol> inBlocks = new LinkedHashMap<>();
    private final Set<String> phases = new LinkedHashSet<>();
    private final Set<String> axes = new LinkedHashSet<>();

    private Symbols() {}

    /** The symbols of a declaration. */
    public static Symbols of(Flattened flattened) {
        Symbols symbols = new Symbols();
        flattened.parameters().values().forEach(binding -> symbols.bind(Symbol.Kind.PARAMETER, binding));
        flattened.items().forEach(symbols::item);
        return symbols;
    }

    static Symbols of(Item.Compartment compartment) {
        Symbols symbols = new Symbols();
        compartment.body().forEach(symbols::item);
        return symbols;
    }

    public Optional<Symbol> find(String name) {
        return Optional.ofNullable(names.get(name));
    }

    /** Like {@link #find}, and also what blocks define and report; for tests, which may look at these. */
    public Optional<Symbol> findAnywhere(String name) {
        return find(name).or(() -> Optional.ofNullable(inBlocks.get(name)));
    }

    public Set<String> names() {
        return names.keySet();
    }

    /** All symbols in the order they were written. */
    public List<Symbol> all() {
        return List.copyOf(names.values());
    }

    /** The names that only its blocks define. */
    public Set<String> blockNames() {
        return inBlocks.keySet();
    }

    /** The phases that a rule or a protocol declares. */
    public Set<String> phases() {
        return phases;
    }

    /** The axes that tables and draws declare. */
    public Set<String> axes() {
        return axes;
    }

    /** The names of one kind. */
    public List<String> names(Symbol.Kind kind) {
        List<String> found = new ArrayList<>();
        for (Symbol symbol : names.values()) {
            if (symbol.kind() == kind) {
                found.add(symbol.name());
            }
        }
        return found;
    }

    private void put(Symbol symbol) {
        names.put(symbol.name(), symbol);
    }

    private void bind(Symbol.Kind kind, Binding binding) {
        bind(kind, binding, Optional.empty());
    }

    private void bind(Symbol.Kind kind, Binding binding, Optional<String> place) {
        axes(binding);
        put(new Symbol(
                kind, binding.name().text(), binding.name().span(), place, binding.type(), binding.value(), binding));
    }

    private void axes(Binding binding) {
        for (Expr.Argument axis : binding.axes()) {
            if (axis.name().isPresent()) {
                axes.add(axis.name().get().text());
            } else if (axis.value() instanceof Expr.Reference reference) {
                axes.add(reference.name());
            }
        }
    }

    private void name(Symbol.Kind kind, Name name, Optional<Expr> type, Optional<Expr> value, Item item) {
        put(new Symbol(kind, name.text(), name.span(), Optional.empty(), type, value, item));
    }

    private void item(Item item) {
        if (item instanceof Item.Parameters parameters) {
            parameters.bindings().forEach(binding -> bind(Symbol.Kind.PARAMETER, binding));
        } else if (item instanceof Item.States states) {
            Optional<String> place = states.place().map(Name::text);
            states.bindings().forEach(binding -> bind(Symbol.Kind.STATE, binding, place));
        } else if (item instanceof Item.Equation equation && equation.place().isPresent()) {
            trace(equation);
        } else if (item instanceof Item.Lets lets) {
            lets.bindings().forEach(binding -> bind(Symbol.Kind.LET, binding));
        } else if (item instanceof Item.Cases cases) {
            Symbol.Kind kind = cases.signal() ? Symbol.Kind.SIGNAL : Symbol.Kind.LET;
            name(kind, cases.name(), Optional.empty(), Optional.empty(), item);
        } else if (item instanceof Item.Located located) {
            item(located.item());
        } else if (item instanceof Item.Weight weight) {
            bind(Symbol.Kind.LEARNABLE, weight.binding());
        } else if (item instanceof Item.Input input) {
            name(Symbol.Kind.INPUT, input.name(), input.type(), Optional.empty(), item);
        } else if (item instanceof Item.Output output) {
            name(Symbol.Kind.OUTPUT, output.name(), output.type(), Optional.of(output.value()), item);
        } else if (item instanceof Item.Spike spike && spike.event().isPresent()) {
            name(Symbol.Kind.EVENT, spike.event().get(), Optional.empty(), Optional.empty(), item);
            Parts.of(item).items().forEach(this::inBlock);
        } else if (item instanceof Item.Compartment compartment) {
            name(Symbol.Kind.COMPARTMENT, compartment.name(), Optional.empty(), Optional.empty(), item);
        } else if (item instanceof Item.Feedback feedback) {
            name(Symbol.Kind.FEEDBACK, feedback.name(), Optional.empty(), Optional.of(feedback.value()), item);
        } else if (item instanceof Item.Noise noise && noise.target() instanceof Expr.Reference target) {
            Name name = new Name(target.span(), target.name());
            name(Symbol.Kind.NOISE, name, Optional.empty(), Optional.of(noise.distribution()), item);
        } else if (item instanceof Item.Modulators modulators) {
            modulators.bindings().forEach(binding -> bind(Symbol.Kind.MODULATOR, binding));
        } else if (item instanceof Item.Adapts adapts) {
            adapts.targets().forEach(this::adapted);
        } else if (item instanceof Item.Phase phase) {
            phases.add(phase.name().text());
        } else if (item instanceof Item.Field field) {
            bind(Symbol.Kind.FIELD, field.binding());
        } else if (item instanceof Item.Local local) {
            Declaration function = local.declaration();
            put(new Symbol(
                    Symbol.Kind.FUNCTION,
                    function.name().text(),
                    function.name().span(),
                    Optional.empty(),
                    Optional.empty(),
                    function.value(),
                    function));
        } else {
            network(item);
        }
    }

    private void network(Item item) {
        if (item instanceof Item.Population population) {
            expression(Symbol.Kind.POPULATION, population.name(), item);
        } else if (item instanceof Item.Projection projection) {
            projection.name().ifPresent(name -> expression(Symbol.Kind.PROJECTION, name, item));
        } else if (item instanceof Item.Network network) {
            network.name().ifPresent(name -> name(Symbol.Kind.NETWORK, name, Optional.empty(), Optional.empty(), item));
            network.body().forEach(this::item);
        } else if (item instanceof Item.Compare compare) {
            if (!names.containsKey(compare.variable().text())) {
                name(Symbol.Kind.CHOICE, compare.variable(), Optional.empty(), Optional.empty(), item);
            }
        } else if (item instanceof Item.Schedule schedule) {
            inBlocks.put(schedule.event().text(), symbol(Symbol.Kind.EVENT, schedule.event(), item));
        } else if (item instanceof Item.Report report) {
            inBlocks.put(report.name().text(), symbol(Symbol.Kind.REPORT, report.name(), item));
        } else if (item instanceof Item.ForRow rows) {
            name(Symbol.Kind.LOCAL, rows.variable(), Optional.empty(), Optional.empty(), item);
            rows.body().forEach(this::item);
        } else if (item instanceof Item.If choice) {
            choice.body().forEach(this::item);
            choice.otherwise().forEach(this::item);
        } else if (item instanceof Item.Section section) {
            section.body().forEach(this::item);
        } else if (item instanceof Item.Measure measure) {
            measured(measure);
        } else {
            Parts.of(item).items().forEach(this::inBlock);
        }
    }

    /** What a block defines is seen inside it only, except by tests. */
    private void inBlock(Item item) {
        if (item instanceof Item.Lets lets) {
            for (Binding binding : lets.bindings()) {
                axes(binding);
                inBlocks.put(
                        binding.name().text(),
                        new Symbol(
                                Symbol.Kind.LOCAL,
                                binding.name().text(),
                                binding.name().span(),
                                Optional.empty(),
                                binding.type(),
                                binding.value(),
                                binding));
            }
            return;
        }
        if (item instanceof Item.Report report) {
            inBlocks.put(report.name().text(), symbol(Symbol.Kind.REPORT, report.name(), item));
        } else if (item instanceof Item.Schedule schedule) {
            inBlocks.put(schedule.event().text(), symbol(Symbol.Kind.EVENT, schedule.event(), item));
        } else if (item instanceof Item.Step step && step.kind() == Item.StepKind.PHASE) {
            step.arguments().forEach(name -> phases.add(name.span().text()));
        } else if (item instanceof Item.Phase phase) {
            phases.add(phase.name().text());
        }
        Parts.of(item).items().forEach(this::inBlock);
    }

    /** {@code record e as g} names what it records. */
    private void measured(Item.Measure measure) {
        for (Item.Clause clause : measure.clauses()) {
            if (clause.word().text().equals("as") && !clause.arguments().isEmpty()) {
                expression(Symbol.Kind.LET, clause.arguments().get(0), measure);
            }
        }
    }

    private Symbol symbol(Symbol.Kind kind, Name name, Item item) {
        return new Symbol(kind, name.text(), name.span(), Optional.empty(), Optional.empty(), Optional.empty(), item);
    }

    private void trace(Item.Equation equation) {
        Expr target = base(equation.target());
        if (target instanceof Expr.Reference reference) {
            put(new Symbol(
                    Symbol.Kind.TRACE,
                    reference.name(),
                    reference.span(),
                    equation.place().map(Name::text),
                    Optional.empty(),
                    Optional.empty(),
                    equation));
        }
    }

    private void adapted(Expr target) {
        if (target instanceof Expr.Member member) {
            put(new Symbol(
                    Symbol.Kind.ADAPTED,
                    member.name().text(),
                    member.name().span(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    member));
        }
    }

    private void expression(Symbol.Kind kind, Expr name, Item item) {
        if (base(name) instanceof Expr.Reference reference) {
            put(new Symbol(
                    kind,
                    reference.name(),
                    reference.span(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    requireNonNull(item)));
        }
    }

    /** The expression without its indices, primes and phases: {@code w} of {@code w[0]'@free}. */
    public static Expr base(Expr expr) {
        Expr current = expr;
        while (true) {
            if (current instanceof Expr.Index index) {
                current = index.of();
            } else if (current instanceof Expr.Prime prime) {
                current = prime.of();
            } else if (current instanceof Expr.AtPhase atPhase) {
                current = atPhase.of();
            } else {
                return current;
            }
        }
    }
}
