package org.altdsl.codegen;

import java.util.Map;
import java.util.Set;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.Var;
import org.altdsl.placement.Placement;
import org.altdsl.runtime.kernel.Precision;

/**
 * What all kernels of a class share.
 *
 * @param precision the type of all variables
 * @param exactFunctions whether elementary functions are computed in double even in float kernels
 * @param placement the order of axes
 * @param sizes the extents
 * @param slots the number of every stored variable
 * @param locals the temporaries without an array
 * @param events the numbers of events
 * @param counters the variables that hold whole numbers, never negative ones
 * @param names the identifiers of variables
 */
record Target(
        Precision precision,
        boolean exactFunctions,
        Placement placement,
        Sizes sizes,
        Map<Var, Integer> slots,
        Set<Var> locals,
        EventTable events,
        Set<Var> counters,
        JavaNames names) {
    /** Whether an expression is a whole number that is not negative. */
    boolean counts(Expr expr) {
        return expr instanceof Expr.Read read && counters.contains(read.variable());
    }

    String type() {
        return precision.javaType();
    }

    boolean isFloat() {
        return precision == Precision.FLOAT;
    }

    /** The type of an array with so many levels, at least one. */
    String arrayType(int rank) {
        return type() + "[]".repeat(Math.max(1, rank));
    }

    /** Whether a variable is the table of one end of a sparse projection. */
    boolean isTable(Var variable) {
        return events.events().end(variable).isPresent();
    }

    /** A constant of the kernels' type. */
    String literal(double value) {
        if (!isFloat()) {
            return number(value);
        }
        float rounded = (float) value;
        return Float.isFinite(rounded) ? rounded + "f" : number(rounded).replace("Double", "Float");
    }

    /** A constant of type double. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "Double.NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "Double.POSITIVE_INFINITY" : "Double.NEGATIVE_INFINITY";
        }
        return Double.toString(value);
    }
}
