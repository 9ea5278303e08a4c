package org.altdsl.tensorcode;

import static java.util.Objects.requireNonNull;

import java.util.Set;
import org.altdsl.ir.Program;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.Update;
import org.altdsl.janino.KernelLoader;
import org.altdsl.optimize.Optimizer;
import org.altdsl.optimize.Optimizer.Optimized;
import org.altdsl.runtime.kernel.Precision;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.tensor.program.TensorFactory;
import org.altdsl.runtime.tensor.program.TensorProgram;
import org.altdsl.runtime.tensor.program.TensorUnit;

/**
 * The tensor back end: from a program to chains of ND4J operations. They run wherever the ND4J on the class path
 * computes, on the CPU or on a CUDA device.
 */
public final class TensorBackend {
    private static final String CUDA = "org.nd4j.linalg.jcublas.JCublasBackend";

    private final Precision precision;

    /** A back end whose values all have the given type. */
    public TensorBackend(Precision precision) {
        this.precision = requireNonNull(precision);
    }

    /** Whether the ND4J on the class path computes on a CUDA device; does not load it. */
    public static boolean hasCuda() {
        String file = CUDA.replace('.', '/') + ".class";
        return TensorBackend.class.getClassLoader().getResource(file) != null;
    }

    /**
     * Compiles a program without derivatives.
     *
     * @param sizes the extents of all its axes but the lanes
     * @param observed names of the temporaries that are read after a block ran
     * @throws UnsupportedConstruct if the program has something that tensor operations cannot express
     */
    public CompiledTensors compile(Program program, Sizes sizes, Set<String> observed) {
        for (Update update : program.block(Scope.STEP)) {
            throw new UnsupportedConstruct("steps of time", update.span());
        }
        Optimized optimized = Optimizer.optimize(program, sizes, observed, false);
        TensorSource source = TensorEmitter.emit(program, optimized, sizes, observed);
        Precision kind = precision;
        TensorProgram compiled = new TensorProgram(
                source.layouts(),
                KernelLoader.load(TensorUnit.class, program.name(), source.className(), source.text()),
                source.kernels(),
                source.initialisations(),
                source.blocks(),
                () -> new TensorFactory(kind, array -> {}));
        return new CompiledTensors(compiled, source.text(), optimized.decisions());
    }
}
