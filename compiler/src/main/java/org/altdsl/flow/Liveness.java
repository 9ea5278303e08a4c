package org.altdsl.flow;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Op;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.lower.LoweredRule;
import org.altdsl.runtime.plan.Scope;

/** Watches for what is written but can have no effect: such a rule would fail silently. */
public final class Liveness {
    private Liveness() {}

    /** Warns of proposals that are always 0, whatever happens. */
    public static void check(LoweredRule lowered, DiagnosticSink sink) {
        Set<Var> zero = new HashSet<>();
        List<Update> updates = lowered.train().block(Scope.BATCH);
        for (Update update : updates) {
            if (update.guard().isEmpty() && update.target().isTemporary() && isZero(update.value(), zero)) {
                zero.add(update.target());
            } else {
                zero.remove(update.target());
            }
        }
        for (Map.Entry<Var, Var> proposal : lowered.proposals().entrySet()) {
            if (zero.contains(proposal.getValue())) {
                updates.stream()
                        .filter(update -> update.target().equals(proposal.getValue()))
                        .findFirst()
                        .ifPresent(update -> sink.warning(
                                Code.NO_EFFECT,
                                update.span(),
                                "this proposal is 0 whatever happens: '"
                                        + proposal.getKey().label() + "' will never change"));
            }
        }
    }

    private static boolean isZero(Expr expr, Set<Var> zero) {
        if (expr instanceof Expr.Const constant) {
            return constant.value() == 0;
        }
        if (expr instanceof Expr.Read read) {
            return zero.contains(read.variable());
        }
        if (expr instanceof Expr.Reduce reduce) {
            return isZero(reduce.of(), zero);
        }
        if (expr instanceof Expr.Gather gather) {
            return isZero(gather.of(), zero);
        }
        if (expr instanceof Expr.Prim prim) {
            List<Expr> operands = prim.operands();
            return switch (prim.op()) {
                case MUL -> operands.stream().anyMatch(operand -> isZero(operand, zero));
                case ADD -> operands.stream().allMatch(operand -> isZero(operand, zero));
                case SUB ->
                    operands.get(0).equals(operands.get(1))
                            || operands.stream().allMatch(operand -> isZero(operand, zero));
                case DIV, NEG, ABS, SIGN, TANH, SIN, STOP -> isZero(operands.get(0), zero);
                case SELECT -> isZero(operands.get(1), zero) && isZero(operands.get(2), zero);
                default -> prim.op() == Op.SQRT && isZero(operands.get(0), zero);
            };
        }
        return false;
    }
}
