package org.altdsl.check;

import static java.util.Objects.requireNonNull;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.names.Flattened;
import org.altdsl.names.Parts;
import org.altdsl.source.Span;

/**
 * What the language can say but this version cannot run.
 *
 * <p>Asked only about declarations that an experiment uses or a user names: a file may hold spiking rules beside those
 * that run. Not among {@link Checks}.
 */
public final class NotYet {
    private static final String REASON = " of the language, but this version runs rate networks only";

    private static final Map<String, String> FUNCTIONS = Map.ofEntries(
            Map.entry("grad", "a gradient over time"),
            Map.entry("eligibility", "an eligibility"),
            Map.entry("finite_difference", "a finite difference"),
            Map.entry("series", "a course in time"),
            Map.entry("respond", "a network as a source of data"),
            Map.entry("connected", "a question about the wiring"));

    private static final Set<String> CONNECTIONS = Set.of(
            "dense",
            "sparse",
            "where",
            "flatten",
            "one_to_one",
            "fixed_indegree",
            "fixed_outdegree",
            "fixed_number",
            "distance",
            "pairs",
            "from",
            "conv2d",
            "pool");
    private static final Set<String> CURVES = Set.of(
            "learning_curve", "alignment", "accuracy", "loss", "objective", "weight_norm", "dead_fraction", "entropy");
    private static final Set<String> SETTINGS = Set.of("weight_precision", "random", "duration");

    private final DiagnosticSink sink;
    private final Declaration declaration;
    private final Set<String> defined;
    private final Set<String> phases = new HashSet<>();

    /** Whether it says how long a step of time is. */
    private final boolean inTime;

    private NotYet(Flattened flattened, DiagnosticSink sink) {
        this.sink = requireNonNull(sink);
        this.declaration = flattened.declaration();
        this.defined = flattened.parameters().keySet();
        this.inTime = flattened.items(Item.Assign.class).stream()
                .anyMatch(assign -> assign.target().span().text().equals("dt"));
        flattened
                .items(Item.Phase.class)
                .forEach(phase -> phases.add(phase.name().text()));
    }

    /** Reports everything in a declaration, inherited parts included, that this version cannot run. */
    public static void check(Flattened flattened, DiagnosticSink sink) {
        NotYet check = new NotYet(flattened, sink);
        flattened.parameters().values().forEach(check::binding);
        flattened.declaration().value().ifPresent(value -> Parts.everyExpression(value, check::expression));
        flattened.items().forEach(check::item);
    }

    private void report(Span at, String what) {
        sink.error(Code.NOT_YET, at, what + REASON);
    }

    /** Of a whole block only its head is underlined. */
    private static Span head(Span whole, Span until) {
        return new Span(whole.file(), whole.start(), Math.max(whole.start(), until.end()));
    }

    private void binding(Binding binding) {
        if (!binding.axes().isEmpty() && declaration.kind() != Declaration.Kind.DATASET && !isNetwork()) {
            report(
                    binding.name()
                            .span()
                            .to(binding.axes().get(binding.axes().size() - 1).span()),
                    "a table over named axes is part");
        }
        binding.value().ifPresent(value -> Parts.everyExpression(value, this::expression));
    }

    private void item(Item item) {
        if (item instanceof Item.Equation equation && equation.relaxing()) {
            report(equation.target().span(), "'relax' is part");
        } else if (item instanceof Item.Phase phase) {
            phase(phase);
        } else if (item instanceof Item.Compartment compartment) {
            report(head(compartment.span(), compartment.name().span()), "a compartment is part");
        } else if (item instanceof Item.Handler handler) {
            handler(handler);
        } else if (item instanceof Item.Network network) {
            network(network);
        } else if (item instanceof Item.Measure measure && measure.action() != Item.Action.MEASURE) {
            watched(measure);
        } else if (isLater(item)) {
            report(word(item.span()), ItemWords.of(item) + " is part");
        } else {
            parts(item);
        }
    }

    /**
     * Networks in time are recorded and drawn, and their lowering says what of it cannot be; a test records for what it
     * expects; of networks that are trained on samples the curves are drawn of what is measured.
     */
    private void watched(Item.Measure item) {
        boolean isRecord = item.action() == Item.Action.RECORD;
        boolean isKnown = isRecord || item.action() == Item.Action.PLOT;
        if (isKnown && inTime || isRecord && declaration.kind() == Declaration.Kind.TEST) {
            return;
        }
        if (item.action() == Item.Action.PLOT) {
            for (Expr what : item.what()) {
                Expr head = what instanceof Expr.Call call ? call.function() : what;
                if (!CURVES.contains(head.span().text())) {
                    sink.error(
                            Code.NOT_YET,
                            what.span(),
                            "'" + head.span().text() + "' is part of the language, but of a network that is trained on"
                                    + " samples this version draws what it measures: 'plot learning_curve, alignment'");
                }
            }
            return;
        }
        sink.error(
                Code.NOT_YET,
                word(item.span()),
                ItemWords.of(item) + " is part of the language, but of a network that is trained on samples this"
                        + " version only measures: 'measure ... every epoch'");
    }

