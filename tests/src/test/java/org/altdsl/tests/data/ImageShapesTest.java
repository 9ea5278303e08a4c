package org.altdsl.tests.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.altdsl.driver.RunOptions;
import org.altdsl.runtime.data.DataSet;
import org.altdsl.runtime.data.ImageShape;
import org.altdsl.tests.bench.Run;
import org.junit.jupiter.api.Test;

/** A field keeps the shape that its declaration gives it, on the way from the text to the data of a run. */
class ImageShapesTest {
    private static DataSet data(String use, int outputs) {
        String text = """
                import backprop-family, datasets, neurons, objectives, optimizers
                dataset Coloured {
                    field image : [3, 1, 2] = [[0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1]]
                    field label : class(2) = [0, 1]
                }
                experiment "shapes" {
                    data %s batch 8
                    network {
                        x : Input(data.image)
                        y : Rate[%d](f = identity)
                        x -> y via Linear { w ~ kaiming } learns Backprop
                    }
                    objective CrossEntropy(y.u, data.label)
                    optimizer SGD(eta = 0.1)
                    train 0 epochs
                }
                """.formatted(use, outputs);
        return Run.of(text, RunOptions.asWritten(), 1).prepared().plan().data();
    }

    @Test
    void twoSizesAreTheHeightAndWidthOfOneChannel() {
        DataSet.Field image = data("Digits(limit = 16)", 10).field("image");
        assertEquals(List.of(8, 8), image.shape());
        assertEquals(Optional.of(new ImageShape(1, 8, 8)), image.image());
    }

    @Test
    void threeSizesNameTheChannelsFirst() {
        DataSet.Field image = data("Coloured", 2).field("image");
        assertEquals(Optional.of(new ImageShape(3, 1, 2)), image.image());
        assertEquals(6, image.width());
    }

    @Test
    void aListOfFeaturesIsNoImage() {
        assertEquals(
                Optional.empty(),
                data("ThresholdSum(limit = 16)", 2).field("image").image());
    }
}
