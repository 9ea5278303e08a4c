package org.altdsl.derive.ode;

import static org.altdsl.derive.ode.Cells.add;
import static org.altdsl.derive.ode.Cells.div;
import static org.altdsl.derive.ode.Cells.exp;
import static org.altdsl.derive.ode.Cells.mul;
import static org.altdsl.derive.ode.Cells.neg;
import static org.altdsl.derive.ode.Cells.ramp;
import static org.altdsl.derive.ode.Cells.sub;
import static org.altdsl.ir.Sketch.number;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Fold;
import org.altdsl.ir.Op;
import org.altdsl.ir.Space;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The approximate methods: their orders, and their formulas written out by hand. */
class MethodsTest {
    /** A pendulum with friction and a drive, smooth and not linear. */
    private static double pendulum(Method method, int steps) {
        Cells cells = new Cells(1);
        Expr.Read angle = cells.state("angle", 1);
        Expr.Read speed = cells.state("speed", 0);
        cells.equation(angle, speed);
        Expr pull = Expr.Prim.of(Op.SIN, angle);
        cells.equation(speed, sub(number(0.3), add(mul(pull, add(number(1), mul(0.1, speed))), mul(speed, speed))));
        cells.start(Optional.of(method), 2.0 / steps);
        return cells.run(steps).value(angle);
    }

    /** Halving the step divides the error by 2 to the order; at these steps the next power is a tenth of it or less. */
    @ParameterizedTest
    @CsvSource({"EULER, 1, 512", "EXPONENTIAL_EULER, 1, 512", "RK2, 2, 128", "RK4, 4, 64"})
    void errorsShrinkWithTheOrderOfTheMethod(Method method, int order, int steps) {
        double exact = pendulum(Method.RK4, 4096);
        double coarse = pendulum(method, steps) - exact;
        double fine = pendulum(method, 2 * steps) - exact;
        assertEquals(order, Math.log(coarse / fine) / Math.log(2), 0.15);
    }

    @Test
    void exponentialEulerIsOfSecondOrderForOneEquation() {
        double[] errors = new double[2];
        for (int k = 0; k < 2; k++) {
            int steps = 64 << k;
            Cells cells = new Cells(1);
            Expr.Read x = cells.state("x", 0.1);
            cells.equation(x, mul(3, mul(x, sub(number(1), x))));
            cells.start(Optional.empty(), 1.0 / steps);
            errors[k] = cells.run(steps).value(x) - 1 / (1 + 9 * Math.exp(-3));
        }
        assertEquals(2, Math.log(errors[0] / errors[1]) / Math.log(2), 0.1);
    }

    /** Brian 2's {@code x = (x + b/a) exp(a dt) - b/a} for a membrane with two conductances. */
    @Test
    void exponentialEulerOfConductances() {
        double dt = 1e-4;
        Cells cells = new Cells(3);
        Expr.Read v = cells.state("v", -0.06);
        Expr.Read e = cells.state("e", ramp(5e-9, 1e-8));
        Expr.Read i = cells.state("i", ramp(2e-8, 1e-8));
        Expr leak = mul(10e-9, sub(number(-0.06), v));
        Expr synapses = add(mul(e, sub(number(0), v)), mul(i, sub(number(-0.08), v)));
        cells.equation(v, div(add(leak, synapses), 200e-12));
        cells.equation(e, div(neg(e), 0.005));
        cells.equation(i, div(neg(i), 0.01));
        Outcome outcome = cells.start(Optional.empty(), dt);
        assertEquals(
                "linear in v while e, i are held (not exact: ...)",
                Cells.byName(outcome).get("v").reason().replaceAll("exact: .*\\)", "exact: ...)"));
        cells.run(50);
        for (int n = 0; n < 3; n++) {
            double[] x = {-0.06, 5e-9 + 1e-8 * n, 2e-8 + 1e-8 * n};
            for (int step = 0; step < 50; step++) {
                double a = -(10e-9 + x[1] + x[2]) / 200e-12;
                double b = (10e-9 * -0.06 + x[2] * -0.08) / 200e-12;
                x[0] = (x[0] + b / a) * Math.exp(a * dt) - b / a;
                x[1] *= Math.exp(-dt / 0.005);
                x[2] *= Math.exp(-dt / 0.01);
            }
            assertEquals(x[0], cells.values(v)[n], 1e-14);
        }
    }

