package org.altdsl.units;

import static java.util.Objects.requireNonNull;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.diag.Note;
import org.altdsl.names.Parts;
import org.altdsl.names.Symbol;
import org.altdsl.names.Symbols;

/** Checks the units of items: of definitions, equations, assignments, bounds and uses. */
final class ItemUnits {
    private static final Set<Item.StepKind> LASTING =
            EnumSet.of(Item.StepKind.RUN, Item.StepKind.PRESENT, Item.StepKind.REST);

    private final SymbolUnits symbols;
    private final UnitScope scope;
    private final DiagnosticSink sink;
    private final Inference inference;
    private final boolean relaxing;

    ItemUnits(SymbolUnits symbols, UnitScope scope, DiagnosticSink sink) {
        this(symbols, scope, sink, false);
    }

    private ItemUnits(SymbolUnits symbols, UnitScope scope, DiagnosticSink sink, boolean relaxing) {
        this.symbols = requireNonNull(symbols);
        this.scope = requireNonNull(scope);
        this.sink = requireNonNull(sink);
        this.inference = new Inference(symbols, scope, sink);
        this.relaxing = relaxing;
    }

    /** A definition whose unit is stated has a value of that unit. */
    void binding(Binding binding) {
        if (binding.value().isEmpty()) {
            return;
        }
        Expr value = binding.value().get();
        Quantity found = inference.of(value);
        Optional<Quantity> stated = binding.type().flatMap(symbols::stated);
        if (stated.isPresent() && !stated.get().fits(found)) {
            sink.error(
                    Code.UNIT_MISMATCH,
                    value.span(),
                    "'" + binding.name() + "' is declared " + in(stated.get()) + ", but its value is " + in(found));
        }
    }

    /** A function, whose parameters fit everything until it is called. */
    void function(Declaration function) {
        UnitScope inner = scope.block();
        for (Binding formal : function.formals()) {
            inner.define(formal.name().text(), Quantity.ANY);
            formal.value().ifPresent(inference::of);
        }
        function.value().ifPresent(value -> new Inference(symbols, inner, sink).of(value));
    }

    /** The value that replaces the default of a parameter of the parent. */
    void replaced(Expr value, Declaration parent, Symbol old) {
        Quantity wanted = symbols.of(parent, old);
        Quantity found = inference.of(value);
        if (!wanted.fits(found)) {
            sink.error(
                    Code.UNIT_OF_PARAMETER,
                    value.span(),
                    "'" + old.name() + "' of " + parent.kind().word() + " '" + parent.name() + "' is " + in(wanted)
                            + ", but this is " + in(found),
                    Note.at(old.span(), "declared here"));
        }
    }

    private static String in(Quantity quantity) {
        return quantity.dimension().equals(Dimension.NONE) ? "a pure number" : "in " + quantity.words();
    }

    private void block(Iterable<Item> items) {
        block(items, relaxing);
    }

    private void block(Iterable<Item> items, boolean relaxed) {
        ItemUnits inner = new ItemUnits(symbols, scope.block(), sink, relaxed);
        for (Item item : items) {
            inner.check(item);
            if (item instanceof Item.Lets lets) {
                for (Binding binding : lets.bindings()) {
                    Quantity quantity = binding.type().flatMap(symbols::stated).orElseGet(() -> quiet(inner, binding));
                    inner.scope.define(binding.name().text(), quantity);
                }
            }
        }
    }

    private Quantity quiet(ItemUnits inner, Binding binding) {
        return binding.value()
                .map(value -> new Inference(symbols, inner.scope, new DiagnosticSink()).of(value))
                .orElse(Quantity.ANY);
    }

