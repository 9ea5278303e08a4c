package org.altdsl.runtime.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AugmentationTest {
    private static final ImageShape SHAPE = new ImageShape(2, 3, 4);
    private static final int WIDTH = 24;
    private static final int SIZE = 9000;

    private final float[] images = new float[SIZE * WIDTH];
    private final float[] labels = new float[SIZE];
    private final DataSet.Split split;

    AugmentationTest() {
        for (int sample = 0; sample < SIZE; sample++) {
            labels[sample] = sample;
            for (int i = 0; i < WIDTH; i++) {
                // All different and none 0, so that every pixel can be told from every other and from the fill.
                images[sample * WIDTH + i] = 1 + i;
            }
        }
        split = new DataSet.Loaded(SIZE, Map.of("image", images, "label", labels));
    }

    private float[][] shown(long seed, long epoch, int[] samples, Augmentation.Step... steps) {
        Samples reader = new Augmentation("image", List.of(steps)).of(split.samples(), WIDTH, seed);
        reader.choose(samples, samples.length, epoch);
        return rows(reader, samples.length);
    }

    private static float[][] rows(Samples reader, int count) {
        float[][] rows = new float[count][];
        for (int lane = 0; lane < count; lane++) {
            int row = reader.lanes("image")[lane];
            rows[lane] = Arrays.copyOfRange(reader.rows("image"), row * WIDTH, (row + 1) * WIDTH);
        }
        return rows;
    }

    private static int[] all() {
        return IntStream.range(0, SIZE).toArray();
    }

    /** The image moved, written pixel by pixel. */
    private static float[] moved(int down, int right) {
        float[] target = new float[WIDTH];
        for (int channel = 0; channel < 2; channel++) {
            for (int y = 0; y < 3; y++) {
                for (int x = 0; x < 4; x++) {
                    int fromY = y - down;
                    int fromX = x - right;
                    boolean inside = fromY >= 0 && fromY < 3 && fromX >= 0 && fromX < 4;
                    target[(channel * 3 + y) * 4 + x] = inside ? 1 + (channel * 3 + fromY) * 4 + fromX : 0;
                }
            }
        }
        return target;
    }

    @Test
    void aShiftMovesEveryChannelAlikeAndFillsWithZero() {
        // 4 pixels are more than the image is high and as many as it is wide: it may be gone altogether.
        Map<String, Integer> seen = new HashMap<>();
        for (float[] row : shown(1, 0, all(), new Augmentation.Shift(SHAPE, 4))) {
            seen.merge(Arrays.toString(row), 1, Integer::sum);
        }
        Map<String, Integer> possible = new HashMap<>();
        for (int down = -4; down <= 4; down++) {
            for (int right = -4; right <= 4; right++) {
                possible.merge(Arrays.toString(moved(down, right)), 1, Integer::sum);
            }
        }
        assertEquals(possible.keySet(), seen.keySet());
        possible.forEach((image, ways) -> {
            double probability = ways / 81.0;
            // Five standard deviations of a binomial count: wrong once in 1.7 million.
            double allowed = 5 * Math.sqrt(SIZE * probability * (1 - probability));
            assertEquals(SIZE * probability, seen.get(image), allowed, image);
        });
    }

    @Test
    void aFlipMirrorsRowsAndHappensAsOftenAsAsked() {
        float[] plain = moved(0, 0);
        float[] mirrored = new float[WIDTH];
        for (int i = 0; i < WIDTH; i++) {
            mirrored[i] = plain[i / 4 * 4 + 3 - i % 4];
        }
        int flips = 0;
        for (float[] row : shown(1, 0, all(), new Augmentation.Flip(SHAPE, 0.3))) {
            boolean flipped = row[0] != plain[0];
            assertArrayEquals(flipped ? mirrored : plain, row);
            flips += flipped ? 1 : 0;
        }
        assertEquals(0.3 * SIZE, flips, 5 * Math.sqrt(SIZE * 0.3 * 0.7));
    }

    @Test
    void noiseHasItsStandardDeviation() {
        double sum = 0;
        double squares = 0;
        for (float[] row : shown(1, 0, all(), new Augmentation.Noise(0.5))) {
            for (int i = 0; i < WIDTH; i++) {
                sum += row[i] - (1 + i);
                squares += Math.pow(row[i] - (1 + i), 2);
            }
        }
        double count = (double) SIZE * WIDTH;
        // The mean of n draws has the standard deviation s / sqrt(n), their variance s^2 sqrt(2 / n).
        assertEquals(0, sum / count, 5 * 0.5 / Math.sqrt(count));
        assertEquals(0.25, squares / count, 5 * 0.25 * Math.sqrt(2 / count));
    }

    @Test
    void whatIsDrawnDependsOnSeedEpochAndSampleAndOnNothingElse() {
        Augmentation.Step[] steps = {
            new Augmentation.Shift(SHAPE, 1), new Augmentation.Flip(SHAPE, 0.5), new Augmentation.Noise(1)
        };
        int[] some = {5, 17, 300, 8999, 2};
        float[][] together = shown(3, 2, some, steps);
        for (int i = 0; i < some.length; i++) {
            assertArrayEquals(together[i], shown(3, 2, new int[] {some[i]}, steps)[0], "sample " + some[i]);
        }
        Samples reader = new Augmentation("image", List.of(steps)).of(split.samples(), WIDTH, 3);
        reader.choose(all(), SIZE, 0);
        reader.choose(new int[] {2, 8999}, 2, 2);
        float[][] later = rows(reader, 2);
        assertArrayEquals(together[4], later[0], "what the reader showed before does not matter");
        assertArrayEquals(together[3], later[1]);
        assertTrue(!Arrays.equals(together[0], shown(3, 3, some, steps)[0]), "another epoch");
        assertTrue(!Arrays.equals(together[0], shown(4, 2, some, steps)[0]), "another seed");
        assertTrue(!Arrays.equals(together[0], together[1]), "another sample of equal pixels");
    }

    @Test
    void twoStepsOfOneKindAreDrawnApart() {
        float[] once = shown(1, 0, new int[] {0}, new Augmentation.Noise(1))[0];
        float[] twice = shown(1, 0, new int[] {0}, new Augmentation.Noise(1), new Augmentation.Noise(1))[0];
        assertTrue(Math.abs(twice[0] - 1 - 2 * (once[0] - 1)) > 1e-3, "the second draw repeats the first");
    }

    @Test
    void otherFieldsAndOtherReadersSeeTheDataAsTheyAre() {
        float[] before = images.clone();
        Samples plain = split.samples();
        Samples reader = new Augmentation("image", List.of(new Augmentation.Noise(1))).of(split.samples(), WIDTH, 1);
        reader.choose(new int[] {7, 3}, 2, 0);
        plain.choose(new int[] {7}, 1, 0);
        assertSame(labels, reader.rows("label"));
        assertArrayEquals(new int[] {7, 3}, reader.lanes("label"));
        assertArrayEquals(before, images);
        assertSame(images, plain.rows("image"));
    }
}
