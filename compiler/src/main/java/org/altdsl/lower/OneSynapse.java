package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.altdsl.ir.Axis;
import org.altdsl.ir.DType;
import org.altdsl.ir.Edges;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Expr.Const;
import org.altdsl.ir.Expr.Gather;
import org.altdsl.ir.Fold;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Op;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;
import org.altdsl.source.Span;

/**
 * One synapse of a projection, {@code s.synapses_of(exc[0])[0]}: its weight, its states, and its two neurons.
 *
 * @param position which of all synapses it is
 * @param exists whether there is such a synapse; whatever is asked of one that there is not is not a number
 */
record OneSynapse(Projection projection, Expr position, Expr exists) implements Value.Members {
    OneSynapse {
        requireNonNull(projection);
        requireNonNull(position);
        requireNonNull(exists);
    }

    /** The synapses of one source, before one of them is chosen. */
    record OfSource(Projection projection, int source) implements Value.Members {
        OfSource {
            requireNonNull(projection);
        }

        /** One of them, in the order of their targets. */
        OneSynapse at(int number, Span at) {
            Edges edges = projection.edges().orElseThrow();
            Expr isOfSource = Emission.prim(Op.EQ, new Expr.Read(edges.source(), 0), new Const(source));
            Expr first = Builtins.reduce(Fold.ARGMAX, isOfSource, Space.of(edges.synapses()));
            Expr count = Builtins.reduce(Fold.SUM, isOfSource, Space.of(edges.synapses()));
            Expr exists = kept("exists", Emission.prim(Op.GT, count, new Const(number)), at);
            Expr wanted = Emission.prim(Op.ADD, first, new Const(number));
            // Where there is none, the place is another's, so that it can be looked at.
            Expr position = kept("chosen", Emission.prim(Op.SELECT, exists, wanted, first), at);
            return new OneSynapse(projection, position, exists);
        }

        /** A number that is found once, when the synapses are there. */
        private Expr kept(String label, Expr value, Span at) {
            Emission emission = projection.pre().network().expressions().emission();
            Var variable = emission.declare(new Var(
                    emission.freeName(projection.name() + "." + label),
                    Space.SCALAR,
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

        @Override
        public Optional<Value> member(String name, Section section, Span at) {
            return Optional.empty();
        }

        @Override
        public List<String> names() {
            return List.of();
        }
    }

    @Override
    public Optional<Value> member(String name, Section section, Span at) {
        Edges edges = projection.edges().orElseThrow();
        switch (name) {
            case "pre":
                return Optional.of(new Value.Place(name, new Neuron(projection.pre(), chosen(edges.source()), exists)));
            case "post":
                return Optional.of(
                        new Value.Place(name, new Neuron(projection.post(), chosen(edges.target()), exists)));
            default:
                return projection
                        .member(name, section, at)
                        .map(value -> picked(value, edges.synapses(), position, exists));
        }
    }

    private Expr chosen(Var table) {
        Axis synapses = projection.edges().orElseThrow().synapses();
        return Gather.of(new IndexMap.Pick(synapses, position), new Expr.Read(table, 0));
    }

    private static Value picked(Value value, Axis axis, Expr at, Expr exists) {
        if (!(value instanceof Value.Real real) || !real.expr().space().has(axis)) {
            return value;
        }
        Expr picked = Gather.of(new IndexMap.Pick(axis, at), real.expr());
        return new Value.Real(Emission.prim(Op.SELECT, exists, picked, new Const(Double.NaN)));
    }

    @Override
    public List<String> names() {
        List<String> names = new ArrayList<>(projection.names());
        names.addAll(List.of("pre", "post"));
        return names;
    }

    /** The neuron at one of its ends. */
    private record Neuron(Population population, Expr index, Expr exists) implements Value.Members {
        @Override
        public Optional<Value> member(String name, Section section, Span at) {
            return population.member(name, section, at).map(value -> picked(value, population.axis(), index, exists));
        }

        @Override
        public List<String> names() {
            return population.names();
        }
    }
}
