package org.altdsl.runtime.kernel;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.ProgramCode;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.StepInfo;
import org.altdsl.runtime.tensor.MatrixProduct;

/**
 * A program as kernels over arrays: everything that is the same for every job that runs it.
 *
 * @param layouts the variables, the program's own first and in its order, at the numbers the kernels use
 * @param precision float or double
 * @param unit the kernels
 * @param steps what each kernel does, by its number
 * @param initialisations the kernels that initialise a scope's variables, in order
 * @param blocks the kernels of a scope's block, in order
 * @param events its sparse projections and spikes
 * @param products gives each thread of a new job its multiplier of matrices
 */
public record CompiledProgram(
        List<SlotLayout> layouts,
        Precision precision,
        KernelUnit unit,
        List<StepInfo> steps,
        Map<Scope, List<Integer>> initialisations,
        Map<Scope, List<Integer>> blocks,
        EventLayout events,
        Supplier<MatrixProduct> products)
        implements ProgramCode {
    public CompiledProgram {
        layouts = List.copyOf(layouts);
        requireNonNull(precision);
        requireNonNull(unit);
        steps = List.copyOf(steps);
        initialisations = Map.copyOf(initialisations);
        blocks = Map.copyOf(blocks);
        requireNonNull(events);
        requireNonNull(products);
        if (unit.size() != steps.size()) {
            throw new IllegalArgumentException(unit.size() + " kernels, " + steps.size() + " descriptions");
        }
    }

    /** What its sparse projections hold for each synapse, in its order. */
    public List<SynapseMemory> memory() {
        return SynapseMemory.ofSparse(this);
    }

    /**
     * What a projection holds for each synapse whose synapses are a matrix.
     *
     * @param name what it is called
     * @param pre the axes of its sources
     * @param post the axes of its targets
     */
    public SynapseMemory memory(String name, List<String> pre, List<String> post) {
        return SynapseMemory.ofMatrix(this, name, pre, post);
    }

    @Override
    public Executor executor(long seed, int maximumLanes, Workers workers) {
        if (maximumLanes < 1) {
            throw new IllegalArgumentException("at least one lane is needed, not " + maximumLanes);
        }
        return new CompiledExecutor(this, seed, maximumLanes, workers);
    }
}
