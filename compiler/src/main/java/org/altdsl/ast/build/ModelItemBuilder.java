package org.altdsl.ast.build;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.ast.Item.AssignmentOperator;
import org.altdsl.ast.Name;
import org.altdsl.diag.Code;
import org.altdsl.diag.Note;
import org.altdsl.grammar.AltLexer;
import org.altdsl.grammar.AltParser.AdaptsContext;
import org.altdsl.grammar.AltParser.AssignmentOperatorContext;
import org.altdsl.grammar.AltParser.BindingContext;
import org.altdsl.grammar.AltParser.BlockContext;
import org.altdsl.grammar.AltParser.CarryContext;
import org.altdsl.grammar.AltParser.CaseOfContext;
import org.altdsl.grammar.AltParser.CasesContext;
import org.altdsl.grammar.AltParser.ClampContext;
import org.altdsl.grammar.AltParser.CompartmentContext;
import org.altdsl.grammar.AltParser.ConserveContext;
import org.altdsl.grammar.AltParser.ExpressionContext;
import org.altdsl.grammar.AltParser.FeedbackContext;
import org.altdsl.grammar.AltParser.FunctionDeclarationContext;
import org.altdsl.grammar.AltParser.GrowContext;
import org.altdsl.grammar.AltParser.HandlerContext;
import org.altdsl.grammar.AltParser.HoldContext;
import org.altdsl.grammar.AltParser.IfStatementContext;
import org.altdsl.grammar.AltParser.InjectContext;
import org.altdsl.grammar.AltParser.InputContext;
import org.altdsl.grammar.AltParser.ItemContext;
import org.altdsl.grammar.AltParser.KeepContext;
import org.altdsl.grammar.AltParser.KeywordStatementContext;
import org.altdsl.grammar.AltParser.LetsContext;
import org.altdsl.grammar.AltParser.LocatedContext;
import org.altdsl.grammar.AltParser.MatchBranchContext;
import org.altdsl.grammar.AltParser.MatchStatementContext;
import org.altdsl.grammar.AltParser.MethodContext;
import org.altdsl.grammar.AltParser.ModulatorsContext;
import org.altdsl.grammar.AltParser.NameContext;
import org.altdsl.grammar.AltParser.NoiseContext;
import org.altdsl.grammar.AltParser.OutputContext;
import org.altdsl.grammar.AltParser.ParametersContext;
import org.altdsl.grammar.AltParser.PlaceContext;
import org.altdsl.grammar.AltParser.PlacedEquationContext;
import org.altdsl.grammar.AltParser.PostfixContext;
import org.altdsl.grammar.AltParser.PruneContext;
import org.altdsl.grammar.AltParser.ReadsContext;
import org.altdsl.grammar.AltParser.RedirectContext;
import org.altdsl.grammar.AltParser.RefractoryContext;
import org.altdsl.grammar.AltParser.RelaxationContext;
import org.altdsl.grammar.AltParser.ReportContext;
import org.altdsl.grammar.AltParser.SignFixedContext;
import org.altdsl.grammar.AltParser.SpikeContext;
import org.altdsl.grammar.AltParser.StatesContext;
import org.altdsl.grammar.AltParser.StimulateContext;
import org.altdsl.grammar.AltParser.SurrogateContext;
import org.altdsl.grammar.AltParser.TriggerContext;
import org.altdsl.grammar.AltParser.WeightContext;
import org.altdsl.grammar.AltParserBaseVisitor;
import org.altdsl.source.Span;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.tree.RuleNode;

/**
 * Builds the items of models: neurons, synapses, rules, optimizers, objectives. What the items of experiments and tests
 * need as well is here too.
 */
abstract class ModelItemBuilder extends AltParserBaseVisitor<Item> {
    /** How long a chain of {@code else if} may be, since each is nested in the one before. */
    private static final int CHAIN_LIMIT = 100;

    final Positions positions;
    final ExpressionBuilder expressions;
    final BindingBuilder bindings;
    private final Function<FunctionDeclarationContext, Declaration> functions;
    private int chained;

    ModelItemBuilder(
            Positions positions,
            ExpressionBuilder expressions,
            BindingBuilder bindings,
            Function<FunctionDeclarationContext, Declaration> functions) {
        this.positions = positions;
        this.expressions = expressions;
        this.bindings = bindings;
        this.functions = functions;
    }

