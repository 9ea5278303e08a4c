package org.altdsl.runtime.tensor.program;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.altdsl.runtime.kernel.Precision;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Makes every array of one job. Intermediate results are lent for one kernel and used again by later ones, so that a
 * run in its steady state allocates no memory on the device.
 */
public final class TensorFactory {
    private record Shape(DataType type, List<Long> extents) {}

    private final Precision precision;
    private final DataType type;
    private final Consumer<INDArray> observer;
    private final Map<Shape, Deque<INDArray>> free = new HashMap<>();
    private final Map<Shape, List<INDArray>> lent = new HashMap<>();

    /**
     * A factory.
     *
     * @param precision the type of all values
     * @param observer is shown every array that is made
     */
    public TensorFactory(Precision precision, Consumer<INDArray> observer) {
        this.precision = precision;
        this.type = precision == Precision.FLOAT ? DataType.FLOAT : DataType.DOUBLE;
        this.observer = requireNonNull(observer);
        // On the CPU, the number of threads decides how sums are cut, and parallelism belongs to the jobs above this.
        Nd4j.factory().blas().setMaxThreads(1);
        Nd4j.getEnvironment().setMaxThreads(1);
        Nd4j.getEnvironment().setMaxMasterThreads(1);
    }

    /** The unit round-off of all values. */
    double roundoff() {
        return precision.roundoff();
    }

    /** An array of zeros that is kept. */
    INDArray lasting(long... shape) {
        return made(Nd4j.create(type, shape));
    }

    /** The numbers 0, 1, … as values, kept. */
    INDArray counting(int extent) {
        double[] numbers = new double[extent];
        Arrays.setAll(numbers, i -> i);
        return fromHost(numbers, extent);
    }

    /** The numbers 0, 1, … as integers, kept. */
    INDArray countingIntegers(int extent) {
        long[] numbers = new long[extent];
        Arrays.setAll(numbers, i -> i);
        return made(Nd4j.createFromArray(numbers));
    }

    /** One whole number, kept. */
    INDArray integer(long value) {
        return made(Nd4j.createFromArray(new long[] {value}));
    }

    /** An array with values from the host, kept. */
    INDArray fromHost(double[] values, long... shape) {
        if (type == DataType.DOUBLE) {
            return made(Nd4j.createFromArray(values).reshape(shape));
        }
        float[] rounded = new float[values.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) values[i];
        }
        return fromHost(rounded, shape);
    }

    /** An array with values from the host, kept. */
    INDArray fromHost(float[] values, long... shape) {
        if (type == DataType.FLOAT) {
            return made(Nd4j.createFromArray(values).reshape(shape));
        }
        double[] exact = new double[values.length];
        for (int i = 0; i < exact.length; i++) {
            exact[i] = values[i];
        }
        return fromHost(exact, shape);
    }

    /** An array with contents undefined, for this kernel. */
    INDArray values(long... shape) {
        return lend(type, shape);
    }

    /** An array of truth values with contents undefined, for this kernel. */
    INDArray truths(long... shape) {
        return lend(DataType.BOOL, shape);
    }

    /** An array of integers with contents undefined, for this kernel. */
    INDArray integers(long... shape) {
        return lend(DataType.INT64, shape);
    }

    private INDArray lend(DataType wanted, long... shape) {
        Shape key = new Shape(wanted, Arrays.stream(shape).boxed().toList());
        Deque<INDArray> unused = free.computeIfAbsent(key, any -> new ArrayDeque<>());
        INDArray array = unused.isEmpty() ? made(Nd4j.createUninitialized(wanted, shape)) : unused.pop();
        lent.computeIfAbsent(key, any -> new ArrayList<>()).add(array);
        return array;
    }

    /** Takes back everything that was lent. */
    void release() {
        lent.forEach((key, arrays) -> free.get(key).addAll(arrays));
        lent.clear();
    }

    private INDArray made(INDArray array) {
        observer.accept(array);
        return array;
    }
}
