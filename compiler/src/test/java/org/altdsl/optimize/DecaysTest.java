package org.altdsl.optimize;

import static org.altdsl.ir.Sketch.number;
import static org.altdsl.ir.Sketch.prim;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Op;
import org.altdsl.ir.Role;
import org.altdsl.ir.Sketch;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.junit.jupiter.api.Test;

class DecaysTest {
    private final Sketch sketch = Sketch.inTime();
    private final Axis axis = new Axis("c", Role.NEURON, "c");
    private final Var v = sketch.state("v", Space.of(axis), number(1));
    private final Var g = sketch.state("g", Space.of(axis), number(1));
    private final Expr old = new Expr.Read(v, 0);

    private boolean mayVanish(Expr value) {
        return Decays.mayVanish(new Update(v, 1, Optional.empty(), value, Slot.INTEGRATE, Sketch.SPAN));
    }

    private static Expr times(double factor, Expr expr) {
        return prim(Op.MUL, number(factor), expr);
    }

    @Test
    void traceVanishes() {
        assertTrue(mayVanish(times(0.95, old)));
        assertTrue(mayVanish(prim(Op.ADD, old, times(-0.05, old))));
        assertTrue(mayVanish(prim(Op.SUB, old, times(0.05, old))));
    }

    @Test
    void potentialThatCurrentsDriveVanishesWithThem() {
        assertTrue(mayVanish(prim(Op.ADD, times(0.9, old), times(0.1, new Expr.Read(g, 0)))));
    }

    @Test
    void potentialThatRestsElsewhereDoesNot() {
        assertFalse(mayVanish(prim(Op.ADD, times(0.9, old), number(-0.0065))));
        assertFalse(mayVanish(prim(Op.SUB, times(0.9, old), number(0.0065))));
    }

    @Test
    void whatGrowsOrStaysDoesNot() {
        assertFalse(mayVanish(times(1.01, old)));
        assertFalse(mayVanish(prim(Op.ADD, old, times(0.1, new Expr.Read(g, 0)))));
        assertFalse(mayVanish(prim(Op.MUL, old, old)));
        assertFalse(mayVanish(new Expr.Read(g, 0)));
    }
}
