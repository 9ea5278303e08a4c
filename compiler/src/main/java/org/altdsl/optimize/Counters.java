package org.altdsl.optimize;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Op;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.runtime.plan.Scope;

/** Finds variables that hold whole numbers, never negative ones: how many steps a neuron still has to wait. */
public final class Counters {
    /** Floats hold whole numbers up to this one. */
    private static final double MOST = 1 << 24;

    private Counters() {}

    /** The variables that start at a whole number and are set to nothing else, or counted down. */
    static Set<Var> find(Map<Scope, List<Update>> initialisations, Map<Scope, List<Update>> blocks) {
        Map<Var, Boolean> whole = new HashMap<>();
        initialisations.forEach((scope, updates) -> updates.forEach(update -> note(update, whole)));
        Set<Var> started = new HashSet<>(whole.keySet());
        blocks.forEach((scope, updates) -> updates.forEach(update -> note(update, whole)));
        whole.values().removeIf(counts -> !counts);
        started.retainAll(whole.keySet());
        return started;
    }

    private static void note(Update update, Map<Var, Boolean> whole) {
        boolean counts = countdown(update.value())
                        .filter(counter -> counter instanceof Expr.Read read
                                && read.variable().equals(update.target()))
                        .isPresent()
                || update.value() instanceof Expr.Const constant && isWhole(constant.value());
        whole.merge(update.target(), counts, Boolean::logicalAnd);
    }

    private static boolean isWhole(double value) {
        return value >= 0 && value <= MOST && value == Math.rint(value);
    }

    /** What an expression takes 1 from, but not from 0. */
    public static Optional<Expr> countdown(Expr expr) {
        if (expr instanceof Expr.Prim larger && larger.op() == Op.MAX) {
            for (int i = 0; i < 2; i++) {
                boolean bounds = larger.operands().get(i).equals(Algebra.ZERO);
                if (bounds
                        && larger.operands().get(1 - i) instanceof Expr.Prim less
                        && less.op() == Op.SUB
                        && less.operands().get(1).equals(Algebra.ONE)) {
                    return Optional.of(less.operands().get(0));
                }
            }
        }
        return Optional.empty();
    }
}
