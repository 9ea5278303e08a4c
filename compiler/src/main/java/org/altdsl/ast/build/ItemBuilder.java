package org.altdsl.ast.build;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.ast.Item.Action;
import org.altdsl.ast.Item.AssignmentOperator;
import org.altdsl.ast.Item.GivenKind;
import org.altdsl.ast.Item.StepKind;
import org.altdsl.ast.Name;
import org.altdsl.diag.Code;
import org.altdsl.diag.Note;
import org.altdsl.grammar.AltParser.AlternativeContext;
import org.altdsl.grammar.AltParser.AugmentationContext;
import org.altdsl.grammar.AltParser.BlockContext;
import org.altdsl.grammar.AltParser.ChangeContext;
import org.altdsl.grammar.AltParser.CheckpointContext;
import org.altdsl.grammar.AltParser.ClauseContext;
import org.altdsl.grammar.AltParser.CollectContext;
import org.altdsl.grammar.AltParser.CompareContext;
import org.altdsl.grammar.AltParser.ConnectionContext;
import org.altdsl.grammar.AltParser.DataContext;
import org.altdsl.grammar.AltParser.EvaluateContext;
import org.altdsl.grammar.AltParser.ExpectContext;
import org.altdsl.grammar.AltParser.ExportContext;
import org.altdsl.grammar.AltParser.ExpressionContext;
import org.altdsl.grammar.AltParser.ExpressionsContext;
import org.altdsl.grammar.AltParser.FieldContext;
import org.altdsl.grammar.AltParser.ForEachContext;
import org.altdsl.grammar.AltParser.ForRowContext;
import org.altdsl.grammar.AltParser.FreezeContext;
import org.altdsl.grammar.AltParser.FunctionDeclarationContext;
import org.altdsl.grammar.AltParser.GivenContext;
import org.altdsl.grammar.AltParser.GivenValueContext;
import org.altdsl.grammar.AltParser.LearnContext;
import org.altdsl.grammar.AltParser.LogContext;
import org.altdsl.grammar.AltParser.LossContext;
import org.altdsl.grammar.AltParser.MeasureContext;
import org.altdsl.grammar.AltParser.NetworkContext;
import org.altdsl.grammar.AltParser.OptimizeContext;
import org.altdsl.grammar.AltParser.PartContext;
import org.altdsl.grammar.AltParser.PhaseContext;
import org.altdsl.grammar.AltParser.PlotContext;
import org.altdsl.grammar.AltParser.PresentContext;
import org.altdsl.grammar.AltParser.ProjectionTailContext;
import org.altdsl.grammar.AltParser.ProtocolContext;
import org.altdsl.grammar.AltParser.RecordContext;
import org.altdsl.grammar.AltParser.RepeatContext;
import org.altdsl.grammar.AltParser.ResetContext;
import org.altdsl.grammar.AltParser.RestContext;
import org.altdsl.grammar.AltParser.RunContext;
import org.altdsl.grammar.AltParser.ScheduleContext;
import org.altdsl.grammar.AltParser.SectionContext;
import org.altdsl.grammar.AltParser.SeedsContext;
import org.altdsl.grammar.AltParser.SettingContext;
import org.altdsl.grammar.AltParser.SimpleStatementContext;
import org.altdsl.grammar.AltParser.SplitContext;
import org.altdsl.grammar.AltParser.SweepContext;
import org.altdsl.grammar.AltParser.TrainContext;
import org.altdsl.grammar.AltParser.TrialContext;
import org.altdsl.source.Span;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.tree.TerminalNode;

/** Builds the items of bodies and blocks: those of models, and those of experiments, data sets and tests. */
final class ItemBuilder extends ModelItemBuilder {
    /** How many protocols are open: inside one, {@code phase} names a stretch of time. */
    private int protocols;

    ItemBuilder(
            Positions positions,
            ExpressionBuilder expressions,
            BindingBuilder bindings,
            Function<FunctionDeclarationContext, Declaration> functions) {
        super(positions, expressions, bindings, functions);
    }

    @Override
    public Item visitLoss(LossContext context) {
        return new Item.Loss(span(context), expressions.build(context.expression()));
    }

    @Override
    public Item visitOptimize(OptimizeContext context) {
        return new Item.Optimize(span(context), postfixes(context.postfix()), expression(context.expression()));
    }

    @Override
    public Item visitData(DataContext context) {
        return new Item.Data(
                span(context),
                expressions.build(context.postfix()),
                expression(context.expression()),
                Optional.ofNullable(context.augmentation()).map(this::augmentation));
    }

    private Item.Augmentation augmentation(AugmentationContext context) {
        return new Item.Augmentation(
                span(context),
                positions.name(context.name()),
                context.change().stream().map(this::change).toList());
    }

