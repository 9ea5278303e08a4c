package org.altdsl.ast.build;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Expr.BinaryOperator;
import org.altdsl.ast.Name;
import org.altdsl.diag.Code;
import org.altdsl.diag.Note;
import org.altdsl.grammar.AltLexer;
import org.altdsl.grammar.AltParser.AdditiveContext;
import org.altdsl.grammar.AltParser.ArgumentContext;
import org.altdsl.grammar.AltParser.AxisContext;
import org.altdsl.grammar.AltParser.CallContext;
import org.altdsl.grammar.AltParser.ChooseContext;
import org.altdsl.grammar.AltParser.ComparisonContext;
import org.altdsl.grammar.AltParser.ConjunctionContext;
import org.altdsl.grammar.AltParser.DisjunctionContext;
import org.altdsl.grammar.AltParser.DrawnArgumentContext;
import org.altdsl.grammar.AltParser.EdgeContext;
import org.altdsl.grammar.AltParser.ElementContext;
import org.altdsl.grammar.AltParser.ExpressionContext;
import org.altdsl.grammar.AltParser.IndexContext;
import org.altdsl.grammar.AltParser.ListContext;
import org.altdsl.grammar.AltParser.ListElementContext;
import org.altdsl.grammar.AltParser.MatchCaseContext;
import org.altdsl.grammar.AltParser.MatchExpressionContext;
import org.altdsl.grammar.AltParser.MemberContext;
import org.altdsl.grammar.AltParser.MultiplicativeContext;
import org.altdsl.grammar.AltParser.NameContext;
import org.altdsl.grammar.AltParser.NamedArgumentContext;
import org.altdsl.grammar.AltParser.NegationContext;
import org.altdsl.grammar.AltParser.NumberContext;
import org.altdsl.grammar.AltParser.OperandContext;
import org.altdsl.grammar.AltParser.OperationContext;
import org.altdsl.grammar.AltParser.PatternContext;
import org.altdsl.grammar.AltParser.PlainAxisContext;
import org.altdsl.grammar.AltParser.PositionalArgumentContext;
import org.altdsl.grammar.AltParser.PostfixContext;
import org.altdsl.grammar.AltParser.PowerContext;
import org.altdsl.grammar.AltParser.PrimeContext;
import org.altdsl.grammar.AltParser.QuantityContext;
import org.altdsl.grammar.AltParser.SpanContext;
import org.altdsl.grammar.AltParser.TableElementContext;
import org.altdsl.grammar.AltParser.TrailerContext;
import org.altdsl.grammar.AltParser.TypeContext;
import org.altdsl.grammar.AltParser.UnaryContext;
import org.altdsl.source.Span;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.tree.ParseTree;
import org.antlr.v4.runtime.tree.TerminalNode;

/** Builds expressions; chains of one operator are read in a loop, so their length costs no stack. */
final class ExpressionBuilder {
    private static final Set<String> AXIS_WORDS = Set.of("axis", "dim");

    private final Positions positions;
    private int open;

    ExpressionBuilder(Positions positions) {
        this.positions = positions;
    }

    Expr build(ExpressionContext context) {
        return bounded(() -> expression(context));
    }

    Expr build(PostfixContext context) {
        return bounded(() -> postfix(context));
    }

    Expr build(TypeContext context) {
        return bounded(() -> multiplicative(context.multiplicative()));
    }

    Expr build(SpanContext context) {
        return bounded(() -> span(context));
    }

    Expr build(AxisContext context) {
        return bounded(() -> axis(context));
    }

    Expr build(ListContext context) {
        return bounded(() -> list(context));
    }

    Expr build(QuantityContext context) {
        return bounded(() -> quantity(context));
    }

    Expr pattern(PatternContext context) {
        if (context.number() != null) {
            Expr number = number(context.number());
            return context.MINUS() == null
                    ? number
                    : new Expr.Unary(positions.span(context), Expr.UnaryOperator.MINUS, number);
        }
        return context.name() != null ? positions.reference(context.name()) : textLiteral(context.STRING());
    }

