package org.altdsl.derive;

import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.altdsl.ir.DType;
import org.altdsl.ir.Dist;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Expr.Read;
import org.altdsl.ir.Exprs;
import org.altdsl.ir.Fold;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;

/** Which versions of variables in a block depend, differentiably, on some given ones. */
final class Dependence {
    private final Set<Read> reached;
    private final Set<Var> reachedVariables = new HashSet<>();
    private final Map<Expr, Boolean> memo = new IdentityHashMap<>();

    Dependence(List<Update> block, Set<Read> sources) {
        this.reached = new HashSet<>(sources);
        sources.forEach(source -> reachedVariables.add(source.variable()));
        int before;
        do {
            before = reached.size();
            memo.clear();
            for (Update update : block) {
                Read written = new Read(update.target(), update.version());
                boolean kept =
                        update.guard().isPresent() && reached.contains(new Read(update.target(), update.version() - 1));
                if (update.target().type() == DType.REAL && (kept || of(update.value())) && reached.add(written)) {
                    reachedVariables.add(update.target());
                    memo.clear();
                }
            }
        } while (reached.size() > before);
    }

    boolean of(Read read) {
        return reached.contains(read);
    }

    /** Whether an expression varies with the sources through operands that pass a derivative. */
    boolean of(Expr expr) {
        Boolean known = memo.get(expr);
        if (known == null) {
            known = compute(expr);
            memo.put(expr, known);
        }
        return known;
    }

    private boolean compute(Expr expr) {
        if (expr instanceof Read read) {
            return reached.contains(read);
        }
        if (expr instanceof Expr.Prim prim) {
            for (int i = 0; i < prim.operands().size(); i++) {
                if (!Partials.isFlat(prim.op(), i) && of(prim.operands().get(i))) {
                    return true;
                }
            }
            return false;
        }
        if (expr instanceof Expr.Gather gather) {
            return gather.along() instanceof IndexMap.Shift
                    ? Exprs.reads(gather.of()).stream().anyMatch(reachedVariables::contains)
                    : of(gather.of());
        }
        if (expr instanceof Expr.Reduce reduce) {
            return reduce.fold() != Fold.ARGMAX && of(reduce.of());
        }
        if (expr instanceof Expr.Draw draw) {
            boolean moves = draw.dist() == Dist.NORMAL || draw.dist() == Dist.UNIFORM;
            return moves && draw.arguments().stream().anyMatch(this::of);
        }
        return false;
    }

    /** All versions that a version was computed from, itself included, whether or not a derivative passes. */
    static Set<Read> sourcesOf(List<Update> block, Read result) {
        Map<Read, Update> writers = new HashMap<>();
        block.forEach(update -> writers.put(new Read(update.target(), update.version()), update));
        Set<Read> found = new HashSet<>();
        trace(result, writers, found);
        return found;
    }

    private static void trace(Read read, Map<Read, Update> writers, Set<Read> found) {
        if (!found.add(read) || !writers.containsKey(read)) {
            return;
        }
        Update update = writers.get(read);
        Set<Read> reads = new HashSet<>();
        collectReads(update.value(), reads);
        if (update.guard().isPresent()) {
            collectReads(update.guard().get(), reads);
            reads.add(new Read(update.target(), update.version() - 1));
        }
        reads.forEach(each -> trace(each, writers, found));
    }

    /** The versions an expression reads in this run of its block; values of earlier runs are not among them. */
    static void collectReads(Expr expr, Set<Read> found) {
        if (expr instanceof Read read) {
            found.add(read);
        } else if (!(expr instanceof Expr.Gather gather) || !(gather.along() instanceof IndexMap.Shift)) {
            expr.children().forEach(child -> collectReads(child, found));
        }
    }
}