    private Item.Change change(ChangeContext context) {
        return new Item.Change(span(context), positions.name(context.name()), expression(context.expression()));
    }

    @Override
    public Item visitNetwork(NetworkContext context) {
        return new Item.Network(
                span(context),
                name(context.name()),
                Optional.ofNullable(context.postfix()).map(expressions::build),
                context.FROZEN() != null,
                block(context.block()));
    }

    @Override
    public Item visitLearn(LearnContext context) {
        return new Item.Learn(
                span(context),
                expressions.build(context.postfix(0)),
                expressions.build(context.postfix(1)),
                name(context.name()));
    }

    @Override
    public Item visitSchedule(ScheduleContext context) {
        return new Item.Schedule(
                span(context), positions.name(context.name()), expressions.build(context.expression()));
    }

    @Override
    public Item visitCompare(CompareContext context) {
        return new Item.Compare(
                span(context),
                positions.name(context.name()),
                context.alternative().stream().map(this::alternative).toList());
    }

    private Item.Alternative alternative(AlternativeContext context) {
        List<Expr.Argument> settings = context.setting().stream()
                .map(setting -> new Expr.Argument(
                        span(setting), name(setting.name()), false, expressions.build(setting.expression())))
                .toList();
        return new Item.Alternative(span(context), expressions.build(context.expression()), settings);
    }

    @Override
    public Item visitSweep(SweepContext context) {
        return new Item.Sweep(span(context), positions.name(context.name()), expressions.build(context.expression()));
    }

    @Override
    public Item visitTrain(TrainContext context) {
        return new Item.Train(span(context), expressions.build(context.expression()));
    }

    @Override
    public Item visitSeeds(SeedsContext context) {
        return new Item.Seeds(
                span(context), context.span().stream().map(expressions::build).toList());
    }

    @Override
    public Item visitMeasure(MeasureContext context) {
        return measure(context, Action.MEASURE, context.expressions(), context.clause());
    }

    @Override
    public Item visitRecord(RecordContext context) {
        return measure(context, Action.RECORD, context.expressions(), context.clause());
    }

    @Override
    public Item visitCheckpoint(CheckpointContext context) {
        return measure(context, Action.CHECKPOINT, null, context.clause());
    }

    @Override
    public Item visitLog(LogContext context) {
        return measure(context, Action.LOG, null, context.clause());
    }

    @Override
    public Item visitPlot(PlotContext context) {
        return measure(context, Action.PLOT, context.expressions(), context.clause());
    }

    @Override
    public Item visitExport(ExportContext context) {
        return measure(context, Action.EXPORT, context.expressions(), context.clause());
    }

    private Item measure(
            ParserRuleContext context, Action action, ExpressionsContext what, List<ClauseContext> clauses) {
        return new Item.Measure(
                span(context),
                action,
                what == null
                        ? List.of()
                        : what.expression().stream().map(expressions::build).toList(),
                clauses.stream().map(this::clause).toList());
    }

    private Item.Clause clause(ClauseContext context) {
        return new Item.Clause(
                span(context),
                new Name(positions.span(context.word), context.word.getText()),
                context.axis().stream().map(expressions::build).toList());
    }

    @Override
    public Item visitPhase(PhaseContext context) {
        List<Item> body = block(context.block());
        if (protocols > 0) {
            return phaseOfProtocol(context, body);
        }
        return new Item.Phase(
                span(context),
                positions.name(context.name(0)),
                expression(context.expression(0)),
                expression(context.expression(1)),
                name(context.name(1)),
                body);
    }

    private Item phaseOfProtocol(PhaseContext context, List<Item> body) {
        if (context.FOR() != null || context.FROM() != null || context.block() == null) {
            positions.error(
                    Code.SYNTAX,
                    span(context),
                    "a phase of a protocol is written: phase name { ... }",
                    Note.of("how long it lasts is said inside: run 10 s"));
        }
        return step(context, StepKind.PHASE, List.of(positions.reference(context.name(0))), body);
    }

    @Override
    public Item visitProtocol(ProtocolContext context) {
        return new Item.Protocol(span(context), Optional.empty(), protocolBlock(context.block()));
    }

    @Override
    public Item visitEvaluate(EvaluateContext context) {
        return new Item.Protocol(span(context), name(context.name()), protocolBlock(context.block()));
    }

    private List<Item> protocolBlock(BlockContext context) {
        protocols++;
        List<Item> body = block(context);
        protocols--;
        return body;
    }

    @Override
    public Item visitRun(RunContext context) {
        // The optional parts share one rule, so the words before them tell which is which.
        Optional<Expr> of = context.OF() == null ? Optional.empty() : expression(context.expression(1));
        Optional<Expr> until = context.UNTIL() == null
                ? Optional.empty()
                : expression(context.expression(context.expression().size() - 1));
        return new Item.Step(
                span(context), StepKind.RUN, List.of(expressions.build(context.expression(0))), of, until, List.of());
    }

