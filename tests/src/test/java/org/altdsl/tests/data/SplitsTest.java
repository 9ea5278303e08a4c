package org.altdsl.tests.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.altdsl.driver.RunOptions;
import org.altdsl.runtime.data.DataSet;
import org.altdsl.tests.bench.Run;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many samples of each class end up where, for data from files. */
class SplitsTest {
    private static final String TABLE = """
            dataset Table(file = "table.csv") {
                let table = csv(file)
                field image : [1] = table[0..0]
                field label : class(3) = table[1]
                split %s
            }
            """;

    @TempDir
    private Path folder;

    /** Sixty rows of class 0, thirty of class 1, ten of class 2; the first column numbers them. */
    @BeforeEach
    void writeFiles() {
        StringBuilder table = new StringBuilder();
        byte[] labels = new byte[100];
        for (int row = 0; row < 100; row++) {
            labels[row] = (byte) (row % 10 < 6 ? 0 : row % 10 < 9 ? 1 : 2);
            table.append(row).append(',').append(labels[row]).append('\n');
        }
        DataFiles.write(folder.resolve("table.csv"), table.toString().getBytes(StandardCharsets.US_ASCII));
        for (String part : List.of("train", "t10k")) {
            Path pair = folder.resolve("pair");
            DataFiles.write(
                    pair.resolve(part + "-images-idx3-ubyte"), DataFiles.idx(DataFiles.random(400, 1), 100, 2, 2));
            DataFiles.write(pair.resolve(part + "-labels-idx1-ubyte"), DataFiles.idx(labels, 100));
        }
    }

    private DataSet table(String split) {
        return table(split, "Table");
    }

    private DataSet table(String split, String use) {
        return DataFiles.plan(DataFiles.experiment(TABLE.formatted(split), use), DataFiles.source(folder))
                .data();
    }

    private DataSet pair(String arguments) {
        String use = "IdxImages(folder = \"pair\", classes = 3, height = 2, width = 2" + arguments + ")";
        return DataFiles.plan(DataFiles.experiment("", use), DataFiles.source(folder))
                .data();
    }

    private String refusal(String split) {
        return DataFiles.refusal(DataFiles.experiment(TABLE.formatted(split), "Table"), DataFiles.source(folder));
    }

    @Test
    void stratifiedSplitsKeepTheShareOfEveryClass() {
        DataSet data = table("train 0.7, validation 0.1, test 0.2 stratified by label seed 4");
        assertArrayEquals(new int[] {42, 21, 7}, DataFiles.counts(data, "train"));
        assertArrayEquals(new int[] {6, 3, 1}, DataFiles.counts(data, "validation"));
        assertArrayEquals(new int[] {12, 6, 2}, DataFiles.counts(data, "test"));
        assertDisjoint(data, 100);
    }

    @Test
    void balancedSplitsHaveEquallyManyOfEveryClass() {
        DataSet data = table("train 0.5, validation 0.2, test 0.3 balanced by label seed 4");
        assertArrayEquals(new int[] {5, 5, 5}, DataFiles.counts(data, "train"));
        assertArrayEquals(new int[] {2, 2, 2}, DataFiles.counts(data, "validation"));
        assertArrayEquals(new int[] {3, 3, 3}, DataFiles.counts(data, "test"));
        assertDisjoint(data, 30);
    }

    @Test
    void aLimitKeepsWhatTheSplitPromises() {
        DataSet stratified = table("train 0.7, test 0.3 stratified by label", "Table(limit = 20)");
        assertArrayEquals(new int[] {12, 6, 2}, DataFiles.counts(stratified, "train"));
        assertArrayEquals(new int[] {12, 6, 2}, DataFiles.counts(stratified, "test"));
        DataSet balanced = table("train 0.7, test 0.3 balanced by label", "Table(limit = 6)");
        assertArrayEquals(new int[] {2, 2, 2}, DataFiles.counts(balanced, "train"));
        assertArrayEquals(new int[] {2, 2, 2}, DataFiles.counts(balanced, "test"));
        DataSet pair = pair(", limit = 50");
        assertArrayEquals(new int[] {30, 15, 5}, DataFiles.counts(pair, "train"));
        assertArrayEquals(new int[] {30, 15, 5}, DataFiles.counts(pair, "test"));
    }

