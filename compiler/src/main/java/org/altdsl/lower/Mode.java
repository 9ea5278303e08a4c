package org.altdsl.lower;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.altdsl.ir.DType;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Exprs;
import org.altdsl.ir.Folding;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Node;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Program;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.source.SourceFile;
import org.altdsl.source.Span;

/**
 * Whether a program trains or evaluates, which {@code training} tells: batch normalisation and dropout do one thing
 * and the other. It is a constant of each program, so that only the one branch is left of what depends on it.
 */
final class Mode {
    /** What {@code training} stands for until it is known which program it stands in. */
    private static final Var TRAINING = new Var(
            "training",
            Space.SCALAR,
            DType.FLAG,
            org.altdsl.runtime.plan.Scope.RUN,
            Owner.HARNESS,
            Matter.OTHER,
            Optional.empty(),
            new Span(new SourceFile("training", ""), 0, 0),
            "training");

    private Mode() {}

    /** The value of {@code training}. */
    static Expr training() {
        return new Expr.Read(TRAINING, 0);
    }

    /** The program with {@code training} as a constant. */
    static Program in(Program program, boolean training) {
        Expr value = new Expr.Const(training ? 1 : 0);
        List<Var> variables = program.variables().stream()
                .map(variable -> in(variable, value))
                .toList();
        return new Program(program.name(), variables, program.edges(), in(program.root(), value));
    }

    private static Var in(Var variable, Expr value) {
        return new Var(
                variable.name(),
                variable.space(),
                variable.type(),
                variable.life(),
                variable.owner(),
                variable.matter(),
                variable.init().map(init -> in(init, value)),
                variable.origin(),
                variable.label());
    }

    private static Node.Loop in(Node.Loop loop, Expr value) {
        List<Node> body = new ArrayList<>();
        for (Node node : loop.body()) {
            body.add(node instanceof Node.Loop inner ? in(inner, value) : in((Node.Block) node, value));
        }
        return new Node.Loop(loop.scope(), loop.name(), loop.count(), loop.until(), loop.reversed(), body);
    }

    private static Node.Block in(Node.Block block, Expr value) {
        return new Node.Block(block.updates().stream()
                .map(update -> new Update(
                        update.target(),
                        update.version(),
                        update.guard().map(guard -> in(guard, value)),
                        in(update.value(), value),
                        update.slot(),
                        update.span()))
                .toList());
    }

    private static Expr in(Expr expr, Expr value) {
        if (expr instanceof Expr.Read read) {
            return read.variable().equals(TRAINING) ? value : expr;
        }
        if (!Exprs.reads(expr).contains(TRAINING)) {
            return expr;
        }
        if (expr instanceof Expr.Prim prim) {
            Expr[] operands =
                    prim.operands().stream().map(operand -> in(operand, value)).toArray(Expr[]::new);
            return Folding.prim(prim.op(), operands);
        }
        return Exprs.mapChildren(expr, child -> in(child, value));
    }
}
