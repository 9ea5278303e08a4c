package org.altdsl.optimize;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Exprs;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;

/**
 * Puts the sum that a temporary holds into its only user, where that adds it times a number: then plain descent
 * {@code dw = mean(x * delta); w = w + eta * dw} becomes one matrix product that accumulates into {@code w}.
 */
final class Inline {
    private Inline() {}

    /**
     * The updates of one block, in which some temporaries are no longer read.
     *
     * @param observed names of the variables whose values are read after the block
     */
    static List<Update> apply(List<Update> updates, Set<String> observed) {
        Map<Var, Integer> reads = new HashMap<>();
        Map<Var, Integer> writes = new HashMap<>();
        for (Update update : updates) {
            count(update.value(), reads);
            update.guard().ifPresent(guard -> count(guard, reads));
            writes.merge(update.target(), 1, Integer::sum);
        }
        Map<Var, Update> open = new HashMap<>();
        List<Update> result = new ArrayList<>();
        for (Update update : updates) {
            Update changed = update.guard().isEmpty() ? inlined(update, open) : update;
            Var target = update.target();
            open.values().removeIf(held -> Updates.reads(held).contains(target));
            boolean candidate = target.isTemporary()
                    && !observed.contains(target.name())
                    && changed.guard().isEmpty()
                    && writes.get(target) == 1
                    && reads.getOrDefault(target, 0) == 1
                    && LinearSum.containsMatrix(changed.value());
            if (candidate) {
                open.put(target, changed);
            }
            result.add(changed);
        }
        return result;
    }

    private static void count(Expr expr, Map<Var, Integer> reads) {
        if (expr instanceof Expr.Read read) {
            reads.merge(read.variable(), 1, Integer::sum);
        }
        expr.children().forEach(child -> count(child, reads));
    }

    private static Update inlined(Update update, Map<Var, Update> open) {
        Set<Var> held = new HashSet<>(Exprs.reads(update.value()));
        held.retainAll(open.keySet());
        if (held.isEmpty()) {
            return update;
        }
        List<LinearSum.Part> parts = LinearSum.parts(update.value(), expr -> readsAnyOf(expr, held));
        Expr sum = null;
        for (LinearSum.Part part : parts) {
            Expr expr = part.expr();
            if (expr instanceof Expr.Read read
                    && held.contains(read.variable())
                    && read.variable().space().equals(update.target().space())) {
                expr = open.get(read.variable()).value();
            }
            sum = Algebra.sum(sum, Algebra.product(part.scale(), expr));
        }
        return new Update(update.target(), update.version(), Optional.empty(), sum, update.slot(), update.span());
    }

    private static boolean readsAnyOf(Expr expr, Set<Var> variables) {
        return Exprs.reads(expr).stream().anyMatch(variables::contains);
    }
}
