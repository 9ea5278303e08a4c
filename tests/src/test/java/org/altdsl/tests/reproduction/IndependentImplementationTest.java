package org.altdsl.tests.reproduction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.altdsl.driver.Backend;
import org.altdsl.tests.bench.Matrix;
import org.altdsl.tests.bench.Programs;
import org.altdsl.tests.bench.Trainer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The two rules of the source project against implementations of their equations in plain Java, on random data through
 * several batches, in double precision.
 */
class IndependentImplementationTest {
    private static final int INPUTS = 5;
    private static final int HIDDEN = 4;
    private static final int CLASSES = 3;
    private static final int LANES = 12;
    private static final int BATCHES = 30;
    private static final double TOLERANCE = 1e-9;

    private static Trainer trainer(String rule, String optimizer, Backend backend, long seed) {
        String text = """
                import neurons, objectives, optimizers, cofire, mass_redistribution
                dataset Samples {
                    field image : [5] = [[0, 0, 0, 0, 0]]
                    field label : class(3) = [0]
                }
                experiment "two layers" {
                    data Samples batch 12
                    network {
                        x : Input(data.image)
                        h : Rate[4](f = sigmoid) { b ~ normal(0, 0.3) }
                        y : Rate[3](f = identity) { b ~ normal(0, 0.3) }
                        x -> h -> y via Linear { w ~ normal(0, 1) } learns %s
                    }
                    objective CrossEntropy(y.u, data.label)
                    %s
                }
                """.formatted(rule, optimizer);
        return Trainer.of(Programs.lower(text).get(0), backend, Map.of("image", INPUTS), seed);
    }

    private static double[][] rows(double[] values, int width) {
        double[][] rows = new double[values.length / width][];
        for (int b = 0; b < rows.length; b++) {
            rows[b] = Arrays.copyOfRange(values, b * width, (b + 1) * width);
        }
        return rows;
    }

    private static double[][] sigmoid(double[][] z) {
        return Arrays.stream(z)
                .map(row -> Arrays.stream(row).map(v -> 1 / (1 + Math.exp(-v))).toArray())
                .toArray(double[][]::new);
    }

    private static void assertSame(double[][] expected, double[][] found, String what) {
        for (int i = 0; i < expected.length; i++) {
            assertSame(expected[i], found[i], what + " of unit " + i);
        }
    }

    private static void assertSame(double[] expected, double[] found, String what) {
        for (int j = 0; j < expected.length; j++) {
            assertEquals(expected[j], found[j], TOLERANCE * Math.max(1, Math.abs(expected[j])), what + ", " + j);
        }
    }

