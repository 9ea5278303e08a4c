package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Expr;
import org.altdsl.diag.Code;
import org.altdsl.runtime.engine.Readout;
import org.altdsl.runtime.plan.Collected;

/**
 * Measures that are computed from what protocols collected: {@code accuracy(vote(test.response, owner), test.label)} with
 * {@code let owner = assign_labels(train.response, train.label)}.
 */
final class Readouts {
    private static final List<String> FUNCTIONS = List.of("assign_labels", "vote", "accuracy");

    private final Expressions expressions;
    private final Map<String, Binding> lets;

    Readouts(Expressions expressions, Map<String, Binding> lets) {
        this.expressions = requireNonNull(expressions);
        this.lets = requireNonNull(lets);
    }

    /** A measure of what was collected; empty if this one is of something else. */
    Optional<Collected.Reading> of(Expr measure) {
        boolean isOne = measure instanceof Expr.Call call
                && call.function() instanceof Expr.Reference function
                && FUNCTIONS.contains(function.name())
                && !call.arguments().isEmpty();
        return isOne ? Optional.of(reading(measure)) : Optional.empty();
    }

    /** What an expression takes from what was collected. */
    Collected.Reading reading(Expr expr) {
        if (expr instanceof Expr.Reference reference && lets.containsKey(reference.name())) {
            return reading(lets.get(reference.name()).value().orElseThrow());
        }
        if (expr instanceof Expr.Member member && member.of() instanceof Expr.Reference split) {
            String name = member.name().text();
            return collected -> collected.of(split.name(), name);
        }
        if (expr instanceof Expr.Call call
                && call.function() instanceof Expr.Reference function
                && FUNCTIONS.contains(function.name())
                && call.arguments().size() == 2) {
            Collected.Reading first = reading(call.arguments().get(0).value());
            Collected.Reading second = reading(call.arguments().get(1).value());
            return switch (function.name()) {
                case "assign_labels" -> collected -> Readout.assignLabels(first.of(collected), second.of(collected));
                case "vote" -> collected -> Readout.vote(first.of(collected), second.of(collected));
                default -> collected -> Readout.accuracy(first.of(collected), second.of(collected));
            };
        }
        throw expressions.error(
                Code.UNKNOWN_MEASURE,
                expr.span(),
                "expected what a protocol collects, such as test.response, or one of assign_labels, vote and accuracy of"
                        + " it");
    }
}