    @Override
    public Item visitPresent(PresentContext context) {
        return step(context, StepKind.PRESENT, List.of(expressions.build(context.expression())), List.of());
    }

    @Override
    public Item visitRest(RestContext context) {
        return step(context, StepKind.REST, List.of(expressions.build(context.expression())), List.of());
    }

    @Override
    public Item visitReset(ResetContext context) {
        return step(context, StepKind.RESET, postfixes(context.postfix()), List.of());
    }

    @Override
    public Item visitFreeze(FreezeContext context) {
        return step(context, StepKind.FREEZE, List.of(expressions.build(context.postfix())), block(context.block()));
    }

    @Override
    public Item visitRepeat(RepeatContext context) {
        boolean bounded = context.UNTIL() != null;
        int counts = context.expression().size() - (bounded ? 1 : 0);
        List<Expr> count = context.expression().subList(0, counts).stream()
                .map(expressions::build)
                .toList();
        Optional<Expr> until = bounded ? expression(context.expression(counts)) : Optional.empty();
        return new Item.Step(span(context), StepKind.REPEAT, count, Optional.empty(), until, block(context.block()));
    }

    @Override
    public Item visitForEach(ForEachContext context) {
        return step(context, StepKind.FOR_EACH, List.of(positions.reference(context.name())), block(context.block()));
    }

    @Override
    public Item visitTrial(TrialContext context) {
        return step(context, StepKind.TRIAL, List.of(), block(context.block()));
    }

    @Override
    public Item visitCollect(CollectContext context) {
        return step(
                context,
                StepKind.COLLECT,
                List.of(),
                context.setting().stream().map(this::collected).toList());
    }

    private Item collected(SettingContext context) {
        return new Item.Assign(
                span(context),
                positions.reference(context.name()),
                AssignmentOperator.SET,
                expressions.build(context.expression()));
    }

    private Item.Step step(ParserRuleContext context, StepKind kind, List<Expr> arguments, List<Item> body) {
        return new Item.Step(span(context), kind, arguments, Optional.empty(), Optional.empty(), body);
    }

    @Override
    public Item visitField(FieldContext context) {
        return new Item.Field(span(context), bindings.build(context.definition()));
    }

    @Override
    public Item visitSplit(SplitContext context) {
        return new Item.Split(
                span(context),
                context.GENERATE() != null,
                context.part().stream().map(this::part).toList(),
                context.BALANCED() != null,
                name(context.name()),
                expression(context.expression()));
    }

    private Item.Part part(PartContext context) {
        return new Item.Part(span(context), positions.name(context.name()), expressions.build(context.expression()));
    }

    @Override
    public Item visitSection(SectionContext context) {
        Name word =
                new Name(positions.span(context.getStart()), context.getStart().getText());
        return new Item.Section(span(context), word, block(context.block()));
    }

    @Override
    public Item visitGiven(GivenContext context) {
        return new Item.Given(
                span(context), context.givenValue().stream().map(this::given).toList());
    }

    private Item.GivenValue given(GivenValueContext context) {
        List<ExpressionContext> written = context.expression();
        Optional<Expr> value = written.isEmpty() ? Optional.empty() : expression(written.get(0));
        List<Item.Clause> clauses = new ArrayList<>();
        int next = 1;
        addWord(context.ORDER(), clauses);
        addWord(context.ONCE(), clauses);
        for (TerminalNode word : Arrays.asList(context.HELD(), context.FROM(), context.REPEAT())) {
            if (word != null) {
                Expr argument = expressions.build(written.get(next++));
                Name name = new Name(positions.span(word.getSymbol()), word.getText());
                clauses.add(new Item.Clause(name.span().to(argument.span()), name, List.of(argument)));
            }
        }
        return new Item.GivenValue(
                span(context), givenKind(context), expressions.build(context.quantity()), value, clauses);
    }

    private void addWord(TerminalNode word, List<Item.Clause> clauses) {
        if (word != null) {
            Span at = positions.span(word.getSymbol());
            clauses.add(new Item.Clause(at, new Name(at, word.getText()), List.of()));
        }
    }

    private static GivenKind givenKind(GivenValueContext context) {
        if (context.EQUAL() != null) {
            return GivenKind.VALUE;
        }
        if (!context.IN().isEmpty()) {
            return GivenKind.CYCLE;
        }
        if (context.TILDE() != null) {
            return GivenKind.DRAWN;
        }
        if (context.AT() != null) {
            return GivenKind.AT;
        }
        return context.EVERY() != null ? GivenKind.EVERY : GivenKind.SIZE;
    }

