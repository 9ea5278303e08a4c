package org.altdsl.tests.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.altdsl.driver.RunOptions;
import org.altdsl.runtime.data.DataLocator;
import org.altdsl.runtime.data.DataMemory;
import org.altdsl.runtime.data.DataSet;
import org.altdsl.runtime.data.DataSource;
import org.altdsl.runtime.data.EpochOrder;
import org.altdsl.runtime.data.Samples;
import org.altdsl.runtime.report.Row;
import org.altdsl.tests.bench.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Data larger than the memory for them are read in pieces, and no number differs. */
class StreamingTest {
    private static final int ROWS = 2500;
    private static final int WIDTH = 30;
    private static final long PLENTY = 1L << 30;

    @TempDir
    private Path folder;

    private static double[] values(int rows) {
        Random random = new Random(5);
        return random.doubles((long) rows * WIDTH, -3, 3).toArray();
    }

    private static String csv(double[] values, int rows) {
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < WIDTH; column++) {
                text.append(values[row * WIDTH + column]).append(',');
            }
            text.append(row % 10).append('\n');
        }
        return text.toString();
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] npz(byte[] array) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("x.npy"));
            zip.write(array);
            zip.closeEntry();
        }
        return out.toByteArray();
    }

    /** Writes the files of a format and returns the declaration of a data set {@code Mine} of them. */
    private String declare(String format, int rows) throws IOException {
        byte[] labels = new byte[rows];
        StringBuilder labelText = new StringBuilder();
        for (int row = 0; row < rows; row++) {
            labels[row] = (byte) (row % 10);
            labelText.append(row % 10).append('\n');
        }
        DataFiles.write(folder.resolve("set/labels-idx1-ubyte"), DataFiles.idx(labels, rows));
        DataFiles.write(folder.resolve("labels.csv"), labelText.toString().getBytes(StandardCharsets.US_ASCII));
        String read =
                switch (format) {
                    case "idx", "idx.gz" -> {
                        byte[] images = DataFiles.idx(DataFiles.random(rows * WIDTH, 3), rows, 5, 6);
                        boolean zipped = format.endsWith("gz");
                        DataFiles.write(
                                folder.resolve("set/images-idx3-ubyte" + (zipped ? ".gz" : "")),
                                zipped ? gzip(images) : images);
                        yield "let x = idx(\"set\", \"images-idx3-ubyte\")\n let y = idx(\"set\", \"labels-idx1-ubyte\")";
                    }
                    case "npy" -> {
                        DataFiles.write(folder.resolve("x.npy"), DataFiles.npy(values(rows), rows, WIDTH));
                        yield "let x = npy(\"x.npy\")\n let y = idx(\"set\", \"labels-idx1-ubyte\")";
                    }
                    case "npz" -> {
                        DataFiles.write(folder.resolve("x.npz"), npz(DataFiles.npy(values(rows), rows, WIDTH)));
                        yield "let x = npz(\"x.npz\", \"x\")\n let y = idx(\"set\", \"labels-idx1-ubyte\")";
                    }
                    case "csv" -> {
                        byte[] table = csv(values(rows), rows).getBytes(StandardCharsets.US_ASCII);
                        DataFiles.write(folder.resolve("table.csv"), table);
                        yield "let t = csv(\"table.csv\")\n let x = t[0..29]\n let y = t[30]";
                    }
                    case "records" -> {
                        byte[] first = DataFiles.random(1000 * (WIDTH + 1), 7);
                        byte[] second = DataFiles.random((rows - 1000) * (WIDTH + 1), 8);
                        for (int row = 0; row < rows; row++) {
                            byte[] part = row < 1000 ? first : second;
                            part[row % 1000 * (WIDTH + 1) + (row < 1000 ? 0 : (row / 1000 - 1) * 1000 * (WIDTH + 1))] =
                                    (byte) (row % 10);
                        }
                        DataFiles.write(folder.resolve("set/a.bin"), first);
                        DataFiles.write(folder.resolve("set/b.bin"), second);
                        yield "let r = records(\"set\", 31, \"a.bin\", \"b.bin\")\n let x = r[1..30]\n let y = r[0]";
                    }
                    default -> throw new IllegalArgumentException(format);
                };
        return """
                dataset Mine {
                    %s
                    field image : [5, 6] = scaled_by(x, mean(x over train), std(x over train, space))
                    field label : class(10) = y
                    split train 0.6, validation 0.1, test 0.3 stratified by label seed 2
                }
                """.formatted(read);
    }

    private DataSource source(DataMemory memory) {
        return new DataSource(new DataLocator(List.of(folder), Map.of("HOME", folder.toString())), folder, memory);
    }

    private DataSet load(String declaration, DataMemory memory) {
        return DataFiles.plan(DataFiles.experiment(declaration, "Mine"), source(memory))
                .data();
    }

    private static float[] shown(DataSet data, String split, String field, int[] samples) {
        try (Samples reader = data.splits().get(split).samples()) {
            int width = data.field(field).width();
            // Something else first: what a reader showed before must not matter.
            reader.choose(new int[] {0, 1, 2}, 3, 0);
            reader.choose(samples, samples.length, 0);
            float[] rows = new float[samples.length * width];
            for (int lane = 0; lane < samples.length; lane++) {
                System.arraycopy(reader.rows(field), reader.lanes(field)[lane] * width, rows, lane * width, width);
            }
            return rows;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"idx", "npy", "records", "csv", "idx.gz", "npz"})
    void everyNumberIsTheSameAsWhenLoadedWhole(String format) throws IOException {
        String declaration = declare(format, ROWS);
        DataMemory plenty = DataMemory.of(PLENTY);
        DataMemory none = DataMemory.of(0);
        DataSet whole = load(declaration, plenty);
        DataSet pieces = load(declaration, none);
        for (String split : List.of("train", "validation", "test")) {
            int size = whole.splits().get(split).size();
            assertEquals(size, pieces.splits().get(split).size());
            for (String field : List.of("image", "label")) {
                assertArrayEquals(
                        DataFiles.values(whole, split, field), DataFiles.values(pieces, split, field), split + field);
                int[] order = EpochOrder.of(3, 1, size);
                assertArrayEquals(shown(whole, split, field, order), shown(pieces, split, field, order));
                int[] batch = {order[4], 0, order[9], size - 1, order[4]};
                assertArrayEquals(shown(whole, split, field, batch), shown(pieces, split, field, batch));
            }
        }
        assertTrue(plenty.most() > (long) ROWS * (WIDTH + 1) * Float.BYTES, "loaded whole: " + plenty.most());
    }

    @ParameterizedTest
    @ValueSource(strings = {"idx", "npy", "records", "csv", "idx.gz", "npz"})
    void memoryDoesNotGrowWithTheSizeOfTheSamples(String format) throws IOException {
        DataMemory small = DataMemory.of(0);
        load(declare(format, ROWS), small);
        DataMemory large = DataMemory.of(0);
        DataSet data = load(declare(format, 4 * ROWS), large);
        // What is held a sample, however long it is: where its row is, and its class; and six whole numbers while rows
        // are divided, before anything else is held.
        assertEquals(3L * ROWS * (Integer.BYTES + Float.BYTES), large.held() - small.held());
        assertTrue(large.most() - small.most() <= 3L * ROWS * 6 * Integer.BYTES, large.most() + " " + small.most());
        long before = large.held();
        try (Samples reader = data.splits().get("train").samples()) {
            reader.choose(new int[] {5, 900, 17}, 3, 0);
            assertTrue(large.held() > before, "a reader's memory is on the account, too");
        }
        assertEquals(before, large.held());
    }

    @Test
    void whatFitsTheBudgetIsHeldAndTheRestIsNot() throws IOException {
        String declaration = declare("idx", ROWS);
        // Room for the labels (a byte each), not for the images.
        DataMemory some = DataMemory.of(2 * ROWS);
        DataSet data = load(declaration, some);
        assertEquals(0.6 * ROWS, data.splits().get("train").size());
        assertEquals(ROWS + ROWS * (Integer.BYTES + Float.BYTES), some.held());
    }

    @ParameterizedTest
    @ValueSource(strings = {"idx", "csv"})
    void aRunHasTheSameResults(String format) throws IOException {
        String text = DataFiles.experiment(declare(format, 600), "Mine batch 100 augment image by shift(1), noise(0.1)")
                .replace("train 1 epochs", "train 2 epochs\nseeds 1..2\nmeasure accuracy, alignment every epoch");
        Run whole = Run.of(text, RunOptions.asWritten(), 1, source(DataMemory.of(PLENTY)));
        DataMemory none = DataMemory.of(0);
        Run pieces = Run.of(text, RunOptions.asWritten(), 2, source(none));
        for (int seed = 1; seed <= 2; seed++) {
            assertEquals(numbers(whole, seed), numbers(pieces, seed));
        }
        // Beyond the rows and classes, jobs give back what their readers held.
        assertEquals(600 * (Integer.BYTES + Float.BYTES), none.held());
    }

    private static List<Map<String, Double>> numbers(Run run, int seed) {
        return run.rows(0).get(seed).stream()
                .map(row -> {
                    Map<String, Double> values = new HashMap<>(row.values());
                    values.remove(Row.SECONDS);
                    return values;
                })
                .toList();
    }
}
