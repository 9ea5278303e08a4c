package org.altdsl.optimize;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Exprs;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;

/**
 * Reads tables that the block itself writes by an explicit index: the map of a table does not say which version it
 * means, an index that reads the table does.
 */
final class MovingTables {
    private final Set<Var> written;

    private MovingTables(Set<Var> written) {
        this.written = written;
    }

    static List<Update> apply(List<Update> updates) {
        MovingTables pass = new MovingTables(Updates.written(updates));
        List<Update> result = new ArrayList<>();
        for (Update update : updates) {
            Expr guard = update.guard().map(pass::rewrite).orElse(null);
            result.add(Updates.with(update, guard, pass.rewrite(update.value())));
        }
        return result;
    }

    private Expr rewrite(Expr expr) {
        if (expr instanceof Expr.Gather gather
                && gather.along() instanceof IndexMap.Table map
                && written.contains(map.table())) {
            IndexMap pick = new IndexMap.Pick(map.to(), new Expr.Read(map.table(), 0));
            return Expr.Gather.of(pick, rewrite(gather.of()));
        }
        return Exprs.mapChildren(expr, this::rewrite);
    }
}
