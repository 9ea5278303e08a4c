package org.altdsl.runtime.data;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Objects;

/**
 * An immutable array of numbers read from a file, of any number of axes; the first axis counts the samples.
 *
 * <p>Numbers are kept exactly as the file has them ({@link #at}, {@link #toDoubles}). {@link #values} gives them in
 * single precision: fractions are rounded to nearest, but a whole number that single precision cannot hold (beyond
 * 2^24) is refused, since a class index or an identifier must not change silently.
 */
public final class Table {
    private static final double LARGEST_EXACT_IN_DOUBLE = 0x1p53;

    private final int[] shape;
    private final Elements elements;
    private final boolean wholeNumbersExact;
    private final String origin;

    /**
     * Takes over the elements of a table.
     *
     * @param wholeNumbersExact whether whole numbers are counts or names that must not be rounded
     */
    Table(int[] shape, Elements elements, boolean wholeNumbersExact, String origin) {
        this.shape = shape.clone();
        this.elements = requireNonNull(elements);
        this.wholeNumbersExact = wholeNumbersExact;
        this.origin = requireNonNull(origin);
        if (shape.length == 0) {
            throw new DataException(origin, "the array has no axes; the first axis must count the samples");
        }
        if (count(shape, origin) != elements.length()) {
            throw new IllegalArgumentException("shape and number of elements differ");
        }
    }

    /**
     * A table of given numbers, for data that no file holds.
     *
     * @param shape the length of each axis, the samples first
     * @param values row-major, as many as the shape says
     * @param origin where the numbers come from, for messages
     */
    public static Table of(int[] shape, double[] values, String origin) {
        if (shape.length > 0 && count(shape, origin) != values.length) {
            throw new DataException(
                    origin,
                    "a table of shape " + shapeText(shape) + " needs " + count(shape, origin) + " numbers, found "
                            + values.length);
        }
        return new Table(shape, new Elements.Doubles(values.clone()), false, origin);
    }

    /** The length of each axis; the first counts the samples. */
    public int[] shape() {
        return shape.clone();
    }

    /** The number of samples: the length of the first axis. */
    public int samples() {
        return shape[0];
    }

    /** How many numbers one sample has: the product of all axes but the first. */
    public int sampleSize() {
        int size = 1;
        for (int axis = 1; axis < shape.length; axis++) {
            size *= shape[axis];
        }
        return size;
    }

    /** How many numbers the table has in all. */
    public int size() {
        return elements.length();
    }

    /** The file that the table was read from, or what else it is. */
    public String origin() {
        return origin;
    }

    /**
     * The number at a row-major position, exactly as stored.
     *
     * @param position 0 up to {@link #size()}, exclusive
     */
    public double at(int position) {
        Objects.checkIndex(position, elements.length());
        return elements.get(position);
    }

    /**
     * The number at an index, exactly as stored.
     *
     * @param index one number for each axis
     */
    public double get(int... index) {
        if (index.length != shape.length) {
            throw new IndexOutOfBoundsException(index.length + " indices for " + shape.length + " axes");
        }
        int position = 0;
        for (int axis = 0; axis < shape.length; axis++) {
            position = position * shape[axis] + Objects.checkIndex(index[axis], shape[axis]);
        }
        return elements.get(position);
    }

    /**
     * All numbers in single precision, row-major, in an array of the caller's own.
     *
     * @throws DataException if a whole number or a magnitude does not fit single precision
     */
    public float[] values() {
        float[] copy = new float[elements.length()];
        copyValues(0, samples(), copy, 0);
        return copy;
    }

    /**
     * Copies some samples in single precision, row-major.
     *
     * @param from the first sample
     * @param to the sample after the last
     * @param target where to put them
     * @param offset the position of the first number in the target
     * @throws DataException if a whole number or a magnitude does not fit single precision
     */
    public void copyValues(int from, int to, float[] target, int offset) {
        Objects.checkFromToIndex(from, to, samples());
        int width = sampleSize();
        int start = from * width;
        int count = (to - from) * width;
        Objects.checkFromIndexSize(offset, count, target.length);
        if (elements instanceof Elements.Floats floats) {
            System.arraycopy(floats.stored(), start, target, offset, count);
            return;
        }
        boolean mayRound = elements instanceof Elements.Doubles;
        for (int k = 0; k < count; k++) {
            double exact = elements.get(start + k);
            float single = (float) exact;
            if (mayRound && single != exact) {
                requireSinglePrecision(exact, single, start + k);
            }
            target[offset + k] = single;
        }
    }

    /** All numbers exactly as stored, row-major, in an array of the caller's own. */
    public double[] toDoubles() {
        double[] copy = new double[elements.length()];
        for (int position = 0; position < copy.length; position++) {
            copy[position] = elements.get(position);
        }
        return copy;
    }

    /**
     * A table of some of the samples.
     *
     * @param from the first sample
     * @param to the sample after the last
     */
    public Table samples(int from, int to) {
        Objects.checkFromToIndex(from, to, samples());
        int[] part = shape.clone();
        part[0] = to - from;
        int width = sampleSize();
        return new Table(part, elements.slice(from * width, to * width), wholeNumbersExact, origin);
    }

    /** The table's shape and origin. */
    @Override
    public String toString() {
        return shapeText(shape) + " from " + origin;
    }

    /** A shape as researchers write it, for example {@code 60000 x 28 x 28}. */
    static String shapeText(int[] shape) {
        return String.join(
                " x ", Arrays.stream(shape).mapToObj(Integer::toString).toList());
    }

    /**
     * The number of elements of a shape.
     *
     * @throws DataException if an axis is negative or there are more elements than an array can have
     */
    static int count(int[] shape, String origin) {
        long count = 1;
        boolean empty = false;
        for (int length : shape) {
            if (length < 0) {
                throw new DataException(origin, "an axis has the negative length " + length);
            }
            empty |= length == 0;
        }
        for (int length : shape) {
            count *= empty ? 0 : length;
            // Some room below the largest int, since virtual machines keep a few words of an array for themselves.
            if (count > Integer.MAX_VALUE - 16) {
                throw new DataException(
                        origin,
                        "an array of " + shapeText(shape)
                                + " has more numbers than can be held (2^31); split the file");
            }
        }
        return (int) count;
    }

    private void requireSinglePrecision(double exact, float single, int position) {
        if (Double.isNaN(exact)) {
            return;
        }
        if (Float.isInfinite(single)) {
            throw new DataException(
                    origin,
                    "the number " + exact + " in sample " + position / sampleSize()
                            + " (counted from 0) is too large for single precision");
        }
        boolean whole = exact == Math.rint(exact) && Math.abs(exact) <= LARGEST_EXACT_IN_DOUBLE;
        if (wholeNumbersExact && whole) {
            throw new DataException(
                    origin,
                    "the integer " + (long) exact + " in sample " + position / sampleSize()
                            + " (counted from 0) is beyond 2^24 and would be rounded in single precision");
        }
    }
}
