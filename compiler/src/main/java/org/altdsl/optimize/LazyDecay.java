package org.altdsl.optimize;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.altdsl.ir.Axis;
import org.altdsl.ir.DType;
import org.altdsl.ir.Edges;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Op;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;

/**
 * Lets variables of synapses decay when they are needed, not at every step: what is multiplied by a constant in each
 * step, and otherwise read and written only where events lead, is brought up to date there by a power of the constant.
 */
public final class LazyDecay {
    /** Fewer synapses decay as fast all at once. */
    private static final int LEAST_SYNAPSES = 256;

    private LazyDecay() {}

    /**
     * A variable that decays when it is needed.
     *
     * @param factor what each step multiplies it by
     * @param decay the update that is left out for it
     * @param later the updates after it in the block, which find the value decayed by this step as well
     */
    public record Decay(double factor, Update decay, Set<Update> later) {
        public Decay {
            later = Set.copyOf(later);
        }
    }

    /** The variables of the block of a step of time that may decay when they are needed. */
    static Map<Var, Decay> find(List<Update> updates, List<Edges> projections, Sizes sizes, Events events) {
        Map<Var, Decay> found = new LinkedHashMap<>();
        for (int i = 0; i < updates.size(); i++) {
            Update update = updates.get(i);
            Var variable = update.target();
            boolean isState = variable.type() == DType.REAL
                    && !variable.isTemporary()
                    && isLong(variable, projections, sizes)
                    && update.guard().isEmpty();
            Double factor = isState ? factor(update) : null;
            if (factor != null && !found.containsKey(variable) && othersAreEvents(variable, update, updates, events)) {
                found.put(variable, new Decay(factor, update, new HashSet<>(updates.subList(i + 1, updates.size()))));
            }
        }
        return found;
    }

    private static boolean isLong(Var variable, List<Edges> projections, Sizes sizes) {
        for (Edges edges : projections) {
            Axis synapses = edges.synapses();
            if (variable.space().equals(Space.of(synapses))) {
                return sizes.of(synapses) >= LEAST_SYNAPSES;
            }
        }
        return false;
    }

    /** The constant between 0 and 1 that an update multiplies its target by, null if it does anything else. */
    private static Double factor(Update update) {
        if (!(update.value() instanceof Expr.Prim product) || product.op() != Op.MUL) {
            return null;
        }
        boolean decays = product.operands().get(0) instanceof Expr.Const constant
                && constant.value() > 0
                && constant.value() < 1
                && product.operands().get(1) instanceof Expr.Read read
                && read.variable().equals(update.target());
        return decays ? ((Expr.Const) product.operands().get(0)).value() : null;
    }

    private static boolean othersAreEvents(Var variable, Update decay, List<Update> updates, Events events) {
        for (Update update : updates) {
            boolean concerned =
                    update.target().equals(variable) || Updates.reads(update).contains(variable);
            if (!concerned || update == decay) {
                continue;
            }
            boolean walks = EventForm.of(update, events)
                    .flatMap(form -> form.route().edges())
                    .map(edges -> Space.of(edges.synapses()).equals(variable.space()))
                    .orElse(false);
            if (!walks) {
                return false;
            }
        }
        return true;
    }

    /** The block without the decays that are left out. */
    static List<Update> without(List<Update> updates, Map<Var, Decay> lazy) {
        Set<Update> gone = new HashSet<>();
        lazy.values().forEach(decay -> gone.add(decay.decay()));
        List<Update> kept = new ArrayList<>(updates);
        kept.removeIf(gone::contains);
        return kept;
    }
}
