package org.altdsl.tensorcode;

import java.util.List;
import java.util.Optional;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Sizes;

/** Writes expressions of constants, extents and clocks as Java arithmetic: the host knows them without a transfer. */
final class HostScalars {
    private final Sizes sizes;

    HostScalars(Sizes sizes) {
        this.sizes = sizes;
    }

    /** The expression as a Java expression of type double; nothing where it depends on a variable. */
    Optional<String> write(Expr expr) {
        if (expr instanceof Expr.Const constant) {
            return Optional.of(number(constant.value()));
        }
        if (expr instanceof Expr.SizeOf size) {
            return Optional.of(size.axis().equals(Axis.LANE) ? "(double) now.lanes" : sizes.of(size.axis()) + ".0");
        }
        if (expr instanceof Expr.Tick tick) {
            return Optional.of(
                    switch (tick.clock()) {
                        case STEP -> "(double) now.step";
                        case BATCH -> "(double) now.batch";
                        case UPDATE -> "(double) now.update";
                        case EPOCH -> "(double) now.epoch";
                        case PROGRESS -> "now.progress";
                    });
        }
        return expr instanceof Expr.Prim prim ? primitive(prim) : Optional.empty();
    }

    private Optional<String> primitive(Expr.Prim prim) {
        List<Optional<String>> written =
                prim.operands().stream().map(this::write).toList();
        if (written.stream().anyMatch(Optional::isEmpty)) {
            return Optional.empty();
        }
        String x = written.get(0).get();
        String y = written.size() > 1 ? written.get(1).get() : "";
        String text =
                switch (prim.op()) {
                    case ADD -> "(" + x + " + " + y + ")";
                    case SUB -> "(" + x + " - " + y + ")";
                    case MUL -> "(" + x + " * " + y + ")";
                    case DIV -> "(" + x + " / " + y + ")";
                    case NEG -> "(-" + x + ")";
                    case STOP -> x;
                    case ABS -> "Math.abs(" + x + ")";
                    case MIN -> "Math.min(" + x + ", " + y + ")";
                    case MAX -> "Math.max(" + x + ", " + y + ")";
                    case POW -> "Math.pow(" + x + ", " + y + ")";
                    case SQRT -> "Math.sqrt(" + x + ")";
                    case EXP -> "Math.exp(" + x + ")";
                    case LOG -> "Math.log(" + x + ")";
                    case SIN -> "Math.sin(" + x + ")";
                    case COS -> "Math.cos(" + x + ")";
                    case TANH -> "Math.tanh(" + x + ")";
                    case FLOOR -> "Math.floor(" + x + ")";
                    case CEIL -> "Math.ceil(" + x + ")";
                    default -> null;
                };
        return Optional.ofNullable(text);
    }

    /** A literal of type double. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "Double.NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "Double.POSITIVE_INFINITY" : "Double.NEGATIVE_INFINITY";
        }
        // Negative literals in parentheses: they may stand behind a minus sign.
        return value < 0 || 1 / value < 0 ? "(" + value + ")" : Double.toString(value);
    }
}