    void check(Item item) {
        if (item instanceof Item.Equation equation) {
            equation(equation);
        } else if (item instanceof Item.Assign assign) {
            assign(assign.target(), assign.operator(), assign.value());
        } else if (item instanceof Item.Cases cases) {
            cases(cases);
        } else if (item instanceof Item.Output output) {
            Quantity found = inference.of(output.value());
            output.type().flatMap(symbols::stated).ifPresent(stated -> {
                if (!stated.fits(found)) {
                    mismatch(
                            output.value(),
                            "'" + output.name() + "' is declared " + in(stated) + ", but its value is " + in(found));
                }
            });
        } else if (item instanceof Item.Spike spike) {
            if (spike.stochastic()) {
                inference.number(spike.condition(), "a probability is a pure number");
            } else {
                inference.of(spike.condition());
            }
            block(spike.body());
            spike.otherwise().ifPresent(this::block);
        } else if (item instanceof Item.Hold hold) {
            inference.duration(hold.duration(), "how long something is held");
        } else if (item instanceof Item.Refractory refractory) {
            inference.duration(refractory.duration(), "a refractory period");
        } else if (item instanceof Item.Keep keep) {
            bound(keep.target(), keep.low());
            bound(keep.target(), keep.high());
        } else if (item instanceof Item.Conserve conserve) {
            conserve(conserve);
        } else if (item instanceof Item.Inject inject && inject.stimulation()) {
            new Meetings(symbols, scope, sink).check(inject.target(), inject.value(), inference.of(inject.value()));
        } else if (item instanceof Item.Noise noise) {
            new Meetings(symbols, scope, sink)
                    .check(noise.target(), noise.distribution(), inference.of(noise.distribution()));
        } else if (item instanceof Item.Inject inject) {
            assign(inject.target(), Item.AssignmentOperator.ADD, inject.value());
        } else if (item instanceof Item.Clamp clamp) {
            assign(clamp.target(), Item.AssignmentOperator.SET, clamp.value());
        } else if (item instanceof Item.Phase phase) {
            phase.length().ifPresent(inference::of);
            phase.stepSize().ifPresent(inference::of);
            block(phase.body(), true);
        } else if (item instanceof Item.Local local) {
            function(local.declaration());
        } else {
            use(item);
        }
    }

    private void use(Item item) {
        UseUnits uses = new UseUnits(symbols, inference, sink);
        if (item instanceof Item.Population population) {
            uses.check(population.model(), scope.file());
            if (population.model() instanceof Expr.Call call) {
                inference.times(call);
            }
            if (population.model() instanceof Expr.ListLiteral list) {
                list.elements()
                        .forEach(model -> settings(
                                population.settings(), symbols.catalogue().used(model, scope.file())));
            } else {
                settings(population.settings(), symbols.catalogue().used(population.model(), scope.file()));
            }
        } else if (item instanceof Item.Projection projection) {
            projection.via().ifPresent(via -> uses.check(via, scope.file()));
            projection.learns().ifPresent(rule -> arguments(rule));
            new RuleUses(symbols, scope, sink).check(projection);
            settings(projection.settings(), projection.via().flatMap(via -> symbols.catalogue()
                    .used(via, scope.file())));
            new Meetings(symbols, scope, sink).check(projection);
        } else if (item instanceof Item.Learn learn) {
            arguments(learn.rule());
            new RuleUses(symbols, scope, sink).check(learn);
        } else if (item instanceof Item.Data data) {
            uses.check(data.dataset(), scope.file());
        } else if (item instanceof Item.Optimize optimize) {
            optimize.stages().forEach(stage -> uses.check(stage, scope.file()));
        } else if (item instanceof Item.Compare compare) {
            boolean teaches = new RuleUses(symbols, scope, sink).teaches(compare.variable());
            compare.alternatives().forEach(alternative -> {
                if (teaches) {
                    arguments(alternative.value());
                } else {
                    uses.check(alternative.value(), scope.file());
                }
                alternative.settings().forEach(setting -> uses.check(setting.value(), scope.file()));
            });
        } else if (item instanceof Item.Network network) {
            network.circuit().ifPresent(circuit -> uses.check(circuit, scope.file()));
            network.body().forEach(this::check);
        } else if (item instanceof Item.Compartment compartment) {
            compartment.body().forEach(this::check);
        } else if (item instanceof Item.Section section) {
            section.body().forEach(this::check);
        } else if (item instanceof Item.Given given) {
            given.values().forEach(this::given);
        } else if (item instanceof Item.Expect expect) {
            expect(expect);
        } else if (item instanceof Item.ForRow rows) {
            inference.of(rows.values());
            ItemUnits inner = new ItemUnits(symbols, scope.block(), sink, relaxing);
            inner.scope.define(rows.variable().text(), Quantity.ANY);
            rows.body().forEach(inner::check);
        } else if (item instanceof Item.Step step && LASTING.contains(step.kind())) {
            step.arguments().forEach(length -> inference.span(length, "how long this lasts", "50 ms, or 50 steps"));
            step.of().ifPresent(inference::of);
            step.until().ifPresent(inference::of);
            block(step.body());
        } else if (item instanceof Item.Step step && step.kind() == Item.StepKind.STIMULATE) {
            Expr amount = step.arguments().get(1);
            new Meetings(symbols, scope, sink).check(step.arguments().get(0), amount, inference.of(amount));
            block(step.body());
        } else if (item instanceof Item.Located located) {
            check(located.item());
        } else if (item instanceof Item.Field field) {
            field.binding().value().ifPresent(inference::of);
        } else if (item instanceof Item.Measure || item instanceof Item.Adapts || item instanceof Item.Reads) {
            return;
        } else {
            Parts parts = Parts.of(item);
            parts.bindings().forEach(this::binding);
            parts.expressions().forEach(inference::of);
            block(parts.items());
        }
    }

