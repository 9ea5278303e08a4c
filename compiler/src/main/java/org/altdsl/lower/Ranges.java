package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Expr;
import org.altdsl.runtime.plan.Measured.Range;

/** Where the values of a measure can lie, as far as its text tells: an interval of confidence ends there. */
final class Ranges {
    private static final Set<String> SHARES = Set.of("fraction", "accuracy");
    private static final Set<String> NOT_NEGATIVE =
            Set.of("rate", "count", "isi", "synchrony", "std", "var", "cv", "norm", "abs", "sqrt", "exp", "softplus");

    /** What lies where the things lie that it is taken of. */
    private static final Set<String> LIKE_WHAT_THEY_TAKE = Set.of("mean", "max", "min");

    private static final Set<Expr.BinaryOperator> TRUE_OR_FALSE = EnumSet.of(
            Expr.BinaryOperator.OR,
            Expr.BinaryOperator.AND,
            Expr.BinaryOperator.EQUAL,
            Expr.BinaryOperator.NOT_EQUAL,
            Expr.BinaryOperator.LESS,
            Expr.BinaryOperator.GREATER,
            Expr.BinaryOperator.LESS_EQUAL,
            Expr.BinaryOperator.GREATER_EQUAL);

    private final Map<String, Binding> lets;

    /**
     * @param lets what the experiment names
     */
    Ranges(Map<String, Binding> lets) {
        this.lets = requireNonNull(lets);
    }

    Range of(Expr expr) {
        if (expr instanceof Expr.Reference reference && lets.containsKey(reference.name())) {
            return lets.get(reference.name()).value().map(this::of).orElse(Range.ANY);
        }
        if (expr instanceof Expr.Unary unary) {
            return unary.operator() == Expr.UnaryOperator.NOT ? Range.SHARE : Range.ANY;
        }
        if (expr instanceof Expr.Binary binary) {
            return TRUE_OR_FALSE.contains(binary.operator()) ? Range.SHARE : Range.ANY;
        }
        if (expr instanceof Expr.Call call && call.function() instanceof Expr.Reference function) {
            if (SHARES.contains(function.name())) {
                return Range.SHARE;
            }
            if (NOT_NEGATIVE.contains(function.name())) {
                return Range.NOT_NEGATIVE;
            }
            // Of one quantity: the largest of several is another thing.
            if (LIKE_WHAT_THEY_TAKE.contains(function.name())
                    && call.arguments().size() == 1) {
                return of(call.arguments().get(0).value());
            }
        }
        return Range.ANY;
    }
}
