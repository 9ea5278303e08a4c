package org.altdsl.tests.reproduction;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.altdsl.tests.bench.Matrix;
import org.altdsl.tests.bench.Programs;
import org.altdsl.tests.bench.Trainer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * SoftHebb's figure of the rule zoo (section 1): four noisy clusters in ten dimensions, beta = 4; norms are 1.0000, and each
 * centre is matched with a cosine of at least 0.987.
 */
class SoftHebbClustersTest {
    private static final int SIZE = 10;
    private static final int CLUSTERS = 4;
    private static final int EACH = 16;

    private static Trainer layer(long seed) {
        String text = """
                import neurons, optimizers, softhebb
                dataset Samples { field image : [10] = [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0]] }
                experiment "clusters" {
                    data Samples batch 64
                    network {
                        x : Input(data.image)
                        y : Rate[4](f = identity)
                        x -> y via Linear { w ~ normal(0, 0.3) } learns SoftHebb(beta = 4)
                    }
                    optimizer SGD(eta = 0.2)
                }
                """;
        return Trainer.of(Programs.lower(text).get(0), Trainer.fused(), Map.of("image", SIZE), seed);
    }

    private static double[] unit(double[] vector) {
        double length = Math.sqrt(Matrix.dot(vector, vector));
        return Arrays.stream(vector).map(value -> value / length).toArray();
    }

    /**
     * The same 64 samples of unit length again and again: the averaged rule. At its fixed point sum y u (1 - |w|^2) = 0, so
     * norms are 1 to what 4000 batches leave. The centres are orthonormal; noise of 0.1 in each dimension leaves a mean of
     * 16 samples off by 0.025 sqrt(10), a cosine of 0.997, and the softmax's tails of exp(-4) cost less than that.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void unitsEndAtTheCentresWithUnitLength(long seed) {
        Random random = new Random(seed);
        double[][] centres = Arrays.copyOf(Matrix.orthonormal(random, SIZE), CLUSTERS);
        double[] images = new double[CLUSTERS * EACH * SIZE];
        for (int sample = 0; sample < CLUSTERS * EACH; sample++) {
            double[] noise = Trainer.normal(random, SIZE);
            for (int i = 0; i < SIZE; i++) {
                noise[i] = centres[sample % CLUSTERS][i] + 0.1 * noise[i];
            }
            System.arraycopy(unit(noise), 0, images, sample * SIZE, SIZE);
        }
        Trainer layer = layer(seed);
        for (int batch = 0; batch < 4000; batch++) {
            layer.batch(CLUSTERS * EACH, Map.of("image", images));
        }
        double[][] weights = Matrix.read(layer, "x->y.w", "y", "x");
        Set<Integer> found = new HashSet<>();
        for (double[] row : weights) {
            assertEquals(1, Math.sqrt(Matrix.dot(row, row)), 1e-4);
            for (int cluster = 0; cluster < CLUSTERS; cluster++) {
                if (Matrix.dot(unit(row), centres[cluster]) >= 0.987) {
                    found.add(cluster);
                }
            }
        }
        assertEquals(Set.of(0, 1, 2, 3), found, () -> Arrays.deepToString(weights));
    }
}
