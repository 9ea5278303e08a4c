package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.diag.Code;
import org.altdsl.names.Parts;
import org.altdsl.names.Suggestions;
import org.altdsl.runtime.engine.Readout;
import org.altdsl.runtime.plan.Collected;

/**
 * Measures that are computed from what protocols collected: {@code accuracy(vote(test.response, owner), test.label)} with
 * {@code let owner = assign_labels(train.response, train.label)}; and {@code accuracy(x.winner, data.label)}, for which the
 * protocol collects both whenever it has shown a sample.
 */
final class Readouts {
    private static final List<String> FUNCTIONS = List.of("assign_labels", "vote", "accuracy");
    private static final Set<String> SPLITS = Set.of("train", "validation", "test");

    private final Expressions expressions;
    private final Map<String, Binding> lets;

    /** The names that are collected of each split that a protocol goes through. */
    private final Map<String, Set<String>> collected = new LinkedHashMap<>();

    /** The splits that samples are shown of. */
    private final Set<String> shown = new LinkedHashSet<>();

    /**
     * @param lets what the experiment names
     * @param protocols what happens in the experiment, and in its evaluation
     */
    Readouts(Expressions expressions, Map<String, Binding> lets, List<Item.Protocol> protocols) {
        this.expressions = requireNonNull(expressions);
        this.lets = requireNonNull(lets);
        for (Item.Protocol protocol : protocols) {
            String split = ProtocolLowering.split(protocol);
            Set<String> names = collected.computeIfAbsent(split, unused -> new LinkedHashSet<>());
            if (collect(protocol.body(), names)) {
                shown.add(split);
            }
        }
    }

    /** Finds the names that are collected; whether samples are shown. */
    private static boolean collect(List<Item> items, Set<String> names) {
        boolean shows = false;
        for (Item item : items) {
            if (item instanceof Item.Step step && step.kind() == Item.StepKind.COLLECT) {
                step.body()
                        .forEach(kept ->
                                names.add(((Item.Assign) kept).target().span().text()));
                continue;
            }
            shows |= item instanceof Item.Step step && step.kind() == Item.StepKind.FOR_EACH;
            shows |= collect(Parts.of(item).items(), names);
        }
        return shows;
    }

    /**
     * What is to be collected of each sample when it has been shown.
     *
     * @param name its text, which tells it from others
     * @param found the class that the network says
     * @param label the class of the sample
     */
    record Comparison(String name, Expr found, Expr label) {
        String foundAs() {
            return "found by " + name;
        }

        String labelAs() {
            return "label of " + name;
        }
    }

    /** What a measure compares that the protocol itself does not collect; empty for every other measure. */
    Optional<Comparison> comparison(Expr measure) {
        Expr named = named(measure);
        boolean isOne = named instanceof Expr.Call call
                && isOne(call)
                && call.function().span().text().equals("accuracy")
                && call.arguments().size() == 2
                && call.arguments().stream().noneMatch(argument -> isCollected(argument.value()));
        if (!isOne) {
            return Optional.empty();
        }
        Expr.Call call = (Expr.Call) named;
        return Optional.of(new Comparison(
                Records.text(call),
                call.arguments().get(0).value(),
                call.arguments().get(1).value()));
    }

    /** The split whose samples a comparison is of: the only one that is shown. */
    String split(Comparison comparison, Expr measure) {
        if (shown.size() == 1) {
            return shown.iterator().next();
        }
        String found = Records.text(comparison.found());
        String label = Records.text(comparison.label());
        throw expressions.error(
                Code.UNKNOWN_MEASURE,
                measure.span(),
                shown.isEmpty()
                        ? "accuracy is the share of samples whose class was found, and this protocol goes through none:"
                                + " for each sample { present … }"
                        : "the protocol shows samples, and so does 'evaluate'. Let the one that is meant collect both: for"
                                + " each sample { …;  collect found = " + found + ", label = " + label
                                + " }, and measure accuracy(test.found, test.label)");
    }

