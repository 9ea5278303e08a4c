package org.altdsl.runtime.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataSourceTest {
    @TempDir
    private Path root;

    private Path base;
    private Path data;
    private DataSource source;

    @BeforeEach
    void makeFolders() throws IOException {
        base = Files.createDirectories(root.resolve("experiment"));
        data = Files.createDirectories(root.resolve("data"));
        source = new DataSource(new DataLocator(List.of(data), Map.of("HOME", root.toString()), List.of()), base);
    }

    @Test
    void theShippedDigitsAreReadWithoutAnyFile() {
        Table digits = source.csv("digits.csv.gz");
        assertArrayEquals(new int[] {1797, 65}, digits.shape());
        int[] perClass = new int[10];
        for (int row = 0; row < 1797; row++) {
            for (int pixel = 0; pixel < 64; pixel++) {
                double value = digits.get(row, pixel);
                assertTrue(value >= 0 && value <= 16 && value == Math.rint(value), "row " + row);
            }
            perClass[(int) digits.get(row, 64)]++;
        }
        // The class counts that the data set's own description gives.
        assertArrayEquals(new int[] {178, 182, 177, 183, 181, 182, 181, 179, 174, 180}, perClass);
    }

    @Test
    void theExperimentsFolderComesBeforeTheDataFolders() throws IOException {
        Files.writeString(data.resolve("some.csv"), "1\n");
        assertEquals(1, source.csv("some.csv").at(0));
        Files.createDirectories(base.resolve("local"));
        Files.writeString(base.resolve("local/some.csv"), "3\n");
        Files.writeString(base.resolve("some.csv"), "2\n");
        assertEquals(2, source.csv("some.csv").at(0));
        assertEquals(3, source.csv("local/some.csv").at(0));
        assertEquals(1, source.csv(data.resolve("some.csv").toString()).at(0));
    }

    @Test
    void aPathSkipsTheShippedDataSets() throws IOException {
        Files.write(base.resolve("digits.csv.gz"), FileBytes.gzip(FileBytes.text("1,2\n")));
        assertEquals(1, source.csv("./digits.csv.gz").samples());
        assertEquals(1797, source.csv("digits.csv.gz").samples());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "train-labels-idx1-ubyte",
                "train-labels-idx1-ubyte.gz",
                "train-labels.idx1-ubyte",
                "raw/train-labels-idx1-ubyte"
            })
    void idxFilesAreFoundUnderTheNamesThatMirrorsGiveThem(String name) throws IOException {
        Path file = data.resolve("fashion-mnist").resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, FileBytes.gzip(FileBytes.idx(0x08, new int[] {3}, new byte[] {9, 0, 3})));
        assertArrayEquals(
                new double[] {9, 0, 3},
                source.idx("FashionMNIST", "train-labels-idx1-ubyte").toDoubles());
    }

    @Test
    void anIncompleteDataSetSaysWhatIsMissing() throws IOException {
        Files.createDirectories(data.resolve("MNIST"));
        String message = assertThrows(DataException.class, () -> source.idx("MNIST", "train-images-idx3-ubyte"))
                .getMessage();
        assertTrue(message.contains("has no file train-images-idx3-ubyte or train-images-idx3-ubyte.gz"), message);
        assertTrue(message.contains("altdsl data get MNIST"), message);
    }

    @Test
    void numPyFilesAreReadAndDescribed() throws IOException {
        byte[] array = FileBytes.npy(
                1,
                FileBytes.npyHeader("<f8", false, "(2, 2)"),
                FileBytes.numbers("f8", ByteOrder.LITTLE_ENDIAN, 1, -2.5, 3, Double.NaN));
        Files.write(base.resolve("a.npy"), array);
        Files.write(base.resolve("b.npz"), FileBytes.zip(true, Map.of("x.npy", array)));
        assertEquals(-2.5, source.npy("a.npy").get(0, 1));
        assertEquals(-2.5, source.npz("b.npz", "x").get(0, 1));
        DataDescription description = source.describe("b.npz");
        assertEquals(List.of(new DataDescription.Part("b.npz[x]", List.of(2, 2), -2.5, 3, 1)), description.parts());
        assertEquals(base.resolve("b.npz").toString(), description.location());
        assertTrue(
                description.text().contains("b.npz[x]: 2 samples of 2, from -2.5 to 3, 1 NaN or infinite"),
                description.text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"digits.csv.gz", "Digits", "digits"})
    void theShippedDigitsAreDescribed(String name) {
        String text = source.describe(name).text();
        assertTrue(text.contains("digits.csv.gz: 1797 samples of 65, from 0 to 16"), text);
        assertTrue(text.contains("CC BY 4.0"), text);
    }

    @Test
    void aFolderIsDescribedByItsDataFiles() throws IOException {
        Path folder = Files.createDirectories(data.resolve("mine"));
        Files.writeString(folder.resolve("README"), "nothing");
        assertTrue(assertThrows(DataException.class, () -> source.describe("mine"))
                .getMessage()
                .contains("has no data file"));
        Files.writeString(folder.resolve("b.csv"), "x\n1\n");
        Files.write(folder.resolve("a.idx"), FileBytes.idx(0x09, new int[] {1, 2}, new byte[] {-1, 1}));
        assertEquals(
                List.of(
                        new DataDescription.Part("a.idx", List.of(1, 2), -1, 1, 0),
                        new DataDescription.Part("b.csv", List.of(1, 1), 1, 1, 0)),
                source.describe("mine").parts());
    }

    @Test
    void whatCannotBeReadIsRefusedInWords() throws IOException {
        Files.writeString(base.resolve("notes.txt"), "hello");
        assertRefused("is of an unknown format", () -> source.describe("notes.txt"));
        assertRefused("was not found", () -> source.csv("absent.csv"));
        assertRefused(
                "there is no such file",
                () -> source.npy(root.resolve("absent.npy").toString()));
        assertRefused("is a folder, expected a file", () -> source.csv(base.toString()));
        assertRefused("is not a path", () -> source.csv("a\0b"));
        assertRefused(
                "has no file x", () -> source.idx(base.resolve("notes.txt").toString(), "x"));
    }

    @Test
    void theInstalledFashionDataSetHasItsPublishedShape() {
        assumeTrue(Files.isDirectory(Path.of("/usr/share/datasets/fashion-mnist")));
        DataSource installed = new DataSource(new DataLocator(List.of(), Map.of("HOME", root.toString())), base);
        Table images = installed.idx("FashionMNIST", "train-images-idx3-ubyte");
        Table labels = installed.idx("FashionMNIST", "train-labels-idx1-ubyte");
        assertArrayEquals(new int[] {60000, 28, 28}, images.shape());
        assertArrayEquals(
                new int[] {10000, 28, 28},
                installed.idx("fashion_mnist", "t10k-images-idx3-ubyte").shape());
        int[] perClass = new int[10];
        for (int sample = 0; sample < labels.samples(); sample++) {
            perClass[(int) labels.at(sample)]++;
        }
        // Xiao et al. (2017): the classes are balanced.
        assertArrayEquals(new int[] {6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000}, perClass);
        double sum = 0;
        for (int position = 0; position < images.size(); position++) {
            sum += images.at(position);
        }
        // The mean of the training pixels is widely quoted as 0.2860, from 0 to 1, rounded to four digits.
        assertEquals(0.2860, sum / images.size() / 255, 0.00005);
    }

    private static void assertRefused(String fragment, Runnable reading) {
        DataException refusal = assertThrows(DataException.class, reading::run);
        assertTrue(refusal.getMessage().contains(fragment), refusal.getMessage());
    }
}
