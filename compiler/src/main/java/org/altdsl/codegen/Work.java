package org.altdsl.codegen;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Op;
import org.altdsl.ir.Update;
import org.altdsl.runtime.kernel.Shard;

/**
 * How much a kernel has to do, in operations on one element, and so into how many shards it is cut.
 *
 * @param fixed the operations a lane, or all of them where the kernel does not run over lanes
 * @param perLane whether it runs over lanes
 */
record Work(long fixed, boolean perLane) {
    /** Operations that are worth a shard: about 6 us where they vectorise, and a helper that spins takes one in 0.5 us. */
    static final long LEAST = 1L << 16;

    /** Kernels that stay small with so many lanes are never cut, which keeps their code plain. */
    private static final int MOST_LANES = 1024;

    /** An elementary function takes as long as so many additions, a random number as twice as many. */
    private static final int COSTLY = 16;

    private static final Set<Op> ELEMENTARY = Set.of(
            Op.EXP,
            Op.LOG,
            Op.TANH,
            Op.SIGMOID,
            Op.SOFTPLUS,
            Op.POW,
            Op.SIN,
            Op.COS,
            Op.TAN,
            Op.ASIN,
            Op.ACOS,
            Op.ATAN);

    /** The work of a kernel whose loops run over the given axes. */
    static Work of(Kernel kernel, List<Axis> axes, Target target) {
        long operations = 0;
        for (Update update : kernel.updates()) {
            operations += 1 + operations(update.value());
        }
        return new Work(operations * elements(axes, target), axes.contains(Axis.LANE));
    }

    private static long operations(Expr expr) {
        long operations = 0;
        if (expr instanceof Expr.Prim prim) {
            operations = ELEMENTARY.contains(prim.op()) ? COSTLY : 1;
        } else if (expr instanceof Expr.Draw) {
            operations = 2 * COSTLY;
        }
        for (Expr child : expr.children()) {
            operations += operations(child);
        }
        return operations;
    }

    /** Whether a product over three axes may be cut. */
    static boolean mayBeLarge(List<Axis> axes, Target target) {
        List<Axis> known = new ArrayList<>(axes);
        boolean perLane = known.remove(Axis.LANE);
        return elements(known, target) * (perLane ? MOST_LANES : 1) >= 2 * LEAST;
    }

    private static long elements(List<Axis> axes, Target target) {
        long elements = 1;
        for (Axis axis : axes) {
            elements *= axis.equals(Axis.LANE) ? 1 : target.sizes().of(axis);
        }
        return elements;
    }

    /** The number of shards as an expression of {@code lanes}, or nothing where it is always 1. */
    Optional<String> shards() {
        if (!perLane) {
            int count = Shard.count(fixed, LEAST);
            return count == 1 ? Optional.empty() : Optional.of(String.valueOf(count));
        }
        if (fixed * MOST_LANES < 2 * LEAST) {
            return Optional.empty();
        }
        return Optional.of("Shard.count((long) lanes * " + fixed + "L, " + LEAST + "L)");
    }
}
