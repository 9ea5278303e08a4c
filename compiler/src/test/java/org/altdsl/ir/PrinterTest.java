package org.altdsl.ir;

import static org.altdsl.ir.Sketch.number;
import static org.altdsl.ir.Sketch.prim;
import static org.altdsl.ir.Sketch.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.altdsl.runtime.plan.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PrinterTest {
    private static final Axis X = Axis.neurons("x");
    private static final Axis H = Axis.neurons("h");
    private static final Sketch NAMES = new Sketch();
    private static final Expr A = NAMES.read(NAMES.state("a", Space.of(H), number(0)));
    private static final Expr B = NAMES.read(NAMES.state("b", Space.of(H), number(0)));

    static Stream<Arguments> expressions() {
        Expr difference = prim(Op.SUB, A, prim(Op.SUB, B, number(1)));
        Var table = NAMES.variable("t", Space.of(X), DType.INDEX, Scope.RUN, Optional.of(number(0)));
        Expr winner = Expr.Reduce.over(Space.of(H), Fold.ARGMAX, A);
        Expr draw = new Expr.Draw(Dist.NORMAL, List.of(A, number(0.5)), "noise", Space.of(Axis.LANE, H), false);
        return Stream.of(
                Arguments.of("a - (b - 1)", difference),
                Arguments.of("(a + b) * (-2)", prim(Op.MUL, prim(Op.ADD, A, B), number(-2))),
                Arguments.of("a + b + 1", prim(Op.ADD, prim(Op.ADD, A, B), number(1))),
                Arguments.of("a / (b * 2)", prim(Op.DIV, A, prim(Op.MUL, B, number(2)))),
                Arguments.of("-(a + b)", prim(Op.NEG, prim(Op.ADD, A, B))),
                Arguments.of("not a and b < 3", prim(Op.AND, prim(Op.NOT, A), prim(Op.LT, B, number(3)))),
                Arguments.of("max(tanh(a), 0)", prim(Op.MAX, prim(Op.TANH, A), number(0))),
                Arguments.of("argmax[h](a)", winner),
                Arguments.of("a[h at t[x]]", Expr.Gather.of(new IndexMap.Table(X, H, table), A)),
                Arguments.of("a[h at 2 * x - 1]", Expr.Gather.of(new IndexMap.Affine(X, H, 2, -1), A)),
                Arguments.of(
                        "a[h at 2 * x + k - 1]",
                        Expr.Gather.of(new IndexMap.Window(X, new Axis("k", Role.TIE, "#3"), H, 2, 1), A)),
                Arguments.of(
                        "(a + b)[h at argmax[h](a)]", Expr.Gather.of(new IndexMap.Pick(H, winner), prim(Op.ADD, A, B))),
                Arguments.of("a@-2", Expr.Gather.of(new IndexMap.Shift(2), A)),
                Arguments.of("normal[lane,h](a, 0.5) by noise", draw),
                Arguments.of("d(a)/d(b)", new Expr.Deriv(Expr.DerivKind.SLOPE, A, ((Expr.Read) B).variable())));
    }

    @ParameterizedTest
    @MethodSource("expressions")
    void expressionsArePrintedWithTheParenthesesTheyNeed(String expected, Expr expr) {
        assertEquals(expected, Printer.print(expr));
    }

    @Test
    void aProgramIsPrintedWithItsLivesLoopsAndSlots() {
        Sketch sketch = new Sketch();
        Var w = sketch.state("x->h.w", Space.of(X, H), number(0.5));
        Var b = sketch.state("h.b", Space.of(H), number(0));
        Var r = sketch.variable("x.r", Space.of(Axis.LANE, X), DType.REAL, Scope.BATCH, Optional.empty());
        Expr product = prim(Op.MUL, sketch.read(w), sketch.read(r));
        sketch.let("h.u", prim(Op.ADD, sum(product, X), sketch.read(b)));
        sketch.setWhere(prim(Op.GT, sketch.read(w), number(0)), w, prim(Op.ADD, sketch.read(w), number(1)));
        assertEquals("""
                program sketch

                variables
                  run x->h.w[h,x] = 0.5
                  run h.b[h] = 0
                  batch x.r[lane,x]
                  step h.u[lane,h]

                each run

                  each epoch

                    each batch
                      settle
                        h.u.1[lane,h] = sum[x](x->h.w * x.r) + h.b
                        x->h.w.1[h,x] = x->h.w + 1 where x->h.w > 0
                """, Printer.print(sketch.program()));
    }
}