    /** What is wrong within the arguments of a rule, whatever the rule makes of them. */
    private void arguments(Expr rule) {
        if (rule instanceof Expr.Call call) {
            call.arguments().forEach(argument -> inference.of(argument.value()));
        }
    }

    private void mismatch(Expr at, String message, Expr... involved) {
        sink.error(
                Code.UNIT_MISMATCH,
                at.span(),
                message,
                inference.notes(involved).toArray(Note[]::new));
    }

    private void equation(Item.Equation equation) {
        Expr base = Symbols.base(equation.target());
        Quantity state = inference.of(base);
        Quantity found = inference.of(equation.value());
        Quantity wanted = state.perSecond();
        boolean pseudo = relaxing || equation.relaxing();
        if (!pseudo && !state.dimension().isAny() && !wanted.fits(found)) {
            mismatch(
                    equation.value(),
                    "the rate of change of '" + base.span().text() + "' is in "
                            + (state.isNumber() ? "1/s" : wanted.words()) + ", but this is " + in(found),
                    base);
        }
    }

    private void assign(Expr target, Item.AssignmentOperator operator, Expr value) {
        boolean isStep = scope.declaration().kind() == Declaration.Kind.EXPERIMENT
                && target instanceof Expr.Reference reference
                && reference.name().equals("dt");
        if (isStep) {
            inference.span(value, "the step 'dt'", "dt = 0.1 ms, or dt = 1 step");
            return;
        }
        Quantity wanted = inference.of(target);
        Quantity found = inference.of(value);
        String name = target.span().text();
        switch (operator) {
            case SET, ADD, SUBTRACT -> {
                if (!wanted.fits(found)) {
                    String verb =
                            switch (operator) {
                                case ADD -> "cannot add " + found.words() + " to '" + name + "'";
                                case SUBTRACT -> "cannot subtract " + found.words() + " from '" + name + "'";
                                default -> "cannot assign " + found.words() + " to '" + name + "'";
                            };
                    mismatch(value, verb + ", which is " + in(wanted), target, value);
                }
            }
            case MULTIPLY, DIVIDE -> {
                if (!wanted.dimension().isAny() && !found.isNumber()) {
                    mismatch(
                            value,
                            "'" + name + "' would no longer be " + in(wanted) + " when multiplied or divided by "
                                    + found.words(),
                            target,
                            value);
                }
            }
        }
    }

