package org.altdsl.tests.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Writes rules and networks at random, as source text.
 *
 * <p>Values are kept of order one by bounded functions, so that two precisions can be compared; a continuous program
 * has no jump either (no comparison, no winner, no rectifier), so that a rounding stays a rounding.
 */
final class RandomRules {
    /** A quantity lies at the sources, at the targets, at the synapses between them, or nowhere. */
    private enum Place {
        PRE,
        POST,
        SYNAPSE,
        ONE
    }

    /** A program as written, and how many numbers a sample's image and target have. */
    record Program(long seed, String text, int inputs, int outputs, boolean classes, boolean continuous) {}

    private final Random random;
    private final boolean continuous;
    private final boolean classes;
    private final List<String> postStates = new ArrayList<>();
    private final List<String> synapseStates = new ArrayList<>();
    private final List<String> globalStates = new ArrayList<>();
    private final List<String> parameters = new ArrayList<>();
    private final List<String> perSampleLets = new ArrayList<>();
    private boolean signal;
    private boolean modulator;
    private boolean draws = true;

    private RandomRules(long seed) {
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.continuous = seed % 2 == 0;
        this.classes = random.nextInt(3) > 0;
    }

    static Program program(long seed) {
        return new RandomRules(seed).write(seed);
    }

    private Program write(long seed) {
        int inputs = 1 + random.nextInt(7);
        int outputs = classes ? 2 + random.nextInt(4) : 1 + random.nextInt(5);
        String target = classes
                ? "field label : class(" + outputs + ") = [0]"
                : "field target : [" + outputs + "] = [[" + zeros(outputs) + "]]";
        String rule = rule();
        String text =
                """
                import neurons, objectives, optimizers
                dataset Samples {
                    field image : [%d] = [[%s]]
                    %s
                }
                %s
                experiment "random %d" {
                    data Samples batch 4
                %s    objective %s
                    optimizer %s
                }
                """.formatted(inputs, zeros(inputs), target, rule, seed, network(outputs), objective(), optimizer());
        return new Program(seed, text, inputs, outputs, classes, continuous);
    }

    private static String zeros(int count) {
        return String.join(", ", java.util.Collections.nCopies(count, "0"));
    }

    private String network(int outputs) {
        int hidden = random.nextInt(3);
        StringBuilder text = new StringBuilder("    network {\n        x : Input(data.image)\n");
        List<String> names = new ArrayList<>(List.of("x"));
        for (int i = 0; i < hidden; i++) {
            String neuron = chance(5) ? "Normed" : "Rate";
            text.append("        h%d : %s[%d](f = %s)\n".formatted(i, neuron, 1 + random.nextInt(7), activation()));
            names.add("h" + i);
        }
        text.append("        y : Rate[%d](f = %s)%s\n"
                .formatted(outputs, chance(4) ? "softmax" : activation(), chance(4) ? " { b ~ normal(0, 0.3) }" : ""));
        names.add("y");
        for (int i = 0; i + 1 < names.size(); i++) {
            project(text, names.get(i), names.get(i + 1), true);
        }
        if (names.size() > 2 && chance(2)) {
            project(text, "x", "y", chance(2));
        }
        if (names.size() > 3 && chance(3)) {
            project(text, names.get(1), "y", chance(2));
        }
        return text.append("    }\n").toString();
    }

    private void project(StringBuilder text, String from, String to, boolean learns) {
        String weights = pick("w ~ normal(0, 0.5)", "w ~ kaiming", "w ~ xavier_uniform", "w ~ uniform(-1, 1)");
        text.append("        %s -> %s via Linear { %s }%s\n".formatted(from, to, weights, learns ? " learns R" : ""));
    }

    private String activation() {
        return continuous
                ? pick("tanh", "sigmoid", "softplus", "identity", "logistic", "sin")
                : pick("tanh", "relu", "sigmoid", "relu", "identity", "abs");
    }

    private String objective() {
        if (classes) {
            return pick(
                    "CrossEntropy(y.u, data.label)",
                    "CrossEntropy(y.u, data.label, temperature = 2)",
                    continuous ? "0.5 * CrossEntropy(y.u, data.label)" : "MarginHinge(y.u, data.label, margin = 0.5)");
        }
        return pick(
                "MSE(y.r, data.target)",
                "MSE(y.u, data.target)",
                "MSE(y.r, data.target) + 0.1 * MSE(y.u, data.target)");
    }

    private String optimizer() {
        String before = pick("", "", "ClipNorm(limit = 0.5) then ", "L2(lambda = 0.01) then ");
        String last = pick(
                "SGD(eta = 0.1)",
                "Momentum(eta = 0.05)",
                "Adam(eta = 0.01, eps = 0.01)",
                "AdamW(eta = 0.01, eps = 0.01)",
                "SGD(eta = cosine(0.1, 0.01))");
        return before + last;
    }

