package org.altdsl.runtime.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Takes numbers one after the other, nobody knows how many: in memory while they fit, else in a temporary file. */
final class NumberStore implements AutoCloseable {
    private static final int FIRST = 1024;
    private static final int PIECE = 1 << 12;

    private final DataMemory memory;
    private final String origin;
    private double[] values = new double[FIRST];
    private int filled;
    private long count;
    private DataFile.Writer writer;

    NumberStore(DataMemory memory, String origin) {
        this.memory = memory;
        this.origin = origin;
        memory.hold((long) FIRST * Double.BYTES);
    }

    /** How many numbers it has taken. */
    long count() {
        return count;
    }

    void add(double value) {
        if (filled == values.length) {
            makeRoom();
        }
        values[filled++] = value;
        count++;
    }

    private void makeRoom() {
        long grown = Math.min(2L * filled, Integer.MAX_VALUE - 16);
        long more = (grown - filled) * Double.BYTES;
        if (writer == null && grown > filled && memory.fits(more)) {
            memory.hold(more);
            values = Arrays.copyOf(values, (int) grown);
            return;
        }
        write();
    }

    private void write() {
        if (writer == null) {
            writer = new DataFile.Writer(origin);
        }
        ByteBuffer bytes = ByteBuffer.allocate(PIECE * Double.BYTES).order(ByteOrder.BIG_ENDIAN);
        for (int from = 0; from < filled; from += PIECE) {
            bytes.clear();
            for (int k = from; k < Math.min(filled, from + PIECE); k++) {
                bytes.putDouble(values[k]);
            }
            writer.write(bytes.array(), bytes.position());
        }
        filled = 0;
    }

    /** All numbers, as narrow as they can be held. */
    Elements finish() {
        if (writer != null) {
            write();
            release();
            return new Elements.InFile(writer.finish(), 0, ElementType.FLOAT_64, ByteOrder.BIG_ENDIAN, count, origin);
        }
        Elements compact = compact();
        release();
        memory.hold(compact.heldBytes());
        return compact;
    }

    private void release() {
        memory.release((long) values.length * Double.BYTES);
        values = new double[0];
    }

    /** Pixel tables are whole numbers of one byte; they then take an eighth of the memory. */
    private Elements compact() {
        byte[] bytes = new byte[filled];
        for (int k = 0; k < filled; k++) {
            double value = values[k];
            if (value < 0 || value > 255 || value != Math.rint(value)) {
                return new Elements.Doubles(Arrays.copyOf(values, filled));
            }
            bytes[k] = (byte) (int) value;
        }
        return new Elements.Bytes(bytes);
    }

    @Override
    public void close() {
        if (values.length > 0) {
            release();
        }
        if (writer != null) {
            writer.close();
        }
    }
}
