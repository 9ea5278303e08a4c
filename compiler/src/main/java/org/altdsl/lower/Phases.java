package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.ast.Name;
import org.altdsl.diag.Code;

/**
 * The phases of a rule in a rate network: forward passes of their own, in which the rule clamps quantities or adds to
 * inputs. A rule without phases has one plain pass.
 */
final class Phases {
    private final RuleInstance rule;
    private final Expressions expressions;
    private final List<Item.Phase> phases;

    Phases(RuleInstance rule, Expressions expressions) {
        this.rule = requireNonNull(rule);
        this.expressions = requireNonNull(expressions);
        this.phases = rule.model().items(Item.Phase.class);
    }

    /** Whether a rule has a phase of a name. */
    boolean has(String name) {
        return phases.stream().anyMatch(phase -> phase.name().text().equals(name));
    }

    /** How many passes a sample takes. */
    int count() {
        return Math.max(1, phases.size());
    }

    /** The pass that a phase is: a phase that changes nothing is the plain forward pass. */
    Optional<String> pass(String name) {
        return phases.stream()
                .filter(phase -> phase.name().text().equals(name))
                .map(phase -> phase.body().isEmpty() ? "" : name)
                .findFirst();
    }

    /** The section of the block {@code after NAME}: after a phase, what is read is that phase's. */
    Section after(String name) {
        return Section.BODY.in(pass(name).orElse(""));
    }

    /** What a phase clamps a quantity of a population to. */
    Optional<org.altdsl.ir.Expr> clamped(Population population, String quantity, Section section) {
        for (Item item : body(section)) {
            if (item instanceof Item.Clamp clamp && isMeant(clamp.target(), population, quantity)) {
                Scope scope = new RuleScopes.AtNeuron(rule, population);
                return Optional.of(expressions.real(clamp.value(), scope, section.settle()));
            }
        }
        return Optional.empty();
    }

    /** What a phase clamps a weight of a projection of the rule to; in the clamp itself, the weight is as it was. */
    Optional<org.altdsl.ir.Expr> clamped(Projection projection, String weight, Section section) {
        for (Item item : body(section)) {
            if (item instanceof Item.Clamp clamp
                    && clamp.target() instanceof Expr.Reference reference
                    && reference.name().equals(weight)) {
                Scope scope = new RuleScopes.AtProjection(rule, projection);
                return Optional.of(expressions.real(clamp.value(), scope, section.settle()));
            }
        }
        return Optional.empty();
    }

    /** What a phase adds to an input of a population. */
    List<org.altdsl.ir.Expr> added(Population population, String input, Section section) {
        List<org.altdsl.ir.Expr> added = new ArrayList<>();
        for (Item item : body(section)) {
            if (item instanceof Item.Assign assign && isMeant(assign.target(), population, input)) {
                if (assign.operator() != Item.AssignmentOperator.ADD) {
                    throw expressions.error(
                            Code.NOT_ASSIGNABLE, assign.span(), "a phase adds to an input (+=), or clamps a quantity");
                }
                Scope scope = new RuleScopes.AtNeuron(rule, population);
                added.add(expressions.real(assign.value(), scope, section.settle()));
            }
        }
        return added;
    }

    private List<Item> body(Section section) {
        return phases.stream()
                .filter(phase -> phase.name().text().equals(section.phase()))
                .findFirst()
                .map(Item.Phase::body)
                .orElse(List.of());
    }

    /** Whether {@code post.drive}, {@code pre.r}, {@code input.r} or {@code output.u} is a quantity of a population. */
    private boolean isMeant(Expr target, Population population, String quantity) {
        if (!(target instanceof Expr.Member member)
                || !(member.of() instanceof Expr.Reference place)
                || !member.name().text().equals(quantity)) {
            return false;
        }
        return switch (place.name()) {
            case "post" -> rule.projections().stream().anyMatch(projection -> projection.post() == population);
            case "pre" -> rule.projections().stream().anyMatch(projection -> projection.pre() == population);
            default -> rule.isAt(Optional.of(new Name(place.span(), place.name())), population);
        };
    }
}
