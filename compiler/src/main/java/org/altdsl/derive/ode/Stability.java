package org.altdsl.derive.ode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.altdsl.derive.Slope;
import org.altdsl.derive.ode.Eigenvalues.Complex;
import org.altdsl.diag.Code;
import org.altdsl.diag.Diagnostic;
import org.altdsl.ir.Expr;

/**
 * Compares the step with the time constants that are known when a program is compiled: those of coefficients that are
 * numbers.
 */
final class Stability {
    /** A fraction of the time constant above which a step of an explicit method is called coarse. */
    private static final double COARSE = 0.5;

    /** The logarithm of the growth in one radian above which an oscillation that should not grow is said to. */
    private static final double GROWTH = 1e-3;

    private final List<Equation> equations;
    private final List<Expr> rates;
    private final List<Method> methods;
    private final double dt;
    private final List<Diagnostic> found = new ArrayList<>();

    private Stability(List<Equation> equations, List<Expr> rates, List<Method> methods, double dt) {
        this.equations = equations;
        this.rates = rates;
        this.methods = methods;
        this.dt = dt;
    }

    /**
     * Warnings about steps that are too long, and about solutions that grow.
     *
     * @param rates the rates without noise
     * @param methods how each equation is integrated
     */
    static List<Diagnostic> check(List<Equation> equations, List<Expr> rates, List<Method> methods, double dt) {
        Stability stability = new Stability(equations, rates, methods, dt);
        Components.of(equations, rates).forEach(stability::component);
        return stability.found;
    }

    private void component(List<Integer> component) {
        int n = component.size();
        double[][] numbers = new double[n][n];
        boolean complete = true;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                Optional<Double> slope = slope(component.get(i), component.get(j));
                complete &= slope.isPresent();
                numbers[i][j] = slope.orElse(Double.NaN);
            }
        }
        if (complete) {
            int fastest = 0;
            for (int i = 1; i < n; i++) {
                fastest = Math.abs(numbers[i][i]) > Math.abs(numbers[fastest][fastest]) ? i : fastest;
            }
            judge(component.get(fastest), Eigenvalues.of(numbers));
            return;
        }
        for (int i = 0; i < n; i++) {
            if (!Double.isNaN(numbers[i][i])) {
                judge(component.get(i), List.of(new Complex(numbers[i][i], 0)));
            }
        }
    }

    private Optional<Double> slope(int of, int by) {
        Slope slope = new Slope(equations.get(by).state());
        Expr derivative = Formula.folded(slope.of(rates.get(of)));
        boolean isNumber = derivative instanceof Expr.Const constant && Double.isFinite(constant.value());
        return isNumber && !slope.mixes() ? Optional.of(((Expr.Const) derivative).value()) : Optional.empty();
    }

    private void judge(int equation, List<Complex> eigenvalues) {
        Complex fastest = new Complex(0, 0);
        Complex growing = new Complex(0, 0);
        double largest = eigenvalues.stream().mapToDouble(Complex::size).max().orElse(0);
        for (Complex eigenvalue : eigenvalues) {
            fastest = eigenvalue.size() > fastest.size() ? eigenvalue : fastest;
            boolean grows = eigenvalue.real() > 1e-6 * largest;
            growing = grows && eigenvalue.real() > growing.real() ? eigenvalue : growing;
        }
        if (growing.real() > 0) {
            warn(
                    Code.GROWING_SOLUTION,
                    equation,
                    "the solution for " + name(equation) + " grows without bound: by a factor of e every "
                            + Seconds.words(1 / growing.real()) + "; is a time constant negative?");
        }
        if (fastest.size() > 0 && fastest.real() <= 0) {
            step(equation, fastest);
        }
    }

    private void step(int equation, Complex fastest) {
        Method method = methods.get(equation);
        if (method == Method.EXACT || method == Method.EXPONENTIAL_EULER) {
            return;
        }
        Complex z = fastest.times(dt);
        double growth = Math.log(factor(method, z).size());
        String constant = name(equation) + " has a time constant of " + Seconds.words(1 / fastest.size());
        boolean isReal = z.imaginary() == 0;
        if (growth > (isReal ? 1e-12 : GROWTH * z.size())) {
            String limit = isReal
                    ? ", and with steps of more than " + Seconds.number(limit(method)) + " of that the result grows"
                    : ", and the oscillation grows by a factor of " + Seconds.number(Math.exp(growth)) + " a step";
            warn(
                    Code.UNSTABLE_STEP,
                    equation,
                    "the step of " + Seconds.words(dt) + " is too long for the method " + method.word() + ": "
                            + constant + limit);
        } else if (z.size() > COARSE) {
            warn(
                    Code.COARSE_STEP,
                    equation,
                    "the step of " + Seconds.words(dt) + " is coarse for the method " + method.word() + ": "
                            + constant);
        }
    }

    /** What a method multiplies the solution of {@code x' = z x} by in a step of 1. */
    private static Complex factor(Method method, Complex z) {
        Complex first = Complex.ONE.plus(z);
        if (method == Method.EULER) {
            return first;
        }
        Complex second = first.plus(z.times(z).times(1.0 / 2));
        if (method == Method.RK2) {
            return second;
        }
        Complex cube = z.times(z).times(z);
        return second.plus(cube.times(1.0 / 6)).plus(cube.times(z).times(1.0 / 24));
    }

    /** The longest stable step for a decay, in time constants. */
    private static double limit(Method method) {
        return method == Method.RK4 ? 2.785 : 2;
    }

    private void warn(Code code, int equation, String message) {
        found.add(Diagnostic.warning(code, equations.get(equation).span(), message));
    }

    private String name(int equation) {
        return equations.get(equation).name();
    }
}