    /** The contents of a text, its escapes resolved. */
    String text(Span span, String quoted) {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i < quoted.length() - 1; i++) {
            char c = quoted.charAt(i);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            i++;
            switch (quoted.charAt(i)) {
                case 'n' -> text.append('\n');
                case 't' -> text.append('\t');
                case '"', '\\' -> text.append(quoted.charAt(i));
                default ->
                    positions.error(
                            Code.SYNTAX,
                            new Span(span.file(), span.start() + i - 1, span.start() + i + 1),
                            "unknown escape '\\" + quoted.charAt(i) + "' in a text",
                            Note.of("the escapes are \\\", \\\\, \\n and \\t"));
            }
        }
        return text.toString();
    }

    private Expr bounded(Supplier<Expr> building) {
        open++;
        Expr built = building.get();
        open--;
        if (open == 0 && ExpressionDepth.exceeds(built, ExpressionDepth.LIMIT)) {
            positions.error(
                    Code.TOO_LARGE,
                    built.span(),
                    "this expression is too large: its operations reach " + ExpressionDepth.LIMIT + " levels deep",
                    Note.of("give parts of it names with 'let', or write a long sum as sum(... over ...)"));
        }
        return built;
    }

    private Expr expression(ExpressionContext context) {
        if (context instanceof OperationContext operation) {
            return disjunction(operation.disjunction());
        }
        if (context instanceof ChooseContext choose) {
            return new Expr.Choose(
                    positions.span(context),
                    expression(choose.expression(0)),
                    expression(choose.expression(1)),
                    expression(choose.expression(2)));
        }
        if (context instanceof MatchExpressionContext match) {
            return new Expr.Match(
                    positions.span(context),
                    expression(match.expression()),
                    match.matchCase().stream().map(this::matchCase).toList());
        }
        throw unhandled(context);
    }

    private Expr.MatchCase matchCase(MatchCaseContext context) {
        return new Expr.MatchCase(
                positions.span(context), pattern(context.pattern()), expression(context.expression()));
    }

    private Expr disjunction(DisjunctionContext context) {
        List<ConjunctionContext> parts = context.conjunction();
        Expr left = conjunction(parts.get(0));
        for (int i = 1; i < parts.size(); i++) {
            left = binary(context, parts.get(i), BinaryOperator.OR, left, conjunction(parts.get(i)));
        }
        return left;
    }

    private Expr conjunction(ConjunctionContext context) {
        List<NegationContext> parts = context.negation();
        Expr left = negation(parts.get(0));
        for (int i = 1; i < parts.size(); i++) {
            left = binary(context, parts.get(i), BinaryOperator.AND, left, negation(parts.get(i)));
        }
        return left;
    }

    private Expr negation(NegationContext context) {
        if (context.comparison() != null) {
            return comparison(context.comparison());
        }
        return new Expr.Unary(positions.span(context), Expr.UnaryOperator.NOT, negation(context.negation()));
    }

    private Expr comparison(ComparisonContext context) {
        List<AdditiveContext> parts = context.additive();
        Expr left = additive(parts.get(0));
        if (parts.size() == 1) {
            return left;
        }
        return binary(context, parts.get(1), operator(context.getChild(1)), left, additive(parts.get(1)));
    }

    private Expr additive(AdditiveContext context) {
        List<MultiplicativeContext> parts = context.multiplicative();
        Expr left = multiplicative(parts.get(0));
        for (int i = 1; i < parts.size(); i++) {
            Expr right = multiplicative(parts.get(i));
            left = binary(context, parts.get(i), operator(context.getChild(2 * i - 1)), left, right);
        }
        return left;
    }

    private Expr multiplicative(MultiplicativeContext context) {
        List<UnaryContext> parts = context.unary();
        Expr left = unary(parts.get(0));
        for (int i = 1; i < parts.size(); i++) {
            left = binary(context, parts.get(i), operator(context.getChild(2 * i - 1)), left, unary(parts.get(i)));
        }
        return left;
    }

    /** The span runs from the first operand of the chain to this one, parentheses included. */
    private Expr binary(
            ParserRuleContext chain, ParserRuleContext last, BinaryOperator operator, Expr left, Expr right) {
        Span span = positions.span(chain.getStart()).to(positions.span(last));
        return new Expr.Binary(span, operator, left, right);
    }

    private static BinaryOperator operator(ParseTree node) {
        int type = ((TerminalNode) node).getSymbol().getType();
        return switch (type) {
            case AltLexer.EQUAL_EQUAL -> BinaryOperator.EQUAL;
            case AltLexer.BANG_EQUAL -> BinaryOperator.NOT_EQUAL;
            case AltLexer.LESS -> BinaryOperator.LESS;
            case AltLexer.GREATER -> BinaryOperator.GREATER;
            case AltLexer.LESS_EQUAL -> BinaryOperator.LESS_EQUAL;
            case AltLexer.GREATER_EQUAL -> BinaryOperator.GREATER_EQUAL;
            case AltLexer.PLUS -> BinaryOperator.ADD;
            case AltLexer.MINUS -> BinaryOperator.SUBTRACT;
            case AltLexer.STAR -> BinaryOperator.MULTIPLY;
            case AltLexer.SLASH -> BinaryOperator.DIVIDE;
            default -> throw new IllegalStateException("not an operator: " + node.getText());
        };
    }

    private Expr unary(UnaryContext context) {
        if (context.power() != null) {
            return power(context.power());
        }
        return new Expr.Unary(positions.span(context), Expr.UnaryOperator.MINUS, unary(context.unary()));
    }

    private Expr power(PowerContext context) {
        Expr base = operand(context.operand());
        return context.unary() == null
                ? base
                : binary(context, context.unary(), BinaryOperator.POWER, base, unary(context.unary()));
    }

    private Expr operand(OperandContext context) {
        if (context.number() != null) {
            return number(context.number());
        }
        return context.postfix() != null ? postfix(context.postfix()) : textLiteral(context.STRING());
    }

    private Expr.Text textLiteral(TerminalNode node) {
        Span span = positions.span(node.getSymbol());
        return new Expr.Text(span, text(span, node.getText()));
    }

    private Expr.Number number(NumberContext context) {
        String written = context.NUMBER().getText();
        Span span = positions.span(context.NUMBER().getSymbol());
        double value = Double.parseDouble(written);
        if (Double.isInfinite(value)) {
            positions.error(
                    Code.BAD_NUMBER,
                    span,
                    "'" + written + "' is too large for a number",
                    Note.of("the largest is about 1.8e308; infinity is written inf"));
        }
        if (value == 0 && written.split("[eE]")[0].chars().anyMatch(c -> c >= '1' && c <= '9')) {
            positions.error(
                    Code.BAD_NUMBER,
                    span,
                    "'" + written + "' is too small for a number",
                    Note.of("the smallest is about 4.9e-324"));
        }
        Optional<Name> unit =
                Optional.ofNullable(context.unitName()).map(name -> new Name(positions.span(name), name.getText()));
        return new Expr.Number(positions.span(context), value, unit);
    }

    private Expr postfix(PostfixContext context) {
        Expr built = trailed(context, first(context), context.trailer());
        if (context.AT_SIGN() == null) {
            return built;
        }
        List<NameContext> names = context.name();
        int phase = context.parenthesized() == null && context.list() == null ? 1 : 0;
        return new Expr.AtPhase(
                positions.span(context),
                built,
                names.subList(phase, names.size()).stream().map(positions::name).toList());
    }

    private Expr quantity(QuantityContext context) {
        return trailed(context, positions.reference(context.name()), context.trailer());
    }

    private Expr first(PostfixContext context) {
        if (context.parenthesized() != null) {
            return expression(context.parenthesized().expression());
        }
        return context.list() != null ? list(context.list()) : positions.reference(context.name(0));
    }

    private Expr trailed(ParserRuleContext whole, Expr first, List<TrailerContext> trailers) {
        Span start = positions.span(whole.getStart());
        Expr built = first;
        for (TrailerContext trailer : trailers) {
            built = trailed(start.to(positions.span(trailer)), built, trailer);
        }
        return built;
    }

    private Expr trailed(Span span, Expr of, TrailerContext trailer) {
        if (trailer instanceof MemberContext member) {
            return new Expr.Member(span, of, positions.name(member.name()));
        }
        if (trailer instanceof IndexContext index) {
            return new Expr.Index(
                    span, of, index.argument().stream().map(this::argument).toList());
        }
        if (trailer instanceof PrimeContext) {
            return new Expr.Prime(span, of);
        }
        if (trailer instanceof CallContext call) {
            return call(span, of, call);
        }
        throw unhandled(trailer);
    }

    private Expr call(Span span, Expr function, CallContext context) {
        List<Expr.Argument> arguments =
                context.argument().stream().map(this::argument).toList();
        arguments.forEach(this::checkAxisArgument);
        List<Expr> over = context.axis().stream().map(this::axis).toList();
        over.forEach(this::checkAxis);
        // The conditions, in the order of the grammar: where, else, by.
        List<Expr> clauses = new ArrayList<>(
                context.expression().stream().map(this::expression).toList());
        Optional<Expr> where = context.WHERE() == null ? Optional.empty() : Optional.of(clauses.remove(0));
        Optional<Expr> otherwise = context.ELSE() == null ? Optional.empty() : Optional.of(clauses.remove(0));
        Optional<Expr> by = context.BY() == null ? Optional.empty() : Optional.of(clauses.remove(0));
        return new Expr.Call(span, function, arguments, over, where, otherwise, by);
    }

    private void checkAxis(Expr axis) {
        if (axis instanceof Expr.Number number && number.unit().isEmpty()) {
            positions.error(
                    Code.SYNTAX,
                    axis.span(),
                    "an axis has a name, not a number",
                    Note.of("write for example sum(x over pre)"));
        }
    }

    private void checkAxisArgument(Expr.Argument argument) {
        boolean named =
                argument.name().map(Name::text).filter(AXIS_WORDS::contains).isPresent();
        if (named && argument.value() instanceof Expr.Number) {
            positions.error(
                    Code.SYNTAX,
                    argument.span(),
                    "an axis has a name, not a number",
                    Note.of("write for example sum(x over pre)"));
        }
    }

    private Expr.Argument argument(ArgumentContext context) {
        Span span = positions.span(context);
        if (context instanceof PositionalArgumentContext positional) {
            return new Expr.Argument(span, Optional.empty(), false, span(positional.span()));
        }
        if (context instanceof NamedArgumentContext named) {
            return new Expr.Argument(span, Optional.of(name(named.argumentName())), false, span(named.span()));
        }
        if (context instanceof DrawnArgumentContext drawn) {
            return new Expr.Argument(
                    span, Optional.of(name(drawn.argumentName())), true, expression(drawn.expression()));
        }
        throw unhandled(context);
    }

    private Name name(ParserRuleContext context) {
        return new Name(positions.span(context), context.getText());
    }

    private Expr axis(AxisContext context) {
        if (context instanceof PlainAxisContext plain) {
            return expression(plain.expression());
        }
        if (context instanceof EdgeContext edge) {
            Expr length = edge.number() != null ? number(edge.number()) : quantity(edge.quantity());
            Expr.Reference word = new Expr.Reference(
                    positions.span(edge.getStart()), edge.getStart().getText());
            Expr.Argument argument = new Expr.Argument(length.span(), Optional.empty(), false, length);
            return new Expr.Call(
                    positions.span(context),
                    word,
                    List.of(argument),
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }
        throw unhandled(context);
    }

    private Expr span(SpanContext context) {
        Expr first = expression(context.expression(0));
        return context.RANGE() == null
                ? first
                : new Expr.Range(positions.span(context), first, expression(context.expression(1)));
    }

    private Expr list(ListContext context) {
        Span span = positions.span(context);
        List<ElementContext> elements = context.element();
        boolean table = elements.stream().anyMatch(TableElementContext.class::isInstance);
        if (!table) {
            return new Expr.ListLiteral(
                    span,
                    elements.stream()
                            .map(element -> span(plain(element).span()))
                            .toList());
        }
        List<Expr.TableEntry> entries = new ArrayList<>();
        for (ElementContext element : elements) {
            if (element instanceof TableElementContext entry) {
                entries.add(new Expr.TableEntry(
                        positions.span(entry),
                        entry.name().stream().map(positions::name).toList(),
                        span(entry.span())));
            } else {
                positions.error(
                        Code.SYNTAX,
                        positions.span(element),
                        "a table has a key before every value",
                        Note.of("write for example [E: 0.5, I: 2]"));
            }
        }
        return new Expr.TableLiteral(span, entries);
    }

    private static ListElementContext plain(ElementContext context) {
        if (context instanceof ListElementContext element) {
            return element;
        }
        throw unhandled(context);
    }

    private static IllegalStateException unhandled(ParserRuleContext context) {
        return new IllegalStateException(
                context.getClass().getSimpleName() + " that no case handles: " + context.getText());
    }
}
