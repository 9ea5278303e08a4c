package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
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
    private static final List<String> KNOWN =
            List.of("accuracy", "loss", "objective", "alignment", "dead_fraction", "weight_norm", "entropy");

    private final Network network;
    private final Expressions expressions;
    private final Scope scope;
    private final List<Metric> metrics;
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
            String name = ((org.altdsl.ir.Expr.Read) loss).variable().name();
            metrics.add(new Metric("train_loss", Metric.Source.TRAIN, name, Metric.Combine.MEAN));
            metrics.add(new Metric("test_loss", Metric.Source.TEST, name, Metric.Combine.MEAN));
        });
        network.correct(at).ifPresent(correct -> {
            String name = ((org.altdsl.ir.Expr.Read) correct).variable().name();
            metrics.add(new Metric("train_accuracy", Metric.Source.TRAIN, name, Metric.Combine.MEAN));
            metrics.add(new Metric("test_accuracy", Metric.Source.TEST, name, Metric.Combine.MEAN));
        });
    }

    /** One measure: a name of the language, or any expression. */
    void measure(Expr expr) {
        Expr named = expr instanceof Expr.Call call ? call.function() : expr;
        String word = named instanceof Expr.Reference reference ? reference.name() : "";
        switch (word) {
            case "accuracy" -> {
                if (network.correct(expr.span()).isEmpty()) {
                    throw expressions.error(
                            Code.UNKNOWN_MEASURE, expr.span(), "accuracy needs an objective over classes");
                }
            }
            case "loss", "objective" -> {
                if (network.loss().isEmpty()) {
                    throw expressions.error(Code.UNKNOWN_MEASURE, expr.span(), "there is no objective to measure");
                }
            }
            case "alignment" -> {
                if (network.loss().isEmpty()) {
                    throw expressions.error(
                            Code.UNKNOWN_MEASURE,
                            expr.span(),
                            "alignment needs an objective, whose gradient it is the angle to");
                }
                alignment = true;
                if (expr instanceof Expr.Call call && !call.arguments().isEmpty()) {
                    alignedWith = Optional.of(rule(call.arguments().get(0).value()));
                }
            }
            case "dead_fraction" -> hidden().forEach(population -> dead(population, expr.span()));
            case "weight_norm" -> network.projections().forEach(projection -> norms(projection, expr.span()));
            case "entropy" -> entropies(expr.span());
            default -> expression(expr);
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
        return network.populations().stream()
                .filter(population -> !population.isInput() && !population.isOutput())
                .toList();
    }

    private void dead(Population population, Span at) {
        org.altdsl.ir.Expr activity = Emission.prim(Op.ABS, rate(population, at));
        org.altdsl.ir.Expr largest = Builtins.reduce(Fold.MAX, activity, Space.of(Axis.LANE));
        metric(
                "dead_fraction[" + population.name() + "]",
                population.name() + ".largest_activity",
                largest,
                Metric.Combine.NEVER_POSITIVE,
                at);
    }

    private void norms(Projection projection, Span at) {
        for (Var weight : projection.weights().values()) {
            org.altdsl.ir.Expr w = expressions.emission().read(weight, Section.SETTLE);
            org.altdsl.ir.Expr norm =
                    Emission.prim(Op.SQRT, Builtins.reduce(Fold.SUM, Emission.prim(Op.MUL, w, w), projection.space()));
            metric(
                    "weight_norm[" + projection.layer() + "]",
                    projection.name() + ".norm",
                    norm,
                    Metric.Combine.LAST,
                    at);
        }
    }

    /** The entropy of the prediction, and of each layer's activity taken as shares of its sum. */
    private void entropies(Span at) {
        network.prediction().ifPresent(potentials -> {
            Space axis = potentials.space().without(Axis.LANE);
            org.altdsl.ir.Expr top = Builtins.reduce(Fold.MAX, potentials, axis);
            org.altdsl.ir.Expr e = Emission.prim(Op.EXP, Emission.prim(Op.SUB, potentials, top));
            metric("prediction_entropy", "prediction.entropy", entropy(e, axis), Metric.Combine.MEAN, at);
        });
        for (Population population : hidden()) {
            org.altdsl.ir.Expr activity = Emission.prim(Op.ABS, rate(population, at));
            metric(
                    "layer_entropy[" + population.name() + "]",
                    population.name() + ".entropy",
                    entropy(activity, population.space()),
                    Metric.Combine.MEAN,
                    at);
        }
    }

    private static org.altdsl.ir.Expr entropy(org.altdsl.ir.Expr shares, Space axis) {
        org.altdsl.ir.Expr sum = Builtins.reduce(Fold.SUM, shares, axis);
        org.altdsl.ir.Expr p = Emission.prim(Op.DIV, shares, Emission.prim(Op.ADD, sum, new Const(1e-12)));
        org.altdsl.ir.Expr log = Emission.prim(Op.LOG, Emission.prim(Op.ADD, p, new Const(1e-12)));
        return Emission.prim(Op.NEG, Builtins.reduce(Fold.SUM, Emission.prim(Op.MUL, p, log), axis));
    }

    private org.altdsl.ir.Expr rate(Population population, Span at) {
        Value value = population
                .quantity("r", Section.SETTLE, at)
                .orElseThrow(() -> expressions.error(
                        Code.UNKNOWN_MEASURE, at, "'" + population.name() + "' has no output 'r' to measure"));
        return expressions.real(value, at, scope, Section.SETTLE, null);
    }

    private void expression(Expr expr) {
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
                Builtins.reduce(Fold.MEAN, value, value.space().without(Axis.LANE));
        String text = expr.span().text().replaceAll("\\s+", " ");
        metric(text, "measured " + text, perSample, Metric.Combine.MEAN, expr.span());
    }

    private void metric(String name, String variable, org.altdsl.ir.Expr value, Metric.Combine combine, Span at) {
        Emission emission = expressions.emission();
        Var held = emission.declare(new Var(
                emission.freeName(variable),
                value.space(),
                org.altdsl.ir.DType.REAL,
                org.altdsl.runtime.plan.Scope.STEP,
                Owner.HARNESS,
                Matter.OTHER,
                Optional.empty(),
                at,
                name));
        emission.update(Section.SETTLE, held, Optional.empty(), value, Slot.SETTLE, at);
        metrics.add(new Metric(name, Metric.Source.TEST, held.name(), combine));
    }
}
