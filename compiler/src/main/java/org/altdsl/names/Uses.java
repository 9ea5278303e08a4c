package org.altdsl.names;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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

/** Checks where networks and experiments use a declared model, rule, optimizer, objective or data set. */
final class Uses {
    private static final Set<String> BOUND_BY_NAME = Set.of("loss", "correct", "target", "error");

    private final NameScope scope;
    private final DiagnosticSink sink;
    private final ExpressionNames expressions;
    /** Whether the use is one of several that are compared, whose modulators are bound where one is chosen. */
    private boolean compares;

    Uses(NameScope scope, DiagnosticSink sink, ExpressionNames expressions) {
        this.scope = scope;
        this.sink = sink;
        this.expressions = expressions;
    }

    /** A use of a declaration of one of some kinds, with its arguments. */
    void of(Expr use, List<Declaration.Kind> kinds) {
        sizes(use);
        if (use instanceof Expr.Call call && call.function() instanceof Expr.ListLiteral list) {
            for (Expr element : list.elements()) {
                sizes(element);
                Optional<Declaration> found = declared(element, kinds);
                found.ifPresent(declaration -> arguments(call, declaration));
            }
            return;
        }
        if (use instanceof Expr.ListLiteral list) {
            list.elements().forEach(element -> of(element, kinds));
            return;
        }
        Optional<Declaration> found = declared(use, kinds);
        if (use instanceof Expr.Call call) {
            if (found.isPresent()) {
                arguments(call, found.get());
            } else {
                call.arguments().forEach(argument -> expressions.argument(argument.value()));
            }
        } else {
            found.ifPresent(declaration -> missing(use, declaration, Set.of()));
        }
    }

    /** A rule that is compared with others. */
    void alternative(Expr use) {
        compares = true;
        of(use, List.of(Declaration.Kind.RULE));
        compares = false;
    }

    /** A call of anything that is not a plain name. */
    void any(Expr.Call call) {
        expressions.check(call.function());
        call.arguments().forEach(argument -> expressions.argument(argument.value()));
    }

    private void sizes(Expr use) {
        Expr current = use instanceof Expr.Call call ? call.function() : use;
        if (current instanceof Expr.Index index) {
            index.at().forEach(argument -> expressions.check(argument.value()));
        }
    }

    private Optional<Declaration> declared(Expr use, List<Declaration.Kind> kinds) {
        Optional<Expr.Reference> head = Catalogue.head(use);
        if (head.isEmpty()) {
            expressions.check(use);
            return Optional.empty();
        }
        String name = head.get().name();
        Optional<Declaration> found = scope.catalogue().program().find(scope.file(), name);
        if (found.isPresent() && kinds.contains(found.get().kind())) {
            return found;
        }
        boolean variable = scope.isLocal(name) || scope.symbol(name).isPresent() || name.equals("rule");
        boolean source =
                kinds.contains(Declaration.Kind.NEURON) && BuiltinFunctions.is(name, BuiltinFunction.Kind.POPULATION);
        boolean table = kinds.contains(Declaration.Kind.DATASET) && name.equals("table");
        if (variable || source || table) {
            return Optional.empty();
        }
        String wanted = kinds.get(0).word();
        if (found.isPresent()) {
            sink.error(
                    Code.UNKNOWN_DECLARATION,
                    head.get().span(),
                    "'" + name + "' is a " + found.get().kind().word() + ", not a " + wanted,
                    Note.at(found.get().name().span(), "declared here"));
            return Optional.empty();
        }
        List<String> known = new ArrayList<>();
        kinds.forEach(kind -> known.addAll(scope.catalogue().program().names(scope.file(), kind)));
        if (kinds.contains(Declaration.Kind.NEURON)) {
            known.addAll(BuiltinFunctions.names(List.of(BuiltinFunction.Kind.POPULATION)));
        }
        sink.error(
                Code.UNKNOWN_DECLARATION,
                head.get().span(),
                "no " + wanted + " '" + name + "' is declared or imported here"
                        + scope.catalogue().program().advice(scope.file(), kinds, name, known));
        return Optional.empty();
    }

    /** The arguments of a use: each names a parameter, once, and none that is needed is missing. */
    void arguments(Expr.Call call, Declaration declaration) {
        Flattened flattened = scope.catalogue().flattened(declaration);
        Map<String, Binding> parameters = flattened.parameters();
        Set<String> accepted = accepted(declaration, parameters);
        List<String> order = List.copyOf(parameters.keySet());
        Set<String> given = new LinkedHashSet<>();
        int position = 0;
        for (Expr.Argument argument : call.arguments()) {
            String name;
            if (argument.name().isPresent()) {
                name = argument.name().get().text();
                if (!accepted.contains(name) && !isAttribute(declaration, name)) {
                    sink.error(
                            Code.UNKNOWN_PARAMETER,
                            argument.name().get().span(),
                            declaration.kind().word() + " '" + declaration.name() + "' has no parameter '" + name + "'"
                                    + Suggestions.didYouMean(name, accepted),
                            Note.at(declaration.name().span(), "declared here"));
                }
            } else if (position < order.size()) {
                name = order.get(position++);
            } else {
                sink.error(
                        Code.WRONG_ARGUMENTS,
                        argument.span(),
                        declaration.kind().word() + " '" + declaration.name() + "' has "
                                + (order.isEmpty() ? "no parameters" : "only " + count(order.size())));
                return;
            }
            if (!given.add(name)) {
                sink.error(Code.DUPLICATE_NAME, argument.span(), "'" + name + "' is given twice");
            }
            if (argument.drawn()) {
                expressions.distribution(argument.value());
            } else {
                value(argument.value(), declaration, Optional.ofNullable(parameters.get(name)));
            }
        }
        missing(call, declaration, given);
    }

