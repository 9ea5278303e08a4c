package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.ast.Item;
import org.altdsl.diag.Code;
import org.altdsl.ir.Axis;
import org.altdsl.ir.DType;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Fold;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Op;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;
import org.altdsl.source.Span;

/** The feedback pathways of a rule in use: one beside each plastic projection, or one from the output to each layer. */
final class Pathways {
    private final RuleInstance rule;
    private final Expressions expressions;
    private final Map<String, Var> variables = new HashMap<>();

    Pathways(RuleInstance rule, Expressions expressions) {
        this.rule = requireNonNull(rule);
        this.expressions = requireNonNull(expressions);
    }

    /** The reverse pathway beside a projection, as an expression over its synapses. */
    Expr beside(Item.Feedback feedback, Projection projection, Section section) {
        if (feedback.where().isPresent() && feedback.fromOutput()) {
            throw expressions.error(
                    Code.NOT_YET,
                    feedback.where().get().span(),
                    "a condition on a pathway from the output cannot be run yet");
        }
        if (feedback.where().isPresent()) {
            Expr exists = expressions.real(
                    feedback.where().get(), new RuleScopes.AtProjection(rule, projection), section, projection.space());
            return Emission.prim(Op.SELECT, exists, whole(feedback, projection, section), new Expr.Const(0));
        }
        return whole(feedback, projection, section);
    }

    private Expr whole(Item.Feedback feedback, Projection projection, Section section) {
        if (feedback.fromOutput()) {
            Population source = projection.post();
            return pathwayFromOutput(feedback, source, section);
        }
        Scope scope = new RuleScopes.AtProjection(rule, projection);
        Parameter given = rule.parameters().get(feedback.name().text());
        boolean drawn = given == null ? feedback.drawn() : given.binding().drawn();
        org.altdsl.ast.Expr value =
                given == null ? feedback.value() : given.binding().value().get();
        Scope valueScope = given == null ? scope : new Beside(scope, given.scope());
        if (!drawn && mentionsWeight(value, projection)) {
            return expressions.real(value, valueScope, section, projection.space());
        }
        return expressions
                .emission()
                .read(
                        pathwayVariable(
                                feedback,
                                projection.name(),
                                projection.space(),
                                value,
                                drawn,
                                valueScope,
                                projection.mask()),
                        section);
    }

    /** The names of the use, after those of the place. */
    private record Beside(Scope place, Scope use) implements Scope {
        @Override
        public Optional<Value> find(String name, Section section, Span at) {
            Optional<Value> here = place.find(name, section, at);
            return here.isPresent() ? here : use.find(name, section, at);
        }

        @Override
        public List<String> names() {
            return place.names();
        }

        @Override
        public Optional<Space> axis(String name) {
            return place.axis(name);
        }

        @Override
        public Space drawSpace() {
            return place.drawSpace();
        }

        @Override
        public Optional<Mask> mask() {
            return place.mask();
        }

        @Override
        public String stream() {
            return place.stream();
        }
    }

    private Var pathwayVariable(
            Item.Feedback feedback,
            String owner,
            Space space,
            org.altdsl.ast.Expr value,
            boolean drawn,
            Scope valueScope,
            Optional<Mask> mask) {
        String full = owner + "." + feedback.name();
        Var known = variables.get(full);
        if (known != null) {
            return known;
        }
        Expr initial = drawn
                ? new Builtins(expressions).draw(value, valueScope, Section.INIT, space, full, true)
                : expressions.real(value, valueScope, Section.INIT, space);
        Expr init = mask.map(sparse -> sparse.filled(initial, 0)).orElse(initial);
        Var variable = expressions
                .emission()
                .declare(new Var(
                        expressions.emission().freeName(full),
                        space,
                        DType.REAL,
                        org.altdsl.runtime.plan.Scope.RUN,
                        Owner.RULE,
                        Matter.FEEDBACK,
                        Optional.of(init),
                        feedback.span(),
                        feedback.name().text()));
        variables.put(full, variable);
        return expressions.masks().own(variable, mask);
    }

