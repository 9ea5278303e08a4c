package org.altdsl.ir.interp;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import org.altdsl.ir.Edges;
import org.altdsl.ir.Program;
import org.altdsl.ir.Sizes;
import org.altdsl.runtime.kernel.Workers;
import org.altdsl.runtime.plan.EdgeList;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.ProgramCode;

/**
 * A program as the reference back end runs it: directly from its expressions, in double precision, with plain sums
 * from left to right. It defines the meaning of the intermediate representation.
 */
public final class InterpretedProgram implements ProgramCode {
    private final Program program;
    private final Sizes sizes;

    /** A program without derivatives, and the extents of its axes. */
    public InterpretedProgram(Program program, Sizes sizes) {
        this.program = requireNonNull(program);
        this.sizes = requireNonNull(sizes);
    }

    @Override
    public Executor executor(long seed, int maximumLanes, Workers workers) {
        Map<Edges, EdgeList> edges = new LinkedHashMap<>();
        Map<String, Integer> all = new LinkedHashMap<>(sizes.byExtent());
        for (Edges projection : program.edges()) {
            EdgeList list = projection.wiring().edges(seed);
            edges.put(projection, list);
            all.put(projection.synapses().extent(), list.count());
        }
        return new Interpreter(program, new Sizes(all), edges, seed, maximumLanes);
    }
}
