package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.diag.Code;
import org.altdsl.diag.Note;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Expr.Const;
import org.altdsl.ir.Fold;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Op;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;
import org.altdsl.source.Span;

/** Lowers the statements of a block, in the order written. */
final class Statements {
    private final Expressions expressions;
    private final Map<String, Var> written = new HashMap<>();
    private Optional<SharedQuantities> shared = Optional.empty();

    Statements(Expressions expressions) {
        this.expressions = requireNonNull(expressions);
    }

    /** What a block may write, and where it stands. */
    interface Place {
        Scope scope();

        /** The variable that a written name means. */
        Optional<Target> target(String name, Span at);

        /** Whether a name is one of what every place has of this kind and this one has not: there is nothing to do. */
        default boolean lacks(String name) {
            return false;
        }

        /** The scope of statements on a target, where that is not the place's own. */
        default Scope scopeOf(Target target) {
            return scope();
        }

        /** The positions that share what is learnt: increments of all of them add up. */
        default Space positions() {
            return Space.SCALAR;
        }

        /** What else is to be written where a value, as yet not reduced, is written to a target. */
        default Map<Target, org.altdsl.ir.Expr> carried(
                Target target, org.altdsl.ir.Expr value, Section section, Slot slot, Span at) {
            return Map.of();
        }

        /** Lowers a statement that only such a place knows; false if it does not know this one. */
        default boolean special(
                Item item, Scope scope, Section section, Slot slot, Optional<org.altdsl.ir.Expr> guard) {
            return false;
        }

        /** A value of synapses that are listed one by one, added up for each neuron that they end or start at. */
        default Optional<org.altdsl.ir.Expr> summed(org.altdsl.ir.Expr value, Var target) {
            return Optional.empty();
        }

        /** Whether a branch is taken: what its condition was when it was reached. */
        default org.altdsl.ir.Expr condition(
                Item.If item, Scope.Local scope, Section section, Slot slot, Expressions expressions) {
            return held(item, expressions.real(item.condition(), scope, section), section, slot, expressions);
        }

        /** Keeps what a condition is when it is reached; a constant stays one. */
        default org.altdsl.ir.Expr held(
                Item.If item, org.altdsl.ir.Expr condition, Section section, Slot slot, Expressions expressions) {
            return expressions
                    .emission()
                    .temporary(owner() + ".condition", section, condition, slot, Owner.RULE, Matter.OTHER, item.span());
        }

        /** What a variable becomes instead, by soft bounds, which look at its value before. */
        default org.altdsl.ir.Expr softened(
                Var variable, org.altdsl.ir.Expr old, org.altdsl.ir.Expr next, Section section) {
            return next;
        }

        /** What to do after a variable was written: bounds. */
        void afterWrite(Var variable, Section section);

        /** Takes a reported quantity. */
        void report(String name, Var variable);

        /** Whether the place is the one that {@code at NAME} means. */
        boolean isAt(Optional<org.altdsl.ast.Name> at);

        /** The owner of temporaries. */
        String owner();
    }

    /**
     * Something that can be written.
     *
     * @param proposal whether it is a proposal, which lanes and projections add up in
     * @param ofPopulation whether it belongs to neurons, so that several projections may mean the same variable
     */
    record Target(Var variable, boolean proposal, boolean ofPopulation) {
        Target {
            requireNonNull(variable);
        }

        /** The same as a section means it. */
        Target in(Section section, Emission emission) {
            return new Target(emission.in(section, variable), proposal, ofPopulation);
        }
    }

    private static Scope.Local scopeOf(Target target, Place place, Scope.Local scope) {
        Scope own = place.scopeOf(target);
        return own.equals(place.scope())
                ? scope.drawing(target.variable().space())
                : new Scope.Local(own, scope.own(), target.variable().space(), true);
    }

    /** What is done at one of the places that run a block, where a condition holds. */
    private record Turn(Place place, Scope.Local scope, Optional<org.altdsl.ir.Expr> guard) {
        Turn where(org.altdsl.ir.Expr condition) {
            return new Turn(place, scope, both(guard, condition));
        }
    }

    /** Lowers a block. A statement with an error is reported and left out. */
    void block(List<Item> items, Place place, Section section, Slot slot) {
        block(items, place, section, slot, Optional.empty());
    }

    /** Lowers a block that is carried out where a condition holds. */
    void block(List<Item> items, Place place, Section section, Slot slot, Optional<org.altdsl.ir.Expr> guard) {
        run(items, List.of(new Turn(place, Scope.over(place.scope()), guard)), section, slot);
    }

    /** Lowers a block that happens at several places at once: each statement at all of them before the next one. */
    void together(List<Item> items, List<? extends Place> places, Section section, Slot slot) {
        List<Turn> turns = new ArrayList<>();
        for (Place place : places) {
            turns.add(new Turn(place, Scope.over(place.scope()), Optional.empty()));
        }
        run(items, turns, section, slot);
    }

