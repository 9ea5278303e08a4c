package org.altdsl.names;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.ast.Name;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.diag.Note;

/** Checks the names of items: of their expressions, hooks, targets and uses. */
final class ItemNames {
    private static final Set<String> PARTS = Set.of("train", "test", "validation");
    private static final Set<String> METHODS = Set.of("euler", "rk2", "rk4", "exact", "exponential_euler");

    private final NameScope scope;
    private final DiagnosticSink sink;
    private final ExpressionNames expressions;
    private final Uses uses;
    private final Targets targets;
    private final Hooks hooks;

    ItemNames(NameScope scope, DiagnosticSink sink) {
        this.scope = requireNonNull(scope);
        this.sink = requireNonNull(sink);
        this.expressions = new ExpressionNames(scope, sink);
        this.uses = new Uses(scope, sink, expressions);
        this.targets = new Targets(scope, sink, expressions);
        this.hooks = new Hooks(scope, sink);
    }

    /** The items of a block of its own, in order: a name is known after the line that defines it. */
    void block(List<Item> items) {
        ItemNames inner = new ItemNames(scope.block(), sink);
        items.forEach(inner::inBlock);
    }

    private void inBlock(Item item) {
        if (item instanceof Item.Lets lets) {
            for (Binding binding : lets.bindings()) {
                binding(binding);
                define(binding.name());
            }
            return;
        }
        if (item instanceof Item.Assign assign) {
            targets.check(assign);
            expressions.check(assign.value());
            return;
        }
        check(item);
    }

    private void define(Name name) {
        scope.define(name)
                .ifPresent(earlier -> sink.error(
                        Code.DUPLICATE_NAME,
                        name.span(),
                        "'" + name + "' is defined twice in this block",
                        Note.at(earlier, "the first one is here")));
    }

    /** A name with its type and value. */
    void binding(Binding binding) {
        binding.axes().forEach(axis -> {
            if (axis.name().isPresent()) {
                expressions.check(axis.value());
            }
        });
        binding.type().ifPresent(expressions::type);
        binding.value().ifPresent(value -> {
            if (binding.drawn()) {
                expressions.distribution(value);
            } else if (!isWordOf(binding, value)) {
                expressions.argument(value);
            }
        });
    }

    /** A formal parameter, whose default may be any declaration of the file: {@code forward = DendriticError}. */
    void formal(Binding formal) {
        binding(formal);
    }

    /** A value for a parameter of the parent. */
    void value(Expr value, Optional<Binding> parameter) {
        boolean word = parameter.isPresent() && isWordOf(parameter.get(), value);
        if (!word) {
            expressions.argument(value);
        }
    }

    /** {@code param pairing = nearest} in a child, whose enum only the parent's file can name. */
    private boolean isWordOf(Binding binding, Expr value) {
        if (!(value instanceof Expr.Reference reference)) {
            return false;
        }
        Binding whole = scope.catalogue()
                .flattened(scope.declaration())
                .parameters()
                .get(binding.name().text());
        return Optional.ofNullable(whole)
                .flatMap(Binding::type)
                .filter(Expr.Reference.class::isInstance)
                .flatMap(type -> scope.catalogue()
                        .program()
                        .find(type.span().file(), Declaration.Kind.ENUM, ((Expr.Reference) type).name()))
                .filter(type ->
                        type.words().stream().anyMatch(word -> word.text().equals(reference.name())))
                .isPresent();
    }

