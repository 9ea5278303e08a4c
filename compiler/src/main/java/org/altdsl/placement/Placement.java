package org.altdsl.placement;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Expr;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Role;
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
 * sum over lanes that changes the weights is faster by a tenth.
 *
 * <p>Where the rows and columns of a product are groups of axes, the axes of a group lie together. Inside a group
 * positions come before channels, and kernels between them, so that what belongs to one position lies side by side. A
 * space without a product has that order, too, if it has positions, and its canonical order otherwise.
 */
public final class Placement {
    /** A batch of ordinary size, to judge products by; how many lanes there will be is not known here. */
    private static final int USUAL_LANES = 32;

    private final Sizes sizes;
    private final Map<Space, Axis> rows;
    private final Map<Space, Groups> groups;
    private final Set<Var> offHeap;

    /**
     * A space as the rows and columns of a matrix.
     *
     * @param order the axes, those of the rows first
     * @param rows how many of them are rows
     */
    private record Groups(List<Axis> order, int rows) {}

    private Placement(Sizes sizes, Map<Space, Axis> rows, Map<Space, Groups> groups, Set<Var> offHeap) {
        this.sizes = sizes;
        this.rows = Map.copyOf(rows);
        this.groups = Map.copyOf(groups);
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
        Map<Space, Groups> groups = new HashMap<>();
        for (List<Update> kernel : kernels) {
            for (Update update : kernel) {
                MatrixForm.of(update, blas).ifPresent(form -> {
                    boolean large = blas && isLarge(form, sizes);
                    for (Expr operand : List.of(form.left(), form.right())) {
                        Space stored = IndexMaps.stored(operand).variable().space();
                        Space over = Space.of(stored.axes().stream()
                                .filter(axis -> form.over().has(IndexMaps.seen(operand, axis)))
                                .toList());
                        vote(stored, over, large, sizes, rows, groups);
                    }
                    Space target = update.target().space();
                    if (target.rank() > 2) {
                        vote(target, target.intersect(form.left().space()), false, sizes, rows, groups);
                    }
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
        Placement ordered = new Placement(sizes, rows, groups, Set.of());
        Set<Var> offHeap = blas ? Homes.offHeap(kernels, initialisations, sizes, ordered) : Set.of();
        return new Placement(sizes, rows, groups, offHeap);
    }

    /** Where nothing is decided for a space yet, some of its axes become the rows, or with {@code last} the columns. */
    private static void vote(
            Space space, Space some, boolean last, Sizes sizes, Map<Space, Axis> rows, Map<Space, Groups> groups) {
        Space others = space.minus(some);
        Space first = last ? others : some;
        if (space.rank() == 2) {
            rows.putIfAbsent(space, first.axes().get(0));
            return;
        }
        if (!first.has(Axis.LANE) && space.has(Axis.LANE)) {
            first = space.minus(first);
        }
        List<Axis> order = new ArrayList<>(inMemory(first, sizes));
        order.addAll(inMemory(space.minus(first), sizes));
        groups.putIfAbsent(space, new Groups(order, first.rank()));
    }

    /**
     * Lanes, then positions, then places below a kernel, then channels and neurons; but a single channel comes before
     * positions, for rows of one element cost an object each.
     */
    private static List<Axis> inMemory(Space space, Sizes sizes) {
        List<Axis> axes = new ArrayList<>(space.axes());
        axes.sort(Comparator.comparingInt(axis -> switch (axis.role()) {
            case LANE -> 0;
            case COORD -> 2;
            case TIE -> 3;
            default -> sizes.of(axis) == 1 ? 1 : 4;
        }));
        return axes;
    }

    /** Whether a product of ordinary batches is handed to BLAS. */
    static boolean isLarge(MatrixForm form, Sizes sizes) {
        return MatrixProduct.isLarge(
                extent(form.left().space().minus(form.over()), sizes),
                extent(form.over(), sizes),
                extent(form.right().space().minus(form.over()), sizes));
    }

    private static long extent(Space space, Sizes sizes) {
        long extent = 1;
        for (Axis axis : space.axes()) {
            extent *= axis.equals(Axis.LANE) ? USUAL_LANES : sizes.of(axis);
        }
        return extent;
    }

    /** The axes of a space in the order of array levels and of loops. */
    public List<Axis> order(Space space) {
        requireNonNull(space);
        Groups grouped = groups.get(space);
        if (grouped != null) {
            return grouped.order();
        }
        if (space.rank() > 2 && space.axes().stream().anyMatch(axis -> axis.role() == Role.COORD)) {
            return inMemory(space, sizes);
        }
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

    /** How many of the axes of a space, in their order, count the rows of a variable off the heap; the others its columns. */
    public int rows(Space space) {
        Groups grouped = groups.get(space);
        return grouped == null ? space.rank() - 1 : grouped.rows();
    }

    /**
     * Whether matrices lie as a product needs them: in each, the axes of rows, columns and terms together, and the axes
     * of a group in the same order in both matrices that have it.
     */
    public boolean fits(MatrixForm form, Var target) {
        List<Axis> over = part(form.left(), form.over());
        List<Axis> kept = part(form.left(), form.left().space().minus(form.over()));
        List<Axis> others = part(form.right(), form.right().space().minus(form.over()));
        List<Axis> result = order(target.space());
        return over != null
                && kept != null
                && others != null
                && over.equals(part(form.right(), form.over()))
                && kept.equals(run(result, Space.of(kept)))
                && others.equals(run(result, Space.of(others)));
    }

    /** The axes of a stored matrix in memory order, as the expression names them. */
    public List<Axis> order(Expr stored) {
        return order(IndexMaps.stored(stored).variable().space()).stream()
                .map(axis -> IndexMaps.seen(stored, axis))
                .toList();
    }

    private List<Axis> part(Expr stored, Space some) {
        return run(order(stored), some);
    }

    /** Some axes in the order in which they lie, null where others lie between them. */
    private static List<Axis> run(List<Axis> order, Space some) {
        List<Axis> found = order.stream().filter(some::has).toList();
        int first = order.indexOf(found.get(0));
        return order.subList(first, first + found.size()).equals(found) ? found : null;
    }

    /** The home of a variable. */
    public Home home(Var variable) {
        return offHeap.contains(variable) ? Home.OFF_HEAP : Home.HEAP;
    }
}
