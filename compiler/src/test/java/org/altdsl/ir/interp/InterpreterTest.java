package org.altdsl.ir.interp;

import static org.altdsl.ir.Sketch.number;
import static org.altdsl.ir.Sketch.prim;
import static org.altdsl.ir.Sketch.sum;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Clock;
import org.altdsl.ir.DType;
import org.altdsl.ir.Dist;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Fold;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Op;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.Sketch;
import org.altdsl.ir.Space;
import org.altdsl.ir.Validator;
import org.altdsl.ir.Var;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.Snapshot;
import org.altdsl.runtime.plan.VariableInfo;
import org.altdsl.runtime.random.CounterRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class InterpreterTest {
    private static final Axis A = Axis.neurons("a");
    private static final Axis PRE = A.as("a@pre");
    private static final Axis B = Axis.neurons("b");
    private static final Axis K = new Axis("k", org.altdsl.ir.Role.TIE, "#3");
    private static final Axis NONE = Axis.neurons("none");
    private static final Axis LANE = Axis.LANE;
    private static final Sizes SIZES = Sketch.sizes(A, 3, B, 2, NONE, 0);

    private static Executor start(Sketch sketch, int lanes) {
        Validator.check(sketch.program(), true);
        Executor executor = new InterpretedProgram(sketch.program(), SIZES).executor(11, 4);
        executor.clocks().lanes = lanes;
        executor.clocks().samples = new int[] {6, 2, 9, 4};
        executor.enter(Scope.RUN);
        executor.enter(Scope.EPOCH);
        executor.enter(Scope.BATCH);
        return executor;
    }

    private static double[] value(Sketch sketch, Expr expr, int lanes) {
        Var result = sketch.variable("result", expr.space(), DType.REAL, Scope.STEP, Optional.empty());
        sketch.set(result, expr);
        Executor executor = start(sketch, lanes);
        executor.run(Scope.BATCH);
        return executor.read("result");
    }

    @ParameterizedTest
    @CsvSource({
        "NEG, 2, -2",
        "ABS, -3, 3",
        "SIGN, -0.5, -1",
        "SIGN, 0, 0",
        "SIGN, 7, 1",
        "EXP, 0, 1",
        "LOG, 1, 0",
        "SQRT, 9, 3",
        "TANH, 0, 0",
        "SIN, 0, 0",
        "COS, 0, 1",
        "TAN, 0, 0",
        "ASIN, 0, 0",
        "ACOS, 1, 0",
        "ATAN, 0, 0",
        "FLOOR, -1.5, -2",
        "CEIL, -1.5, -1",
        "ROUND, 2.5, 2",
        "ROUND, -1.7, -2",
        "SIGMOID, 0, 0.5",
        "SIGMOID, -800, 0",
        "SIGMOID, 800, 1",
        "SOFTPLUS, 800, 800",
        "SOFTPLUS, -800, 0",
        "SOFTPLUS, 0, 0.6931471805599453",
        "STOP, 4, 4",
        "NOT, 0, 1",
        "NOT, 3, 0"
    })
    void unaryPrimitives(Op op, double x, double expected) {
        assertEquals(expected, value(new Sketch(), prim(op, number(x)), 1)[0]);
    }

    @ParameterizedTest
    @CsvSource({
        "ADD, 2, 3, 5",
        "SUB, 2, 3, -1",
        "MUL, 2, 3, 6",
        "DIV, 3, 2, 1.5",
        "POW, 2, 10, 1024",
        "MIN, 2, 3, 2",
        "MAX, 2, 3, 3",
        "MOD, 7, 3, 1",
        "MOD, -7, 3, 2",
        "MOD, 7, -3, -2",
        "LT, 1, 1, 0",
        "LE, 1, 1, 1",
        "GT, 2, 1, 1",
        "GE, 1, 2, 0",
        "EQ, 2, 2, 1",
        "NE, 2, 2, 0",
        "AND, 2, 0, 0",
        "AND, -1, 0.5, 1",
        "OR, 0, 0, 0",
        "OR, 0, -1, 1"
    })
    void binaryPrimitives(Op op, double x, double y, double expected) {
        assertEquals(expected, value(new Sketch(), prim(op, number(x), number(y)), 1)[0]);
    }

    /** w[a, b] = 10 a + b. */
    private static Expr matrix() {
        return prim(Op.ADD, prim(Op.MUL, number(10), new Expr.Index(A)), new Expr.Index(B));
    }

    private static Expr over(Fold fold, Expr of, Axis... axes) {
        return Expr.Reduce.over(Space.of(axes), fold, of);
    }

    private static Arguments law(String name, Expr expr, double... expected) {
        return Arguments.of(name, expr, expected);
    }

    static Stream<Arguments> values() {
        Expr empty = new Expr.Index(NONE);
        Expr low = prim(Op.NEG, prim(Op.ABS, prim(Op.SUB, new Expr.Index(A), number(1))));
        return Stream.of(
                law("row-major in canonical order", matrix(), 0, 1, 10, 11, 20, 21),
                law(
                        "axes are ordered by name, not by operand",
                        prim(Op.ADD, new Expr.Index(B), prim(Op.MUL, number(10), new Expr.Index(A))),
                        0,
                        1,
                        10,
                        11,
                        20,
                        21),
                law(
                        "lanes come first",
                        prim(Op.ADD, prim(Op.MUL, number(10), new Expr.Index(A)), new Expr.Index(LANE)),
                        0,
                        10,
                        20,
                        1,
                        11,
                        21),
                law(
                        "select broadcasts",
                        prim(Op.SELECT, prim(Op.EQ, new Expr.Index(A), number(1)), number(5), new Expr.Index(B)),
                        0,
                        1,
                        5,
                        5,
                        0,
                        1),
                law("sum", sum(matrix(), A), 30, 33),
                law("mean", over(Fold.MEAN, matrix(), A), 10, 11),
                law("max", over(Fold.MAX, matrix(), B), 1, 11, 21),
                law("min of both", over(Fold.MIN, matrix(), A, B), 0),
                law("argmax is the first largest", over(Fold.ARGMAX, prim(Op.ABS, low), A), 0),
                law("argmax", over(Fold.ARGMAX, low, A), 1),
                law("mean over lanes", over(Fold.MEAN, new Expr.Index(LANE), LANE), 0.5),
                law("lanes in this batch", new Expr.SizeOf(LANE), 2),
                law("size", new Expr.SizeOf(A), 3),
                law("sum over nothing", sum(empty, NONE), 0),
                law("mean over nothing", over(Fold.MEAN, empty, NONE), 0),
                law("max over nothing", over(Fold.MAX, empty, NONE), Double.NEGATIVE_INFINITY),
                law("min over nothing", over(Fold.MIN, empty, NONE), Double.POSITIVE_INFINITY),
                law("argmax over nothing", over(Fold.ARGMAX, empty, NONE), 0),
                law("rename", Expr.Gather.of(new IndexMap.Rename(PRE, A), matrix()), 0, 1, 10, 11, 20, 21),
                law(
                        "rename to a diagonal",
                        Expr.Gather.of(new IndexMap.Rename(A, PRE), prim(Op.SUB, new Expr.Index(PRE), matrix())),
                        0,
                        -1,
                        -9,
                        -10,
                        -18,
                        -19),
                law("affine", Expr.Gather.of(new IndexMap.Affine(B, A, -1, 2), new Expr.Index(A)), 2, 1),
                law(
                        "affine scattered",
                        Expr.Reduce.scatter(
                                new IndexMap.Affine(B, A, 2, 0), prim(Op.ADD, new Expr.Index(B), number(1))),
                        1,
                        0,
                        2),
                law(
                        "window with zeros outside",
                        Expr.Gather.of(new IndexMap.Window(B, K, A, 2, 1), prim(Op.ADD, new Expr.Index(A), number(1))),
                        0,
                        1,
                        2,
                        2,
                        3,
                        0),
                law(
                        "window of a diagonal",
                        Expr.Gather.of(
                                new IndexMap.Window(B, K, A, 1, 1),
                                prim(Op.ADD, matrix(), prim(Op.MUL, number(100), new Expr.Index(A)))),
                        0,
                        0,
                        110,
                        1,
                        111,
                        221),
                law(
                        "window scattered",
                        Expr.Reduce.scatter(
                                new IndexMap.Window(B, K, A, 2, 1),
                                prim(Op.ADD, prim(Op.MUL, number(10), new Expr.Index(B)), new Expr.Index(K))),
                        1,
                        12,
                        11),
                law("pick", Expr.Gather.of(new IndexMap.Pick(A, number(2)), matrix()), 20, 21),
                law("pick where one stands", Expr.Gather.of(new IndexMap.Pick(A, new Expr.Index(B)), matrix()), 0, 11),
                law(
                        "pick in reverse",
                        Expr.Gather.of(new IndexMap.Pick(A, prim(Op.SUB, number(2), new Expr.Index(A))), matrix()),
                        20,
                        21,
                        10,
                        11,
                        0,
                        1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("values")
    void expressionsHaveTheirHandComputedValues(String name, Expr expr, double[] expected) {
        assertArrayEquals(expected, value(new Sketch(), expr, 2));
    }

    private static Var table(Sketch sketch) {
        Expr entries = prim(Op.MOD, prim(Op.MUL, number(2), new Expr.Index(A)), number(2));
        Expr firstIsOne = prim(Op.SELECT, prim(Op.EQ, new Expr.Index(A), number(0)), number(1), entries);
        return sketch.variable("table", Space.of(A), DType.INDEX, Scope.RUN, Optional.of(firstIsOne));
    }

    @Test
    void aTableGathersAndScatters() {
        Sketch gathered = new Sketch();
        Expr doubled = prim(Op.ADD, new Expr.Index(B), number(7));
        assertArrayEquals(
                new double[] {8, 7, 7},
                value(gathered, Expr.Gather.of(new IndexMap.Table(A, B, table(gathered)), doubled), 1));
        Sketch scattered = new Sketch();
        IndexMap map = new IndexMap.Table(A, B, table(scattered));
        Expr squares = prim(Op.POW, number(10), new Expr.Index(A));
        assertArrayEquals(new double[] {110, 1}, value(scattered, Expr.Reduce.scatter(map, squares), 1));
    }

    @Test
    void aPointOutsideItsAxisIsRefused() {
        Expr outside = Expr.Gather.of(new IndexMap.Pick(A, number(3)), new Expr.Index(A));
        assertThrows(IndexOutOfBoundsException.class, () -> value(new Sketch(), outside, 1));
    }

    @Test
    void aGuardKeepsThePreviousVersionWhereItIsFalse() {
        Sketch sketch = new Sketch();
        Var x = sketch.state("x", Space.of(A), new Expr.Index(A));
        sketch.set(x, prim(Op.ADD, sketch.read(x), number(1)));
        sketch.setWhere(prim(Op.GT, sketch.read(x), number(1.5)), x, prim(Op.MUL, sketch.read(x), number(10)));
        Executor executor = start(sketch, 1);
        executor.run(Scope.BATCH);
        assertArrayEquals(new double[] {1, 20, 30}, executor.read("x"));
    }

    @Test
    void anUpdateReadsTheVersionBeforeItAtAllPointsAtOnce() {
        Sketch sketch = new Sketch();
        Var x = sketch.state("x", Space.of(A), new Expr.Index(A));
        IndexMap next = new IndexMap.Pick(A, prim(Op.MOD, prim(Op.ADD, new Expr.Index(A), number(1)), number(3)));
        sketch.set(x, Expr.Gather.of(next, sketch.read(x)));
        Executor executor = start(sketch, 1);
        executor.run(Scope.BATCH);
        assertArrayEquals(new double[] {1, 2, 0}, executor.read("x"));
    }

    @Test
    void drawsAreKeyedBySeedStreamBatchAndSample() {
        Sketch sketch = new Sketch();
        List<Expr> bounds = List.of(number(2), number(4));
        Expr perSample = new Expr.Draw(Dist.UNIFORM, bounds, "s", Space.of(LANE, A), false);
        Expr shared = new Expr.Draw(Dist.NORMAL, bounds, "s", Space.of(A), true);
        sketch.let("u", perSample);
        sketch.let("n", shared);
        Executor executor = start(sketch, 2);
        executor.clocks().batch = 5;
        executor.run(Scope.BATCH);
        long stream = CounterRandom.key(11, "s");
        double[] u = executor.read("u");
        double[] n = executor.read("n");
        for (int i = 0; i < 3; i++) {
            assertEquals(2 + 2 * CounterRandom.uniform(CounterRandom.key(stream, 5), 6 * 3 + i), u[i]);
            assertEquals(2 + 2 * CounterRandom.uniform(CounterRandom.key(stream, 5), 2 * 3 + i), u[3 + i]);
            assertEquals(2 + 4 * CounterRandom.normal(CounterRandom.key(stream, -1), i), n[i]);
        }
    }

    @Test
    void clocksAreRead() {
        Sketch sketch = new Sketch();
        sketch.let("batch", new Expr.Tick(Clock.BATCH));
        sketch.let("update", new Expr.Tick(Clock.UPDATE));
        sketch.let("epoch", new Expr.Tick(Clock.EPOCH));
        sketch.let("progress", new Expr.Tick(Clock.PROGRESS));
        Executor executor = start(sketch, 1);
        executor.clocks().batch = 3;
        executor.clocks().update = 4;
        executor.clocks().epoch = 2;
        executor.clocks().progress = 0.25;
        executor.run(Scope.BATCH);
        assertEquals(3, executor.read("batch")[0]);
        assertEquals(4, executor.read("update")[0]);
        assertEquals(2, executor.read("epoch")[0]);
        assertEquals(0.25, executor.read("progress")[0]);
    }

    @Test
    void aShiftReadsTheLastVersionOfAnEarlierRun() {
        Sketch sketch = new Sketch();
        Var x = sketch.state("x", Space.SCALAR, number(100));
        Var t = sketch.temporary("t");
        sketch.set(x, prim(Op.ADD, sketch.read(x), number(1)));
        sketch.set(t, prim(Op.MUL, sketch.read(x), number(2)));
        sketch.set(x, prim(Op.ADD, sketch.read(x), number(1)));
        sketch.let("x2", Expr.Gather.of(new IndexMap.Shift(2), new Expr.Read(x, 0)));
        sketch.let("t1", Expr.Gather.of(new IndexMap.Shift(1), new Expr.Read(t, 0)));
        Executor executor = start(sketch, 1);
        double[][] expected = {{100, 0}, {100, 202}, {102, 206}, {104, 210}};
        for (double[] values : expected) {
            executor.run(Scope.BATCH);
            assertArrayEquals(values, new double[] {executor.read("x2")[0], executor.read("t1")[0]});
        }
    }

    @Test
    void aScopeInitialisesItsVariablesEachAfterWhatItReads() {
        Sketch sketch = new Sketch();
        Var later = new Var(
                "y",
                Space.SCALAR,
                DType.REAL,
                Scope.EPOCH,
                Owner.RULE,
                Matter.OTHER,
                Optional.of(number(4)),
                Sketch.SPAN,
                "y");
        Var x = sketch.variable(
                "x",
                Space.of(A),
                DType.REAL,
                Scope.EPOCH,
                Optional.of(prim(Op.ADD, new Expr.Read(later, 0), new Expr.Index(A))));
        sketch.add(later);
        sketch.set(x, number(0));
        Executor executor = start(sketch, 1);
        assertArrayEquals(new double[] {4, 5, 6}, executor.read("x"));
        executor.run(Scope.BATCH);
        executor.enter(Scope.BATCH);
        assertArrayEquals(new double[] {0, 0, 0}, executor.read("x"));
        executor.enter(Scope.EPOCH);
        assertArrayEquals(new double[] {4, 5, 6}, executor.read("x"));
    }

    @Test
    void rowsOfADataSetAreLoadedByLane() {
        Sketch sketch = new Sketch();
        sketch.variable("x", Space.of(LANE, B), DType.REAL, Scope.BATCH, Optional.empty());
        Executor executor = start(sketch, 2);
        executor.load("x", new float[] {1, 2, 3, 4, 5, 6}, 2, new int[] {2, 0}, 2);
        assertArrayEquals(new double[] {5, 6, 1, 2}, executor.read("x"));
        executor.write("x", new double[] {1, Double.NaN, 3, 4});
        assertFalse(executor.isFinite("x"));
        assertEquals(
                List.of(new VariableInfo("x", List.of("lane", "b"), List.of(0, 2), Scope.BATCH, "x")),
                executor.variables());
    }

    @Test
    void stepsAreUpdatesAndRunAlone() {
        Sketch sketch = new Sketch();
        Var x = sketch.state("x", Space.SCALAR, number(1));
        sketch.set(x, prim(Op.ADD, sketch.read(x), number(1)));
        sketch.set(x, prim(Op.MUL, sketch.read(x), number(10)));
        sketch.beginEpoch();
        sketch.set(x, number(-1));
        Executor executor = start(sketch, 1);
        assertEquals(2, executor.steps(Scope.BATCH).size());
        assertEquals(List.of("x"), executor.steps(Scope.BATCH).get(0).writes());
        executor.runStep(Scope.BATCH, 1);
        assertEquals(10, executor.read("x")[0]);
        executor.runStep(Scope.BATCH, 0);
        assertEquals(11, executor.read("x")[0]);
        executor.run(Scope.EPOCH);
        assertEquals(-1, executor.read("x")[0]);
    }

    @Test
    void aSnapshotIsNotChangedByWhatFollows() {
        Sketch sketch = new Sketch();
        Var x = sketch.state("x", Space.SCALAR, number(1));
        sketch.set(x, prim(Op.MUL, sketch.read(x), number(2)));
        Executor executor = start(sketch, 1);
        Snapshot snapshot = executor.snapshot();
        executor.run(Scope.BATCH);
        executor.clocks().batch = 9;
        assertEquals(2, executor.read("x")[0]);
        executor.restore(snapshot);
        assertEquals(1, executor.read("x")[0]);
        assertEquals(0, executor.clocks().batch);
        assertTrue(executor.isFinite("x"));
    }
}
