package org.altdsl.derive.ode;

import static org.altdsl.derive.ode.Cells.div;
import static org.altdsl.derive.ode.Cells.exp;
import static org.altdsl.derive.ode.Cells.mul;
import static org.altdsl.derive.ode.Cells.neg;
import static org.altdsl.derive.ode.Cells.sub;
import static org.altdsl.ir.Sketch.number;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.altdsl.derive.ode.Eigenvalues.Complex;
import org.altdsl.diag.Code;
import org.altdsl.ir.Expr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said about methods that do not fit and steps that are too long. */
class StabilityTest {
    private static Outcome decay(Method method, double dt) {
        Cells cells = new Cells(1);
        Expr.Read other = cells.state("w", 0);
        Expr.Read v = cells.state("v", 1);
        cells.equation(other, sub(v, mul(10, other)));
        cells.equation(v, div(neg(v), 0.002));
        return cells.outcome(method, dt);
    }

    @ParameterizedTest
    @CsvSource({
        "EULER, 0.0009, ",
        "EULER, 0.0011, COARSE_STEP",
        "EULER, 0.0039, COARSE_STEP",
        "EULER, 0.0041, UNSTABLE_STEP",
        "RK2, 0.0039, COARSE_STEP",
        "RK2, 0.0041, UNSTABLE_STEP",
        "RK4, 0.0055, COARSE_STEP",
        "RK4, 0.0056, UNSTABLE_STEP",
        "EXACT, 1, ",
        "EXPONENTIAL_EULER, 1, "
    })
    void stepsAreComparedWithTheTimeConstant(Method method, double dt, Code code) {
        List<Code> expected = code == null ? List.of() : List.of(code);
        List<Code> found = Cells.codes(decay(method, dt)).stream().limit(1).toList();
        assertEquals(expected, found);
    }

    @Test
    void theWarningHasTheNumbersAndTheEquation() {
        Outcome outcome = decay(Method.EULER, 0.0045);
        assertEquals(
                "the step of 4.5 ms is too long for the method euler: v has a time constant of 2 ms, and with steps of"
                        + " more than 2 of that the result grows",
                outcome.diagnostics().get(0).message());
        assertEquals(2, outcome.diagnostics().get(0).at().line());
    }

    /** The slope of -v^3 / (1.5 ms) is -3 / (1.5 ms) at the start, where v is 1: a time constant of 0.5 ms. */
    @ParameterizedTest
    @CsvSource({"0.0004, ", "0.0007, COARSE_STEP", "0.0011, UNSTABLE_STEP"})
    void equationsThatAreNotLinearHaveATimeConstantAtTheirStart(double dt, Code code) {
        Cells cells = new Cells(1);
        Expr.Read v = cells.state("v", 1);
        cells.equation(v, div(neg(mul(v, mul(v, v))), 0.0015));
        assertEquals(code == null ? List.of() : List.of(code), Cells.codes(cells.outcome(Method.EULER, dt)));
    }

    @Test
    void oscillationsGrowUnderEuler() {
        for (Method method : List.of(Method.EULER, Method.RK2, Method.RK4, Method.EXACT)) {
            Cells cells = new Cells(1);
            Expr.Read x = cells.state("x", 1);
            Expr.Read y = cells.state("y", 0);
            cells.equation(x, mul(10, y));
            cells.equation(y, mul(-10, x));
            List<Code> expected = method == Method.EULER ? List.of(Code.UNSTABLE_STEP) : List.of();
            assertEquals(expected, Cells.codes(cells.outcome(method, 0.01)), method.word());
        }
    }

    @Test
    void negativeTimeConstantsGrow() {
        Cells cells = new Cells(1);
        Expr.Read v = cells.state("v", 1);
        cells.equation(v, div(neg(v), -0.005));
        Outcome outcome = cells.outcome(1e-4);
        assertEquals(List.of(Code.GROWING_SOLUTION), Cells.codes(outcome));
        assertEquals(
                "the solution for v grows without bound: by a factor of e every 5 ms; is a time constant negative?",
                outcome.diagnostics().get(0).message());
    }

    @Test
    void exactNeedsLinearEquations() {
        Cells cells = new Cells(1);
        Expr.Read v = cells.state("v", -0.07);
        Expr.Read w = cells.state("w", 0);
        Expr.Read g = cells.state("g", 0);
        cells.equation(v, sub(exp(mul(500, v)), w));
        cells.equation(w, sub(v, w));
        cells.equation(g, neg(g));
        Outcome outcome = cells.outcome(Method.EXACT, 1e-4);
        assertEquals(List.of(Code.NOT_LINEAR, Code.NOT_LINEAR), Cells.codes(outcome));
        assertEquals(
                "the method exact needs equations that are linear with constant coefficients, but in v'"
                        + " exp(500 * v) is not linear",
                outcome.diagnostics().get(0).message());
        assertEquals(1, outcome.diagnostics().get(0).at().line());
        assertEquals(2, outcome.diagnostics().get(1).at().line());
        // Work goes on with what fits.
        assertEquals(Method.EXPONENTIAL_EULER, Cells.byName(outcome).get("v").method());
        assertEquals(Method.EXACT, Cells.byName(outcome).get("g").method());
    }

    @Test
    void exactNeedsConstantCoefficients() {
        Cells cells = new Cells(1);
        Expr.Read v = cells.state("v", 0);
        Expr.Read g = cells.input("g", number(1));
        cells.equation(v, sub(mul(g, sub(number(1), v)), v));
        assertEquals(
                Method.EXPONENTIAL_EULER, cells.outcome(1e-4).steps().get(0).method());
        Outcome outcome = cells.outcome(Method.EXACT, 1e-4);
        assertTrue(outcome.diagnostics().get(0).message().endsWith("changes from step to step"));
    }

    @Test
    void aTimeConstantOfZeroIsAnError() {
        Cells cells = new Cells(1);
        Expr.Read v = cells.state("v", 0);
        Expr.Read w = cells.state("w", 0);
        cells.equation(v, div(neg(v), 0));
        cells.equation(w, sub(v, w));
        assertEquals(List.of(Code.NOT_FINITE), Cells.codes(cells.outcome(1e-4)));
    }

    @Test
    void eigenvaluesOfAKnownMatrix() {
        // Companion of (x + 1) (x + 100) (x^2 + 4 x + 13).
        double[][] matrix = {{0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}, {-1300, -1713, -517, -105}};
        List<Complex> roots = Eigenvalues.of(matrix);
        for (Complex expected :
                List.of(new Complex(-1, 0), new Complex(-100, 0), new Complex(-2, 3), new Complex(-2, -3))) {
            double nearest = roots.stream()
                    .mapToDouble(root -> root.minus(expected).size())
                    .min()
                    .orElseThrow();
            assertEquals(0, nearest, 1e-6);
        }
    }

    @Test
    void methodsHaveTheNamesOfTheLanguage() {
        assertEquals(Optional.of(Method.RK4), Method.named("rk4"));
        assertEquals(Optional.of(Method.EXPONENTIAL_EULER), Method.named("exponential_euler"));
        assertEquals(Optional.empty(), Method.named("rk5"));
    }
}
