package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Expr;
import org.altdsl.units.Unit;
import org.altdsl.units.Units;

/** In which units what an experiment measures and draws is shown. */
final class ShownUnits {
    /** What has the unit of the thing that it is taken of. */
    private static final Set<String> LIKE_WHAT_THEY_TAKE =
            Set.of("mean", "sum", "max", "min", "std", "norm", "abs", "change");

    private final Expressions expressions;
    private final Scope scope;
    private final Map<String, Binding> lets;
    private final Function<Expr, Optional<Unit>> declared;

    /**
     * @param lets what the experiment names
     * @param declared the unit of an expression as far as declarations tell; a weight's stands in the synapse of its
     *     projection, which they do not look for
     */
    ShownUnits(
            Expressions expressions, Scope scope, Map<String, Binding> lets, Function<Expr, Optional<Unit>> declared) {
        this.expressions = requireNonNull(expressions);
        this.scope = requireNonNull(scope);
        this.lets = requireNonNull(lets);
        this.declared = requireNonNull(declared);
    }

    /** The unit of a quantity; empty for a pure number. */
    Optional<Unit> of(Expr what) {
        Optional<Unit> known = declared.apply(what);
        if (known.isPresent()) {
            return known;
        }
        if (what instanceof Expr.Reference reference && lets.containsKey(reference.name())) {
            return lets.get(reference.name()).value().flatMap(this::of);
        }
        if (what instanceof Expr.Call call
                && call.function() instanceof Expr.Reference function
                && LIKE_WHAT_THEY_TAKE.contains(function.name())
                && !call.arguments().isEmpty()) {
            return of(call.arguments().get(0).value());
        }
        if (what instanceof Expr.Index index) {
            return of(index.of());
        }
        return what instanceof Expr.Member member
                ? ofMember(member.of(), member.name().text())
                : Optional.empty();
    }

    /** The unit of what projections have; empty where they do not have it in the same unit. */
    private Optional<Unit> ofMember(Expr owner, String name) {
        List<Projection> found = new ArrayList<>();
        projections(expressions.value(owner, scope, Section.INIT), found);
        List<Optional<Unit>> units = found.stream()
                .map(one -> one.unit(name).flatMap(Units::find))
                .distinct()
                .toList();
        return units.size() == 1 ? units.get(0) : Optional.empty();
    }

    /** The unit of a projection's weights. */
    static Optional<Unit> ofWeights(Projection projection) {
        return projection.unit("w").flatMap(Units::find);
    }

    private void projections(Value value, List<Projection> found) {
        if (value instanceof Value.Group group) {
            group.values().forEach(one -> projections(one, found));
        } else if (value instanceof Value.Family family) {
            family.members().values().forEach(one -> projections(one, found));
        } else if (value instanceof Value.Sequence list) {
            list.list()
                    .elements()
                    .forEach(one -> projections(expressions.value(one, list.scope(), Section.INIT), found));
        } else if (value instanceof Value.Place place && place.members() instanceof OneSynapse one) {
            found.add(one.projection());
        } else if (value instanceof Value.Place place && place.members() instanceof Projection projection) {
            found.add(projection);
        }
    }
}
