package org.altdsl.derive.ode;

import java.util.HashMap;
import java.util.Map;
import org.altdsl.ir.Expr;

/** The workspace, asked for each value once, and not at all for values that are at hand. */
final class Coefficients {
    private final Map<Expr, Expr> once = new HashMap<>();
    private final Map<Expr, Expr> temporaries = new HashMap<>();
    private final Workspace workspace;

    Coefficients(Workspace workspace) {
        this.workspace = workspace;
    }

    /** A value that is constant in a run, computed when it starts. */
    Expr ready(String name, Expr value) {
        return isAtHand(value) ? value : once.computeIfAbsent(value, key -> workspace.once(name, key));
    }

    /** A value of this step, computed at its beginning. */
    Expr temporary(String name, Expr value) {
        return isAtHand(value) ? value : temporaries.computeIfAbsent(value, key -> workspace.temporary(name, key));
    }

    private static boolean isAtHand(Expr value) {
        return value instanceof Expr.Const || value instanceof Expr.Read || value instanceof Expr.SizeOf;
    }
}
