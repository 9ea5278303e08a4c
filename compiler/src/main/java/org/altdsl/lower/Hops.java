package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.diag.Code;
import org.altdsl.ir.DType;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Expr.Const;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Op;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Var;
import org.altdsl.source.Span;

/**
 * How many synapses lie between each neuron and the nearest neuron of the output, as the network was built; a neuron
 * from which no way leads there is as far as there is.
 */
final class Hops {
    /** The longest way that is looked for: beyond it, layers feed forwards through one population after the other. */
    private static final int FARTHEST = 16;

    private final Network network;
    private final Map<Population, Expr> known = new HashMap<>();

    Hops(Network network) {
        this.network = requireNonNull(network);
    }

    /** The distance of each neuron of a population; absent where no network has an output. */
    Optional<Expr> of(Population population, Span at) {
        if (known.isEmpty()) {
            compute(at);
        }
        return Optional.ofNullable(known.get(population));
    }

    private void compute(Span at) {
        Expressions expressions = network.expressions();
        if (network.output().isEmpty()) {
            throw expressions.error(
                    Code.BAD_EXPERIMENT, at, "'hops' counts the synapses to the output, and there is none: output = O");
        }
        Map<Population, Expr> reached = new LinkedHashMap<>();
        Map<Population, Expr> distance = new LinkedHashMap<>();
        for (Population population : network.populations()) {
            boolean isOutput = population.isOutput();
            reached.put(population, new Const(isOutput ? 1 : 0));
            distance.put(population, new Const(isOutput ? 0 : FARTHEST));
        }
        int longest = Math.min(FARTHEST, neurons());
        for (int hop = 1; hop < longest; hop++) {
            Map<Population, Expr> next = new LinkedHashMap<>();
            for (Population population : network.populations()) {
                Expr ways = ways(population, reached);
                boolean none = ways instanceof Const;
                Expr here = none
                        ? reached.get(population)
                        : hold(
                                population,
                                "reached",
                                Emission.prim(Op.OR, reached.get(population), Emission.prim(Op.GT, ways, new Const(0))),
                                at);
                next.put(population, here);
                if (!none) {
                    Expr first = Emission.prim(Op.AND, here, Emission.prim(Op.NOT, reached.get(population)));
                    Expr nearer = Emission.prim(Op.SELECT, first, new Const(hop), distance.get(population));
                    distance.put(population, hold(population, "hops", nearer, at));
                }
            }
            reached.clear();
            reached.putAll(next);
        }
        known.putAll(distance);
    }

    private int neurons() {
        Literals literals = network.expressions().literals();
        int all = 0;
        for (Population population : network.populations()) {
            all += literals.isSized(population.axis()) ? literals.sizeOf(population.axis()) : FARTHEST;
        }
        return all;
    }

    /** How many synapses of each neuron end at one that has been reached. */
    private Expr ways(Population population, Map<Population, Expr> reached) {
        Expr total = new Const(0);
        List<Projection> outgoing = network.projections().stream()
                .filter(projection -> projection.pre() == population)
                .toList();
        for (Projection projection : outgoing) {
            Expr ends = reached.get(projection.post());
            if (ends instanceof Const constant && constant.value() == 0) {
                continue;
            }
            Expr way = projection.summedAtSources(projection.atTargets(ends));
            total = Emission.prim(Op.ADD, total, way);
        }
        return total;
    }

    private Expr hold(Population population, String label, Expr value, Span at) {
        Emission emission = network.expressions().emission();
        Var variable = emission.declare(new Var(
                emission.freeName(population.name() + "." + label),
                population.space(),
                DType.REAL,
                org.altdsl.runtime.plan.Scope.RUN,
                Owner.HARNESS,
                Matter.OTHER,
                Optional.of(value),
                at,
                label));
        emission.constant(variable);
        return new Expr.Read(variable, 0);
    }
}
