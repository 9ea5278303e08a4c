package org.altdsl.derive;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.ir.DType;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Expr.Read;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.source.Span;

/**
 * Reverse mode through the updates of one block: the derivatives of one value by all variables asked for, in one
 * sweep.
 *
 * <p>An adjoint without the lane axis is the derivative of the mean of the value over the lanes. An adjoint with it
 * is the number of lanes times that: the derivative of the lane's own value where lanes do not mix. The mean over
 * lanes of a per-sample adjoint is therefore what a shared variable receives.
 */
final class Adjoint {
    /** Adjoints up to this many nodes, without reductions, are used in place of a temporary that holds them. */
    private static final int SMALL = 9;

    private final List<Update> block;
    private final Read objective;
    private final Span span;
    private final DiagnosticSink sink;
    private final Set<String> takenNames;
    private final Algebra algebra = new Algebra();
    private final Map<Read, Expr> adjoints = new HashMap<>();
    private final Map<Read, Read> stored = new HashMap<>();
    private final List<Update> made = new ArrayList<>();
    private Dependence dependence;

    Adjoint(List<Update> block, Read objective, Span span, DiagnosticSink sink, Set<String> takenNames) {
        this.block = block;
        this.objective = objective;
        this.span = span;
        this.sink = sink;
        this.takenNames = takenNames;
    }

    /** The updates that compute the adjoints, each after what it reads among these. */
    List<Update> made() {
        return made;
    }

    /** For every variable asked for, with the place that asks, the expression that stands for the derivative by it. */
    Map<Var, Expr> of(Map<Var, Span> wanted) {
        Set<Read> sources = Dependence.sourcesOf(block, objective);
        Map<Var, Read> latest = new LinkedHashMap<>();
        for (Var by : wanted.keySet()) {
            sources.stream()
                    .filter(read -> read.variable().equals(by))
                    .max((a, b) -> Integer.compare(a.version(), b.version()))
                    .ifPresent(read -> latest.put(by, read));
        }
        dependence = new Dependence(block, new HashSet<>(latest.values()));
        sweep(new HashSet<>(latest.values()));

        Map<Var, Expr> results = new LinkedHashMap<>();
        for (Var by : wanted.keySet()) {
            if (!latest.containsKey(by)) {
                sink.warning(
                        Code.NO_GRADIENT,
                        wanted.get(by),
                        "the gradient of " + objective.variable().name() + " by " + by.name() + " is 0: "
                                + objective.variable().name() + " does not depend on " + by.name());
                results.put(by, Algebra.ZERO);
                continue;
            }
            Expr adjoint = adjoints.getOrDefault(latest.get(by), Algebra.ZERO);
            if (Algebra.isZero(adjoint)) {
                sink.warning(
                        Code.CUT_GRADIENT,
                        wanted.get(by),
                        "the gradient of " + objective.variable().name() + " by " + by.name()
                                + " is 0: nothing between them passes a derivative");
            }
            results.put(by, adjoint instanceof Expr.Const ? adjoint : stored(latest.get(by), by.name()));
        }
        removeUnused(results);
        return results;
    }

    private void sweep(Set<Read> wanted) {
        adjoints.put(objective, Algebra.ONE);
        for (int i = block.size() - 1; i >= 0; i--) {
            Update update = block.get(i);
            Read written = new Read(update.target(), update.version());
            Expr adjoint = adjoints.getOrDefault(written, Algebra.ZERO);
            boolean passes = dependence.of(update.value()) || update.guard().isPresent();
            if (Algebra.isZero(adjoint) || !dependence.of(written) || !passes) {
                continue;
            }
            pass(update, isInlined(adjoint, update) ? adjoint : stored(written, name(written, wanted)));
        }
    }

    private static String name(Read written, Set<Read> wanted) {
        String name = written.variable().name();
        boolean other = wanted.stream()
                .anyMatch(read -> read.variable().equals(written.variable()) && read.version() != written.version());
        return other ? name + "." + written.version() : name;
    }

    /**
     * Whether an adjoint is used as it is rather than from a temporary: where it mentions the value that was written
     * it may cancel against the formula of that value, and where the formula is elementwise it is used only once a
     * point. A product with a matrix gets a temporary, so that it stays one.
     */
    private boolean isInlined(Expr adjoint, Update update) {
        if (adjoint instanceof Expr.Const) {
            return true;
        }
        Set<Read> reads = new HashSet<>();
        Dependence.collectReads(adjoint, reads);
        boolean mentioned = reads.contains(new Read(update.target(), update.version()));
        return size(adjoint) <= SMALL
                && (mentioned || isElementwise(update.value(), update.target().space()));
    }

