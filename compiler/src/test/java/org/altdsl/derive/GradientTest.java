package org.altdsl.derive;

import static org.altdsl.ir.Sketch.number;
import static org.altdsl.ir.Sketch.prim;
import static org.altdsl.ir.Sketch.sum;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.ir.Axis;
import org.altdsl.ir.DType;
import org.altdsl.ir.Dist;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Fold;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Op;
import org.altdsl.ir.Printer;
import org.altdsl.ir.Program;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.Sketch;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GradientTest {
    private static final Axis A = Axis.neurons("a");
    private static final Axis A2 = A.as("a@2");
    private static final Axis B = Axis.neurons("b");
    private static final Axis C = Axis.neurons("c");
    private static final Axis K = new Axis("k", org.altdsl.ir.Role.TIE, "#3");
    private static final Axis LANE = Axis.LANE;
    private static final Sizes SIZES = Sketch.sizes(A, 4, B, 3, C, 9);

    private static Expr mul(Expr a, Expr b) {
        return prim(Op.MUL, a, b);
    }

    private static Expr add(Expr a, Expr b) {
        return prim(Op.ADD, a, b);
    }

    private static Expr sub(Expr a, Expr b) {
        return prim(Op.SUB, a, b);
    }

    private static Expr reduce(Fold fold, Expr of, Axis... axes) {
        return Expr.Reduce.over(Space.of(axes), fold, of);
    }

    /** A value with different weights everywhere, summed to one value a sample. */
    private static Expr.Read objective(Sketch sketch, Expr value) {
        Space space = value.space().without(LANE);
        Var weights = sketch.random("weights", 0.5, 1.5, space.axes().toArray(Axis[]::new));
        Expr weighted = mul(value, sketch.read(weights));
        return sketch.let("L", space.isScalar() ? weighted : Expr.Reduce.over(space, Fold.SUM, weighted));
    }

    private static Arguments law(String name, BiFunction<Sketch, Expr, Expr> value, Axis... axesOfX) {
        return Arguments.of(name, value, axesOfX);
    }

    private static Expr table(Sketch sketch, Axis from, Axis to, double modulus, Expr of, boolean scatter) {
        Expr entries = prim(Op.MOD, mul(number(2), new Expr.Index(from)), number(modulus));
        Var table = sketch.variable("table", Space.of(from), DType.INDEX, Scope.RUN, Optional.of(entries));
        IndexMap map = new IndexMap.Table(from, to, table);
        return scatter ? Expr.Reduce.scatter(map, of) : Expr.Gather.of(map, of);
    }

    static Stream<Arguments> maps() {
        Axis[] perSample = {LANE, A};
        return Stream.of(
                law("sum", (s, x) -> prim(Op.SIN, reduce(Fold.SUM, mul(x, x), A)), perSample),
                law("mean", (s, x) -> prim(Op.SIN, reduce(Fold.MEAN, mul(x, x), A)), perSample),
                law("max", (s, x) -> prim(Op.SIN, reduce(Fold.MAX, mul(x, x), A)), perSample),
                law("min", (s, x) -> prim(Op.SIN, reduce(Fold.MIN, mul(x, x), A)), perSample),
                law("max over two axes", (s, x) -> reduce(Fold.MAX, prim(Op.SIN, x), A, B), LANE, A, B),
                law("mean over two axes", (s, x) -> reduce(Fold.MEAN, prim(Op.SIN, x), A, B), LANE, A, B),
                law("min over two axes of a shared value", (s, x) -> reduce(Fold.MIN, prim(Op.SIN, x), A, B), A, B),
                law("mean over lanes", (s, x) -> mul(x, reduce(Fold.MEAN, mul(x, x), LANE)), perSample),
                law("sum over lanes", (s, x) -> mul(x, reduce(Fold.SUM, mul(x, x), LANE)), perSample),
                law("max over lanes", (s, x) -> mul(x, reduce(Fold.MAX, mul(x, x), LANE)), perSample),
                law("sum over lanes and neurons", (s, x) -> mul(x, reduce(Fold.SUM, mul(x, x), LANE, A)), perSample),
                law(
                        "shared by all lanes",
                        (s, x) -> {
                            Var y = s.random("other", -1, 1, LANE, B);
                            return prim(Op.TANH, mul(x, s.read(y)));
                        },
                        A),
                law("rename", (s, x) -> mul(prim(Op.SIN, x), Expr.Gather.of(new IndexMap.Rename(A2, A), x)), perSample),
                law(
                        "rename scattered",
                        (s, x) -> mul(prim(Op.SIN, x), Expr.Reduce.scatter(new IndexMap.Rename(A, A2), x)),
                        perSample),
                law("diagonal", (s, x) -> prim(Op.SIN, Expr.Gather.of(new IndexMap.Rename(A, A2), x)), LANE, A, A2),
                law("table", (s, x) -> prim(Op.SIN, table(s, B, A, 4, x, false)), perSample),
                law("table on a diagonal", (s, x) -> prim(Op.SIN, table(s, A, B, 3, x, false)), LANE, A, B),
                law("table scattered", (s, x) -> prim(Op.SIN, table(s, A, B, 3, x, true)), perSample),
                law("affine", (s, x) -> prim(Op.SIN, Expr.Gather.of(new IndexMap.Affine(B, A, 1, 1), x)), perSample),
                law(
                        "affine on a diagonal",
                        (s, x) -> prim(Op.SIN, Expr.Gather.of(new IndexMap.Affine(B, C, 2, 3), x)),
                        LANE,
                        B,
                        C),
                law(
                        "affine scattered",
                        (s, x) -> prim(Op.COS, Expr.Reduce.scatter(new IndexMap.Affine(A, C, 2, 1), x)),
                        perSample),
                law("window", (s, x) -> prim(Op.SIN, Expr.Gather.of(new IndexMap.Window(B, K, A, 2, 1), x)), perSample),
                law(
                        "window of a value with the axis of its kernel",
                        (s, x) -> prim(Op.SIN, Expr.Gather.of(new IndexMap.Window(C, B, A, 1, 1), x)),
                        LANE,
                        A,
                        B),
                law(
                        "window scattered",
                        (s, x) -> prim(Op.COS, Expr.Reduce.scatter(new IndexMap.Window(B, K, C, 1, 1), x)),
                        LANE,
                        B,
                        K),
                law(
                        "window of what is the same everywhere",
                        (s, x) -> {
                            Var y = s.random("other", -1, 1, LANE, A);
                            Expr seen = Expr.Gather.of(new IndexMap.Window(C, K, A, 1, 2), mul(x, s.read(y)));
                            return prim(Op.SIN, seen);
                        },
                        LANE),
                law(
                        "max of what a window sees",
                        (s, x) -> prim(
                                Op.SIN, reduce(Fold.MAX, Expr.Gather.of(new IndexMap.Window(B, K, A, 1, 0), x), K)),
                        perSample),
                law(
                        "pick at a constant",
                        (s, x) -> prim(Op.SIN, Expr.Gather.of(new IndexMap.Pick(A, number(2)), x)),
                        perSample),
                law(
                        "pick at the winner",
                        (s, x) -> prim(
                                Op.SIN,
                                Expr.Gather.of(new IndexMap.Pick(A, reduce(Fold.ARGMAX, prim(Op.COS, x), A)), x)),
                        perSample),
                law(
                        "pick of a shared value by sample",
                        (s, x) -> {
                            Var y = s.random("other", 0, 4, LANE);
                            return prim(Op.SIN, Expr.Gather.of(new IndexMap.Pick(A, prim(Op.FLOOR, s.read(y))), x));
                        },
                        A),
                law(
                        "pick in another order",
                        (s, x) -> {
                            Expr order = sub(number(3), new Expr.Index(A));
                            return prim(Op.SIN, mul(x, Expr.Gather.of(new IndexMap.Pick(A, order), x)));
                        },
                        perSample),
                law(
                        "pick of one lane",
                        (s, x) -> mul(x, Expr.Gather.of(new IndexMap.Pick(LANE, number(1)), x)),
                        perSample),
                law(
                        "mean of a normal draw",
                        (s, x) -> prim(
                                Op.SIN,
                                new Expr.Draw(
                                        Dist.NORMAL, List.of(x, mul(x, number(0.3))), "n", Space.of(LANE, A), false)),
                        perSample),
                law(
                        "bounds of a uniform draw",
                        (s, x) -> prim(
                                Op.SIN,
                                new Expr.Draw(Dist.UNIFORM, List.of(mul(x, x), x), "n", Space.of(LANE, A, B), false)),
                        perSample),
                law(
                        "draw shared arguments",
                        (s, x) -> prim(
                                Op.SIN,
                                new Expr.Draw(Dist.NORMAL, List.of(x, number(1)), "n", Space.of(LANE, A), false)),
                        A),
                law(
                        "softmax",
                        (s, x) -> {
                            Expr e = prim(Op.EXP, sub(x, reduce(Fold.MAX, x, A)));
                            return prim(Op.DIV, e, reduce(Fold.SUM, e, A));
                        },
                        perSample),
                law(
                        "standardised over lanes",
                        (s, x) -> {
                            Expr centred = sub(x, reduce(Fold.MEAN, x, LANE));
                            Expr variance = reduce(Fold.MEAN, mul(centred, centred), LANE);
                            return prim(Op.DIV, centred, prim(Op.SQRT, add(variance, number(0.1))));
                        },
                        perSample),
                law(
                        "pairs",
                        (s, x) -> {
                            Expr other = Expr.Gather.of(new IndexMap.Rename(A2, A), x);
                            return reduce(Fold.SUM, prim(Op.TANH, mul(x, sub(other, x))), A2);
                        },
                        perSample));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("maps")
    void gradientIsTheDifferenceQuotient(String name, BiFunction<Sketch, Expr, Expr> value, Axis[] axes) {
        Sketch sketch = new Sketch();
        Var x = sketch.random("x", -1, 1, axes);
        Expr y = value.apply(sketch, sketch.read(x));
        GradientCheck.check(sketch, SIZES, objective(sketch, y), x);
    }

    @ParameterizedTest(name = "{0}, through temporaries")
    @MethodSource("maps")
    void gradientThroughTemporariesIsTheDifferenceQuotient(
            String name, BiFunction<Sketch, Expr, Expr> value, Axis[] axes) {
        Sketch sketch = new Sketch();
        Var x = sketch.random("x", -1, 1, axes);
        Expr.Read u = sketch.let("u", prim(Op.SIN, mul(number(2), sketch.read(x))));
        Expr.Read y = sketch.let("y", value.apply(sketch, u));
        Expr.Read z = sketch.let("z", mul(y, prim(Op.TANH, y)));
        GradientCheck.check(sketch, SIZES, objective(sketch, z), x, u.variable(), y.variable(), z.variable());
    }

    /** A layer w x + b with a weight for every pair. */
    private static Expr.Read layer(Sketch sketch, String name, Expr from, Axis pre, Axis post) {
        Var weights = sketch.random(name + ".w", -1, 1, pre, post);
        Var bias = sketch.random(name + ".b", -0.5, 0.5, post);
        return sketch.let(name + ".u", add(sum(mul(sketch.read(weights), from), pre), sketch.read(bias)));
    }

    private static Var named(Sketch sketch, String name) {
        return sketch.variables().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Expr.Read network(Sketch sketch, boolean softmax) {
        Var x = sketch.random("x", -1, 1, LANE, A);
        Var t = sketch.random("t", 0, 1, LANE, B);
        Expr.Read h1 = sketch.let("h1.r", prim(Op.TANH, layer(sketch, "h1", sketch.read(x), A, C)));
        Expr.Read h2 = sketch.let("h2.r", prim(Op.SIGMOID, layer(sketch, "h2", h1, C, A2)));
        Expr.Read u = layer(sketch, "y", h2, A2, B);
        if (!softmax) {
            Expr.Read y = sketch.let("y.r", u);
            Expr error = sub(y, sketch.read(t));
            return sketch.let("L", reduce(Fold.MEAN, mul(error, error), B));
        }
        Expr e = prim(Op.EXP, sub(u, reduce(Fold.MAX, u, B)));
        Expr.Read y = sketch.let("y.r", prim(Op.DIV, e, sum(e, B)));
        return sketch.let("L", prim(Op.NEG, sum(mul(sketch.read(t), prim(Op.LOG, y)), B)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void gradientOfAThreeLayerNetwork(boolean softmax) {
        Sketch sketch = new Sketch();
        Expr.Read loss = network(sketch, softmax);
        Var[] by = Stream.of("h1.w", "h1.b", "h2.w", "h2.b", "y.w", "y.b", "h1.u", "h2.r", "y.u", "y.r", "x", "t")
                .map(name -> named(sketch, name))
                .toArray(Var[]::new);
        GradientCheck.check(sketch, SIZES, loss, by);
    }

    private static String value(Program program, String target) {
        return program.block(Scope.BATCH).stream()
                .filter(update -> update.target().name().equals(target))
                .map(update -> Printer.print(update.value()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void gradientOfSoftmaxCrossEntropyIsShort() {
        Sketch sketch = new Sketch();
        Expr.Read loss = network(sketch, true);
        Program resolved = GradientCheck.check(sketch, SIZES, loss, named(sketch, "y.u"), named(sketch, "h2.w"));
        assertEquals("sum[b](t) * y.r.1 - t", value(resolved, "y.u~d(L)"));
        assertEquals("mean[lane](h2.u~d(L).1 * h1.r.1)", value(resolved, "h2.w~d(L)"));
        assertEquals("h2.r~d(L).1 * (1 - h2.r.1) * h2.r.1", value(resolved, "h2.u~d(L)"));
    }

    @Test
    void gradientOfLogSoftmaxCrossEntropyIsShort() {
        Sketch sketch = new Sketch();
        Var u = sketch.random("u", -1, 1, LANE, B);
        Var t = sketch.random("t", 0, 1, LANE, B);
        Expr shifted = sub(sketch.read(u), reduce(Fold.MAX, sketch.read(u), B));
        Expr logs = sub(shifted, prim(Op.LOG, sum(prim(Op.EXP, shifted), B)));
        Expr.Read loss = sketch.let("L", prim(Op.NEG, sum(mul(sketch.read(t), logs), B)));
        Program resolved = GradientCheck.check(sketch, SIZES, loss, u);
        assertEquals("sum[b](t) / sum[b](exp(u - max[b](u))) * exp(u - max[b](u)) - t", value(resolved, "u~d(L)"));
    }

    @Test
    void aLossOfTheWholeBatchGivesEverySampleItsOwnError() {
        Sketch sketch = new Sketch();
        Var x = sketch.random("x", -1, 1, LANE, A);
        Var w = sketch.random("w", -1, 1, A);
        Expr.Read y = sketch.let("y", sum(mul(sketch.read(w), sketch.read(x)), A));
        Expr.Read loss = sketch.let("L", reduce(Fold.MEAN, mul(y, y), LANE));
        Program resolved = GradientCheck.check(sketch, SIZES, loss, w, y.variable(), x);
        assertEquals("2 * y.1", value(resolved, "y~d(L)"));
    }

    @Test
    void gradientThroughGuardsAndLaterVersions() {
        Sketch sketch = new Sketch();
        Var x = sketch.random("x", -1, 1, LANE, A);
        Var w = sketch.random("w", -1, 1, A);
        Var u = sketch.temporary("u", LANE, A);
        sketch.set(u, mul(sketch.read(w), sketch.read(x)));
        sketch.setWhere(prim(Op.GT, sketch.read(x), number(0)), u, prim(Op.SIN, mul(number(3), sketch.read(u))));
        sketch.setWhere(prim(Op.GT, sketch.read(w), number(0)), u, mul(sketch.read(w), number(2)));
        Expr.Read loss = objective(sketch, prim(Op.TANH, sketch.read(u)));
        GradientCheck.check(sketch, SIZES, loss, w, x, u);
    }

    @Test
    void aStateThatIsOverwrittenBeforeItsAdjointIsReadIsKept() {
        Sketch sketch = new Sketch();
        Var w = sketch.random("w", -1, 1, A);
        Var x = sketch.random("x", -1, 1, LANE, A);
        Var s = sketch.random("s", -1, 1, LANE, A);
        Expr.Read u = sketch.let("u", mul(sketch.read(w), mul(sketch.read(x), sketch.read(s))));
        sketch.set(s, prim(Op.COS, u));
        Expr.Read v = sketch.let("v", mul(u, sketch.read(s)));
        sketch.set(s, number(5));
        Expr.Read loss = objective(sketch, prim(Op.SIN, v));
        Program resolved = GradientCheck.check(sketch, SIZES, loss, w, u.variable(), v.variable());
        assertTrue(resolved.variable("s.0~kept").isPresent());
    }

    @Test
    void gradientsMayBeAskedForAfterTheWeightsHaveChanged() {
        Sketch sketch = new Sketch();
        Var w = sketch.state("w", Space.SCALAR, number(3));
        Expr.Read loss = sketch.let("L", mul(sketch.read(w), mul(sketch.read(w), sketch.read(w))));
        sketch.set(w, add(sketch.read(w), number(1)));
        Var g = sketch.temporary("g");
        sketch.set(g, new Expr.Deriv(Expr.DerivKind.GRADIENT, loss, w));
        Program resolved = Derivatives.resolve(sketch.program(), new DiagnosticSink());
        Executor executor = GradientCheck.start(resolved, SIZES);
        executor.run(Scope.BATCH);
        assertEquals(27, executor.read("g")[0]);
        assertEquals(4, executor.read("w")[0]);
    }

    @Test
    void aGradientOfAGradientIsTheSecondDerivative() {
        Sketch sketch = new Sketch();
        Var w = sketch.random("w", 0.5, 1, A);
        Expr.Read loss = sketch.let("L", sum(prim(Op.SIN, mul(sketch.read(w), sketch.read(w))), A));
        Var g = sketch.temporary("g", A);
        sketch.set(g, new Expr.Deriv(Expr.DerivKind.GRADIENT, loss, w));
        Expr.Read norm = sketch.let("norm", sum(mul(sketch.read(g), sketch.read(g)), A));
        Var h = sketch.temporary("h", A);
        sketch.set(h, new Expr.Deriv(Expr.DerivKind.GRADIENT, norm, w));
        Program resolved = Derivatives.resolve(sketch.program(), new DiagnosticSink());
        Executor executor = GradientCheck.start(resolved, SIZES);
        executor.run(Scope.BATCH);
        double[] at = executor.read("w");
        double[] second = executor.read("h");
        for (int i = 0; i < at.length; i++) {
            double q = at[i] * at[i];
            double first = 2 * at[i] * Math.cos(q);
            double expected = 2 * first * (2 * Math.cos(q) - 4 * q * Math.sin(q));
            assertEquals(expected, second[i], 1e-13 * (1 + Math.abs(expected)));
        }
    }

    @Test
    void gradientsOfOneValueShareTheirAdjoints() {
        Sketch sketch = new Sketch();
        Expr.Read loss = network(sketch, true);
        Program program = GradientCheck.withGradients(
                sketch.program(), loss, List.of(named(sketch, "h1.w"), named(sketch, "h2.w"), named(sketch, "y.w")));
        int before = program.block(Scope.BATCH).size();
        List<Update> after = Derivatives.resolve(program, new DiagnosticSink()).block(Scope.BATCH);
        List<String> added = new ArrayList<>(
                after.stream().map(update -> update.target().name()).toList());
        added.removeIf(name -> !name.contains("~"));
        assertEquals(after.size() - before, added.size());
        assertEquals(
                List.of(
                        "h1.r~d(L)",
                        "h1.u~d(L)",
                        "h1.w~d(L)",
                        "h2.r~d(L)",
                        "h2.u~d(L)",
                        "h2.w~d(L)",
                        "y.u~d(L)",
                        "y.w~d(L)"),
                added.stream().sorted().toList());
    }

    @Test
    void whatDoesNotReachTheValueIsWarnedOfAndZero() {
        Sketch sketch = new Sketch();
        Var x = sketch.random("x", -1, 1, LANE, A);
        Var w = sketch.random("w", -1, 1, A);
        Expr.Read loss = objective(sketch, prim(Op.SIN, sketch.read(x)));
        DiagnosticSink sink = new DiagnosticSink();
        Program resolved = Derivatives.resolve(GradientCheck.withGradients(sketch.program(), loss, List.of(w)), sink);
        assertEquals(
                List.of(Code.NO_GRADIENT),
                sink.sorted().stream().map(each -> each.code()).toList());
        assertTrue(sink.sorted().get(0).message().contains("L does not depend on w"));
        Executor executor = GradientCheck.start(resolved, SIZES);
        executor.run(Scope.BATCH);
        assertArrayEquals(new double[4], executor.read("gradient-w"));
    }

    @Test
    void aValueOfAnEarlierStepIsRefused() {
        Sketch sketch = new Sketch();
        Var w = sketch.random("w", -1, 1, A);
        Var u = sketch.temporary("u", A);
        sketch.set(u, mul(sketch.read(w), Expr.Gather.of(new IndexMap.Shift(1), new Expr.Read(u, 0))));
        Expr.Read loss = objective(sketch, sketch.read(u));
        DiagnosticSink sink = new DiagnosticSink();
        Derivatives.resolve(GradientCheck.withGradients(sketch.program(), loss, List.of(w)), sink);
        assertEquals(
                List.of(Code.NOT_YET),
                sink.sorted().stream().map(each -> each.code()).toList());
    }
}
