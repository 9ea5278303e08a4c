package org.altdsl.tests.differential;

import java.util.Map;
import java.util.Random;
import org.altdsl.driver.Backend;
import org.altdsl.lower.LoweredRule;
import org.altdsl.runtime.plan.Clamp;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.StepInfo;
import org.altdsl.runtime.plan.VariableInfo;
import org.altdsl.tests.bench.Trainer;

/** Trains a rule on two back ends side by side, on the same samples, and compares what lasts after every batch. */
final class Agreement {
    /** Half a unit in the last place of a float of size 1. */
    static final double FLOAT_ROUNDING = Math.scalb(1.0, -24);

    /** Half a unit in the last place of a double of size 1. */
    static final double DOUBLE_ROUNDING = Math.scalb(1.0, -53);

    /**
     * A kernel evaluates expressions of some dozen operations, with elementary functions off by up to 2 units in the
     * last place, and sums of up to some dozen terms: so many roundings an update.
     */
    private static final int ROUNDINGS = 64;

    private final LoweredRule rule;
    private final Map<String, Integer> widths;
    private final int classes;
    private final int[] lanes;

    /**
     * @param widths how many numbers a sample has in each field that fixes an axis
     * @param classes how many classes {@code label} has; 0 if there is no label
     * @param lanes the number of samples of each batch
     */
    Agreement(LoweredRule rule, Map<String, Integer> widths, int classes, int... lanes) {
        this.rule = rule;
        this.widths = widths;
        this.classes = classes;
        this.lanes = lanes;
    }

    /** The first difference of a back end from the interpreter beyond a tolerance; empty if there is none. */
    String differenceFromInterpreter(Backend actual, double tolerance) {
        Trainer right = trainer(Trainer.interpreter());
        Trainer found = trainer(actual);
        String difference = difference("at the start", right, found, tolerance);
        Random first = new Random(3);
        Random second = new Random(3);
        for (int batch = 0; batch < lanes.length && difference.isEmpty(); batch++) {
            right.batch(lanes[batch], fields(first, lanes[batch]));
            found.batch(lanes[batch], fields(second, lanes[batch]));
            difference = difference("after batch " + batch, right, found, tolerance);
        }
        return difference;
    }

    private Trainer trainer(Backend backend) {
        return Trainer.of(rule, backend, widths, 7);
    }

    private Map<String, double[]> fields(Random random, int count) {
        Map<String, double[]> fields = new java.util.HashMap<>();
        for (Clamp clamp : rule.clamps()) {
            fields.put(
                    clamp.field(),
                    clamp.field().equals("label")
                            ? Trainer.classes(random, count, classes)
                            : Trainer.normal(random, count * widths.get(clamp.field())));
        }
        return fields;
    }

    private static String difference(String when, Trainer right, Trainer found, double tolerance) {
        for (VariableInfo variable : right.lasting()) {
            double[] expected = right.read(variable.name());
            double[] actual = found.read(variable.name());
            double scale = scale(expected);
            for (int i = 0; i < expected.length; i++) {
                boolean same = Double.compare(expected[i], actual[i]) == 0
                        || Math.abs(expected[i] - actual[i]) <= tolerance * scale;
                if (!same) {
                    return variable.name() + "[" + i + "] " + when + " is " + actual[i] + ", not " + expected[i];
                }
            }
        }
        return "";
    }

    private static double scale(double[] values) {
        double scale = 1;
        for (double value : values) {
            scale = Math.max(scale, Math.abs(value));
        }
        return scale;
    }

    /**
     * How far a precision may be off: four times the largest change of what lasts, in three trials, when every
     * value is moved as it is written by as much as the roundings of its expression can add up to, up or down.
     */
    double tolerance(double rounding) {
        double largest = 0;
        Map<String, double[]> exact = moved(null, 0);
        for (int trial = 0; trial < 3; trial++) {
            Map<String, double[]> other = moved(new Random(trial), rounding);
            for (Map.Entry<String, double[]> entry : exact.entrySet()) {
                double[] values = entry.getValue();
                double scale = scale(values);
                for (int i = 0; i < values.length; i++) {
                    double off = Math.abs(values[i] - other.get(entry.getKey())[i]) / scale;
                    largest = Double.isNaN(off) ? Double.POSITIVE_INFINITY : Math.max(largest, off);
                }
            }
        }
        return 4 * largest + ROUNDINGS * rounding;
    }

    private Map<String, double[]> moved(Random moves, double rounding) {
        Trainer trainer = trainer(Trainer.interpreter());
        Random samples = new Random(3);
        for (int count : lanes) {
            trainer.show(count, fields(samples, count));
            int step = 0;
            for (StepInfo info : trainer.executor().steps(Scope.BATCH)) {
                trainer.executor().runStep(Scope.BATCH, step++);
                if (moves != null) {
                    info.writes().forEach(variable -> move(trainer, variable, moves, rounding));
                }
            }
            trainer.next();
        }
        return trainer.state();
    }

    private static void move(Trainer trainer, String variable, Random moves, double rounding) {
        double[] values = trainer.read(variable);
        for (int i = 0; i < values.length; i++) {
            double step = ROUNDINGS * rounding * Math.max(1, Math.abs(values[i]));
            // What is 0 or 1 may be a choice: it has no rounding.
            if (values[i] != 0 && values[i] != 1 && Double.isFinite(values[i])) {
                values[i] += moves.nextBoolean() ? step : -step;
            }
        }
        trainer.write(variable, values);
    }
}
