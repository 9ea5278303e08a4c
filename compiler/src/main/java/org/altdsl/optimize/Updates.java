package org.altdsl.optimize;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Exprs;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;

/** Questions about updates, and small changes to them. */
public final class Updates {
    private Updates() {}

    /** The update with another guard (null for none) and value. */
    static Update with(Update update, Expr guard, Expr value) {
        Optional<Expr> optional = Optional.ofNullable(guard);
        return new Update(update.target(), update.version(), optional, value, update.slot(), update.span());
    }

    /** The variables that carrying out an update reads: those of its value and of its guard. */
    public static Set<Var> reads(Update update) {
        Set<Var> reads = Exprs.reads(update.value());
        update.guard().ifPresent(guard -> reads.addAll(Exprs.reads(guard)));
        return reads;
    }

    /** The variables that it reads at other points than the one it writes. */
    public static Set<Var> remoteReads(Update update) {
        Set<Var> found = new HashSet<>();
        remote(update.value(), found);
        update.guard().ifPresent(guard -> remote(guard, found));
        return found;
    }

    /** The variables that an expression reads at other points than the present one. */
    static Set<Var> remoteReads(Expr expr) {
        Set<Var> found = new HashSet<>();
        remote(expr, found);
        return found;
    }

    private static void remote(Expr expr, Set<Var> found) {
        if (expr instanceof Expr.Gather || expr instanceof Expr.Reduce) {
            found.addAll(Exprs.reads(expr));
            return;
        }
        expr.children().forEach(child -> remote(child, found));
    }

    /** The variables that a list of updates writes. */
    static Set<Var> written(List<Update> updates) {
        Set<Var> written = new HashSet<>();
        updates.forEach(update -> written.add(update.target()));
        return written;
    }
}
