package org.altdsl.derive;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.ir.DType;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.runtime.plan.Scope;

/** Forward mode through a block, as an oracle for the reverse mode: beside every update, one of its tangent. */
final class TangentBlock {
    private final Tangent tangent = new Tangent(this::rate);
    private final Map<Var, Var> tangents = new HashMap<>();
    private final List<Var> variables = new ArrayList<>();
    private final List<Update> updates = new ArrayList<>();

    /** The tangents of a block that moves with the given variables, each to the rate in the variable it maps to. */
    TangentBlock(List<Update> block, Map<Var, Var> moving) {
        tangents.putAll(moving);
        for (Update update : block) {
            Expr value = tangent.of(update.value());
            Var target = update.target();
            if (target.type() == DType.REAL) {
                Var rate = tangents.computeIfAbsent(target, this::declare);
                updates.add(new Update(rate, update.version(), update.guard(), value, update.slot(), update.span()));
            }
            updates.add(update);
        }
    }

    /** The block with its tangents. */
    List<Update> updates() {
        return updates;
    }

    /** The variables it has more than the block. */
    List<Var> variables() {
        return variables;
    }

    /** The variable that holds the rate at which one moves. */
    Optional<Var> of(Var variable) {
        return Optional.ofNullable(tangents.get(variable));
    }

    private Var declare(Var variable) {
        // A state of life RUN begins with the rate 0, which a version that no update has moved keeps.
        Var tangent = new Var(
                variable.name() + "~t",
                variable.space(),
                DType.REAL,
                Scope.RUN,
                variable.owner(),
                variable.matter(),
                Optional.of(Algebra.ZERO),
                variable.origin(),
                "tangent");
        variables.add(tangent);
        return tangent;
    }

    private Expr rate(Expr.Read read) {
        Var rate = tangents.get(read.variable());
        boolean given = rate != null && !variables.contains(rate);
        return rate == null ? Algebra.ZERO : new Expr.Read(rate, given ? 0 : read.version());
    }
}
