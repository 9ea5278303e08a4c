package org.altdsl.optimize;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Exprs;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Node;
import org.altdsl.ir.Program;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.runtime.plan.Scope;

/**
 * Replaces reads of the past by variables: a read of {@code v} k ticks ago becomes a read of {@code v@-k}, and at
 * the end of each block each lag takes over the value of the one before it.
 *
 * <p>The history starts with the value at the start of the variable's life; a temporary's with 0, when the run starts.
 */
public final class Lags {
    private final List<Var> variables;
    private final Map<Var, List<Var>> lags = new LinkedHashMap<>();

    private Lags(Program program) {
        this.variables = new ArrayList<>(program.variables());
    }

    /** The program without maps into time. */
    public static Program apply(Program program) {
        Lags pass = new Lags(program);
        Node.Loop root = pass.loop(program.root());
        pass.lags.values().forEach(pass.variables::addAll);
        return new Program(program.name(), pass.variables, program.edges(), root);
    }

    private Node.Loop loop(Node.Loop loop) {
        List<Node> body = new ArrayList<>();
        for (Node node : loop.body()) {
            body.add(node instanceof Node.Loop inner ? loop(inner) : block((Node.Block) node));
        }
        return new Node.Loop(loop.scope(), loop.name(), loop.count(), loop.until(), loop.reversed(), body);
    }

    private Node.Block block(Node.Block block) {
        Map<Var, Integer> used = new LinkedHashMap<>();
        List<Update> updates = new ArrayList<>();
        for (Update update : block.updates()) {
            Expr guard = update.guard().map(expr -> rewrite(expr, used)).orElse(null);
            updates.add(Updates.with(update, guard, rewrite(update.value(), used)));
        }
        used.forEach((variable, longest) -> {
            List<Var> chain = lags.get(variable);
            for (int lag = longest; lag >= 1; lag--) {
                Var from = lag == 1 ? variable : chain.get(lag - 2);
                updates.add(new Update(
                        chain.get(lag - 1),
                        1,
                        Optional.empty(),
                        new Expr.Read(from, 0),
                        Slot.MEASURE,
                        variable.origin()));
            }
        });
        return new Node.Block(updates);
    }

    private Expr rewrite(Expr expr, Map<Var, Integer> used) {
        if (expr instanceof Expr.Gather gather && gather.along() instanceof IndexMap.Shift shift) {
            return past(rewrite(gather.of(), used), shift.lag(), used);
        }
        return Exprs.mapChildren(expr, child -> rewrite(child, used));
    }

    /** Moves a shift down to the reads: everything between is the same function of the values of that time. */
    private Expr past(Expr expr, int lag, Map<Var, Integer> used) {
        if (expr instanceof Expr.Read read) {
            used.merge(read.variable(), lag, Math::max);
            List<Var> chain = lags.computeIfAbsent(read.variable(), variable -> new ArrayList<>());
            while (chain.size() < lag) {
                chain.add(lagged(read.variable(), chain.size() + 1));
            }
            return new Expr.Read(chain.get(lag - 1), 0);
        }
        return Exprs.mapChildren(expr, child -> past(child, lag, used));
    }

    private static Var lagged(Var variable, int lag) {
        Scope life = variable.isTemporary() ? Scope.RUN : variable.life();
        Expr start = variable.isTemporary() ? Algebra.ZERO : new Expr.Read(variable, 0);
        return new Var(
                variable.name() + "@-" + lag,
                variable.space(),
                variable.type(),
                life,
                variable.owner(),
                variable.matter(),
                Optional.of(start),
                variable.origin(),
                variable.label());
    }
}
