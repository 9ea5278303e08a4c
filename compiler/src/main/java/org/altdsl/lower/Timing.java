package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.diag.Code;
import org.altdsl.names.Flattened;
import org.altdsl.names.Inheritance;
import org.altdsl.names.LinkedProgram;
import org.altdsl.names.Parts;
import org.altdsl.source.Span;

/** Whether a test runs in time, and how long its steps are. */
public final class Timing {
    /** The step of a test that says none. */
    private static final double STANDARD = 1e-4;

    private static final List<String> SIDES = List.of("pre", "post");

    private final Declaration test;
    private final LinkedProgram program;
    private final Inheritance inheritance;
    private final Expressions expressions;
    private final Scope scope;

    Timing(Declaration test, LinkedProgram program, Inheritance inheritance, Expressions expressions, Scope scope) {
        this.test = requireNonNull(test);
        this.program = requireNonNull(program);
        this.inheritance = requireNonNull(inheritance);
        this.expressions = requireNonNull(expressions);
        this.scope = requireNonNull(scope);
    }

    /** The time of the test; empty if nothing in it takes time. */
    Optional<Time> step() {
        for (Item item : test.body()) {
            if (item instanceof Item.Given given) {
                for (Item.GivenValue value : given.values()) {
                    if (value.target().span().text().equals("dt")) {
                        Expr written = value.value().orElseThrow();
                        return Optional.of(step(expressions, written, scope));
                    }
                }
            }
        }
        return takesTime() ? Optional.of(new Time(STANDARD, false)) : Optional.empty();
    }

    /** The step that an experiment or a test says. */
    static Time step(Expressions expressions, Expr written, Scope scope) {
        double dt = expressions.number(written, scope, Section.INIT, "the step 'dt'");
        if (!(dt > 0) || Double.isInfinite(dt)) {
            throw expressions.error(Code.BAD_SETTING, written.span(), "a step takes some time: dt = 0.1 ms");
        }
        return new Time(dt, written.span().text().matches("[0-9.e+-]*\\s*steps?"));
    }

    private boolean takesTime() {
        for (Item item : test.body()) {
            if (item instanceof Item.Given given
                    && given.values().stream()
                            .anyMatch(value ->
                                    value.kind() == Item.GivenKind.AT || value.kind() == Item.GivenKind.EVERY)) {
                return true;
            }
            if (item instanceof Item.Network network && takesTime(network)) {
                return true;
            }
        }
        return test.tested().map(this::takesTime).orElse(false);
    }

    /** Whether a network has neurons or synapses in time. */
    boolean takesTime(Item item) {
        boolean[] found = {false};
        Parts.everyExpression(item, expr -> found[0] |= expr instanceof Expr.Reference && takesTime(expr));
        return found[0];
    }

    private boolean takesTime(Expr use) {
        Expr head = use;
        while (head instanceof Expr.Call || head instanceof Expr.Index) {
            head = head instanceof Expr.Call call ? call.function() : ((Expr.Index) head).of();
        }
        if (!(head instanceof Expr.Reference reference)) {
            return false;
        }
        if (reference.name().equals("Spikes")) {
            return true;
        }
        Span at = head.span();
        Optional<Declaration> circuit = program.find(at.file(), reference.name())
                .filter(declaration -> declaration.kind() == Declaration.Kind.CIRCUIT);
        if (circuit.isPresent()) {
            return inheritance.flatten(circuit.get()).items().stream().anyMatch(this::takesTime);
        }
        return program.find(at.file(), reference.name())
                .filter(declaration -> List.of(Declaration.Kind.NEURON, Declaration.Kind.SYNAPSE, Declaration.Kind.RULE)
                        .contains(declaration.kind()))
                .map(declaration -> takesTime(inheritance.flatten(declaration)))
                .orElse(false);
    }

    /** Whether a model has anything that happens in time. */
    public static boolean takesTime(Flattened model) {
        boolean isNeuron = model.declaration().kind() == Declaration.Kind.NEURON;
        return model.items().stream()
                .anyMatch(item -> item instanceof Item.Spike
                        || item instanceof Item.Equation equation && !equation.relaxing()
                        || item instanceof Item.Handler handler
                                && !isNeuron
                                && (SIDES.stream().anyMatch(side -> event(handler, side)
                                                .isPresent())
                                        || handler.trigger() == Item.Trigger.EACH));
    }

    /** The event at an end of a projection, {@code pre} or {@code post}, that a block waits for, if it does. */
    static Optional<String> event(Item.Handler handler, String side) {
        return handler.event()
                .filter(event -> handler.trigger() == Item.Trigger.ON)
                .filter(Expr.Member.class::isInstance)
                .map(Expr.Member.class::cast)
                .filter(event -> event.of().span().text().equals(side))
                .map(event -> event.name().text());
    }
}
