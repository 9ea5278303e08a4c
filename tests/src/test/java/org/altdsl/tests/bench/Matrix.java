package org.altdsl.tests.bench;

import java.util.List;
import java.util.Random;
import org.altdsl.runtime.plan.VariableInfo;

/** Small matrices as arrays of rows, and the way in which executors keep them. */
public final class Matrix {
    private Matrix() {}

    /** A variable over two populations as rows of the one, whatever the order in which it is kept. */
    public static double[][] read(Trainer trainer, String variable, String rows, String columns) {
        VariableInfo info = info(trainer, variable);
        int height = info.sizes().get(info.axes().indexOf(rows));
        int width = info.sizes().get(info.axes().indexOf(columns));
        boolean rowsFirst = info.axes().indexOf(rows) < info.axes().indexOf(columns);
        double[] values = trainer.read(variable);
        double[][] matrix = new double[height][width];
        for (int i = 0; i < height; i++) {
            for (int j = 0; j < width; j++) {
                matrix[i][j] = rowsFirst ? values[i * width + j] : values[j * height + i];
            }
        }
        return matrix;
    }

    /** Sets a variable over two populations from rows of the one. */
    public static void write(Trainer trainer, String variable, String rows, String columns, double[][] matrix) {
        VariableInfo info = info(trainer, variable);
        boolean rowsFirst = info.axes().indexOf(rows) < info.axes().indexOf(columns);
        int height = matrix.length;
        int width = matrix[0].length;
        double[] values = new double[height * width];
        for (int i = 0; i < height; i++) {
            for (int j = 0; j < width; j++) {
                values[rowsFirst ? i * width + j : j * height + i] = matrix[i][j];
            }
        }
        trainer.write(variable, values);
    }

    private static VariableInfo info(Trainer trainer, String variable) {
        return trainer.executor().variables().stream()
                .filter(one -> one.name().equals(variable))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no variable " + variable + " among "
                        + trainer.executor().variables().stream()
                                .map(VariableInfo::name)
                                .toList()));
    }

    /** Orthonormal rows in random directions. */
    public static double[][] orthonormal(Random random, int size) {
        double[][] rows = new double[size][];
        for (int i = 0; i < size; i++) {
            rows[i] = Trainer.normal(random, size);
            for (int pass = 0; pass < 2; pass++) {
                for (int k = 0; k < i; k++) {
                    double along = dot(rows[i], rows[k]);
                    for (int j = 0; j < size; j++) {
                        rows[i][j] -= along * rows[k][j];
                    }
                }
            }
            double length = Math.sqrt(dot(rows[i], rows[i]));
            for (int j = 0; j < size; j++) {
                rows[i][j] /= length;
            }
        }
        return rows;
    }

    /** The sum of products. */
    public static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /** All rows, one after the other. */
    public static double[] flat(List<double[]> rows) {
        return rows.stream().flatMapToDouble(java.util.Arrays::stream).toArray();
    }
}
