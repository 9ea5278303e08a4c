package org.altdsl.derive;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.ir.Axis;
import org.altdsl.ir.DType;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Expr.DerivKind;
import org.altdsl.ir.Fold;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Op;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Program;
import org.altdsl.ir.RandomProgram;
import org.altdsl.ir.RandomPrograms;
import org.altdsl.ir.Sketch;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.runtime.plan.Scope;

/**
 * A random program, its block followed by one value a sample (or one for all) that depends on every result.
 *
 * @param program the program without that value
 */
public record GradientProgram(RandomProgram program, List<Var> variables, List<Update> block, Expr.Read loss) {
    /** The program of a seed. */
    public static GradientProgram of(long seed) {
        RandomProgram program = RandomPrograms.differentiable(seed);
        List<Update> block = new ArrayList<>(program.program().block(Scope.BATCH));
        Map<Var, Integer> results = new LinkedHashMap<>();
        for (Update update : block) {
            if (update.target().type() == DType.REAL) {
                results.put(update.target(), update.version());
            }
        }
        Expr total = Sketch.number(0);
        int phase = 1;
        for (Map.Entry<Var, Integer> result : results.entrySet()) {
            Expr weighted = new Expr.Read(result.getKey(), result.getValue());
            Space space = result.getKey().space().without(Axis.LANE);
            for (Axis axis : space.axes()) {
                Expr angle = Expr.Prim.of(Op.ADD, new Expr.Index(axis), Sketch.number(phase++));
                weighted = Expr.Prim.of(Op.MUL, weighted, Expr.Prim.of(Op.COS, angle));
            }
            Expr sum = space.isScalar() ? weighted : Expr.Reduce.over(space, Fold.MEAN, weighted);
            total = Expr.Prim.of(Op.ADD, total, sum);
        }
        Var loss = variable("loss", total.space(), Scope.STEP, Optional.empty());
        block.add(new Update(loss, 1, Optional.empty(), total, Slot.MEASURE, Sketch.SPAN));
        List<Var> variables = new ArrayList<>(program.program().variables());
        variables.add(loss);
        return new GradientProgram(program, variables, block, new Expr.Read(loss, 1));
    }

    static Var variable(String name, Space space, Scope life, Optional<Expr> init) {
        return new Var(name, space, DType.REAL, life, Owner.RULE, Matter.OTHER, init, Sketch.SPAN, name);
    }

    /** Variables that no update writes: their only version is 0. */
    List<Var> sources() {
        return variables.stream()
                .filter(variable -> variable.type() == DType.REAL)
                .filter(variable ->
                        block.stream().noneMatch(update -> update.target().equals(variable)))
                .toList();
    }

    /** The program with a temporary {@code gradient <v>} for every source. */
    public Program resolved(DiagnosticSink sink) {
        List<Var> all = new ArrayList<>(variables);
        List<Update> updates = new ArrayList<>(block);
        for (Var source : sources()) {
            Var gradient = variable("gradient " + source.name(), source.space(), Scope.STEP, Optional.empty());
            all.add(gradient);
            Expr deriv = new Expr.Deriv(DerivKind.GRADIENT, loss, source);
            updates.add(new Update(gradient, 1, Optional.empty(), deriv, Slot.MEASURE, Sketch.SPAN));
        }
        return Derivatives.resolve(Program.of("gradients", all, updates, List.of()), sink);
    }
}
