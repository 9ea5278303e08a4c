package org.altdsl.derive.ode;

import static org.altdsl.derive.ode.Cells.add;
import static org.altdsl.derive.ode.Cells.div;
import static org.altdsl.derive.ode.Cells.mul;
import static org.altdsl.derive.ode.Cells.neg;
import static org.altdsl.derive.ode.Cells.ramp;
import static org.altdsl.derive.ode.Cells.sub;
import static org.altdsl.ir.Sketch.number;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Op;
import org.junit.jupiter.api.Test;

/** The exact solution against closed forms; 1e-12 of the size of the values is some thousand roundings. */
class ExactTest {
    private static final double DT = 1e-4;

    private static void near(double expected, double actual) {
        assertEquals(expected, actual, 1e-12 * Math.max(Math.abs(expected), 1e-3));
    }

    @Test
    void membraneChargesByAnExponential() {
        Cells cells = new Cells(1);
        Expr.Read v = cells.state("v", -0.07);
        Expr.Read current = cells.input("I", number(100e-12));
        // v' = (g_L (v_rest - v) + I) / C
        Expr leak = mul(10e-9, sub(number(-0.07), v));
        cells.equation(v, div(add(leak, current), 200e-12));
        Outcome outcome = cells.start(Optional.empty(), DT);
        assertEquals(Method.EXACT, outcome.steps().get(0).method());
        assertEquals(List.of(), outcome.diagnostics());
        assertEquals(0, cells.onceCount + cells.temporaryCount);
        cells.run(200);
        near(-0.07 + 0.01 * -Math.expm1(-1), cells.value(v));
    }

    @Test
    void theFormulaIsAsShortAsCanBe() {
        Cells cells = new Cells(1);
        Expr.Read v = cells.state("v", 0);
        Expr.Read g = cells.state("g", 1);
        Expr.Read other = cells.state("other", 1);
        cells.equation(v, div(sub(g, v), 0.02));
        cells.equation(g, div(neg(g), 0.005));
        cells.equation(other, neg(other));
        Outcome outcome = cells.outcome(DT);
        double e = Math.exp(-DT);
        assertEquals(e + " * other", Cells.formula(outcome, "other"));
        assertEquals(Math.exp(-0.02) + " * g", Cells.formula(outcome, "g"));
        assertTrue(Cells.formula(outcome, "v").matches("0\\.995\\d* \\* v \\+ 0\\.00\\d* \\* g"));
        assertEquals(
                List.of("v", "g", "other"),
                outcome.steps().stream().map(step -> step.state().name()).toList());
    }

    @Test
    void exponentialCurrentGivesTheDifferenceOfTwoExponentials() {
        Cells cells = new Cells(1);
        Expr.Read i = cells.state("i", 100e-12);
        Expr.Read v = cells.state("v", -0.07);
        cells.equation(i, div(neg(i), 0.005));
        cells.equation(v, div(add(mul(10e-9, sub(number(-0.07), v)), i), 200e-12));
        Outcome outcome = cells.start(Optional.empty(), DT);
        // v reads the old i, so it goes first.
        assertEquals("v", outcome.steps().get(0).state().name());
        assertEquals(
                "linear with constant coefficients, with i",
                outcome.steps().get(0).reason());
        cells.run(100);
        double t = 0.01;
        double shape = 0.02 * 0.005 / 0.015 * (Math.exp(-t / 0.02) - Math.exp(-t / 0.005));
        near(-0.07 + 100e-12 / 200e-12 * shape, cells.value(v));
    }

    @Test
    void alphaFunctionHasEqualTimeConstants() {
        double tau = 0.005;
        Cells cells = new Cells(1);
        Expr.Read x = cells.state("x", 2);
        Expr.Read i = cells.state("i", 0);
        Expr.Read v = cells.state("v", 0);
        cells.equation(x, div(neg(x), tau));
        cells.equation(i, div(sub(mul(Math.E, x), i), tau));
        cells.equation(v, sub(mul(3, i), div(v, tau)));
        cells.start(Optional.of(Method.EXACT), DT);
        cells.run(120);
        double t = 0.012;
        near(2 * Math.E * t / tau * Math.exp(-t / tau), cells.value(i));
        near(3 * Math.E / tau * t * t * Math.exp(-t / tau), cells.value(v));
    }

