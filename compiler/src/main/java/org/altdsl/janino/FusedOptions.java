package org.altdsl.janino;

import static java.util.Objects.requireNonNull;

import org.altdsl.runtime.kernel.Precision;

/**
 * How a program is compiled.
 *
 * @param precision the type of all variables
 * @param exactFunctions whether float kernels compute exp, tanh and the like in double, instead of by approximations
 *     that vectorise; double kernels always do
 * @param blas whether large matrix products are handed to the BLAS library of ND4J
 */
public record FusedOptions(Precision precision, boolean exactFunctions, boolean blas) {
    public FusedOptions {
        requireNonNull(precision);
    }

    /** Float, approximate functions, matrix products in Java. */
    public static FusedOptions standard() {
        return new FusedOptions(Precision.FLOAT, false, false);
    }

    /** The same with another precision. */
    public FusedOptions withPrecision(Precision changed) {
        return new FusedOptions(changed, exactFunctions, blas);
    }

    /** The same with exact elementary functions, or without. */
    public FusedOptions withExactFunctions(boolean changed) {
        return new FusedOptions(precision, changed, blas);
    }

    /** The same with large products in BLAS, or without. */
    public FusedOptions withBlas(boolean changed) {
        return new FusedOptions(precision, exactFunctions, changed);
    }
}
