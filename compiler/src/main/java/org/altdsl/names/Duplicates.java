package org.altdsl.names;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.ast.Name;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.diag.Note;
import org.altdsl.source.Span;

/** Finds names that one declaration introduces twice, and names that it must not introduce. */
final class Duplicates {
    private static final Set<String> EVERYWHERE = Set.of("true", "false", "pi", "inf", "dt");
    private static final Set<String> IN_RULES = Set.of("w", "dw", "pre", "post", "output", "input");

    private final DiagnosticSink sink;
    private final Map<String, Span> seen = new LinkedHashMap<>();
    private final Map<String, Span> phases = new LinkedHashMap<>();

    Duplicates(DiagnosticSink sink) {
        this.sink = sink;
    }

    void check(Declaration declaration) {
        declaration.words().forEach(word -> add(word, declaration));
        declaration.formals().forEach(formal -> add(formal.name(), declaration));
        declaration.body().forEach(item -> item(item, declaration));
    }

    private void item(Item item, Declaration in) {
        if (item instanceof Item.Parameters parameters) {
            bindings(parameters.bindings(), in);
        } else if (item instanceof Item.States states) {
            bindings(states.bindings(), in);
        } else if (item instanceof Item.Lets lets) {
            bindings(lets.bindings(), in);
        } else if (item instanceof Item.Modulators modulators) {
            bindings(modulators.bindings(), in);
        } else if (item instanceof Item.Cases cases) {
            add(cases.name(), in);
        } else if (item instanceof Item.Weight weight) {
            add(weight.binding().name(), in);
        } else if (item instanceof Item.Input input) {
            add(input.name(), in);
        } else if (item instanceof Item.Output output) {
            add(output.name(), in);
        } else if (item instanceof Item.Compartment compartment) {
            add(compartment.name(), in);
            Duplicates inner = new Duplicates(sink);
            compartment.body().forEach(part -> inner.item(part, in));
        } else if (item instanceof Item.Feedback feedback) {
            add(feedback.name(), in);
        } else if (item instanceof Item.Noise noise && noise.target() instanceof Expr.Reference name) {
            add(new Name(name.span(), name.name()), in);
        } else if (item instanceof Item.Field field) {
            add(field.binding().name(), in);
        } else if (item instanceof Item.Section section) {
            Duplicates inner = new Duplicates(sink);
            section.body().forEach(part -> inner.item(part, in));
        } else if (item instanceof Item.Local local) {
            add(local.declaration().name(), in);
            new Duplicates(sink).check(local.declaration());
        } else if (item instanceof Item.Phase phase) {
            put(phases, phase.name(), "phase ");
        } else if (item instanceof Item.Equation equation && equation.place().isPresent()) {
            if (Symbols.base(equation.target()) instanceof Expr.Reference name) {
                add(new Name(name.span(), name.name()), in);
            }
        } else {
            network(item, in);
        }
    }

    private void network(Item item, Declaration in) {
        if (item instanceof Item.Population population) {
            population(population.name(), in);
        } else if (item instanceof Item.Projection projection) {
            projection.name().ifPresent(name -> population(name, in));
        } else if (item instanceof Item.Network network) {
            network.name().ifPresent(name -> add(name, in));
            network.body().forEach(part -> item(part, in));
        }
    }

    /** Indexed names ({@code P[0]}, {@code P[k]}) are one population in several parts. */
    private void population(Expr name, Declaration in) {
        if (name instanceof Expr.Reference reference) {
            add(new Name(reference.span(), reference.name()), in);
        }
    }

    private void bindings(List<Binding> bindings, Declaration in) {
        bindings.forEach(binding -> add(binding.name(), in));
    }

    private void add(Name name, Declaration in) {
        boolean reserved = EVERYWHERE.contains(name.text())
                || in.kind() == Declaration.Kind.RULE && IN_RULES.contains(name.text());
        if (reserved) {
            sink.error(
                    Code.RESERVED_WORD,
                    name.span(),
                    "'" + name + "' already has a meaning in a " + in.kind().word() + "; choose another name");
            return;
        }
        put(seen, name, "");
    }

    private void put(Map<String, Span> names, Name name, String what) {
        Span earlier = names.putIfAbsent(name.text(), name.span());
        if (earlier != null) {
            sink.error(
                    Code.DUPLICATE_NAME,
                    name.span(),
                    what + "'" + name + "' is declared twice",
                    Note.at(earlier, "the first one is here"));
        }
    }
}
