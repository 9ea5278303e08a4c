package org.altdsl.check;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.names.Parts;

/**
 * The rows of a list are equally long.
 *
 * <p>Allowed: {@code [[1, 2], [3, 4]]}. Not allowed: {@code [[1, 2], [3]]}, {@code [1, [2]]}. Times of events, {@code at = [[1 ms, 5 ms], []]}, are
 * of as many as each has.
 */
final class EvenLists implements ContextCheck {
    @Override
    public void check(Subject subject, DiagnosticSink sink) {
        Set<Expr> uneven = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Item item : subject.declaration().body()) {
            Parts.everyExpression(item, expr -> list(expr, uneven, sink));
        }
        for (Binding formal : subject.declaration().formals()) {
            Parts.everyExpression(formal, expr -> list(expr, uneven, sink));
        }
    }

    private static void list(Expr expr, Set<Expr> uneven, DiagnosticSink sink) {
        if (expr instanceof Expr.Call call) {
            call.arguments().stream()
                    .filter(argument -> argument.name()
                            .map(name -> name.text().equals("at"))
                            .orElse(false))
                    .forEach(argument -> uneven.add(argument.value()));
        }
        if (!(expr instanceof Expr.ListLiteral whole) || uneven.contains(expr)) {
            return;
        }
        List<Expr.ListLiteral> rows = whole.elements().stream()
                .filter(Expr.ListLiteral.class::isInstance)
                .map(Expr.ListLiteral.class::cast)
                .toList();
        if (rows.isEmpty()) {
            return;
        }
        if (rows.size() < whole.elements().size()) {
            Expr odd = whole.elements().stream()
                    .filter(element -> !(element instanceof Expr.ListLiteral))
                    .findFirst()
                    .orElseThrow();
            sink.error(Code.WRONG_SHAPE, odd.span(), "this is not a row, but others of this list are");
            return;
        }
        int length = rows.get(0).elements().size();
        for (Expr.ListLiteral row : rows) {
            if (row.elements().size() != length) {
                sink.error(
                        Code.WRONG_SHAPE,
                        row.span(),
                        "this row has " + row.elements().size() + " elements, but the first has " + length);
                return;
            }
        }
    }
}
