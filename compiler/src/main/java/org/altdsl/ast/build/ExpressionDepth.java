package org.altdsl.ast.build;

import java.util.ArrayDeque;
import java.util.Deque;
import org.altdsl.ast.Children;
import org.altdsl.ast.Expr;

/** Measures how deep an expression is without recursion, so that every later pass may recurse over it. */
final class ExpressionDepth {
    /** The deepest expression that later passes see. */
    static final int LIMIT = 500;

    private ExpressionDepth() {}

    private record Level(Expr expr, int depth) {}

    static boolean exceeds(Expr root, int limit) {
        Deque<Level> todo = new ArrayDeque<>();
        todo.push(new Level(root, 1));
        while (!todo.isEmpty()) {
            Level level = todo.pop();
            if (level.depth > limit) {
                return true;
            }
            for (Expr child : Children.of(level.expr)) {
                todo.push(new Level(child, level.depth + 1));
            }
        }
        return false;
    }
}
