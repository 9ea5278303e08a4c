package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.altdsl.ast.Expr;
import org.altdsl.diag.Code;
import org.altdsl.ir.Dist;
import org.altdsl.ir.Expr.Const;
import org.altdsl.ir.Expr.Draw;
import org.altdsl.ir.Op;
import org.altdsl.ir.Space;

/**
 * Which of all synapses between its ends a projection has, as {@code connect} says it: {@code dense} (or
 * {@code flatten}, which means the same and says that positions are not kept) or {@code sparse(p)}, each of them
 * {@code where} a condition holds.
 *
 * @param written what was written, absent for dense
 */
record Wiring(Optional<Expr> written) {
    /** The ways to connect that make a mask. */
    static final List<String> KINDS = List.of("dense", "flatten", "sparse");

    Wiring {
        requireNonNull(written);
    }

    /** The word of a way to connect. */
    static String kind(Expr written) {
        Expr head = written instanceof Expr.Call call ? call.function() : written;
        return head instanceof Expr.Reference reference ? reference.name() : "";
    }

    /** 1 for every synapse that exists and 0 for the others; nothing where all exist. */
    Optional<org.altdsl.ir.Expr> exists(String projection, Space synapses, Scope scope, Expressions expressions) {
        if (written.isEmpty()) {
            return Optional.empty();
        }
        Expr expr = written.get();
        String kind = kind(expr);
        if (!KINDS.contains(kind)) {
            throw expressions.error(
                    Code.NOT_YET,
                    expr.span(),
                    "this version connects 'dense', 'sparse(p)' and 'where' a condition holds");
        }
        Optional<Expr> where = expr instanceof Expr.Call call ? call.where() : Optional.empty();
        Optional<org.altdsl.ir.Expr> drawn = ConnectionArguments.quantity(kind, expr, List.of(), expressions)
                .map(share -> drawn(share, projection, synapses, scope, expressions));
        Optional<org.altdsl.ir.Expr> chosen = where.map(condition -> chosen(condition, synapses, scope, expressions));
        if (drawn.isPresent() && chosen.isPresent()) {
            return Optional.of(Emission.prim(Op.MUL, drawn.get(), chosen.get()));
        }
        return drawn.or(() -> chosen);
    }

    /** Each synapse exists or not by a draw of its own, which the seed and the projection's name decide. */
    private static org.altdsl.ir.Expr drawn(
            Expr share, String projection, Space synapses, Scope scope, Expressions expressions) {
        double p = expressions.number(share, scope, Section.INIT, "the share of synapses that exist");
        if (!(p >= 0 && p <= 1)) {
            throw expressions.error(
                    Code.BAD_SETTING, share.span(), "the share of synapses that exist is between 0 and 1, not " + p);
        }
        return new Draw(Dist.BERNOULLI, List.of(new Const(p)), projection + ".live", synapses, true);
    }

    private static org.altdsl.ir.Expr chosen(Expr condition, Space synapses, Scope scope, Expressions expressions) {
        org.altdsl.ir.Expr value = expressions.real(condition, scope, Section.INIT, synapses);
        if (!synapses.contains(value.space())) {
            throw expressions.error(
                    Code.LOST_AXIS,
                    condition.span(),
                    "whether a synapse exists is decided once, by its two ends; this has one value for "
                            + Expressions.words(value.space()));
        }
        return Emission.prim(Op.SELECT, Emission.prim(Op.NE, value, new Const(0)), new Const(1), new Const(0));
    }
}
