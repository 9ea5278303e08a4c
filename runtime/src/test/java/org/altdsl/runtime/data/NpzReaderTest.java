package org.altdsl.runtime.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NpzReaderTest {
    @TempDir
    private Path folder;

    private static Map<String, byte[]> members() {
        Map<String, byte[]> members = new LinkedHashMap<>();
        members.put(
                "x.npy",
                FileBytes.npy(
                        1,
                        FileBytes.npyHeader("<f8", false, "(2, 2)"),
                        FileBytes.numbers("f8", ByteOrder.LITTLE_ENDIAN, 1, 2, 3, 0.1)));
        members.put(
                "labels.npy",
                FileBytes.npy(
                        1,
                        FileBytes.npyHeader("<i8", false, "(2,)"),
                        FileBytes.numbers("i8", ByteOrder.LITTLE_ENDIAN, 4, 7)));
        return members;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void arraysAreReadByNameDeflatedOrStored(boolean deflated) throws IOException {
        Path file = write(FileBytes.zip(deflated, members()));
        assertEquals(List.of("x", "labels"), NpzReader.names(file));
        assertArrayEquals(
                new double[] {1, 2, 3, 0.1},
                NpzReader.read(file, "x", DataMemory.standard()).toDoubles());
        assertArrayEquals(
                new double[] {4, 7},
                NpzReader.read(file, "labels", DataMemory.standard()).toDoubles());
        assertEquals(
                file + "[x]", NpzReader.read(file, "x", DataMemory.standard()).origin());
    }

    @Test
    void anUnknownArrayIsRefusedWithTheNamesThereAre() throws IOException {
        Path file = write(FileBytes.zip(true, members()));
        assertRefused(file, "y", "has no array 'y'; its arrays are x, labels");
    }

    @Test
    void aCutArchiveIsRefused() throws IOException {
        Path file = write(FileBytes.without(FileBytes.zip(true, members()), 40));
        assertRefused(file, "x", "truncated or damaged");
    }

    @Test
    void aFileThatIsNoArchiveIsRefused() throws IOException {
        assertRefused(write(FileBytes.text("1,2\n")), "x", "not a readable NPZ archive");
    }

    @Test
    void anAbsentArchiveIsRefused() {
        assertRefused(folder.resolve("absent.npz"), "x", "there is no such file");
    }

    @Test
    void aMemberWithAWrongChecksumIsRefused() throws IOException {
        byte[] archive = FileBytes.zip(false, Map.of("x.npy", members().get("x.npy")));
        // The stored member follows a local header of 30 bytes and its name of 5; the last byte of the first number.
        int lastOfFirst = 35 + members().get("x.npy").length - 25;
        archive[lastOfFirst] ^= 1;
        assertRefused(write(archive), "x", "checksum");
    }

    @Test
    void aMemberThatIsNoArrayIsRefused() throws IOException {
        assertRefused(
                write(FileBytes.zip(true, Map.of("x.npy", FileBytes.text("hello, world")))),
                "x",
                "[x]: not an NPY file");
    }

    private Path write(byte[] content) throws IOException {
        return Files.write(folder.resolve("some.npz"), content);
    }

    private static void assertRefused(Path file, String array, String fragment) {
        DataException refusal =
                assertThrows(DataException.class, () -> NpzReader.read(file, array, DataMemory.standard()));
        assertTrue(refusal.getMessage().contains(fragment), refusal.getMessage());
    }
}
