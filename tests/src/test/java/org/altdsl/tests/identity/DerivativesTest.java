package org.altdsl.tests.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.altdsl.ir.Var;
import org.altdsl.lower.LoweredRule;
import org.altdsl.tests.bench.Programs;
import org.altdsl.tests.bench.Trainer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every derivative that the compiler makes, against central differences: {@code f'} and {@code error} in the proposals
 * of back-propagation, and the gradient of the objective by each weight.
 */
class DerivativesTest {
    private static final int LANES = 3;
    private static final int INPUTS = 4;
    private static final int OUTPUTS = 3;

    /** With steps of 1e-5, truncation is of order 1e-10 and rounding of order 1e-16 / 1e-5. */
    private static final double STEP = 1e-5;

    private static final double TOLERANCE = 2e-9;

    static Stream<Arguments> networks() {
        List<String> functions = List.of(
                "relu",
                "identity",
                "logistic",
                "tanh",
                "sigmoid",
                "softplus",
                "sin",
                "cos",
                "atan",
                "growing",
                "abs",
                "bump",
                "leaky",
                "swish");
        List<String> objectives = List.of(
                "CrossEntropy(y.u, data.label)",
                "CrossEntropy(y.u, data.label, temperature = 2.5)",
                "MarginHinge(y.u, data.label, margin = 5)",
                "MSE(y.r, data.target)",
                "0.5 * MSE(y.r, data.target) + 2 * CrossEntropy(y.u, data.label)");
        List<Arguments> all = new ArrayList<>();
        for (String function : functions) {
            for (String objective : objectives) {
                all.add(Arguments.of("Rate", function, function, objective));
            }
        }
        for (String objective : objectives) {
            all.add(Arguments.of("Rate", "tanh", "softmax", objective));
            all.add(Arguments.of("Normed", "softplus", "identity", objective));
            all.add(Arguments.of("Normed", "tanh", "sigmoid", objective));
        }
        return all.stream();
    }

    private static LoweredRule rule(String neuron, String hidden, String output, String objective) {
        return Programs.lower("""
                        import neurons, objectives, optimizers, backprop-family
                        function growing(u) = exp(0.3 * u)
                        function bump(u) = exp(-u^2)
                        function leaky(u) = if u > 0 then u else 0.1 * u
                        function swish(u) = u * sigmoid(u)
                        dataset Samples {
                            field image : [4] = [[0, 0, 0, 0]]
                            field label : class(3) = [0]
                            field target : [3] = [[0, 0, 0]]
                        }
                        experiment "gradients" {
                            data Samples batch 3
                            network {
                                x  : Input(data.image)
                                h1 : %1$s[5](f = %2$s) { b ~ normal(0, 0.5) }
                                h2 : %1$s[4](f = %2$s) { b ~ normal(0, 0.5) }
                                y  : Rate[3](f = %3$s) { b ~ normal(0, 0.5) }
                                x -> h1 -> h2 -> y via Linear { w ~ normal(0, 0.5) } learns Backprop
                                x -> y via Linear { w ~ normal(0, 0.5) } learns Backprop
                            }
                            objective %4$s
                            optimizer SGD(eta = 0.1)
                        }
                        """.formatted(neuron, hidden, output, objective)).get(0);
    }

    private static Map<String, double[]> samples() {
        Random random = new Random(8);
        Map<String, double[]> fields = new HashMap<>();
        fields.put("image", Trainer.normal(random, LANES * INPUTS));
        fields.put("label", Trainer.classes(random, LANES, OUTPUTS));
        fields.put("target", Trainer.normal(random, LANES * OUTPUTS));
        return fields;
    }

    private static double loss(Trainer trainer, Map<String, double[]> fields) {
        trainer.show(LANES, fields);
        trainer.executor().run(org.altdsl.runtime.plan.Scope.BATCH);
        double sum = 0;
        double[] losses = trainer.read("loss");
        for (double loss : losses) {
            sum += loss;
        }
        return sum / losses.length;
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

    @ParameterizedTest(name = "{0}(f = {1}), output {2}, {3}")
    @MethodSource("networks")
    void gradientsAndProposalsAreTheSlopesOfTheObjective(
            String neuron, String hidden, String output, String objective) {
        LoweredRule rule = rule(neuron, hidden, output, objective);
        Map<String, Integer> widths = Map.of("image", INPUTS, "target", OUTPUTS);
        Trainer evaluation = Trainer.evaluating(rule, Trainer.fused(), widths, 4);
        Trainer training = Trainer.of(rule, Trainer.fused(), widths, 4);
        Map<String, double[]> fields = samples();
        Map<String, double[]> slopes = new HashMap<>();
        rule.learnables()
                .forEach(learnable -> slopes.put(
                        learnable.variable().name(),
                        slope(evaluation, learnable.variable().name(), fields)));
        loss(evaluation, fields);
        training.batch(LANES, fields);
        double largest = 0;
        for (LoweredRule.Learnable learnable : rule.learnables()) {
            double[] expected = slopes.get(learnable.variable().name());
            Var gradient = rule.gradients().get(learnable.variable());
            if (gradient != null) {
                compare(expected, evaluation.read(gradient.name()), 1, gradient.name());
            }
            // Feedback alignment with the forward weights is exact where units do not look at their neighbours.
            if (!neuron.equals("Normed")) {
                Var proposal = rule.proposals().get(learnable.variable());
                compare(expected, training.read(proposal.name()), -1, proposal.name());
            }
            for (double one : expected) {
                largest = Math.max(largest, Math.abs(one));
            }
        }
        assertTrue(largest > 1e-3, "nothing depends on anything");
    }

    private static void compare(double[] expected, double[] found, int sign, String name) {
        assertEquals(expected.length, found.length, name);
        double scale = 1;
        for (double one : expected) {
            scale = Math.max(scale, Math.abs(one));
        }
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], sign * found[i], TOLERANCE * scale, name + "[" + i + "]");
        }
    }
}
