package org.altdsl.runtime.tensor.program;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.TransformOp;
import org.nd4j.linalg.api.ops.impl.transforms.floating.Sqrt;
import org.nd4j.linalg.api.ops.impl.transforms.same.Abs;
import org.nd4j.linalg.api.ops.impl.transforms.same.Ceil;
import org.nd4j.linalg.api.ops.impl.transforms.same.Floor;
import org.nd4j.linalg.api.ops.impl.transforms.same.Negative;
import org.nd4j.linalg.api.ops.impl.transforms.same.Sign;
import org.nd4j.linalg.api.ops.impl.transforms.strict.ACos;
import org.nd4j.linalg.api.ops.impl.transforms.strict.ASin;
import org.nd4j.linalg.api.ops.impl.transforms.strict.ATan;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Cos;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Exp;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Log;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Log1p;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Rint;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Sigmoid;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Sin;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Tan;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Tanh;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The elementwise vocabulary of generated tensor kernels.
 *
 * <p>Operands of equal rank are broadcast along axes of extent 1; an array of length 1 goes with any other. Results
 * are new arrays that live until the kernel ends. Flags are 0 and 1, and a condition is anything but 0.
 */
public final class Elementwise {
    private Elementwise() {}

    public static INDArray neg(Tensors t, INDArray x) {
        return exec(new Negative(x, like(t, x)));
    }

    public static INDArray abs(Tensors t, INDArray x) {
        return exec(new Abs(x, like(t, x)));
    }

    /** -1, 0 or 1, and what is not a number stays that. */
    public static INDArray sign(Tensors t, INDArray x) {
        return unlessUndefined(t, x, exec(new Sign(x, like(t, x))));
    }

    public static INDArray exp(Tensors t, INDArray x) {
        return exec(new Exp(x, like(t, x)));
    }

    public static INDArray log(Tensors t, INDArray x) {
        return exec(new Log(x, like(t, x)));
    }

    public static INDArray sqrt(Tensors t, INDArray x) {
        return exec(new Sqrt(x, like(t, x)));
    }

    public static INDArray tanh(Tensors t, INDArray x) {
        return exec(new Tanh(x, like(t, x)));
    }

    public static INDArray sin(Tensors t, INDArray x) {
        return exec(new Sin(x, like(t, x)));
    }

    public static INDArray cos(Tensors t, INDArray x) {
        return exec(new Cos(x, like(t, x)));
    }

    public static INDArray tan(Tensors t, INDArray x) {
        return exec(new Tan(x, like(t, x)));
    }

    public static INDArray asin(Tensors t, INDArray x) {
        return exec(new ASin(x, like(t, x)));
    }

    public static INDArray acos(Tensors t, INDArray x) {
        return exec(new ACos(x, like(t, x)));
    }

    public static INDArray atan(Tensors t, INDArray x) {
        return exec(new ATan(x, like(t, x)));
    }

    public static INDArray floor(Tensors t, INDArray x) {
        return exec(new Floor(x, like(t, x)));
    }

    public static INDArray ceil(Tensors t, INDArray x) {
        return exec(new Ceil(x, like(t, x)));
    }

    /** To the nearest whole number, halves to the even one. */
    public static INDArray round(Tensors t, INDArray x) {
        return exec(new Rint(x, like(t, x)));
    }

    public static INDArray sigmoid(Tensors t, INDArray x) {
        return exec(new Sigmoid(x, like(t, x)));
    }

    /** {@code log(1 + exp(x))}, without overflow: {@code max(x, 0) + log1p(exp(-|x|))}. */
    public static INDArray softplus(Tensors t, INDArray x) {
        INDArray small = exp(t, neg(t, abs(t, x)));
        return add(t, max(t, x, t.constant(0)), exec(new Log1p(small, like(t, small))));
    }

    public static INDArray not(Tensors t, INDArray x) {
        return flag(t, "equals", x, t.constant(0));
    }

    public static INDArray add(Tensors t, INDArray x, INDArray y) {
        return real(t, "add", x, y);
    }

    public static INDArray sub(Tensors t, INDArray x, INDArray y) {
        return real(t, "subtract", x, y);
    }

    public static INDArray mul(Tensors t, INDArray x, INDArray y) {
        return real(t, "multiply", x, y);
    }

    public static INDArray div(Tensors t, INDArray x, INDArray y) {
        return real(t, "divide", x, y);
    }

    public static INDArray pow(Tensors t, INDArray x, INDArray y) {
        return real(t, "Pow", x, y);
    }

    /** The smaller operand; not a number where one is not. */
    public static INDArray min(Tensors t, INDArray x, INDArray y) {
        return unlessUndefined(t, y, unlessUndefined(t, x, real(t, "minimum", x, y)));
    }