    private String rule() {
        StringBuilder text = new StringBuilder("rule R {\n");
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            parameters.add("p" + i);
            text.append("    param p%d = %s\n".formatted(i, number()));
        }
        if (classes && chance(3)) {
            modulator = true;
            text.append("    modulator correct\n");
        }
        states(text);
        if (chance(2)) {
            signal(text);
        }
        boolean withLet = chance(2);
        if (withLet) {
            // A definition cannot draw: it would be drawn wherever it is read.
            draws = false;
            text.append("    let z0 = " + expr(Place.SYNAPSE, true, 2) + "\n");
            draws = true;
            perSampleLets.add("z0");
        }
        forward(text);
        if (chance(2)) {
            batch(text);
        }
        if (chance(4)) {
            text.append("    keep w in [-1.5, 1.5]\n");
        }
        return text.append("}").toString();
    }

    private void states(StringBuilder text) {
        if (chance(2)) {
            postStates.add("s");
            text.append("    state post s = " + pick("0", "1", number()) + "\n");
        }
        if (chance(2)) {
            synapseStates.add("e");
            text.append("    state synapse e "
                    + pick(
                            "= 0",
                            "= abs(w)",
                            "= normalize(abs(w) + 0.1 over pre)",
                            "~ normal(0, 0.5)",
                            "= 0.5 * uniform(0, 1) + 0.5 * w")
                    + "\n");
        }
        if (chance(3)) {
            globalStates.add("g");
            text.append("    state global g = " + number() + "\n");
        }
    }

    private void signal(StringBuilder text) {
        String pathway =
                pick("B ~ normal(0, 0.5)", "B = transpose(w)", "B from output ~ normal(0, 0.5)", "B ~ uniform(-1, 1)");
        String at = pick("error", "tanh(error)", "error * " + number(), "tanh(error) * r");
        String elsewhere = pick(
                "through(B, delta) * f'(u)",
                "tanh(through(B, delta))",
                "through(B, delta) * r",
                "through(B, tanh(delta)) * f'(u)",
                "tanh(through(B, delta)) * f'(u) + 0.1 * r");
        text.append("    feedback %s\n    signal delta {\n        at output: %s\n        elsewhere: %s\n    }\n"
                .formatted(pathway, at, elsewhere));
        signal = true;
    }

    private void forward(StringBuilder text) {
        text.append("    after forward {\n");
        if (chance(2)) {
            draws = false;
            text.append("        let a = " + expr(Place.POST, true, 2) + "\n");
            draws = true;
            perSampleLets.add("a");
        }
        text.append("        dw = " + bounded(expr(Place.SYNAPSE, true, 3)) + "\n");
        if (chance(2)) {
            text.append("        db = " + bounded(expr(Place.POST, true, 2).replace("z0", "post.r")) + "\n");
        }
        if (chance(5)) {
            text.append("        w += 0.1 * " + bounded(expr(Place.SYNAPSE, true, 2)) + "\n");
        }
        if (chance(4)) {
            text.append("        report forward_value = mean(" + bounded(expr(Place.POST, true, 2)) + " over post)\n");
        }
        text.append("    }\n");
        perSampleLets.remove("a");
    }

    private void batch(StringBuilder text) {
        text.append("    after batch {\n");
        for (String state : postStates) {
            text.append("        " + state + pick(" += 0.1 * ", " = 0.5 * " + state + " + ", " = "));
            text.append(bounded(expr(Place.POST, false, 2)) + "\n");
        }
        for (String state : synapseStates) {
            text.append("        " + state + pick(" = 0.9 * " + state + " + 0.1 * ", " += 0.1 * ", " = "));
            text.append(bounded(expr(Place.SYNAPSE, false, 3)) + "\n");
        }
        for (String state : globalStates) {
            text.append("        " + state + " = " + bounded(expr(Place.ONE, false, 2)) + "\n");
        }
        if (chance(2)) {
            text.append("        w " + pick("+= 0.1 * ", "-= 0.1 * ", "= 0.5 * w + 0.5 * ")
                    + bounded(expr(Place.SYNAPSE, false, 3)) + "\n");
        }
        if (chance(3)) {
            text.append("        b = 0.9 * b + 0.1 * " + bounded(expr(Place.POST, false, 1)) + "\n");
        }
        text.append("        report batch_value = " + bounded(expr(Place.ONE, false, 2)) + "\n");
        text.append("    }\n");
    }

    private String bounded(String expr) {
        return "tanh(" + expr + ")";
    }

    /** An expression at a place or a smaller one; {@code lanes} says whether it may differ between samples. */
    private String expr(Place place, boolean lanes, int depth) {
        if (depth == 0) {
            return atom(place, lanes);
        }
        return switch (random.nextInt(10)) {
            case 0, 1 -> unary(place, lanes, depth);
            case 2, 3, 4 -> binary(place, lanes, depth);
            case 5 -> chosen(place, lanes, depth);
            case 6, 7 -> reduced(place, lanes, depth);
            case 8 -> lanes ? atom(place, true) : batched(place, depth);
            default -> atom(place, lanes);
        };
    }

    private String unary(Place place, boolean lanes, int depth) {
        String x = expr(place, lanes, depth - 1);
        if (continuous) {
            return pick(
                            "tanh(%s)",
                            "sigmoid(%s)",
                            "softplus(%s)",
                            "exp(-(%s)^2)",
                            "sin(%s)",
                            "cos(%s)",
                            "log(1 + (%s)^2)",
                            "sqrt(1 + (%s)^2)",
                            "atan(%s)",
                            "-(%s)",
                            "logistic(%s)")
                    .formatted(x);
        }
        return pick(
                        "tanh(%s)",
                        "abs(%s)",
                        "relu(%s)",
                        "sign(%s)",
                        "clip(%s, -0.5, 0.5)",
                        "exp(clip(%s, -2, 2))",
                        "floor(3 * (%s))",
                        "log(0.5 + abs(%s))",
                        "(tanh(%s))^3",
                        "sqrt(abs(%s) + 0.1)",
                        "round(%s)")
                .formatted(x);
    }

    private String binary(Place place, boolean lanes, int depth) {
        String x = expr(part(place), lanes, depth - 1);
        String y = expr(part(place), lanes, depth - 1);
        if (continuous) {
            return pick("(%s + %s)", "(%s - %s)", "(tanh(%s) * tanh(%s))", "(%s) / (1 + (%s)^2)", "(%s * %s)")
                    .formatted(x, y);
        }
        return pick("(%s + %s)", "(%s - %s)", "(%s * %s)", "(%s) / (1 + abs(%s))", "max(%s, %s)", "min(%s, %s)")
                .formatted(x, y);
    }

    private Place part(Place place) {
        if (place == Place.SYNAPSE) {
            return Place.values()[random.nextInt(4)];
        }
        return chance(4) ? Place.ONE : place;
    }

    private String chosen(Place place, boolean lanes, int depth) {
        if (continuous) {
            return unary(place, lanes, depth);
        }
        String left = expr(part(place), lanes, depth - 1);
        String right = pick("0", "p0", number());
        String condition = left + pick(" < ", " >= ", " > ") + right;
        return "(if " + condition + " then " + expr(place, lanes, depth - 1) + " else " + atom(place, lanes) + ")";
    }

    private String reduced(Place place, boolean lanes, int depth) {
        String fold = continuous ? pick("sum", "mean") : pick("sum", "mean", "max", "min", "norm");
        switch (place) {
            case PRE:
                return "%s(%s over post)".formatted(fold, expr(Place.SYNAPSE, lanes, depth - 1));
            case ONE:
                return "%s(%s over pre, post)"
                        .formatted(fold.equals("norm") ? "mean" : fold, expr(Place.SYNAPSE, lanes, depth - 1));
            case POST:
                if (chance(2)) {
                    return "%s(%s over pre)".formatted(fold, expr(Place.SYNAPSE, lanes, depth - 1));
                }
                return along("post", Place.POST, lanes, depth);
            default:
                return along(pick("pre", "post"), Place.SYNAPSE, lanes, depth);
        }
    }

    /** Something that keeps its place but looks along an axis. */
    private String along(String axis, Place place, boolean lanes, int depth) {
        String x = expr(place, lanes, depth - 1);
        if (continuous) {
            return pick(
                            "softmax(%s over %s)",
                            "logsoftmax(%s over %s)", "normalize((%s)^2 + 0.1 over %s)", "cumsum(%s over %s)")
                    .formatted(x, axis);
        }
        return pick(
                        "softmax(%s over %s)",
                        "winner(%s over %s)",
                        "normalize(abs(%s) + 0.1 over %s)",
                        "cumsum(%s over %s)",
                        "argmax(%s over %s)",
                        "logsoftmax(%s over %s)")
                .formatted(x, axis);
    }

    private String batched(Place place, int depth) {
        return pick("mean", "sum").concat("(" + bounded(expr(place, true, depth - 1)) + " over batch)");
    }

    private String atom(Place place, boolean lanes) {
        List<String> all = new ArrayList<>(List.of(number()));
        all.addAll(parameters);
        all.addAll(globalStates);
        if (lanes && modulator) {
            all.add("correct");
        }
        if (place == Place.ONE) {
            return all.get(random.nextInt(all.size()));
        }
        if (place != Place.POST) {
            String rate = lanes ? "pre.r" : "mean(pre.r over batch)";
            all.addAll(List.of(rate, rate, rate));
        }
        if (place != Place.PRE) {
            List<String> here = new ArrayList<>(List.of("post.r", "post.u"));
            if (signal) {
                here.add("post.delta");
                here.add("post.delta");
            }
            for (String one : here) {
                all.add(lanes ? one : "mean(" + one + " over batch)");
            }
            all.addAll(postStates);
            all.add("post.b");
        }
        if (place == Place.SYNAPSE) {
            all.addAll(List.of("w", "w"));
            all.addAll(synapseStates);
            if (lanes) {
                all.addAll(perSampleLets);
            }
            if (draws && chance(4)) {
                return pick("uniform(-1, 1)", "normal(0, 0.5)");
            }
        }
        return all.get(random.nextInt(all.size()));
    }

    private String number() {
        return pick("0.5", "0.25", "-0.5", "1", "2", "0.1", "-0.3", "1.5");
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
