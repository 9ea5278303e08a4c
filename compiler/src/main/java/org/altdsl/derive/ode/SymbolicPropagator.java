package org.altdsl.derive.ode;

import java.util.function.UnaryOperator;
import org.altdsl.ir.Expr;

/**
 * The same as {@link Propagator} for coefficients that are expressions: {@code exp(M dt)} minus the unit matrix, for
 * {@code M = [[A, c], [0, 0]]}, written out by scaling and squaring (Higham 2005, SIAM Journal on Matrix Analysis and
 * Applications 26:1179, has the analysis).
 *
 * <p>How large the coefficients are is not known when this is written out, so the scaling is always the same, by
 * 2^10: full precision for steps up to some hundred of the fastest time constant, and the right limit up to some
 * thousand. Squaring what differs from the unit matrix keeps small coefficients precise.
 */
final class SymbolicPropagator {
    private static final int SQUARINGS = 10;

    private final UnaryOperator<Expr> keep;

    /**
     * @param keep what makes a variable of a value, so that it can be read many times
     */
    SymbolicPropagator(UnaryOperator<Expr> keep) {
        this.keep = keep;
    }

    /**
     * The change in one step: {@code n} rows, one for each state, and a column for each state and each input.
     *
     * @param generator M, without its rows of zeros
     */
    Expr[][] change(Expr[][] generator, double dt) {
        Expr[][] first = kept(scaled(generator, dt / (1 << SQUARINGS)));
        Expr[][] second = kept(product(first, first));
        Expr[][] third = kept(product(second, first));
        // The series to the ninth power, in powers of the third.
        Expr[][] high = kept(sum(
                scaled(first, inverseFactorial(7)),
                scaled(second, inverseFactorial(8)),
                scaled(third, inverseFactorial(9))));
        Expr[][] middle = kept(sum(
                scaled(first, inverseFactorial(4)),
                scaled(second, inverseFactorial(5)),
                sum(scaled(third, inverseFactorial(6)), product(third, high))));
        Expr[][] change = kept(sum(
                first,
                scaled(second, inverseFactorial(2)),
                sum(scaled(third, inverseFactorial(3)), product(third, middle))));
        for (int i = 0; i < SQUARINGS; i++) {
            change = kept(sum(change, change, product(change, change)));
        }
        return change;
    }

    private static double inverseFactorial(int n) {
        double factorial = 1;
        for (int i = 2; i <= n; i++) {
            factorial *= i;
        }
        return 1 / factorial;
    }

    private Expr[][] kept(Expr[][] matrix) {
        Expr[][] result = like(matrix);
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < matrix[i].length; j++) {
                result[i][j] = keep.apply(matrix[i][j]);
            }
        }
        return result;
    }

    private static Expr[][] like(Expr[][] matrix) {
        return new Expr[matrix.length][matrix[0].length];
    }

    private static Expr[][] scaled(Expr[][] matrix, double factor) {
        Expr[][] result = like(matrix);
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < matrix[i].length; j++) {
                result[i][j] = Formula.mul(Formula.number(factor), matrix[i][j]);
            }
        }
        return result;
    }

    private static Expr[][] sum(Expr[][] a, Expr[][] b, Expr[][] c) {
        return sum(sum(a, b), c);
    }

    private static Expr[][] sum(Expr[][] a, Expr[][] b) {
        Expr[][] result = like(a);
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[i].length; j++) {
                result[i][j] = a[i][j].equals(b[i][j])
                        ? Formula.mul(Formula.number(2), a[i][j])
                        : Formula.add(a[i][j], b[i][j]);
            }
        }
        return result;
    }

    private static Expr[][] product(Expr[][] a, Expr[][] b) {
        Expr[][] result = like(b);
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b[i].length; j++) {
                Expr total = Formula.ZERO;
                for (int k = 0; k < a.length; k++) {
                    total = Formula.add(total, Formula.mul(a[i][k], b[k][j]));
                }
                result[i][j] = total;
            }
        }
        return result;
    }
}