    /** The larger operand; not a number where one is not. */
    public static INDArray max(Tensors t, INDArray x, INDArray y) {
        return unlessUndefined(t, y, unlessUndefined(t, x, real(t, "maximum", x, y)));
    }

    /** The remainder with the sign of the divisor. */
    public static INDArray mod(Tensors t, INDArray x, INDArray y) {
        return sub(t, x, mul(t, y, floor(t, div(t, x, y))));
    }

    public static INDArray lt(Tensors t, INDArray x, INDArray y) {
        return flag(t, "less", x, y);
    }

    public static INDArray le(Tensors t, INDArray x, INDArray y) {
        return flag(t, "less_equal", x, y);
    }

    public static INDArray gt(Tensors t, INDArray x, INDArray y) {
        return flag(t, "greater", x, y);
    }

    public static INDArray ge(Tensors t, INDArray x, INDArray y) {
        return flag(t, "greater_equal", x, y);
    }

    public static INDArray eq(Tensors t, INDArray x, INDArray y) {
        return flag(t, "equals", x, y);
    }

    public static INDArray ne(Tensors t, INDArray x, INDArray y) {
        return flag(t, "not_equals", x, y);
    }

    public static INDArray and(Tensors t, INDArray x, INDArray y) {
        return mul(t, holds(t, x), holds(t, y));
    }

    public static INDArray or(Tensors t, INDArray x, INDArray y) {
        return real(t, "maximum", holds(t, x), holds(t, y));
    }

    private static INDArray holds(Tensors t, INDArray x) {
        return flag(t, "not_equals", x, t.constant(0));
    }

    /** One of two values by a condition; the other one has no influence, even where it is not a number. */
    public static INDArray select(Tensors t, INDArray condition, INDArray yes, INDArray no) {
        INDArray mask = compare(t, "not_equals", condition, t.constant(0));
        long[] shape = common(common(mask.shape(), yes.shape()), no.shape());
        if (!Arrays.equals(shape, mask.shape())) {
            mask = compare(t, "not_equals", expanded(t, condition, shape), t.constant(0));
        }
        return chosen(t, mask, expanded(t, yes, shape), expanded(t, no, shape));
    }

    /** An array at every point of a shape that it can be broadcast to. */
    static INDArray expanded(Tensors t, INDArray x, long[] shape) {
        return Arrays.equals(x.shape(), shape) ? x : copyInto(t.factory.values(shape), x);
    }

    /** Sets all of an array from one of the same shape, or one that can be broadcast to it. */
    static INDArray copyInto(INDArray target, INDArray values) {
        if (Arrays.equals(target.shape(), values.shape())) {
            return target.assign(values);
        }
        return exec("assign", target, target, values);
    }

    private static INDArray chosen(Tensors t, INDArray mask, INDArray yes, INDArray no) {
        return exec("select", t.factory.values(mask.shape()), mask, yes, no);
    }

    /** The result, but not a number wherever the operand is none: ND4J's extrema and signs would hide that. */
    static INDArray unlessUndefined(Tensors t, INDArray operand, INDArray result) {
        if (t.isConstant(operand)) {
            return result;
        }
        INDArray x = expanded(t, operand, result.shape());
        return chosen(t, compare(t, "not_equals", x, x), x, result);
    }

    private static INDArray real(Tensors t, String operation, INDArray x, INDArray y) {
        return exec(operation, t.factory.values(common(x.shape(), y.shape())), x, y);
    }

    private static INDArray flag(Tensors t, String operation, INDArray x, INDArray y) {
        INDArray truth = compare(t, operation, x, y);
        return t.factory.values(truth.shape()).assign(truth);
    }

    static INDArray compare(Tensors t, String operation, INDArray x, INDArray y) {
        return exec(operation, t.factory.truths(common(x.shape(), y.shape())), x, y);
    }

    static INDArray exec(String operation, INDArray result, INDArray... operands) {
        Nd4j.exec(DynamicCustomOp.builder(operation)
                .addInputs(operands)
                .addOutputs(result)
                .build());
        return result;
    }

    private static INDArray exec(TransformOp operation) {
        return Nd4j.getExecutioner().exec(operation);
    }

    private static INDArray like(Tensors t, INDArray x) {
        return t.factory.values(x.shape());
    }

    /** The shape of a result whose operands are broadcast against each other. */
    static long[] common(long[] x, long[] y) {
        long[] longer = x.length >= y.length ? x : y;
        long[] shorter = longer == x ? y : x;
        long[] shape = longer.clone();
        for (int i = 1; i <= shorter.length; i++) {
            shape[shape.length - i] = Math.max(longer[longer.length - i], shorter[shorter.length - i]);
        }
        return shape;
    }
}