    @Test
    void exponentialEulerNeedsNoDecay() {
        Cells cells = new Cells(5);
        Expr.Read a = cells.input("a", ramp(-2e-3, 1e-3));
        Expr.Read x = cells.state("x", 1);
        cells.equation(x, add(mul(a, x), number(4)));
        cells.start(Optional.empty(), 0.5);
        cells.run(1);
        for (int n = 0; n < 5; n++) {
            double z = (-2e-3 + 1e-3 * n) * 0.5;
            double phi = z == 0 ? 1 : Math.expm1(z) / z;
            assertEquals(Math.exp(z) + 4 * 0.5 * phi, cells.values(x)[n], 1e-14);
        }
    }

    @Test
    void phiIsPreciseForAllArguments() {
        int n = 2001;
        Cells cells = new Cells(n);
        Expr.Read z = cells.input("z", ramp(-1, 0.001));
        Expr.Read x = cells.state("x", 0);
        cells.equation(x, add(mul(z, x), number(1)));
        cells.start(Optional.empty(), 1);
        cells.run(1);
        for (int i = 0; i < n; i++) {
            double expected = Formula.phi(-1 + 0.001 * i);
            assertEquals(expected, cells.values(x)[i], 2e-14 * expected);
        }
    }

    /** Izhikevich's equations by hand with the formulas of Brian 2. */
    @ParameterizedTest
    @EnumSource(
            value = Method.class,
            names = {"EULER", "RK2", "RK4"})
    void explicitMethodsByHand(Method method) {
        double dt = 1e-4;
        Cells cells = new Cells(1);
        Expr.Read v = cells.state("v", -0.06);
        Expr.Read u = cells.state("u", -0.012);
        Expr square = mul(mul(40, v), v);
        Expr rest = sub(add(add(square, mul(5, v)), number(0.14)), u);
        cells.equation(v, div(add(rest, number(0.01)), 1e-3));
        cells.equation(u, div(mul(0.02, sub(mul(0.2, v), u)), 1e-3));
        Outcome outcome = cells.start(Optional.of(method), dt);
        assertEquals("as requested", outcome.steps().get(0).reason());
        cells.run(40);
        double[] x = {-0.06, -0.012};
        for (int step = 0; step < 40; step++) {
            double[] k1 = izhikevich(x, dt);
            if (method == Method.EULER) {
                x = moved(x, k1, 1);
                continue;
            }
            double[] k2 = izhikevich(moved(x, k1, 0.5), dt);
            if (method == Method.RK2) {
                x = moved(x, k2, 1);
                continue;
            }
            double[] k3 = izhikevich(moved(x, k2, 0.5), dt);
            double[] k4 = izhikevich(moved(x, k3, 1), dt);
            for (int i = 0; i < 2; i++) {
                x[i] += (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]) / 6;
            }
        }
        assertEquals(x[0], cells.value(v), 1e-14);
        assertEquals(x[1], cells.value(u), 1e-14);
    }

    private static double[] izhikevich(double[] x, double dt) {
        double v = (40 * x[0] * x[0] + 5 * x[0] + 0.14 - x[1] + 0.01) / 1e-3;
        return new double[] {dt * v, dt * (0.02 * (0.2 * x[0] - x[1]) / 1e-3)};
    }

    private static double[] moved(double[] x, double[] k, double by) {
        return new double[] {x[0] + by * k[0], x[1] + by * k[1]};
    }

    @Test
    void gatesWithVoltageDependentRates() {
        double dt = 1e-5;
        Cells cells = new Cells(1);
        Expr.Read v = cells.state("v", -0.05);
        Expr.Read m = cells.state("m", 0.1);
        Expr open = mul(1e3, exp(mul(50, v)));
        Expr close = mul(2e3, exp(mul(-20, v)));
        cells.equation(v, mul(-100, add(v, mul(m, mul(m, m)))));
        cells.equation(m, sub(mul(open, sub(number(1), m)), mul(close, m)));
        Outcome outcome = cells.start(Optional.empty(), dt);
        // The exponent and the factor of m, and one state that is computed before the other is written.
        assertEquals(3, cells.temporaryCount);
        assertTrue(Cells.byName(outcome).get("m").reason().startsWith("linear in m while v is held"));
        cells.run(1);
        double a = 1e3 * Math.exp(50 * -0.05);
        double b = 2e3 * Math.exp(-20 * -0.05);
        double target = a / (a + b);
        assertEquals(target + (0.1 - target) * Math.exp(-(a + b) * dt), cells.value(m), 1e-15);
        double drive = -0.1 * 0.1 * 0.1;
        assertEquals(drive + (-0.05 - drive) * Math.exp(-100 * dt), cells.value(v), 1e-16);
    }

    @Test
    void anExplodingEquationStaysFinite() {
        Cells cells = new Cells(1);
        Expr.Read v = cells.state("v", 0.03);
        cells.equation(v, sub(exp(mul(1000, v)), v));
        cells.start(Optional.empty(), 1e-3);
        assertTrue(Double.isFinite(cells.run(1).value(v)));
        assertTrue(cells.value(v) > 1);
    }

    @Test
    void decayKnownInAdvanceIsOneNumber() {
        Cells cells = new Cells(1);
        Expr.Read v = cells.state("v", 0);
        Expr.Read u = cells.state("u", 0);
        cells.equation(v, mul(v, v));
        cells.equation(u, mul(20, sub(mul(0.2, v), u)));
        Outcome outcome = cells.outcome(1e-3);
        assertTrue(
                Cells.formula(outcome, "u").matches("0\\.98\\d* \\* u \\+ 0\\.0039\\d* \\* v"),
                Cells.formula(outcome, "u"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Method.class,
            names = {"EXPONENTIAL_EULER", "EULER", "RK2", "RK4"})
    void frozenStatesStandStill(Method method) {
        Cells cells = new Cells(2);
        Expr frozen = Expr.Prim.of(Op.EQ, new Expr.Index(Cells.N), number(1));
        Expr.Read v = cells.state("v", 1);
        Expr.Read w = cells.state("w", 0);
        cells.equation(v, neg(mul(v, v)), Optional.of(frozen));
        cells.equation(w, sub(v, w));
        cells.start(Optional.of(method), 1e-3);
        cells.run(1000);
        assertEquals(0.5, cells.values(v)[0], 1e-3);
        assertEquals(1, cells.values(v)[1]);
        assertEquals(1 - Math.exp(-1), cells.values(w)[1], 1e-3);
    }

    @ParameterizedTest
    @EnumSource(
            value = Method.class,
            names = {"EXPONENTIAL_EULER", "EULER", "RK2", "RK4"})
    void neuronsMayReadTheirMean(Method method) {
        Cells cells = new Cells(3);
        Expr.Read x = cells.state("x", ramp(1, 1));
        cells.equation(x, sub(Expr.Reduce.over(Space.of(Cells.N), Fold.MEAN, x), x));
        Outcome outcome = cells.start(Optional.of(method), 1e-3);
        assertEquals(List.of(), outcome.diagnostics());
        cells.run(1000);
        for (int n = 0; n < 3; n++) {
            assertEquals(2 + (n - 1) * Math.exp(-1), cells.values(x)[n], 1e-3);
        }
    }
}