    private void cases(Item.Cases cases) {
        Quantity common = Quantity.ANY;
        for (Item.Case single : cases.cases()) {
            Quantity found = inference.of(single.value());
            if (!common.fits(found)) {
                mismatch(
                        single.value(),
                        "'" + cases.name() + "' is " + in(common) + " in one place and " + in(found) + " in another");
                return;
            }
            common = common.or(found);
        }
    }

    private void bound(Expr target, Expr bound) {
        Quantity wanted = inference.of(target);
        Quantity found = inference.of(bound);
        if (!wanted.fits(found)) {
            mismatch(
                    bound,
                    "'" + target.span().text() + "' is " + in(wanted) + ", but this bound is " + in(found),
                    target);
        }
    }

    private void conserve(Item.Conserve conserve) {
        Quantity quantity = inference.of(conserve.quantity());
        conserve.value().ifPresent(value -> {
            Quantity found = inference.of(value);
            if (!quantity.fits(found)) {
                mismatch(value, "what is conserved is " + in(quantity) + ", but this is " + in(found));
            }
        });
        conserve.tolerance().ifPresent(inference::of);
    }

    /** {@code { w = 1.62 mV }} of a projection or a population, whose model says what w is. */
    private void settings(Iterable<Item> settings, Optional<Declaration> model) {
        for (Item item : settings) {
            Expr target = null;
            Expr value = null;
            if (item instanceof Item.Assign assign) {
                target = assign.target();
                value = assign.value();
            } else if (item instanceof Item.Draw draw) {
                target = draw.target();
                value = draw.distribution();
            }
            if (target == null) {
                check(item);
                continue;
            }
            Quantity found = inference.of(value);
            if (model.isPresent() && Symbols.base(target) instanceof Expr.Reference reference) {
                Optional<Symbol> symbol =
                        symbols.catalogue().symbols(model.get()).find(reference.name());
                if (symbol.isPresent() && !symbols.of(model.get(), symbol.get()).fits(found)) {
                    sink.error(
                            Code.UNIT_OF_PARAMETER,
                            value.span(),
                            "'" + reference.name() + "' of "
                                    + model.get().kind().word() + " '"
                                    + model.get().name() + "' is " + in(symbols.of(model.get(), symbol.get()))
                                    + ", but this is " + in(found),
                            Note.at(symbol.get().span(), "declared here"));
                }
            }
        }
    }

    private void given(Item.GivenValue given) {
        given.clauses().forEach(clause -> clause.arguments().forEach(inference::of));
        if (given.value().isEmpty()) {
            return;
        }
        Quantity found = inference.of(given.value().get());
        boolean value = given.kind() == Item.GivenKind.VALUE || given.kind() == Item.GivenKind.CYCLE;
        if (!value || given.target() instanceof Expr.Call) {
            return;
        }
        Quantity wanted = inference.of(given.target());
        if (!wanted.fits(found)) {
            mismatch(
                    given.value().get(),
                    "'" + given.target().span().text() + "' is " + in(wanted) + ", but this is " + in(found),
                    given.target());
        }
    }

    private void expect(Item.Expect expect) {
        inference.of(expect.actual());
        if (expect.tolerance().isEmpty()) {
            return;
        }
        Quantity tolerance = inference.of(expect.tolerance().get());
        if (expect.percent() || !(expect.actual() instanceof Expr.Binary comparison)) {
            return;
        }
        Inference quiet = new Inference(symbols, scope, new DiagnosticSink());
        Quantity compared = quiet.of(comparison.left()).or(quiet.of(comparison.right()));
        if (!compared.fits(tolerance)) {
            mismatch(
                    expect.tolerance().get(),
                    "what is compared is " + in(compared) + ", but the tolerance is " + in(tolerance));
        }
    }
}
