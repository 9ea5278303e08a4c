package org.altdsl.ir;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.altdsl.runtime.plan.Scope;

/**
 * The numbers behind the symbols of extents. An extent such as {@code #64} says its number itself. The lane axis is
 * not among them: it changes from batch to batch.
 */
public record Sizes(Map<String, Integer> byExtent) {
    public Sizes {
        byExtent = Map.copyOf(byExtent);
    }

    public int of(Axis axis) {
        if (axis.extent().startsWith("#")) {
            return Integer.parseInt(axis.extent().substring(1));
        }
        Integer size = byExtent.get(axis.extent());
        if (size == null) {
            throw new IllegalArgumentException("no size for axis " + axis);
        }
        return size;
    }

    /** These sizes with about how many synapses the sparse projections of a program will have, to judge costs by. */
    public Sizes expected(Program program) {
        Map<String, Integer> all = new HashMap<>(byExtent);
        for (Edges projection : program.edges()) {
            long expected = Math.min(Integer.MAX_VALUE, projection.wiring().expected());
            all.put(projection.synapses().extent(), (int) expected);
        }
        return new Sizes(all);
    }

    /** These sizes with those of all extents that a program spells out. */
    public Sizes withThoseOf(Program program) {
        Map<String, Integer> all = new HashMap<>(byExtent);
        for (Var variable : program.variables()) {
            note(variable.space(), all);
            variable.init().ifPresent(init -> note(init, all));
        }
        for (Scope scope : Scope.values()) {
            for (Update update : program.block(scope)) {
                note(update.value(), all);
                update.guard().ifPresent(guard -> note(guard, all));
            }
        }
        return new Sizes(all);
    }

    /** These sizes with those of all extents that the spaces of variables spell out. */
    public Sizes withThoseOf(List<Var> variables) {
        Map<String, Integer> all = new HashMap<>(byExtent);
        variables.forEach(variable -> note(variable.space(), all));
        return new Sizes(all);
    }

    private void note(Expr expr, Map<String, Integer> all) {
        note(expr.space(), all);
        if (expr instanceof Expr.SizeOf size) {
            note(Space.of(size.axis()), all);
        }
        expr.children().forEach(child -> note(child, all));
    }

    private void note(Space space, Map<String, Integer> all) {
        for (Axis axis : space.axes()) {
            if (axis.extent().startsWith("#")) {
                all.put(axis.extent(), of(axis));
            }
        }
    }
}