    /** An item at any level. */
    void check(Item item) {
        if (item instanceof Item.Parameters parameters) {
            parameters.bindings().forEach(this::binding);
        } else if (item instanceof Item.States states) {
            states.bindings().forEach(this::binding);
        } else if (item instanceof Item.Lets lets) {
            ItemNames own = scope.kind() == Declaration.Kind.RULE ? ofNeuron() : this;
            lets.bindings().forEach(own::binding);
        } else if (item instanceof Item.Modulators modulators) {
            modulators.bindings().forEach(this::binding);
        } else if (item instanceof Item.Cases cases) {
            cases(cases);
        } else if (item instanceof Item.Located located) {
            located.at().ifPresent(this::location);
            inBlock(located.item());
        } else if (item instanceof Item.Equation equation) {
            equation(equation);
        } else if (item instanceof Item.Weight weight) {
            binding(weight.binding());
            expressions.check(weight.bounds());
        } else if (item instanceof Item.Input input) {
            input.type().ifPresent(expressions::type);
        } else if (item instanceof Item.Output output) {
            output.type().ifPresent(expressions::type);
            expressions.check(output.value());
        } else if (item instanceof Item.Compartment compartment) {
            ItemNames inner = new ItemNames(scope.block(), sink);
            for (Symbol symbol : Symbols.of(compartment).all()) {
                inner.scope.define(new Name(symbol.span(), symbol.name()));
            }
            compartment.body().forEach(inner::check);
        } else if (item instanceof Item.Local local) {
            function(local.declaration());
        } else {
            dynamics(item);
        }
    }

    private ItemNames ofNeuron() {
        return new ItemNames(scope.ofNeuron(), sink);
    }

    /** The body of a function, in which its parameters are known. */
    void function(Declaration function) {
        NameScope inner = scope.block();
        function.formals().forEach(formal -> inner.define(formal.name()));
        ExpressionNames body = new ExpressionNames(inner, sink);
        function.formals().forEach(formal -> {
            formal.type().ifPresent(body::type);
            formal.value().ifPresent(body::argument);
        });
        body.check(function.value());
    }

    private void cases(Item.Cases cases) {
        ExpressionNames own = new ExpressionNames(scope.ofNeuron(), sink);
        for (Item.Case single : cases.cases()) {
            single.at().ifPresent(this::location);
            own.check(single.value());
        }
    }

    private void location(Name at) {
        if (!at.text().equals("output") && !at.text().equals("input")) {
            sink.error(
                    Code.UNKNOWN_NAME,
                    at.span(),
                    "no place '" + at + "'" + Suggestions.didYouMean(at.text(), Set.of("output", "input")),
                    Note.of("write 'at output', 'at input' or 'elsewhere'"));
        }
    }

    private void equation(Item.Equation equation) {
        targets.check(equation);
        if (equation.relaxing()) {
            new ExpressionNames(scope.ofNeuron(), sink).check(equation.value());
        } else {
            expressions.check(equation.value());
        }
    }

    private void dynamics(Item item) {
        if (item instanceof Item.Spike spike) {
            expressions.check(spike.condition());
            block(spike.body());
            spike.otherwise().ifPresent(this::block);
        } else if (item instanceof Item.Surrogate surrogate) {
            surrogate(surrogate.function());
        } else if (item instanceof Item.Method method) {
            method(method.name());
        } else if (item instanceof Item.Hold hold) {
            hold.names().forEach(name -> expressions.check(new Expr.Reference(name.span(), name.text())));
            expressions.check(hold.duration());
        } else if (item instanceof Item.Handler handler) {
            hooks.check(handler);
            if (handler.trigger() == Item.Trigger.EVERY) {
                expressions.check(handler.event());
            }
            expressions.check(handler.delay());
            block(handler.body());
        } else if (item instanceof Item.Assign assign) {
            targets.check(assign);
            assigned(assign);
        } else if (item instanceof Item.Feedback feedback) {
            if (feedback.drawn()) {
                expressions.distribution(feedback.value());
            } else {
                expressions.check(feedback.value());
            }
            expressions.check(feedback.where());
        } else if (item instanceof Item.Noise noise) {
            if (!(noise.target() instanceof Expr.Reference)) {
                expressions.check(noise.target());
            }
            expressions.distribution(noise.distribution());
        } else if (item instanceof Item.Adapts adapts) {
            adapts.targets().forEach(this::adapted);
        } else if (item instanceof Item.Reads reads) {
            reads.information().forEach(this::information);
        } else if (item instanceof Item.Phase phase) {
            phase(phase);
        } else if (item instanceof Item.Clamp clamp) {
            expressions.check(clamp.target());
            expressions.check(clamp.value());
        } else if (item instanceof Item.Redirect redirect) {
            expressions.check(
                    new Expr.Reference(redirect.from().span(), redirect.from().text()));
            expressions.check(
                    new Expr.Reference(redirect.to().span(), redirect.to().text()));
        } else if (item instanceof Item.Keep || item instanceof Item.Conserve) {
            Parts.of(item).expressions().forEach(expressions::check);
        } else if (item instanceof Item.Use use) {
            use(use);
        } else if (!new NetworkNames(scope, sink, expressions, uses, this).check(item)) {
            blocks(item);
        }
    }