    @Test
    void aValidationSplitIsCarvedFromTheTrainingFilesAlone() {
        assertEquals(Set.of("train", "test"), pair("").splits().keySet());
        DataSet data = pair(", held_out = 0.2, key = 3");
        assertArrayEquals(new int[] {48, 24, 8}, DataFiles.counts(data, "train"));
        assertArrayEquals(new int[] {12, 6, 2}, DataFiles.counts(data, "validation"));
        assertArrayEquals(new int[] {60, 30, 10}, DataFiles.counts(data, "test"));
        assertArrayEquals(DataFiles.values(pair(""), "test", "image"), DataFiles.values(data, "test", "image"));
        assertFalse(Arrays.equals(
                DataFiles.values(data, "validation", "image"),
                DataFiles.values(pair(", held_out = 0.2, key = 4"), "validation", "image")));
    }

    @Test
    void theValidationSplitIsMeasuredBesideTheTestSplit() {
        String text = DataFiles.experiment("", "Digits(held_out = 0.15)");
        Run run = Run.of(text, RunOptions.asWritten(), 1);
        DataSet data = run.prepared().plan().data();
        int validation = data.splits().get("validation").size();
        // 15 % of 1797 samples are 269.55; what rounding keeps back in one class it gives in the next.
        assertEquals(269.55, validation, 1);
        assertEquals(
                1797,
                validation
                        + data.splits().get("train").size()
                        + data.splits().get("test").size());
        double accuracy = run.last(0, "validation_accuracy")[0];
        // Guessing gives 0.1, with a standard deviation of 0.018 on so many samples.
        assertTrue(accuracy > 0.2 && accuracy != run.last(0, "test_accuracy")[0], "accuracy " + accuracy);
    }

    @Test
    void mistakesAreToldWithWhatToDo() {
        assertTold("'image' is no class; declare how many there are", refusal("train 1 stratified by image"));
        assertTold("the shares of the splits sum to 0.8, not 1", refusal("train 0.4, test 0.4"));
        assertTold("a split says which samples train", refusal("validation 0.5, test 0.5"));
        assertTold("a share is from 0 to 1, not -0.5", refusal("train 1.5 - 2, test 0.5"));
        assertTold(
                "write balanced by label",
                DataFiles.refusal(DataFiles.experiment("""
                        dataset Drawn {
                            generate train 10, test 10 stratified by label
                            field image : [2] = uniform(0, 1)
                            field label : class(2) = sum(image) > 1
                        }
                        """, "Drawn"), DataFiles.source(folder)));
        String four = TABLE.replace("class(3)", "class(4)").formatted("train 0.5, test 0.5 balanced by label");
        assertTold(
                "no sample is of class 3 of 0 to 3",
                DataFiles.refusal(DataFiles.experiment(four, "Table"), DataFiles.source(folder)));
        String tested = """
                dataset Parts extends IdxImages(folder = "pair", classes = 3, height = 2, width = 2) {
                    split train 0.5, test 0.5
                }
                """;
        assertTold(
                "'test' has files of its own; only the training samples are divided",
                DataFiles.refusal(DataFiles.experiment(tested, "Parts"), DataFiles.source(folder)));
    }

    private static void assertTold(String expected, String told) {
        assertTrue(told.contains(expected), told);
    }

    private static void assertDisjoint(DataSet data, int count) {
        Set<Float> rows = new HashSet<>();
        int all = 0;
        for (String split : data.splits().keySet()) {
            for (float row : DataFiles.values(data, split, "image")) {
                rows.add(row);
                all++;
            }
        }
        assertEquals(count, rows.size());
        assertEquals(count, all);
    }
}