    /**
     * Lowers a block that places run one after the other. What they share is changed once, and all of them read it as the
     * text has it at that point, whoever changed it.
     */
    void inTurn(List<Item> items, List<? extends Place> places, Section section, Slot slot) {
        if (places.size() > 1) {
            shared = Optional.of(new SharedQuantities(places.get(0).owner(), expressions.emission()));
        }
        try {
            for (Place place : places) {
                shared.ifPresent(quantities -> quantities.begin(assign -> place.target(
                                targetName(assign.target()), assign.target().span())
                        .map(target -> expressions.emission().in(section, target.variable()))));
                block(items, place, section, slot);
            }
        } finally {
            shared.ifPresent(SharedQuantities::close);
            shared = Optional.empty();
        }
    }

    private void run(List<Item> items, List<Turn> turns, Section section, Slot slot) {
        for (Item item : items) {
            shared.ifPresent(quantities -> quantities.reach(item));
            if (item instanceof Item.If branch) {
                branch(branch, turns, section, slot);
            } else if (item instanceof Item.MatchItem match) {
                match(match, turns, section, slot);
            } else if (item instanceof Item.Located located) {
                run(
                        List.of(located.item()),
                        turns.stream()
                                .filter(turn -> turn.place().isAt(located.at()))
                                .toList(),
                        section,
                        slot);
            } else {
                for (Turn turn : turns) {
                    statement(item, turn, section, slot);
                }
            }
        }
    }

    private void statement(Item item, Turn turn, Section section, Slot slot) {
        try {
            statement(item, turn.place(), turn.scope(), section, slot, turn.guard());
        } catch (Abandon reported) {
            if (item instanceof Item.Lets) {
                // A name that could not be defined would only give more errors.
                throw reported;
            }
        }
    }

    private void statement(
            Item item, Place place, Scope.Local scope, Section section, Slot slot, Optional<org.altdsl.ir.Expr> guard) {
        if (place.special(item, scope, section, slot, guard)) {
            return;
        }
        if (item instanceof Item.Assign assign) {
            assign(assign, place, scope, section, slot, guard);
        } else if (item instanceof Item.Lets lets) {
            for (Binding binding : lets.bindings()) {
                scope.own().put(binding.name().text(), local(binding, place, scope, section, slot));
            }
        } else if (item instanceof Item.Report report) {
            report(report, place, scope, section, slot);
        } else {
            throw expressions.error(
                    Code.NOT_YET,
                    item.span(),
                    "this statement is part of the language, but this version cannot run it here yet");
        }
    }

    private Value local(Binding binding, Place place, Scope.Local scope, Section section, Slot slot) {
        Expr source = binding.value()
                .orElseThrow(() ->
                        expressions.error(Code.MISSING_VALUE, binding.span(), "'" + binding.name() + "' has no value"));
        org.altdsl.ir.Expr value;
        if (binding.drawn()) {
            value = new Builtins(expressions)
                    .draw(source, scope, section, scope.drawSpace(), scope.stream() + "." + binding.name(), false);
        } else {
            Value any = expressions.value(source, scope, section);
            if (!(any instanceof Value.Real real)) {
                return any;
            }
            value = real.expr();
        }
        return new Value.Real(expressions
                .emission()
                .temporary(
                        owner(place, value) + "." + binding.name(),
                        section,
                        value,
                        slot,
                        Owner.RULE,
                        Matter.OTHER,
                        binding.span()));
    }

    /** Whose a definition is: of what all places share, it is the first one's at each of them. */
    private String owner(Place place, org.altdsl.ir.Expr value) {
        boolean isOfAll = org.altdsl.ir.Exprs.reads(value).stream()
                .allMatch(read -> read.space().without(Axis.LANE).isScalar()
                        && !read.name().startsWith(place.owner() + "."));
        return isOfAll ? shared.map(SharedQuantities::first).orElse(place.owner()) : place.owner();
    }

    private void branch(Item.If item, List<Turn> turns, Section section, Slot slot) {
        List<Turn> then = new ArrayList<>();
        List<Turn> otherwise = new ArrayList<>();
        for (Turn turn : turns) {
            try {
                org.altdsl.ir.Expr condition = turn.place().condition(item, turn.scope(), section, slot, expressions);
                if (condition instanceof Const constant) {
                    (constant.value() != 0 ? then : otherwise).add(turn);
                    continue;
                }
                then.add(turn.where(condition));
                otherwise.add(turn.where(Emission.prim(Op.NOT, condition)));
            } catch (Abandon reported) {
                continue;
            }
        }
        run(item.body(), then, section, slot);
        run(item.otherwise(), otherwise, section, slot);
    }

