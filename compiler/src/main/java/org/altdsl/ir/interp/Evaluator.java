package org.altdsl.ir.interp;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Fold;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Op;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;
import org.altdsl.runtime.plan.Clocks;
import org.altdsl.runtime.random.CounterRandom;

/**
 * Evaluates expressions to arrays, row-major over the axes of their spaces in canonical order. One evaluator serves
 * one update: a node that occurs twice is computed once.
 */
final class Evaluator implements Expr.Visitor<double[]> {
    /** The values an expression can read. */
    interface Memory {
        /** The present values of a variable. */
        double[] now(Var variable);

        /** The values of a variable after the run of the block {@code lag} runs ago. */
        double[] before(Var variable, int lag);
    }

    private final Layout layout;
    private final Clocks clocks;
    private final Memory memory;
    private final Map<Expr, double[]> memo = new IdentityHashMap<>();
    private int lag;

    Evaluator(Layout layout, Clocks clocks, Memory memory) {
        this.layout = layout;
        this.clocks = clocks;
        this.memory = memory;
    }

    double[] evaluate(Expr expr) {
        if (lag > 0) {
            return expr.accept(this);
        }
        double[] known = memo.get(expr);
        if (known == null) {
            known = expr.accept(this);
            memo.put(expr, known);
        }
        return known;
    }

    /** The values of an expression at every point of a space that has all its axes. */
    double[] evaluateOn(Space space, Expr expr) {
        double[] values = evaluate(expr);
        return expr.space().equals(space) ? values : take(values, layout.project(space, expr.space()));
    }

    private static double[] take(double[] values, int[] places) {
        double[] taken = new double[places.length];
        for (int i = 0; i < places.length; i++) {
            taken[i] = values[places[i]];
        }
        return taken;
    }

    @Override
    public double[] constant(Expr.Const expr) {
        return new double[] {expr.value()};
    }

    @Override
    public double[] sizeOf(Expr.SizeOf expr) {
        return new double[] {layout.extent(expr.axis())};
    }

    @Override
    public double[] index(Expr.Index expr) {
        double[] values = new double[layout.extent(expr.axis())];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        return values;
    }

    @Override
    public double[] tick(Expr.Tick expr) {
        return new double[] {
            switch (expr.clock()) {
                case STEP -> clocks.step;
                case BATCH -> clocks.batch;
                case UPDATE -> clocks.update;
                case EPOCH -> clocks.epoch;
                case PROGRESS -> clocks.progress;
            }
        };
    }

    @Override
    public double[] read(Expr.Read expr) {
        Var variable = expr.variable();
        double[] values = lag > 0 ? memory.before(variable, lag) : memory.now(variable);
        return Arrays.copyOf(values, layout.points(variable.space()));
    }

    @Override
    public double[] prim(Expr.Prim expr) {
        Space space = expr.space();
        double[] x = evaluateOn(space, expr.operands().get(0));
        double[] result = new double[x.length];
        if (expr.op().arity() == 1) {
            DoubleUnaryOperator f = Primitives.unary(expr.op());
            for (int i = 0; i < result.length; i++) {
                result[i] = f.applyAsDouble(x[i]);
            }
            return result;
        }
        double[] y = evaluateOn(space, expr.operands().get(1));
        if (expr.op() == Op.SELECT) {
            double[] z = evaluateOn(space, expr.operands().get(2));
            for (int i = 0; i < result.length; i++) {
                result[i] = x[i] != 0 ? y[i] : z[i];
            }
            return result;
        }
        DoubleBinaryOperator f = Primitives.binary(expr.op());
        for (int i = 0; i < result.length; i++) {
            result[i] = f.applyAsDouble(x[i], y[i]);
        }
        return result;
    }

