package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Expr;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Op;
import org.altdsl.source.Span;

/** Some neurons of a population under a name of their own: {@code let exc = c[0..3199]}, or one of them: {@code exc[0]}. */
record PopulationPart(Population population, int first, int count, boolean single) implements Value.Members {
    PopulationPart {
        requireNonNull(population);
    }

    @Override
    public Optional<Value> member(String name, Section section, Span at) {
        return population.member(name, section, at).map(this::part);
    }

    /** A value at its neurons, and 0 at the others of the population. */
    Expr only(Expr value) {
        if (first == 0 && !single && isWhole()) {
            return value;
        }
        return Emission.prim(Op.SELECT, within(), value, new Expr.Const(0));
    }

    /** Whether a neuron of the population is one of them. */
    Expr within() {
        Expr index = new Expr.Index(population.axis());
        Expr from = Emission.prim(Op.GE, index, new Expr.Const(first));
        Expr to = Emission.prim(Op.LT, index, new Expr.Const(first + count));
        return Emission.prim(Op.AND, from, to);
    }

    private boolean isWhole() {
        Literals literals = population.network().expressions().literals();
        return literals.isSized(population.axis()) && literals.sizeOf(population.axis()) == count;
    }

    private Value part(Value whole) {
        if (!(whole instanceof Value.Real real) || !real.expr().space().has(population.axis())) {
            return whole;
        }
        if (single) {
            IndexMap pick = new IndexMap.Pick(population.axis(), new Expr.Const(first));
            return new Value.Real(Expr.Gather.of(pick, real.expr()));
        }
        String name = population.name() + "[" + first + ".." + (first + count - 1) + "]";
        Axis axis = new Axis(name, population.axis().role(), "#" + count);
        return new Value.Real(Expr.Gather.of(new IndexMap.Affine(axis, population.axis(), 1, first), real.expr()));
    }

    @Override
    public List<String> names() {
        return population.names();
    }
}