    private static int answer(double[] potentials) {
        int best = 0;
        for (int i = 0; i < potentials.length; i++) {
            best = potentials[i] > potentials[best] ? i : best;
        }
        return best;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void massRedistributionFollowsItsEquations(long seed) {
        boolean tiny = seed % 2 == 0;
        ReferenceMassRedistribution.Knobs knobs = new ReferenceMassRedistribution.Knobs();
        String arguments = "jitter = 0";
        if (tiny) {
            knobs.release = 0.2;
            knobs.rewardGain = 2;
            knobs.baseRelease = 0;
            knobs.decay = 0.1;
            knobs.bonus = 0.1;
            knobs.competition = 0.01;
            knobs.affinityStrength = 0.15;
            arguments += ", release = 0.2, reward_gain = 2, base_release = 0, decay = 0.1, bonus = 0.1,"
                    + " competition = 0.01, a_strength = 0.15";
        }
        Backend backend = seed == 1 ? Trainer.interpreter() : Trainer.fused();
        Trainer trainer = trainer("MassRedistribution(" + arguments + ")", "", backend, seed);
        ReferenceMassRedistribution hidden = new ReferenceMassRedistribution(
                knobs,
                false,
                Matrix.read(trainer, "x->h.w", "h", "x"),
                trainer.read("h.b"),
                Matrix.read(trainer, "x->h.affinity", "h", "x"));
        ReferenceMassRedistribution output = new ReferenceMassRedistribution(
                knobs,
                true,
                Matrix.read(trainer, "h->y.w", "y", "h"),
                trainer.read("y.b"),
                Matrix.read(trainer, "h->y.affinity", "y", "h"));
        Random random = new Random(seed);
        List<Double> rewards = new ArrayList<>();
        for (int batch = 0; batch < BATCHES; batch++) {
            double[][] images = rows(Trainer.normal(random, LANES * INPUTS), INPUTS);
            double[][] hiddenPotentials = hidden.potentials(images);
            double[][] rates = sigmoid(hiddenPotentials);
            double[][] potentials = output.potentials(rates);
            int[] labels = new int[LANES];
            double correct = 0;
            for (int b = 0; b < LANES; b++) {
                // Every third batch is mostly answered well, so that rewards of both signs occur.
                labels[b] = batch % 3 == 0 && b > 1 ? answer(potentials[b]) : random.nextInt(CLASSES);
                correct += labels[b] == answer(potentials[b]) ? 1 : 0;
            }
            rewards.add(2 * correct / LANES - 1);
            trainer.batch(
                    LANES,
                    Map.of(
                            "image", Matrix.flat(Arrays.asList(images)),
                            "label", Arrays.stream(labels).asDoubleStream().toArray()));
            hidden.learn(images, hiddenPotentials, correct / LANES, labels, new double[INPUTS]);
            output.learn(rates, potentials, correct / LANES, labels, hidden.tone);
            assertSame(hidden.weights, Matrix.read(trainer, "x->h.w", "h", "x"), "batch " + batch + ", hidden weights");
            assertSame(output.weights, Matrix.read(trainer, "h->y.w", "y", "h"), "batch " + batch + ", output weights");
            assertSame(hidden.mass, Matrix.read(trainer, "x->h.mass", "h", "x"), "batch " + batch + ", mass");
            assertSame(
                    output.affinity, Matrix.read(trainer, "h->y.affinity", "y", "h"), "batch " + batch + ", affinity");
            assertSame(hidden.biases, trainer.read("h.b"), "batch " + batch + ", biases");
            assertEquals(hidden.massEntropy(), trainer.read("x->h.mass_entropy")[0], TOLERANCE);
            assertEquals(2 * correct / LANES - 1, trainer.read("h->y.reward")[0], TOLERANCE);
        }
        assertTrue(rewards.stream().anyMatch(reward -> reward > 0), "never rewarded");
        assertTrue(rewards.stream().anyMatch(reward -> reward < 0), "never punished");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void coFireFollowsItsEquations(long seed) {
        Backend backend = seed == 1 ? Trainer.interpreter() : Trainer.fused();
        Trainer trainer = trainer("CoFire(lr = 0.7, c = 0.8, kappa = 0.05)", "optimizer SGD(eta = 0.1)", backend, seed);
        ReferenceCoFire hidden =
                new ReferenceCoFire(0.7, 0.8, 0.05, 0.1, Matrix.read(trainer, "x->h.w", "h", "x"), trainer.read("h.b"));
        ReferenceCoFire output =
                new ReferenceCoFire(0.7, 0.8, 0.05, 0.1, Matrix.read(trainer, "h->y.w", "y", "h"), trainer.read("y.b"));
        Random random = new Random(seed);
        for (int batch = 0; batch < BATCHES; batch++) {
            double[] image = Trainer.normal(random, LANES * INPUTS);
            trainer.batch(LANES, Map.of("image", image, "label", Trainer.classes(random, LANES, CLASSES)));
            double[][] rates = rows(trainer.read("h.r"), HIDDEN);
            hidden.learn(rows(image, INPUTS), rows(trainer.read("h.u"), HIDDEN));
            output.learn(rates, rows(trainer.read("y.u"), CLASSES));
            assertSame(hidden.weights, Matrix.read(trainer, "x->h.w", "h", "x"), "batch " + batch + ", hidden weights");
            assertSame(output.weights, Matrix.read(trainer, "h->y.w", "y", "h"), "batch " + batch + ", output weights");
            assertSame(hidden.biases, trainer.read("h.b"), "batch " + batch + ", biases");
            assertEquals(hidden.clampRatio, trainer.read("x->h.clamp_ratio")[0], TOLERANCE);
            assertEquals(output.clampRatio, trainer.read("h->y.clamp_ratio")[0], TOLERANCE);
            assertEquals(output.entropy, trainer.read("h->y.entropy")[0], TOLERANCE);
        }
    }
}
