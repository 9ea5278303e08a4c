package org.altdsl.names;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.ast.Name;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;

/** Checks the names of populations and projections, and of what an experiment learns, compares and sweeps. */
final class NetworkNames {
    private static final List<Declaration.Kind> MODELS = List.of(Declaration.Kind.NEURON, Declaration.Kind.CIRCUIT);

    /** The ways in which an experiment may change its training samples. */
    private static final List<String> CHANGES = List.of("shift", "flip", "noise");

    private final NameScope scope;
    private final DiagnosticSink sink;
    private final ExpressionNames expressions;
    private final Uses uses;
    private final ItemNames items;

    NetworkNames(NameScope scope, DiagnosticSink sink, ExpressionNames expressions, Uses uses, ItemNames items) {
        this.scope = requireNonNull(scope);
        this.sink = requireNonNull(sink);
        this.expressions = requireNonNull(expressions);
        this.uses = requireNonNull(uses);
        this.items = requireNonNull(items);
    }

    private void augmentation(Item.Augmentation augmentation) {
        for (Item.Change change : augmentation.changes()) {
            if (!CHANGES.contains(change.kind().text())) {
                sink.error(
                        Code.UNKNOWN_NAME,
                        change.kind().span(),
                        "samples are changed by shift(pixels), flip and noise(sd); '" + change.kind()
                                + "' is none of them"
                                + Suggestions.didYouMean(change.kind().text(), CHANGES));
            }
            expressions.check(change.amount());
        }
    }

    /** Checks an item of a network or an experiment; false for any other. */
    boolean check(Item item) {
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
            network.body().forEach(items::check);
        } else if (item instanceof Item.Data data) {
            uses.of(data.dataset(), List.of(Declaration.Kind.DATASET));
            expressions.check(data.batch());
            data.augmentation().ifPresent(this::augmentation);
        } else if (item instanceof Item.Optimize optimize) {
            optimize.stages().forEach(stage -> uses.of(stage, List.of(Declaration.Kind.OPTIMIZER)));
            expressions.check(optimize.every());
        } else if (item instanceof Item.Compare compare) {
            compare(compare);
        } else if (item instanceof Item.Sweep sweep) {
            sweep(sweep);
        } else {
            return false;
        }
        return true;
    }

    /** Where what a population is given beside its model's parameters can be named: {@code within = assembly}. */
    private NetworkNames attributed() {
        NameScope inner = scope.block();
        Parts.everyItem(
                new Item.Network(
                        scope.declaration().span(),
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        scope.declaration().body()),
                item -> {
                    if (item instanceof Item.Population population && population.model() instanceof Expr.Call call) {
                        call.arguments().stream()
                                .flatMap(argument -> argument.name().stream())
                                .filter(name -> scope.catalogue().isRead(scope.file(), name.text()))
                                .forEach(inner::define);
                    }
                });
        ExpressionNames within = new ExpressionNames(inner, sink);
        return new NetworkNames(inner, sink, within, new Uses(inner, sink, within), items);
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
                items.check(item);
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
                    model.what() + " has no '" + name + "'"
                            + Suggestions.didYouMean(name, model.names().get()));
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
        boolean builtin = head.isPresent()
                && (known.contains(head.get().name()) || head.get().name().equals("from"));
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
            boolean distance = head.get().name().equals("distance");
            call.arguments().stream()
                    .filter(argument -> !distance || !isProfile(argument))
                    .forEach(argument -> expressions.argument(argument.value()));
            expressions.check(call.where());
        }
    }

    /** The word that says how the probability of a synapse falls with its distance: {@code distance(gaussian, …)}. */
    private static boolean isProfile(Expr.Argument argument) {
        return argument.name().isEmpty() && argument.value() instanceof Expr.Reference;
    }

    /** The rule of {@code learns}: a declared one, or what the experiment compares. */
    private void rule(Expr use) {
        uses.of(use, List.of(Declaration.Kind.RULE));
        if (!(use instanceof Expr.Call call && call.function() instanceof Expr.Reference variable)) {
            return;
        }
        for (Item item : scope.catalogue().flattened(scope.declaration()).items()) {
            if (item instanceof Item.Compare compare
                    && compare.variable().text().equals(variable.name())) {
                uses.compared(call, compare);
            }
        }
    }

    private void compare(Item.Compare compare) {
        boolean declared = scope.symbol(compare.variable().text())
                .filter(symbol -> symbol.kind() == Symbol.Kind.PARAMETER)
                .isPresent();
        if (!declared && !isUsed(compare.variable().text())) {
            List<String> known = new ArrayList<>(
                    scope.catalogue().symbols(scope.declaration()).names(Symbol.Kind.PARAMETER));
            known.add("rule");
            sink.error(
                    Code.UNKNOWN_PARAMETER,
                    compare.variable().span(),
                    "nothing in the experiment depends on '" + compare.variable() + "'"
                            + Suggestions.didYouMean(compare.variable().text(), known));
        }
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

    private boolean isUsed(String name) {
        boolean[] used = {false};
        for (Item item : scope.declaration().body()) {
            Parts.everyExpression(
                    item,
                    expr -> used[0] |= expr instanceof Expr.Reference reference
                            && reference.name().equals(name));
        }
        return used[0];
    }

    private void alternativeSetting(Expr.Argument setting) {
        String name = setting.name().map(Name::text).orElse("");
        if (name.equals("optimizer")) {
            uses.of(setting.value(), List.of(Declaration.Kind.OPTIMIZER));
            return;
        }
        List<String> known =
                new ArrayList<>(scope.catalogue().symbols(scope.declaration()).names(Symbol.Kind.PARAMETER));
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
}
