package org.altdsl.derive;

import static org.altdsl.ir.Sketch.number;
import static org.altdsl.ir.Sketch.prim;
import static org.altdsl.ir.Sketch.sum;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.ir.Axis;
import org.altdsl.ir.DType;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Fold;
import org.altdsl.ir.Op;
import org.altdsl.ir.Program;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.Sketch;
import org.altdsl.ir.Space;
import org.altdsl.ir.Validator;
import org.altdsl.ir.Var;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartialsTest {
    private static final Axis A = Axis.neurons("a");
    private static final Sizes SIZES = Sketch.sizes(A, 4);

    /** The primitive at operands between 0.2 and 0.9 that depend on x and z, inside the domain of every primitive. */
    private static Expr apply(Op op, Expr x, Expr z) {
        Expr second = prim(Op.MUL, z, prim(Op.ADD, number(0.6), prim(Op.MUL, number(0.3), x)));
        return switch (op.arity()) {
            case 1 -> prim(op, x);
            case 2 -> prim(op, x, second);
            default -> prim(op, prim(Op.GT, z, number(0.5)), prim(Op.MUL, x, x), second);
        };
    }

    private static boolean isFlat(Op op) {
        return Partials.isFlat(op, op.arity() - 1);
    }

    @ParameterizedTest
    @EnumSource(Op.class)
    void gradientOfPrimitiveIsItsDifferenceQuotient(Op op) {
        Sketch sketch = new Sketch();
        Var x = sketch.random("x", 0.2, 0.9, Axis.LANE, A);
        Var z = sketch.random("z", 0.2, 0.9, A);
        Expr y = apply(op, sketch.read(x), sketch.read(z));
        Expr.Read objective = sketch.let("L", sum(prim(Op.MUL, y, prim(Op.ADD, number(1), new Expr.Index(A))), A));
        if (isFlat(op)) {
            DiagnosticSink sink = new DiagnosticSink();
            Program resolved =
                    Derivatives.resolve(GradientCheck.withGradients(sketch.program(), objective, List.of(x)), sink);
            assertEquals(Code.CUT_GRADIENT, sink.sorted().get(0).code());
            Executor executor = GradientCheck.start(resolved, SIZES);
            executor.run(Scope.BATCH);
            assertArrayEquals(new double[12], executor.read("gradient-x"));
        } else if (op.arity() == 1) {
            GradientCheck.check(sketch, SIZES, objective, x);
        } else {
            GradientCheck.check(sketch, SIZES, objective, x, z);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Op.class, mode = EnumSource.Mode.EXCLUDE, names = "STOP")
    void slopeOfPrimitiveIsItsDifferenceQuotient(Op op) {
        double step = 1e-5;
        double[] values = slope(op, 0, "slope");
        double[] above = slope(op, step, "y");
        double[] below = slope(op, -step, "y");
        for (int i = 0; i < values.length; i++) {
            assertEquals((above[i] - below[i]) / (2 * step), values[i], 1e-7 * (1 + Math.abs(values[i])));
        }
    }

    private static double[] slope(Op op, double shift, String wanted) {
        Sketch sketch = new Sketch();
        Var x = sketch.random("x", 0.2, 0.9, A);
        Var z = sketch.random("z", 0.2, 0.9, A);
        sketch.set(x, prim(Op.ADD, sketch.read(x), number(shift)));
        Expr y = apply(op, sketch.read(x), sketch.read(z));
        sketch.let("y", y);
        Var slope = sketch.temporary("slope", A);
        sketch.set(slope, new Expr.Deriv(Expr.DerivKind.SLOPE, y, x));
        DiagnosticSink sink = new DiagnosticSink();
        Program resolved = Derivatives.resolve(sketch.program(), sink);
        assertEquals(List.of(), sink.sorted());
        Validator.check(resolved, true);
        Executor executor = GradientCheck.start(resolved, SIZES);
        executor.run(Scope.BATCH);
        return executor.read(wanted);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1.5, 0, 1, 2, 3, 0.5, -0.5})
    void gradientOfPowerByConstantExponent(double exponent) {
        Sketch sketch = new Sketch();
        Var x = sketch.random("x", 0.3, 1.2, Axis.LANE, A);
        Expr power = prim(Op.POW, sketch.read(x), number(exponent));
        Expr.Read objective = sketch.let("L", sum(prim(Op.ADD, prim(Op.SIN, sketch.read(x)), power), A));
        GradientCheck.check(sketch, SIZES, objective, x);
    }

    @Test
    void secondSlopeIsTheSlopeOfTheSlope() {
        Sketch sketch = new Sketch();
        Var x = sketch.random("x", -0.9, 0.9, A);
        Expr y = prim(Op.TANH, sketch.read(x));
        Expr first = new Expr.Deriv(Expr.DerivKind.SLOPE, y, x);
        sketch.set(sketch.temporary("second", A), new Expr.Deriv(Expr.DerivKind.SLOPE, first, x));
        Program resolved = Derivatives.resolve(sketch.program(), new DiagnosticSink());
        Executor executor = GradientCheck.start(resolved, SIZES);
        executor.run(Scope.BATCH);
        double[] at = executor.read("x");
        double[] second = executor.read("second");
        for (int i = 0; i < at.length; i++) {
            double t = Math.tanh(at[i]);
            assertEquals(-2 * t * (1 - t * t), second[i], 1e-14);
        }
    }

    @Test
    void aConstantSlopeIsSummedOverThePopulation() {
        Sketch sketch = new Sketch();
        Var x = sketch.random("x", -0.9, 0.9, A);
        Expr slope = new Expr.Deriv(Expr.DerivKind.SLOPE, prim(Op.MUL, number(3), sketch.read(x)), x);
        sketch.set(sketch.temporary("total"), sum(slope, A));
        Program resolved = Derivatives.resolve(sketch.program(), new DiagnosticSink());
        Executor executor = GradientCheck.start(resolved, SIZES);
        executor.run(Scope.BATCH);
        assertArrayEquals(new double[] {12}, executor.read("total"));
    }

    @Test
    void slopeThroughAReductionIsRefused() {
        Sketch sketch = new Sketch();
        Var x = sketch.random("x", -0.9, 0.9, A);
        Expr shifted = prim(Op.SUB, sketch.read(x), Expr.Reduce.over(Space.of(A), Fold.MAX, sketch.read(x)));
        sketch.set(sketch.temporary("y", A), new Expr.Deriv(Expr.DerivKind.SLOPE, shifted, x));
        DiagnosticSink sink = new DiagnosticSink();
        Derivatives.resolve(sketch.program(), sink);
        assertEquals(
                List.of(Code.NOT_ELEMENTWISE),
                sink.sorted().stream().map(each -> each.code()).toList());
    }

    @Test
    void tiesOfMinAndMaxGoToTheFirstOperandAndAbsIsFlatAtZero() {
        Sketch sketch = new Sketch();
        Var x = sketch.state("x", Space.SCALAR, number(0));
        Expr read = sketch.read(x);
        slopes(sketch, x, prim(Op.MAX, read, number(0)), "max first");
        slopes(sketch, x, prim(Op.MAX, number(0), read), "max second");
        slopes(sketch, x, prim(Op.MIN, read, number(0)), "min first");
        slopes(sketch, x, prim(Op.MIN, number(0), read), "min second");
        slopes(sketch, x, prim(Op.ABS, read), "abs");
        Executor executor = GradientCheck.start(Derivatives.resolve(sketch.program(), new DiagnosticSink()), SIZES);
        executor.run(Scope.BATCH);
        assertEquals(1, executor.read("max first")[0]);
        assertEquals(0, executor.read("max second")[0]);
        assertEquals(1, executor.read("min first")[0]);
        assertEquals(0, executor.read("min second")[0]);
        assertEquals(0, executor.read("abs")[0]);
    }

    private static void slopes(Sketch sketch, Var x, Expr of, String name) {
        Var target = sketch.variable(name, Space.SCALAR, DType.REAL, Scope.STEP, Optional.empty());
        sketch.set(target, new Expr.Deriv(Expr.DerivKind.SLOPE, of, x));
    }
}