    /** A plain pass runs: with quantities clamped and inputs added to. A phase that takes time does not. */
    private void phase(Item.Phase phase) {
        if (phase.length().isPresent()
                || phase.stepSize().isPresent()
                || phase.from().isPresent()) {
            report(head(phase.span(), phase.name().span()), "a phase that takes time is part");
            return;
        }
        for (Item item : phase.body()) {
            if (item instanceof Item.Clamp || item instanceof Item.Assign) {
                parts(item);
            } else {
                item(item);
            }
        }
    }

    /** Statements of which no form can be run. */
    private boolean isLater(Item item) {
        return item instanceof Item.Clamp
                || item instanceof Item.Sweep
                || item instanceof Item.Use use && !use.span().text().startsWith("carry");
    }

    /** The first word of an item. */
    private static Span word(Span span) {
        String text = span.text();
        int end = 0;
        while (end < text.length() && Character.isJavaIdentifierPart(text.charAt(end))) {
            end++;
        }
        return end == 0 ? span : new Span(span.file(), span.start(), span.start() + end);
    }

    private void handler(Item.Handler handler) {
        String event = handler.event().map(expr -> expr.span().text()).orElse("");
        boolean optimizer = declaration.kind() == Declaration.Kind.OPTIMIZER;
        boolean neuron = declaration.kind() == Declaration.Kind.NEURON;
        boolean runs =
                switch (handler.trigger()) {
                    case AFTER ->
                        neuron
                                ? event.equals("batch")
                                : Set.of("forward", "sample", "trial", "batch", "epoch")
                                                .contains(event)
                                        || phases.contains(event);
                    case ON -> !optimizer || event.equals("dw");
                    case BEFORE ->
                        optimizer && event.equals("dw")
                                || Set.of("sample", "trial", "batch").contains(event);
                    case EACH -> event.equals("step");
                    case EVERY -> false;
                };
        if (!runs) {
            Span until = handler.event().map(Expr::span).orElse(word(handler.span()));
            report(head(handler.span(), until), ItemWords.of(handler) + " is part");
            return;
        }
        handler.body().forEach(this::item);
    }

    private void network(Item.Network network) {
        network.body().forEach(this::item);
    }

    private void parts(Item item) {
        if (item instanceof Item.Projection projection) {
            projection(projection);
        } else if (item instanceof Item.Weight weight) {
            if (weight.kind() == Item.LearnableKind.LEARNABLE) {
                report(weight.binding().name().span(), "a learnable quantity other than w and b is part");
            }
        } else if (item instanceof Item.Optimize optimize) {
            optimize.every()
                    .ifPresent(
                            every -> sink.error(
                                    Code.NOT_YET,
                                    every.span(),
                                    "'every' is part of the language, but in this version an optimizer runs after every batch"));
        } else if (item instanceof Item.Assign assign && isNetwork()) {
            if (assign.target() instanceof Expr.Reference reference && SETTINGS.contains(reference.name())) {
                report(assign.span(), "the setting '" + reference.name() + "' is part");
                return;
            }
        } else if (item instanceof Item.Given given) {
            given.values().forEach(this::given);
        } else if (item instanceof Item.Feedback feedback && feedback.fromOutput()) {
            feedback.where().ifPresent(where -> report(where.span(), "a mask on a pathway from the output is part"));
        }
        Parts parts = Parts.of(item);
        parts.bindings().forEach(this::binding);
        parts.expressions().forEach(expr -> Parts.everyExpression(expr, this::expression));
        parts.items().forEach(this::item);
    }

    private boolean isNetwork() {
        return Set.of(Declaration.Kind.EXPERIMENT, Declaration.Kind.TEST, Declaration.Kind.CIRCUIT)
                .contains(declaration.kind());
    }

    private void given(Item.GivenValue given) {
        for (Item.Clause clause : given.clauses()) {
            if (clause.word().text().equals("held")) {
                report(clause.span(), "a value held for a time is part");
            }
        }
    }

    private void projection(Item.Projection projection) {
        projection
                .connect()
                .filter(connect -> !CONNECTIONS.contains(head(connect)))
                .ifPresent(connect -> report(connect.span(), "this way to connect is part"));
        projection.partner().ifPresent(partner -> report(partner.span(), "'partner' is part"));
    }

    private static String head(Expr connect) {
        return (connect instanceof Expr.Call call ? call.function() : connect)
                .span()
                .text();
    }

    private void expression(Expr expr) {
        if (expr instanceof Expr.TableLiteral) {
            report(expr.span(), "a table over named axes is part");
        } else if (expr instanceof Expr.Call call) {
            call(call);
        }
    }

    private void call(Expr.Call call) {
        if (call.function() instanceof Expr.Reference function
                && FUNCTIONS.containsKey(function.name())
                && !defined.contains(function.name())) {
            report(call.span(), FUNCTIONS.get(function.name()) + ", '" + function.name() + "', is part");
        }
        call.by().ifPresent(by -> report(by.span(), "a table over named axes is part"));
    }
}
