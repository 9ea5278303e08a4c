package org.altdsl.names;

import static java.util.Objects.requireNonNull;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.ast.SourceUnit;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;

/** Puts what declarations inherit into them and checks that every name means something. */
public final class NameResolver {
    private final LinkedProgram program;
    private final DiagnosticSink sink;
    private final Map<Declaration, Flattened> flattened = new IdentityHashMap<>();
    private final Catalogue catalogue;

    private NameResolver(LinkedProgram program, DiagnosticSink sink) {
        this.program = requireNonNull(program);
        this.sink = requireNonNull(sink);
        this.catalogue = new Catalogue(program, flattened);
    }

    /** Checks the names of every declaration of every file; errors go to the sink, the result is there all the same. */
    public static ResolvedProgram resolve(LinkedProgram program, DiagnosticSink sink) {
        return new NameResolver(program, sink).resolve();
    }

    private ResolvedProgram resolve() {
        Inheritance inheritance = new Inheritance(program, sink);
        for (SourceUnit unit : program.units()) {
            unit.declarations().forEach(declaration -> flattened.put(declaration, inheritance.flatten(declaration)));
        }
        for (SourceUnit unit : program.units()) {
            unit.declarations().forEach(this::check);
            new Recursion(sink).functions(program, unit);
        }
        return new ResolvedProgram(program, flattened);
    }

    private void check(Declaration declaration) {
        new Duplicates(sink).check(declaration);
        switch (declaration.kind()) {
            case ENUM -> {}
            case UNIT -> expressions(declaration).check(declaration.value());
            case FUNCTION -> items(declaration, Optional.empty()).function(declaration);
            default -> body(declaration);
        }
        new Recursion(sink).definitions(flattened.get(declaration));
    }

    private ExpressionNames expressions(Declaration declaration) {
        return new ExpressionNames(NameScope.of(catalogue, declaration, Optional.empty()), sink);
    }

    private ItemNames items(Declaration declaration, Optional<Declaration> tested) {
        return new ItemNames(NameScope.of(catalogue, declaration, tested), sink);
    }

    private void body(Declaration declaration) {
        ItemNames items = items(declaration, tested(declaration));
        for (Binding formal : declaration.formals()) {
            boolean quantity = declaration.kind() == Declaration.Kind.DATASET
                    && formal.value().filter(Expr.Reference.class::isInstance).isPresent()
                    && Uses.isName(flattened.get(declaration), formal);
            if (!quantity) {
                items.formal(formal);
            }
        }
        declaration.value().ifPresent(value -> expressions(declaration).check(value));
        declaration.parent().ifPresent(parent -> parent(declaration, parent));
        for (Item item : declaration.body()) {
            items.check(item);
        }
    }

    /** The arguments of {@code extends}; that they name parameters is checked when they are put in. */
    private void parent(Declaration declaration, Expr parent) {
        if (parent instanceof Expr.Call call) {
            ItemNames items = items(declaration, Optional.empty());
            Map<String, Binding> parameters = flattened.get(declaration).parameters();
            for (Expr.Argument argument : call.arguments()) {
                Optional<Binding> parameter =
                        argument.name().map(name -> parameters.get(name.text())).filter(found -> found != null);
                items.value(argument.value(), parameter);
            }
        }
    }

    private Optional<Declaration> tested(Declaration declaration) {
        if (declaration.tested().isEmpty()) {
            return Optional.empty();
        }
        Expr tested = declaration.tested().get();
        Optional<Expr.Reference> head = Catalogue.head(tested);
        Optional<Declaration> found = catalogue.used(tested, declaration.span().file());
        if (found.isEmpty()) {
            List<String> known = List.copyOf(program.visible()
                    .getOrDefault(declaration.span().file(), Map.of())
                    .keySet());
            String name = head.map(Expr.Reference::name).orElse(tested.span().text());
            sink.error(
                    Code.UNKNOWN_DECLARATION,
                    head.map(Expr.Reference::span).orElse(tested.span()),
                    "nothing called '" + name + "' is declared or imported here"
                            + program.advice(
                                    declaration.span().file(), List.of(Declaration.Kind.values()), name, known));
            return Optional.empty();
        }
        if (tested instanceof Expr.Call call) {
            NameScope scope = NameScope.of(catalogue, declaration, found);
            new Uses(scope, sink, new ExpressionNames(scope, sink)).arguments(call, found.get());
        }
        return found;
    }
}