    private static boolean isOne(Expr.Call call) {
        return call.function() instanceof Expr.Reference function
                && FUNCTIONS.contains(function.name())
                && !call.arguments().isEmpty();
    }

    private Expr named(Expr expr) {
        return expr instanceof Expr.Reference reference
                        && lets.containsKey(reference.name())
                        && lets.get(reference.name()).value().isPresent()
                ? named(lets.get(reference.name()).value().get())
                : expr;
    }

    /** Whether an expression is, or is computed from, what belongs to a split rather than to the network as it is. */
    private boolean isCollected(Expr expr) {
        Expr named = named(expr);
        return named instanceof Expr.Call call && isOne(call)
                || named instanceof Expr.Member member
                        && member.of() instanceof Expr.Reference split
                        && SPLITS.contains(split.name());
    }

    /** A measure of what was collected; empty if this one is of something else. */
    Optional<Collected.Reading> of(Expr measure) {
        Optional<Comparison> comparison = comparison(measure);
        if (comparison.isPresent()) {
            String split = split(comparison.get(), measure);
            return Optional.of(collected -> Readout.accuracy(
                    collected.of(split, comparison.get().foundAs()),
                    collected.of(split, comparison.get().labelAs())));
        }
        return named(measure) instanceof Expr.Call call && isOne(call) ? Optional.of(reading(call)) : Optional.empty();
    }

    /** What an expression takes from what was collected. */
    Collected.Reading reading(Expr expr) {
        Expr named = named(expr);
        if (named instanceof Expr.Member member
                && member.of() instanceof Expr.Reference split
                && SPLITS.contains(split.name())) {
            return reading(split, member);
        }
        if (named instanceof Expr.Call call && isOne(call)) {
            String function = call.function().span().text();
            if (call.arguments().size() != 2) {
                throw expressions.error(
                        Code.WRONG_ARGUMENTS,
                        call.span(),
                        function.equals("assign_labels")
                                ? "written assign_labels(train.response, train.label)"
                                : function.equals("vote")
                                        ? "written vote(test.response, owner), with let owner ="
                                                + " assign_labels(train.response, train.label)"
                                        : "written accuracy(test.found, test.label): what was found, and the classes");
            }
            Collected.Reading first = reading(call.arguments().get(0).value());
            Collected.Reading second = reading(call.arguments().get(1).value());
            return switch (function) {
                case "assign_labels" -> collected -> Readout.assignLabels(first.of(collected), second.of(collected));
                case "vote" -> collected -> Readout.vote(first.of(collected), second.of(collected));
                default -> collected -> Readout.accuracy(first.of(collected), second.of(collected));
            };
        }
        throw expressions.error(
                Code.UNKNOWN_MEASURE,
                expr.span(),
                "expected what a protocol collects, such as test.response after collect response = …, or one of"
                        + " assign_labels, vote and accuracy of it");
    }

    private Collected.Reading reading(Expr.Reference split, Expr.Member member) {
        String name = member.name().text();
        Set<String> names = collected.get(split.name());
        if (names == null) {
            throw expressions.error(
                    Code.UNKNOWN_MEASURE,
                    split.span(),
                    "nothing is shown of '" + split.name() + "'"
                            + (SPLITS.contains(split.name()) && !split.name().equals("train")
                                    ? ": evaluate on " + split.name() + " { for each sample { …;  collect " + name
                                            + " = … } } would collect it"
                                    : "")
                            + Suggestions.didYouMean(split.name(), collected.keySet()));
        }
        if (!names.contains(name)) {
            throw expressions.error(
                    Code.UNKNOWN_MEASURE,
                    member.name().span(),
                    "nothing collects '" + name + "' on " + split.name()
                            + (names.isEmpty()
                                    ? ": for each sample { …;  collect " + name + " = … } would"
                                    : Suggestions.didYouMean(name, names)));
        }
        return all -> all.of(split.name(), name);
    }
}
