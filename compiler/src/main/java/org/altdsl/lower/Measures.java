package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.diag.Code;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Expr.Const;
import org.altdsl.ir.Fold;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Op;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;
import org.altdsl.runtime.plan.Metric;
import org.altdsl.source.Span;

/** Lowers what an experiment measures to variables of the evaluation program. */
final class Measures {
    private static final List<String> KNOWN = List.of(
            "accuracy",
            "loss",
            "objective",
            "alignment",
            "dead_fraction",
            "weight_norm",
            "entropy",
            "prediction_entropy",
            "layer_entropy",
            "network_entropy",
            "logit_mean",
            "logit_std",
            "probability_mean",
            "probability_std");

    /** Keeps the logarithm of a share of 0, and shares of nothing, finite. */
    private static final double TINY = 1e-8;

    private final Network network;
    private final Expressions expressions;
    private final Scope scope;
    private final List<Metric> metrics;
    private final Map<String, Var> held = new HashMap<>();
    private boolean alignment;
    private Optional<Expr> alignedWith = Optional.empty();

    Measures(Network network, Expressions expressions, Scope scope, List<Metric> metrics) {
        this.network = requireNonNull(network);
        this.expressions = requireNonNull(expressions);
        this.scope = requireNonNull(scope);
        this.metrics = requireNonNull(metrics);
    }

    /** Whether the gradient of each weight is wanted. */
    boolean wantsGradients() {
        return alignment;
    }

    Optional<Expr> alignedWith() {
        return alignedWith;
    }

    /** Loss and accuracy, which are always measured where they exist. */
    void standard(Span at) {
        network.loss().ifPresent(loss -> {
            add("train_loss", Metric.Source.TRAIN, loss);
            add("test_loss", Metric.Source.TEST, loss);
        });
        network.correct(at).ifPresent(correct -> {
            add("train_accuracy", Metric.Source.TRAIN, correct);
            add("test_accuracy", Metric.Source.TEST, correct);
        });
    }

    private void add(String name, Metric.Source source, org.altdsl.ir.Expr read) {
        String variable = ((org.altdsl.ir.Expr.Read) read).variable().name();
        metrics.add(new Metric(name, source, variable, Metric.Combine.MEAN));
    }

    /** One measure: a name of the language, or any expression. */
    void measure(Experiment.Measured measured) {
        Expr expr = measured.what();
        Span at = expr.span();
        Metric.Source source = measured.everyBatch() ? Metric.Source.BATCH : Metric.Source.TEST;
        Expr named = expr instanceof Expr.Call call ? call.function() : expr;
        String word = named instanceof Expr.Reference reference ? reference.name() : "";
        switch (word) {
            case "accuracy" -> accuracy(source, at);
            case "loss", "objective" -> loss(source, at);
            case "alignment" -> alignment(expr, source);
            case "dead_fraction" -> hidden().forEach(population -> dead(population, source, at));
            case "weight_norm" -> network.projections().forEach(projection -> norms(projection, source, at));
            case "entropy" -> {
                if (network.prediction().isPresent()) {
                    predictionEntropy(source, at);
                }
                layerEntropies(source, at);
                networkEntropy(source, at);
            }
            case "prediction_entropy" -> predictionEntropy(source, at);
            case "layer_entropy" -> layerEntropies(source, at);
            case "network_entropy" -> networkEntropy(source, at);
            case "logit_mean" -> metric(word, "logits", logits(word, at), source, Metric.Combine.MEAN, at);
            case "logit_std" -> metric(word, "logits", logits(word, at), source, Metric.Combine.DEVIATION, at);
            case "probability_mean" ->
                metric(word, "probabilities", probabilities(word, at), source, Metric.Combine.MEAN, at);
            case "probability_std" ->
                metric(word, "probabilities", probabilities(word, at), source, Metric.Combine.DEVIATION, at);
            default -> expression(expr, source);
        }
    }

    private void accuracy(Metric.Source source, Span at) {
        org.altdsl.ir.Expr correct = network.correct(at)
                .orElseThrow(
                        () -> expressions.error(Code.UNKNOWN_MEASURE, at, "accuracy needs an objective over classes"));
        if (source == Metric.Source.BATCH) {
            add("accuracy", source, correct);
        }
    }

