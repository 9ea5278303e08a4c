package org.altdsl.runtime.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;

/** A made-up run with the shape of a real one: seven rules, five seeds, one rule diverged, one without alignment. */
final class SampleRun {

    static final List<Integer> SEEDS = List.of(1, 2, 3, 4, 5);
    private static final int EPOCHS = 20;

    private SampleRun() {}

    static RunResult typical() {
        List<RuleResult> rules = new ArrayList<>();
        rules.add(rule("Backprop", 0.972, 4, 0, List.of("pre", "post", "weight_transport", "objective"), false));
        rules.add(rule("FeedbackAlignment", 0.955, 6, 38, List.of("pre", "post", "feedback", "objective"), true));
        rules.add(
                rule("DirectFeedbackAlignment", 0.951, 5.5, 41, List.of("pre", "post", "feedback", "objective"), true));
        rules.add(rule("SoftHebb", 0.925, 2.5, 86, List.of("pre", "post", "population"), false));
        rules.add(rule("CoFire", 0.901, 3, 79, List.of("pre", "post", "synapse", "global"), true));
        rules.add(rule("MassRedistribution", 0.62, 3, -1, List.of("pre", "post", "synapse", "population"), false));
        rules.add(diverging());
        return new RunResult(
                "Who learns handwritten digits?",
                RunResult.Status.COMPLETE,
                41.7,
                SEEDS,
                rules,
                environment(),
                """
                Seven ways to train one hidden layer on 1797 images of 8 × 8 pixels.

                Every rule starts from the same weights, sees the same batches in the same order,
                and has the same budget.
                """,
                settings());
    }

    static Environment environment() {
        return new Environment(
                "0.1.0",
                Optional.of("3f2a9c1"),
                "17.0.15",
                "cpu (ND4J 1.0.0-M2.1)",
                "AMD EPYC 7763",
                2,
                2,
                "float",
                "Linux 6.1 amd64");
    }

    private static Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("data", "Digits, 1437 train, 360 test");
        settings.put("network", "x(64) → h(64, relu) → y(10, softmax)");
        settings.put("batch", "32");
        settings.put("epochs", "20");
        settings.put("optimizer", "SGD(eta = 0.1)");
        return settings;
    }

    private static RuleResult rule(
            String name, double best, double speed, double angle, List<String> reads, boolean local) {
        List<SeedResult> seeds = new ArrayList<>();
        for (int seed : SEEDS) {
            seeds.add(new SeedResult(
                    seed, SeedResult.Status.COMPLETE, rows(name, seed, best, speed, angle, EPOCHS), Optional.empty()));
        }
        return new RuleResult(
                name,
                Map.of("eta", 0.1),
                seeds,
                cost(speed),
                card(reads, local),
                source(name),
                equations(name),
                Optional.empty());
    }

    private static RuleResult diverging() {
        Divergence at = new Divergence("w became NaN", "fast.rule:9:5", "h", 4, 17);
        List<Row> rows = new ArrayList<>(rows("Fast", 1, 0.7, 2, 60, 3));
        SeedResult seed = new SeedResult(1, SeedResult.Status.DIVERGED, rows, Optional.of(at));
        return new RuleResult(
                "FastAndLoose",
                Map.of("eta", 40.0),
                List.of(seed),
                Cost.unknown(),
                card(List.of("pre", "post"), true),
                source("FastAndLoose"),
                equations("FastAndLoose"),
                Optional.of(at.describe()));
    }

    private static List<Row> rows(String name, int seed, double best, double speed, double angle, int epochs) {
        Random random = new Random(name.hashCode() * 31L + seed);
        double offset = 0.006 * random.nextGaussian();
        List<Row> rows = new ArrayList<>();
        for (int epoch = 0; epoch <= epochs; epoch++) {
            double done = 1 - Math.exp(-epoch / speed);
            double accuracy = Math.min(1, 0.1 + (best - 0.1) * done + offset * done + 0.004 * random.nextGaussian());
            Map<String, Double> values = new LinkedHashMap<>();
            values.put("train_accuracy", Math.min(1, accuracy + 0.015 * done));
            values.put("test_accuracy", Math.rint(accuracy * 360) / 360);
            values.put("train_loss", 2.3 * (1 - 0.95 * accuracy) + 0.01 * random.nextDouble());
            values.put("test_loss", 2.3 * (1 - 0.92 * accuracy) + 0.01 * random.nextDouble());
            for (String layer : List.of("h", "y")) {
                values.put("weight_norm[" + layer + "]", 4 + 3 * done + 0.2 * random.nextGaussian());
                if (angle >= 0) {
                    double share = layer.equals("h") ? 1 : 0.2;
                    values.put(
                            "alignment[" + layer + "]",
                            Math.max(0, share * (angle + (90 - angle) * (1 - done)) + 2 * random.nextGaussian()));
                }
            }
            values.put("dead_fraction[h]", 0.08 * done + 0.01 * random.nextDouble());
            values.put("entropy[h]", 3.9 - 0.8 * done + 0.05 * random.nextGaussian());
            if (epoch > 0) {
                values.put(Row.SECONDS, 0.04 + 0.005 * random.nextDouble());
            }
            rows.add(new Row(epoch, values));
        }
        return rows;
    }

    private static Cost cost(double speed) {
        return new Cost(
                OptionalDouble.of(0.01 * speed),
                OptionalDouble.of(143700 / speed),
                OptionalDouble.of(4),
                OptionalDouble.of(2));
    }

    static RuleCard card(List<String> reads, boolean local) {
        return new RuleCard(
                reads,
                local,
                true,
                true,
                reads.contains("weight_transport"),
                1,
                false,
                List.of(
                        new RuleCard.Fact("memory per neuron", "8 bytes"),
                        new RuleCard.Fact("compiled as", "rank-1 products")));
    }

    private static String equations(String name) {
        return "δ = (B δ⁺) ⊙ f′(u)\nΔw = −η ⟨δ xᵀ⟩    (" + name + ")";
    }

    private static String source(String name) {
        return "rule " + name + " {\n    reads pre, post, feedback\n    feedback B ~ normal(0, 1/sqrt(fan_out))\n"
                + "    delta = B * post.delta * f'(u)\n    dw = -mean(batch, delta * pre.r)\n}\n";
    }
}