    @Override
    public Item visitItem(ItemContext context) {
        return context.keywordStatement() != null
                ? visit(context.keywordStatement())
                : visit(context.simpleStatement());
    }

    @Override
    public Item visitKeywordStatement(KeywordStatementContext context) {
        return visit(context.getChild(0));
    }

    /** Reached only by a rule of the grammar that no method here handles. */
    @Override
    public Item visitChildren(RuleNode node) {
        throw new IllegalStateException(node.getClass().getSimpleName() + " that no case handles: " + node.getText());
    }

    /** The items of a block; none where it was left out. */
    List<Item> block(BlockContext context) {
        return context == null
                ? List.of()
                : context.item().stream().map(this::visit).toList();
    }

    Span span(ParserRuleContext context) {
        return positions.span(context);
    }

    Optional<Name> name(NameContext context) {
        return Optional.ofNullable(context).map(positions::name);
    }

    Optional<Name> place(PlaceContext context) {
        return Optional.ofNullable(context).map(place -> new Name(span(place), place.getText()));
    }

    Optional<Expr> expression(ExpressionContext context) {
        return Optional.ofNullable(context).map(expressions::build);
    }

    List<Expr> postfixes(List<PostfixContext> contexts) {
        return contexts.stream().map(expressions::build).toList();
    }

    List<Binding> bindings(List<BindingContext> contexts) {
        return contexts.stream().map(bindings::build).toList();
    }