    private static Optional<org.altdsl.ir.Expr> both(Optional<org.altdsl.ir.Expr> guard, org.altdsl.ir.Expr condition) {
        return Optional.of(
                guard.map(outer -> Emission.prim(Op.AND, outer, condition)).orElse(condition));
    }

    private void match(Item.MatchItem item, List<Turn> turns, Section section, Slot slot) {
        for (Item.MatchBranch branch : item.branches()) {
            List<Turn> meant = new ArrayList<>();
            for (Turn turn : turns) {
                try {
                    meant(item, branch, turn, section).ifPresent(meant::add);
                } catch (Abandon reported) {
                    continue;
                }
            }
            run(branch.body(), meant, section, slot);
        }
    }

    private Optional<Turn> meant(Item.MatchItem item, Item.MatchBranch branch, Turn turn, Section section) {
        Scope scope = turn.scope();
        Value subject = expressions.value(item.subject(), scope, section);
        Value pattern = expressions.value(branch.pattern(), scope, section);
        if (subject instanceof Value.Word) {
            return subject.equals(pattern) ? Optional.of(turn) : Optional.empty();
        }
        return Optional.of(turn.where(Emission.prim(
                Op.EQ,
                expressions.real(subject, item.subject().span(), scope, section, null),
                expressions.real(pattern, branch.pattern().span(), scope, section, null))));
    }

    private void report(Item.Report item, Place place, Scope.Local scope, Section section, Slot slot) {
        org.altdsl.ir.Expr value = Emission.laneMean(expressions.real(item.value(), scope, section));
        if (!value.space().isScalar()) {
            throw expressions.error(
                    Code.LOST_AXIS,
                    item.value().span(),
                    "a report is one number; this has one for " + Expressions.words(value.space(), scope)
                            + ": say how to combine them, as in mean(… over post)");
        }
        Emission emission = expressions.emission();
        Var variable = emission.declare(new Var(
                emission.freeName(place.owner() + "." + item.name()),
                Space.SCALAR,
                org.altdsl.ir.DType.REAL,
                org.altdsl.runtime.plan.Scope.STEP,
                Owner.RULE,
                Matter.OTHER,
                Optional.empty(),
                item.span(),
                item.name().text()));
        emission.update(section, variable, Optional.empty(), value, slot, item.span());
        place.report(item.name().text(), variable);
    }

    private void assign(
            Item.Assign item,
            Place place,
            Scope.Local scope,
            Section section,
            Slot slot,
            Optional<org.altdsl.ir.Expr> guard) {
        String name = targetName(item.target());
        if (place.lacks(name)) {
            return;
        }
        Target named = place.target(name, item.target().span())
                .orElseThrow(() -> expressions.error(
                        Code.NOT_ASSIGNABLE, item.target().span(), "'" + name + "' cannot be assigned here"));
        Scope.Local where = scopeOf(named, place, scope);
        Target target = named.in(section, expressions.emission());
        org.altdsl.ir.Expr value =
                expressions.real(item.value(), where, section, target.variable().space());
        Map<Target, org.altdsl.ir.Expr> carried =
                place.carried(target, value, section, slot, item.value().span());
        assign(item, place, where, section, slot, guard, target, value);
        carried.forEach((other, share) -> assign(item, place, where, section, slot, guard, other, share));
    }

