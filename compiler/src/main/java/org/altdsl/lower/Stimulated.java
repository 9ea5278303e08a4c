package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.altdsl.ast.Expr;
import org.altdsl.ir.Space;
import org.altdsl.source.Span;

/** What is written where neurons are stimulated: numbers of a file are one for each of them. */
record Stimulated(Scope parent, Population population) implements Scope {
    Stimulated {
        requireNonNull(parent);
        requireNonNull(population);
    }

    @Override
    public Optional<Value> find(String name, Section section, Span at) {
        return parent.find(name, section, at);
    }

    @Override
    public List<String> names() {
        return parent.names();
    }

    @Override
    public Optional<Space> axis(String name) {
        return parent.axis(name);
    }

    @Override
    public Optional<Value> external(String function, Expr.Call call, Space space, Section section) {
        return parent.external(function, call, population.space(), section);
    }

    @Override
    public Space drawSpace() {
        return parent.drawSpace();
    }

    @Override
    public String stream() {
        return parent.stream();
    }
}
