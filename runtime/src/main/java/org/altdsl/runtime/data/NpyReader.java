package org.altdsl.runtime.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads NumPy's NPY format, versions 1 to 3 (NumPy enhancement proposal 1, {@code numpy.lib.format}). */
final class NpyReader {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

    private NpyReader() {}

    /** Reads the whole input; refuses it when it is not exactly one array of numbers. */
    static Table read(ByteInput input, DataMemory memory) {
        byte[] start = input.readBytes(MAGIC.length + 2, "the bytes that start an NPY file");
        if (!Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw input.fault("not an NPY file: expected it to start with \\x93NUMPY");
        }
        int version = start[MAGIC.length] & 0xff;
        if (version < 1 || version > 3) {
            throw input.fault("NPY format version " + version + "; expected 1, 2 or 3");
        }
        int lengthBytes = version == 1 ? 2 : 4;
        ByteBuffer field = ByteBuffer.wrap(input.readBytes(lengthBytes, "the length of the NPY header"))
                .order(ByteOrder.LITTLE_ENDIAN);
        long length = version == 1 ? field.getShort() & 0xffff : field.getInt() & 0xffff_ffffL;
        input.requirePossible(length, "the characters of the NPY header");
        if (length > 1 << 20) {
            throw input.fault("the NPY header claims " + length + " bytes, which no array of numbers needs");
        }
        Charset charset = version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
        String literal = new String(input.readBytes((int) length, "the NPY header"), charset);
        NpyHeader header = NpyHeader.parse(literal, input);
        return ArrayBody.read(input, header.shape(), header.type(), header.order(), header.firstAxisFastest(), memory);
    }
}
