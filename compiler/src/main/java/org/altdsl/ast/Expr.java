package org.altdsl.ast;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.altdsl.source.Span;

/** An expression as written; every name in it is still only a text. */
public sealed interface Expr extends Node {
    <R> R accept(Visitor<R> visitor);

    /** One method a case, none with a default, so that a new case breaks every pass that forgets it. */
    interface Visitor<R> {
        R number(Number expr);

        R text(Text expr);

        R reference(Reference expr);

        R member(Member expr);

        R index(Index expr);

        R atPhase(AtPhase expr);

        R prime(Prime expr);

        R unary(Unary expr);

        R binary(Binary expr);

        R choose(Choose expr);

        R match(Match expr);

        R call(Call expr);

        R list(ListLiteral expr);

        R table(TableLiteral expr);

        R range(Range expr);
    }

    /** {@code 20}, {@code 20 ms}, {@code 5 %}: a number with the unit that is written directly after it. */
    record Number(Span span, double value, Optional<Name> unit) implements Expr {
        public Number {
            requireNonNull(span);
            requireNonNull(unit);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.number(this);
        }
    }

    /** {@code "text"}, without its quotes and with its escapes resolved. */
    record Text(Span span, String value) implements Expr {
        public Text {
            requireNonNull(span);
            requireNonNull(value);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.text(this);
        }
    }

    /** A bare name; {@code true}, {@code false} and {@code inf} are names too. */
    record Reference(Span span, String name) implements Expr {
        public Reference {
            requireNonNull(span);
            requireNonNull(name);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.reference(this);
        }
    }

    /** {@code of.name}: {@code pre.r}, {@code x.a.w}. */
    record Member(Span span, Expr of, Name name) implements Expr {
        public Member {
            requireNonNull(span);
            requireNonNull(of);
            requireNonNull(name);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.member(this);
        }
    }

    /** {@code of[at, …]}; an element of {@code at} may be a {@link Range} or, in declarations, a named axis size. */
    record Index(Span span, Expr of, List<Argument> at) implements Expr {
        public Index {
            requireNonNull(span);
            requireNonNull(of);
            at = List.copyOf(at);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.index(this);
        }
    }

    /** {@code of@phase}, {@code of@pre.spike}: the value when that phase ended or just before that event. */
    record AtPhase(Span span, Expr of, List<Name> phase) implements Expr {
        public AtPhase {
            requireNonNull(span);
            requireNonNull(of);
            phase = List.copyOf(phase);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.atPhase(this);
        }
    }

    /** {@code of'}: the derivative of a function ({@code f'}, called as {@code f'(u)}) or a rate of change ({@code u'}). */
    record Prime(Span span, Expr of) implements Expr {
        public Prime {
            requireNonNull(span);
            requireNonNull(of);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.prime(this);
        }
    }

    /** The prefix operators. */
    enum UnaryOperator {
        MINUS("-"),
        NOT("not");

        private final String symbol;

        UnaryOperator(String symbol) {
            this.symbol = symbol;
        }

        public String symbol() {
            return symbol;
        }
    }

    record Unary(Span span, UnaryOperator operator, Expr operand) implements Expr {
        public Unary {
            requireNonNull(span);
            requireNonNull(operator);
            requireNonNull(operand);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.unary(this);
        }
    }

    /** The infix operators, from the loosest to the tightest. */
    enum BinaryOperator {
        OR("or"),
        AND("and"),
        EQUAL("=="),
        NOT_EQUAL("!="),
        LESS("<"),
        GREATER(">"),
        LESS_EQUAL("<="),
        GREATER_EQUAL(">="),
        ADD("+"),
        SUBTRACT("-"),
        MULTIPLY("*"),
        DIVIDE("/"),
        POWER("^");

        private final String symbol;

        BinaryOperator(String symbol) {
            this.symbol = symbol;
        }

        public String symbol() {
            return symbol;
        }
    }

    record Binary(Span span, BinaryOperator operator, Expr left, Expr right) implements Expr {
        public Binary {
            requireNonNull(span);
            requireNonNull(operator);
            requireNonNull(left);
            requireNonNull(right);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.binary(this);
        }
    }

    /** {@code if condition then yes else no}. */
    record Choose(Span span, Expr condition, Expr yes, Expr no) implements Expr {
        public Choose {
            requireNonNull(span);
            requireNonNull(condition);
            requireNonNull(yes);
            requireNonNull(no);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.choose(this);
        }
    }

    /** {@code match subject { pattern: value … }}. */
    record Match(Span span, Expr subject, List<MatchCase> cases) implements Expr {
        public Match {
            requireNonNull(span);
            requireNonNull(subject);
            cases = List.copyOf(cases);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.match(this);
        }
    }

    record MatchCase(Span span, Expr pattern, Expr value) implements Node {
        public MatchCase {
            requireNonNull(span);
            requireNonNull(pattern);
            requireNonNull(value);
        }
    }

    /**
     * {@code function(arguments over axes where condition else otherwise by key)}. The population, data set and
     * rule uses of experiments are calls as well: {@code Rate(f = relu)}, {@code Input(data.image)}.
     */
    record Call(
            Span span,
            Expr function,
            List<Argument> arguments,
            List<Expr> over,
            Optional<Expr> where,
            Optional<Expr> otherwise,
            Optional<Expr> by)
            implements Expr {
        public Call {
            requireNonNull(span);
            requireNonNull(function);
            arguments = List.copyOf(arguments);
            over = List.copyOf(over);
            requireNonNull(where);
            requireNonNull(otherwise);
            requireNonNull(by);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.call(this);
        }
    }

    /** {@code [a, b, …]}, also nested. */
    record ListLiteral(Span span, List<Expr> elements) implements Expr {
        public ListLiteral {
            requireNonNull(span);
            elements = List.copyOf(elements);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.list(this);
        }
    }

    /** {@code [E: a, E->I: b]}: values by enum constants; a key of two names is a pair source to target. */
    record TableLiteral(Span span, List<TableEntry> entries) implements Expr {
        public TableLiteral {
            requireNonNull(span);
            entries = List.copyOf(entries);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.table(this);
        }
    }

    record TableEntry(Span span, List<Name> key, Expr value) implements Node {
        public TableEntry {
            requireNonNull(span);
            key = List.copyOf(key);
            requireNonNull(value);
        }
    }

    /** {@code first..last}, both included. */
    record Range(Span span, Expr first, Expr last) implements Expr {
        public Range {
            requireNonNull(span);
            requireNonNull(first);
            requireNonNull(last);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.range(this);
        }
    }

    /** One argument: positional, {@code name = value}, or {@code name ~ distribution}. */
    record Argument(Span span, Optional<Name> name, boolean drawn, Expr value) implements Node {
        public Argument {
            requireNonNull(span);
            requireNonNull(name);
            requireNonNull(value);
        }
    }
}