    private static String count(int parameters) {
        return parameters == 1 ? "1 parameter" : parameters + " parameters";
    }

    private Set<String> accepted(Declaration declaration, Map<String, Binding> parameters) {
        Set<String> accepted = new LinkedHashSet<>(parameters.keySet());
        Symbols symbols = scope.catalogue().symbols(declaration);
        if (declaration.kind() == Declaration.Kind.RULE) {
            accepted.addAll(symbols.names(Symbol.Kind.MODULATOR));
            accepted.addAll(symbols.names(Symbol.Kind.FEEDBACK));
        } else if (declaration.kind() == Declaration.Kind.DATASET) {
            accepted.add("limit");
        }
        return accepted;
    }

    /** A population may be given values that its model does not declare, if something reads them. */
    private boolean isAttribute(Declaration declaration, String name) {
        return declaration.kind() == Declaration.Kind.NEURON
                && scope.catalogue().isRead(scope.file(), name);
    }

    /** A value of a parameter, which may be a word of the parameter's enum. */
    private void value(Expr value, Declaration declaration, Optional<Binding> parameter) {
        if (value instanceof Expr.Reference reference && parameter.isPresent()) {
            boolean word = parameter
                    .get()
                    .type()
                    .filter(Expr.Reference.class::isInstance)
                    .map(type -> ((Expr.Reference) type))
                    .flatMap(type ->
                            scope.catalogue().program().find(type.span().file(), Declaration.Kind.ENUM, type.name()))
                    .filter(type ->
                            type.words().stream().anyMatch(known -> known.text().equals(reference.name())))
                    .isPresent();
            if (word || isName(declaration, parameter.get())) {
                return;
            }
        }
        expressions.argument(value);
    }

    /** Whether a parameter of a data set is the name of a quantity: the last argument of {@code respond}. */
    static boolean isName(Flattened flattened, Binding parameter) {
        boolean[] found = {false};
        for (Item item : flattened.items()) {
            Parts.everyExpression(item, expr -> {
                if (expr instanceof Expr.Call call
                        && call.function() instanceof Expr.Reference function
                        && function.name().equals("respond")
                        && call.arguments().size() == 4
                        && call.arguments().get(3).value() instanceof Expr.Reference name
                        && name.name().equals(parameter.name().text())) {
                    found[0] = true;
                }
            });
        }
        return found[0];
    }

    private boolean isName(Declaration declaration, Binding parameter) {
        return declaration.kind() == Declaration.Kind.DATASET
                && isName(scope.catalogue().flattened(declaration), parameter);
    }

    private void missing(Expr use, Declaration declaration, Set<String> given) {
        boolean bound = scope.kind() == Declaration.Kind.TEST || compares;
        Flattened flattened = scope.catalogue().flattened(declaration);
        List<String> missing = new ArrayList<>();
        for (Binding parameter : flattened.parameters().values()) {
            String name = parameter.name().text();
            boolean clause = declaration.kind() == Declaration.Kind.DATASET && name.equals("batch");
            if (parameter.value().isEmpty() && !given.contains(name) && !clause) {
                missing.add(parameter.name().text());
            }
        }
        if (declaration.kind() == Declaration.Kind.RULE && !bound) {
            for (Item.Modulators item : flattened.items(Item.Modulators.class)) {
                item.bindings().stream()
                        .filter(modulator -> modulator.value().isEmpty())
                        .map(modulator -> modulator.name().text())
                        .filter(name -> !BOUND_BY_NAME.contains(name) && !given.contains(name))
                        .forEach(missing::add);
            }
        }
        if (declaration.kind() == Declaration.Kind.OBJECTIVE && bound || missing.isEmpty()) {
            return;
        }
        String names = "'" + String.join("', '", missing) + "'";
        sink.error(
                Code.MISSING_VALUE,
                use.span(),
                declaration.kind().word() + " '" + declaration.name() + "' needs a value for " + names,
                Note.at(declaration.name().span(), "declared here"));
    }

    /** A compared rule takes those of the arguments that it declares; one that none declares is misspelt. */
    void compared(Expr.Call call, Item.Compare compare) {
        Set<String> accepted = new LinkedHashSet<>();
        for (Item.Alternative alternative : compare.alternatives()) {
            Optional<Declaration> rule = scope.catalogue().used(alternative.value(), scope.file());
            if (rule.isEmpty()) {
                return;
            }
            accepted.addAll(
                    accepted(rule.get(), scope.catalogue().flattened(rule.get()).parameters()));
        }
        for (Expr.Argument argument : call.arguments()) {
            if (argument.name().isPresent()
                    && !accepted.contains(argument.name().get().text())) {
                Name name = argument.name().get();
                sink.error(
                        Code.UNKNOWN_PARAMETER,
                        name.span(),
                        "no compared rule has a parameter '" + name + "'"
                                + Suggestions.didYouMean(name.text(), accepted));
            }
        }
    }

    /** The fields of the data set that the experiment uses. */
    Model data() {
        for (Item item : scope.catalogue().flattened(scope.declaration()).items()) {
            if (item instanceof Item.Data data) {
                Optional<Declaration> dataset = scope.catalogue().used(data.dataset(), scope.file());
                if (dataset.isEmpty() || dataset.get().kind() != Declaration.Kind.DATASET) {
                    return Model.OPEN;
                }
                Set<String> fields = new LinkedHashSet<>(
                        scope.catalogue().symbols(dataset.get()).names(Symbol.Kind.FIELD));
                return new Model("data set '" + dataset.get().name() + "'", Optional.of(fields), name -> Model.OPEN);
            }
        }
        return Model.OPEN;
    }
}
