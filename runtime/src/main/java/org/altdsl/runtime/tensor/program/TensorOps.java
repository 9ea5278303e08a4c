package org.altdsl.runtime.tensor.program;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.ReduceOp;
import org.nd4j.linalg.api.ops.impl.reduce.floating.Mean;
import org.nd4j.linalg.api.ops.impl.reduce.same.Max;
import org.nd4j.linalg.api.ops.impl.reduce.same.Min;
import org.nd4j.linalg.api.ops.impl.reduce.same.Sum;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The vocabulary of generated tensor kernels for whole arrays: axes, reductions, matrix products, maps between axes,
 * assignment. Results are new arrays that live until the kernel ends.
 */
public final class TensorOps {
    private TensorOps() {}

    /**
     * An array with axes of extent 1 put in.
     *
     * @param rank the rank of the result
     * @param kept which axes of the result are those of the array, in order, as bits from axis 0
     */
    public static INDArray spread(INDArray x, int rank, int kept) {
        long[] shape = new long[rank];
        int next = 0;
        for (int axis = 0; axis < rank; axis++) {
            shape[axis] = (kept >> axis & 1) == 1 ? x.size(next++) : 1;
        }
        return x.reshape(shape);
    }

    /** An array with its axes in another order: axis {@code i} of the result is axis {@code order[i]}. */
    public static INDArray permute(Tensors t, INDArray x, int[] order) {
        INDArray view = x.permute(order);
        return (x.dataType().isFPType() ? t.factory.values(view.shape()) : t.factory.integers(view.shape()))
                .assign(view);
    }

    /** A matrix with rows and columns exchanged, in the same memory. */
    public static INDArray transpose(INDArray matrix) {
        return matrix.permute(1, 0);
    }

    /** An array at every point of a shape. */
    public static INDArray expand(Tensors t, INDArray x, long[] shape) {
        return Elementwise.expanded(t, x, shape);
    }

    /** The sum over axes. */
    public static INDArray sum(Tensors t, INDArray x, int[] axes) {
        INDArray result = t.factory.values(remaining(x, axes, true));
        return reduced(new Sum(x, result, true, axes), x, axes);
    }

    /** The mean over axes. */
    public static INDArray mean(Tensors t, INDArray x, int[] axes) {
        INDArray result = t.factory.values(remaining(x, axes, true));
        return reduced(new Mean(x, result, true, axes), x, axes);
    }

    /** The largest element along axes; not a number where one is not. */
    public static INDArray max(Tensors t, INDArray x, int[] axes) {
        INDArray result = t.factory.values(remaining(x, axes, true));
        return undefinedWithAny(t, x, axes, reduced(new Max(x, result, true, axes), x, axes));
    }

    /** The smallest element along axes; not a number where one is not. */
    public static INDArray min(Tensors t, INDArray x, int[] axes) {
        INDArray result = t.factory.values(remaining(x, axes, true));
        return undefinedWithAny(t, x, axes, reduced(new Min(x, result, true, axes), x, axes));
    }

    /** ND4J's extrema pass over what is not a number; its sums do not. */
    private static INDArray undefinedWithAny(Tensors t, INDArray x, int[] axes, INDArray extremum) {
        INDArray nothing = Elementwise.expanded(t, t.constant(0), x.shape());
        INDArray undefined = Elementwise.unlessUndefined(t, x, nothing);
        return Elementwise.add(t, extremum, sum(t, undefined, axes));
    }

    /**
     * The index of the first largest element along an axis; what is not a number counts as least.
     *
     * <p>The first of equals is found as a minimum, since the order in which a device compares them is its own.
     */
    public static INDArray argmax(Tensors t, INDArray x, int axis) {
        INDArray least = Elementwise.expanded(t, t.constant(Double.NEGATIVE_INFINITY), x.shape());
        INDArray defined = Elementwise.select(t, Elementwise.eq(t, x, x), x, least);
        INDArray largest = t.factory.values(remaining(x, new int[] {axis}, true));
        Nd4j.getExecutioner().exec(new Max(defined, largest, true, axis));
        INDArray index = spread(t.index((int) x.size(axis)), x.rank(), 1 << axis);
        INDArray places = Elementwise.select(t, Elementwise.eq(t, defined, largest), index, t.constant(x.size(axis)));
        return min(t, places, new int[] {axis});
    }

    private static INDArray reduced(ReduceOp operation, INDArray x, int[] axes) {
        return Nd4j.getExecutioner().exec(operation).reshape(remaining(x, axes, false));
    }

    private static long[] remaining(INDArray x, int[] axes, boolean keep) {
        long[] shape = x.shape().clone();
        for (int axis : axes) {
            shape[axis] = keep ? 1 : -1;
        }
        long[] kept = Arrays.stream(shape).filter(extent -> extent >= 0).toArray();
        return kept.length == 0 ? new long[] {1} : kept;
    }

