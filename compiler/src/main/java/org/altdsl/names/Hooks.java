package org.altdsl.names;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.source.Span;

/** Checks that a block names something that happens. */
final class Hooks {
    private static final Set<String> ENDS = Set.of("pre", "post");

    private final NameScope scope;
    private final DiagnosticSink sink;

    Hooks(NameScope scope, DiagnosticSink sink) {
        this.scope = scope;
        this.sink = sink;
    }

    void check(Item.Handler handler) {
        if (handler.event().isEmpty() || handler.trigger() == Item.Trigger.EVERY) {
            return;
        }
        Expr event = handler.event().get();
        switch (handler.trigger()) {
            case ON -> on(event);
            case AFTER, BEFORE -> span(event, handler.trigger());
            case EACH -> each(event);
            case EVERY -> {}
        }
    }

    private void on(Expr event) {
        if (event instanceof Expr.Member member) {
            boolean ends = scope.kind() != Declaration.Kind.RULE && scope.kind() != Declaration.Kind.SYNAPSE
                    || member.of() instanceof Expr.Reference side && ENDS.contains(side.name());
            if (!ends) {
                String end = member.of().span().text();
                unknown(member.of().span(), end, ENDS, "events are those of 'pre' and 'post', not");
            }
            Set<String> events = new LinkedHashSet<>(Set.of("spike"));
            scope.catalogue().neuronMembers(scope.file()).forEach((name, symbols) -> {
                if (symbols.stream().anyMatch(symbol -> symbol.kind() == Symbol.Kind.EVENT)) {
                    events.add(name);
                }
            });
            if (!events.contains(member.name().text())) {
                unknown(member.name().span(), member.name().text(), events, "no event");
            }
            return;
        }
        Set<String> known = new LinkedHashSet<>();
        known.add("spike");
        known.addAll(scheduled());
        known.addAll(scope.catalogue().symbols(scope.declaration()).names(Symbol.Kind.EVENT));
        if (scope.kind() == Declaration.Kind.OPTIMIZER) {
            known.add("dw");
        }
        name(event, known, "no event");
    }

    private Set<String> scheduled() {
        Set<String> events = new LinkedHashSet<>();
        for (Item item : scope.catalogue().flattened(scope.declaration()).items()) {
            Parts.everyItem(item, inner -> {
                if (inner instanceof Item.Schedule schedule) {
                    events.add(schedule.event().text());
                }
            });
        }
        return events;
    }

    private void span(Expr event, Item.Trigger trigger) {
        Set<String> known = new LinkedHashSet<>(BuiltinNames.HOOKS);
        known.addAll(scope.phases());
        if (scope.phases().isEmpty() || scope.isPhase("forward")) {
            known.add("forward");
        }
        if (scope.kind() == Declaration.Kind.OPTIMIZER && trigger == Item.Trigger.BEFORE) {
            known.add("dw");
        }
        name(event, known, "nothing that ends or begins is called");
    }

    private void each(Expr event) {
        name(event, Set.of("step", "sample", "trial", "batch", "epoch"), "no span");
    }

    private void name(Expr event, Set<String> known, String message) {
        Optional<String> name =
                event instanceof Expr.Reference reference ? Optional.of(reference.name()) : Optional.empty();
        if (name.filter(known::contains).isEmpty()) {
            unknown(event.span(), name.orElse(event.span().text()), known, message);
        }
    }

    private void unknown(Span at, String name, Set<String> known, String message) {
        sink.error(Code.UNKNOWN_HOOK, at, message + " '" + name + "'" + Suggestions.didYouMean(name, known));
    }
}
