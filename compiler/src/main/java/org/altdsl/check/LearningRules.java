package org.altdsl.check;

import java.util.Optional;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.names.Parts;
import org.altdsl.names.Symbol;
import org.altdsl.names.Symbols;

/**
 * A rule changes something.
 *
 * <p>A rule that neither proposes a change nor makes one is a warning. An empty rule says plainly that nothing is to be
 * learnt, and is none.
 */
final class LearningRules implements ContextCheck {
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
        if (!learns[0]) {
            sink.warning(
                    Code.NEVER_LEARNS,
                    subject.declaration().name().span(),
                    "rule '" + subject.declaration().name() + "' neither proposes nor makes any change");
        }
    }

    private static boolean changes(Item item, Subject subject) {
        if (item instanceof Item.Redirect || item instanceof Item.Prune || item instanceof Item.Grow) {
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