    /** Gives the pathway beside a projection another initial value, before anything has read it. */
    void give(Item.Feedback feedback, Projection projection, org.altdsl.ast.Expr value, Scope scope) {
        String owner = feedback.fromOutput() ? projection.post().name() : projection.name();
        Space space = projection.space();
        if (feedback.fromOutput()) {
            space = projection
                    .post()
                    .space()
                    .union(rule.network().output().orElseThrow().space());
        }
        Optional<Mask> mask = feedback.fromOutput() ? Optional.empty() : projection.mask();
        pathwayVariable(feedback, owner, space, value, false, scope, mask);
    }

    private static boolean mentionsWeight(org.altdsl.ast.Expr value, Projection projection) {
        String text = value.span().text();
        return projection.weights().keySet().stream().anyMatch(weight -> text.matches("(?s).*\\b" + weight + "\\b.*"));
    }

    private Expr pathwayFromOutput(Item.Feedback feedback, Population population, Section section) {
        Population output = rule.network()
                .output()
                .orElseThrow(() -> expressions.error(
                        Code.BAD_EXPERIMENT, feedback.span(), "a pathway from the output needs an output population"));
        Space space = population.space().union(output.space());
        Parameter given = rule.parameters().get(feedback.name().text());
        boolean drawn = given == null ? feedback.drawn() : given.binding().drawn();
        org.altdsl.ast.Expr value =
                given == null ? feedback.value() : given.binding().value().get();
        Scope place = new FromOutput(rule, population, output);
        Scope valueScope = given == null ? place : new Beside(place, given.scope());
        if (value.span().text().contains("transpose")) {
            Projection direct = rule.projections().stream()
                    .filter(p -> p.pre() == population && p.post() == output)
                    .findFirst()
                    .orElseThrow(() -> expressions.error(
                            Code.BAD_EXPERIMENT,
                            value.span(),
                            "'" + population.name()
                                    + "' does not project to the output, so there is nothing to transpose"));
            return expressions.real(value, new RuleScopes.AtProjection(rule, direct), section, space);
        }
        List<Axis> order = new ArrayList<>(population.space().axes());
        order.addAll(output.space().axes());
        expressions.literals().register(order.toArray(new Axis[0]));
        return expressions
                .emission()
                .read(
                        pathwayVariable(feedback, population.name(), space, value, drawn, valueScope, Optional.empty()),
                        section);
    }

    /** The place of a pathway from the output: its sources are the output, its targets a population. */
    private record FromOutput(RuleInstance rule, Population population, Population output) implements Scope {
        @Override
        public Optional<Value> find(String name, Section section, Span at) {
            if (name.equals("fan_out")) {
                return Optional.of(new Value.Real(Builtins.size(output.space())));
            }
            if (name.equals("fan_in")) {
                return Optional.of(new Value.Real(Builtins.size(population.space())));
            }
            return rule.find(name, this, Optional.empty(), population, section, at);
        }

        @Override
        public List<String> names() {
            return rule.memberNames();
        }

        @Override
        public Optional<Space> axis(String name) {
            return Optional.empty();
        }

        @Override
        public Space drawSpace() {
            return population.space().union(output.space());
        }

        @Override
        public String stream() {
            return population.name() + "." + rule.name();
        }
    }

