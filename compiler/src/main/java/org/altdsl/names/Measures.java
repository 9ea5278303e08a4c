package org.altdsl.names;

import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;

/** Checks the names of measuring statements: quantities of the network, and measures that the language knows. */
final class Measures {
    private static final Set<BuiltinFunction.Kind> MEASURED =
            EnumSet.of(BuiltinFunction.Kind.MEASURE, BuiltinFunction.Kind.PLOT);

    private final NameScope scope;
    private final DiagnosticSink sink;
    private final ExpressionNames expressions;

    Measures(NameScope scope, DiagnosticSink sink, ExpressionNames expressions) {
        this.scope = scope;
        this.sink = sink;
        this.expressions = expressions;
    }

    void check(Expr what, Item.Action action) {
        Optional<Expr.Reference> word = word(what);
        if (word.isPresent() && !isKnown(word.get().name())) {
            Set<String> known = new LinkedHashSet<>(BuiltinFunctions.names(
                    action == Item.Action.PLOT ? MEASURED : EnumSet.of(BuiltinFunction.Kind.MEASURE)));
            known.addAll(scope.catalogue().symbols(scope.declaration()).names());
            known.add("objective");
            sink.error(
                    Code.UNKNOWN_MEASURE,
                    word.get().span(),
                    "nothing called '" + word.get().name() + "' can be "
                            + (action == Item.Action.PLOT ? "plotted" : "measured") + " here"
                            + Suggestions.didYouMean(word.get().name(), known));
            return;
        }
        if (what instanceof Expr.Reference) {
            return;
        }
        if (what instanceof Expr.Call call
                && call.function() instanceof Expr.Reference reference
                && BuiltinFunctions.find(reference.name()).isPresent()) {
            call.arguments().forEach(argument -> argument(argument.value()));
            call.where().ifPresent(expressions::check);
            call.by().ifPresent(expressions::check);
            return;
        }
        expressions.check(what);
    }

    /** {@code best(accuracy)}: a measure may stand in another. */
    private void argument(Expr argument) {
        boolean measure = argument instanceof Expr.Reference reference
                && BuiltinFunctions.is(reference.name(), BuiltinFunction.Kind.MEASURE);
        if (!measure) {
            expressions.argument(argument);
        }
    }

    private static Optional<Expr.Reference> word(Expr what) {
        if (what instanceof Expr.Reference reference) {
            return Optional.of(reference);
        }
        return what instanceof Expr.Call call && call.function() instanceof Expr.Reference reference
                ? Optional.of(reference)
                : Optional.empty();
    }

    private boolean isKnown(String name) {
        return BuiltinFunctions.find(name).isPresent()
                || scope.symbol(name).isPresent()
                || scope.isBuiltin(name)
                || scope.catalogue().program().find(scope.file(), name).isPresent()
                || scope.catalogue().ruleNames(scope.file()).contains(name);
    }

    /** {@code every epoch}, {@code for 64 samples}: spans and quantities; files and names of records are free. */
    void clause(Item.Clause clause) {
        switch (clause.word().text()) {
            case "every" -> clause.arguments().forEach(this::every);
            case "keep" -> clause.arguments().forEach(argument -> check(argument, Item.Action.CHECKPOINT));
            default -> {}
        }
    }

    private void every(Expr span) {
        if (span instanceof Expr.Reference reference
                && scope.symbol(reference.name()).isEmpty()) {
            if (!BuiltinNames.HOOKS.contains(reference.name())) {
                sink.error(
                        Code.UNKNOWN_HOOK,
                        span.span(),
                        "no span '" + reference.name() + "'"
                                + Suggestions.didYouMean(reference.name(), List.copyOf(BuiltinNames.HOOKS)));
            }
            return;
        }
        expressions.check(span);
    }
}
