package org.altdsl.runtime.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyReaderTest {
    private static final double EXACT = 9007199254740992.0;

    static Stream<Arguments> types() {
        return Stream.of(
                Arguments.of("b1", new double[] {0, 1, 1, 0, 0, 1}),
                Arguments.of("i1", new double[] {0, 1, 127, -128, -1, 5}),
                Arguments.of("i2", new double[] {0, 1, 32767, -32768, -1, 300}),
                Arguments.of("i4", new double[] {0, 1, 2147483647, -2147483648, -1, 16777217}),
                Arguments.of("i8", new double[] {0, 1, EXACT, -EXACT, -1, 16777217}),
                Arguments.of("u1", new double[] {0, 1, 127, 128, 254, 255}),
                Arguments.of("u2", new double[] {0, 1, 32767, 32768, 65535, 300}),
                Arguments.of("u4", new double[] {0, 1, 2147483647, 4294967295.0, 2147483648.0, 300}),
                Arguments.of("u8", new double[] {0, 1, EXACT, 4294967296.0, 2, 3}),
                Arguments.of("f4", new double[] {0, 0.5, -1.25, 1e30f, Float.MIN_VALUE, Double.NaN}),
                Arguments.of("f8", new double[] {0, 0.1, -1e-300, 1e300, Math.PI, Double.NEGATIVE_INFINITY}));
    }

    @ParameterizedTest
    @MethodSource("types")
    void everyTypeVersionAndByteOrderKeepsItsValues(String kind, double[] values) {
        for (int version = 1; version <= 3; version++) {
            for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
                String mark = kind.endsWith("1") ? "|" : order == ByteOrder.LITTLE_ENDIAN ? "<" : ">";
                byte[] file = FileBytes.npy(
                        version,
                        FileBytes.npyHeader(mark + kind, false, "(2, 3)"),
                        FileBytes.numbers(kind, order, values));
                Table table = read(file);
                assertArrayEquals(new int[] {2, 3}, table.shape());
                assertArrayEquals(values, table.toDoubles());
            }
        }
    }

    @Test
    void fortranOrderBecomesRowMajor() {
        int[] shape = {3, 4, 5};
        double[] rowMajor = IntStream.range(0, 60).asDoubleStream().toArray();
        double[] firstFastest = new double[60];
        int next = 0;
        for (int k = 0; k < 5; k++) {
            for (int j = 0; j < 4; j++) {
                for (int i = 0; i < 3; i++) {
                    firstFastest[next++] = (i * 4 + j) * 5 + k;
                }
            }
        }
        Table table = read(FileBytes.npy(
                1,
                FileBytes.npyHeader("<f4", true, "(3, 4, 5)"),
                FileBytes.numbers("f4", ByteOrder.LITTLE_ENDIAN, firstFastest)));
        assertArrayEquals(shape, table.shape());
        assertArrayEquals(rowMajor, table.toDoubles());
        assertEquals(33, table.get(1, 2, 3));
    }

    @Test
    void arraysLongerThanTheBufferAreReadWhole() {
        int count = 100_003;
        double[] values = IntStream.range(0, count).asDoubleStream().toArray();
        Table table = read(FileBytes.npy(
                2,
                FileBytes.npyHeader(">f8", false, "(" + count + ",)"),
                FileBytes.numbers("f8", ByteOrder.BIG_ENDIAN, values)));
        assertArrayEquals(values, table.toDoubles());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'descr': '<u2', 'fortran_order': False, 'shape': (2,), }",
                "{\"shape\": (2L,), \"descr\": \"<u2\", \"fortran_order\": False}\n",
                "{ 'fortran_order':True,'shape':[2],'descr':'<u2' }"
            })
    void headersMayBeWrittenInEveryWayPythonWritesThem(String header) {
        assertArrayEquals(
                new double[] {7, 8},
                read(FileBytes.npy(1, header, new byte[] {7, 0, 8, 0})).toDoubles());
    }

    static Stream<Arguments> malformed() {
        byte[] body = {1, 0, 0, 0, 2, 0, 0, 0};
        String two = FileBytes.npyHeader("<i4", false, "(2,)");
        byte[] good = FileBytes.npy(1, two, body);
        byte[] beyond = ByteBuffer.allocate(8).putLong((1L << 53) + 1).array();
        return Stream.of(
                Arguments.of("nothing", new byte[0], "truncated"),
                Arguments.of("a text file", FileBytes.text("1,2,3,4,5\n"), "not an NPY file"),
                Arguments.of("version 4", FileBytes.npy(4, two, body), "version 4; expected 1, 2 or 3"),
                Arguments.of("cut header", FileBytes.without(good, 20), "truncated"),
                Arguments.of("one byte short", FileBytes.without(good, 1), "need 8 bytes, but at most 7"),
                Arguments.of("one byte too many", FileBytes.join(good, new byte[1]), "found 1 more"),
                Arguments.of(
                        "immense shape",
                        header("{'descr': '<f8', 'fortran_order': False," + " 'shape': (1000000, 1000), }"),
                        "truncated or damaged"),
                Arguments.of(
                        "overflowing shape",
                        header("{'descr': '<f8', 'fortran_order': False," + " 'shape': (2147483647, 2147483647, 4), }"),
                        "more numbers than can be held"),
                Arguments.of(
                        "axis beyond an int",
                        header("{'descr': '<f8', 'fortran_order': False," + " 'shape': (4294967298,), }"),
                        "length 4294967298"),
                Arguments.of(
                        "negative axis",
                        header("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }"),
                        "length -1"),
                Arguments.of(
                        "a single number",
                        header("{'descr': '<f8', 'fortran_order': False, 'shape': (), }"),
                        "no axes"),
                Arguments.of(
                        "objects",
                        header("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"),
                        "NumPy type '|O'; expected integers"),
                Arguments.of(
                        "half precision",
                        header("{'descr': '<f2', 'fortran_order': False, 'shape': (1,), }"),
                        "astype('float32')"),
                Arguments.of(
                        "named fields",
                        header("{'descr': [('a', '<f8')], 'fortran_order': False," + " 'shape': (1,), }"),
                        "named fields"),
                Arguments.of("no shape", header("{'descr': '<f8', 'fortran_order': False, }"), "must have descr"),
                Arguments.of("a key twice", header("{'descr': '<f8', 'descr': '<f8', }"), "'descr' twice"),
                Arguments.of(
                        "a fraction",
                        header("{'descr': '<f8', 'fortran_order': False, 'shape': (1.5,), }"),
                        "malformed"),
                Arguments.of("no brace", header("'descr'"), "'{' expected"),
                Arguments.of("open brace", header("{'descr': '<f8'"), "malformed"),
                Arguments.of("open quote", header("{'descr"), "quotes expected"),
                Arguments.of(
                        "more after the header",
                        header("{'descr': '<f8', 'fortran_order': False," + " 'shape': (1,), } {"),
                        "after the closing brace"),
                Arguments.of("nested deeply", header("{'shape': " + "(".repeat(60000)), "too deeply"),
                Arguments.of(
                        "a boolean that is neither",
                        FileBytes.npy(1, FileBytes.npyHeader("|b1", false, "(1,)"), new byte[] {2}),
                        "element 0: a boolean must be stored as 0 or 1, found 2"),
                Arguments.of(
                        "an integer beyond 2^53",
                        FileBytes.npy(1, FileBytes.npyHeader(">i8", false, "(1,)"), beyond),
                        "9007199254740993"),
                Arguments.of(
                        "an unsigned integer beyond 2^53",
                        FileBytes.npy(
                                1, FileBytes.npyHeader("<u8", false, "(1,)"), new byte[] {-1, -1, -1, -1, -1, -1, -1, -1
                                }),
                        "18446744073709551615"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void malformedFilesAreRefusedWithTheirFault(String what, byte[] content, String fragment) {
        DataException refusal = assertThrows(DataException.class, () -> read(content));
        assertEquals("some.npy", refusal.file());
        assertTrue(refusal.getMessage().contains(fragment), refusal.getMessage());
    }

    private static byte[] header(String header) {
        return FileBytes.npy(1, header, new byte[8]);
    }

    private static Table read(byte[] content) {
        try (ByteInput input = ByteInput.of(content, "some.npy")) {
            return NpyReader.read(input, DataMemory.standard());
        }
    }
}
