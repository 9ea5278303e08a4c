package org.altdsl.tests.identity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.altdsl.driver.Backend;
import org.altdsl.lower.LoweredRule;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.tests.bench.Programs;
import org.altdsl.tests.bench.Trainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Laws of convolutions, pools and the layers that go with them. */
class ConvolutionTest {
    private static final int LANES = 3;

    /** With steps of 1e-5, truncation is of order 1e-10 and rounding of order 1e-16 / 1e-5; sums have some 100 terms. */
    private static final double STEP = 1e-5;

    private static final double TOLERANCE = 5e-9;

    /** Of sums of up to 100 products of size one in another order. */
    private static final double ROUNDING = 1e-13;

    /** The rules that take each source below a kernel for itself; CoFire takes the mean of them. */
    private static final String LOCAL = "Backprop, FeedbackAlignment, DirectFeedbackAlignment, SoftHebb, Oja";

    private static List<LoweredRule> lower(String image, String network, String rules) {
        return Programs.lower("""
                import neurons, objectives, optimizers, backprop-family, cofire, softhebb, oja
                dataset Samples {
                    field image : [%1$s] = [[0, 0]]
                    field label : class(3) = [0]
                }
                experiment "convolutions" {
                    data Samples batch 3
                    network {
                        x : Input(data.image)
                        %2$s
                    }
                    objective CrossEntropy(y.u, data.label)
                    optimizer SGD(eta = 0.1)
                    compare rule in [%3$s]
                }
                """.formatted(image, network, rules));
    }

    private static Map<String, double[]> samples(int pixels) {
        Random random = new Random(8);
        Map<String, double[]> fields = new HashMap<>();
        fields.put("image", Trainer.normal(random, LANES * pixels));
        fields.put("label", Trainer.classes(random, LANES, 3));
        return fields;
    }

    static Stream<Arguments> networks() {
        return Stream.of(
                Arguments.of("padding, stride, a pool that does not divide", """
                        c : Rate[3](f = tanh) { b ~ normal(0, 0.5) }
                        p : Rate[3](f = identity)
                        d : Rate[2](f = relu) { b ~ normal(0, 0.5) }
                        y : Rate[3](f = identity)
                        x -> c connect conv2d(kernel = 3, padding = 1) via Linear { w ~ normal(0, 0.5) } learns rule
                        c -> p connect pool(2) via MaxPool
                        p -> d connect conv2d(2, stride = 2, padding = 1) via Linear { w ~ normal(0, 0.5) } learns rule
                        d -> y via Linear { w ~ normal(0, 0.5) } learns rule
                        p -> y connect flatten via Linear { w ~ normal(0, 0.5) } learns rule
                        """),
                Arguments.of("batch normalisation, overlapping means", """
                        c : Rate[2](f = identity)
                        n : BatchNorm[2](f = softplus) { gain ~ normal(1, 0.3); b ~ normal(0, 0.5) }
                        p : Rate[2](f = tanh)
                        y : Rate[3](f = identity)
                        x -> c connect conv2d(kernel = 2) via Linear { w ~ normal(0, 0.5) } learns rule
                        c -> n connect one_to_one via Copy learns rule
                        n -> p connect pool(3, stride = 1) via AveragePool
                        p -> y via Linear { w ~ normal(0, 0.5) } learns rule
                        """),
                Arguments.of("dropout between layers, a layer beside it", """
                        h : Rate[6](f = tanh)
                        d : Dropout[6](p = 0.4)
                        n : BatchNorm[6](f = tanh)
                        y : Rate[3](f = identity)
                        x -> h via Linear { w ~ normal(0, 0.3) } learns rule
                        h -> d connect one_to_one via Copy
                        d -> n connect one_to_one via Copy learns rule
                        n -> y via Linear { w ~ normal(0, 0.5) } learns rule
                        h -> y via Linear { w ~ normal(0, 0.5) } learns rule
                        """),
                Arguments.of("a weight for each channel", """
                        g : Rate[2](f = tanh)
                        q : Rate[2](f = tanh)
                        y : Rate[3](f = identity)
                        x -> g connect one_to_one via Linear { w ~ normal(0, 0.5) } learns rule
                        g -> q connect pool(2) via Linear { w ~ normal(0, 0.5) } learns rule
                        q -> y via Linear { w ~ normal(0, 0.5) } learns rule
                        """));
    }

    private static double loss(Trainer trainer, Map<String, double[]> fields) {
        trainer.show(LANES, fields);
        trainer.executor().run(Scope.BATCH);
        double sum = 0;
        for (double loss : trainer.read("loss")) {
            sum += loss;
        }
        return sum / LANES;
    }

