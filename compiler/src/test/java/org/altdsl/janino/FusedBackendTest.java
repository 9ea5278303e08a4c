package org.altdsl.janino;

import static org.altdsl.ir.Sketch.number;
import static org.altdsl.ir.Sketch.prim;
import static org.altdsl.ir.Sketch.sum;
import static org.altdsl.ir.Sketch.uniform;
import static org.altdsl.janino.RateNets.H;
import static org.altdsl.janino.RateNets.SIZES;
import static org.altdsl.janino.RateNets.X;
import static org.altdsl.janino.RateNets.Y;
import static org.altdsl.janino.RateNets.add;
import static org.altdsl.janino.RateNets.max;
import static org.altdsl.janino.RateNets.meanOverLanes;
import static org.altdsl.janino.RateNets.mul;
import static org.altdsl.janino.RateNets.sub;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Clock;
import org.altdsl.ir.DType;
import org.altdsl.ir.Dist;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Fold;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Op;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.Sketch;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;
import org.altdsl.optimize.Decision.Method;
import org.altdsl.runtime.kernel.Precision;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FusedBackendTest {
    private static final FusedOptions DOUBLE = FusedOptions.standard().withPrecision(Precision.DOUBLE);
    private static final FusedOptions FLOAT = FusedOptions.standard();

    /** A few hundred operations of relative error 1e-16 each. */
    private static final double DOUBLE_TOLERANCE = 1e-12;

    /** The same of 6e-8 each, and approximations within 5 units in the last place. */
    private static final double FLOAT_TOLERANCE = 3e-5;

    static Stream<Arguments> programs() {
        return Stream.of(
                program("Oja", RateNets::oja),
                program("saturating", RateNets::saturating),
                program("perceptron", RateNets::perceptron),
                program("winner takes all", FusedBackendTest::winner),
                program("recurrence", FusedBackendTest::recurrence),
                program("tables", FusedBackendTest::tables),
                program("slices", FusedBackendTest::slices),
                program("lags", FusedBackendTest::lags),
                program("draws", FusedBackendTest::draws),
                program("guards", FusedBackendTest::guards),
                program("epoch", FusedBackendTest::epoch),
                program("own reads elsewhere", FusedBackendTest::shifted),
                program("squared distance", FusedBackendTest::distance),
                program("several axes at once", FusedBackendTest::severalAxes),
                program("tables that move", FusedBackendTest::movingTables),
                program("products without lanes", FusedBackendTest::chain));
    }

    private static Arguments program(String name, Supplier<RateNets> net) {
        return Arguments.of(name, net.get());
    }

    private static RateNets winner() {
        RateNets net = new RateNets();
        Sketch s = net.sketch;
        Var w = s.random("w", -1, 1, X, H);
        Expr u = s.let("u", sum(mul(s.read(w), net.input()), X));
        Expr best = s.let("best", Expr.Reduce.over(Space.of(H), Fold.ARGMAX, u));
        Expr won = s.let("won", prim(Op.EQ, new Expr.Index(H), best));
        Expr spread = sub(max(u, H), Expr.Reduce.over(Space.of(H), Fold.MIN, u));
        s.let("spread", spread);
        s.set(w, add(s.read(w), mul(number(0.2), meanOverLanes(mul(won, sub(net.input(), s.read(w)))))));
        return net;
    }

    private static RateNets recurrence() {
        RateNets net = new RateNets();
        Sketch s = net.sketch;
        Axis pre = H.as("h@pre");
        Var w = s.random("w", -1, 1, X, H);
        Var v = s.random("v", -1, 1, pre, H);
        Expr start = s.let("start", prim(Op.TANH, sum(mul(s.read(w), net.input()), X)));
        Expr seen = Expr.Gather.of(new IndexMap.Rename(pre, H), start);
        Expr next = s.let("next", prim(Op.TANH, add(start, sum(mul(s.read(v), seen), pre))));
        s.set(v, add(s.read(v), mul(number(0.1), meanOverLanes(mul(seen, next)))));
        Expr transposed = Expr.Gather.of(
                new IndexMap.Rename(pre, H),
                Expr.Gather.of(
                        new IndexMap.Rename(H, H.as("swap")),
                        Expr.Gather.of(new IndexMap.Rename(H.as("swap"), pre), s.read(v))));
        s.let("diagonal", transposed);
        return net;
    }

    private static RateNets tables() {
        RateNets net = new RateNets();
        Sketch s = net.sketch;
        Expr entry = prim(Op.MOD, mul(number(2), new Expr.Index(X)), number(3));
        Var table = s.variable("table", Space.of(X), DType.INDEX, Scope.RUN, Optional.of(entry));
        IndexMap map = new IndexMap.Table(X, Y, table);
        Var gain = s.random("gain", -1, 1, Y);
        Expr gathered = s.let("gathered", mul(net.input(), Expr.Gather.of(map, prim(Op.EXP, s.read(gain)))));
        Expr scattered = s.let("scattered", Expr.Reduce.scatter(map, gathered));
        s.set(gain, add(s.read(gain), meanOverLanes(scattered)));
        return net;
    }

    private static RateNets slices() {
        RateNets net = new RateNets();
        Sketch s = net.sketch;
        Expr window = Expr.Gather.of(new IndexMap.Affine(Y, X, 2, 1), net.input());
        Expr left = s.let("left", Expr.Gather.of(new IndexMap.Affine(H, X, 1, 0), net.input()));
        s.let("window", window);
        s.let("back", Expr.Reduce.scatter(new IndexMap.Affine(Y, X, 2, 1), window));
        s.let("mirror", Expr.Gather.of(new IndexMap.Affine(Y, X, -1, 2), net.input()));
        s.let("picked", Expr.Gather.of(new IndexMap.Pick(H, prim(Op.MOD, new Expr.Index(X), number(2))), left));
        return net;
    }

    private static RateNets lags() {
        RateNets net = new RateNets();
        Sketch s = net.sketch;
        Var trace = s.state("trace", Space.of(X), number(0.25));
        s.set(trace, add(mul(number(0.5), s.read(trace)), meanOverLanes(net.input())));
        Expr level = s.let("level", mul(s.read(trace), number(2)));
        Var old = s.state("old", Space.of(X), number(0));
        Expr two = Expr.Gather.of(new IndexMap.Shift(2), new Expr.Read(trace, 0));
        Expr one = Expr.Gather.of(new IndexMap.Shift(1), level);
        s.set(old, add(two, one));
        return net;
    }

    private static RateNets draws() {
        RateNets net = new RateNets();
        Sketch s = net.sketch;
        Space perSample = Space.of(Axis.LANE, X);
        List<Expr> two = List.of(number(0.5), number(0.25));
        Expr noisy = net.input();
        for (Dist dist : Dist.values()) {
            noisy = add(noisy, new Expr.Draw(dist, two.subList(0, dist.arity()), dist.name(), perSample, false));
        }
        s.let("noisy", noisy);
        s.let("mask", prim(Op.GT, uniform("mask", Space.of(X, H), 0, 1), number(0.5)));
        s.let("transposed", mul(new Expr.Index(X), uniform("mask", Space.of(H, X), 0, 1)));
        s.let("total", sum(new Expr.Draw(Dist.NORMAL, two, "n", Space.of(X, Axis.LANE), false), X));
        return net;
    }

    private static RateNets guards() {
        RateNets net = new RateNets();
        Sketch s = net.sketch;
        Var w = s.random("w", -1, 1, X, H);
        Var count = s.state("count", Space.of(X), number(0));
        Expr mean = s.let("mean", meanOverLanes(net.input()));
        s.setWhere(prim(Op.GT, mean, number(0)), count, add(s.read(count), number(1)));
        Expr odd = prim(Op.EQ, prim(Op.MOD, new Expr.Tick(Clock.UPDATE), number(2)), number(1));
        Expr both = prim(Op.AND, odd, prim(Op.NOT, prim(Op.LT, s.read(count), number(1))));
        s.setWhere(both, w, mul(s.read(w), mean));
        s.setWhere(prim(Op.LT, s.read(w), number(0)), w, number(0.125));
        return net;
    }

    private static RateNets epoch() {
        RateNets net = new RateNets();
        Sketch s = net.sketch;
        Var seen = s.state("seen", Space.of(X), number(0));
        Var best = s.variable("best", Space.SCALAR, DType.REAL, Scope.RUN, Optional.of(number(-1)));
        s.set(seen, add(s.read(seen), meanOverLanes(net.input())));
        s.beginEpoch();
        s.set(best, prim(Op.MAX, s.read(best), max(s.read(seen), X)));
        s.set(seen, mul(s.read(seen), number(0.5)));
        return net;
    }

    private static RateNets shifted() {
        RateNets net = new RateNets();
        Sketch s = net.sketch;
        Var ring = s.random("ring", -1, 1, H);
        Expr last = prim(Op.SUB, new Expr.SizeOf(H), number(1));
        IndexMap mirror = new IndexMap.Pick(H, prim(Op.SUB, last, new Expr.Index(H)));
        s.set(ring, add(Expr.Gather.of(mirror, s.read(ring)), meanOverLanes(sum(net.input(), X))));
        Expr positive = prim(Op.GT, Expr.Gather.of(mirror, s.read(ring)), number(0));
        s.setWhere(positive, ring, sub(s.read(ring), sum(s.read(ring), H)));
        return net;
    }

    private static RateNets distance() {
        RateNets net = new RateNets();
        Sketch s = net.sketch;
        Var w = s.random("w", -1, 1, X, H);
        Expr apart = sub(net.input(), s.read(w));
        Expr distance = s.let("distance", sum(prim(Op.POW, apart, number(2)), X));
        Expr gate = s.let("gate", prim(Op.EXP, prim(Op.NEG, distance)));
        s.set(w, add(s.read(w), mul(number(0.3), meanOverLanes(mul(gate, apart)))));
        return net;
    }

    private static RateNets severalAxes() {
        RateNets net = new RateNets();
        Sketch s = net.sketch;
        Var w = s.random("w", -1, 1, X, H);
        Expr r = s.let("r", sum(mul(s.read(w), net.input()), X));
        Space lanesAndX = Space.of(Axis.LANE, X);
        s.let("mean input", Expr.Reduce.over(lanesAndX, Fold.MEAN, mul(s.read(w), net.input())));
        Expr energy = mul(net.input(), mul(s.read(w), r));
        s.let("energy", Expr.Reduce.over(lanesAndX.with(H), Fold.MEAN, energy));
        s.let("largest", Expr.Reduce.over(lanesAndX.with(H), Fold.MAX, energy));
        return net;
    }

    private static RateNets movingTables() {
        RateNets net = new RateNets();
        Sketch s = net.sketch;
        Var table = s.variable("table", Space.of(X), DType.INDEX, Scope.RUN, Optional.of(number(1)));
        IndexMap map = new IndexMap.Table(X, Y, table);
        Var gain = s.random("gain", -1, 1, Y);
        Expr gathered = prim(Op.EXP, Expr.Gather.of(map, s.read(gain)));
        Expr before = s.let("before", gathered);
        Expr sentBefore = s.let("sent before", Expr.Reduce.scatter(map, net.input()));
        s.set(table, prim(Op.MOD, new Expr.Index(X), number(3)));
        s.let("after", mul(gathered, before));
        s.let("sent after", add(sentBefore, Expr.Reduce.scatter(map, net.input())));
        return net;
    }

    private static RateNets chain() {
        RateNets net = new RateNets();
        Sketch s = net.sketch;
        Var first = s.random("first", -1, 1, X, H);
        Var second = s.random("second", -1, 1, H, Y);
        s.let("both", sum(mul(s.read(first), s.read(second)), H));
        IndexMap other = new IndexMap.Rename(H.as("other"), H);
        s.let("gram", sum(mul(s.read(first), Expr.Gather.of(other, s.read(first))), X));
        s.let("back", sum(mul(s.read(second), Expr.Gather.of(other, s.read(second))), Y));
        return net;
    }

    private static Agreement agreement(RateNets net, Sizes sizes, Set<String> observed, FusedOptions options) {
        List<Var> inputs = net.sketch.variables().stream()
                .filter(variable ->
                        variable.life() == Scope.BATCH && variable.init().isEmpty())
                .toList();
        double tolerance = options.precision() == Precision.DOUBLE ? DOUBLE_TOLERANCE : FLOAT_TOLERANCE;
        return new Agreement(net.sketch.program(), sizes, inputs, observed, options, tolerance);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("programs")
    void agreesWithTheInterpreterInDouble(String name, RateNets net) {
        agreement(net, SIZES, null, DOUBLE).check(5);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("programs")
    void agreesWithTheInterpreterWhereTemporariesAreNotObserved(String name, RateNets net) {
        agreement(net, SIZES, Set.of(), DOUBLE).check(5);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("programs")
    void agreesWithTheInterpreterInFloat(String name, RateNets net) {
        agreement(net, SIZES, null, FLOAT).check(3);
        agreement(net, SIZES, null, FLOAT.withExactFunctions(true)).check(3);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("programs")
    void agreesOnSizesThatAreNoMultipleOfAVector(String name, RateNets net) {
        agreement(net, Sketch.sizes(X, 67, H, 33, Y, 3), Set.of(), DOUBLE).check(3);
    }

    @Test
    void axesWithoutPointsLeaveSumsAtZero() {
        for (RateNets net : List.of(RateNets.oja(), RateNets.saturating(), RateNets.perceptron())) {
            agreement(net, Sketch.sizes(X, 0, H, 4, Y, 3), null, DOUBLE).check(2);
            agreement(net, Sketch.sizes(X, 3, H, 0, Y, 3), null, DOUBLE).check(2);
        }
    }

    @Test
    void ojaIsAProductAndARowScaling() {
        FusedProgram program =
                agreement(RateNets.oja(), SIZES, Set.of(), DOUBLE).compiled();
        List<Method> methods =
                program.decisions().stream().map(decision -> decision.method()).toList();
        List<Method> wanted = List.of(Method.MATRIX_PRODUCT, Method.REDUCTION, Method.SCALING, Method.MATRIX_PRODUCT);
        assertEquals(wanted, methods);
    }

    @Test
    void plainDescentAccumulatesIntoTheWeights() {
        FusedProgram program =
                agreement(RateNets.perceptron(), SIZES, Set.of(), DOUBLE).compiled();
        List<String> kernels = program.kernels(Scope.BATCH).stream()
                .map(kernel -> kernel.step().name())
                .toList();
        assertTrue(kernels.contains("multiply_x_h_w"), kernels.toString());
        assertFalse(program.javaSource().contains("x_h_dw"), program.javaSource());
    }

    @Test
    void observedChangesAreKept() {
        FusedProgram program = agreement(RateNets.perceptron(), SIZES, Set.of("x->h.dw"), DOUBLE)
                .compiled();
        assertTrue(program.javaSource().contains("x_h_dw"), program.javaSource());
    }

    @Test
    void aNonlinearityOverTheProductIsOneLoopOverAllAxes() {
        FusedProgram program =
                agreement(RateNets.saturating(), SIZES, Set.of(), DOUBLE).compiled();
        assertEquals(Method.FUSED_REDUCTION, program.decisions().get(1).method());
    }

    @Test
    void ojaStepIsTheOneComputedByHand() {
        RateNets net = RateNets.oja();
        Executor executor = new FusedBackend(new KernelCache(1))
                .compile(net.sketch.program(), Sketch.sizes(X, 2, H, 1, Y, 1), Set.of(), DOUBLE)
                .executor(1, 2);
        executor.enter(Scope.RUN);
        executor.clocks().lanes = 2;
        executor.write("x->h.w", new double[] {0.5, -0.25});
        executor.write("x.r", new double[] {1, 2, -1, 4});
        executor.run(Scope.BATCH);
        // y = (0, -1.5); changes of the first sample vanish, those of the second are y (x - y w).
        double first = 0.5 + 0.1 * (-1.5 * (-1 + 1.5 * 0.5)) / 2;
        double second = -0.25 + 0.1 * (-1.5 * (4 + 1.5 * -0.25)) / 2;
        double[] w = executor.read("x->h.w");
        assertEquals(first, w[0], 1e-15);
        assertEquals(second, w[1], 1e-15);
    }
}
