package org.altdsl.runtime.tensor.program;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.altdsl.runtime.kernel.Workers;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.ProgramCode;
import org.altdsl.runtime.plan.Scope;

/**
 * A program as kernels over tensors: everything that is the same for every job that runs it. The tensors live where
 * the ND4J on the class path keeps them: in the memory of the CPU, or of a CUDA device.
 *
 * @param layouts the variables at the numbers the kernels use
 * @param unit the kernels
 * @param kernels what each kernel does, by its number
 * @param initialisations the kernels that initialise a scope's variables, in order
 * @param blocks the kernels of a scope's block, in order
 * @param factories gives the factory of the arrays of a new job
 */
public record TensorProgram(
        List<TensorLayout> layouts,
        TensorUnit unit,
        List<TensorKernel> kernels,
        Map<Scope, List<Integer>> initialisations,
        Map<Scope, List<Integer>> blocks,
        Supplier<TensorFactory> factories)
        implements ProgramCode {
    public TensorProgram {
        layouts = List.copyOf(layouts);
        requireNonNull(unit);
        kernels = List.copyOf(kernels);
        initialisations = Map.copyOf(initialisations);
        blocks = Map.copyOf(blocks);
        requireNonNull(factories);
        if (unit.size() != kernels.size()) {
            throw new IllegalArgumentException(unit.size() + " kernels, " + kernels.size() + " descriptions");
        }
    }

    /** The same with other kernels and factories, such as ones that watch them. */
    public TensorProgram with(TensorUnit otherUnit, Supplier<TensorFactory> otherFactories) {
        return new TensorProgram(layouts, otherUnit, kernels, initialisations, blocks, otherFactories);
    }

    @Override
    public Executor executor(long seed, int maximumLanes, Workers workers) {
        if (maximumLanes < 1) {
            throw new IllegalArgumentException("at least one lane is needed, not " + maximumLanes);
        }
        return new TensorExecutor(this, seed, maximumLanes);
    }
}
