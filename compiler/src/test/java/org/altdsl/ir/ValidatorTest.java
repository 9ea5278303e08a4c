package org.altdsl.ir;

import static org.altdsl.ir.Sketch.number;
import static org.altdsl.ir.Sketch.prim;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.altdsl.runtime.plan.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ValidatorTest {
    private static final Axis A = Axis.neurons("a");
    private static final Axis B = Axis.neurons("b");

    private static Arguments mistake(String message, BiConsumer<Sketch, Var> program) {
        return Arguments.of(message, program);
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake("two variables have this name", (s, x) -> s.state("x", Space.SCALAR, number(0))),
                mistake("reads x.3 where version is 0", (s, x) -> s.let("y", new Expr.Read(x, 3))),
                mistake("before it is set", (s, x) -> s.let("y", new Expr.Read(s.temporary("t", A), 0))),
                mistake(
                        "a temporary has no initial value",
                        (s, x) -> s.variable("t", Space.SCALAR, DType.REAL, Scope.STEP, Optional.of(number(1)))),
                mistake("the initial value is on [a]", (s, x) -> s.state("y", Space.SCALAR, s.read(x))),
                mistake(
                        "the first write of a temporary has a guard",
                        (s, x) -> s.setWhere(number(1), s.temporary("t"), number(2))),
                mistake(
                        "is not a variable of the program",
                        (s, x) -> s.set(new Sketch().temporary("foreign"), number(1))),
                mistake(
                        "a primitive on [b]",
                        (s, x) ->
                                s.set(s.temporary("t", A, B), new Expr.Prim(Op.NEG, List.of(s.read(x)), Space.of(B)))),
                mistake(
                        "a window of the axes",
                        (s, x) -> s.let("y", Expr.Gather.of(new IndexMap.Window(B, B, A, 1, 0), s.read(x)))),
                mistake("the table", (s, x) -> s.let("y", Expr.Gather.of(new IndexMap.Table(B, A, x), s.read(x)))),
                mistake(
                        "a scatter that does not sum",
                        (s, x) -> s.let(
                                "y",
                                new Expr.Reduce(new IndexMap.Affine(A, B, 1, 0), Fold.MAX, s.read(x), Space.of(B)))),
                mistake(
                        "a scatter from",
                        (s, x) -> s.let(
                                "y",
                                new Expr.Reduce(new IndexMap.Affine(B, A, 1, 0), Fold.SUM, s.read(x), Space.of(A)))),
                mistake(
                        "argmax over several axes",
                        (s, x) -> s.let(
                                "y",
                                new Expr.Reduce(new IndexMap.Drop(Space.SCALAR), Fold.ARGMAX, s.read(x), Space.of(A)))),
                mistake(
                        "a draw with wrong arguments",
                        (s, x) -> s.let("y", new Expr.Draw(Dist.NORMAL, List.of(number(1)), "n", Space.SCALAR, false))),
                mistake(
                        "a derivative is left",
                        (s, x) -> s.let("y", new Expr.Deriv(Expr.DerivKind.SLOPE, s.read(x), x))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void aMistakeIsFoundAndShown(String message, BiConsumer<Sketch, Var> make) {
        Sketch sketch = new Sketch();
        Var x = sketch.state("x", Space.of(A), number(0));
        sketch.set(sketch.temporary("first", A), sketch.read(x));
        assertDoesNotThrow(() -> Validator.check(sketch.program(), true));
        make.accept(sketch, x);
        AssertionError error = assertThrows(AssertionError.class, () -> Validator.check(sketch.program(), true));
        assertTrue(error.getMessage().contains(message), error.getMessage());
    }

    @Test
    void versionsFollowOneAnother() {
        Var x = new Sketch().state("x", Space.SCALAR, number(0));
        Update second = new Update(x, 2, Optional.empty(), number(1), Slot.SETTLE, Sketch.SPAN);
        Program program = Program.of("p", List.of(x), List.of(second), List.of());
        AssertionError error = assertThrows(AssertionError.class, () -> Validator.check(program, true));
        assertTrue(error.getMessage().contains("x.2 = 1: version 2 follows version 0"), error.getMessage());
    }

    @Test
    void aDerivativeMayBeLeftBeforeTheyAreResolved() {
        Sketch sketch = new Sketch();
        Var x = sketch.state("x", Space.of(A), number(0));
        sketch.let("y", new Expr.Deriv(Expr.DerivKind.SLOPE, prim(Op.TANH, sketch.read(x)), x));
        assertDoesNotThrow(() -> Validator.check(sketch.program(), false));
    }
}
