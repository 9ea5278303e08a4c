package org.altdsl.runtime.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * Reads the IDX format of the MNIST family, plain or gzipped.
 *
 * <p>Two zero bytes, one byte for the element type, one for the number of axes, a big-endian 32-bit length for each
 * axis, then the elements, big-endian and row-major (Y. LeCun, C. Cortes, C. Burges: the MNIST database).
 */
final class IdxReader {
    private IdxReader() {}

    /** Reads the whole input; refuses it when it is not exactly one IDX array. */
    static Table read(ByteInput input, DataMemory memory) {
        byte[] magic = input.readBytes(4, "the four bytes that start an IDX file");
        if (magic[0] != 0 || magic[1] != 0) {
            throw input.fault("not an IDX file: expected it to start with bytes 00 00, found "
                    + HexFormat.ofDelimiter(" ").formatHex(magic));
        }
        ElementType type = elementType(input, magic[2] & 0xff);
        int axes = magic[3] & 0xff;
        if (axes == 0) {
            throw input.fault("the IDX header says 0 axes; the first axis must count the samples");
        }
        ByteBuffer lengths = ByteBuffer.wrap(input.readBytes(4 * axes, "the lengths of the " + axes + " axes"));
        int[] shape = new int[axes];
        for (int axis = 0; axis < axes; axis++) {
            shape[axis] = lengths.getInt();
        }
        return ArrayBody.read(input, shape, type, ByteOrder.BIG_ENDIAN, false, memory);
    }

    private static ElementType elementType(ByteInput input, int code) {
        return switch (code) {
            case 0x08 -> ElementType.UNSIGNED_8;
            case 0x09 -> ElementType.SIGNED_8;
            case 0x0B -> ElementType.SIGNED_16;
            case 0x0C -> ElementType.SIGNED_32;
            case 0x0D -> ElementType.FLOAT_32;
            case 0x0E -> ElementType.FLOAT_64;
            default ->
                throw input.fault("unknown IDX element type 0x%02x; expected 08, 09, 0b, 0c, 0d or 0e".formatted(code));
        };
    }
}