    /**
     * A matrix product {@code c = alpha a b + beta c}.
     *
     * @param a m rows of k, maybe a {@link #transpose} of what is stored
     * @param b k rows of n, likewise
     * @param c m rows of n, likewise; if beta is 0 its old values have no influence
     */
    public static void multiply(INDArray a, INDArray b, INDArray c, double alpha, double beta) {
        // The result of a column-major library is the transpose, so that is what it is asked for.
        boolean straight = c.stride(1) == 1 || c.size(1) == 1 && c.stride(0) == 1;
        INDArray left = straight ? transpose(b) : a;
        INDArray right = straight ? transpose(a) : b;
        INDArray result = straight ? transpose(c) : c;
        boolean leftTurned = isRowMajor(left);
        boolean rightTurned = isRowMajor(right);
        Nd4j.getBlasWrapper()
                .level3()
                .gemm(
                        leftTurned ? transpose(left) : left,
                        rightTurned ? transpose(right) : right,
                        result,
                        leftTurned,
                        rightTurned,
                        alpha,
                        beta);
    }

    private static boolean isRowMajor(INDArray matrix) {
        return matrix.stride(0) != 1;
    }

    /** A matrix of zeros for a product. */
    public static INDArray matrix(Tensors t, long[] shape) {
        return t.factory.values(shape).assign(0);
    }

    /**
     * Values as the points of an axis that they name.
     *
     * @param extent the number of points
     * @throws IndexOutOfBoundsException if there is no such point
     */
    public static INDArray points(Tensors t, INDArray x, int extent, String axis) {
        Transfers.checkPoints(min(t, x, allAxes(x)), max(t, x, allAxes(x)), extent, axis);
        return t.factory.integers(x.shape()).assign(x);
    }

    private static int[] allAxes(INDArray x) {
        int[] axes = new int[x.rank()];
        Arrays.setAll(axes, axis -> axis);
        return axes;
    }

    /** {@code scale * i + offset} for points along an axis. */
    public static INDArray affine(Tensors t, INDArray points, int scale, int offset) {
        INDArray scaled = t.factory.integers(points.shape());
        Elementwise.exec("multiply", scaled, points, t.integer(scale));
        return Elementwise.exec("add", t.factory.integers(points.shape()), scaled, t.integer(offset));
    }

    /** Places in a flat array: those from some axes, moved by points along one more. */
    public static INDArray place(Tensors t, INDArray places, INDArray points, int stride) {
        INDArray moved = Elementwise.exec("multiply", t.factory.integers(points.shape()), points, t.integer(stride));
        long[] shape = Elementwise.common(places.shape(), moved.shape());
        return Elementwise.exec("add", t.factory.integers(shape), places, moved);
    }

    /** The elements at places in the row-major order of an array. */
    public static INDArray gather(Tensors t, INDArray x, INDArray places) {
        long[] shape = places.shape();
        INDArray result = t.factory.values(places.length());
        Nd4j.exec(DynamicCustomOp.builder("gather")
                .addInputs(x.reshape(x.length()), places.reshape(places.length()))
                .addOutputs(result)
                .addIntegerArguments(0)
                .build());
        return result.reshape(shape);
    }

    /**
     * An array with zeros before and after it along an axis.
     *
     * @param before how many before it
     * @param extent how long the axis is then
     */
    public static INDArray pad(Tensors t, INDArray x, int axis, int before, int extent) {
        long[] shape = x.shape().clone();
        shape[axis] = extent;
        INDArray result = t.factory.values(shape).assign(0);
        result.get(part(x.rank(), axis, before, x.size(axis))).assign(x);
        return result;
    }

    /** Some points of an array along an axis. */
    public static INDArray slice(Tensors t, INDArray x, int axis, int first, int extent) {
        long[] shape = x.shape().clone();
        shape[axis] = extent;
        return t.factory.values(shape).assign(x.get(part(x.rank(), axis, first, extent)));
    }

    private static INDArrayIndex[] part(int rank, int axis, long first, long extent) {
        INDArrayIndex[] part = new INDArrayIndex[rank];
        Arrays.fill(part, NDArrayIndex.all());
        part[axis] = NDArrayIndex.interval(first, first + extent);
        return part;
    }

    /**
     * The sums of those parts of an array along its first axes that are sent to the same point.
     *
     * @param places where each is sent, with as many axes as are sent
     * @param extent the number of points of the first axis of the result
     */
    public static INDArray scatter(Tensors t, INDArray array, INDArray places, int extent) {
        INDArray points = places.reshape(places.length());
        long[] shape = Arrays.copyOfRange(array.shape(), places.rank() - 1, array.rank());
        shape[0] = places.length();
        INDArray x = array.reshape(shape);
        shape[0] = extent;
        INDArray result = t.factory.values(shape).assign(0);
        // With a lock, since two points may be sent to one.
        Nd4j.exec(DynamicCustomOp.builder("scatter_add")
                .addInputs(result, points, x)
                .addOutputs(result)
                .addBooleanArguments(true)
                .build());
        return result;
    }

    /** Sets a variable; values on fewer points, along axes of extent 1, are repeated. */
    public static void set(INDArray target, INDArray values) {
        Elementwise.copyInto(target, values);
    }
}
