package org.altdsl.lower;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Name;
import org.altdsl.diag.Code;
import org.altdsl.names.Suggestions;

/**
 * What a way to connect is told: its one quantity, with or without its name, and switches by their names, as in
 * {@code fixed_indegree(k = 10, multapses = true)}.
 */
final class ConnectionArguments {
    /** The quantity of each way to connect that has one, and what it is. */
    private static final Map<String, Quantity> QUANTITIES = Map.of(
            "sparse", new Quantity("p", "the share of synapses that exist"),
            "fixed_indegree", new Quantity("k", "the number of sources of each target"),
            "fixed_outdegree", new Quantity("k", "the number of targets of each source"),
            "fixed_number", new Quantity("n", "the number of synapses"));

    private record Quantity(String name, String meaning) {}

    private ConnectionArguments() {}

    /**
     * The quantity of a way to connect that has one; an error where it is not there, or where there is anything that the
     * way to connect does not know.
     *
     * @param switches the names of what else it may be told
     */
    static Optional<Expr> quantity(String kind, Expr written, List<String> switches, Expressions expressions) {
        List<Expr.Argument> arguments = written instanceof Expr.Call call ? call.arguments() : List.of();
        Optional<Quantity> quantity = Optional.ofNullable(QUANTITIES.get(kind));
        Optional<Expr> found = Optional.empty();
        Set<String> given = new LinkedHashSet<>();
        for (Expr.Argument argument : arguments) {
            String name = argument.name()
                    .map(Name::text)
                    .orElse(quantity.map(Quantity::name).orElse(""));
            boolean isQuantity = quantity.isPresent() && quantity.get().name().equals(name);
            if (!isQuantity && !switches.contains(name)) {
                throw expressions.error(
                        Code.UNKNOWN_PARAMETER,
                        argument.name().map(Name::span).orElse(argument.span()),
                        (name.isEmpty()
                                        ? "'" + kind + "' takes no number"
                                        : "'" + kind + "' has no argument '" + name + "'")
                                + known(kind, quantity, switches, name));
            }
            if (!given.add(name)) {
                throw expressions.error(
                        Code.WRONG_ARGUMENTS,
                        argument.span(),
                        "'" + name + "' is given twice to '" + kind + "'" + known(kind, quantity, switches, ""));
            }
            found = isQuantity ? Optional.of(argument.value()) : found;
        }
        if (quantity.isPresent() && found.isEmpty()) {
            throw expressions.error(
                    Code.WRONG_ARGUMENTS,
                    written.span(),
                    "how many? write " + kind + "(…) with " + quantity.get().meaning());
        }
        return found;
    }

    private static String known(String kind, Optional<Quantity> quantity, List<String> switches, String wrong) {
        List<String> names = new ArrayList<>();
        quantity.ifPresent(one -> names.add(one.name()));
        names.addAll(switches);
        if (names.isEmpty()) {
            return "; it is written " + kind + " alone";
        }
        List<String> words = new ArrayList<>();
        quantity.ifPresent(one -> words.add("'" + one.name() + "' (" + one.meaning() + ")"));
        switches.forEach(one -> words.add("'" + one + "'"));
        String all = words.size() == 1
                ? words.get(0)
                : String.join(", ", words.subList(0, words.size() - 1)) + " and " + words.get(words.size() - 1);
        return "; it takes " + all + Suggestions.didYouMean(wrong, names);
    }
}
