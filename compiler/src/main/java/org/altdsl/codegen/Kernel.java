package org.altdsl.codegen;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;
import org.altdsl.optimize.MatrixForm;

/** What becomes one method: an update with a reduction, or elementwise updates that share a loop. */
sealed interface Kernel {
    /** The updates it carries out, in order. */
    List<Update> updates();

    /** Elementwise updates on one space, carried out point by point. */
    record Loop(Space space, List<Update> updates) implements Kernel {
        public Loop {
            requireNonNull(space);
            updates = List.copyOf(updates);
        }

        Loop with(Update update) {
            List<Update> more = new ArrayList<>(updates);
            more.add(update);
            return new Loop(space, more);
        }
    }

    /** One matrix product. */
    record Product(Update update, MatrixForm form) implements Kernel {
        @Override
        public List<Update> updates() {
            return List.of(update);
        }
    }

    /** One reduction over axes, or one scatter along a map. */
    record Reduction(Update update, Expr.Reduce reduce) implements Kernel {
        @Override
        public List<Update> updates() {
            return List.of(update);
        }
    }

    /** The kernel of a single update. */
    static Kernel of(Update update, boolean grouped) {
        if (update.value() instanceof Expr.Reduce reduce
                && update.guard().isEmpty()
                && reduce.space().equals(update.target().space())) {
            return MatrixForm.of(update, grouped)
                    .<Kernel>map(form -> new Product(update, form))
                    .orElseGet(() -> new Reduction(update, reduce));
        }
        return MatrixForm.of(update, grouped)
                .<Kernel>map(form -> new Product(update, form))
                .orElseGet(() -> new Loop(update.target().space(), List.of(update)));
    }
}
