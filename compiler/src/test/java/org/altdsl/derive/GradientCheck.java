package org.altdsl.derive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.ir.DType;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Op;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Program;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.Sketch;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Update;
import org.altdsl.ir.Validator;
import org.altdsl.ir.Var;
import org.altdsl.ir.interp.InterpretedProgram;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.Snapshot;

/** Compares resolved gradients with central finite differences of the program itself. */
final class GradientCheck {
    static final int LANES = 3;
    /**
     * The difference quotient is off by h^2 f'''/6, below 1e-9 for the functions here, and by the rounding of f over
     * h, below 1e-9 as well; results are of order 1.
     */
    private static final double STEP = 1e-5;

    private static final double TOLERANCE = 1e-7;

    private GradientCheck() {}

    /** Appends to a program, for each variable, a temporary {@code gradient-<v>} with its derivative. */
    static Program withGradients(Program program, Expr.Read objective, List<Var> by) {
        List<Update> updates = new ArrayList<>(program.block(Scope.BATCH));
        List<Var> variables = new ArrayList<>(program.variables());
        for (Var variable : by) {
            Var target = like(variable, "gradient-" + variable.name(), Scope.STEP, Optional.empty());
            variables.add(target);
            Expr gradient = new Expr.Deriv(Expr.DerivKind.GRADIENT, objective, variable);
            updates.add(new Update(target, 1, Optional.empty(), gradient, Slot.PROPOSE, Sketch.SPAN));
        }
        return Program.of(program.name(), variables, updates, List.of());
    }

    private static Var like(Var variable, String name, Scope life, Optional<Expr> init) {
        return new Var(name, variable.space(), DType.REAL, life, Owner.RULE, Matter.OTHER, init, Sketch.SPAN, name);
    }

    static Executor start(Program program, Sizes sizes) {
        Executor executor = new InterpretedProgram(program, sizes).executor(1, LANES);
        executor.clocks().lanes = LANES;
        executor.clocks().samples = new int[] {4, 0, 7};
        executor.enter(Scope.RUN);
        executor.enter(Scope.EPOCH);
        executor.enter(Scope.BATCH);
        return executor;
    }

    /** Resolves, validates and checks the gradients of an objective; there must be no diagnostic. */
    static Program check(Sketch sketch, Sizes sizes, Expr.Read objective, Var... by) {
        DiagnosticSink sink = new DiagnosticSink();
        Program resolved = Derivatives.resolve(withGradients(sketch.program(), objective, List.of(by)), sink);
        assertEquals(List.of(), sink.sorted());
        Validator.check(resolved, true);
        Executor executor = start(resolved, sizes);
        executor.run(Scope.BATCH);
        for (Var variable : by) {
            double[] gradient = executor.read("gradient-" + variable.name());
            double[] expected = differences(sketch.program(), sizes, objective, variable);
            assertClose(expected, gradient, variable.name());
        }
        return resolved;
    }

    static void assertClose(double[] expected, double[] actual, String what) {
        assertEquals(expected.length, actual.length, what);
        for (int i = 0; i < expected.length; i++) {
            assertFalse(
                    !(Math.abs(expected[i] - actual[i]) <= TOLERANCE * (1 + Math.abs(expected[i]))),
                    what + "[" + i + "]: differences give " + Arrays.toString(expected) + ", the gradient is "
                            + Arrays.toString(actual));
        }
    }

    /** The derivative by finite differences, in the convention of {@link Derivatives}. */
    static double[] differences(Program program, Sizes sizes, Expr.Read objective, Var by) {
        // A bump is added where the variable is last written, so that temporaries can be moved too. Later versions
        // keep their numbers: the interpreter goes by order.
        Var bump = like(by, "bump", Scope.RUN, Optional.of(Sketch.number(0)));
        List<Update> updates = new ArrayList<>(program.block(Scope.BATCH));
        int last = -1;
        for (int i = 0; i < updates.size(); i++) {
            boolean before = i <= indexOf(updates, objective);
            last = updates.get(i).target().equals(by) && before ? i : last;
        }
        if (last >= 0) {
            Update written = updates.get(last);
            int n = written.version();
            Expr moved = Expr.Prim.of(Op.ADD, new Expr.Read(by, n), new Expr.Read(bump, 0));
            updates.add(last + 1, new Update(by, n + 1, Optional.empty(), moved, written.slot(), written.span()));
        }
        List<Var> variables = new ArrayList<>(program.variables());
        variables.add(bump);
        Program bumped = Program.of(program.name(), variables, updates, List.of());
        Executor executor = start(bumped, sizes);
        Snapshot begin = executor.snapshot();
        String moved = last >= 0 ? "bump" : by.name();
        double[] at = executor.read(moved);
        double[] result = new double[at.length];
        for (int i = 0; i < at.length; i++) {
            double[] up = at.clone();
            up[i] += STEP;
            double[] down = at.clone();
            down[i] -= STEP;
            double above = total(executor, begin, moved, up, objective);
            double below = total(executor, begin, moved, down, objective);
            result[i] = (above - below) / (up[i] - down[i]);
            boolean lanesOfObjective = objective.variable().perSample();
            if (!by.perSample() && lanesOfObjective) {
                result[i] /= LANES;
            }
            if (by.perSample() && !lanesOfObjective) {
                result[i] *= LANES;
            }
        }
        return result;
    }

    private static int indexOf(List<Update> updates, Expr.Read objective) {
        for (int i = 0; i < updates.size(); i++) {
            if (updates.get(i).target().equals(objective.variable())
                    && updates.get(i).version() == objective.version()) {
                return i;
            }
        }
        return -1;
    }

    private static double total(Executor executor, Snapshot begin, String moved, double[] values, Expr.Read objective) {
        executor.restore(begin);
        executor.write(moved, values);
        executor.run(Scope.BATCH);
        return Arrays.stream(executor.read(objective.variable().name())).sum();
    }
}