    /** What arrives at a population over a pathway: from the targets of its projections, or from the output. */
    Expr through(
            org.altdsl.ast.Expr.Reference pathway,
            org.altdsl.ast.Expr carried,
            Population population,
            Section section,
            Span at) {
        Item.Feedback feedback = rule.model().items(Item.Feedback.class).stream()
                .filter(item -> item.name().text().equals(pathway.name()))
                .findFirst()
                .orElseThrow(() -> expressions.error(
                        Code.UNKNOWN_NAME,
                        pathway.span(),
                        "'" + pathway.name() + "' is no feedback pathway of this rule"));
        if (feedback.fromOutput()) {
            Population output = rule.network()
                    .output()
                    .orElseThrow(() -> expressions.error(
                            Code.BAD_EXPERIMENT, at, "a pathway from the output needs an output population"));
            Expr x = expressions.real(carried, new RuleScopes.AtNeuron(rule, output), section);
            Expr arriving = Emission.prim(Op.MUL, pathwayFromOutput(feedback, population, section), x);
            return Builtins.reduce(Fold.SUM, arriving, output.space());
        }
        Expr total = null;
        for (Projection projection : rule.network().projections()) {
            if (projection.pre() != population || !projection.weights().isEmpty() && !projection.isPlastic()) {
                continue;
            }
            Expr x = expressions.real(carried, new RuleScopes.AtNeuron(rule, projection.post()), section);
            Expr sent = projection.weights().isEmpty()
                    ? new Derived(projection, section, at).back(x)
                    : overSynapses(beside(feedback, projection, section), x, projection);
            boolean nothing = sent instanceof Expr.Const constant && constant.value() == 0;
            total = total == null || nothing ? total == null ? sent : total : Emission.prim(Op.ADD, total, sent);
        }
        return total == null ? new Expr.Const(0) : total;
    }

    private static Expr overSynapses(Expr pathway, Expr x, Projection projection) {
        if (projection.edges().isPresent()) {
            return projection.summedAtSources(Emission.prim(Op.MUL, pathway, projection.atTargets(x)));
        }
        Geometry geometry = projection.geometry();
        Expr arriving = Builtins.reduce(Fold.SUM, Emission.prim(Op.MUL, pathway, x), geometry.targetsOfOne());
        return geometry.atSources(arriving);
    }

    /**
     * The way back across a projection without a weight, such as a pool: the derivative of what its targets' {@code u}
     * takes from its sources' {@code r}, whatever lies between the two.
     */
    private final class Derived {
        private final Projection projection;
        private final Section section;
        private final Span at;

        Derived(Projection projection, Section section, Span at) {
            this.projection = projection;
            this.section = section.settle();
            this.at = at;
        }

        Expr back(Expr x) {
            Expr total = new Expr.Const(0);
            if (x instanceof Expr.Const constant && constant.value() == 0) {
                return total;
            }
            Var sources = variable(projection.pre(), "r");
            for (String input : projection.inputs()) {
                Expr credit = carried(variable(projection.post(), "u"), x, variable(projection.post(), input));
                for (Expr delivered : projection.deliveries(input, section)) {
                    Expr share = carried(held(delivered, "delivered"), credit, sources);
                    total = total instanceof Expr.Const ? share : Emission.prim(Op.ADD, total, share);
                }
            }
            return total;
        }

        private Var variable(Population population, String quantity) {
            Value value = population
                    .quantity(quantity, section, at)
                    .orElseThrow(() -> expressions.error(
                            Code.UNKNOWN_MEMBER,
                            at,
                            "what goes back from '" + projection.post().name() + "' to '"
                                    + projection.pre().name() + "' is told by '"
                                    + projection.post().name() + ".u' and '"
                                    + projection.pre().name() + ".r'; '" + population.name() + "' has no '" + quantity
                                    + "'"));
            return held(expressions.real(value, at, population, section, null), quantity);
        }

        private Var held(Expr value, String name) {
            Expr read = value instanceof Expr.Read ? value : temporary(projection.name() + "." + name, value);
            return ((Expr.Read) read).variable();
        }

        private Expr temporary(String name, Expr value) {
            return expressions.emission().temporary(name, section, value, Slot.SETTLE, Owner.RULE, Matter.SLOPE, at);
        }

        /** The derivative by a variable of what a quantity is worth when each of its points counts as {@code x} says. */
        private Expr carried(Var quantity, Expr x, Var by) {
            if (quantity.equals(by)) {
                return x;
            }
            Expr read = expressions.emission().read(quantity, section);
            Expr worth = Emission.prim(Op.MUL, Emission.prim(Op.STOP, x), read);
            Space points = worth.space().without(Axis.LANE);
            Var sum = held(Builtins.reduce(Fold.SUM, worth, points), "worth");
            Expr slope = new Expr.Deriv(
                    Expr.DerivKind.GRADIENT, expressions.emission().read(sum, section), by);
            return temporary(by.name() + ".slope", slope);
        }
    }
}
