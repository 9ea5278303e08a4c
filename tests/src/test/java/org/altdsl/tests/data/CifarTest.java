package org.altdsl.tests.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.altdsl.runtime.data.DataDescription;
import org.altdsl.runtime.data.DataSet;
import org.altdsl.runtime.data.ImageShape;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The binary version of CIFAR-10, in files made here: records of a label and 3 x 32 x 32 bytes. */
class CifarTest {
    private static final int RECORD = 3073;
    private static final int PER_FILE = 20;

    @TempDir
    private Path folder;

    /** Every class twice a file; the pixels are random. */
    private static Map<String, byte[]> files() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int number = 1; number <= 6; number++) {
            byte[] bytes = DataFiles.random(PER_FILE * RECORD, number);
            for (int record = 0; record < PER_FILE; record++) {
                bytes[record * RECORD] = (byte) (record % 10);
            }
            files.put(number == 6 ? "test_batch.bin" : "data_batch_" + number + ".bin", bytes);
        }
        return files;
    }

    private static byte[] archive(Map<String, byte[]> files, boolean zipped) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = zipped ? new GZIPOutputStream(bytes) : bytes;
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry("cifar-10-batches-bin/" + file.getKey());
                entry.setSize(file.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private void write(String place, Map<String, byte[]> files) throws IOException {
        if (place.endsWith(".tar") || place.endsWith(".gz")) {
            DataFiles.write(folder.resolve(place), archive(files, place.endsWith(".gz")));
            return;
        }
        files.forEach((name, bytes) -> DataFiles.write(folder.resolve(place).resolve(name), bytes));
    }

    private DataSet data(String use) {
        return DataFiles.plan(DataFiles.experiment("", use), DataFiles.source(folder))
                .data();
    }

    private String refusal() {
        return DataFiles.refusal(DataFiles.experiment("", "CIFAR10"), DataFiles.source(folder));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CIFAR10",
                "cifar-10",
                "CIFAR10/cifar-10-batches-bin",
                "cifar-10-batches-bin",
                "CIFAR10/cifar-10-binary.tar.gz",
                "CIFAR10/cifar-10-binary.tar",
                "cifar-10-binary.tar.gz"
            })
    void filesAreFoundUnpackedAndAsDownloaded(String place) throws IOException {
        Map<String, byte[]> files = files();
        write(place, files);
        DataSet data = data("CIFAR10");
        assertEquals(Optional.of(new ImageShape(3, 32, 32)), data.field("image").image());
        assertEquals(5 * PER_FILE, data.splits().get("train").size());
        assertEquals(PER_FILE, data.splits().get("test").size());
        float[] images = DataFiles.values(data, "train", "image");
        float[] labels = DataFiles.values(data, "train", "label");
        for (int sample = 0; sample < 5 * PER_FILE; sample++) {
            byte[] file = files.get("data_batch_" + (1 + sample / PER_FILE) + ".bin");
            int start = sample % PER_FILE * RECORD;
            assertEquals(file[start], labels[sample]);
            float[] expected = new float[RECORD - 1];
            for (int pixel = 0; pixel < expected.length; pixel++) {
                expected[pixel] = (float) ((file[start + 1 + pixel] & 0xff) / 255.0);
            }
            float[] found = Arrays.copyOfRange(images, sample * 3072, (sample + 1) * 3072);
            assertArrayEquals(expected, found, "sample " + sample);
        }
    }

    @Test
    void scalingAndValidationAreThoseOfOtherImages() throws IOException {
        write("CIFAR10", files());
        DataSet data = data("CIFAR10(scaling = standard, held_out = 0.2)");
        int[] two = new int[10];
        Arrays.fill(two, 2);
        assertArrayEquals(two, DataFiles.counts(data, "validation"));
        float[] images = DataFiles.values(data, "train", "image");
        double sum = 0;
        double squares = 0;
        for (float pixel : images) {
            sum += pixel;
            squares += (double) pixel * pixel;
        }
        // Single precision rounds each number by 6e-8 of its size, which is at most 2; 1e-8 stands beside a spread of
        // 0.3.
        assertEquals(0, sum / images.length, 1.2e-7);
        assertEquals(1, squares / images.length, 2 * 1.2e-7 + 2 * 4e-8);
    }

    @Test
    void aTruncatedFileIsRefusedWithItsSize() throws IOException {
        Map<String, byte[]> files = files();
        files.compute("data_batch_3.bin", (name, bytes) -> Arrays.copyOf(bytes, bytes.length - 1));
        write("CIFAR10", files);
        String told = refusal();
        assertTrue(told.contains("data_batch_3.bin: truncated"), told);
        assertTrue(told.contains("its 61459 bytes are 19 records and 3072 bytes"), told);
        write("CIFAR10", Map.of("data_batch_3.bin", new byte[0]));
        assertTrue(refusal().contains("data_batch_3.bin: is empty"), refusal());
    }

    @Test
    void aTruncatedArchiveIsRefused() throws IOException {
        byte[] whole = archive(files(), true);
        DataFiles.write(folder.resolve("cifar-10-binary.tar.gz"), Arrays.copyOf(whole, whole.length / 2));
        String told = refusal();
        assertTrue(told.contains("cifar-10-binary.tar.gz"), told);
        assertTrue(told.contains("truncated"), told);
    }

    @Test
    void aLabelBeyondNineIsRefusedWithItsPlace() throws IOException {
        Map<String, byte[]> files = files();
        files.get("data_batch_2.bin")[7 * RECORD] = 10;
        write("CIFAR10", files);
        String told = refusal();
        assertTrue(told.contains("data_batch_2.bin has the label 10.0"), told);
        assertTrue(told.contains("sample 7 (counted from 0)"), told);
        assertTrue(told.contains("'label' is a class from 0 to 9"), told);
    }

    @Test
    void whatIsMissingIsToldWithHowToGetIt() throws IOException {
        assertTrue(refusal().contains("altdsl data get CIFAR10"), refusal());
        Map<String, byte[]> files = files();
        files.remove("data_batch_4.bin");
        write("CIFAR10", files);
        assertTrue(refusal().contains("has no file data_batch_4.bin"), refusal());
        Files.delete(folder.resolve("CIFAR10/data_batch_1.bin"));
        write("CIFAR10/cifar-10-binary.tar.gz", files);
        assertTrue(refusal().contains("has no member data_batch_4.bin"), refusal());
    }

    @Test
    void theDataSetIsDescribed() throws IOException {
        write("CIFAR10/cifar-10-binary.tar.gz", Map.of("test_batch.bin", new byte[2 * RECORD]));
        write("CIFAR10/cifar-10-batches-bin", Map.of("test_batch.bin", new byte[3 * RECORD]));
        assertEquals(
                List.of(
                        new DataDescription.Part("cifar-10-binary.tar.gz[test_batch.bin]", List.of(2, RECORD), 0, 0, 0),
                        new DataDescription.Part("test_batch.bin", List.of(3, RECORD), 0, 0, 0)),
                DataFiles.source(folder).describe("CIFAR10").parts());
    }
}
