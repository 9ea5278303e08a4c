package org.altdsl.ast.build;

import java.util.List;
import java.util.Optional;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Declaration.Kind;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.ast.Name;
import org.altdsl.grammar.AltLexer;
import org.altdsl.grammar.AltParser.BlockContext;
import org.altdsl.grammar.AltParser.DeclarationContext;
import org.altdsl.grammar.AltParser.EnumerationContext;
import org.altdsl.grammar.AltParser.ExperimentContext;
import org.altdsl.grammar.AltParser.ExpressionContext;
import org.altdsl.grammar.AltParser.FormalsContext;
import org.altdsl.grammar.AltParser.FunctionContext;
import org.altdsl.grammar.AltParser.FunctionDeclarationContext;
import org.altdsl.grammar.AltParser.ModelContext;
import org.altdsl.grammar.AltParser.PostfixContext;
import org.altdsl.grammar.AltParser.TestDeclarationContext;
import org.altdsl.grammar.AltParser.UnitContext;
import org.altdsl.source.Span;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.tree.TerminalNode;

/** Builds the declarations of a file. */
final class DeclarationBuilder {
    private final Positions positions;
    private final ExpressionBuilder expressions;
    private final BindingBuilder bindings;
    private final ItemBuilder items;

    DeclarationBuilder(Positions positions) {
        this.positions = positions;
        this.expressions = new ExpressionBuilder(positions);
        this.bindings = new BindingBuilder(positions, expressions);
        this.items = new ItemBuilder(positions, expressions, bindings, this::function);
    }

    Declaration build(DeclarationContext context) {
        if (context instanceof ModelContext model) {
            return model(model);
        }
        if (context instanceof FunctionContext function) {
            return function(function.functionDeclaration());
        }
        if (context instanceof UnitContext unit) {
            return new Parts(unit, Kind.UNIT, positions.name(unit.name()))
                    .value(unit.expression())
                    .done();
        }
        if (context instanceof EnumerationContext enumeration) {
            List<Name> names = enumeration.name().stream().map(positions::name).toList();
            return new Parts(enumeration, Kind.ENUM, names.get(0))
                    .words(names.subList(1, names.size()))
                    .done();
        }
        if (context instanceof TestDeclarationContext test) {
            return new Parts(test, Kind.TEST, title(test.STRING()))
                    .tested(test.postfix())
                    .body(test.block())
                    .done();
        }
        if (context instanceof ExperimentContext experiment) {
            return new Parts(experiment, Kind.EXPERIMENT, title(experiment.STRING()))
                    .body(experiment.block())
                    .done();
        }
        throw new IllegalStateException("a declaration that no case handles: " + context.getText());
    }

    private Declaration model(ModelContext context) {
        Parts parts = new Parts(context, kind(context), positions.name(context.name())).formals(context.formals());
        if (context.modelBody().postfix() != null) {
            parts.parent(context.modelBody().postfix());
        }
        if (context.modelBody().expression() != null) {
            parts.value(context.modelBody().expression());
        }
        return parts.body(context.modelBody().block()).done();
    }

    private static Kind kind(ModelContext context) {
        return switch (context.kind.getType()) {
            case AltLexer.NEURON -> Kind.NEURON;
            case AltLexer.SYNAPSE -> Kind.SYNAPSE;
            case AltLexer.RULE -> Kind.RULE;
            case AltLexer.OPTIMIZER -> Kind.OPTIMIZER;
            case AltLexer.OBJECTIVE -> Kind.OBJECTIVE;
            case AltLexer.DATASET -> Kind.DATASET;
            case AltLexer.CIRCUIT -> Kind.CIRCUIT;
            default -> throw new IllegalStateException("not a kind of declaration: " + context.kind.getText());
        };
    }

    private Declaration function(FunctionDeclarationContext context) {
        return new Parts(context, Kind.FUNCTION, positions.name(context.name()))
                .formals(context.formals())
                .value(context.expression())
                .done();
    }

    private Name title(TerminalNode text) {
        Span span = positions.span(text.getSymbol());
        return new Name(span, expressions.text(span, text.getText()));
    }

    /** Gathers what one declaration has; everything else stays empty. */
    private final class Parts {
        private final ParserRuleContext context;
        private final Kind kind;
        private final Name name;
        private List<Binding> formals = List.of();
        private Optional<Expr> parent = Optional.empty();
        private Optional<Expr> value = Optional.empty();
        private List<Name> words = List.of();
        private Optional<Expr> tested = Optional.empty();
        private List<Item> body = List.of();

        Parts(ParserRuleContext context, Kind kind, Name name) {
            this.context = context;
            this.kind = kind;
            this.name = name;
        }

        Parts formals(FormalsContext written) {
            if (written != null) {
                formals = written.binding().stream().map(bindings::build).toList();
            }
            return this;
        }

        Parts parent(PostfixContext written) {
            parent = Optional.of(expressions.build(written));
            return this;
        }

        Parts value(ExpressionContext written) {
            value = Optional.of(expressions.build(written));
            return this;
        }

        Parts words(List<Name> written) {
            words = written;
            return this;
        }

        Parts tested(PostfixContext written) {
            tested = Optional.ofNullable(written).map(expressions::build);
            return this;
        }

        Parts body(BlockContext written) {
            if (written != null) {
                body = items.block(written);
            }
            return this;
        }

        Declaration done() {
            return new Declaration(
                    positions.span(context),
                    kind,
                    name,
                    positions.documentation(context),
                    formals,
                    parent,
                    value,
                    words,
                    tested,
                    body);
        }
    }
}
