package org.altdsl.ast.build;

import java.util.List;
import java.util.stream.Collectors;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Name;

/** Writes an expression with every operation in parentheses, and every number with its unit in brackets of its own. */
final class ExpressionText implements Expr.Visitor<String> {
    static String of(Expr expr) {
        return expr.accept(new ExpressionText());
    }

    private String join(List<Expr> parts) {
        return parts.stream().map(part -> part.accept(this)).collect(Collectors.joining(", "));
    }

    private String arguments(List<Expr.Argument> arguments) {
        return arguments.stream()
                .map(argument -> argument.name()
                                .map(name -> name + (argument.drawn() ? " ~ " : " = "))
                                .orElse("")
                        + argument.value().accept(this))
                .collect(Collectors.joining(", "));
    }

    @Override
    public String number(Expr.Number expr) {
        String value = expr.value() == Math.rint(expr.value()) && Math.abs(expr.value()) < 1e9
                ? String.valueOf((long) expr.value())
                : String.valueOf(expr.value());
        return expr.unit().map(unit -> "<" + value + " " + unit + ">").orElse(value);
    }

    @Override
    public String text(Expr.Text expr) {
        return "\"" + expr.value() + "\"";
    }

    @Override
    public String reference(Expr.Reference expr) {
        return expr.name();
    }

    @Override
    public String member(Expr.Member expr) {
        return expr.of().accept(this) + "." + expr.name();
    }

    @Override
    public String index(Expr.Index expr) {
        return expr.of().accept(this) + "[" + arguments(expr.at()) + "]";
    }

    @Override
    public String atPhase(Expr.AtPhase expr) {
        return "(" + expr.of().accept(this) + " @ "
                + expr.phase().stream().map(Name::text).collect(Collectors.joining(".")) + ")";
    }

    @Override
    public String prime(Expr.Prime expr) {
        return expr.of().accept(this) + "'";
    }

    @Override
    public String unary(Expr.Unary expr) {
        String blank = expr.operator() == Expr.UnaryOperator.NOT ? " " : "";
        return "(" + expr.operator().symbol() + blank + expr.operand().accept(this) + ")";
    }

    @Override
    public String binary(Expr.Binary expr) {
        return "(" + expr.left().accept(this) + " " + expr.operator().symbol() + " "
                + expr.right().accept(this) + ")";
    }

    @Override
    public String choose(Expr.Choose expr) {
        return "(if " + expr.condition().accept(this) + " then " + expr.yes().accept(this) + " else "
                + expr.no().accept(this) + ")";
    }

    @Override
    public String match(Expr.Match expr) {
        return "(match " + expr.subject().accept(this) + " {"
                + expr.cases().stream()
                        .map(each -> each.pattern().accept(this) + ": "
                                + each.value().accept(this))
                        .collect(Collectors.joining("; "))
                + "})";
    }

    @Override
    public String call(Expr.Call expr) {
        StringBuilder text =
                new StringBuilder(expr.function().accept(this)).append('(').append(arguments(expr.arguments()));
        if (!expr.over().isEmpty()) {
            text.append(" over ").append(join(expr.over()));
        }
        expr.where().ifPresent(where -> text.append(" where ").append(where.accept(this)));
        expr.otherwise().ifPresent(otherwise -> text.append(" else ").append(otherwise.accept(this)));
        expr.by().ifPresent(by -> text.append(" by ").append(by.accept(this)));
        return text.append(')').toString();
    }

    @Override
    public String list(Expr.ListLiteral expr) {
        return "[" + join(expr.elements()) + "]";
    }

    @Override
    public String table(Expr.TableLiteral expr) {
        return expr.entries().stream()
                .map(entry -> entry.key().stream().map(Name::text).collect(Collectors.joining("->")) + ": "
                        + entry.value().accept(this))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    @Override
    public String range(Expr.Range expr) {
        return "(" + expr.first().accept(this) + " .. " + expr.last().accept(this) + ")";
    }
}
