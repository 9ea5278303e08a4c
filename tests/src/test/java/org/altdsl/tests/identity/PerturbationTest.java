package org.altdsl.tests.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.altdsl.lower.LoweredRule;
import org.altdsl.tests.bench.Matrix;
import org.altdsl.tests.bench.Programs;
import org.altdsl.tests.bench.Trainer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rules that guess a direction and ask what it did are right in the mean, and spread by their number of guesses (I-20 of
 * the rule zoo). Linear 20 to 8, one sample x with |x|^2 = 20 shown again and again.
 *
 * <p>For an error delta of neurons and noise on neurons, E |(delta xi) xi - delta|^2 = (n_out + 1) |delta|^2, so the mean
 * over N draws is off by sqrt((n_out + 1)/N). With noise on every weight and bias the same holds of the whole gradient; its
 * part of the weights is off by sqrt((n (1 + 1/|x|^2) + 1)/N), n = n_in n_out, the biases adding their share. The root mean
 * square over R repetitions scatters by 1/sqrt(2 R n_out) for neurons, 9 % here, and less for weights; the table allows
 * a factor of 1.3.
 */
class PerturbationTest {
    private static final int INPUTS = 20;
    private static final int OUTPUTS = 8;
    private static final int REPETITIONS = 8;
    private static final double[] IMAGE = image();

    private static double[] image() {
        double[] image = Trainer.normal(new Random(5), INPUTS);
        double length = Math.sqrt(Matrix.dot(image, image) / INPUTS);
        return Arrays.stream(image).map(value -> value / length).toArray();
    }

    private static LoweredRule linear(String rule) {
        return Programs.lower("""
                        import neurons, objectives, optimizers, node-perturbation, weight-perturbation, forward-gradient
                        dataset Samples {
                            field image : [20] = [[%s]]
                            field target : [8] = [[0, 0, 0, 0, 0, 0, 0, 0]]
                        }
                        experiment "one linear layer" {
                            data Samples batch 1
                            network {
                                x : Input(data.image)
                                y : Rate[8](f = identity)
                                x -> y via Linear { w ~ normal(0, 0.3) } learns %s
                            }
                            objective MSE(y.u, data.target)
                            optimizer SGD(eta = 0)
                        }
                        """.formatted("0" + ", 0".repeat(INPUTS - 1), rule))
                .get(0);
    }

    private static Map<String, double[]> shown(int lanes) {
        double[] images = new double[lanes * INPUTS];
        double[] targets = new double[lanes * OUTPUTS];
        for (int lane = 0; lane < lanes; lane++) {
            System.arraycopy(IMAGE, 0, images, lane * INPUTS, INPUTS);
            for (int o = 0; o < OUTPUTS; o++) {
                targets[lane * OUTPUTS + o] = o % 2 == 0 ? 1 : -1;
            }
        }
        Map<String, double[]> fields = new HashMap<>();
        fields.put("image", images);
        fields.put("target", targets);
        return fields;
    }

    /** The root mean square, over repetitions, of the relative error of the mean proposal over a number of draws. */
    private static double error(String use, int draws, int lanes) {
        LoweredRule rule = linear(use);
        Trainer first = Trainer.of(rule, Trainer.fused(), Map.of("image", INPUTS, "target", OUTPUTS), 1);
        Map<String, double[]> fields = shown(lanes);
        double squares = 0;
        for (int seed = 1; seed <= REPETITIONS; seed++) {
            Trainer trainer = first.fresh(seed);
            double[][] mean = new double[OUTPUTS][INPUTS];
            int batches = draws / lanes;
            for (int batch = 0; batch < batches; batch++) {
                trainer.batch(lanes, fields);
                double[][] proposal = Matrix.read(trainer, "x->y.dw", "y", "x");
                for (int o = 0; o < OUTPUTS; o++) {
                    for (int i = 0; i < INPUTS; i++) {
                        mean[o][i] += proposal[o][i] / batches;
                    }
                }
            }
            squares += relativeError(mean, Matrix.read(trainer, "x->y.w", "y", "x"));
        }
        return Math.sqrt(squares / REPETITIONS);
    }