    /** The value of a setting of an experiment may be a word that only the setting knows: {@code double}. */
    private void assigned(Item.Assign assign) {
        boolean word = scope.kind() == Declaration.Kind.EXPERIMENT
                && assign.target() instanceof Expr.Reference setting
                && setting.name().endsWith("precision")
                && assign.value() instanceof Expr.Reference;
        if (!word) {
            expressions.argument(assign.value());
        }
    }

    private void method(Name name) {
        if (!METHODS.contains(name.text())) {
            sink.error(
                    Code.UNKNOWN_NAME,
                    name.span(),
                    "no method of integration '" + name + "'" + Suggestions.didYouMean(name.text(), METHODS));
        }
    }

    private void surrogate(Expr function) {
        List<String> known = new ArrayList<>(BuiltinFunctions.names(List.of(BuiltinFunction.Kind.SURROGATE)));
        known.addAll(List.of("logistic", "exponential"));
        Optional<Expr.Reference> head = Catalogue.head(function);
        String name = head.map(Expr.Reference::name).orElse(function.span().text());
        if (!known.contains(name)) {
            sink.error(
                    Code.UNKNOWN_FUNCTION,
                    head.map(Expr.Reference::span).orElse(function.span()),
                    "no surrogate '" + name + "'" + Suggestions.didYouMean(name, known));
        }
        if (function instanceof Expr.Call call) {
            call.arguments().forEach(argument -> expressions.check(argument.value()));
        }
    }

    /** A quantity of the neuron model that the rule names here for good: it need not be one that is visible. */
    private void adapted(Expr target) {
        boolean place = target instanceof Expr.Member member
                && member.of() instanceof Expr.Reference reference
                && (reference.name().equals("pre") || reference.name().equals("post"));
        if (!place) {
            sink.error(Code.NOT_ASSIGNABLE, target.span(), "'adapts' names a quantity of a neuron, such as post.theta");
        }
    }

    private void information(Expr expr) {
        if (expr instanceof Expr.Member) {
            expressions.check(expr);
            return;
        }
        if (!(expr instanceof Expr.Reference reference)) {
            sink.error(Code.UNKNOWN_INFORMATION, expr.span(), "'reads' lists kinds of information, such as pre, post");
            return;
        }
        boolean modulator = scope.symbol(reference.name())
                .filter(symbol -> symbol.kind() == Symbol.Kind.MODULATOR || symbol.kind() == Symbol.Kind.FEEDBACK)
                .isPresent();
        if (!modulator && !BuiltinNames.INFORMATION.contains(reference.name())) {
            sink.error(
                    Code.UNKNOWN_INFORMATION,
                    reference.span(),
                    "a rule cannot read '" + reference.name() + "'"
                            + Suggestions.didYouMean(reference.name(), BuiltinNames.INFORMATION));
        }
    }

    private void phase(Item.Phase phase) {
        expressions.check(phase.length());
        expressions.check(phase.stepSize());
        phase.from().ifPresent(from -> {
            if (!scope.isPhase(from.text())) {
                sink.error(
                        Code.UNKNOWN_HOOK,
                        from.span(),
                        "no phase '" + from + "' here" + Suggestions.didYouMean(from.text(), scope.phases()));
            }
        });
        ofNeuron().block(phase.body());
    }

    private void use(Item.Use use) {
        if (use.expr() instanceof Expr.Call call && call.function() instanceof Expr.Reference word) {
            if (word.name().equals("carry")) {
                call.arguments().forEach(argument -> expressions.check(argument.value()));
                return;
            }
        }
        boolean reset = use.expr() instanceof Expr.Reference word && word.name().equals("reset");
        if (!reset) {
            expressions.check(use.expr());
        }
    }

