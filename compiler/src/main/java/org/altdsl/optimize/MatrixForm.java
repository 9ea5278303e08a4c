package org.altdsl.optimize;

import java.util.Optional;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Fold;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Op;
import org.altdsl.ir.Update;

/**
 * An update {@code target = [target +] scale * sum over one axis of left * right}, as {@link Separate} writes it.
 *
 * @param scale a number that may depend on the run
 * @param add whether the product is added to the target
 * @param over the summed axis, as the operands see it
 * @param left a stored matrix, maybe with renamed axes
 * @param right a stored matrix, maybe with renamed axes
 */
public record MatrixForm(Expr scale, boolean add, Axis over, Expr left, Expr right) {
    /** The form of an update, if it has it. */
    public static Optional<MatrixForm> of(Update update) {
        if (update.guard().isPresent()) {
            return Optional.empty();
        }
        Expr value = update.value();
        boolean add = false;
        if (value instanceof Expr.Prim prim
                && prim.op() == Op.ADD
                && prim.operands().get(0) instanceof Expr.Read read
                && read.variable().equals(update.target())) {
            add = true;
            value = prim.operands().get(1);
        }
        Expr scale = Algebra.ONE;
        if (value instanceof Expr.Prim prim
                && prim.op() == Op.MUL
                && prim.operands().get(0).space().isScalar()) {
            scale = prim.operands().get(0);
            value = prim.operands().get(1);
        }
        if (!(value instanceof Expr.Reduce reduce)
                || reduce.fold() != Fold.SUM
                || !(reduce.along() instanceof IndexMap.Drop drop)
                || drop.dropped().rank() != 1
                || !(reduce.of() instanceof Expr.Prim product)
                || product.op() != Op.MUL) {
            return Optional.empty();
        }
        Axis over = drop.dropped().axes().get(0);
        Expr left = product.operands().get(0);
        Expr right = product.operands().get(1);
        boolean matrices = isMatrix(left, over)
                && isMatrix(right, over)
                && left.space().intersect(right.space()).rank() == 1
                && update.target().space().equals(reduce.space());
        return matrices ? Optional.of(new MatrixForm(scale, add, over, left, right)) : Optional.empty();
    }

    private static boolean isMatrix(Expr expr, Axis over) {
        return IndexMaps.isStored(expr)
                && expr.space().rank() == 2
                && expr.space().has(over);
    }
}
