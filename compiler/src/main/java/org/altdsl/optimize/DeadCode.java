package org.altdsl.optimize;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;

/** Removes updates whose results nobody reads: no later update, no observer, and no later batch. */
public final class DeadCode {
    private DeadCode() {}

    /**
     * The updates of one block that matter.
     *
     * @param observed names of the variables whose values are read after the block
     */
    public static List<Update> remove(List<Update> updates, Set<String> observed) {
        Set<Var> needed = new HashSet<>();
        for (Update update : updates) {
            Var target = update.target();
            if (!target.isTemporary() || observed.contains(target.name())) {
                needed.add(target);
            }
        }
        List<Update> kept = new ArrayList<>();
        for (int i = updates.size() - 1; i >= 0; i--) {
            Update update = updates.get(i);
            if (!needed.contains(update.target()) || isNothing(update)) {
                continue;
            }
            if (update.guard().isEmpty()) {
                needed.remove(update.target());
            }
            needed.addAll(Updates.reads(update));
            kept.add(update);
        }
        Collections.reverse(kept);
        return kept;
    }

    private static boolean isNothing(Update update) {
        return update.value() instanceof Expr.Read read && read.variable().equals(update.target());
    }
}