    static Expr.Call call(Span span, Expr function, List<Expr> arguments) {
        List<Expr.Argument> positional = arguments.stream()
                .map(argument -> new Expr.Argument(argument.span(), Optional.empty(), false, argument))
                .toList();
        return new Expr.Call(
                span, function, positional, List.of(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    static AssignmentOperator operator(AssignmentOperatorContext context) {
        int type = context.getStart().getType();
        return switch (type) {
            case AltLexer.EQUAL -> AssignmentOperator.SET;
            case AltLexer.PLUS_EQUAL -> AssignmentOperator.ADD;
            case AltLexer.MINUS_EQUAL -> AssignmentOperator.SUBTRACT;
            case AltLexer.STAR_EQUAL -> AssignmentOperator.MULTIPLY;
            case AltLexer.SLASH_EQUAL -> AssignmentOperator.DIVIDE;
            default -> throw new IllegalStateException("not an assignment: " + context.getText());
        };
    }

    @Override
    public Item visitParameters(ParametersContext context) {
        return new Item.Parameters(span(context), bindings(context.binding()));
    }

    @Override
    public Item visitStates(StatesContext context) {
        return new Item.States(
                span(context), context.SHARED() != null, place(context.place()), bindings(context.binding()));
    }

    @Override
    public Item visitPlacedEquation(PlacedEquationContext context) {
        Expr target = expressions.build(context.quantity());
        if (!(target instanceof Expr.Prime)) {
            positions.error(
                    Code.SYNTAX,
                    target.span(),
                    "expected an equation after '" + context.place().getText() + "'",
                    Note.of("write " + context.place().getText() + " x' = ... for an equation, or state "
                            + context.place().getText() + " x = ... for memory"));
        }
        return new Item.Equation(
                span(context),
                place(context.place()),
                false,
                target,
                operator(context.assignmentOperator()),
                expressions.build(context.expression()));
    }

    @Override
    public Item visitRelaxation(RelaxationContext context) {
        Expr target = expressions.build(context.quantity());
        if (!(target instanceof Expr.Prime)) {
            positions.error(
                    Code.SYNTAX, target.span(), "expected an equation after 'relax'", Note.of("write relax u' = ..."));
        }
        return new Item.Equation(
                span(context),
                Optional.empty(),
                true,
                target,
                operator(context.assignmentOperator()),
                expressions.build(context.expression()));
    }

    @Override
    public Item visitLets(LetsContext context) {
        return new Item.Lets(
                span(context),
                context.definition().stream().map(bindings::build).toList());
    }

    @Override
    public Item visitCases(CasesContext context) {
        return new Item.Cases(
                span(context),
                context.SIGNAL() != null,
                positions.name(context.name()),
                context.caseOf().stream().map(this::caseOf).toList());
    }

    private Item.Case caseOf(CaseOfContext context) {
        return new Item.Case(span(context), name(context.name()), expressions.build(context.expression()));
    }

    @Override
    public Item visitLocated(LocatedContext context) {
        Item item = context.keywordStatement() != null
                ? visit(context.keywordStatement())
                : visit(context.simpleStatement());
        return new Item.Located(span(context), name(context.name()), item);
    }

    @Override
    public Item visitWeight(WeightContext context) {
        return new Item.Weight(
                span(context),
                learnableKind(context.kind.getType()),
                bindings.build(context.binding()),
                Optional.ofNullable(context.list()).map(expressions::build),
                context.LOG() != null);
    }

    private static Item.LearnableKind learnableKind(int word) {
        return switch (word) {
            case AltLexer.WEIGHT -> Item.LearnableKind.WEIGHT;
            case AltLexer.BIAS -> Item.LearnableKind.BIAS;
            case AltLexer.LEARNABLE -> Item.LearnableKind.LEARNABLE;
            default -> throw new IllegalStateException("not a kind of learnable: " + word);
        };
    }

    @Override
    public Item visitInput(InputContext context) {
        return new Item.Input(
                span(context),
                positions.name(context.name()),
                Optional.ofNullable(context.type()).map(expressions::build));
    }

    @Override
    public Item visitOutput(OutputContext context) {
        return new Item.Output(
                span(context), positions.name(context.name()),
                Optional.ofNullable(context.type()).map(expressions::build), expressions.build(context.expression()));
    }

    @Override
    public Item visitCompartment(CompartmentContext context) {
        return new Item.Compartment(span(context), positions.name(context.name()), block(context.block()));
    }

    @Override
    public Item visitSpike(SpikeContext context) {
        Optional<List<Item>> otherwise =
                context.ELSE() == null ? Optional.empty() : Optional.of(block(context.block(1)));
        return new Item.Spike(
                span(context),
                Optional.ofNullable(context.name()).map(positions::name),
                context.PROBABILITY() != null,
                expressions.build(context.expression()),
                block(context.block(0)),
                otherwise);
    }

    @Override
    public Item visitSurrogate(SurrogateContext context) {
        return new Item.Surrogate(span(context), expressions.build(context.postfix()));
    }

    @Override
    public Item visitMethod(MethodContext context) {
        return new Item.Method(span(context), positions.name(context.name()));
    }

    @Override
    public Item visitHold(HoldContext context) {
        return new Item.Hold(
                span(context),
                context.name().stream().map(positions::name).toList(),
                expressions.build(context.expression()));
    }

    @Override
    public Item visitRefractory(RefractoryContext context) {
        return new Item.Refractory(span(context), expressions.build(context.expression()));
    }

    @Override
    public Item visitHandler(HandlerContext context) {
        TriggerContext trigger = context.trigger();
        Optional<Expr> after = expression(trigger.expression());
        boolean every = trigger.EVERY() != null;
        return new Item.Handler(
                span(context),
                context.OVERRIDE() != null,
                trigger(trigger),
                every ? after : Optional.of(expressions.build(trigger.postfix())),
                every ? Optional.empty() : after,
                name(context.name()),
                block(context.block()));
    }

    private static Item.Trigger trigger(TriggerContext context) {
        int word = context.getStart().getType();
        return switch (word) {
            case AltLexer.ON -> Item.Trigger.ON;
            case AltLexer.AFTER -> Item.Trigger.AFTER;
            case AltLexer.BEFORE -> Item.Trigger.BEFORE;
            case AltLexer.EACH -> Item.Trigger.EACH;
            case AltLexer.EVERY -> Item.Trigger.EVERY;
            default -> throw new IllegalStateException("not a trigger: " + context.getText());
        };
    }

    @Override
    public Item visitFeedback(FeedbackContext context) {
        return new Item.Feedback(
                span(context),
                positions.name(context.name()),
                context.OUTPUT() != null,
                expressions.build(context.expression(0)),
                context.TILDE() != null,
                expression(context.expression(1)));
    }

    @Override
    public Item visitNoise(NoiseContext context) {
        return new Item.Noise(
                span(context),
                context.SHARED() != null,
                place(context.place()),
                expressions.build(context.quantity()),
                expressions.build(context.expression()));
    }

    @Override
    public Item visitInject(InjectContext context) {
        return new Item.Inject(
                span(context), false, expressions.build(context.quantity()), expressions.build(context.expression()));
    }

    @Override
    public Item visitStimulate(StimulateContext context) {
        Expr target = expressions.build(context.postfix());
        Expr amount = expressions.build(context.expression());
        return context.block() == null
                ? new Item.Inject(span(context), true, target, amount)
                : new Item.Step(
                        span(context),
                        Item.StepKind.STIMULATE,
                        List.of(target, amount),
                        Optional.empty(),
                        Optional.empty(),
                        block(context.block()));
    }

    @Override
    public Item visitModulators(ModulatorsContext context) {
        return new Item.Modulators(span(context), bindings(context.binding()));
    }

    @Override
    public Item visitAdapts(AdaptsContext context) {
        return new Item.Adapts(span(context), postfixes(context.postfix()));
    }

    @Override
    public Item visitReads(ReadsContext context) {
        return new Item.Reads(span(context), postfixes(context.postfix()));
    }

    @Override
    public Item visitClamp(ClampContext context) {
        return new Item.Clamp(
                span(context), expressions.build(context.quantity()), expressions.build(context.expression()));
    }

    @Override
    public Item visitRedirect(RedirectContext context) {
        return new Item.Redirect(span(context), positions.name(context.name(0)), positions.name(context.name(1)));
    }

    @Override
    public Item visitKeep(KeepContext context) {
        return new Item.Keep(
                span(context),
                expressions.build(context.quantity()),
                expressions.build(context.expression(0)),
                expressions.build(context.expression(1)),
                context.SOFT() != null);
    }

    @Override
    public Item visitConserve(ConserveContext context) {
        Expr stated = expressions.build(context.expression(0));
        Optional<Expr> tolerance = expression(context.expression(1));
        if (stated instanceof Expr.Binary equation && equation.operator() == Expr.BinaryOperator.EQUAL) {
            return new Item.Conserve(span(context), equation.left(), Optional.of(equation.right()), tolerance);
        }
        return new Item.Conserve(span(context), stated, Optional.empty(), tolerance);
    }

    @Override
    public Item visitPrune(PruneContext context) {
        return new Item.Prune(span(context), expressions.build(context.expression()));
    }

    @Override
    public Item visitGrow(GrowContext context) {
        return new Item.Grow(
                span(context),
                Optional.ofNullable(context.count).map(expressions::build),
                expressions.build(context.condition),
                block(context.block()));
    }

    @Override
    public Item visitReport(ReportContext context) {
        return new Item.Report(span(context), positions.name(context.name()), expressions.build(context.expression()));
    }

    @Override
    public Item visitIfStatement(IfStatementContext context) {
        chained++;
        if (chained == CHAIN_LIMIT + 1) {
            positions.error(
                    Code.TOO_DEEP,
                    positions.span(context.getStart()),
                    "more than " + CHAIN_LIMIT + " conditions follow one another here",
                    Note.of("choose with 'match' instead"));
        }
        List<Item> otherwise =
                context.ifStatement() != null ? List.of(visit(context.ifStatement())) : block(context.block(1));
        chained--;
        return new Item.If(span(context), expressions.build(context.expression()), block(context.block(0)), otherwise);
    }

    @Override
    public Item visitMatchStatement(MatchStatementContext context) {
        return new Item.MatchItem(
                span(context),
                expressions.build(context.expression()),
                context.matchBranch().stream().map(this::branch).toList());
    }

    private Item.MatchBranch branch(MatchBranchContext context) {
        return new Item.MatchBranch(span(context), expressions.pattern(context.pattern()), block(context.block()));
    }

    @Override
    public Item visitFunctionDeclaration(FunctionDeclarationContext context) {
        return new Item.Local(span(context), functions.apply(context));
    }

    @Override
    public Item visitSignFixed(SignFixedContext context) {
        return new Item.SignFixed(span(context));
    }

    @Override
    public Item visitCarry(CarryContext context) {
        Span word = positions.span(context.CARRY().getSymbol());
        return new Item.Use(
                span(context),
                call(span(context), new Expr.Reference(word, context.CARRY().getText()), postfixes(context.postfix())));
    }
}