    private void loss(Metric.Source source, Span at) {
        org.altdsl.ir.Expr loss = network.loss()
                .orElseThrow(() -> expressions.error(Code.UNKNOWN_MEASURE, at, "there is no objective to measure"));
        if (source == Metric.Source.BATCH) {
            add("loss", source, loss);
        }
    }

    private void alignment(Expr expr, Metric.Source source) {
        if (network.loss().isEmpty()) {
            throw expressions.error(
                    Code.UNKNOWN_MEASURE,
                    expr.span(),
                    "alignment needs an objective, whose gradient it is the angle to");
        }
        if (source == Metric.Source.BATCH) {
            throw expressions.error(
                    Code.NOT_YET, expr.span(), "alignment is measured 'every epoch': it takes a step of its own");
        }
        alignment = true;
        if (expr instanceof Expr.Call call && !call.arguments().isEmpty()) {
            alignedWith = Optional.of(rule(call.arguments().get(0).value()));
        }
    }

    private Expr rule(Expr reference) {
        Value value = expressions.value(reference, scope, Section.INIT);
        if (value instanceof Value.Model model && model.declaration().kind() == Declaration.Kind.RULE) {
            return reference;
        }
        throw expressions.error(
                Code.UNKNOWN_MEASURE,
                reference.span(),
                "alignment is the angle to the update of a rule; this is " + Expressions.describe(value));
    }

    private List<Population> hidden() {
        return layers().stream().filter(population -> !population.isOutput()).toList();
    }

    private List<Population> layers() {
        return network.populations().stream()
                .filter(population -> !population.isInput())
                .toList();
    }

    private void dead(Population population, Metric.Source source, Span at) {
        org.altdsl.ir.Expr activity = Emission.prim(Op.ABS, rate(population, at));
        org.altdsl.ir.Expr largest = Builtins.reduce(Fold.MAX, activity, Space.of(Axis.LANE));
        metric(
                "dead_fraction[" + population.name() + "]",
                population.name() + ".largest_activity",
                largest,
                source,
                Metric.Combine.NEVER_POSITIVE,
                at);
    }

    private void norms(Projection projection, Metric.Source source, Span at) {
        for (Var weight : projection.weights().values()) {
            org.altdsl.ir.Expr w = expressions.emission().read(weight, Section.SETTLE);
            org.altdsl.ir.Expr norm =
                    Emission.prim(Op.SQRT, Builtins.reduce(Fold.SUM, Emission.prim(Op.MUL, w, w), projection.space()));
            metric(
                    "weight_norm[" + projection.layer() + "]",
                    weight.name() + ".norm",
                    norm,
                    source,
                    Metric.Combine.LAST,
                    at);
        }
    }

    /** What the class is predicted from, over the classes. */
    private org.altdsl.ir.Expr logits(String measure, Span at) {
        return network.prediction()
                .orElseThrow(() -> expressions.error(
                        Code.UNKNOWN_MEASURE, at, measure + " needs an objective over classes, such as CrossEntropy"));
    }

    private org.altdsl.ir.Expr probabilities(String measure, Span at) {
        org.altdsl.ir.Expr logits = logits(measure, at);
        Space axis = logits.space().without(Axis.LANE);
        org.altdsl.ir.Expr top = Builtins.reduce(Fold.MAX, logits, axis);
        org.altdsl.ir.Expr e = Emission.prim(Op.EXP, Emission.prim(Op.SUB, logits, top));
        return Emission.prim(Op.DIV, e, Builtins.reduce(Fold.SUM, e, axis));
    }

    private void predictionEntropy(Metric.Source source, Span at) {
        String name = "prediction_entropy";
        org.altdsl.ir.Expr p = probabilities(name, at);
        metric(name, "prediction.entropy", entropy(p, p.space().without(Axis.LANE)), source, Metric.Combine.MEAN, at);
    }

    private void layerEntropies(Metric.Source source, Span at) {
        for (Population population : layers()) {
            metric(
                    "layer_entropy[" + population.name() + "]",
                    population.name() + ".entropy",
                    layerEntropy(population, at),
                    source,
                    Metric.Combine.MEAN,
                    at);
        }
    }

