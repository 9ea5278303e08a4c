package org.altdsl.driver;

import static java.util.Objects.requireNonNull;

import java.util.Set;
import org.altdsl.ir.Program;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.interp.InterpretedProgram;
import org.altdsl.janino.FusedBackend;
import org.altdsl.janino.FusedOptions;
import org.altdsl.janino.KernelCache;
import org.altdsl.lower.DatasetLowering;
import org.altdsl.runtime.plan.ProgramCode;
import org.altdsl.tensorcode.TensorBackend;

/** What makes a program run: compiled kernels, fused or as tensor operations, or the reference interpreter. */
public final class Backend implements DatasetLowering.Backend {
    private enum Kind {
        FUSED,
        TENSOR,
        REFERENCE
    }

    private final FusedBackend fused;
    private final FusedOptions options;
    private final Kind kind;

    private Backend(FusedBackend fused, FusedOptions options, Kind kind) {
        this.fused = requireNonNull(fused);
        this.options = requireNonNull(options);
        this.kind = requireNonNull(kind);
    }

    /** Fused kernels on the CPU. */
    public static Backend cpu(FusedOptions options) {
        return new Backend(new FusedBackend(new KernelCache(64)), options, Kind.FUSED);
    }

    /**
     * Chains of ND4J operations, on the device of the ND4J on the class path. Of the options only the precision
     * matters. A program that tensors cannot express is refused with an
     * {@link org.altdsl.tensorcode.UnsupportedConstruct}.
     */
    public static Backend tensor(FusedOptions options) {
        return new Backend(new FusedBackend(new KernelCache(64)), options, Kind.TENSOR);
    }

    /** The double-precision interpreter that defines the meaning; slow. */
    public static Backend reference() {
        return new Backend(new FusedBackend(new KernelCache(64)), FusedOptions.standard(), Kind.REFERENCE);
    }

    /** The same with other options; compiled classes stay cached. */
    public Backend with(FusedOptions changed) {
        return new Backend(fused, changed, kind);
    }

    public FusedOptions options() {
        return options;
    }

    public boolean isReference() {
        return kind == Kind.REFERENCE;
    }

    @Override
    public ProgramCode compile(Program program, Sizes sizes, Set<String> observed) {
        Sizes all = sizes.withThoseOf(program);
        return switch (kind) {
            case FUSED -> fused.compile(program, all, observed, options);
            case TENSOR -> new TensorBackend(options.precision()).compile(program, all, observed);
            case REFERENCE -> new InterpretedProgram(program, all);
        };
    }
}