    @Test
    void oscillatorKeepsItsEnergy() {
        double omega = 250;
        Cells cells = new Cells(1);
        Expr.Read x = cells.state("x", 1);
        Expr.Read y = cells.state("y", 0);
        cells.equation(x, mul(omega, y));
        cells.equation(y, mul(-omega, x));
        Outcome outcome = cells.start(Optional.empty(), 0.01);
        assertEquals(List.of(), outcome.diagnostics());
        // Each needs the other's old value.
        assertEquals(1, cells.temporaryCount);
        cells.run(1000);
        near(Math.cos(omega * 10), cells.value(x));
        near(-Math.sin(omega * 10), cells.value(y));
    }

    @Test
    void randomSystemsAgreeWithTheirSeries() {
        Random random = new Random(5);
        for (int trial = 0; trial < 20; trial++) {
            double[][] a = new double[4][4];
            for (double[] row : a) {
                for (int j = 0; j < 4; j++) {
                    row[j] = random.nextGaussian();
                }
            }
            Propagator propagator = Propagator.of(a, 0.7);
            for (int column = 0; column < 4; column++) {
                double[] unit = new double[4];
                unit[column] = 1;
                double[] x = series(a, unit, new double[4], 0.7);
                double[] driven = series(a, new double[4], unit, 0.7);
                for (int row = 0; row < 4; row++) {
                    assertEquals(x[row], propagator.states()[row][column], 1e-14 * 30);
                    assertEquals(driven[row], propagator.inputs()[row][column], 1e-14 * 30);
                }
            }
        }
    }

    /** The Taylor series of the solution of {@code x' = A x + b}. */
    private static double[] series(double[][] a, double[] start, double[] b, double t) {
        int n = start.length;
        double[] total = start.clone();
        double[] derivative = start.clone();
        double factor = 1;
        for (int k = 1; k < 60; k++) {
            double[] next = new double[n];
            for (int i = 0; i < n; i++) {
                next[i] = k == 1 ? b[i] : 0;
                for (int j = 0; j < n; j++) {
                    next[i] += a[i][j] * derivative[j];
                }
            }
            derivative = next;
            factor *= t / k;
            for (int i = 0; i < n; i++) {
                total[i] += factor * derivative[i];
            }
        }
        return total;
    }

    @Test
    void whatDoesNotDecayIntegratesItsInput() {
        Cells cells = new Cells(1);
        Expr.Read x = cells.state("x", 1);
        Expr.Read y = cells.state("y", 0);
        Expr.Read z = cells.state("z", 5);
        Expr.Read u = cells.input("u", number(3));
        cells.equation(x, u);
        cells.equation(y, x);
        cells.equation(z, number(0));
        Outcome outcome = cells.start(Optional.empty(), 0.5);
        assertEquals("z", Cells.formula(outcome, "z"));
        assertEquals("x + 0.5 * u", Cells.formula(outcome, "x"));
        cells.run(4);
        near(1 + 3 * 2, cells.value(x));
        near(2 + 3 * 2, cells.value(y));
        near(5, cells.value(z));
    }

    @Test
    void stepsOfManyTimeConstantsAreExactToo() {
        double[][] a = {{-1e5, 0, 0}, {2, -3, 0}, {0, 1e9, -1e-3}};
        Propagator propagator = Propagator.of(a, 1);
        assertEquals(0, propagator.states()[0][0]);
        assertEquals(0, propagator.states()[0][1]);
        near(1e-5, propagator.inputs()[0][0]);
        near(2 * (Math.exp(-3) - 0) / (1e5 - 3), propagator.states()[1][0]);
        near(1e9 * (Math.exp(-1e-3) - Math.exp(-3)) / (3 - 1e-3), propagator.states()[2][1]);
        // Decay by more than the range of the doubles.
        assertEquals(0, Propagator.of(new double[][] {{-1e9}}, 1e3).states()[0][0]);
        assertEquals(
                Double.POSITIVE_INFINITY,
                Propagator.of(new double[][] {{1e9}}, 1e3).states()[0][0]);
        assertEquals(Math.exp(-300), Propagator.of(new double[][] {{-300}}, 1).states()[0][0], 1e-15 * Math.exp(-300));
    }

