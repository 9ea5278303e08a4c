package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Expr;
import org.altdsl.diag.Code;
import org.altdsl.ir.Space;
import org.altdsl.names.Flattened;
import org.altdsl.source.Span;

/**
 * The shapes of a data set's fields as its text gives them: {@code field image : [3, 32, 32]}. No file is opened for
 * them, so a network is laid out, and checked, where its data are not at hand.
 */
final class FieldShapes {
    private FieldShapes() {}

    /** The shape of a field of a data set in use; empty where its declaration gives none. */
    static List<Integer> of(Flattened model, Value.Model use, Binding field, Expressions expressions) {
        return of(field, new Parameters(model, use, expressions), expressions);
    }

    /** The shape of a field, its sizes read in a scope of the data set. */
    static List<Integer> of(Binding field, Scope scope, Expressions expressions) {
        if (field.type().isEmpty() || !(field.type().get() instanceof Expr.ListLiteral list)) {
            return List.of();
        }
        List<Integer> shape = new ArrayList<>();
        for (Expr size : list.elements()) {
            int extent = expressions.whole(size, scope, Section.INIT, "the size of a field");
            if (extent < 1) {
                throw expressions.error(
                        Code.WRONG_SHAPE,
                        size.span(),
                        "a field has at least one number along each axis, not " + extent);
            }
            shape.add(extent);
        }
        return shape;
    }

    /** The parameters of a data set, which its sizes may name, and nothing of what it computes. */
    private static final class Parameters implements Scope {
        private final Expressions expressions;
        private final Map<String, Parameter> parameters;

        Parameters(Flattened model, Value.Model use, Expressions expressions) {
            this.expressions = requireNonNull(expressions);
            this.parameters = Parameter.bind(model, use, this, Set.of("limit"), expressions);
        }

        @Override
        public Optional<Value> find(String name, Section section, Span at) {
            return Optional.ofNullable(parameters.get(name)).map(parameter -> parameter.value(expressions, section));
        }

        @Override
        public List<String> names() {
            return List.copyOf(parameters.keySet());
        }

        @Override
        public Optional<Space> axis(String name) {
            return Optional.empty();
        }

        @Override
        public Space drawSpace() {
            return Space.SCALAR;
        }

        @Override
        public String stream() {
            return "shape";
        }
    }
}