    private void measure(Item.Measure measure) {
        Measures measures = new Measures(scope, sink, expressions);
        measure.what().forEach(what -> measures.check(what, measure.action()));
        measure.clauses().forEach(measures::clause);
    }

    private void blocks(Item item) {
        if (item instanceof Item.If choice) {
            expressions.check(choice.condition());
            block(choice.body());
            block(choice.otherwise());
        } else if (item instanceof Item.MatchItem match) {
            expressions.check(match.subject());
            for (Item.MatchBranch branch : match.branches()) {
                expressions.check(branch.pattern());
                block(branch.body());
            }
        } else if (item instanceof Item.Measure measure) {
            measure(measure);
        } else if (item instanceof Item.ForRow rows) {
            expressions.check(rows.values());
            ItemNames inner = new ItemNames(scope.block(), sink);
            inner.scope.define(rows.variable());
            rows.body().forEach(inner::check);
        } else if (item instanceof Item.Protocol protocol) {
            block(protocol.body());
        } else if (item instanceof Item.Step step) {
            step(step);
        } else if (item instanceof Item.Section section) {
            section.body().forEach(this::check);
        } else if (item instanceof Item.Field field) {
            binding(field.binding());
        } else if (item instanceof Item.Split split) {
            split(split);
        } else if (item instanceof Item.Draw draw) {
            expressions.check(draw.target());
            expressions.distribution(draw.distribution());
        } else if (item instanceof Item.Given given) {
            given.values().forEach(this::given);
        } else if (item instanceof Item.Grow grow) {
            expressions.check(grow.count());
            expressions.check(grow.condition());
            block(grow.body());
        } else if (item instanceof Item.Expect expect) {
            expressions.check(expect.actual());
            expressions.check(expect.tolerance());
            expect.rule().ifPresent(rule -> uses.of(rule, List.of(Declaration.Kind.RULE)));
        } else {
            Parts parts = Parts.of(item);
            parts.expressions().forEach(expressions::check);
            block(parts.items());
        }
    }

    private void step(Item.Step step) {
        switch (step.kind()) {
            case COLLECT ->
                step.body().forEach(item -> {
                    if (item instanceof Item.Assign assign) {
                        expressions.check(assign.value());
                    }
                });
            case REPEAT -> {
                step.arguments().forEach(expressions::check);
                step.body().forEach(this::inBlock);
                expressions.check(step.until());
            }
            case PHASE -> block(step.body());
            case RUN, PRESENT, REST, RESET, FREEZE, STIMULATE, FOR_EACH, TRIAL -> {
                step.arguments().forEach(expressions::check);
                expressions.check(step.of());
                expressions.check(step.until());
                block(step.body());
            }
        }
    }

    private void split(Item.Split split) {
        for (Item.Part part : split.parts()) {
            if (!PARTS.contains(part.name().text())) {
                sink.error(
                        Code.UNKNOWN_NAME,
                        part.name().span(),
                        "a data set has no part '" + part.name() + "'"
                                + Suggestions.didYouMean(part.name().text(), PARTS));
            }
            expressions.check(part.share());
        }
        expressions.check(split.seed());
        List<String> fields = scope.catalogue().symbols(scope.declaration()).names(Symbol.Kind.FIELD);
        split.by().ifPresent(by -> {
            if (!fields.contains(by.text())) {
                sink.error(
                        Code.UNKNOWN_NAME,
                        by.span(),
                        "the data set has no field '" + by + "'" + Suggestions.didYouMean(by.text(), fields));
            }
        });
    }

    private void given(Item.GivenValue given) {
        if (given.target() instanceof Expr.Call call) {
            call.arguments().forEach(argument -> expressions.argument(argument.value()));
        } else {
            expressions.check(given.target());
        }
        given.value().ifPresent(value -> {
            boolean neuron = given.target() instanceof Expr.Reference reference
                    && reference.name().equals("neuron");
            if (neuron) {
                uses.of(value, List.of(Declaration.Kind.NEURON));
            } else {
                expressions.distribution(value);
            }
        });
        given.clauses().forEach(clause -> clause.arguments().forEach(expressions::check));
    }
}
