package org.altdsl.optimize;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Op;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;

/**
 * Counts spikes where there are any: {@code n = n + spike}, once the spikes of the step are listed, becomes
 * {@code n = n + 1} for the neurons of the list.
 */
final class Tallies {
    private Tallies() {}

    static List<Update> apply(List<Update> updates, Events events) {
        Map<Var, Expr> listed = new HashMap<>();
        events.views().forEach((variable, view) -> {
            // Spikes that come from outside are listed before the step.
            if (variable.equals(view.flags())) {
                listed.put(variable, new Expr.Read(variable, 0));
            }
        });
        List<Update> result = new ArrayList<>();
        for (Update update : updates) {
            result.add(counted(update, listed));
            listed.remove(update.target());
            if (events.collects(update)) {
                listed.put(((Expr.Read) update.value()).variable(), new Expr.Read(update.target(), update.version()));
            }
        }
        return result;
    }

    private static Update counted(Update update, Map<Var, Expr> listed) {
        boolean adds = update.guard().isEmpty()
                && update.target().space().rank() == 1
                && update.value() instanceof Expr.Prim sum
                && sum.op() == Op.ADD;
        if (!adds) {
            return update;
        }
        List<Expr> operands = ((Expr.Prim) update.value()).operands();
        for (int i = 0; i < 2; i++) {
            boolean isOld =
                    operands.get(i) instanceof Expr.Read read && read.variable().equals(update.target());
            if (isOld
                    && operands.get(1 - i) instanceof Expr.Read flags
                    && flags.space().equals(update.target().space())
                    && listed.containsKey(flags.variable())) {
                Expr more = Expr.Prim.of(Op.ADD, operands.get(i), Algebra.ONE);
                return Updates.with(update, listed.get(flags.variable()), more);
            }
        }
        return update;
    }
}