    @Override
    public double[] gather(Expr.Gather expr) {
        IndexMap along = expr.along();
        if (along instanceof IndexMap.Shift shift) {
            int outer = lag;
            lag += shift.lag();
            double[] values = evaluate(expr.of());
            lag = outer;
            return values;
        }
        if (along instanceof IndexMap.Delay delay) {
            return delayed(expr, delay);
        }
        double[] values = evaluate(expr.of());
        Space space = expr.of().space();
        if (along instanceof IndexMap.Drop) {
            return values;
        }
        if (along instanceof IndexMap.Pick pick) {
            return gather(expr.space(), values, space, pick.to(), evaluateOn(expr.space(), pick.index()));
        }
        double[] at = image(along, expr.space());
        if (along instanceof IndexMap.Window window) {
            return seen(expr.space(), values, space, window.in(), at);
        }
        return gather(expr.space(), values, space, along.target(), at);
    }

    private double[] delayed(Expr.Gather expr, IndexMap.Delay delay) {
        double[] lags = take(
                memory.now(delay.lags()),
                layout.project(expr.space(), delay.lags().space()));
        double[] result = new double[lags.length];
        int outer = lag;
        for (int length = 0; length <= delay.longest(); length++) {
            boolean occurs = false;
            for (double one : lags) {
                occurs |= one == length;
            }
            if (!occurs) {
                continue;
            }
            lag = outer + length;
            double[] then = evaluateOn(expr.space(), expr.of());
            for (int i = 0; i < result.length; i++) {
                result[i] = lags[i] == length ? then[i] : result[i];
            }
        }
        lag = outer;
        return result;
    }

    /** As {@link #gather}, with 0 where a window looks past the end of an axis. */
    private double[] seen(Space space, double[] values, Space from, Axis axis, double[] at) {
        int extent = layout.extent(axis);
        double[] within = at.clone();
        for (int i = 0; i < at.length; i++) {
            within[i] = isPoint(at[i], extent) ? at[i] : 0;
        }
        double[] result = extent == 0 ? new double[at.length] : gather(space, values, from, axis, within);
        for (int i = 0; i < at.length; i++) {
            result[i] = isPoint(at[i], extent) ? result[i] : 0;
        }
        return result;
    }

    private static boolean isPoint(double at, int extent) {
        return at >= 0 && at < extent;
    }

    private double[] gather(Space space, double[] values, Space from, Axis axis, double[] at) {
        int[] places = layout.project(space, from.without(axis));
        int[] rest = layout.project(from.without(axis), from);
        int stride = layout.stride(from, axis);
        int extent = layout.extent(axis);
        double[] result = new double[places.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = values[rest[places[i]] + stride * checked(at[i], extent, axis)];
        }
        return result;
    }

    private static int checked(double index, int extent, Axis axis) {
        int at = (int) index;
        if (at != index || at < 0 || at >= extent) {
            throw new IndexOutOfBoundsException("point " + index + " of axis " + axis + " of " + extent);
        }
        return at;
    }

    /** For every point of a space that has a map's source axes, the coordinate on its target axis. */
    private double[] image(IndexMap along, Space space) {
        if (along instanceof IndexMap.Table map) {
            return take(
                    memory.now(map.table()), layout.project(space, map.table().space()));
        }
        if (along instanceof IndexMap.Window map) {
            double[] out = evaluateOn(space, new Expr.Index(map.out()));
            double[] kernel = evaluateOn(space, new Expr.Index(map.kernel()));
            double[] image = new double[out.length];
            for (int i = 0; i < image.length; i++) {
                image[i] = map.stride() * out[i] + kernel[i] - map.padding();
            }
            return image;
        }
        double[] image = evaluateOn(space, new Expr.Index(along.sources().axes().get(0)));
        if (along instanceof IndexMap.Affine map) {
            for (int i = 0; i < image.length; i++) {
                image[i] = map.scale() * image[i] + map.offset();
            }
        }
        return image;
    }

