package org.altdsl.ast.build;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
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
            for (Expr child : level.expr.accept(new Children())) {
                todo.push(new Level(child, level.depth + 1));
            }
        }
        return false;
    }

    /** The expressions directly inside an expression. */
    private static final class Children implements Expr.Visitor<List<Expr>> {
        @Override
        public List<Expr> number(Expr.Number expr) {
            return List.of();
        }

        @Override
        public List<Expr> text(Expr.Text expr) {
            return List.of();
        }

        @Override
        public List<Expr> reference(Expr.Reference expr) {
            return List.of();
        }

        @Override
        public List<Expr> member(Expr.Member expr) {
            return List.of(expr.of());
        }

        @Override
        public List<Expr> index(Expr.Index expr) {
            List<Expr> children = new ArrayList<>(List.of(expr.of()));
            expr.at().forEach(argument -> children.add(argument.value()));
            return children;
        }

        @Override
        public List<Expr> atPhase(Expr.AtPhase expr) {
            return List.of(expr.of());
        }

        @Override
        public List<Expr> prime(Expr.Prime expr) {
            return List.of(expr.of());
        }

        @Override
        public List<Expr> unary(Expr.Unary expr) {
            return List.of(expr.operand());
        }

        @Override
        public List<Expr> binary(Expr.Binary expr) {
            return List.of(expr.left(), expr.right());
        }

        @Override
        public List<Expr> choose(Expr.Choose expr) {
            return List.of(expr.condition(), expr.yes(), expr.no());
        }

        @Override
        public List<Expr> match(Expr.Match expr) {
            List<Expr> children = new ArrayList<>(List.of(expr.subject()));
            expr.cases().forEach(each -> children.add(each.value()));
            return children;
        }

        @Override
        public List<Expr> call(Expr.Call expr) {
            List<Expr> children = new ArrayList<>(List.of(expr.function()));
            expr.arguments().forEach(argument -> children.add(argument.value()));
            children.addAll(expr.over());
            expr.where().ifPresent(children::add);
            expr.otherwise().ifPresent(children::add);
            expr.by().ifPresent(children::add);
            return children;
        }

        @Override
        public List<Expr> list(Expr.ListLiteral expr) {
            return expr.elements();
        }

        @Override
        public List<Expr> table(Expr.TableLiteral expr) {
            return expr.entries().stream().map(Expr.TableEntry::value).toList();
        }

        @Override
        public List<Expr> range(Expr.Range expr) {
            return List.of(expr.first(), expr.last());
        }
    }
}
