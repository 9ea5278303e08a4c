package org.altdsl.janino;

import java.util.List;
import java.util.Map;
import org.altdsl.codegen.JavaSource;
import org.altdsl.codegen.KernelInfo;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Space;
import org.altdsl.optimize.Decision;
import org.altdsl.runtime.kernel.CompiledProgram;
import org.altdsl.runtime.kernel.SynapseMemory;
import org.altdsl.runtime.kernel.Workers;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.ProgramCode;
import org.altdsl.runtime.plan.Scope;

/** A compiled program, with what {@code explain} shows of it. */
public final class FusedProgram implements ProgramCode {
    private final CompiledProgram compiled;
    private final JavaSource source;
    private final List<Decision> decisions;

    FusedProgram(CompiledProgram compiled, JavaSource source, List<Decision> decisions) {
        this.compiled = compiled;
        this.source = source;
        this.decisions = List.copyOf(decisions);
    }

    @Override
    public Executor executor(long seed, int maximumLanes, Workers workers) {
        return compiled.executor(seed, maximumLanes, workers);
    }

    /** What its sparse projections hold for each synapse. */
    public List<SynapseMemory> memory() {
        return compiled.memory();
    }

    /**
     * What a projection holds for each synapse whose synapses are a matrix.
     *
     * @param name what it is called
     */
    public SynapseMemory memory(String name, Space pre, Space post) {
        return compiled.memory(name, names(pre), names(post));
    }

    private static List<String> names(Space space) {
        return space.axes().stream().map(Axis::name).toList();
    }

    /** The generated class. */
    public String javaSource() {
        return source.text();
    }

    /** The kernels of a scope's block, in the order in which they run. */
    public List<KernelInfo> kernels(Scope scope) {
        return source.blocks().getOrDefault(scope, List.of()).stream()
                .map(source.kernels()::get)
                .toList();
    }

    /** How the reductions of the blocks were decomposed, in the order of the updates. */
    public List<Decision> decisions() {
        return decisions;
    }

    /** The kernels that initialise the variables of each scope. */
    public List<KernelInfo> initialisations(Scope scope) {
        Map<Scope, List<Integer>> numbers = source.initialisations();
        return numbers.getOrDefault(scope, List.of()).stream()
                .map(source.kernels()::get)
                .toList();
    }
}