    @Override
    public double[] reduce(Expr.Reduce expr) {
        double[] values = evaluate(expr.of());
        Space space = expr.of().space();
        if (!(expr.along() instanceof IndexMap.Drop drop)) {
            return scatter(expr, values, space);
        }
        int[] places = layout.project(space, expr.space());
        double[] result = new double[layout.points(expr.space())];
        switch (expr.fold()) {
            case SUM, MEAN -> {
                for (int i = 0; i < values.length; i++) {
                    result[places[i]] += values[i];
                }
            }
            case MAX -> {
                Arrays.fill(result, Double.NEGATIVE_INFINITY);
                for (int i = 0; i < values.length; i++) {
                    result[places[i]] = Math.max(result[places[i]], values[i]);
                }
            }
            case MIN -> {
                Arrays.fill(result, Double.POSITIVE_INFINITY);
                for (int i = 0; i < values.length; i++) {
                    result[places[i]] = Math.min(result[places[i]], values[i]);
                }
            }
            case ARGMAX -> argmax(values, places, layout.project(space, drop.dropped()), result);
        }
        if (expr.fold() == Fold.MEAN) {
            int count = layout.points(drop.dropped());
            for (int i = 0; i < result.length; i++) {
                result[i] = count == 0 ? 0 : result[i] / count;
            }
        }
        return result;
    }

    private static void argmax(double[] values, int[] places, int[] coordinates, double[] result) {
        double[] best = new double[result.length];
        Arrays.fill(best, Double.NEGATIVE_INFINITY);
        for (int i = 0; i < values.length; i++) {
            if (values[i] > best[places[i]]) {
                best[places[i]] = values[i];
                result[places[i]] = coordinates[i];
            }
        }
    }

    private double[] scatter(Expr.Reduce expr, double[] values, Space space) {
        Axis to = expr.along().target();
        double[] image = image(expr.along(), space);
        int[] places = layout.project(space, expr.space());
        int stride = layout.stride(expr.space(), to);
        int extent = layout.extent(to);
        double[] result = new double[layout.points(expr.space())];
        boolean drops = expr.along() instanceof IndexMap.Window;
        for (int i = 0; i < values.length; i++) {
            if (!drops || isPoint(image[i], extent)) {
                result[places[i] + stride * checked(image[i], extent, to)] += values[i];
            }
        }
        return result;
    }

    @Override
    public double[] draw(Expr.Draw expr) {
        Space space = expr.space();
        double[] result = new double[layout.points(space)];
        List<double[]> arguments = expr.arguments().stream()
                .map(argument -> evaluateOn(space, argument))
                .toList();
        double[] first = arguments.get(0);
        double[] second = arguments.size() > 1 ? arguments.get(1) : first;
        long key = CounterRandom.key(CounterRandom.key(clocks.seed, expr.stream()), expr.once() ? -1 : clocks.draw);
        boolean perSample = space.has(Axis.LANE);
        int width = perSample ? layout.points(space.without(Axis.LANE)) : 0;
        for (int i = 0; i < result.length; i++) {
            long index = perSample ? (long) clocks.samples[i / width] * width + i % width : i;
            result[i] = switch (expr.dist()) {
                case UNIFORM -> CounterRandom.uniform(key, index, first[i], second[i]);
                case NORMAL -> CounterRandom.normal(key, index, first[i], second[i]);
                case BERNOULLI -> CounterRandom.bernoulli(key, index, first[i]);
                case POISSON -> CounterRandom.poisson(key, index, first[i]);
                case LOGNORMAL -> CounterRandom.lognormal(key, index, first[i], second[i]);
                case EXPONENTIAL -> CounterRandom.exponential(key, index, first[i]);
                case GEOMETRIC -> CounterRandom.geometric(key, index, first[i]);
            };
        }
        return result;
    }

    @Override
    public double[] deriv(Expr.Deriv expr) {
        throw new IllegalArgumentException("a derivative that has not been resolved: " + expr);
    }
}
