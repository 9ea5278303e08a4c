package org.altdsl.ast;

import java.util.ArrayList;
import java.util.List;

/** The expressions directly inside an expression: operands, arguments, axes, patterns and conditions. */
public final class Children {
    private static final Visitor VISITOR = new Visitor();

    private Children() {}

    /** The expressions directly inside {@code expr}, from left to right. */
    public static List<Expr> of(Expr expr) {
        return expr.accept(VISITOR);
    }

    private static final class Visitor implements Expr.Visitor<List<Expr>> {
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
            List<Expr> parts = new ArrayList<>();
            parts.add(expr.of());
            expr.at().forEach(argument -> parts.add(argument.value()));
            return parts;
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
            List<Expr> parts = new ArrayList<>();
            parts.add(expr.subject());
            for (Expr.MatchCase branch : expr.cases()) {
                parts.add(branch.pattern());
                parts.add(branch.value());
            }
            return parts;
        }

        @Override
        public List<Expr> call(Expr.Call expr) {
            List<Expr> parts = new ArrayList<>();
            parts.add(expr.function());
            expr.arguments().forEach(argument -> parts.add(argument.value()));
            parts.addAll(expr.over());
            expr.where().ifPresent(parts::add);
            expr.otherwise().ifPresent(parts::add);
            expr.by().ifPresent(parts::add);
            return parts;
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
