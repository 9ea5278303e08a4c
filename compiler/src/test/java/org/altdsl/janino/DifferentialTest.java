package org.altdsl.janino;

import java.util.Set;
import org.altdsl.ir.RandomProgram;
import org.altdsl.ir.RandomPrograms;
import org.altdsl.runtime.kernel.Precision;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The compiled kernels against the interpreter, on programs drawn at random. */
class DifferentialTest {
    private static final int PROGRAMS = 60;

    /** Rounding grows by the condition of a program, which its bounded values keep below about 1e5 in few batches. */
    private static final double DOUBLE_TOLERANCE = 1e-10;

    private static final double FLOAT_TOLERANCE = 2e-3;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void compiledProgramsAgreeWithTheInterpreter(int part) {
        for (int seed = part * PROGRAMS; seed < (part + 1) * PROGRAMS; seed++) {
            RandomProgram random = RandomPrograms.program(seed);
            FusedOptions options = FusedOptions.standard().withPrecision(Precision.DOUBLE);
            Set<String> observed = seed % 2 == 0 ? null : Set.of();
            new Agreement(random.program(), random.sizes(), random.inputs(), observed, options, DOUBLE_TOLERANCE)
                    .check(4);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void floatKernelsAgreeOnContinuousPrograms(int part) {
        for (int seed = part * PROGRAMS; seed < (part + 1) * PROGRAMS; seed++) {
            RandomProgram random = RandomPrograms.continuous(seed);
            Set<String> observed = seed % 2 == 0 ? null : Set.of();
            new Agreement(
                            random.program(),
                            random.sizes(),
                            random.inputs(),
                            observed,
                            FusedOptions.standard(),
                            FLOAT_TOLERANCE)
                    .check(1);
        }
    }
}
