package org.altdsl.runtime.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataLocatorTest {
    @TempDir
    private Path root;

    @Test
    void earlierFoldersWin() throws IOException {
        Path explicit = root.resolve("explicit");
        Path first = root.resolve("first");
        Path second = root.resolve("second");
        Path user = root.resolve("home/altdsl/data");
        Path system = root.resolve("system");
        DataLocator locator = new DataLocator(
                List.of(explicit),
                Map.of(
                        "ALTDSL_DATA",
                        first + File.pathSeparator + second,
                        "XDG_DATA_HOME",
                        root.resolve("home").toString()),
                List.of(system));
        List<Path> order = List.of(explicit, first, second, user, system);
        assertEquals(order, locator.searchPath());
        List<Path> lastFirst = new ArrayList<>(order);
        Collections.reverse(lastFirst);
        for (Path folder : lastFirst) {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("some.csv"), "1\n");
            assertEquals(folder.resolve("some.csv"), locator.find("some.csv"));
        }
    }

    @Test
    void theUserFolderFollowsTheBaseDirectorySpecification() {
        Path home = root.resolve("me");
        Path usual = home.resolve(".local/share/altdsl/data");
        assertEquals(usual, locator(Map.of("HOME", home.toString())).userFolder());
        assertEquals(
                usual,
                locator(Map.of("HOME", home.toString(), "XDG_DATA_HOME", "relative"))
                        .userFolder());
        assertEquals(
                usual,
                locator(Map.of("HOME", home.toString(), "XDG_DATA_HOME", "")).userFolder());
    }

    @ParameterizedTest
    @CsvSource({
        "FashionMNIST, fashion-mnist",
        "fashion-mnist, FashionMNIST",
        "fashion_mnist, Fashion-MNIST",
        "MNIST, mnist",
        "MNIST, MNIST"
    })
    void foldersMatchWhateverTheirCaseAndDashes(String asked, String present) throws IOException {
        Path folder = Files.createDirectories(root.resolve(present));
        assertEquals(folder, locator(Map.of("ALTDSL_DATA", root.toString())).find(asked));
    }

    @Test
    void anExplicitFolderMayBeTheDataSetItself() throws IOException {
        Path folder = Files.createDirectories(root.resolve("fashion-mnist"));
        assertEquals(folder, new DataLocator(List.of(folder), environment(), List.of()).find("FashionMNIST"));
    }

    @Test
    void aFileIsFoundGzippedUnderItsPlainName() throws IOException {
        Path file = Files.write(root.resolve("some.csv.gz"), new byte[0]);
        assertEquals(file, locator(Map.of("ALTDSL_DATA", root.toString())).find("some.csv"));
    }

    @Test
    void aFileIsNotTakenForAFolderOfASimilarName() throws IOException {
        Files.writeString(root.resolve("mnist"), "");
        DataLocator locator = locator(Map.of("ALTDSL_DATA", root.toString()));
        assertThrows(DataException.class, () -> locator.find("MNIST"));
    }

    @Test
    void aMissingDataSetSaysWhereItWasSoughtAndHowToGetIt() {
        Path absent = root.resolve("absent");
        DataLocator locator = new DataLocator(List.of(root, absent), environment(), List.of());
        String message = assertThrows(DataException.class, () -> locator.find("fashion-mnist"))
                .getMessage();
        for (String fragment : List.of(
                "fashion-mnist: was not found",
                "\n    " + root + "\n",
                absent + " (does not exist)",
                "altdsl data get FashionMNIST",
                "dataset-fashion-mnist",
                "into " + locator.userFolder().resolve("FashionMNIST"),
                "train-images-idx3-ubyte.gz  from http",
                "train-labels-idx1-ubyte.gz",
                "t10k-images-idx3-ubyte.gz",
                "t10k-labels-idx1-ubyte.gz")) {
            assertTrue(message.contains(fragment), fragment + " is not in\n" + message);
        }
    }

    @Test
    void aMissingFileOffersNoDownloadThatDoesNotExist() {
        DataLocator locator = locator(Map.of());
        String message = assertThrows(DataException.class, () -> locator.find("mine.csv"))
                .getMessage();
        assertTrue(message.contains("ALTDSL_DATA"), message);
        assertFalse(message.contains("data get"), message);
    }

    private Map<String, String> environment() {
        return Map.of("HOME", root.resolve("home").toString());
    }

    private DataLocator locator(Map<String, String> environment) {
        return new DataLocator(List.of(), environment, List.of());
    }
}
