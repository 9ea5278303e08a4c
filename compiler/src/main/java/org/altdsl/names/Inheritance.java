package org.altdsl.names;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.ast.Name;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;

/** Puts what a declaration inherits into it. */
public final class Inheritance {
    private final LinkedProgram program;
    private final DiagnosticSink sink;

    public Inheritance(LinkedProgram program, DiagnosticSink sink) {
        this.program = requireNonNull(program);
        this.sink = requireNonNull(sink);
    }

    /** The declaration with its parents' items put in; unknown parents and cycles are reported and left out. */
    public Flattened flatten(Declaration declaration) {
        List<Declaration> ancestry = ancestry(declaration);
        Map<String, Binding> parameters = new LinkedHashMap<>();
        List<Item> items = new ArrayList<>();
        Optional<Expr> arguments = Optional.empty();
        for (int i = 0; i < ancestry.size(); i++) {
            Declaration ancestor = ancestry.get(i);
            ancestor.formals().forEach(formal -> putParameter(parameters, formal));
            for (Item item : ancestor.body()) {
                for (Item single : separate(item)) {
                    merge(single, parameters, items);
                }
            }
            if (i + 1 < ancestry.size()) {
                arguments = ancestry.get(i + 1).parent();
                arguments.ifPresent(use -> apply(use, parameters));
            }
        }
        return new Flattened(declaration, ancestry, parameters, items);
    }

    private List<Declaration> ancestry(Declaration declaration) {
        List<Declaration> chain = new ArrayList<>();
        Declaration current = declaration;
        while (current != null) {
            if (chain.contains(current)) {
                sink.error(
                        Code.INHERITANCE_CYCLE,
                        declaration.name().span(),
                        "'" + declaration.name() + "' extends itself");
                break;
            }
            chain.add(current);
            current = parent(current);
        }
        Collections.reverse(chain);
        return chain;
    }

    private Declaration parent(Declaration declaration) {
        if (declaration.parent().isEmpty()) {
            return null;
        }
        Expr use = declaration.parent().get();
        Expr named = use instanceof Expr.Call call ? call.function() : use;
        if (!(named instanceof Expr.Reference reference)) {
            sink.error(
                    Code.UNKNOWN_PARENT,
                    use.span(),
                    "expected the name of a " + declaration.kind().word());
            return null;
        }
        Optional<Declaration> found = program.find(declaration.span().file(), declaration.kind(), reference.name());
        if (found.isEmpty()) {
            List<String> known = program.names(declaration.span().file(), declaration.kind());
            sink.error(
                    Code.UNKNOWN_PARENT,
                    reference.span(),
                    "no " + declaration.kind().word() + " '" + reference.name() + "' is declared or imported here"
                            + program.advice(
                                    declaration.span().file(), List.of(declaration.kind()), reference.name(), known));
            return null;
        }
        return found.get();
    }

    private void apply(Expr use, Map<String, Binding> parameters) {
        if (!(use instanceof Expr.Call call)) {
            return;
        }
        List<String> order = List.copyOf(parameters.keySet());
        for (int i = 0; i < call.arguments().size(); i++) {
            Expr.Argument argument = call.arguments().get(i);
            String name = argument.name().map(Name::text).orElse(i < order.size() ? order.get(i) : "");
            Binding old = parameters.get(name);
            if (old == null) {
                sink.error(
                        Code.UNKNOWN_PARAMETER,
                        argument.span(),
                        "the parent has no parameter '" + name + "'" + Suggestions.didYouMean(name, order));
                continue;
            }
            parameters.put(name, withValue(old, argument.value(), argument.drawn()));
        }
    }

    /** The binding with another value. */
    public static Binding withValue(Binding old, Expr value, boolean drawn) {
        return new Binding(value.span(), old.name(), old.axes(), old.type(), Optional.of(value), drawn);
    }

