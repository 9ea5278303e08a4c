package org.altdsl.names;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.ast.SourceUnit;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.source.Span;

/** Finds definitions and functions that are defined by themselves. */
final class Recursion {
    /** What reads another moment or another neuron, so that a cycle through it is none. */
    private static final Set<String> CUTS = Set.of("through", "prev", "delayed", "lookahead");

    private final DiagnosticSink sink;
    private final Map<String, Span> places = new LinkedHashMap<>();
    private final Map<String, Set<String>> reads = new LinkedHashMap<>();

    Recursion(DiagnosticSink sink) {
        this.sink = sink;
    }

    /** The definitions of one declaration, with those that it inherits. */
    void definitions(Flattened flattened) {
        List<Item.Local> functions = new ArrayList<>();
        for (Item item : flattened.items()) {
            if (item instanceof Item.Lets lets) {
                lets.bindings().forEach(this::binding);
            } else if (item instanceof Item.Cases cases) {
                add(
                        cases.name().text(),
                        cases.name().span(),
                        cases.cases().stream().map(Item.Case::value).toList());
            } else if (item instanceof Item.Output output) {
                add(output.name().text(), output.name().span(), List.of(output.value()));
            } else if (item instanceof Item.Local local) {
                functions.add(local);
            }
        }
        flattened.parameters().values().stream()
                .filter(parameter -> !(parameter.value().orElse(null) instanceof Expr.Reference))
                .forEach(this::binding);
        functions.forEach(local -> function(local.declaration()));
        report(flattened.declaration());
    }

    /** The functions that a file declares. */
    void functions(LinkedProgram program, SourceUnit unit) {
        List<Declaration> functions = unit.declarations().stream()
                .filter(declaration -> declaration.kind() == Declaration.Kind.FUNCTION)
                .toList();
        functions.forEach(this::function);
        functions.stream().findFirst().ifPresent(this::report);
    }

    private void binding(Binding binding) {
        binding.value()
                .ifPresent(value -> add(binding.name().text(), binding.name().span(), List.of(value)));
    }

    private void function(Declaration function) {
        Set<String> formals = new LinkedHashSet<>();
        function.formals().forEach(formal -> formals.add(formal.name().text()));
        Optional<Expr> value = function.value();
        add(function.name().text(), function.name().span(), value.map(List::of).orElse(List.of()));
        reads.get(function.name().text()).removeAll(formals);
    }

    private void add(String name, Span at, List<Expr> values) {
        places.put(name, at);
        Set<String> found = reads.computeIfAbsent(name, key -> new LinkedHashSet<>());
        values.forEach(value -> collect(value, found));
    }

    private static void collect(Expr expr, Set<String> found) {
        if (expr instanceof Expr.Reference reference) {
            found.add(reference.name());
            return;
        }
        if (expr instanceof Expr.Member) {
            return;
        }
        if (expr instanceof Expr.Call call
                && call.function() instanceof Expr.Reference function
                && CUTS.contains(function.name())) {
            return;
        }
        boolean builtin = expr instanceof Expr.Call call
                && call.function() instanceof Expr.Reference function
                && BuiltinFunctions.find(function.name()).isPresent();
        Parts.of(expr).stream().skip(builtin ? 1 : 0).forEach(part -> collect(part, found));
    }

    private void report(Declaration declaration) {
        Set<String> done = new LinkedHashSet<>();
        for (String name : places.keySet()) {
            List<String> path = new ArrayList<>();
            if (!done.contains(name) && find(name, name, path, new LinkedHashSet<>())) {
                done.addAll(path);
                boolean inherited =
                        !places.get(name).file().equals(declaration.span().file());
                if (!inherited) {
                    path.add(name);
                    sink.error(
                            Code.RECURSIVE_DEFINITION,
                            places.get(name),
                            path.size() == 2
                                    ? "'" + name + "' is defined by itself"
                                    : "'" + name + "' is defined by itself: " + String.join(" -> ", path));
                }
            }
        }
    }

    private boolean find(String from, String to, List<String> path, Set<String> visited) {
        path.add(from);
        for (String next : reads.getOrDefault(from, Set.of())) {
            if (next.equals(to)) {
                return true;
            }
            if (reads.containsKey(next) && visited.add(next) && find(next, to, path, visited)) {
                return true;
            }
        }
        path.remove(path.size() - 1);
        return false;
    }
}
