package org.altdsl.derive;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.ir.DType;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Expr.Read;
import org.altdsl.ir.Op;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.source.Span;

/**
 * Forward mode through the updates of one block: how fast one value moves with one number that it was computed from.
 *
 * <p>Beside each quantity on the way runs its rate, which belongs to whom the quantity belongs: a neuron's rate is a
 * second thing that the neuron sends on. So what reads the result has read nothing backwards.
 */
final class Forward {
    private final Map<Read, Expr> rates = new HashMap<>();
    private final List<Update> made = new ArrayList<>();
    private final Set<String> takenNames;
    private final Var by;
    private final Span span;

    Forward(List<Update> block, Read objective, Var by, Span span, DiagnosticSink sink, Set<String> takenNames) {
        this.takenNames = takenNames;
        this.by = by;
        this.span = span;
        Set<Read> sources = Dependence.sourcesOf(block, objective);
        Optional<Read> seed = sources.stream()
                .filter(read -> read.variable().equals(by))
                .max((a, b) -> Integer.compare(a.version(), b.version()));
        if (seed.isEmpty()) {
            sink.warning(
                    Code.NO_GRADIENT,
                    span,
                    "the derivative of " + objective.variable().name() + " by " + by.name() + " is 0: "
                            + objective.variable().name() + " does not depend on " + by.name());
            return;
        }
        rates.put(seed.get(), Algebra.ONE);
        Tangent tangent = new Tangent(read -> rates.getOrDefault(read, Algebra.ZERO));
        for (Update update : block) {
            Read written = new Read(update.target(), update.version());
            if (sources.contains(written) && update.target().type() == DType.REAL && !rates.containsKey(written)) {
                move(update, written, tangent);
            }
        }
        if (!rates.containsKey(objective)) {
            sink.warning(
                    Code.CUT_GRADIENT,
                    span,
                    "the derivative of " + objective.variable().name() + " by " + by.name()
                            + " is 0: nothing between them passes a derivative");
        }
    }

    private void move(Update update, Read written, Tangent tangent) {
        Expr rate = tangent.of(update.value());
        if (update.guard().isPresent()) {
            Expr kept = rates.getOrDefault(new Read(update.target(), update.version() - 1), Algebra.ZERO);
            rate = Algebra.isZero(rate) && Algebra.isZero(kept)
                    ? Algebra.ZERO
                    : Expr.Prim.of(Op.SELECT, update.guard().get(), rate, kept);
        }
        if (Algebra.isZero(rate)) {
            return;
        }
        Var target = update.target();
        String wanted = target.name() + "~d(" + by.label() + ")";
        String name = wanted;
        for (int n = 2; !takenNames.add(name); n++) {
            name = wanted + "#" + n;
        }
        Var temporary = new Var(
                name,
                target.space(),
                DType.REAL,
                Scope.STEP,
                target.owner(),
                target.matter(),
                Optional.empty(),
                span,
                "d(" + target.label() + ")/d(" + by.label() + ")");
        made.add(new Update(temporary, 1, Optional.empty(), rate, update.slot(), span));
        rates.put(written, new Read(temporary, 1));
    }

    /** The updates that compute the rates, each after what it reads among these. */
    List<Update> made() {
        return made;
    }

    /** The rate of a value of the block. */
    Expr of(Read value) {
        return rates.getOrDefault(value, Algebra.ZERO);
    }
}