    private static void putParameter(Map<String, Binding> parameters, Binding binding) {
        Binding old = parameters.get(binding.name().text());
        Binding merged = binding;
        if (old != null && binding.type().isEmpty()) {
            merged = new Binding(
                    binding.span(), binding.name(), binding.axes(), old.type(), binding.value(), binding.drawn());
        }
        parameters.put(binding.name().text(), merged);
    }

    /** Splits {@code state a = 0, b = 1} and its like into one item a name. */
    private static List<Item> separate(Item item) {
        List<Item> single = new ArrayList<>();
        if (item instanceof Item.Parameters parameters) {
            parameters.bindings().forEach(b -> single.add(new Item.Parameters(b.span(), List.of(b))));
        } else if (item instanceof Item.States states) {
            states.bindings()
                    .forEach(b -> single.add(new Item.States(b.span(), states.shared(), states.place(), List.of(b))));
        } else if (item instanceof Item.Lets lets) {
            lets.bindings().forEach(b -> single.add(new Item.Lets(b.span(), List.of(b))));
        } else if (item instanceof Item.Modulators modulators) {
            modulators.bindings().forEach(b -> single.add(new Item.Modulators(b.span(), List.of(b))));
        } else {
            single.add(item);
        }
        return single;
    }

    private static void merge(Item item, Map<String, Binding> parameters, List<Item> items) {
        if (item instanceof Item.Parameters single) {
            putParameter(parameters, single.bindings().get(0));
            return;
        }
        String key = key(item);
        if (item instanceof Item.Handler handler && !handler.overriding() || key == null) {
            items.add(item);
            return;
        }
        int first = -1;
        for (int i = 0; i < items.size(); i++) {
            if (key.equals(key(items.get(i)))) {
                first = i;
                break;
            }
        }
        if (first < 0) {
            items.add(item);
            return;
        }
        int at = first;
        items.removeIf(old -> key.equals(key(old)));
        items.add(Math.min(at, items.size()), item);
    }

    /** What two items must share for the later one to replace the earlier; null for items that only add up. */
    private static String key(Item item) {
        if (item instanceof Item.States states) {
            return "name " + states.bindings().get(0).name();
        }
        if (item instanceof Item.Lets lets) {
            return "name " + lets.bindings().get(0).name();
        }
        if (item instanceof Item.Cases cases) {
            return "name " + cases.name();
        }
        if (item instanceof Item.Modulators modulators) {
            return "name " + modulators.bindings().get(0).name();
        }
        if (item instanceof Item.Feedback feedback) {
            return "name " + feedback.name();
        }
        if (item instanceof Item.Weight weight) {
            return "name " + weight.binding().name();
        }
        if (item instanceof Item.Input input) {
            return "name " + input.name();
        }
        if (item instanceof Item.Output output) {
            return "name " + output.name();
        }
        if (item instanceof Item.Compartment compartment) {
            return "name " + compartment.name();
        }
        if (item instanceof Item.Field field) {
            return "name " + field.binding().name();
        }
        if (item instanceof Item.Local local) {
            return "name " + local.declaration().name();
        }
        if (item instanceof Item.Phase phase) {
            return "phase " + phase.name();
        }
        if (item instanceof Item.Equation equation) {
            return "equation " + equation.target().span().text();
        }
        if (item instanceof Item.Noise noise) {
            return "noise " + noise.target().span().text();
        }
        if (item instanceof Item.Keep keep) {
            return "keep " + keep.target().span().text();
        }
        if (item instanceof Item.Section section) {
            return "section " + section.name();
        }
        if (item instanceof Item.Handler handler) {
            return "handler " + handler.trigger() + " "
                    + handler.event().map(e -> e.span().text()).orElse("");
        }
        if (item instanceof Item.Spike spike) {
            return "event " + spike.name();
        }
        if (item instanceof Item.Surrogate) {
            return "surrogate";
        }
        if (item instanceof Item.Method) {
            return "method";
        }
        if (item instanceof Item.Reads) {
            return "reads";
        }
        if (item instanceof Item.SignFixed) {
            return "sign fixed";
        }
        if (item instanceof Item.Split) {
            return "split";
        }
        return null;
    }
}