    private void networkEntropy(Metric.Source source, Span at) {
        org.altdsl.ir.Expr sum = new Const(0);
        for (Population population : layers()) {
            sum = Emission.prim(Op.ADD, sum, layerEntropy(population, at));
        }
        org.altdsl.ir.Expr mean = Emission.prim(Op.DIV, sum, new Const(layers().size()));
        metric("network_entropy", "network.entropy", mean, source, Metric.Combine.MEAN, at);
    }

    /** The entropy of a layer's activity, each unit's size taken as its share of their sum. */
    private org.altdsl.ir.Expr layerEntropy(Population population, Span at) {
        org.altdsl.ir.Expr size = Emission.prim(Op.ABS, rate(population, at));
        Space axis = population.space();
        org.altdsl.ir.Expr sum = Builtins.reduce(Fold.SUM, size, axis);
        return entropy(Emission.prim(Op.DIV, size, Emission.prim(Op.ADD, sum, new Const(TINY))), axis);
    }

    private static org.altdsl.ir.Expr entropy(org.altdsl.ir.Expr p, Space axis) {
        org.altdsl.ir.Expr log = Emission.prim(Op.LOG, Emission.prim(Op.ADD, p, new Const(TINY)));
        return Emission.prim(Op.NEG, Builtins.reduce(Fold.SUM, Emission.prim(Op.MUL, p, log), axis));
    }

    private org.altdsl.ir.Expr rate(Population population, Span at) {
        Value value = population
                .quantity("r", Section.SETTLE, at)
                .orElseThrow(() -> expressions.error(
                        Code.UNKNOWN_MEASURE, at, "'" + population.name() + "' has no output 'r' to measure"));
        return expressions.real(value, at, scope, Section.SETTLE, null);
    }

    private void expression(Expr expr, Metric.Source source) {
        if (expr instanceof Expr.Reference reference
                && scope.find(reference.name(), Section.SETTLE, expr.span()).isEmpty()) {
            List<String> all = new ArrayList<>(KNOWN);
            all.addAll(scope.names());
            throw expressions.error(
                    Code.UNKNOWN_MEASURE,
                    expr.span(),
                    "'" + reference.name() + "' is nothing that can be measured"
                            + org.altdsl.names.Suggestions.didYouMean(reference.name(), all));
        }
        org.altdsl.ir.Expr value = expressions.real(expr, scope, Section.SETTLE);
        org.altdsl.ir.Expr perSample =
                new Builtins(expressions).mean(value, value.space().without(Axis.LANE), scope);
        String text = expr.span().text().replaceAll("\\s+", " ");
        metric(text, "measured " + text, perSample, source, Metric.Combine.MEAN, expr.span());
    }

    /** A measure of a network in time, as it is when it is taken. */
    void inTime(Expr expr, Section section, List<Metric> into) {
        org.altdsl.ir.Expr value = expressions.real(expr, scope, section);
        org.altdsl.ir.Expr mean = new Builtins(expressions).mean(value, value.space(), scope);
        String text = expr.span().text().replaceAll("\\s+", " ");
        Emission emission = expressions.emission();
        Var made = emission.declare(new Var(
                emission.freeName("measured " + text),
                mean.space(),
                org.altdsl.ir.DType.REAL,
                org.altdsl.runtime.plan.Scope.STEP,
                Owner.HARNESS,
                Matter.OTHER,
                Optional.empty(),
                expr.span(),
                text));
        emission.update(section, made, Optional.empty(), mean, Slot.MEASURE, expr.span());
        into.add(new Metric(text, Metric.Source.TRAIN, made.name(), Metric.Combine.LAST));
    }

    private void metric(
            String name,
            String variable,
            org.altdsl.ir.Expr value,
            Metric.Source source,
            Metric.Combine combine,
            Span at) {
        metrics.add(new Metric(
                name,
                source,
                held.computeIfAbsent(variable, key -> hold(key, value, at)).name(),
                combine));
    }

    private Var hold(String variable, org.altdsl.ir.Expr value, Span at) {
        Emission emission = expressions.emission();
        Var made = emission.declare(new Var(
                emission.freeName(variable),
                value.space(),
                org.altdsl.ir.DType.REAL,
                org.altdsl.runtime.plan.Scope.STEP,
                Owner.HARNESS,
                Matter.OTHER,
                Optional.empty(),
                at,
                variable));
        emission.update(Section.SETTLE, made, Optional.empty(), value, Slot.SETTLE, at);
        return made;
    }
}
