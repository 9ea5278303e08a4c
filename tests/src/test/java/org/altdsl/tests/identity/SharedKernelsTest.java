package org.altdsl.tests.identity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Random;
import org.altdsl.janino.FusedProgram;
import org.altdsl.runtime.kernel.Precision;
import org.altdsl.runtime.kernel.Workers;
import org.altdsl.runtime.plan.Snapshot;
import org.altdsl.tests.bench.Programs;
import org.altdsl.tests.bench.Trainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A layer large enough for BLAS, for variables off the heap, and for kernels that are cut into shards. */
class SharedKernelsTest {
    private static final int INPUTS = 640;
    private static final int LANES = 64;
    private static final int BATCHES = 3;

    private static Trainer trainer(String rule, String optimizer, org.altdsl.driver.Backend backend) {
        String text = """
                import backprop-family, oja, neurons, objectives, optimizers
                dataset Samples { field image : [640] = 0;  field label : class(10) = 0 }
                experiment "large" {
                    data Samples batch 64
                    network {
                        x : Input(data.image)
                        h : Rate[512](f = relu)
                        y : Rate[10](f = identity)
                        x -> h via Linear { w ~ kaiming } learns %s
                        h -> y via Linear { w ~ kaiming } learns %s
                    }
                    objective CrossEntropy(y.u, data.label)
                    optimizer %s
                }
                """.formatted(rule, rule, optimizer);
        return Trainer.of(Programs.lower(text).get(0), backend, Map.of("image", INPUTS), 7);
    }

    private static void train(Trainer trainer, int from, int to) {
        for (int batch = from; batch < to; batch++) {
            Random random = new Random(batch);
            double[] images = Trainer.normal(random, LANES * INPUTS);
            double[] labels = Trainer.classes(random, LANES, 10);
            trainer.batch(LANES, Map.of("image", images, "label", labels));
        }
    }

    private static void assertSame(Map<String, double[]> expected, Map<String, double[]> actual) {
        assertEquals(expected.keySet(), actual.keySet());
        expected.forEach((name, values) -> assertArrayEquals(values, actual.get(name), name));
    }

    @ParameterizedTest
    @CsvSource({"Backprop, SGD(eta = 0.1)", "FeedbackAlignment, Adam(eta = 0.001)", "Oja, SGD(eta = 0.0001)"})
    void threadsThatShareKernelsChangeNoBit(String rule, String optimizer) {
        Trainer alone = trainer(rule, optimizer, Trainer.blas(Precision.FLOAT));
        train(alone, 0, BATCHES);
        for (int threads = 2; threads <= 3; threads++) {
            try (Workers workers = new Workers(threads)) {
                Trainer shared = alone.fresh(7, workers);
                train(shared, 0, BATCHES);
                assertSame(alone.state(), shared.state());
            }
        }
    }