    @Test
    void timeConstantsOfEachNeuron() {
        Cells cells = new Cells(5);
        Expr.Read tau = cells.parameter("tau", ramp(0.01, 0.005));
        Expr.Read rest = cells.parameter("rest", ramp(-0.07, 0.001));
        Expr.Read u = cells.input("u", ramp(1, 0.5));
        Expr.Read v = cells.state("v", -0.05);
        // v' = (rest - v + u) / tau
        cells.equation(v, div(add(sub(rest, v), u), tau));
        Outcome outcome = cells.start(Optional.empty(), DT);
        assertEquals(3, cells.onceCount);
        assertFalse(Cells.formula(outcome, "v").contains("exp"), Cells.formula(outcome, "v"));
        cells.run(100);
        for (int i = 0; i < 5; i++) {
            double target = -0.07 + 0.001 * i + 1 + 0.5 * i;
            near(target + (-0.05 - target) * Math.exp(-0.01 / (0.01 + 0.005 * i)), cells.values(v)[i]);
        }
    }

    @Test
    void anEqualTimeConstantAmongThoseOfEachNeuron() {
        Cells cells = new Cells(5);
        // The third neuron's membrane is as fast as its synapses.
        Expr.Read tau = cells.parameter("tau", ramp(0.003, 0.001));
        Expr.Read v = cells.state("v", 0.5);
        Expr.Read g = cells.state("g", 2);
        Expr.Read h = cells.state("h", 1);
        cells.equation(v, div(sub(add(g, h), v), tau));
        cells.equation(g, div(neg(g), 0.005));
        cells.equation(h, div(neg(h), 0.01));
        Outcome outcome = cells.start(Optional.of(Method.EXACT), DT);
        assertEquals(3, cells.onceCount);
        assertEquals(List.of(), outcome.diagnostics());
        cells.run(80);
        double t = 0.008;
        for (int i = 0; i < 5; i++) {
            double own = 0.003 + 0.001 * i;
            double expected = 0.5 * Math.exp(-t / own) + shape(own, 0.005, t) * 2 + shape(own, 0.01, t);
            near(expected, cells.values(v)[i]);
        }
    }

    private static double shape(double own, double other, double t) {
        if (Math.abs(own - other) < 1e-12) {
            return t / own * Math.exp(-t / own);
        }
        return other / (other - own) * (Math.exp(-t / other) - Math.exp(-t / own));
    }

    @Test
    void coupledSystemsOfEachNeuron() {
        Cells cells = new Cells(7);
        // A resonator whose coefficients run through real, equal and complex pairs of eigenvalues.
        Expr.Read a = cells.parameter("a", ramp(-900, 300));
        Expr.Read b = cells.parameter("b", ramp(1, 0.25));
        Expr.Read u = cells.input("u", ramp(0.2, 0.1));
        Expr.Read v = cells.state("v", 1);
        Expr.Read w = cells.state("w", -0.5);
        cells.equation(v, add(mul(-40, v), add(mul(a, w), mul(30, u))));
        cells.equation(w, add(sub(v, mul(40, w)), mul(b, number(2))));
        Outcome outcome = cells.start(Optional.empty(), 1e-3);
        assertEquals(Method.EXACT, outcome.steps().get(1).method());
        // Fourteen stages of two rows and four columns, and what is read in the steps.
        assertTrue(cells.onceCount <= 14 * 8 + 8, "variables: " + cells.onceCount);
        cells.run(50);
        for (int i = 0; i < 7; i++) {
            double[][] matrix = {{-40, -900 + 300 * i}, {1, -40}};
            Propagator whole = Propagator.of(matrix, 0.05);
            double[] start = {1, -0.5};
            double[] drive = {30 * (0.2 + 0.1 * i), 2 * (1 + 0.25 * i)};
            double[] expected = new double[2];
            for (int row = 0; row < 2; row++) {
                for (int column = 0; column < 2; column++) {
                    expected[row] += whole.states()[row][column] * start[column];
                    expected[row] += whole.inputs()[row][column] * drive[column];
                }
            }
            near(expected[0], cells.values(v)[i]);
            near(expected[1], cells.values(w)[i]);
        }
    }

