package org.altdsl.placement;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Expr;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.optimize.IndexMaps;
import org.altdsl.optimize.MatrixForm;

/**
 * Decides the order of axes in memory, the outermost first, and the home of every variable.
 *
 * <p>All variables on one space have one order, so that elementwise code on it has the bare inner index everywhere.
 * Lanes come first. Of the two axes of a synapse space, the one that is summed over first in the program is the row:
 * the forward product then reads weights row by row, and no variable is ever transposed. Any other space has its
 * canonical order.
 */
public final class Placement {
    private final Map<Space, Axis> rows;

    private Placement(Map<Space, Axis> rows) {
        this.rows = Map.copyOf(rows);
    }

    /** The placement for a program's blocks, after optimization. */
    public static Placement of(Collection<List<Update>> blocks) {
        Map<Space, Axis> rows = new HashMap<>();
        for (List<Update> block : blocks) {
            for (Update update : block) {
                MatrixForm.of(update).ifPresent(form -> {
                    vote(form.left(), form.over(), rows);
                    vote(form.right(), form.over(), rows);
                });
            }
        }
        for (List<Update> block : blocks) {
            for (Update update : block) {
                if (update.value() instanceof Expr.Reduce reduce
                        && reduce.along() instanceof IndexMap.Drop drop
                        && drop.dropped().rank() == 1
                        && reduce.of().space().rank() == 2) {
                    rows.putIfAbsent(reduce.of().space(), drop.dropped().axes().get(0));
                }
            }
        }
        return new Placement(rows);
    }

    private static void vote(Expr operand, Axis over, Map<Space, Axis> rows) {
        Space stored = IndexMaps.stored(operand).variable().space();
        for (Axis axis : stored.axes()) {
            if (IndexMaps.seen(operand, axis).equals(over)) {
                rows.putIfAbsent(stored, axis);
            }
        }
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

    /**
     * The home of a variable. Everything lives on the heap: matrix products take heap rows, and copy large ones to
     * where a BLAS library wants them. A variable that only such products use could live there; this is the place to
     * say so.
     */
    public Home home(Var variable) {
        requireNonNull(variable);
        return Home.HEAP;
    }
}