    /** The squared distance from minus the gradient, (target - w x) x', as a share of its squared length. */
    private static double relativeError(double[][] mean, double[][] weights) {
        double off = 0;
        double length = 0;
        for (int o = 0; o < OUTPUTS; o++) {
            double delta = (o % 2 == 0 ? 1 : -1) - Matrix.dot(weights[o], IMAGE);
            for (int i = 0; i < INPUTS; i++) {
                off += Math.pow(mean[o][i] - delta * IMAGE[i], 2);
                length += Math.pow(delta * IMAGE[i], 2);
            }
        }
        return off / length;
    }

    private static double ofNeurons(int draws) {
        return Math.sqrt((OUTPUTS + 1.0) / draws);
    }

    private static double ofWeights(int draws) {
        return Math.sqrt((INPUTS * OUTPUTS * (1 + 1.0 / INPUTS) + 1) / draws);
    }

    private static void assertLaw(double law, double measured) {
        assertTrue(measured < 1.3 * law && measured > law / 1.3, "error " + measured + ", law " + law);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NodePerturbation", "ActivityForwardGradient"})
    void noiseOnNeuronsSpreadsByTheirNumber(String rule) {
        assertLaw(ofNeurons(1000), error(rule, 1000, 50));
    }

    @ParameterizedTest
    @ValueSource(strings = {"WeightPerturbation", "ForwardGradient"})
    void noiseOnWeightsSpreadsByTheirNumber(String rule) {
        assertLaw(ofWeights(1000), error(rule, 1000, 1));
    }

    /** What a neuron's guess saves against one for each of its weights: sqrt(n_in), to the 1 in n_out + 1. */
    @Test
    void guessingWeightsCostsTheRootOfTheNumberOfInputs() {
        double ratio = error("WeightPerturbation", 1000, 1) / error("NodePerturbation", 1000, 50);
        assertLaw(Math.sqrt(INPUTS), ratio);
    }

    @Tag("slow")
    @Test
    void theMeansConvergeToTheGradient() {
        assertLaw(ofNeurons(100_000), error("NodePerturbation", 100_000, 50));
        assertLaw(ofNeurons(100_000), error("ActivityForwardGradient", 100_000, 50));
        assertLaw(ofWeights(100_000), error("WeightPerturbation", 100_000, 1));
        assertLaw(ofWeights(100_000), error("ForwardGradient", 100_000, 1));
    }

    /**
     * A step of size sigma is off by its square: what weight perturbation proposes tends to what the forward gradient
     * proposes for the same numbers. The objective is quadratic, so the difference is sigma/2 |xi x + zeta|^2 xi exactly.
     */
    @Test
    void smallStepsTendToTheSlope() {
        double[] differences = new double[2];
        double[] sigmas = {1e-2, 1e-3};
        for (int i = 0; i < sigmas.length; i++) {
            LoweredRule rule = linear("WeightPerturbation(sigma = " + sigmas[i] + ")");
            Trainer trainer = Trainer.of(rule, Trainer.fused(), Map.of("image", INPUTS, "target", OUTPUTS), 2);
            trainer.batch(1, shown(1));
            double[][] weights = Matrix.read(trainer, "x->y.w", "y", "x");
            double[][] xi = Matrix.read(trainer, "x->y.xi@noisy", "y", "x");
            double[] zeta = trainer.read("y.zeta@noisy");
            double[][] proposal = Matrix.read(trainer, "x->y.dw", "y", "x");
            double slope = 0;
            for (int o = 0; o < OUTPUTS; o++) {
                double delta = Matrix.dot(weights[o], IMAGE) - (o % 2 == 0 ? 1 : -1);
                slope += delta * (Matrix.dot(xi[o], IMAGE) + zeta[o]);
            }
            for (int o = 0; o < OUTPUTS; o++) {
                for (int j = 0; j < INPUTS; j++) {
                    differences[i] = Math.max(differences[i], Math.abs(proposal[o][j] + slope * xi[o][j]));
                }
            }
        }
        assertEquals(10, differences[0] / differences[1], 1e-3);
    }
}