    private void assign(
            Item.Assign item,
            Place place,
            Scope scope,
            Section section,
            Slot slot,
            Optional<org.altdsl.ir.Expr> guard,
            Target target,
            org.altdsl.ir.Expr wholeValue) {
        Var variable = target.variable();
        String name = variable.label();
        org.altdsl.ir.Expr value = wholeValue;
        boolean increment =
                item.operator() == Item.AssignmentOperator.ADD || item.operator() == Item.AssignmentOperator.SUBTRACT;
        Optional<org.altdsl.ir.Expr> wholeGuard = guard;
        Space shared = value.space().minus(variable.space()).intersect(place.positions());
        if (!shared.isScalar() && (target.proposal() || increment)) {
            if (guard.isPresent()) {
                value = Emission.prim(Op.SELECT, guard.get(), value, new Const(0));
                wholeGuard = Optional.empty();
            }
            value = Builtins.reduce(Fold.SUM, value, shared);
        }
        boolean lanesMeet = !variable.perSample()
                && (value.space().has(Axis.LANE)
                        || guard.map(g -> g.space().has(Axis.LANE)).orElse(false));
        if (lanesMeet) {
            if (!target.proposal() && !increment) {
                throw expressions.error(
                        Code.BATCH_NOT_REDUCED,
                        item.value().span(),
                        "this has one value for each sample, and '" + name
                                + "' is shared by all samples; say how to combine them, as in mean(… over batch)",
                        Note.at(variable.origin(), "'" + name + "' is declared here"));
            }
            if (wholeGuard.isPresent()) {
                value = Emission.prim(Op.SELECT, wholeGuard.get(), value, new Const(0));
                wholeGuard = Optional.empty();
            }
            value = Emission.laneMean(value);
        }
        Space happens = wholeGuard
                .map(condition -> condition.space().minus(variable.space()))
                .orElse(Space.SCALAR);
        if (!happens.isScalar() && !target.proposal()) {
            if (!increment) {
                throw expressions.error(
                        Code.LOST_AXIS,
                        item.span(),
                        "this happens to each of " + Expressions.words(happens, scope) + " by itself, but '" + name
                                + "' has one value for all of them; what happens to several can be added up, as in "
                                + name + " += 1",
                        Note.at(variable.origin(), "'" + name + "' is declared here"));
            }
            value = Emission.prim(Op.SELECT, wholeGuard.get(), value, new Const(0));
            wholeGuard = Optional.empty();
        }
        Space extra = value.space().minus(variable.space());
        if (!extra.isScalar()) {
            if (!increment || target.proposal()) {
                throw expressions.error(
                        Code.LOST_AXIS,
                        item.value().span(),
                        "this has one value for " + Expressions.words(value.space(), scope) + ", but '" + name
                                + "' has one for " + Expressions.words(variable.space(), scope)
                                + "; say how to combine them, as in sum(… over "
                                + axisWord(extra, scope) + ")",
                        Note.at(variable.origin(), "'" + name + "' is declared here"));
            }
            org.altdsl.ir.Expr each = value;
            value = place.summed(each, variable)
                    .orElseGet(() -> Builtins.reduce(
                            Fold.SUM, each, extra, expressions.masks().of(scope, each, extra)));
        }
        write(item, place, section, slot, target, wholeGuard, value);
    }

    private static String axisWord(Space extra, Scope scope) {
        for (String word : List.of("pre", "post", "batch", "population", "output", "input")) {
            if (scope.axis(word).map(extra::equals).orElse(false)) {
                return word;
            }
        }
        return extra.axes().get(0).name();
    }

    private void write(
            Item.Assign item,
            Place place,
            Section section,
            Slot slot,
            Target target,
            Optional<org.altdsl.ir.Expr> guard,
            org.altdsl.ir.Expr value) {
        Emission emission = expressions.emission();
        Var variable = target.variable();
        String key = item.span().start() + " " + item.span().file() + " " + variable.name();
        Var already = target.ofPopulation() ? written.putIfAbsent(key, variable) : null;
        boolean first = !emission.isWritten(variable, section);
        Item.AssignmentOperator operator = item.operator();
        if (already != null) {
            if (!dependsOn(value, place.owner())) {
                return;
            }
            if (!target.proposal()) {
                throw expressions.error(
                        Code.CONFLICTING_DECLARATION,
                        item.span(),
                        "several projections end at these neurons and would each assign '" + variable.label() + "'");
            }
            operator = Item.AssignmentOperator.ADD;
        }
        if (target.ofPopulation() && !target.proposal()) {
            shared.ifPresent(quantities -> quantities.keep(item, variable, section, slot));
        }
        org.altdsl.ir.Expr old = variable.isTemporary() && first ? new Const(0) : emission.read(variable, section);
        org.altdsl.ir.Expr next =
                switch (operator) {
                    case SET -> value;
                    case ADD -> Emission.prim(Op.ADD, old, value);
                    case SUBTRACT -> Emission.prim(Op.SUB, old, value);
                    case MULTIPLY -> Emission.prim(Op.MUL, old, value);
                    case DIVIDE -> Emission.prim(Op.DIV, old, value);
                };
        org.altdsl.ir.Expr soft = place.softened(variable, old, next, section);
        emission.update(section, variable, guard, expressions.masks().held(variable, soft), slot, item.span());
        place.afterWrite(variable, section);
    }

    /** Whether a value is of one projection rather than of the neurons it ends at. */
    private static boolean dependsOn(org.altdsl.ir.Expr value, String projection) {
        return org.altdsl.ir.Exprs.reads(value).stream()
                .anyMatch(read -> read.name().startsWith(projection + "."));
    }

    private String targetName(Expr target) {
        if (target instanceof Expr.Reference reference) {
            return reference.name();
        }
        if (target instanceof Expr.Member member && member.of() instanceof Expr.Reference reference) {
            if (reference.name().equals("post") || reference.name().equals("pre")) {
                return member.name().text();
            }
        }
        throw expressions.error(
                Code.NOT_ASSIGNABLE,
                target.span(),
                "only a name can be assigned here: a state, a weight, a bias or a proposal such as dw");
    }
}
