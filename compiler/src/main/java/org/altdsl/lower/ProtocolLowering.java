package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.diag.Code;
import org.altdsl.ir.DType;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Var;
import org.altdsl.runtime.plan.Protocol;
import org.altdsl.runtime.report.Course;

/** Lowers what an experiment in time does: {@code run}, {@code freeze}, {@code repeat}. */
final class ProtocolLowering {
    private final Network network;
    private final Expressions expressions;
    private final Scope scope;
    private final Time time;
    private final Schedules schedules;

    ProtocolLowering(Network network, Expressions expressions, Scope scope, Schedules schedules) {
        this.schedules = requireNonNull(schedules);
        this.network = requireNonNull(network);
        this.expressions = requireNonNull(expressions);
        this.scope = requireNonNull(scope);
        this.time = network.time().orElseThrow();
    }

    /** The acts; weights that are frozen at some time have a flag when this is done. */
    Protocol lower(Item.Protocol written) {
        return new Protocol(time.dt(), time.countsSteps() ? Course.STEPS : Course.SECONDS, acts(written.body()));
    }

    private List<Protocol.Act> acts(List<Item> items) {
        List<Protocol.Act> acts = new ArrayList<>();
        for (Item item : items) {
            if (!(item instanceof Item.Step step)) {
                throw expressions.error(Code.NOT_YET, item.span(), "this statement of a protocol cannot be run yet");
            }
            acts.add(act(step));
        }
        return acts;
    }

    private Protocol.Act act(Item.Step step) {
        switch (step.kind()) {
            case RUN:
                Expr length = step.arguments().get(0);
                double seconds = expressions.number(length, scope, Section.INIT, "a duration");
                long steps = time.nearest(seconds);
                if (steps < 0) {
                    throw expressions.error(Code.BAD_SETTING, length.span(), "a duration is not negative");
                }
                return new Protocol.Run(steps, step.until().map(this::until));
            case FREEZE:
                List<String> flags = new ArrayList<>();
                step.arguments().forEach(what -> flags.addAll(frozen(what)));
                return new Protocol.Freeze(flags, acts(step.body()));
            case REPEAT:
                int times = step.arguments().isEmpty()
                        ? 1
                        : expressions.whole(step.arguments().get(0), scope, Section.INIT, "how often to repeat");
                return new Protocol.Repeat(times, acts(step.body()));
            case PHASE:
                return new Protocol.Phase(step.arguments().get(0).span().text(), acts(step.body()));
            default:
                throw expressions.error(Code.NOT_YET, step.span(), "this step of a protocol cannot be run yet");
        }
    }

    private Protocol.Until until(Expr condition) {
        Emission emission = expressions.emission();
        Section section = schedules.fresh(condition.span());
        org.altdsl.ir.Expr holds = expressions.real(condition, scope, section);
        Var variable = emission.declare(new Var(
                emission.freeName("until"),
                holds.space(),
                DType.FLAG,
                org.altdsl.runtime.plan.Scope.RUN,
                Owner.HARNESS,
                Matter.OTHER,
                Optional.of(new org.altdsl.ir.Expr.Const(0)),
                condition.span(),
                "until"));
        emission.update(section, variable, Optional.empty(), holds, Slot.MEASURE, condition.span());
        return new Protocol.Until(section.window(), variable.name());
    }

    /** The flags of the projections that {@code freeze} names: one, those that a rule teaches, or all. */
    private List<String> frozen(Expr what) {
        List<String> flags = new ArrayList<>();
        if (what.span().text().equals("all")) {
            network.projections().stream()
                    .filter(projection -> projection.rule().isPresent())
                    .forEach(projection -> flags.add(projection.freezable().name()));
            return flags;
        }
        Value value = expressions.value(what, scope, Section.INIT);
        collect(value, flags);
        if (flags.isEmpty()) {
            throw expressions.error(Code.WRONG_TYPE, what.span(), "expected a projection, a rule or 'all' to freeze");
        }
        return flags;
    }

    private void collect(Value value, List<String> flags) {
        if (value instanceof Value.Place place && place.members() instanceof Projection projection) {
            flags.add(projection.freezable().name());
        } else if (value instanceof Value.Group group) {
            group.values().forEach(member -> collect(member, flags));
        } else if (value instanceof Value.Model model) {
            for (Projection projection : network.projections()) {
                projection
                        .rule()
                        .filter(rule -> rule.model().declaration().equals(model.declaration()))
                        .ifPresent(rule -> flags.add(projection.freezable().name()));
            }
        }
    }
}
