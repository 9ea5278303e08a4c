package org.altdsl.derive.ode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.altdsl.derive.Slope;
import org.altdsl.derive.ode.Eigenvalues.Complex;
import org.altdsl.diag.Code;
import org.altdsl.diag.Diagnostic;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Folding;

/**
 * Compares the step with the time constants that are known when a program is compiled: those of coefficients that are
 * numbers, and those that equations have at the values they start with.
 */
final class Stability {
    /** A fraction of the time constant above which a step of an explicit method is called coarse. */
    private static final double COARSE = 0.5;

    /** The same where time constants change: at its start, a solution may well be left to move on. */
    private static final double COARSE_AT_START = 1;

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
        double[][] always = new double[n][n];
        double[][] first = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                Slope slope = new Slope(equations.get(component.get(j)).state());
                Expr derivative = slope.of(rates.get(component.get(i)));
                always[i][j] = slope.mixes() ? Double.NaN : number(derivative);
                first[i][j] = slope.mixes() ? Double.NaN : number(atStart(derivative));
            }
        }
        if (isKnown(always)) {
            judge(component.get(fastest(always)), Eigenvalues.of(always), true);
        } else if (isKnown(first)) {
            judge(component.get(fastest(first)), Eigenvalues.of(first), false);
        } else {
            for (int i = 0; i < n; i++) {
                if (!Double.isNaN(always[i][i])) {
                    judge(component.get(i), List.of(new Complex(always[i][i], 0)), true);
                }
            }
        }
    }

    private static boolean isKnown(double[][] numbers) {
        return Arrays.stream(numbers).flatMapToDouble(Arrays::stream).noneMatch(Double::isNaN);
    }

    private static int fastest(double[][] numbers) {
        int fastest = 0;
        for (int i = 1; i < numbers.length; i++) {
            fastest = Math.abs(numbers[i][i]) > Math.abs(numbers[fastest][fastest]) ? i : fastest;
        }
        return fastest;
    }

    /** The value of a formula, if it is a number that is finite. */
    private static double number(Expr formula) {
        return Formula.folded(formula) instanceof Expr.Const constant && Double.isFinite(constant.value())
                ? constant.value()
                : Double.NaN;
    }

    /** A formula with the numbers that variables start with, where they are the same at all points. */
    private static Expr atStart(Expr expr) {
        if (expr instanceof Expr.Read read) {
            return read.variable().init().filter(Expr.Const.class::isInstance).orElse(read);
        }
        if (expr instanceof Expr.Gather gather) {
            Expr of = atStart(gather.of());
            return of instanceof Expr.Const ? of : gather;
        }
        return expr instanceof Expr.Prim prim
                ? Folding.prim(
                        prim.op(),
                        prim.operands().stream().map(Stability::atStart).toArray(Expr[]::new))
                : expr;
    }

    private void judge(int equation, List<Complex> eigenvalues, boolean always) {
        Complex fastest = new Complex(0, 0);
        Complex growing = new Complex(0, 0);
        double largest = eigenvalues.stream().mapToDouble(Complex::size).max().orElse(0);
        for (Complex eigenvalue : eigenvalues) {
            fastest = eigenvalue.size() > fastest.size() ? eigenvalue : fastest;
            boolean grows = eigenvalue.real() > 1e-6 * largest;
            growing = grows && eigenvalue.real() > growing.real() ? eigenvalue : growing;
        }
        if (growing.real() > 0 && always) {
            warn(
                    Code.GROWING_SOLUTION,
                    equation,
                    "the solution for " + name(equation) + " grows without bound: by a factor of e every "
                            + Seconds.words(1 / growing.real()) + "; is a time constant negative?");
        }
        if (fastest.size() > 0 && fastest.real() <= 0) {
            step(equation, fastest, always);
        }
    }

    private void step(int equation, Complex fastest, boolean always) {
        Method method = methods.get(equation);
        if (method == Method.EXACT || method == Method.EXPONENTIAL_EULER) {
            return;
        }
        Complex z = fastest.times(dt);
        double growth = Math.log(factor(method, z).size());
        String constant = name(equation) + (always ? " has" : " starts with") + " a time constant of "
                + Seconds.words(1 / fastest.size());
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
        } else if (z.size() > (always ? COARSE : COARSE_AT_START)) {
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
