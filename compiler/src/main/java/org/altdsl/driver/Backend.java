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

/** What makes a program run: compiled kernels, or the reference interpreter. */
public final class Backend implements DatasetLowering.Backend {
    private final FusedBackend fused;
    private final FusedOptions options;
    private final boolean reference;

    private Backend(FusedBackend fused, FusedOptions options, boolean reference) {
        this.fused = requireNonNull(fused);
        this.options = requireNonNull(options);
        this.reference = reference;
    }

    /** Fused kernels on the CPU. */
    public static Backend cpu(FusedOptions options) {
        return new Backend(new FusedBackend(new KernelCache(64)), options, false);
    }

    /** The double-precision interpreter that defines the meaning; slow. */
    public static Backend reference() {
        return new Backend(new FusedBackend(new KernelCache(64)), FusedOptions.standard(), true);
    }

    /** The same with other options; compiled classes stay cached. */
    public Backend with(FusedOptions changed) {
        return new Backend(fused, changed, reference);
    }

    public FusedOptions options() {
        return options;
    }

    public boolean isReference() {
        return reference;
    }

    @Override
    public ProgramCode compile(Program program, Sizes sizes, Set<String> observed) {
        Sizes all = sizes.withThoseOf(program);
        return reference ? new InterpretedProgram(program, all) : fused.compile(program, all, observed, options);
    }
}
