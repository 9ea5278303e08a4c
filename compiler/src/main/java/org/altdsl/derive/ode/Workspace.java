package org.altdsl.derive.ode;

import org.altdsl.ir.Expr;

/**
 * Where the discretised equations keep what they compute beside the states. Names are wishes: the same name may be
 * asked for again. The same value is asked for once.
 */
public interface Workspace {
    /**
     * A read of a variable with a value that is constant in a run and computed when the run starts. The value may read
     * what earlier calls returned.
     */
    Expr once(String name, Expr value);

    /**
     * A read of a temporary of the step, computed before any of the states is written. The value may read what earlier
     * calls returned.
     */
    Expr temporary(String name, Expr value);
}