    /** Products in Java and by BLAS add up to 640 terms in other orders: 640 roundings, of terms whose sizes add up to tens. */
    @ParameterizedTest
    @CsvSource({"Backprop, SGD(eta = 0.1)", "FeedbackAlignment, SGD(eta = 0.1)", "Oja, SGD(eta = 0.0001)"})
    void variablesOffTheHeapHoldTheSameNumbers(String rule, String optimizer) {
        Trainer heap = trainer(rule, optimizer, Trainer.fused());
        Trainer offHeap = trainer(rule, optimizer, Trainer.blas(Precision.DOUBLE));
        train(heap, 0, BATCHES);
        train(offHeap, 0, BATCHES);
        heap.state().forEach((name, expected) -> {
            double[] actual = offHeap.state().get(name);
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], actual[i], 1e-10 * Math.max(1, Math.abs(expected[i])), name);
            }
        });
    }

    @Test
    void aStateOffTheHeapIsSavedAndRestored() {
        Trainer whole = trainer("Backprop", "Adam(eta = 0.001)", Trainer.blas(Precision.FLOAT));
        Trainer resumed = whole.fresh(7);
        train(whole, 0, BATCHES);
        train(resumed, 0, 1);
        Snapshot snapshot = resumed.executor().snapshot();
        Trainer second = whole.fresh(7);
        second.restore(snapshot);
        train(second, 1, BATCHES);
        assertSame(whole.state(), second.state());
    }

    @Test
    void theseKernelsAreCutAndTheirActivitiesLieOffTheHeap() {
        Trainer trainer = trainer("Backprop", "SGD(eta = 0.1)", Trainer.blas(Precision.FLOAT));
        String source = ((FusedProgram) trainer.code()).javaSource();
        assertTrue(source.contains("MatrixProduct.shards(lanes, X, H)"), source);
        assertTrue(source.contains("OffHeapMatrix h_r = arrays.offHeap("), source);
    }

    private static Trainer convolutions(String rule, String optimizer, org.altdsl.driver.Backend backend) {
        String text = """
                import backprop-family, oja, cofire, neurons, objectives, optimizers
                dataset Samples { field image : [3, 12, 12] = 0;  field label : class(10) = 0 }
                experiment "convolutions" {
                    data Samples batch 16
                    network {
                        x : Input(data.image)
                        c : Rate[8](f = tanh)
                        p : Rate[8](f = identity)
                        d : Rate[12](f = tanh)
                        h : Rate[32](f = tanh)
                        y : Rate[10](f = identity)
                        x -> c connect conv2d(kernel = 3, padding = 1) via Linear { w ~ kaiming } learns %1$s
                        c -> p connect pool(2) via AveragePool
                        p -> d connect conv2d(kernel = 3, stride = 2) via Linear { w ~ kaiming } learns %1$s
                        d -> h -> y via Linear { w ~ kaiming } learns %1$s
                    }
                    objective CrossEntropy(y.u, data.label)
                    optimizer %2$s
                }
                """.formatted(rule, optimizer);
        return Trainer.of(Programs.lower(text).get(0), backend, Map.of("image", 3 * 12 * 12), 7);
    }

    /** Sums of some thousand terms, added in another order: a thousand roundings of terms whose sizes add up to tens. */
    @ParameterizedTest
    @CsvSource({
        "Backprop, SGD(eta = 0.1)",
        "FeedbackAlignment, Adam(eta = 0.001)",
        "DirectFeedbackAlignment, SGD(eta = 0.1)",
        "CoFire, SGD(eta = 0.1)",
        "Oja, SGD(eta = 0.0001)"
    })
    void convolutionsAsProductsOfGroupedAxesHoldTheSameNumbers(String rule, String optimizer) {
        Trainer loops = convolutions(rule, optimizer, Trainer.fused());
        Trainer products = convolutions(rule, optimizer, Trainer.blas(Precision.DOUBLE));
        Random random = new Random(3);
        for (int batch = 0; batch < BATCHES; batch++) {
            Map<String, double[]> fields =
                    Map.of("image", Trainer.normal(random, 16 * 3 * 12 * 12), "label", Trainer.classes(random, 16, 10));
            loops.batch(16, fields);
            products.batch(16, fields);
        }
        loops.everything().forEach((name, expected) -> {
            double[] actual = products.read(name);
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], actual[i], 1e-10 * Math.max(1, Math.abs(expected[i])), name);
            }
        });
    }

    @Test
    void aConvolutionIsThreeProducts() {
        Trainer trainer = convolutions("Backprop", "SGD(eta = 0.1)", Trainer.blas(Precision.FLOAT));
        String source = ((FusedProgram) trainer.code()).javaSource();
        String forward =
                "arrays.product.nt(c_drive_factor, x_c_w, c_drive, now.lanes * C_HEIGHT * C_WIDTH, V3 * V3 * X, C,";
        assertTrue(source.contains(forward), source);
        assertTrue(source.contains("arrays.product.tn(c_delta, c_drive_factor, x_c_dw, C,"), source);
        assertTrue(source.contains("arrays.product.nt(d_delta, p_d_w, p_delta_product, now.lanes * D_HEIGHT"), source);
    }
}