    private static double[] slope(Trainer trainer, String variable, Map<String, double[]> fields) {
        double[] values = trainer.read(variable);
        double[] slope = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            double[] moved = values.clone();
            moved[i] = values[i] + STEP;
            trainer.write(variable, moved);
            double above = loss(trainer, fields);
            moved[i] = values[i] - STEP;
            trainer.write(variable, moved);
            slope[i] = (above - loss(trainer, fields)) / (2 * STEP);
        }
        trainer.write(variable, values);
        return slope;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void backpropagationIsTheSlopeOfTheObjectiveWhateverLiesBetween(String name, String network) {
        LoweredRule rule = lower("2, 5, 5", network, "Backprop").get(0);
        Trainer forward = Trainer.evaluating(rule, Trainer.fused(), Map.of("image", 50), 4);
        Trainer training = Trainer.of(rule, Trainer.fused(), Map.of("image", 50), 4);
        Map<String, double[]> fields = samples(50);
        training.batch(LANES, fields);
        double largest = 0;
        for (LoweredRule.Learnable learnable : rule.learnables()) {
            String variable = learnable.variable().name();
            double[] expected = slope(forward, variable, fields);
            double[] proposed =
                    training.read(rule.proposals().get(learnable.variable()).name());
            assertEquals(expected.length, proposed.length, variable);
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], -proposed[i], TOLERANCE, variable + "[" + i + "]");
                largest = Math.max(largest, Math.abs(expected[i]));
            }
        }
        assertTrue(largest > 1e-2, "nothing depends on anything");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void rulesAgreeOnAllBackEnds(String name, String network) {
        String all = "Backprop, FeedbackAlignment, DirectFeedbackAlignment, CoFire";
        for (LoweredRule rule : lower("2, 5, 5", network, all)) {
            Trainer expected = Trainer.of(rule, Trainer.interpreter(), Map.of("image", 50), 4);
            for (Backend backend : List.of(Trainer.fused(), Trainer.tensors())) {
                Trainer found = Trainer.of(rule, backend, Map.of("image", 50), 4);
                Trainer reference = expected.fresh(4);
                for (int batch = 0; batch < 2; batch++) {
                    reference.batch(LANES, samples(50));
                    found.batch(LANES, samples(50));
                }
                rule.learnables().forEach(learnable -> {
                    String variable = learnable.variable().name();
                    assertArrayEquals(reference.read(variable), found.read(variable), 1e-11, rule.name() + variable);
                });
            }
        }
    }

    @Test
    void aKernelAsLargeAsTheImageIsADenseProjection() {
        String text = """
                c : Rate[4](f = tanh)
                y : Rate[3](f = identity)
                x -> c connect %s via Linear { w ~ normal(0, 0.5) } learns rule
                c -> y via Linear { w ~ normal(0, 0.5) } learns rule
                """;
        same("2, 3, 3", text.formatted("conv2d(3)"), text.formatted("dense"), LOCAL, 18);
    }

    @Test
    void onImagesOfOnePixelAConvolutionIsADenseProjection() {
        String text = """
                c : Rate[4](f = tanh)
                y : Rate[3](f = identity)
                x -> c connect %s via Linear { w ~ normal(0, 0.5) } learns rule
                c -> y via Linear { w ~ normal(0, 0.5) } learns rule
                """;
        same("5, 1, 1", text.formatted("conv2d(1)"), text.formatted("dense"), LOCAL + ", CoFire", 5);
        same("5, 1, 1", text.formatted("conv2d(3, padding = 1)"), text.formatted("dense"), LOCAL, 5);
    }

    /** Two networks, the first one's weights as large as the second's or with more that see only zeros. */
    private static void same(String image, String first, String second, String rules, int pixels) {
        List<LoweredRule> convolutions = lower(image, first, rules);
        List<LoweredRule> denses = lower(image, second, rules);
        for (int i = 0; i < denses.size(); i++) {
            Trainer convolution = Trainer.of(convolutions.get(i), Trainer.fused(), Map.of("image", pixels), 4);
            Trainer dense = Trainer.of(denses.get(i), Trainer.fused(), Map.of("image", pixels), 4);
            String rule = denses.get(i).name();
            for (String variable : List.of("x->c.w", "x->c.B", "c.B", "c->y.w", "c->y.B")) {
                if (dense.has(variable) && convolution.has(variable)) {
                    convolution.write(variable, spread(dense.read(variable), convolution.read(variable).length));
                }
            }
            dense.batch(LANES, samples(pixels));
            convolution.batch(LANES, samples(pixels));
            double[] seen = convolution.read("x->c.w");
            assertArrayEquals(dense.read("x->c.w"), centres(seen, dense.read("x->c.w").length), ROUNDING, rule);
            assertArrayEquals(dense.read("c.b"), convolution.read("c.b"), ROUNDING, rule);
            assertArrayEquals(dense.read("c.u"), convolution.read("c.u"), ROUNDING, rule);
        }
    }

    /** Values at the centres of kernels, 0 around them. */
    private static double[] spread(double[] values, int length) {
        int kernel = length / values.length;
        double[] spread = new double[length];
        for (int i = 0; i < values.length; i++) {
            spread[i * kernel + kernel / 2] = values[i];
        }
        return spread;
    }

    private static double[] centres(double[] values, int length) {
        int kernel = values.length / length;
        double[] centres = new double[length];
        for (int i = 0; i < length; i++) {
            centres[i] = values[i * kernel + kernel / 2];
        }
        return centres;
    }
}
