package org.altdsl.tensorcode;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.altdsl.ir.RandomProgram;
import org.altdsl.ir.RandomPrograms;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tensor operations against the interpreter, on programs drawn at random. */
class RandomProgramsOnTensorsTest {
    private static final int PROGRAMS = 30;

    /** Rounding grows by the condition of a program, which its bounded values keep below about 1e6 in few batches. */
    private static final double TOLERANCE = 1e-9;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void tensorProgramsAgreeWithTheInterpreter(int part) {
        int refused = 0;
        for (int seed = part * PROGRAMS; seed < (part + 1) * PROGRAMS; seed++) {
            RandomProgram random = RandomPrograms.program(seed);
            Set<String> observed = seed % 2 == 0 ? null : Set.of();
            try {
                Comparison.of(random, observed, TOLERANCE).check(4);
            } catch (UnsupportedConstruct construct) {
                refused++;
            }
        }
        assertTrue(refused < PROGRAMS / 5, refused + " of " + PROGRAMS + " programs were refused");
    }
}
