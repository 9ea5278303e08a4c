package org.altdsl.optimize;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Exprs;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;

/**
 * Numbers the versions of a block by position: a read has the number of the updates of its variable that stand before
 * it. Then expressions that are equal have equal values wherever they stand in the block.
 */
final class Versions {
    private final Map<Var, Integer> current = new HashMap<>();

    /** The updates with all version numbers as their positions make them. */
    static List<Update> number(List<Update> updates) {
        Versions versions = new Versions();
        List<Update> result = new ArrayList<>();
        for (Update update : updates) {
            result.add(versions.next(update));
        }
        return result;
    }

    /** The update as it is numbered at this point, which afterwards lies behind it. */
    Update next(Update update) {
        Expr value = numbered(update.value());
        Optional<Expr> guard = update.guard().map(this::numbered);
        int version = current.merge(update.target(), 1, Integer::sum);
        return new Update(update.target(), version, guard, value, update.slot(), update.span());
    }

    Expr.Read read(Var variable) {
        return new Expr.Read(variable, current.getOrDefault(variable, 0));
    }

    Expr numbered(Expr expr) {
        if (expr instanceof Expr.Read read) {
            int version = current.getOrDefault(read.variable(), 0);
            return read.version() == version ? read : new Expr.Read(read.variable(), version);
        }
        return Exprs.mapChildren(expr, this::numbered);
    }
}
