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

/** States that fade: they end at 0 before arithmetic on them becomes slow, and keep all their digits until then. */
class FadingTest {
    private static final Axis CELLS = Axis.neurons("c");

    /** Alpha functions: what a first state loses, a second one gains. */
    private static Program alpha() {
        Sketch sketch = Sketch.inTime();
        Var first = sketch.random("first", -1, 1, CELLS);
        Var second = sketch.state("second", Space.of(CELLS), number(0));
        Expr gained = prim(Op.MUL, number(0.1), sketch.read(first));
        sketch.set(second, prim(Op.ADD, prim(Op.MUL, number(0.5), sketch.read(second)), gained));
        sketch.set(first, prim(Op.MUL, number(0.5), sketch.read(first)));
        return sketch.program();
    }

    private static Executor begun(Precision precision) {
        Executor executor = new FusedBackend(new KernelCache(1))
                .compile(
                        alpha(),
                        new Sizes(Map.of("c", 33)),
                        Set.of(),
                        FusedOptions.standard().withPrecision(precision))
                .executor(1, 1);
        executor.enter(Scope.RUN);
        executor.enter(Scope.EPOCH);
        return executor;
    }

    private static void assertFades(Precision precision, double leastNormal, int steps) {
        Executor executor = begun(precision);
        for (int step = 0; step < steps; step++) {
            executor.advance(1);
            for (String name : Set.of("first", "second")) {
                for (double value : executor.read(name)) {
                    assertTrue(value == 0 || Math.abs(value) >= leastNormal, name + " is " + value);
                }
            }
        }
        for (double value : executor.read("second")) {
            assertEquals(0, value);
        }
    }

    @Test
    void noStateIsEverSubnormal() {
        assertFades(Precision.FLOAT, Float.MIN_NORMAL, 200);
        assertFades(Precision.DOUBLE, Double.MIN_NORMAL, 1100);
    }

    @Test
    void whatIsNotSmallIsNotRounded() {
        Executor executor = begun(Precision.FLOAT);
        double[] start = executor.read("first");
        executor.advance(60);
        double[] end = executor.read("first");
        for (int i = 0; i < start.length; i++) {
            assertEquals(Math.scalb(start[i], -60), end[i], Math.abs(end[i]) * 0x1p-24);
        }
    }
}
