package org.altdsl.placement;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.altdsl.ir.DType;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Exprs;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.optimize.IndexMaps;
import org.altdsl.optimize.MatrixForm;

/**
 * Finds the variables that are better off the heap: those for which the copies that large products would make of
 * arrays outnumber the copies that loops would make of rows. Only variables come into question that every loop reads
 * and writes at its own point.
 */
final class Homes {
    private final Sizes sizes;
    private final Placement placement;

    /** Copies of the whole variable that are saved by having it off the heap, less those that are made then. */
    private final Map<Var, Integer> saved = new HashMap<>();

    private final Set<Var> multiplied = new HashSet<>();
    private final Set<Var> barred = new HashSet<>();

    private Homes(Sizes sizes, Placement placement) {
        this.sizes = sizes;
        this.placement = placement;
    }

    static Set<Var> offHeap(
            Collection<List<Update>> kernels,
            Collection<List<Update>> initialisations,
            Sizes sizes,
            Placement placement) {
        Homes homes = new Homes(sizes, placement);
        kernels.forEach(kernel -> homes.weigh(kernel, 1));
        // What happens once in a run does not count, but has to be possible.
        initialisations.forEach(kernel -> homes.weigh(kernel, 0));
        Set<Var> found = new HashSet<>();
        for (Var variable : homes.multiplied) {
            boolean possible = variable.space().rank() >= 2 && variable.type() == DType.REAL;
            if (possible && !homes.barred.contains(variable) && homes.saved.get(variable) >= 0) {
                found.add(variable);
            }
        }
        return found;
    }

    private void weigh(List<Update> kernel, int weight) {
        Update first = kernel.get(0);
        if (MatrixForm.of(first, true).isPresent()) {
            product(first.target(), MatrixForm.of(first, true).get(), weight);
            return;
        }
        Set<Var> read = new HashSet<>();
        Set<Var> written = new HashSet<>();
        for (Update update : kernel) {
            boolean reduces = update.value() instanceof Expr.Reduce;
            Expr value = update.value();
            Space loop = update.target().space();
            if (value instanceof Expr.Reduce reduce) {
                barred.add(update.target());
                boolean scatters = !(reduce.along() instanceof IndexMap.Drop);
                value = scatters ? reduce : reduce.of();
                loop = reduce.of().space();
            }
            Set<Var> here = new HashSet<>();
            visit(value, loop, here);
            update.guard().ifPresent(guard -> visit(guard, update.target().space(), here));
            if (update.guard().isPresent()) {
                here.add(update.target());
            }
            here.removeAll(written);
            read.addAll(here);
            if (!reduces) {
                written.add(update.target());
            }
        }
        read.forEach(variable -> saved.merge(variable, -weight, Integer::sum));
        written.forEach(variable -> saved.merge(variable, -weight, Integer::sum));
    }

    private void product(Var target, MatrixForm form, int weight) {
        Var left = IndexMaps.stored(form.left()).variable();
        Var right = IndexMaps.stored(form.right()).variable();
        if (!Placement.isLarge(form, sizes) || !placement.fits(form, target)) {
            barred.addAll(List.of(left, right, target));
            return;
        }
        multiplied.addAll(List.of(left, right, target));
        saved.merge(left, weight, Integer::sum);
        saved.merge(right, weight, Integer::sum);
        saved.merge(target, form.add() ? 2 * weight : weight, Integer::sum);
    }

    /** Collects what a loop reads at its own point, and bars what it reads anywhere else. */
    private void visit(Expr expr, Space loop, Set<Var> read) {
        if (expr instanceof Expr.Gather || expr instanceof Expr.Reduce) {
            barred.addAll(Exprs.reads(expr));
            return;
        }
        if (expr instanceof Expr.Read plain) {
            if (plain.variable().space().equals(loop)) {
                read.add(plain.variable());
            } else {
                barred.add(plain.variable());
            }
        }
        expr.children().forEach(child -> visit(child, loop, read));
    }
}
