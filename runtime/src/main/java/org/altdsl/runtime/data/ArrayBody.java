package org.altdsl.runtime.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What follows the header of IDX and NPY files: elements of one type, one after the other, to the end of the file. */
final class ArrayBody {
    private static final int BUFFER = 1 << 16;

    private ArrayBody() {}

    /**
     * Reads the elements and checks that the file ends after them. Elements that do not fit the memory for data stay in
     * the file, or go to a temporary one where the file is compressed.
     *
     * @param firstAxisFastest whether the file is in Fortran order, which is turned into row-major order here, and for
     *     which the elements are read whole
     * @throws DataException if there are too few or too many bytes, or an element cannot be kept exactly
     */
    static Table read(
            ByteInput input,
            int[] shape,
            ElementType type,
            ByteOrder order,
            boolean firstAxisFastest,
            DataMemory memory) {
        long count = Table.count(shape, input.origin());
        String claim = "the " + Table.shapeText(shape) + " elements of the header (" + type.description() + ")";
        input.requirePossible(count * type.bytes(), claim);
        boolean whole = firstAxisFastest || memory.fits(type.heldBytes(count));
        Elements elements = whole
                ? held(input, shape, type, order, firstAxisFastest, claim)
                : inFile(input, count, type, order, claim);
        memory.hold(elements.heldBytes());
        return new Table(shape, elements, type.whole(), input.origin());
    }

    private static Elements held(
            ByteInput input, int[] shape, ElementType type, ByteOrder order, boolean firstAxisFastest, String claim) {
        int count = Table.holdable(shape, input.origin());
        Elements.Held elements = type.allocate(count);
        RowMajorPosition position = firstAxisFastest ? new RowMajorPosition(shape) : null;
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(order);
        int perBuffer = BUFFER / type.bytes();
        for (int start = 0; start < count; start += perBuffer) {
            int part = Math.min(perBuffer, count - start);
            input.readFully(buffer.array(), part * type.bytes(), claim);
            for (int k = 0; k < part; k++) {
                int target = position == null ? start + k : position.next();
                elements.put(target, decode(input, type, buffer, k, start));
            }
        }
        input.requireEnd();
        return elements;
    }

    private static Elements inFile(ByteInput input, long count, ElementType type, ByteOrder order, String claim) {
        long bytes = count * type.bytes();
        if (input.plainFile().isPresent()) {
            long start = input.position();
            input.requireRest(bytes);
            return new Elements.InFile(
                    DataFile.open(input.plainFile().get()), start, type, order, count, input.origin());
        }
        try (DataFile.Writer writer = new DataFile.Writer(input.origin())) {
            byte[] buffer = new byte[BUFFER];
            for (long done = 0; done < bytes; ) {
                int part = (int) Math.min(BUFFER, bytes - done);
                input.readFully(buffer, part, claim);
                writer.write(buffer, part);
                done += part;
            }
            input.requireEnd();
            return new Elements.InFile(writer.finish(), 0, type, order, count, input.origin());
        }
    }

    private static double decode(ByteInput input, ElementType type, ByteBuffer buffer, int k, int start) {
        try {
            return type.decode(buffer, k * type.bytes());
        } catch (ArithmeticException inexact) {
            throw input.fault("element " + (start + k) + ": " + inexact.getMessage());
        }
    }

    /** Walks through the row-major positions of an array in the order in which its first index changes fastest. */
    private static final class RowMajorPosition {
        private final int[] shape;
        private final int[] stride;
        private final int[] index;
        private int position;

        RowMajorPosition(int[] shape) {
            this.shape = shape;
            this.stride = new int[shape.length];
            this.index = new int[shape.length];
            int step = 1;
            for (int axis = shape.length - 1; axis >= 0; axis--) {
                stride[axis] = step;
                step *= shape[axis];
            }
        }

        int next() {
            int current = position;
            for (int axis = 0; axis < shape.length; axis++) {
                index[axis]++;
                position += stride[axis];
                if (index[axis] < shape[axis]) {
                    return current;
                }
                position -= index[axis] * stride[axis];
                index[axis] = 0;
            }
            return current;
        }
    }
}
