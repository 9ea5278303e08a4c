package org.altdsl.ast.build;

import java.util.List;
import java.util.Optional;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Expr;
import org.altdsl.grammar.AltParser.AxesContext;
import org.altdsl.grammar.AltParser.AxisSizeContext;
import org.altdsl.grammar.AltParser.BindingContext;
import org.altdsl.grammar.AltParser.DefinitionContext;
import org.altdsl.grammar.AltParser.ExpressionContext;
import org.altdsl.grammar.AltParser.NameContext;
import org.altdsl.grammar.AltParser.TypeContext;
import org.altdsl.source.Span;

/** Builds the names that declarations and definitions introduce. */
final class BindingBuilder {
    private final Positions positions;
    private final ExpressionBuilder expressions;

    BindingBuilder(Positions positions, ExpressionBuilder expressions) {
        this.positions = positions;
        this.expressions = expressions;
    }

    Binding build(BindingContext context) {
        return binding(
                positions.span(context),
                context.name(),
                context.axes(),
                context.type(),
                context.expression(),
                context.TILDE() != null);
    }

    Binding build(DefinitionContext context) {
        return binding(
                positions.span(context),
                context.name(),
                context.axes(),
                context.type(),
                context.expression(),
                context.TILDE() != null);
    }

    private Binding binding(
            Span span, NameContext name, AxesContext axes, TypeContext type, ExpressionContext value, boolean drawn) {
        return new Binding(
                span,
                positions.name(name),
                axes == null
                        ? List.of()
                        : axes.axisSize().stream().map(this::axis).toList(),
                Optional.ofNullable(type).map(expressions::build),
                Optional.ofNullable(value).map(expressions::build),
                drawn);
    }

    private Expr.Argument axis(AxisSizeContext context) {
        Span span = positions.span(context);
        if (context.expression() == null) {
            return new Expr.Argument(span, Optional.empty(), false, positions.reference(context.name()));
        }
        return new Expr.Argument(
                span, Optional.of(positions.name(context.name())), false, expressions.build(context.expression()));
    }
}
