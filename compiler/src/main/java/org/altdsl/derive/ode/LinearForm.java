package org.altdsl.derive.ode;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.altdsl.derive.Algebra;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Var;

/**
 * An expression as a sum: coefficients times the states that move, coefficients times what is held during a step, and
 * what is constant in a run.
 *
 * @param moving the coefficient of each read of what moves; coefficients read nothing that moves
 * @param held the coefficient, constant in a run, of each expression that is held
 * @param constant what is constant in a run
 */
record LinearForm(Map<Expr.Read, Expr> moving, Map<Expr, Expr> held, Expr constant) {
    /** Takes expressions apart. */
    static final class Splitter {
        private final Algebra algebra = new Algebra();
        private final Predicate<Expr.Read> moves;
        private final Constancy constancy;
        private Expr offending;

        Splitter(Predicate<Expr.Read> moves, Constancy constancy) {
            this.moves = moves;
            this.constancy = constancy;
        }

        /** The expression as a sum, unless it is not linear in what moves. */
        Optional<LinearForm> of(Expr expr) {
            offending = null;
            return Optional.ofNullable(split(Formula.folded(expr)));
        }

        /** The smallest part of the last expression that was not linear. */
        Expr offending() {
            return offending;
        }

        private LinearForm split(Expr expr) {
            if (!isMoving(expr, moves)) {
                return still(expr);
            }
            if (expr instanceof Expr.Read read) {
                LinearForm form = empty();
                form.moving.put(read, Algebra.ONE);
                return form;
            }
            if (!(expr instanceof Expr.Prim prim)) {
                return refuse(expr);
            }
            Expr first = prim.operands().get(0);
            Expr second = prim.op().arity() > 1 ? prim.operands().get(1) : null;
            return switch (prim.op()) {
                case NEG -> scaled(split(first), Algebra.constant(-1), false);
                case ADD -> sum(split(first), split(second));
                case SUB -> sum(split(first), scaled(split(second), Algebra.constant(-1), false));
                case MUL -> {
                    if (!isMoving(second, moves)) {
                        yield scaled(split(first), second, false);
                    }
                    yield isMoving(first, moves) ? refuse(expr) : scaled(split(second), first, false);
                }
                case DIV -> isMoving(second, moves) ? refuse(expr) : scaled(split(first), second, true);
                case SELECT ->
                    isMoving(first, moves)
                            ? refuse(expr)
                            : either(first, split(second), split(prim.operands().get(2)));
                default -> refuse(expr);
            };
        }

        private LinearForm refuse(Expr expr) {
            if (offending == null) {
                offending = expr;
            }
            return null;
        }

        private static LinearForm empty() {
            return new LinearForm(new LinkedHashMap<>(), new LinkedHashMap<>(), Algebra.ZERO);
        }

        /** The form of what does not move, with factors drawn out that are constant in a run. */
        private LinearForm still(Expr expr) {
            if (constancy.of(expr)) {
                return new LinearForm(new LinkedHashMap<>(), new LinkedHashMap<>(), expr);
            }
            if (expr instanceof Expr.Prim prim) {
                Expr first = prim.operands().get(0);
                Expr second = prim.op().arity() > 1 ? prim.operands().get(1) : null;
                switch (prim.op()) {
                    case NEG -> {
                        return scaled(still(first), Algebra.constant(-1), false);
                    }
                    case ADD -> {
                        return sum(still(first), still(second));
                    }
                    case SUB -> {
                        return sum(still(first), scaled(still(second), Algebra.constant(-1), false));
                    }
                    case MUL -> {
                        if (constancy.of(second)) {
                            return scaled(still(first), second, false);
                        }
                        if (constancy.of(first)) {
                            return scaled(still(second), first, false);
                        }
                    }
                    case DIV -> {
                        if (constancy.of(second)) {
                            return scaled(still(first), second, true);
                        }
                    }
                    default -> {}
                }
            }
            LinearForm form = empty();
            form.held.put(expr, Algebra.ONE);
            return form;
        }

        private LinearForm sum(LinearForm a, LinearForm b) {
            if (a == null || b == null) {
                return null;
            }
            LinearForm form = new LinearForm(
                    new LinkedHashMap<>(a.moving), new LinkedHashMap<>(a.held), algebra.add(a.constant, b.constant));
            b.moving.forEach((read, coefficient) -> form.moving.merge(read, coefficient, algebra::add));
            b.held.forEach((term, coefficient) -> form.held.merge(term, coefficient, algebra::add));
            return form.withoutZeros();
        }

        /** A form times a factor that does not move, or divided by it. */
        private LinearForm scaled(LinearForm form, Expr factor, boolean divides) {
            if (form == null) {
                return null;
            }
            // A division by 0 gives the infinite coefficient that is complained about.
            UnaryOperator<Expr> scale =
                    by -> divides ? Formula.folded(algebra.div(by, factor)) : algebra.mul(by, factor);
            LinearForm result = empty();
            form.moving.forEach((read, coefficient) -> result.moving.put(read, scale.apply(coefficient)));
            if (constancy.of(factor)) {
                form.held.forEach((term, coefficient) -> result.held.put(term, scale.apply(coefficient)));
                return new LinearForm(result.moving, result.held, scale.apply(form.constant)).withoutZeros();
            }
            form.held.forEach((term, coefficient) -> result.held.merge(scale.apply(term), coefficient, algebra::add));
            if (divides && !Algebra.isZero(form.constant)) {
                result.held.merge(algebra.div(Algebra.ONE, factor), form.constant, algebra::add);
                return result.withoutZeros();
            }
            LinearForm terms = scaled(still(factor), form.constant, false);
            return sum(result, terms);
        }

        private LinearForm either(Expr condition, LinearForm yes, LinearForm no) {
            if (yes == null || no == null) {
                return null;
            }
            LinearForm form = empty();
            yes.moving.forEach((read, coefficient) -> form.moving.put(
                    read, algebra.select(condition, coefficient, no.moving.getOrDefault(read, Algebra.ZERO))));
            no.moving.forEach((read, coefficient) ->
                    form.moving.computeIfAbsent(read, key -> algebra.select(condition, Algebra.ZERO, coefficient)));
            Expr rest = algebra.select(condition, yes.still(), no.still());
            return sum(form, still(rest));
        }
    }

    /** Whether a read that moves occurs in an expression. */
    static boolean isMoving(Expr expr, Predicate<Expr.Read> moves) {
        if (expr instanceof Expr.Read read) {
            return moves.test(read);
        }
        return expr.children().stream().anyMatch(child -> isMoving(child, moves));
    }

    /** What does not move, as one expression. */
    private Expr still() {
        return Formula.sum(held, constant);
    }

    /** Whether nothing is added to what moves. */
    boolean isHomogeneous() {
        return held.isEmpty() && Algebra.isZero(constant);
    }

    private LinearForm withoutZeros() {
        moving.values().removeIf(Algebra::isZero);
        held.values().removeIf(Algebra::isZero);
        return this;
    }

    /** Which expressions are constant in a run. */
    record Constancy(Predicate<Var> variables) {
        boolean of(Expr expr) {
            if (expr instanceof Expr.Read read) {
                return variables.test(read.variable());
            }
            if (expr instanceof Expr.Tick || expr instanceof Expr.Draw || expr instanceof Expr.Deriv) {
                return false;
            }
            if (expr instanceof Expr.SizeOf size) {
                return !size.axis().equals(Axis.LANE);
            }
            return expr.children().stream().allMatch(this::of);
        }
    }
}