    @Override
    public Item visitExpect(ExpectContext context) {
        Optional<Expr> tolerance = expression(context.expression(1));
        Optional<Expr.Number> percent = tolerance
                .filter(Expr.Number.class::isInstance)
                .map(Expr.Number.class::cast)
                .filter(number ->
                        number.unit().map(Name::text).filter("%"::equals).isPresent());
        if (percent.isPresent()) {
            tolerance = percent.map(number -> new Expr.Number(number.span(), number.value(), Optional.empty()));
        }
        return new Item.Expect(
                span(context),
                expressions.build(context.expression(0)),
                tolerance,
                percent.isPresent(),
                Optional.ofNullable(context.postfix()).map(expressions::build));
    }

    @Override
    public Item visitForRow(ForRowContext context) {
        return new Item.ForRow(
                span(context),
                positions.name(context.name()),
                expressions.build(context.span()),
                block(context.block()));
    }

    @Override
    public Item visitSimpleStatement(SimpleStatementContext context) {
        Expr first = expressions.build(context.postfix(0));
        if (context.assignmentOperator() != null) {
            AssignmentOperator operator = operator(context.assignmentOperator());
            Expr value = expressions.build(context.expression());
            return first instanceof Expr.Prime
                    ? new Item.Equation(span(context), Optional.empty(), false, first, operator, value)
                    : new Item.Assign(span(context), first, operator, value);
        }
        if (context.TILDE() != null) {
            return new Item.Draw(span(context), first, expressions.build(context.expression()));
        }
        if (context.arrows() != null) {
            return projection(context, first);
        }
        if (context.COLON() != null) {
            return new Item.Population(
                    span(context), first, expressions.build(context.postfix(1)), block(context.block()));
        }
        if (first instanceof Expr.Reference name && name.name().equals("reset")) {
            return step(context, StepKind.RESET, List.of(), List.of());
        }
        return new Item.Use(span(context), first);
    }

    private Item projection(SimpleStatementContext context, Expr first) {
        boolean named = context.COLON() != null;
        List<Expr> chain = new ArrayList<>();
        chain.add(named ? expressions.build(context.postfix(1)) : first);
        context.arrows().postfix().forEach(link -> chain.add(expressions.build(link)));
        ProjectionTailContext tail = context.projectionTail();
        return new Item.Projection(
                span(context),
                named ? Optional.of(first) : Optional.empty(),
                chain,
                Optional.ofNullable(tail.connection()).map(this::connection),
                Optional.ofNullable(tail.via()).map(via -> expressions.build(via.postfix())),
                tail.via() == null ? List.of() : block(tail.via().block()),
                Optional.ofNullable(tail.partner()).map(partner -> expressions.build(partner.postfix())),
                Optional.ofNullable(tail.learner()).map(learner -> expressions.build(learner.postfix())),
                Optional.ofNullable(tail.learner()).flatMap(learner -> name(learner.name())));
    }

    /** {@code where c} alone is dense with that condition; {@code from "file"} is a call of {@code from}. */
    private Expr connection(ConnectionContext context) {
        if (context.STRING() != null) {
            Span span = positions.span(context.STRING().getSymbol());
            Expr file =
                    new Expr.Text(span, expressions.text(span, context.STRING().getText()));
            Span word = positions.span(context.FROM().getSymbol());
            List<Expr.Argument> arguments = new ArrayList<>();
            arguments.add(new Expr.Argument(span, Optional.empty(), false, file));
            context.setting()
                    .forEach(setting -> arguments.add(new Expr.Argument(
                            span(setting),
                            Optional.of(positions.name(setting.name())),
                            false,
                            expressions.build(setting.expression()))));
            return new Expr.Call(
                    span(context),
                    new Expr.Reference(word, "from"),
                    arguments,
                    List.of(),
                    Optional.ofNullable(context.WHERE()).map(where -> expressions.build(context.expression())),
                    Optional.empty(),
                    Optional.empty());
        }
        if (context.WHERE() == null) {
            return expressions.build(context.postfix());
        }
        Expr condition = expressions.build(context.expression());
        if (context.postfix() == null) {
            Span word = positions.span(context.WHERE().getSymbol());
            return new Expr.Call(
                    span(context),
                    new Expr.Reference(word, "dense"),
                    List.of(),
                    List.of(),
                    Optional.of(condition),
                    Optional.empty(),
                    Optional.empty());
        }
        Expr kind = expressions.build(context.postfix());
        if (kind instanceof Expr.Call call && call.where().isEmpty()) {
            return new Expr.Call(
                    span(context),
                    call.function(),
                    call.arguments(),
                    call.over(),
                    Optional.of(condition),
                    Optional.empty(),
                    call.by());
        }
        return new Expr.Call(
                span(context), kind, List.of(), List.of(), Optional.of(condition), Optional.empty(), Optional.empty());
    }
}
