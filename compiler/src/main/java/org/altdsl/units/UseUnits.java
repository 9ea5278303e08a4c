package org.altdsl.units;

import java.util.List;
import java.util.Optional;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Name;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.diag.Note;
import org.altdsl.names.Symbol;
import org.altdsl.source.SourceFile;

/** Checks the units of the arguments that a model, rule, optimizer or data set is used with. */
final class UseUnits {
    private final SymbolUnits symbols;
    private final Inference inference;
    private final DiagnosticSink sink;

    UseUnits(SymbolUnits symbols, Inference inference, DiagnosticSink sink) {
        this.symbols = symbols;
        this.inference = inference;
        this.sink = sink;
    }

    /** The arguments of one use; of each model of a list of populations. */
    void check(Expr use, SourceFile file) {
        if (!(use instanceof Expr.Call call)) {
            return;
        }
        List<Expr> heads = call.function() instanceof Expr.ListLiteral list ? list.elements() : List.of(call);
        for (Expr head : heads) {
            symbols.catalogue().used(head, file).ifPresent(declaration -> arguments(call, declaration));
        }
        call.arguments().forEach(argument -> inference.of(argument.value()));
    }

    private void arguments(Expr.Call call, Declaration declaration) {
        boolean polymorphic =
                declaration.kind() == Declaration.Kind.OBJECTIVE || declaration.kind() == Declaration.Kind.FUNCTION;
        if (polymorphic) {
            return;
        }
        List<Binding> order = List.copyOf(
                symbols.catalogue().flattened(declaration).parameters().values());
        int position = 0;
        for (Expr.Argument argument : call.arguments()) {
            String name = argument.name().map(Name::text).orElse("");
            if (name.isEmpty() && position < order.size()) {
                name = order.get(position++).name().text();
            }
            Optional<Symbol> parameter =
                    symbols.catalogue().symbols(declaration).find(name);
            if (parameter.isPresent()) {
                value(argument.value(), declaration, parameter.get());
            }
        }
    }

    private void value(Expr value, Declaration declaration, Symbol parameter) {
        Quantity wanted = symbols.of(declaration, parameter);
        Quantity found = inference.of(value);
        if (!wanted.fits(found)) {
            sink.error(
                    Code.UNIT_OF_PARAMETER,
                    value.span(),
                    "'" + parameter.name() + "' of " + declaration.kind().word() + " '" + declaration.name() + "' is "
                            + in(wanted) + ", but this is " + in(found),
                    Note.at(parameter.span(), "declared here"));
        }
    }

    private static String in(Quantity quantity) {
        return quantity.dimension().equals(Dimension.NONE) ? "a pure number" : "in " + quantity.words();
    }
}
