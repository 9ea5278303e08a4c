package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.altdsl.ast.Item;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Var;

/**
 * What the places that run a block one after the other have in common, such as a {@code global} state: the first place
 * changes it, and the others read it, before the statement that does so, as it was.
 */
final class SharedQuantities {
    private final String first;
    private final Emission emission;
    private final List<Before> kept = new ArrayList<>();
    private List<Before> common = List.of();

    /** The value of a variable before a statement changes it. */
    private record Before(Item.Assign statement, Var variable, Expr value) {
        int position() {
            return statement.span().start();
        }
    }

    /**
     * @param first the owner of what is defined at the first place
     */
    SharedQuantities(String first, Emission emission) {
        this.first = requireNonNull(first);
        this.emission = requireNonNull(emission);
    }

    String first() {
        return first;
    }

    /** Keeps what a variable is before a statement changes it. */
    void keep(Item.Assign statement, Var named, Section section, Slot slot) {
        Var variable = emission.in(section, named);
        Var copy = emission.declare(new Var(
                emission.freeName(variable.name() + ".before"),
                variable.space(),
                variable.type(),
                org.altdsl.runtime.plan.Scope.STEP,
                Owner.RULE,
                variable.matter(),
                Optional.empty(),
                statement.span(),
                variable.label()));
        emission.update(section, copy, Optional.empty(), emission.read(named, section), slot, statement.span());
        kept.add(new Before(statement, variable, emission.read(copy, section)));
    }

    /**
     * Begins with a place. What it has in common with an earlier one is what a statement changes at both of them; what an
     * earlier one has changed of its own, such as a state of the neurons that this one starts from, it reads as it is.
     *
     * @param target the variable that a statement changes at this place
     */
    void begin(Function<Item.Assign, Optional<Var>> target) {
        common = kept.stream()
                .filter(before -> target.apply(before.statement())
                        .map(before.variable()::equals)
                        .orElse(false))
                .toList();
    }

    /** Lets a place read what it should from a statement on. */
    void reach(Item statement) {
        Map<Var, Expr> seen = new HashMap<>();
        for (Before before : common) {
            if (before.position() >= statement.span().start()) {
                seen.putIfAbsent(before.variable(), before.value());
            }
        }
        emission.seeing(seen);
    }

    /** Ends the block: everything is again what it has become. */
    void close() {
        emission.seeing(Map.of());
    }
}
