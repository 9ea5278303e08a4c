package org.altdsl.check;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.ast.SourceUnit;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.names.Parts;
import org.altdsl.names.Symbol;
import org.altdsl.names.Symbols;

/**
 * A rule changes something.
 *
 * <p>A rule that neither proposes a change nor makes one is a warning. An empty rule says plainly that nothing is to be
 * learnt, and is none; nor is a rule that reports something, acts on its neurons, or keeps states that something else reads.
 */
final class LearningRules implements ContextCheck {
    private static final Set<Declaration.Kind> READERS = EnumSet.of(
            Declaration.Kind.RULE, Declaration.Kind.CIRCUIT, Declaration.Kind.EXPERIMENT, Declaration.Kind.TEST);

    @Override
    public void check(Subject subject, DiagnosticSink sink) {
        if (subject.kind() != Declaration.Kind.RULE
                || subject.flattened().items().isEmpty()) {
            return;
        }
        boolean[] learns = {false};
        for (Item item : subject.flattened().items()) {
            Parts.everyItem(item, inner -> learns[0] |= changes(inner, subject));
        }
        if (!learns[0] && !isRead(subject)) {
            sink.warning(
                    Code.NEVER_LEARNS,
                    subject.declaration().name().span(),
                    "rule '" + subject.declaration().name() + "' neither proposes nor makes any change");
        }
    }

    /** Whether another declaration of the program, such as an experiment or a test, reads a state that the rule keeps. */
    private static boolean isRead(Subject subject) {
        Set<String> kept = new HashSet<>();
        for (Symbol symbol : subject.symbols().all()) {
            if (symbol.kind() == Symbol.Kind.STATE || symbol.kind() == Symbol.Kind.TRACE) {
                kept.add(symbol.name());
            }
        }
        boolean[] read = {false};
        for (SourceUnit unit : subject.catalogue().program().units()) {
            for (Declaration other : unit.declarations()) {
                boolean reader = other != subject.declaration() && READERS.contains(other.kind());
                for (Item item : reader ? other.body() : List.<Item>of()) {
                    Parts.everyExpression(item, expr -> read[0] |= kept.contains(name(expr)));
                }
            }
        }
        return read[0];
    }

    private static String name(Expr expr) {
        return expr instanceof Expr.Member member
                ? member.name().text()
                : expr instanceof Expr.Reference reference ? reference.name() : "";
    }

    private static boolean changes(Item item, Subject subject) {
        if (item instanceof Item.Redirect
                || item instanceof Item.Prune
                || item instanceof Item.Grow
                || item instanceof Item.Inject
                || item instanceof Item.Report) {
            return true;
        }
        if (item instanceof Item.Assign assign) {
            return changes(assign.target(), subject);
        }
        return item instanceof Item.Equation equation
                && !equation.relaxing()
                && equation.place().isEmpty()
                && changes(equation.target(), subject);
    }

    private static boolean changes(Expr target, Subject subject) {
        if (!(Symbols.base(target) instanceof Expr.Reference reference)) {
            return false;
        }
        Optional<Symbol> symbol = subject.symbols().find(reference.name());
        return symbol.isEmpty()
                || symbol.get().kind() == Symbol.Kind.FEEDBACK
                || symbol.get().kind() == Symbol.Kind.ADAPTED
                || symbol.get().kind() == Symbol.Kind.LEARNABLE;
    }
}
