package org.altdsl.lower;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ir.DType;
import org.altdsl.ir.Dist;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Exprs;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Node;
import org.altdsl.ir.Op;
import org.altdsl.ir.Program;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.runtime.plan.Scope;

/**
 * Lets sources that spike by chance draw how long they wait for their next spike, in place of a number in every step that
 * says whether they spike. A neuron then draws once a spike: the waits between successes of a coin that does not change
 * have a geometric distribution.
 *
 * <p>That is so where the probability depends only on what the step does not write, such as the shown sample or what a
 * protocol sets. When this changes from outside, waits are drawn anew, which the coin, having no memory, allows.
 */
final class Waits {
    private final Map<Var, List<Update>> updates = new HashMap<>();
    private final List<Var> variables;
    private final Set<Var> temporaries = new HashSet<>();

    private Waits(Program program) {
        this.variables = new ArrayList<>(program.variables());
        for (Scope scope : Scope.values()) {
            for (Update update : program.block(scope)) {
                updates.computeIfAbsent(update.target(), unused -> new ArrayList<>())
                        .add(update);
                if (scope == Scope.STEP && update.target().isTemporary()) {
                    temporaries.add(update.target());
                }
            }
        }
    }

    /** The program with waits wherever they may be drawn. */
    static Program apply(Program program) {
        Waits pass = new Waits(program);
        Node.Loop root = pass.loop(program.root());
        return new Program(program.name(), pass.variables, program.edges(), root);
    }

    private Node.Loop loop(Node.Loop loop) {
        List<Node> body = new ArrayList<>();
        for (Node node : loop.body()) {
            if (node instanceof Node.Loop inner) {
                body.add(loop(inner));
            } else {
                body.add(loop.scope() == Scope.STEP ? block((Node.Block) node) : node);
            }
        }
        return new Node.Loop(loop.scope(), loop.name(), loop.count(), loop.until(), loop.reversed(), body);
    }

    private Node.Block block(Node.Block block) {
        List<Update> changed = new ArrayList<>();
        for (Update update : block.updates()) {
            Optional<Expr> probability = probability(update);
            if (probability.isPresent()) {
                wait(update, probability.get(), changed);
            } else {
                changed.add(update);
            }
        }
        return new Node.Block(changed);
    }

    /** The settled probability with which an update lets neurons spike; absent where it does something else. */
    private Optional<Expr> probability(Update update) {
        boolean mayWait = update.target().type() == DType.FLAG
                && !update.target().isTemporary()
                && update.target().space().rank() == 1
                && update.guard().isEmpty()
                && updates.get(update.target()).size() == 1;
        if (mayWait
                && update.value() instanceof Expr.Draw draw
                && draw.dist() == Dist.BERNOULLI
                && !draw.once()
                && draw.space().equals(update.target().space())) {
            return settled(draw.arguments().get(0));
        }
        return Optional.empty();
    }

    /** An expression in terms of what no block writes; absent where it depends on anything else. */
    private Optional<Expr> settled(Expr expr) {
        if (expr instanceof Expr.Read read) {
            List<Update> writes = updates.getOrDefault(read.variable(), List.of());
            if (writes.isEmpty()) {
                return read.variable().life().endsStretch() ? Optional.of(expr) : Optional.empty();
            }
            boolean isDefinition = temporaries.contains(read.variable())
                    && writes.size() == 1
                    && writes.get(0).guard().isEmpty()
                    && writes.get(0).value().space().equals(read.variable().space());
            return isDefinition ? settled(writes.get(0).value()) : Optional.empty();
        }
        boolean isTimeless = expr instanceof Expr.Const || expr instanceof Expr.SizeOf || expr instanceof Expr.Prim;
        boolean isMap = expr instanceof Expr.Gather gather
                && !(gather.along() instanceof IndexMap.Shift || gather.along() instanceof IndexMap.Delay);
        if (!isTimeless && !isMap) {
            return Optional.empty();
        }
        List<Optional<Expr>> children =
                expr.children().stream().map(this::settled).toList();
        if (children.stream().anyMatch(Optional::isEmpty)) {
            return Optional.empty();
        }
        List<Expr> left = new ArrayList<>(children.stream().map(Optional::get).toList());
        return Optional.of(Exprs.mapChildren(expr, child -> left.remove(0)));
    }

    private void wait(Update update, Expr probability, List<Update> into) {
        Var flag = update.target();
        Expr.Draw coin = (Expr.Draw) update.value();
        Expr first = new Expr.Draw(Dist.GEOMETRIC, List.of(probability), coin.stream() + " first", coin.space(), false);
        Expr next = new Expr.Draw(Dist.GEOMETRIC, List.of(probability), coin.stream(), coin.space(), false);
        Var steps = new Var(
                flag.name() + "@wait",
                flag.space(),
                DType.REAL,
                Scope.STRETCH,
                flag.owner(),
                flag.matter(),
                Optional.of(first),
                flag.origin(),
                flag.label() + " wait");
        variables.add(steps);
        Expr less = Expr.Prim.of(Op.SUB, new Expr.Read(steps, 0), new Expr.Const(1));
        into.add(new Update(steps, 1, Optional.empty(), less, update.slot(), update.span()));
        Expr due = Expr.Prim.of(Op.LT, new Expr.Read(steps, 1), new Expr.Const(0.5));
        into.add(new Update(flag, update.version(), Optional.empty(), due, update.slot(), update.span()));
        Expr spikes = new Expr.Read(flag, update.version());
        into.add(new Update(steps, 2, Optional.of(spikes), next, update.slot(), update.span()));
    }
}
