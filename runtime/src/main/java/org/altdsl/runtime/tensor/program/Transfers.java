package org.altdsl.runtime.tensor.program;

import org.altdsl.runtime.plan.Clocks;
import org.altdsl.runtime.random.CounterRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The only places where values pass between the memory of the host and that of the device: the harness reading and
 * writing variables, random numbers, which are computed on the host so that every back end draws the same bits, and
 * the check of computed indices.
 */
public final class Transfers {
    /** One number of a distribution. */
    private interface Number {
        double at(long key, long index, double first, double second);
    }

    /** A number of a stream, by the one argument of its distribution. */
    private interface NumberByOne {
        double at(long key, long index, double argument);
    }

    private Transfers() {}

    /** The values of an array on the host, row by row. */
    static double[] read(INDArray array) {
        return array.dup('c').data().asDouble();
    }

    /** Sets an array from values on the host, row by row. */
    static void write(TensorFactory factory, INDArray array, double[] values) {
        copy(factory.fromHost(values, array.shape()), array);
    }

    /** Sets an array from values on the host, row by row. */
    static void write(TensorFactory factory, INDArray array, float[] values) {
        copy(factory.fromHost(values, array.shape()), array);
    }

    private static void copy(INDArray from, INDArray array) {
        array.assign(from);
        // A device may still be copying.
        Nd4j.getExecutioner().commit();
        if (from.closeable()) {
            from.close();
        }
    }

    /** Whether all values of an array are finite. */
    static boolean isFinite(INDArray array) {
        // A sum of x - x is 0 unless some x is infinite or not a number; the difference is made on the device.
        return array.sub(array).sumNumber().doubleValue() == 0;
    }

    /** Refuses indices that no point has. */
    static void checkPoints(INDArray smallest, INDArray largest, int extent, String axis) {
        double low = smallest.getDouble(0);
        double high = largest.getDouble(0);
        if (!(low >= 0) || !(high < extent)) {
            double wrong = low >= 0 ? high : low;
            throw new IndexOutOfBoundsException("point " + wrong + " of axis " + axis + " of " + extent);
        }
    }

    /** An argument of a draw at every point of a shape. */
    public static double[] values(Tensors t, INDArray argument, long[] shape) {
        return read(Elementwise.expanded(t, argument, shape));
    }

    /** An argument that is the same at every point. */
    public static double[] value(double argument) {
        return new double[] {argument};
    }

    public static INDArray uniform(
            Tensors t,
            Clocks now,
            String stream,
            boolean once,
            boolean perSample,
            long[] shape,
            double[] low,
            double[] high) {
        return draw(t, now, stream, once, perSample, shape, low, high, CounterRandom::uniform);
    }

    public static INDArray normal(
            Tensors t,
            Clocks now,
            String stream,
            boolean once,
            boolean perSample,
            long[] shape,
            double[] mean,
            double[] deviation) {
        return draw(t, now, stream, once, perSample, shape, mean, deviation, CounterRandom::normal);
    }

    public static INDArray lognormal(
            Tensors t,
            Clocks now,
            String stream,
            boolean once,
            boolean perSample,
            long[] shape,
            double[] mean,
            double[] variance) {
        return draw(t, now, stream, once, perSample, shape, mean, variance, CounterRandom::lognormal);
    }

    public static INDArray bernoulli(
            Tensors t, Clocks now, String stream, boolean once, boolean perSample, long[] shape, double[] probability) {
        return drawBy(t, now, stream, once, perSample, shape, probability, CounterRandom::bernoulli);
    }

    public static INDArray poisson(
            Tensors t, Clocks now, String stream, boolean once, boolean perSample, long[] shape, double[] mean) {
        return drawBy(t, now, stream, once, perSample, shape, mean, CounterRandom::poisson);
    }

    public static INDArray exponential(
            Tensors t, Clocks now, String stream, boolean once, boolean perSample, long[] shape, double[] mean) {
        return drawBy(t, now, stream, once, perSample, shape, mean, CounterRandom::exponential);
    }

    public static INDArray geometric(
            Tensors t, Clocks now, String stream, boolean once, boolean perSample, long[] shape, double[] probability) {
        return drawBy(t, now, stream, once, perSample, shape, probability, CounterRandom::geometric);
    }

    /** A distribution of one argument. */
    private static INDArray drawBy(
            Tensors t,
            Clocks now,
            String stream,
            boolean once,
            boolean perSample,
            long[] shape,
            double[] argument,
            NumberByOne number) {
        return draw(
                t,
                now,
                stream,
                once,
                perSample,
                shape,
                argument,
                argument,
                (key, index, first, same) -> number.at(key, index, first));
    }

    private static INDArray draw(
            Tensors t,
            Clocks now,
            String stream,
            boolean once,
            boolean perSample,
            long[] shape,
            double[] first,
            double[] second,
            Number number) {
        int points = 1;
        for (long extent : shape) {
            points = Math.multiplyExact(points, Math.toIntExact(extent));
        }
        int width = perSample ? points / now.lanes : points;
        long key = CounterRandom.key(CounterRandom.key(now.seed, stream), once ? -1 : now.draw);
        double[] numbers = new double[points];
        for (int i = 0; i < points; i++) {
            long index = perSample ? (long) now.samples[i / width] * width + i % width : i;
            numbers[i] = number.at(key, index, first[first.length == 1 ? 0 : i], second[second.length == 1 ? 0 : i]);
        }
        INDArray drawn = t.factory.values(shape);
        write(t.factory, drawn, numbers);
        return drawn;
    }
}
