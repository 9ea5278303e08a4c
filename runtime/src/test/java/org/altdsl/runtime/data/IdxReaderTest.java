package org.altdsl.runtime.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteOrder;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class IdxReaderTest {
    static Stream<Arguments> types() {
        return Stream.of(
                Arguments.of(0x08, "u1", new double[] {0, 1, 127, 128, 254, 255}),
                Arguments.of(0x09, "i1", new double[] {0, 1, 127, -128, -1, 5}),
                Arguments.of(0x0B, "i2", new double[] {0, 1, 32767, -32768, -1, 300}),
                Arguments.of(0x0C, "i4", new double[] {0, 1, 2147483647, -2147483648, -1, 16777217}),
                Arguments.of(0x0D, "f4", new double[] {0, 0.5, -1.25, 1e30f, Float.MIN_VALUE, 3}),
                Arguments.of(0x0E, "f8", new double[] {0, 0.1, -1e-300, 1e300, Math.PI, 3}));
    }

    @ParameterizedTest
    @MethodSource("types")
    void everyElementTypeKeepsItsValuesPlainAndGzipped(int type, String kind, double[] values) {
        byte[] file = FileBytes.idx(type, new int[] {3, 1, 2}, FileBytes.numbers(kind, ByteOrder.BIG_ENDIAN, values));
        for (byte[] content : new byte[][] {file, FileBytes.gzip(file)}) {
            Table table = read(content);
            assertArrayEquals(new int[] {3, 1, 2}, table.shape());
            assertArrayEquals(values, table.toDoubles());
            assertEquals("some.idx", table.origin());
        }
    }

    @Test
    void anEmptyAxisGivesATableWithoutSamples() {
        Table table = read(FileBytes.idx(0x08, new int[] {0, 28, 28}, new byte[0]));
        assertEquals(0, table.samples());
        assertEquals(0, table.values().length);
    }

    static Stream<Arguments> malformed() {
        byte[] good = FileBytes.idx(0x08, new int[] {2, 2}, new byte[] {1, 2, 3, 4});
        byte[] zipped = FileBytes.gzip(good);
        byte[] wrongSum = zipped.clone();
        wrongSum[wrongSum.length - 8] ^= 1;
        return Stream.of(
                Arguments.of(
                        "nothing", new byte[0], "ends after 0 bytes, inside the four bytes that start an IDX file"),
                Arguments.of("half a magic number", new byte[] {0, 0}, "truncated"),
                Arguments.of("a text file", FileBytes.text("1,2,3\n"), "not an IDX file"),
                Arguments.of(
                        "an unknown type",
                        FileBytes.idx(0x0A, new int[] {1}, new byte[1]),
                        "unknown IDX element type 0x0a"),
                Arguments.of("no axes", FileBytes.idx(0x08, new int[0], new byte[1]), "0 axes"),
                Arguments.of("missing lengths", FileBytes.without(good, 9), "inside the lengths of the 2 axes"),
                Arguments.of("one byte short", FileBytes.without(good, 1), "need 4 bytes, but at most 3"),
                Arguments.of(
                        "one byte too many",
                        FileBytes.join(good, new byte[1]),
                        "expected the file to end after 16 bytes, found 1 more"),
                Arguments.of(
                        "a negative length", FileBytes.idx(0x08, new int[] {-1}, new byte[1]), "negative length -1"),
                Arguments.of(
                        "an immense header",
                        FileBytes.idx(0x0E, new int[] {1 << 30}, new byte[8]),
                        "need 8589934592 bytes"),
                Arguments.of(
                        "more elements than the file has bytes",
                        FileBytes.idx(0x08, new int[] {1 << 20, 1 << 20}, new byte[8]),
                        "need 1099511627776 bytes, but at most 8 are left"),
                Arguments.of(
                        "more elements a sample than fit",
                        FileBytes.idx(0x08, new int[] {1, 1 << 20, 1 << 20}, new byte[8]),
                        "more numbers than can be held"),
                Arguments.of(
                        "more elements than can be counted",
                        FileBytes.idx(0x08, new int[] {1 << 30, 1 << 30}, new byte[8]),
                        "no file holds the numbers"),
                Arguments.of(
                        "an immense header, gzipped",
                        FileBytes.gzip(FileBytes.idx(0x08, new int[] {1 << 30}, new byte[8])),
                        "truncated or damaged"),
                Arguments.of("cut gzip", FileBytes.without(zipped, 12), "cut off"),
                Arguments.of("cut gzip trailer", FileBytes.without(zipped, 2), "cut off"),
                Arguments.of("cut gzip header", FileBytes.without(zipped, zipped.length - 5), "cut off in its header"),
                Arguments.of("gzip with a wrong checksum", wrongSum, "damaged"),
                Arguments.of(
                        "gzip of too little",
                        FileBytes.gzip(FileBytes.without(good, 1)),
                        "truncated: the file ends after 15 bytes"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void malformedFilesAreRefusedWithTheirFault(String what, byte[] content, String fragment) {
        DataException refusal = assertThrows(DataException.class, () -> read(content));
        assertEquals("some.idx", refusal.file());
        assertTrue(refusal.getMessage().contains(fragment), refusal.getMessage());
    }

    private static Table read(byte[] content) {
        try (ByteInput input = ByteInput.of(content, "some.idx")) {
            return IdxReader.read(input, DataMemory.standard());
        }
    }
}
