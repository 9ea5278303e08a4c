package org.altdsl.check;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.ast.Name;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.names.Flattened;
import org.altdsl.names.Parts;
import org.altdsl.names.Symbol;

/**
 * Every parameter and every modulator is read.
 *
 * <p>A parameter that nothing reads is a warning: changing it would do nothing. A synapse's {@code delay} acts by its
 * name, a data set's {@code batch} is given by the experiment.
 */
final class ReadParameters implements ContextCheck {
    @Override
    public void check(Subject subject, DiagnosticSink sink) {
        boolean without = subject.kind() == Declaration.Kind.FUNCTION || subject.kind() == Declaration.Kind.TEST;
        if (without) {
            return;
        }
        Set<String> read = new HashSet<>();
        subject.catalogue().program().units().stream()
                .flatMap(unit -> unit.declarations().stream())
                .map(subject.catalogue()::flattened)
                .filter(other -> other.ancestry().stream().anyMatch(one -> one == subject.declaration()))
                .forEach(other -> collect(other, read));
        subject.declaration().value().ifPresent(value -> Parts.everyExpression(value, expr -> collect(expr, read)));
        for (Binding parameter : own(subject.declaration())) {
            String name = parameter.name().text();
            boolean byName = subject.kind() == Declaration.Kind.SYNAPSE && name.equals("delay")
                    || subject.kind() == Declaration.Kind.DATASET && name.equals("batch")
                    || subject.kind() == Declaration.Kind.NEURON
                            // For rules, synapses and objectives: post.type.
                            && subject.catalogue()
                                    .isRead(subject.declaration().span().file(), name);
            if (!read.contains(name) && !byName) {
                sink.warning(
                        Code.NEVER_READ,
                        parameter.name().span(),
                        (isModulator(subject, name) ? "modulator '" : "parameter '") + name + "' of " + subject.word()
                                + " '" + subject.declaration().name() + "' is never read");
            }
        }
    }

    private static boolean isModulator(Subject subject, String name) {
        return subject.symbols().names(Symbol.Kind.MODULATOR).contains(name);
    }

    private static List<Binding> own(Declaration declaration) {
        List<Binding> own = new ArrayList<>(declaration.formals());
        for (Item item : declaration.body()) {
            if (item instanceof Item.Parameters parameters) {
                own.addAll(parameters.bindings());
            } else if (item instanceof Item.Modulators modulators) {
                own.addAll(modulators.bindings());
            }
        }
        return own;
    }

    /** What the declaration reads, or one that inherits from it. */
    private static void collect(Flattened flattened, Set<String> read) {
        flattened.items().forEach(item -> Parts.everyItem(item, inner -> collect(inner, read)));
        flattened.items().forEach(item -> Parts.everyExpression(item, expr -> collect(expr, read)));
        flattened.parameters().values().forEach(binding -> Parts.everyExpression(binding, expr -> collect(expr, read)));
    }

    private static void collect(Expr expr, Set<String> read) {
        if (expr instanceof Expr.Reference reference) {
            read.add(reference.name());
        }
    }

    private static void collect(Item item, Set<String> read) {
        if (item instanceof Item.Compare compare) {
            read.add(compare.variable().text());
            compare.alternatives().forEach(alternative -> alternative
                    .settings()
                    .forEach(setting -> setting.name().map(Name::text).ifPresent(read::add)));
        } else if (item instanceof Item.Sweep sweep) {
            read.add(sweep.variable().text());
        }
    }
}
