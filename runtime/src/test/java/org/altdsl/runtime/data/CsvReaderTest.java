package org.altdsl.runtime.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvReaderTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1,2.5\n-3,4e2\n",
                "1,2.5\r\n-3,4e2",
                "1 , 2.50\n\n-3, +4E+2\n\n",
                "first,second\n1,2.5\n-3,400.\n",
                "\"first, of two\",\"\"\n\"1\",2.5\n-3,.4e3\n",
                "\uFEFF1,2.5\n-3,400\n"
            })
    void theSameTableIsReadHoweverItIsWritten(String text) {
        for (byte[] content : new byte[][] {FileBytes.text(text), FileBytes.gzip(FileBytes.text(text))}) {
            Table table = read(content, CsvHeader.DETECT);
            assertArrayEquals(new int[] {2, 2}, table.shape());
            assertArrayEquals(new double[] {1, 2.5, -3, 400}, table.toDoubles());
        }
    }

    @Test
    void aHeaderOfNumbersIsSkippedWhenItIsSaidToBePresent() {
        Table table = read(FileBytes.text("1,2\n3,4\n"), CsvHeader.PRESENT);
        assertArrayEquals(new double[] {3, 4}, table.toDoubles());
    }

    @Test
    void wholeNumbersOfOneByteAndOthersAreKeptExactly() {
        assertArrayEquals(
                new double[] {0, 255, 16},
                read(FileBytes.text("0\n255\n16\n"), CsvHeader.ABSENT).toDoubles());
        assertArrayEquals(
                new double[] {0, 256, -1},
                read(FileBytes.text("0\n256\n-1\n"), CsvHeader.ABSENT).toDoubles());
        assertArrayEquals(
                new double[] {0.1, 9007199254740991.0},
                read(FileBytes.text("0.1,9007199254740991\n"), CsvHeader.ABSENT).toDoubles());
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                Arguments.of("", CsvHeader.DETECT, "expected lines of numbers, found none"),
                Arguments.of("a,b\n", CsvHeader.DETECT, "expected lines of numbers, found none"),
                Arguments.of("1,2\n3\n", CsvHeader.DETECT, "line 2: expected 2 columns as in the first line, found 1"),
                Arguments.of("a,b\n1,2\n3,4,5", CsvHeader.DETECT, "line 3: expected 2 columns"),
                Arguments.of("1,2\n3,x\n", CsvHeader.DETECT, "line 2, column 2: 'x' is not a number"),
                Arguments.of("1,2\n3,x", CsvHeader.DETECT, "line 2, column 2: 'x' is not a number"),
                Arguments.of("1,2\n\n\n3,4\ny,5\n", CsvHeader.DETECT, "line 5, column 1: 'y' is not a number"),
                Arguments.of("a,b\n1,\n", CsvHeader.DETECT, "line 2, column 2: the cell is empty"),
                Arguments.of("1,b\n1,2\n", CsvHeader.DETECT, "line 1, column 2: 'b' is not a number, although"),
                Arguments.of("a,b\n1,2\n", CsvHeader.ABSENT, "line 1, column 1: 'a' is not a number"),
                Arguments.of("a\n1;2\n", CsvHeader.DETECT, "cells must be separated by commas"),
                Arguments.of("1\nNaN\n", CsvHeader.DETECT, "'NaN' is not a number"),
                Arguments.of("1\n1d\n", CsvHeader.DETECT, "'1d' is not a number"),
                Arguments.of("1\n0x1p3\n", CsvHeader.DETECT, "'0x1p3' is not a number"),
                Arguments.of("1\n1e\n", CsvHeader.DETECT, "'1e' is not a number"),
                Arguments.of("1\n.\n", CsvHeader.DETECT, "'.' is not a number"),
                Arguments.of("1\n-\n", CsvHeader.DETECT, "'-' is not a number"),
                Arguments.of("1\n1.2.3\n", CsvHeader.DETECT, "'1.2.3' is not a number"),
                Arguments.of("1\n1e999\n", CsvHeader.DETECT, "'1e999' is too large"),
                Arguments.of("1,2\n\"3,4\n", CsvHeader.DETECT, "not a well-formed CSV file"),
                Arguments.of("1,2\n\"3\"x,4\n", CsvHeader.DETECT, "not a well-formed CSV file"));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void malformedTextIsRefusedByLineAndColumn(String text, CsvHeader header, String fragment) {
        DataException refusal = assertThrows(DataException.class, () -> read(FileBytes.text(text), header));
        assertEquals("some.csv", refusal.file());
        assertTrue(refusal.getMessage().contains(fragment), refusal.getMessage());
    }

    @Test
    void cutGzipIsRefused() {
        byte[] cut = FileBytes.without(FileBytes.gzip(FileBytes.text("1,2\n3,4\n")), 10);
        DataException refusal = assertThrows(DataException.class, () -> read(cut, CsvHeader.DETECT));
        assertTrue(refusal.getMessage().contains("cut off"), refusal.getMessage());
    }

    private static Table read(byte[] content, CsvHeader header) {
        try (ByteInput input = ByteInput.of(content, "some.csv")) {
            return CsvReader.read(input, header, DataMemory.standard());
        }
    }
}
