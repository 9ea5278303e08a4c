package org.altdsl.janino;

import static java.util.Objects.requireNonNull;

import java.util.Set;
import java.util.function.Supplier;
import org.altdsl.codegen.JavaEmitter;
import org.altdsl.codegen.JavaSource;
import org.altdsl.codegen.KernelInfo;
import org.altdsl.ir.Program;
import org.altdsl.ir.Sizes;
import org.altdsl.optimize.Optimizer;
import org.altdsl.optimize.Optimizer.Optimized;
import org.altdsl.runtime.kernel.CompiledProgram;
import org.altdsl.runtime.kernel.KernelUnit;
import org.altdsl.runtime.tensor.MatrixProduct;

/** The CPU back end: from a program to Java loops that run. */
public final class FusedBackend {
    private final KernelCache cache;

    /**
     * A back end.
     *
     * @param cache keeps compiled classes, so that equal programs are compiled once
     */
    public FusedBackend(KernelCache cache) {
        this.cache = requireNonNull(cache);
    }

    /**
     * Compiles a program without derivatives.
     *
     * @param sizes the extents of all its axes but the lanes
     * @param observed names of the temporaries that are read after a block ran; others may have no value then
     * @throws InternalCompilerError if the generated class does not compile
     */
    public FusedProgram compile(Program program, Sizes sizes, Set<String> observed, FusedOptions options) {
        Sizes expected = sizes.expected(program);
        Optimized optimized = Optimizer.optimize(program, expected, observed, options.blas());
        Sizes all = expected.withThoseOf(optimized.variables());
        JavaSource source = JavaEmitter.emit(
                program, optimized, all, observed, options.precision(), options.exactFunctions(), options.blas());
        KernelUnit unit = cache.get(program.name(), source);
        Supplier<MatrixProduct> products = options.blas() ? MatrixProduct::blas : MatrixProduct::java;
        CompiledProgram compiled = new CompiledProgram(
                source.layouts(),
                options.precision(),
                unit,
                source.kernels().stream().map(KernelInfo::step).toList(),
                source.initialisations(),
                source.blocks(),
                source.events(),
                products);
        return new FusedProgram(compiled, source, optimized.decisions());
    }
}
