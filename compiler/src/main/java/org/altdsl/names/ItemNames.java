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
    private static final List<Declaration.Kind> MODELS =
            List.of(Declaration.Kind.NEURON, Declaration.Kind.CIRCUIT);

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
        Binding whole = scope.catalogue().flattened(scope.declaration()).parameters().get(binding.name().text());
        return Optional.ofNullable(whole)
                .flatMap(Binding::type)
                .filter(Expr.Reference.class::isInstance)
                .flatMap(type -> scope.catalogue().program()
                        .find(type.span().file(), Declaration.Kind.ENUM, ((Expr.Reference) type).name()))
                .filter(type -> type.words().stream().anyMatch(word -> word.text().equals(reference.name())))
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
            expressions.check(new Expr.Reference(redirect.from().span(), redirect.from().text()));
            expressions.check(new Expr.Reference(redirect.to().span(), redirect.to().text()));
        } else if (item instanceof Item.Keep || item instanceof Item.Conserve) {
            Parts.of(item).expressions().forEach(expressions::check);
        } else if (item instanceof Item.Use use) {
            use(use);
        } else {
            network(item);
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
            sink.error(
                    Code.NOT_ASSIGNABLE,
                    target.span(),
                    "'adapts' names a quantity of a neuron, such as post.theta");
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
            boolean statement = word.name().equals("sign") || word.name().equals("carry");
            if (statement) {
                if (word.name().equals("carry")) {
                    call.arguments().forEach(argument -> expressions.check(argument.value()));
                }
                return;
            }
        }
        boolean reset = use.expr() instanceof Expr.Reference word && word.name().equals("reset");
        if (!reset) {
            expressions.check(use.expr());
        }
    }

    private void network(Item item) {
        if (item instanceof Item.Population population) {
            attributed().uses.of(population.model(), MODELS);
            settings(population.settings(), Model.of(symbolOf(population.name()), scope.catalogue(), scope.file()));
        } else if (item instanceof Item.Projection projection) {
            projection(projection);
        } else if (item instanceof Item.Learn learn) {
            expressions.check(learn.projections());
            rule(learn.rule());
        } else if (item instanceof Item.Network network) {
            network.circuit().ifPresent(circuit -> uses.of(circuit, List.of(Declaration.Kind.CIRCUIT)));
            network.body().forEach(this::check);
        } else if (item instanceof Item.Data data) {
            uses.of(data.dataset(), List.of(Declaration.Kind.DATASET));
            expressions.check(data.batch());
        } else if (item instanceof Item.Optimize optimize) {
            optimize.stages().forEach(stage -> uses.of(stage, List.of(Declaration.Kind.OPTIMIZER)));
            expressions.check(optimize.every());
        } else if (item instanceof Item.Compare compare) {
            compare(compare);
        } else if (item instanceof Item.Sweep sweep) {
            sweep(sweep);
        } else if (item instanceof Item.Measure measure) {
            measure(measure);
        } else {
            blocks(item);
        }
    }

    /** Where what a population is given beside its model's parameters can be named: {@code within = assembly}. */
    private ItemNames attributed() {
        ItemNames inner = new ItemNames(scope.block(), sink);
        Parts.everyItem(new Item.Network(
                scope.declaration().span(), Optional.empty(), Optional.empty(), false, scope.declaration().body()),
                item -> {
                    if (item instanceof Item.Population population && population.model() instanceof Expr.Call call) {
                        call.arguments().stream()
                                .flatMap(argument -> argument.name().stream())
                                .filter(name -> scope.catalogue().isRead(scope.file(), name.text()))
                                .forEach(inner.scope::define);
                    }
                });
        return inner;
    }

    private Symbol symbolOf(Expr name) {
        Expr base = Symbols.base(name);
        return scope.symbol(base.span().text())
                .orElseGet(() -> new Symbol(
                        Symbol.Kind.LOCAL,
                        base.span().text(),
                        base.span(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        base));
    }

    /** {@code { w ~ kaiming }}: the names on the left are the model's, those on the right are seen from here. */
    private void settings(List<Item> settings, Model model) {
        for (Item item : settings) {
            Expr target = null;
            if (item instanceof Item.Draw draw) {
                target = draw.target();
                expressions.distribution(draw.distribution());
            } else if (item instanceof Item.Assign assign) {
                target = assign.target();
                expressions.argument(assign.value());
            } else {
                check(item);
            }
            if (target != null) {
                setting(target, model);
            }
        }
    }

    private void setting(Expr target, Model model) {
        Expr base = Symbols.base(target);
        Expr first = base;
        while (first instanceof Expr.Member member) {
            first = Symbols.base(member.of());
        }
        boolean unknown = first instanceof Expr.Reference reference
                && model.names().isPresent()
                && !model.names().get().contains(reference.name());
        if (unknown) {
            String name = ((Expr.Reference) first).name();
            sink.error(
                    Code.UNKNOWN_MEMBER,
                    first.span(),
                    model.what() + " has no '" + name + "'" + Suggestions.didYouMean(name, model.names().get()));
        }
    }

    private void projection(Item.Projection projection) {
        projection.chain().forEach(this::end);
        projection.connect().ifPresent(connection -> attributed().connection(connection));
        if (projection.via().isPresent()) {
            Expr via = projection.via().get();
            uses.of(via, List.of(Declaration.Kind.SYNAPSE));
            Optional<Declaration> synapse = scope.catalogue().used(via, scope.file());
            Model model = synapse.map(found -> new Model(
                            "synapse '" + found.name() + "'",
                            Optional.of(scope.catalogue().symbols(found).names()),
                            name -> Model.OPEN))
                    .orElse(Model.OPEN);
            settings(projection.settings(), model);
        }
        expressions.check(projection.partner());
        projection.learns().ifPresent(this::rule);
    }

    private void end(Expr end) {
        Expr base = Symbols.base(end);
        if (base instanceof Expr.Reference reference
                && scope.symbol(reference.name()).isEmpty()
                && !scope.isLocal(reference.name())) {
            List<String> known = new ArrayList<>(
                    scope.catalogue().symbols(scope.declaration()).names(Symbol.Kind.POPULATION));
            sink.error(
                    Code.UNKNOWN_POPULATION,
                    reference.span(),
                    "no population '" + reference.name() + "' in this network"
                            + Suggestions.didYouMean(reference.name(), known));
            return;
        }
        expressions.check(end);
    }

    private void connection(Expr connection) {
        List<String> known = BuiltinFunctions.names(List.of(BuiltinFunction.Kind.STRUCTURE));
        Optional<Expr.Reference> head = Catalogue.head(connection);
        boolean builtin = head.isPresent() && (known.contains(head.get().name()) || head.get().name().equals("from"));
        if (!builtin) {
            sink.error(
                    Code.UNKNOWN_FUNCTION,
                    head.map(Expr.Reference::span).orElse(connection.span()),
                    "unknown way to connect"
                            + head.map(word -> " '" + word.name() + "'" + Suggestions.didYouMean(word.name(), known))
                                    .orElse(""));
            return;
        }
        if (connection instanceof Expr.Call call) {
            call.arguments().forEach(argument -> expressions.argument(argument.value()));
            expressions.check(call.where());
        }
    }

    /** The rule of {@code learns}: a declared one, or what the experiment compares. */
    private void rule(Expr use) {
        uses.of(use, List.of(Declaration.Kind.RULE));
        if (!(use instanceof Expr.Call call && call.function() instanceof Expr.Reference variable)) {
            return;
        }
        for (Item item : scope.catalogue().flattened(scope.declaration()).items()) {
            if (item instanceof Item.Compare compare && compare.variable().text().equals(variable.name())) {
                uses.compared(call, compare);
            }
        }
    }

    private void compare(Item.Compare compare) {
        boolean declared = scope.symbol(compare.variable().text())
                .filter(symbol -> symbol.kind() == Symbol.Kind.PARAMETER)
                .isPresent();
        for (Item.Alternative alternative : compare.alternatives()) {
            boolean rule = scope.catalogue()
                    .used(alternative.value(), scope.file())
                    .filter(found -> found.kind() == Declaration.Kind.RULE)
                    .isPresent();
            if (rule || !declared) {
                uses.alternative(alternative.value());
            } else {
                expressions.argument(alternative.value());
            }
            alternative.settings().forEach(this::alternativeSetting);
        }
    }

    private void alternativeSetting(Expr.Argument setting) {
        String name = setting.name().map(Name::text).orElse("");
        if (name.equals("optimizer")) {
            uses.of(setting.value(), List.of(Declaration.Kind.OPTIMIZER));
            return;
        }
        List<String> known = new ArrayList<>(
                scope.catalogue().symbols(scope.declaration()).names(Symbol.Kind.PARAMETER));
        known.add("optimizer");
        if (!known.contains(name)) {
            sink.error(
                    Code.UNKNOWN_PARAMETER,
                    setting.name().map(Name::span).orElse(setting.span()),
                    "the experiment has no parameter '" + name + "'" + Suggestions.didYouMean(name, known));
        }
        expressions.argument(setting.value());
    }

    private void sweep(Item.Sweep sweep) {
        List<String> known = scope.catalogue().symbols(scope.declaration()).names(Symbol.Kind.PARAMETER);
        if (!known.contains(sweep.variable().text())) {
            sink.error(
                    Code.UNKNOWN_PARAMETER,
                    sweep.variable().span(),
                    "the experiment has no parameter '" + sweep.variable() + "'"
                            + Suggestions.didYouMean(sweep.variable().text(), known));
        }
        if (sweep.values() instanceof Expr.Call call) {
            call.arguments().forEach(argument -> expressions.argument(argument.value()));
        } else {
            expressions.check(sweep.values());
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
            case COLLECT -> step.body().forEach(item -> {
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
            case RUN, PRESENT, REST, RESET, FREEZE, FOR_EACH, TRIAL -> {
                step.arguments().forEach(expressions::check);
                expressions.check(step.of());
                expressions.check(step.until());
                block(step.body());
            }
        }
    }

    private void split(Item.Split split) {
        split.parts().forEach(part -> expressions.check(part.share()));
        expressions.check(split.seed());
        List<String> fields = scope.catalogue().symbols(scope.declaration()).names(Symbol.Kind.FIELD);
        split.balancedBy().ifPresent(by -> {
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
            boolean neuron = given.target() instanceof Expr.Reference reference && reference.name().equals("neuron");
            if (neuron) {
                uses.of(value, List.of(Declaration.Kind.NEURON));
            } else {
                expressions.distribution(value);
            }
        });
        given.clauses().forEach(clause -> clause.arguments().forEach(expressions::check));
    }
}
