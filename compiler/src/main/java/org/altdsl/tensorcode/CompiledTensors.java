package org.altdsl.tensorcode;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.altdsl.optimize.Decision;
import org.altdsl.runtime.kernel.Workers;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.ProgramCode;
import org.altdsl.runtime.tensor.program.TensorProgram;

/**
 * A program compiled to tensor operations, with what {@code explain} shows of it.
 *
 * @param program what runs
 * @param javaSource the generated class
 * @param decisions how the reductions of the blocks were decomposed, in the order of the updates
 */
public record CompiledTensors(TensorProgram program, String javaSource, List<Decision> decisions)
        implements ProgramCode {
    public CompiledTensors {
        requireNonNull(program);
        requireNonNull(javaSource);
        decisions = List.copyOf(decisions);
    }

    @Override
    public Executor executor(long seed, int maximumLanes, Workers workers) {
        return program.executor(seed, maximumLanes, workers);
    }
}
