package org.altdsl.derive.ode;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * How a linear system {@code x' = A x + b} with constant numbers moves in one step: {@code x(dt) = states x(0) +
 * inputs b}, where {@code states = exp(A dt)} and {@code inputs} is the integral of {@code exp(A s)} over the step.
 *
 * <p>Both come from one exponential of the augmented matrix {@code [[A, 1], [0, 0]] dt} (Van Loan 1978, IEEE
 * Transactions on Automatic Control 23:395), which exists for any A, singular and defective ones included, by scaling
 * and squaring of the Taylor series. The arithmetic has 64 decimal digits, so that the numbers are correct to the last
 * bit, however stiff the system is; with at most a dozen states that takes milliseconds. Products of zeros are never
 * formed: where one state does not reach another its coefficient is 0 exactly.
 */
record Propagator(double[][] states, double[][] inputs) {
    private static final MathContext DIGITS = new MathContext(64);

    /** The scaled matrix has a norm of at most 2^-8. */
    private static final int SCALED_EXPONENT = -8;

    /** {@code 2^(-8 n) / n!} is below 10^-64 from here on. */
    private static final int DEGREE = 20;

    private static final BigDecimal VANISHING = BigDecimal.ONE.scaleByPowerOfTen(-2000);
    private static final BigDecimal EXPLODING = BigDecimal.ONE.scaleByPowerOfTen(2000);

    static Propagator of(double[][] matrix, double dt) {
        int n = matrix.length;
        BigDecimal step = new BigDecimal(dt);
        BigDecimal[][] generator = new BigDecimal[n][2 * n];
        BigDecimal norm = BigDecimal.ZERO;
        for (int i = 0; i < n; i++) {
            BigDecimal row = BigDecimal.ZERO;
            for (int j = 0; j < n; j++) {
                generator[i][j] = new BigDecimal(matrix[i][j]).multiply(step, DIGITS);
                generator[i][n + j] = i == j ? step : BigDecimal.ZERO;
                row = row.add(generator[i][j].abs());
            }
            norm = norm.max(row);
        }
        int squarings = Math.max(0, Math.getExponent(norm.doubleValue()) + 1 - SCALED_EXPONENT);
        BigDecimal scale = new BigDecimal(2).pow(squarings);
        for (BigDecimal[] row : generator) {
            for (int j = 0; j < 2 * n; j++) {
                row[j] = row[j].divide(scale, DIGITS);
            }
        }
        BigDecimal[][] moved = series(generator);
        for (int i = 0; i < n; i++) {
            moved[i][i] = moved[i][i].add(BigDecimal.ONE, DIGITS);
        }
        for (int i = 0; i < squarings; i++) {
            moved = squared(moved);
        }
        double[][] states = new double[n][n];
        double[][] inputs = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                states[i][j] = moved[i][j].doubleValue();
                inputs[i][j] = moved[i][n + j].doubleValue();
            }
        }
        return new Propagator(states, inputs);
    }

    /** The exponential without the unit matrix. */
    private static BigDecimal[][] series(BigDecimal[][] generator) {
        BigDecimal[][] term = generator;
        BigDecimal[][] total = generator;
        for (int k = 2; k <= DEGREE; k++) {
            term = product(term, generator);
            for (BigDecimal[] row : term) {
                for (int j = 0; j < row.length; j++) {
                    row[j] = row[j].divide(BigDecimal.valueOf(k), DIGITS);
                }
            }
            total = sum(total, term);
        }
        return total;
    }

    private static BigDecimal[][] sum(BigDecimal[][] a, BigDecimal[][] b) {
        BigDecimal[][] result = new BigDecimal[a.length][a[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[i].length; j++) {
                result[i][j] = a[i][j].add(b[i][j], DIGITS);
            }
        }
        return result;
    }

    /** The square of a matrix whose lower half is 0 and 1 and not stored. */
    private static BigDecimal[][] squared(BigDecimal[][] moved) {
        int n = moved.length;
        BigDecimal[][] result = product(moved, moved);
        for (int i = 0; i < n; i++) {
            for (int j = n; j < 2 * n; j++) {
                result[i][j] = bounded(result[i][j].add(moved[i][j], DIGITS));
            }
        }
        return result;
    }

    /** The product of two matrices whose lower halves are 0 and not stored. */
    private static BigDecimal[][] product(BigDecimal[][] a, BigDecimal[][] b) {
        int n = a.length;
        BigDecimal[][] result = new BigDecimal[n][2 * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < 2 * n; j++) {
                BigDecimal total = BigDecimal.ZERO;
                for (int k = 0; k < n; k++) {
                    if (a[i][k].signum() != 0 && b[k][j].signum() != 0) {
                        total = total.add(a[i][k].multiply(b[k][j], DIGITS), DIGITS);
                    }
                }
                result[i][j] = bounded(total);
            }
        }
        return result;
    }

    /** Exponents stay in range: what is far below or above the doubles is 0 or stays far above. */
    private static BigDecimal bounded(BigDecimal value) {
        BigDecimal size = value.abs();
        if (size.compareTo(VANISHING) < 0) {
            return BigDecimal.ZERO;
        }
        if (size.compareTo(EXPLODING) > 0) {
            return value.signum() > 0 ? EXPLODING : EXPLODING.negate();
        }
        return value;
    }
}
