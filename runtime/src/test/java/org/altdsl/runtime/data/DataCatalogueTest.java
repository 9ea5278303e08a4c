package org.altdsl.runtime.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DataCatalogueTest {
    static List<DataCatalogue.Entry> entries() {
        return DataCatalogue.shipped().entries();
    }

    @ParameterizedTest
    @MethodSource("entries")
    void everyDataSetSaysWhatItIsAndUnderWhichTerms(DataCatalogue.Entry entry) {
        for (String text :
                List.of(entry.name(), entry.description(), entry.licence(), entry.citation(), entry.homepage())) {
            assertFalse(text.isBlank());
        }
        assertTrue(entry.shipped() != entry.bytes() > 0, "a data set is shipped or downloaded");
        for (DataCatalogue.RemoteFile file : entry.files()) {
            assertTrue(file.url().endsWith("/" + file.name()), file.url());
            assertTrue(file.sha256().matches("[0-9a-f]{64}"), file.name());
            assertTrue(file.md5().matches("[0-9a-f]{32}"), file.name());
        }
    }

    @Test
    void namesMatchWhateverTheirCaseAndDashes() {
        DataCatalogue catalogue = DataCatalogue.shipped();
        assertEquals("FashionMNIST", catalogue.get("fashion-mnist").name());
        // 26421880 + 29515 + 4422102 + 5148: the sizes that the publisher's server announces.
        assertEquals(30_878_645, catalogue.get("fashion_mnist").bytes());
        assertEquals("CIFAR10", catalogue.get("cifar-10").name());
    }

    @Test
    void anUnknownNameIsRefusedWithTheKnownOnes() {
        DataException refusal =
                assertThrows(DataException.class, () -> DataCatalogue.shipped().get("ImageNet"));
        assertTrue(
                refusal.getMessage().contains("known are FashionMNIST, MNIST, CIFAR10, Digits"), refusal.getMessage());
    }

    @Test
    void aMalformedCatalogueIsRefused() {
        DataException refusal = assertThrows(
                DataException.class,
                () -> DataCatalogue.parse(FileBytes.text("{\"dataSets\": [{\"nam\": 1}]}"), "mine.json"));
        assertTrue(refusal.getMessage().startsWith("mine.json: not a data catalogue"), refusal.getMessage());
    }
}