    private boolean isElementwise(Expr value, Space space) {
        if (!dependence.of(value)) {
            return true;
        }
        return value.space().equals(space)
                && (value instanceof Read || value instanceof Expr.Prim)
                && value.children().stream().allMatch(child -> isElementwise(child, space));
    }

    private static int size(Expr expr) {
        if (expr instanceof Expr.Reduce || expr instanceof Expr.Gather || expr instanceof Expr.Draw) {
            return SMALL + 1;
        }
        int total = 1;
        for (Expr child : expr.children()) {
            total += size(child);
        }
        return total;
    }

    private Read stored(Read of, String name) {
        Read known = stored.get(of);
        if (known != null) {
            return known;
        }
        Var variable = of.variable();
        Var temporary = temporary(name + "~d(" + objective.variable().name() + ")", variable);
        Expr adjoint = adjoints.get(of);
        made.add(new Update(
                temporary,
                1,
                Optional.empty(),
                adjoint,
                block.get(block.size() - 1).slot(),
                span));
        Read read = new Read(temporary, 1);
        stored.put(of, read);
        return read;
    }

    private Var temporary(String wantedName, Var like) {
        String name = wantedName;
        for (int n = 2; !takenNames.add(name); n++) {
            name = wantedName + "#" + n;
        }
        String label = "d(" + objective.variable().label() + ")/d(" + like.label() + ")";
        return new Var(
                name,
                like.space(),
                DType.REAL,
                Scope.STEP,
                Owner.RULE,
                objective.variable().matter() == Matter.SLOPE ? Matter.SLOPE : Matter.OBJECTIVE,
                Optional.empty(),
                span,
                label);
    }

    private void removeUnused(Map<Var, Expr> results) {
        Set<Read> used = new HashSet<>();
        results.values().forEach(result -> Dependence.collectReads(result, used));
        for (int i = made.size() - 1; i >= 0; i--) {
            Update update = made.get(i);
            if (used.contains(new Read(update.target(), update.version()))) {
                Dependence.collectReads(update.value(), used);
            } else {
                made.remove(i);
            }
        }
    }

    /** Hands the adjoint of what an update wrote on to what it read. */
    private void pass(Update update, Expr adjoint) {
        Expr intoValue = adjoint;
        if (update.guard().isPresent()) {
            Expr guard = update.guard().get();
            Read kept = new Read(update.target(), update.version() - 1);
            contribute(kept, algebra.select(guard, Algebra.ZERO, adjoint));
            intoValue = algebra.select(guard, adjoint, Algebra.ZERO);
        }
        Expr value = update.value();
        Read name = new Read(update.target(), update.version());
        boolean named = isCostly(value)
                && update.guard().isEmpty()
                && update.target().isTemporary()
                && update.target().space().equals(value.space());
        Algebra naming = named ? new Algebra(value, name) : algebra;
        if (named) {
            // The formula takes the place of its name, so that the two cancel, and is named again afterwards.
            intoValue = new Algebra(name, value).renamed(intoValue);
        }
        Map<Expr, Expr> within = new HashMap<>();
        within.put(value, Transpose.reduced(algebra, intoValue, update.target().space(), value.space()));

        Set<Expr> nodes = new LinkedHashSet<>();
        collect(value, nodes);
        List<Expr> order = new ArrayList<>(nodes);
        Transpose transpose = new Transpose(algebra);
        for (int i = order.size() - 1; i >= 0; i--) {
            Expr node = order.get(i);
            Expr bar = within.getOrDefault(node, Algebra.ZERO);
            if (Algebra.isZero(bar)) {
                continue;
            }
            if (node instanceof Read read) {
                contribute(read, named ? naming.renamed(bar) : bar);
                continue;
            }
            for (Transpose.Share share : transpose.through(node, bar, dependence::of)) {
                within.merge(share.operand(), share.adjoint(), algebra::add);
            }
            transpose.unsupported().ifPresent(what -> sink.error(Code.NOT_YET, span, what));
        }
    }

    /** Whether a value is worth reading where it was stored rather than computing it again. */
    private static boolean isCostly(Expr value) {
        return value instanceof Expr.Prim prim
                && switch (prim.op()) {
                    case EXP, SQRT, TANH, TAN, SIGMOID, DIV, POW -> true;
                    default -> false;
                };
    }

    /** Distinct differentiable nodes, each after its operands. */
    private void collect(Expr expr, Set<Expr> nodes) {
        if (!dependence.of(expr) || nodes.contains(expr)) {
            return;
        }
        expr.children().forEach(child -> collect(child, nodes));
        nodes.add(expr);
    }

    private void contribute(Read read, Expr adjoint) {
        if (dependence.of(read)) {
            adjoints.merge(read, adjoint, algebra::add);
        }
    }
}
