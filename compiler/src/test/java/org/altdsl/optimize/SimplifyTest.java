package org.altdsl.optimize;

import static org.altdsl.ir.Sketch.number;
import static org.altdsl.ir.Sketch.prim;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Fold;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Op;
import org.altdsl.ir.Sketch;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SimplifyTest {
    private static final Axis A = Axis.neurons("a");
    private static final Axis EMPTY = Axis.neurons("empty");
    private static final Sketch SKETCH = new Sketch();
    private static final Var X = SKETCH.temporary("x", A);

    static Stream<Arguments> cases() {
        Expr x = SKETCH.read(X);
        Space lanes = Space.of(Axis.LANE);
        return Stream.of(
                Arguments.of(prim(Op.ADD, number(2), number(3)), "5"),
                Arguments.of(prim(Op.ADD, x, number(0)), "x"),
                Arguments.of(prim(Op.SUB, number(0), x), "-x"),
                Arguments.of(prim(Op.MUL, x, number(1)), "x"),
                Arguments.of(prim(Op.MUL, x, number(0)), "0 * x"),
                Arguments.of(prim(Op.MUL, number(2), prim(Op.MUL, x, number(3))), "6 * x"),
                Arguments.of(prim(Op.NEG, prim(Op.NEG, x)), "x"),
                Arguments.of(prim(Op.ADD, x, prim(Op.NEG, x)), "x - x"),
                Arguments.of(prim(Op.DIV, x, number(4)), "0.25 * x"),
                Arguments.of(prim(Op.DIV, x, number(0)), "x / 0"),
                Arguments.of(prim(Op.POW, x, number(2)), "x * x"),
                Arguments.of(prim(Op.POW, x, number(0.5)), "sqrt(x)"),
                Arguments.of(prim(Op.SELECT, number(1), x, number(7)), "x"),
                Arguments.of(prim(Op.STOP, x), "x"),
                Arguments.of(new Expr.SizeOf(A), "4"),
                Arguments.of(new Expr.Reduce(new IndexMap.Drop(lanes), Fold.MEAN, x, x.space()), "x"),
                Arguments.of(new Expr.Reduce(new IndexMap.Drop(lanes), Fold.SUM, x, x.space()), "x * size(lane)"),
                Arguments.of(Expr.Reduce.over(Space.of(EMPTY), Fold.MAX, new Expr.Index(EMPTY)), "-Infinity"),
                Arguments.of(Expr.Reduce.over(Space.of(EMPTY), Fold.MEAN, new Expr.Index(EMPTY)), "0"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void identitiesHold(Expr expr, String simplest) {
        Simplify simplify = new Simplify(Sketch.sizes(A, 4, EMPTY, 0));
        assertEquals(simplest, Equations.print(simplify.simplify(expr)));
    }
}
