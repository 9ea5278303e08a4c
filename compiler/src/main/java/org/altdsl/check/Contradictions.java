package org.altdsl.check;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.diag.Note;
import org.altdsl.names.Symbols;
import org.altdsl.source.Span;

/**
 * What may be said once is said once, and bounds are in order.
 *
 * <p>Not allowed in one declaration: two {@code reads}, {@code spike}, {@code surrogate}, {@code method} or
 * {@code split}, two equations or two {@code keep}s of one quantity, a {@code keep} whose lower bound is above the
 * upper, an {@code override} of nothing, parts of a split that add up to more than the whole; in an experiment two
 * {@code data}, {@code objective}, {@code optimizer}, {@code train}, {@code seeds} or values of one setting.
 */
final class Contradictions implements ContextCheck {
    @Override
    public void check(Subject subject, DiagnosticSink sink) {
        Map<String, Span> first = new HashMap<>();
        for (Item item : subject.declaration().body()) {
            key(item, subject.kind()).ifPresent(key -> {
                Span earlier = first.putIfAbsent(key, item.span());
                if (earlier != null) {
                    sink.error(
                            Code.CONFLICTING_DECLARATION,
                            item.span(),
                            key + " is said twice",
                            Note.at(earlier, "the first one is here"));
                }
            });
            if (item instanceof Item.Keep keep) {
                bounds(keep, sink);
            } else if (item instanceof Item.Handler handler && handler.overriding()) {
                override(handler, subject, sink);
            } else if (item instanceof Item.Split split && !split.generated()) {
                split(split, sink);
            } else if (item instanceof Item.Weight weight && weight.bounds().isPresent()) {
                weight(weight, sink);
            }
        }
    }

    private static Optional<String> key(Item item, Declaration.Kind kind) {
        if (item instanceof Item.Reads) {
            return Optional.of("'reads'");
        }
        if (item instanceof Item.Spike spike) {
            return Optional.of(
                    spike.event().map(name -> "the event '" + name + "'").orElse("'spike'"));
        }
        if (item instanceof Item.Surrogate) {
            return Optional.of("'surrogate'");
        }
        if (item instanceof Item.Method) {
            return Optional.of("'method'");
        }
        if (item instanceof Item.SignFixed) {
            return Optional.of("'sign fixed'");
        }
        if (item instanceof Item.Split) {
            return Optional.of("how the data set is divided");
        }
        if (item instanceof Item.Equation equation && equation.place().isEmpty()) {
            return Optional.of(
                    "the equation of '" + Symbols.base(equation.target()).span().text() + "'");
        }
        if (item instanceof Item.Keep keep) {
            return Optional.of("'keep " + keep.target().span().text() + "'");
        }
        return kind == Declaration.Kind.EXPERIMENT ? experiment(item) : Optional.empty();
    }

    private static Optional<String> experiment(Item item) {
        if (item instanceof Item.Data) {
            return Optional.of("'data'");
        }
        if (item instanceof Item.Loss) {
            return Optional.of("'objective'");
        }
        if (item instanceof Item.Optimize) {
            return Optional.of("'optimizer'");
        }
        if (item instanceof Item.Train) {
            return Optional.of("'train'");
        }
        if (item instanceof Item.Seeds) {
            return Optional.of("'seeds'");
        }
        if (item instanceof Item.Assign assign) {
            return Optional.of("'" + assign.target().span().text() + "'");
        }
        return Optional.empty();
    }

    private static void bounds(Item.Keep keep, DiagnosticSink sink) {
        ordered(keep.low(), keep.high(), sink);
    }

    private static void weight(Item.Weight weight, DiagnosticSink sink) {
        if (weight.bounds().get() instanceof Expr.ListLiteral list) {
            if (list.elements().size() == 2) {
                ordered(list.elements().get(0), list.elements().get(1), sink);
            } else {
                sink.error(Code.WRONG_SHAPE, list.span(), "bounds are written [low, high]");
            }
        }
    }

    private static void ordered(Expr low, Expr high, DiagnosticSink sink) {
        Optional<Double> least = number(low);
        Optional<Double> most = number(high);
        if (least.isPresent() && most.isPresent() && least.get() > most.get()) {
            sink.error(
                    Code.CONFLICTING_DECLARATION,
                    low.span().to(high.span()),
                    "nothing is both above " + low.span().text() + " and below "
                            + high.span().text());
        }
    }

    /** A literal, for one in the unit of the other. */
    private static Optional<Double> number(Expr expr) {
        if (expr instanceof Expr.Number number && number.unit().isEmpty()) {
            return Optional.of(number.value());
        }
        boolean minus = expr instanceof Expr.Unary unary && unary.operator() == Expr.UnaryOperator.MINUS;
        return minus ? number(((Expr.Unary) expr).operand()).map(value -> -value) : Optional.empty();
    }

    private static void override(Item.Handler handler, Subject subject, DiagnosticSink sink) {
        List<Declaration> ancestry = subject.flattened().ancestry();
        boolean found = ancestry.size() > 1
                && subject.catalogue().flattened(ancestry.get(ancestry.size() - 2)).items(Item.Handler.class).stream()
                        .anyMatch(inherited -> event(inherited).equals(event(handler)));
        if (!found) {
            sink.error(
                    Code.CONFLICTING_DECLARATION,
                    new Span(
                            handler.span().file(),
                            handler.span().start(),
                            handler.event()
                                    .map(event -> event.span().end())
                                    .orElse(handler.span().end())),
                    "there is no inherited block '" + event(handler) + "' to override");
        }
    }

    private static String event(Item.Handler handler) {
        String trigger = handler.trigger().name().toLowerCase(Locale.ROOT);
        return trigger + handler.event().map(event -> " " + event.span().text()).orElse("");
    }

    private static void split(Item.Split split, DiagnosticSink sink) {
        double sum = 0;
        for (Item.Part part : split.parts()) {
            sum += number(part.share()).orElse(0.0);
        }
        if (sum > 1 + 1e-9) {
            sink.error(
                    Code.CONFLICTING_DECLARATION, split.span(), "the parts of the split add up to more than the whole");
        }
    }
}
