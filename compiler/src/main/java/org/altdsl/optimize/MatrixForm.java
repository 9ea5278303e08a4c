package org.altdsl.optimize;

import java.util.Optional;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Fold;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Op;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;

/**
 * An update {@code target = [target +] scale * sum over some axes of left * right}, as {@link Separate} writes it. The
 * summed axes are those that the operands have in common, and each has others beside them: one each in a plain product
 * of matrices, several in a grouped one, whose rows, columns and terms are the points of groups of axes.
 *
 * @param scale a number that may depend on the run
 * @param add whether the product is added to the target
 * @param over the summed axes, as the operands see them
 * @param left a stored matrix, maybe with renamed axes
 * @param right a stored matrix, maybe with renamed axes
 */
public record MatrixForm(Expr scale, boolean add, Space over, Expr left, Expr right) {
    /**
     * The form of an update, if it has it.
     *
     * @param grouped whether groups of axes may stand where a matrix has one
     */
    public static Optional<MatrixForm> of(Update update, boolean grouped) {
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
                || !(reduce.of() instanceof Expr.Prim product)
                || product.op() != Op.MUL) {
            return Optional.empty();
        }
        Space over = drop.dropped();
        Expr left = product.operands().get(0);
        Expr right = product.operands().get(1);
        boolean matrices = isMatrix(left, over, grouped)
                && isMatrix(right, over, grouped)
                && left.space().intersect(right.space()).equals(over)
                && update.target().space().equals(reduce.space());
        return matrices ? Optional.of(new MatrixForm(scale, add, over, left, right)) : Optional.empty();
    }

    /** Whether a sum over axes has one term. */
    public static boolean isRankOne(Space over, Sizes sizes) {
        return over.axes().stream().allMatch(axis -> axis.isFixed() && sizes.of(axis) == 1);
    }

    private static boolean isMatrix(Expr expr, Space over, boolean grouped) {
        Space space = expr.space();
        boolean rank = grouped ? space.rank() > over.rank() : space.rank() == 2 && over.rank() == 1;
        return IndexMaps.isStored(expr) && rank && space.contains(over);
    }
}
