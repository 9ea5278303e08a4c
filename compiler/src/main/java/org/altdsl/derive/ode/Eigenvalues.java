package org.altdsl.derive.ode;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The eigenvalues of a small real matrix, for judging how fast a system is: the roots of its characteristic polynomial
 * (Faddeev and LeVerrier's coefficients, Durand and Kerner's iteration). The large ones are precise, the small ones to
 * about 1e-6 of the largest.
 */
final class Eigenvalues {
    private static final int ITERATIONS = 500;

    /** A complex number. */
    record Complex(double real, double imaginary) {
        static final Complex ONE = new Complex(1, 0);

        Complex plus(Complex other) {
            return new Complex(real + other.real, imaginary + other.imaginary);
        }

        Complex minus(Complex other) {
            return new Complex(real - other.real, imaginary - other.imaginary);
        }

        Complex times(Complex other) {
            return new Complex(
                    real * other.real - imaginary * other.imaginary, real * other.imaginary + imaginary * other.real);
        }

        Complex times(double factor) {
            return new Complex(real * factor, imaginary * factor);
        }

        Complex over(Complex other) {
            double size = other.real * other.real + other.imaginary * other.imaginary;
            Complex product = times(new Complex(other.real, -other.imaginary));
            return product.times(1 / size);
        }

        double size() {
            return Math.hypot(real, imaginary);
        }
    }

    private Eigenvalues() {}

    static List<Complex> of(double[][] matrix) {
        int n = matrix.length;
        if (n == 1) {
            return List.of(new Complex(matrix[0][0], 0));
        }
        double[] coefficients = characteristic(matrix);
        double scale = 0;
        for (int k = 1; k <= n; k++) {
            scale = Math.max(scale, Math.pow(Math.abs(coefficients[k]), 1.0 / k));
        }
        if (scale == 0) {
            return new ArrayList<>(Collections.nCopies(n, new Complex(0, 0)));
        }
        for (int k = 1; k <= n; k++) {
            coefficients[k] /= Math.pow(scale, k);
        }
        List<Complex> roots = new ArrayList<>();
        for (Complex root : roots(coefficients)) {
            // Real roots come with an imaginary part of a few roundings.
            boolean isReal = Math.abs(root.imaginary()) < 1e-9 * root.size();
            roots.add(new Complex(root.real(), isReal ? 0 : root.imaginary()).times(scale));
        }
        return roots;
    }

    /** The coefficients of {@code det(x - M)}, from that of the highest power. */
    private static double[] characteristic(double[][] matrix) {
        int n = matrix.length;
        double[] coefficients = new double[n + 1];
        coefficients[0] = 1;
        double[][] current = new double[n][n];
        for (int k = 1; k <= n; k++) {
            double[][] next = new double[n][n];
            double trace = 0;
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    for (int l = 0; l < n; l++) {
                        double inner = current[l][j] + (l == j ? coefficients[k - 1] : 0);
                        next[i][j] += matrix[i][l] * inner;
                    }
                }
                trace += next[i][i];
            }
            coefficients[k] = -trace / k;
            current = next;
        }
        return coefficients;
    }

    private static List<Complex> roots(double[] coefficients) {
        int n = coefficients.length - 1;
        List<Complex> roots = new ArrayList<>();
        Complex start = new Complex(0.4, 0.9);
        Complex power = Complex.ONE;
        for (int i = 0; i < n; i++) {
            roots.add(power);
            power = power.times(start);
        }
        for (int iteration = 0; iteration < ITERATIONS; iteration++) {
            double change = 0;
            for (int i = 0; i < n; i++) {
                Complex at = roots.get(i);
                Complex value = Complex.ONE;
                for (int k = 1; k <= n; k++) {
                    value = value.times(at).plus(new Complex(coefficients[k], 0));
                }
                Complex others = Complex.ONE;
                for (int j = 0; j < n; j++) {
                    others = j == i ? others : others.times(at.minus(roots.get(j)));
                }
                if (others.size() == 0) {
                    continue;
                }
                Complex correction = value.over(others);
                roots.set(i, at.minus(correction));
                change = Math.max(change, correction.size());
            }
            if (change < 1e-15) {
                break;
            }
        }
        return roots;
    }
}
