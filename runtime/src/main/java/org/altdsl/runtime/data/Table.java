package org.altdsl.runtime.data;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.List;
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

    /** So many that their bytes can still be counted. */
    private static final long MOST = 1L << 56;

    /** How many numbers are converted at a time. */
    private static final int PIECE = 1 << 13;

    private final int[] shape;
    private final Elements elements;
    private final boolean wholeNumbersExact;
    private final String origin;
    private final List<Table> joined;

    /**
     * Takes over the elements of a table.
     *
     * @param wholeNumbersExact whether whole numbers are counts or names that must not be rounded
     */
    Table(int[] shape, Elements elements, boolean wholeNumbersExact, String origin) {
        this(shape, elements, wholeNumbersExact, origin, List.of());
    }

    private Table(int[] shape, Elements elements, boolean wholeNumbersExact, String origin, List<Table> joined) {
        this.joined = joined;
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

    /** The samples of several tables, one table after the other; all but their first axes are alike. */
    static Table joined(List<Table> tables) {
        if (tables.size() == 1) {
            return tables.get(0);
        }
        Table first = tables.get(0);
        int[] shape = first.shape();
        shape[0] = 0;
        for (Table table : tables) {
            shape[0] = Math.addExact(shape[0], table.samples());
        }
        List<Elements> parts = tables.stream().map(table -> table.elements).toList();
        String origin = first.origin + " to " + tables.get(tables.size() - 1).origin;
        return new Table(shape, new Elements.Joined(parts), first.wholeNumbersExact, origin, List.copyOf(tables));
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
    public long size() {
        return elements.length();
    }

    /** How many bytes of memory the numbers hold: none where they are read from a file in pieces. */
    long heldBytes() {
        return elements.heldBytes();
    }

    /** The file that the table was read from, or what else it is. */
    public String origin() {
        return origin;
    }

    /** A sample in words, for messages: its number and the file it is of. */
    String place(int sample) {
        int left = sample;
        for (Table table : joined) {
            if (left < table.samples()) {
                return table.place(left);
            }
            left -= table.samples();
        }
        return "sample " + sample + " (counted from 0) of " + origin;
    }

    /**
     * The number at a row-major position, exactly as stored.
     *
     * @param position 0 up to {@link #size()}, exclusive
     */
    public double at(long position) {
        Objects.checkIndex(position, elements.length());
        double[] one = new double[1];
        elements.copy(position, 1, one);
        return one[0];
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
        long position = 0;
        for (int axis = 0; axis < shape.length; axis++) {
            position = position * shape[axis] + Objects.checkIndex(index[axis], shape[axis]);
        }
        return at(position);
    }

    /**
     * All numbers in single precision, row-major, in an array of the caller's own.
     *
     * @throws DataException if a whole number or a magnitude does not fit single precision
     */
    public float[] values() {
        float[] copy = new float[holdable(shape, origin)];
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
        long start = (long) from * width;
        int count = Math.multiplyExact(to - from, width);
        Objects.checkFromIndexSize(offset, count, target.length);
        if (elements instanceof Elements.Floats floats) {
            System.arraycopy(floats.stored(), (int) start, target, offset, count);
            return;
        }
        double[] piece = new double[Math.min(PIECE, count)];
        for (int done = 0; done < count; done += piece.length) {
            int here = Math.min(piece.length, count - done);
            elements.copy(start + done, here, piece);
            for (int k = 0; k < here; k++) {
                float single = (float) piece[k];
                if (single != piece[k]) {
                    requireSinglePrecision(piece[k], single, start + done + k);
                }
                target[offset + done + k] = single;
            }
        }
    }

    /**
     * Copies samples in any order, in single precision.
     *
     * @param rows which samples
     * @param from where in {@code rows} the first of them stands
     * @param count how many
     * @param target takes them row by row
     */
    void copyRows(int[] rows, int from, int count, float[] target) {
        int width = sampleSize();
        for (int first = 0; first < count; ) {
            int next = first + 1;
            // Neighbours in the file are read together.
            while (next < count && rows[from + next] == rows[from + next - 1] + 1) {
                next++;
            }
            copyValues(rows[from + first], rows[from + next - 1] + 1, target, first * width);
            first = next;
        }
    }

    /** All numbers exactly as stored, row-major, in an array of the caller's own. */
    public double[] toDoubles() {
        double[] copy = new double[holdable(shape, origin)];
        elements.copy(0, copy.length, copy);
        return copy;
    }

    /** Copies some numbers exactly as stored, by their row-major position. */
    void copy(long from, int count, double[] target) {
        elements.copy(from, count, target);
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
     * @throws DataException if an axis is negative, or a sample has more elements than an array can have
     */
    static long count(int[] shape, String origin) {
        boolean empty = false;
        for (int length : shape) {
            if (length < 0) {
                throw new DataException(origin, "an axis has the negative length " + length);
            }
            empty |= length == 0;
        }
        long width = 1;
        for (int axis = 1; axis < shape.length; axis++) {
            width *= empty ? 0 : shape[axis];
            requireHoldable(width, shape, origin);
        }
        long count = empty ? 0 : shape.length == 0 ? 1 : width * shape[0];
        if (count > MOST) {
            throw new DataException(origin, "no file holds the numbers of an array of " + shapeText(shape));
        }
        return count;
    }

    /**
     * The number of elements of a shape that is to be held in one array.
     *
     * @throws DataException if it has more elements than an array can have
     */
    static int holdable(int[] shape, String origin) {
        long count = count(shape, origin);
        requireHoldable(count, shape, origin);
        return (int) count;
    }

    private static void requireHoldable(long count, int[] shape, String origin) {
        // Some room below the largest int, since virtual machines keep a few words of an array for themselves.
        if (count > Integer.MAX_VALUE - 16) {
            throw new DataException(
                    origin,
                    "an array of " + shapeText(shape) + " has more numbers than can be held (2^31); split the file");
        }
    }

    private void requireSinglePrecision(double exact, float single, long position) {
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
