package org.altdsl.ir;

import static org.altdsl.ir.Sketch.number;
import static org.altdsl.ir.Sketch.prim;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Set;
import org.altdsl.janino.FusedBackend;
import org.altdsl.janino.FusedOptions;
import org.altdsl.janino.KernelCache;
import org.altdsl.runtime.kernel.Precision;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** States that fade: they end at 0 before arithmetic on them becomes slow, and keep all their digits until then. */
class FadingTest {
    private static final Axis CELLS = Axis.neurons("c");

    /** Alpha functions of a size: what a first state loses, a second one gains; and weights that a batch scales. */
    private static Program alpha(double size) {
        Sketch sketch = Sketch.inTime();
        Var first = sketch.random("first", -size, size, CELLS);
        Var second = sketch.state("second", Space.of(CELLS), number(0));
        Var weight = sketch.random("weight", 0, size, CELLS);
        Expr gained = prim(Op.MUL, number(0.1), sketch.read(first));
        sketch.set(second, prim(Op.ADD, prim(Op.MUL, number(0.5), sketch.read(second)), gained));
        sketch.set(first, prim(Op.MUL, number(0.5), sketch.read(first)));
        sketch.beginBatch();
        sketch.set(weight, prim(Op.DIV, prim(Op.MUL, sketch.read(weight), number(4)), number(8)));
        return sketch.program();
    }

    private static Executor begun(Precision precision, double size) {
        Executor executor = new FusedBackend(new KernelCache(1))
                .compile(
                        alpha(size),
                        new Sizes(Map.of("c", 33)),
                        Set.of(),
                        FusedOptions.standard().withPrecision(precision))
                .executor(1, 1);
        executor.enter(Scope.RUN);
        executor.enter(Scope.EPOCH);
        return executor;
    }

    private static void assertFades(Precision precision, double leastNormal, int steps) {
        Executor executor = begun(precision, 1);
        for (int step = 0; step < steps; step++) {
            executor.advance(1);
            executor.run(Scope.BATCH);
            for (String name : Set.of("first", "second", "weight")) {
                for (double value : executor.read(name)) {
                    assertTrue(value == 0 || Math.abs(value) >= leastNormal, name + " is " + value);
                }
            }
        }
        for (String name : Set.of("first", "second", "weight")) {
            for (double value : executor.read(name)) {
                assertEquals(0, value, name);
            }
        }
    }

    @Test
    void noStateIsEverSubnormal() {
        assertFades(Precision.FLOAT, Float.MIN_NORMAL, 200);
        assertFades(Precision.DOUBLE, Double.MIN_NORMAL, 1100);
    }

    /** The second, as of a current in amperes: fades by nine orders of magnitude. */
    @ParameterizedTest
    @CsvSource({"1, 60", "1e-12, 30"})
    void whatIsNotSmallIsNotRounded(double size, int steps) {
        Executor executor = begun(Precision.FLOAT, size);
        double[] start = executor.read("first");
        executor.advance(steps);
        double[] end = executor.read("first");
        for (int i = 0; i < start.length; i++) {
            assertEquals(Math.scalb(start[i], -steps), end[i], Math.abs(end[i]) * 0x1p-23);
        }
    }

    /** What is rounded changes by less than a float of the usual size of a state could tell. */
    @Test
    void smallUnitsAreKept() {
        Executor executor = begun(Precision.FLOAT, 1e-21);
        double[] start = executor.read("first");
        executor.advance(12);
        double[] end = executor.read("first");
        for (int i = 0; i < start.length; i++) {
            assertEquals(Math.scalb(start[i], -12), end[i], 1e-21 * 0x1p-24);
        }
    }
}