    @Test
    void stiffCoupledSystemsOfEachNeuron() {
        Cells cells = new Cells(4);
        Expr.Read rate = cells.parameter("rate", ramp(100, 1000));
        Expr.Read x = cells.state("x", 1);
        Expr.Read y = cells.state("y", 0);
        Expr.Read z = cells.state("z", 0);
        // A chain, which has no short formula.
        cells.equation(x, neg(mul(rate, x)));
        cells.equation(y, sub(x, mul(50, y)));
        cells.equation(z, sub(y, mul(2, z)));
        cells.start(Optional.empty(), 0.05);
        cells.run(1);
        for (int i = 0; i < 4; i++) {
            double[][] a = {{-100 - 1000 * i, 0, 0}, {1, -50, 0}, {0, 1, -2}};
            double expected = Propagator.of(a, 0.05).states()[2][0];
            assertEquals(expected, cells.values(z)[i], 1e-11 * expected);
        }
    }

    @Test
    void onlyTheLinearPartThatStandsAloneIsExact() {
        Cells cells = new Cells(1);
        Expr.Read g = cells.state("g", 1);
        Expr.Read v = cells.state("v", 0.5);
        Expr.Read w = cells.state("w", 0);
        cells.equation(g, div(neg(g), 0.005));
        cells.equation(v, sub(mul(v, v), mul(g, v)));
        cells.equation(w, sub(v, w));
        Outcome outcome = cells.outcome(DT);
        assertEquals(Method.EXACT, Cells.byName(outcome).get("g").method());
        assertEquals(Method.EXPONENTIAL_EULER, Cells.byName(outcome).get("v").method());
        assertEquals(Method.EXPONENTIAL_EULER, Cells.byName(outcome).get("w").method());
        assertEquals(
                "not linear in v: linearised at the start of each step while g is held",
                Cells.byName(outcome).get("v").reason());
        assertEquals(
                "linear in w while v is held (not exact: it depends on v, whose equation is not linear)",
                Cells.byName(outcome).get("w").reason());
    }

    @Test
    void frozenStatesStandStillForTheOthersToo() {
        Cells cells = new Cells(2);
        Expr.Read v = cells.state("v", 1);
        Expr.Read w = cells.state("w", 0);
        Expr.Read u = cells.state("u", 1);
        Expr frozen = Expr.Prim.of(Op.EQ, new Expr.Index(Cells.N), number(1));
        cells.equation(v, mul(-10, v), Optional.of(frozen));
        cells.equation(w, sub(v, w));
        cells.equation(u, neg(u));
        Outcome outcome = cells.start(Optional.empty(), 0.1);
        assertFalse(Cells.formula(outcome, "u").contains("select"));
        cells.run(10);
        near(Math.exp(-10), cells.values(v)[0]);
        near((Math.exp(-1) - Math.exp(-10)) / 9, cells.values(w)[0]);
        near(1, cells.values(v)[1]);
        near(1 - Math.exp(-1), cells.values(w)[1]);
    }

    @Test
    void inputsOfEqualWeightAreAddedFirst() {
        Cells cells = new Cells(1);
        Expr.Read v = cells.state("v", 0);
        Expr.Read a = cells.input("a", number(1));
        Expr.Read b = cells.input("b", number(1));
        cells.equation(v, div(sub(add(a, neg(b)), v), 0.02));
        Outcome outcome = cells.outcome(DT);
        assertTrue(
                Cells.formula(outcome, "v").matches("0\\.995\\d* \\* v \\+ 0\\.0049\\d* \\* \\(a - b\\)"),
                Cells.formula(outcome, "v"));
    }
}
