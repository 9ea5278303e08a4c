package org.altdsl.placement;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Expr;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.optimize.IndexMaps;
import org.altdsl.optimize.MatrixForm;
import org.altdsl.runtime.tensor.MatrixProduct;

/**
 * Decides the order of axes in memory, the outermost first, and the home of every variable.
 *
 * <p>All variables on one space have one order, so that elementwise code on it has the bare inner index everywhere.
 * Lanes come first. Of the two axes of a synapse space, the one that is summed over first in the program is the row
 * where that product is computed in Java: it then reads weights row by row, and no variable is ever transposed. Where
 * it is large enough for BLAS, that axis is the column instead: the forward product is as fast either way, and the
 * sum over lanes that changes the weights is faster by a tenth. Any other space has its canonical order.
 */
public final class Placement {
    /** A batch of ordinary size, to judge products by; how many lanes there will be is not known here. */
    private static final int USUAL_LANES = 32;

    private final Map<Space, Axis> rows;
    private final Set<Var> offHeap;

    private Placement(Map<Space, Axis> rows, Set<Var> offHeap) {
        this.rows = Map.copyOf(rows);
        this.offHeap = Set.copyOf(offHeap);
    }

    /**
     * The placement for a program, after optimization.
     *
     * @param kernels the updates of each kernel of the blocks
     * @param initialisations the updates of each kernel that initialises a scope
     * @param blas whether large products are handed to BLAS
     */
    public static Placement of(
            Collection<List<Update>> kernels, Collection<List<Update>> initialisations, Sizes sizes, boolean blas) {
        Map<Space, Axis> rows = new HashMap<>();
        for (List<Update> kernel : kernels) {
            for (Update update : kernel) {
                MatrixForm.of(update).ifPresent(form -> {
                    boolean large = blas && isLarge(form, sizes);
                    vote(form.left(), form.over(), large, rows);
                    vote(form.right(), form.over(), large, rows);
                });
            }
        }
        for (List<Update> kernel : kernels) {
            for (Update update : kernel) {
                if (update.value() instanceof Expr.Reduce reduce
                        && reduce.along() instanceof IndexMap.Drop drop
                        && drop.dropped().rank() == 1
                        && reduce.of().space().rank() == 2) {
                    rows.putIfAbsent(reduce.of().space(), drop.dropped().axes().get(0));
                }
            }
        }
        Set<Var> offHeap = blas ? Homes.offHeap(kernels, initialisations, sizes) : Set.of();
        return new Placement(rows, offHeap);
    }

    private static void vote(Expr operand, Axis over, boolean large, Map<Space, Axis> rows) {
        Space stored = IndexMaps.stored(operand).variable().space();
        for (Axis axis : stored.axes()) {
            if (IndexMaps.seen(operand, axis).equals(over) != large) {
                rows.putIfAbsent(stored, axis);
            }
        }
    }

    /** Whether a product of ordinary batches is handed to BLAS. */
    static boolean isLarge(MatrixForm form, Sizes sizes) {
        Space kept = form.left().space().union(form.right().space()).without(form.over());
        long[] extents = new long[2];
        for (int i = 0; i < 2; i++) {
            extents[i] = extent(kept.axes().get(i), sizes);
        }
        return MatrixProduct.isLarge(extents[0], extent(form.over(), sizes), extents[1]);
    }

    private static long extent(Axis axis, Sizes sizes) {
        return axis.equals(Axis.LANE) ? USUAL_LANES : sizes.of(axis);
    }

    /** The axes of a space in the order of array levels and of loops. */
    public List<Axis> order(Space space) {
        requireNonNull(space);
        List<Axis> axes = new ArrayList<>(space.axes());
        // Few axes: an insertion sort that also copes with preferences that do not form an order.
        for (int i = 1; i < axes.size(); i++) {
            for (int j = i; j > 0 && isBefore(axes.get(j), axes.get(j - 1)); j--) {
                Axis moved = axes.get(j);
                axes.set(j, axes.get(j - 1));
                axes.set(j - 1, moved);
            }
        }
        return axes;
    }

    private boolean isBefore(Axis axis, Axis other) {
        return !other.equals(Axis.LANE) && axis.equals(rows.get(Space.of(axis, other)));
    }

    /** The home of a variable. */
    public Home home(Var variable) {
        return offHeap.contains(variable) ? Home.OFF_HEAP : Home.HEAP;
    }
}
