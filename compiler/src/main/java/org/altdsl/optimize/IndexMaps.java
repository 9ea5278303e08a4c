package org.altdsl.optimize;

import org.altdsl.ir.Axis;
import org.altdsl.ir.Expr;
import org.altdsl.ir.IndexMap;

/** Questions about maps between axes. */
public final class IndexMaps {
    private IndexMaps() {}

    /** Whether an expression is a variable as it is stored, but for the names of its axes. */
    public static boolean isStored(Expr expr) {
        if (expr instanceof Expr.Gather gather && gather.along() instanceof IndexMap.Rename rename) {
            return !gather.of().space().has(rename.from()) && isStored(gather.of());
        }
        return expr instanceof Expr.Read;
    }

    /** The read below a chain of renamings. */
    public static Expr.Read stored(Expr expr) {
        return expr instanceof Expr.Gather gather ? stored(gather.of()) : (Expr.Read) expr;
    }

    /** The name an axis of the stored variable has in the expression. */
    public static Axis seen(Expr expr, Axis axis) {
        if (expr instanceof Expr.Gather gather && gather.along() instanceof IndexMap.Rename rename) {
            Axis below = seen(gather.of(), axis);
            return below.equals(rename.to()) ? rename.from() : below;
        }
        return axis;
    }
}
