package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Name;
import org.altdsl.diag.Code;
import org.altdsl.diag.Note;
import org.altdsl.names.Flattened;
import org.altdsl.names.Inheritance;
import org.altdsl.names.Parts;
import org.altdsl.names.Suggestions;

/** A parameter with the expression it has where a model is used, and the scope in which that is to be read. */
record Parameter(Binding binding, Scope scope) {
    Parameter {
        requireNonNull(binding);
        requireNonNull(scope);
    }

    /**
     * Binds the parameters of a model to the arguments of its use; what is not given keeps its default, read in the
     * model's own scope.
     *
     * @param also names that may be given as well and are not parameters (feedback pathways, modulators)
     */
    static Map<String, Parameter> bind(
            Flattened model, Value.Model use, Scope own, Set<String> also, Expressions expressions) {
        Map<String, Parameter> bound = new LinkedHashMap<>();
        model.parameters().forEach((name, binding) -> bound.put(name, new Parameter(binding, own)));
        List<String> order = List.copyOf(model.parameters().keySet());
        for (int i = 0; i < use.arguments().size(); i++) {
            Expr.Argument argument = use.arguments().get(i);
            String name = argument.name().map(Name::text).orElse(i < order.size() ? order.get(i) : "");
            Binding old = model.parameters().get(name);
            if (old == null && also.contains(name)) {
                Binding given = new Binding(
                        argument.span(),
                        argument.name().get(),
                        List.of(),
                        java.util.Optional.empty(),
                        java.util.Optional.of(argument.value()),
                        argument.drawn());
                bound.put(name, new Parameter(given, use.scope()));
            } else if (old == null) {
                Set<String> known = new java.util.LinkedHashSet<>(order);
                known.addAll(also);
                throw expressions.error(
                        Code.UNKNOWN_PARAMETER,
                        argument.span(),
                        name.isEmpty()
                                ? "'" + model.name() + "' has only " + order.size() + " parameter(s)"
                                : "'" + model.name() + "' has no parameter '" + name + "'"
                                        + Suggestions.didYouMean(name, known));
            } else {
                Binding given = Inheritance.withValue(old, argument.value(), argument.drawn());
                bound.put(name, new Parameter(given, use.scope()));
            }
        }
        return bound;
    }

    /** The value of a parameter that is not drawn. */
    Value value(Expressions expressions, Section section) {
        Expr expr = binding.value()
                .orElseThrow(() -> expressions.error(
                        Code.MISSING_VALUE,
                        binding.span(),
                        "'" + binding.name() + "' has no default and is given no value"));
        return expressions.value(expr, scope, section);
    }

    /**
     * The parameters that an expression multiplies with or divides by and that have a value of 0 or less, with the places
     * that say so. What is only added, such as a potential, may well be negative.
     */
    static List<Note> notPositive(Expr expr, Map<String, Parameter> parameters, Expressions expressions) {
        Map<String, Note> notes = new LinkedHashMap<>();
        factors(expr, true, name -> {
            Parameter parameter = parameters.get(name);
            boolean known = parameter != null
                    && !parameter.binding.drawn()
                    && parameter.binding.value().isPresent();
            if (known
                    && parameter.value(expressions, Section.INIT) instanceof Value.Real real
                    && real.expr() instanceof org.altdsl.ir.Expr.Const constant
                    && constant.value() <= 0) {
                Expr given = parameter.binding.value().get();
                notes.put(
                        name,
                        Note.at(
                                given.span(),
                                "'" + name + "' is " + given.span().text() + " here"));
            }
        });
        return List.copyOf(notes.values());
    }

    private static void factors(Expr expr, boolean isTerm, Consumer<String> found) {
        if (expr instanceof Expr.Reference reference) {
            if (!isTerm) {
                found.accept(reference.name());
            }
            return;
        }
        boolean sums = expr instanceof Expr.Binary binary
                && (binary.operator() == Expr.BinaryOperator.ADD || binary.operator() == Expr.BinaryOperator.SUBTRACT);
        Parts.of(expr).forEach(part -> factors(part, sums, found));
    }
}
