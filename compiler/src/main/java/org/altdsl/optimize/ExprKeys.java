package org.altdsl.optimize;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.altdsl.ir.Expr;
import org.altdsl.ir.IndexMap;

/**
 * Gives equal expressions equal numbers, looking at each node once however deep the expression is. Equal means: the
 * same operations on the same versions; tables count as never changing.
 */
public final class ExprKeys {
    private record Key(Object what, List<Integer> children) {}

    private final Map<Key, Integer> numbers = new HashMap<>();
    private final Map<Expr, Integer> seen = new IdentityHashMap<>();

    /** The number of an expression. */
    public int of(Expr expr) {
        Integer known = seen.get(expr);
        if (known == null) {
            List<Integer> children = new ArrayList<>();
            for (Expr child : expr.children()) {
                children.add(of(child));
            }
            known = numbers.computeIfAbsent(new Key(payload(expr), children), key -> numbers.size());
            seen.put(expr, known);
        }
        return known;
    }

    private static Object payload(Expr expr) {
        if (expr instanceof Expr.Prim prim) {
            return prim.op();
        }
        if (expr instanceof Expr.Gather gather) {
            return gather.along() instanceof IndexMap.Pick pick ? List.of("pick", pick.to()) : gather.along();
        }
        if (expr instanceof Expr.Reduce reduce) {
            return List.of(reduce.along(), reduce.fold(), reduce.space());
        }
        if (expr instanceof Expr.Draw draw) {
            return List.of(draw.dist(), draw.stream(), draw.space(), draw.once());
        }
        return expr;
    }
}
