package org.altdsl.derive.ode;

import static org.altdsl.derive.ode.Cells.add;
import static org.altdsl.derive.ode.Cells.div;
import static org.altdsl.derive.ode.Cells.mul;
import static org.altdsl.derive.ode.Cells.neg;
import static org.altdsl.derive.ode.Cells.sub;
import static org.altdsl.ir.Sketch.number;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.altdsl.diag.Code;
import org.altdsl.ir.Expr;
import org.junit.jupiter.api.Test;

/** White noise in the rates. */
class NoiseTest {
    private static final int NEURONS = 20000;
    private static final double TAU = 0.02;
    private static final double SIGMA = 0.003;

    /** Five standard errors of a variance and of a mean, relative to variance and standard deviation. */
    private static final double OF_VARIANCE = 5 * Math.sqrt(2.0 / NEURONS);

    private static final double OF_MEAN = 5 / Math.sqrt(NEURONS);

    /** {@code x' = (u - x) / tau + sigma sqrt(2 / tau) xi}: mean u, variance sigma^2. */
    private static double[] process(Optional<Method> method, double dt, int steps) {
        Cells cells = new Cells(NEURONS);
        Expr.Read x = cells.state("x", 0);
        Expr.Read xi = cells.noise("xi");
        Expr drift = div(sub(number(0.5), x), TAU);
        cells.equation(x, add(drift, mul(SIGMA * Math.sqrt(2 / TAU), xi)));
        Outcome outcome = cells.start(method, dt);
        assertEquals(List.of(), outcome.diagnostics());
        cells.run(steps);
        double mean = 0;
        for (double value : cells.values(x)) {
            mean += value / NEURONS;
        }
        double variance = 0;
        for (double value : cells.values(x)) {
            variance += (value - mean) * (value - mean) / NEURONS;
        }
        return new double[] {mean, variance};
    }

    @Test
    void ornsteinUhlenbeckByEulerMaruyama() {
        double dt = 0.005;
        double[] moments = process(Optional.empty(), dt, 100);
        // The chain x = (1 - dt/tau) x + ... has a variance of its own.
        double expected = SIGMA * SIGMA / (1 - dt / TAU / 2);
        assertEquals(0.5, moments[0], OF_MEAN * SIGMA);
        assertEquals(expected, moments[1], OF_VARIANCE * expected);
    }

    @Test
    void ornsteinUhlenbeckIsExactAtAnyStep() {
        for (Method method : List.of(Method.EXACT, Method.EXPONENTIAL_EULER)) {
            double[] moments = process(Optional.of(method), 3 * TAU, 12);
            assertEquals(0.5, moments[0], OF_MEAN * SIGMA);
            assertEquals(SIGMA * SIGMA, moments[1], OF_VARIANCE * SIGMA * SIGMA);
        }
    }

    @Test
    void brownianMotionSpreadsWithTheRootOfTime() {
        Cells cells = new Cells(NEURONS);
        Expr.Read x = cells.state("x", 0);
        Expr.Read xi = cells.noise("xi");
        cells.equation(x, mul(2, xi));
        Outcome outcome = cells.start(Optional.empty(), 0.25);
        assertEquals(Cells.formula(outcome, "x"), "x + xi.1");
        cells.run(16);
        double variance = 0;
        for (double value : cells.values(x)) {
            variance += value * value / NEURONS;
        }
        assertEquals(4 * 4, variance, OF_VARIANCE * 16);
    }

    @Test
    void noiseOfAStateLeavesTheOthersExact() {
        Cells cells = new Cells(1);
        Expr.Read g = cells.state("g", 1);
        Expr.Read x = cells.state("x", 0);
        Expr.Read v = cells.state("v", 0);
        Expr.Read xi = cells.noise("xi");
        cells.equation(g, neg(g));
        cells.equation(x, add(neg(x), xi));
        cells.equation(v, sub(x, v));
        Outcome outcome = cells.outcome(0.1);
        assertEquals(Method.EXACT, Cells.byName(outcome).get("g").method());
        assertEquals(Method.EULER, Cells.byName(outcome).get("x").method());
        assertEquals("noise: Euler-Maruyama", Cells.byName(outcome).get("x").reason());
        assertEquals(Method.EXPONENTIAL_EULER, Cells.byName(outcome).get("v").method());
    }

    @Test
    void noiseTimesAStateIsForEulerOnly() {
        Cells cells = new Cells(1);
        Expr.Read x = cells.state("x", 1);
        Expr.Read xi = cells.noise("xi");
        cells.equation(x, mul(x, xi));
        Outcome refused = cells.outcome(Method.EXACT, 0.01);
        assertEquals(List.of(Code.NOT_LINEAR), Cells.codes(refused));
        assertEquals(Method.EULER, refused.steps().get(0).method());
        Outcome outcome = cells.outcome(Method.EULER, 0.01);
        assertEquals(List.of(), outcome.diagnostics());
        assertEquals("x + 0.1 * x * xi.1", Cells.formula(outcome, "x"));
    }

    @Test
    void stagesTakeNoNoise() {
        Cells cells = new Cells(1);
        Expr.Read x = cells.state("x", 1);
        Expr.Read xi = cells.noise("xi");
        cells.equation(x, sub(xi, x));
        Outcome outcome = cells.outcome(Method.RK4, 0.01);
        assertEquals(List.of(Code.STOCHASTIC_METHOD), Cells.codes(outcome));
        assertEquals(
                "the method rk4 takes no noise, but there is some in x': euler does",
                outcome.diagnostics().get(0).message());
    }

    @Test
    void noiseInAFunctionIsRefused() {
        Cells cells = new Cells(1);
        Expr.Read x = cells.state("x", 1);
        Expr.Read xi = cells.noise("xi");
        cells.equation(x, sub(mul(xi, xi), x));
        Outcome outcome = cells.outcome(0.01);
        assertEquals(List.of(Code.NOT_LINEAR), Cells.codes(outcome));
        assertEquals(
                "the noise in x' must be a term with a factor, not part of xi.1 * xi.1",
                outcome.diagnostics().get(0).message());
    }
}
