package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.ast.Item;
import org.altdsl.ast.Name;
import org.altdsl.derive.ode.Equation;
import org.altdsl.derive.ode.Integration;
import org.altdsl.derive.ode.Method;
import org.altdsl.derive.ode.Outcome;
import org.altdsl.derive.ode.Setting;
import org.altdsl.derive.ode.Step;
import org.altdsl.derive.ode.Workspace;
import org.altdsl.diag.Code;
import org.altdsl.diag.Diagnostic;
import org.altdsl.diag.Note;
import org.altdsl.ir.DType;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Exprs;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Var;
import org.altdsl.names.Suggestions;
import org.altdsl.source.Span;

/** A system of equations of one step: what moves together is integrated together. */
final class Integrating {
    private final Expressions expressions;
    private final Time time;
    private final Map<Var, Equation> equations = new LinkedHashMap<>();

    /** Where parameters of each equation got values that time constants cannot have. */
    private final Map<Span, List<Note>> doubtful = new HashMap<>();

    Integrating(Expressions expressions, Time time) {
        this.expressions = requireNonNull(expressions);
        this.time = requireNonNull(time);
    }

    /**
     * Adds an equation; its rate reads states as they are at the start of the step.
     *
     * @param frozen a condition under which the state stands still
     * @param written the equation as it was written
     * @param parameters those of the model that it belongs to
     */
    void add(Var state, Expr rate, Optional<Expr> frozen, Item.Equation written, Map<String, Parameter> parameters) {
        Span span = written.span();
        Expr.Read current = (Expr.Read) expressions.emission().read(state, Section.TICK);
        if (!state.space().contains(rate.space())) {
            throw expressions.error(
                    Code.LOST_AXIS,
                    span,
                    "this rate has one value for " + Expressions.words(rate.space()) + ", but '" + state.label()
                            + "' has one for " + Expressions.words(state.space()));
        }
        equations.put(state, new Equation(state, current, rate, frozen, span));
        doubtful.computeIfAbsent(span, unused -> Parameter.notPositive(written.value(), parameters, expressions));
    }

    boolean has(Var state) {
        return equations.containsKey(state);
    }

    /** The values after the step, in an order in which they can be written one after the other. */
    List<Step> steps(Optional<Name> method) {
        if (equations.isEmpty()) {
            return List.of();
        }
        Optional<Method> requested = method.map(name -> Method.named(name.text())
                .orElseThrow(() -> expressions.error(
                        Code.UNKNOWN_NAME,
                        name.span(),
                        "no method '" + name + "'"
                                + Suggestions.didYouMean(
                                        name.text(),
                                        java.util.Arrays.stream(Method.values())
                                                .map(Method::word)
                                                .toList()))));
        Setting setting = new Setting(
                time.dt(),
                expressions
                        .processes(equations.values().iterator().next().span())
                        .white(),
                this::isConstant,
                new Beside());
        Outcome outcome = Integration.of(new ArrayList<>(equations.values()), requested, setting);
        outcome.diagnostics().stream().map(this::withValues).forEach(expressions.sink()::add);
        for (Step step : outcome.steps()) {
            expressions
                    .emission()
                    .integrated(new LoweredRule.Integrated(
                            step.state().name(), step.method().word(), step.reason()));
        }
        return outcome.steps();
    }

    /** A message about what grows or is divided by 0, with the values that may be the reason. */
    private Diagnostic withValues(Diagnostic diagnostic) {
        boolean concerns = diagnostic.code() == Code.GROWING_SOLUTION || diagnostic.code() == Code.NOT_FINITE;
        List<Note> notes = new ArrayList<>(diagnostic.notes());
        if (concerns) {
            notes.addAll(doubtful.getOrDefault(diagnostic.at(), List.of()));
        }
        return new Diagnostic(diagnostic.code(), diagnostic.severity(), diagnostic.at(), diagnostic.message(), notes);
    }

    /** Writes the states. */
    void emit(Optional<Name> method, Section section) {
        for (Step step : steps(method)) {
            Equation equation = equations.get(step.state());
            // What has a value for each synapse has none where there is no synapse.
            Expr value = expressions.masks().held(step.state(), step.value());
            expressions
                    .emission()
                    .update(section, step.state(), Optional.empty(), value, Slot.INTEGRATE, equation.span());
        }
    }

    /** Parameters that were drawn, and what was computed from them. */
    private boolean isConstant(Var variable) {
        return expressions.emission().isConstant(variable);
    }

    /** What is computed beside the states. */
    private final class Beside implements Workspace {
        private final Map<Expr, Expr> known = new HashMap<>();

        @Override
        public Expr once(String name, Expr value) {
            return known.computeIfAbsent(value, unused -> {
                Span at = equations.values().iterator().next().span();
                Var variable = expressions
                        .emission()
                        .declare(new Var(
                                expressions.emission().freeName(owner() + "." + name),
                                value.space(),
                                DType.REAL,
                                org.altdsl.runtime.plan.Scope.RUN,
                                Owner.HARNESS,
                                Matter.NEURON,
                                Optional.of(atStart(value)),
                                at,
                                name));
                expressions.emission().constant(variable);
                return new Expr.Read(variable, 0);
            });
        }

        @Override
        public Expr temporary(String name, Expr value) {
            Equation first = equations.values().iterator().next();
            // What a rule computes for itself tells others nothing; what is in it does.
            boolean ofNeurons = first.state().owner() == Owner.NEURON;
            return expressions
                    .emission()
                    .temporary(
                            owner() + "." + name,
                            Section.TICK,
                            value,
                            Slot.INTEGRATE,
                            ofNeurons ? Owner.NEURON : Owner.RULE,
                            ofNeurons ? Matter.NEURON : Matter.OTHER,
                            first.span());
        }

        private String owner() {
            String first = equations.keySet().iterator().next().name();
            return first.substring(0, Math.max(0, first.lastIndexOf('.')));
        }
    }

    private static Expr atStart(Expr expr) {
        if (expr instanceof Expr.Read read) {
            return new Expr.Read(read.variable(), 0);
        }
        return Exprs.mapChildren(expr, Integrating::atStart);
    }
}
