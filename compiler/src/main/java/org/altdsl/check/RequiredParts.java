package org.altdsl.check;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.diag.Note;
import org.altdsl.names.Flattened;
import org.altdsl.names.Parts;
import org.altdsl.names.Symbols;

/**
 * A declaration has the parts without which it could do nothing.
 *
 * <p>Required: {@code on dw} in an optimizer, {@code loss} in an objective, a {@code field} in a data set and
 * {@code test} beside {@code train}, something that others can read in a neuron, a delivery to {@code post} in a
 * synapse, {@code expect} in a test, {@code elsewhere} in a signal, an initial value of every state.
 */
final class RequiredParts implements ContextCheck {
    @Override
    public void check(Subject subject, DiagnosticSink sink) {
        for (Item item : subject.declaration().body()) {
            Parts.everyItem(item, inner -> item(inner, sink));
        }
        Flattened flattened = subject.flattened();
        Optional<String> missing =
                switch (subject.kind()) {
                    case OPTIMIZER ->
                        unless(
                                any(flattened, RequiredParts::takesProposals),
                                "an optimizer says 'on dw { ... }': what it does with a proposal");
                    case OBJECTIVE ->
                        unless(
                                subject.declaration().value().isPresent() || any(flattened, RequiredParts::setsLoss),
                                "an objective says 'loss = ...'");
                    case DATASET -> dataset(flattened);
                    case NEURON ->
                        unless(
                                any(flattened, RequiredParts::canBeRead),
                                "a neuron has an 'out', a 'spike' or a 'state' that others can read");
                    case SYNAPSE ->
                        unless(
                                any(flattened, RequiredParts::delivers),
                                "a synapse delivers something, such as 'post.drive += w * pre.r'");
                    case TEST ->
                        unless(
                                any(flattened, Item.Expect.class::isInstance),
                                "a test says what it expects: 'expect a == b'");
                    default -> Optional.empty();
                };
        missing.ifPresent(message -> sink.error(
                Code.MISSING_VALUE,
                subject.declaration().name().span(),
                subject.word()
                        + (subject.kind() == Declaration.Kind.TEST ? " " : " '")
                        + (subject.kind() == Declaration.Kind.TEST
                                ? "expects nothing"
                                : subject.declaration().name() + "' is not complete"),
                Note.of(message)));
    }

    private static Optional<String> unless(boolean present, String message) {
        return present ? Optional.empty() : Optional.of(message);
    }

    private static boolean any(Flattened flattened, Predicate<Item> wanted) {
        boolean[] found = {false};
        flattened.items().forEach(item -> Parts.everyItem(item, inner -> found[0] |= wanted.test(inner)));
        return found[0];
    }

    private static Optional<String> dataset(Flattened flattened) {
        if (!any(flattened, Item.Field.class::isInstance)) {
            return Optional.of("a data set has fields: 'field image = ...'");
        }
        List<String> sections = flattened.items(Item.Section.class).stream()
                .map(section -> section.name().text())
                .toList();
        boolean half = !sections.isEmpty() && !(sections.contains("train") && sections.contains("test"));
        return half ? Optional.of("a data set with 'train { }' has 'test { }' too") : Optional.empty();
    }

    private static boolean takesProposals(Item item) {
        return item instanceof Item.Handler handler
                && handler.trigger() == Item.Trigger.ON
                && handler.event().filter(event -> isNamed(event, "dw")).isPresent();
    }

    private static boolean setsLoss(Item item) {
        return item instanceof Item.Assign assign && isNamed(assign.target(), "loss");
    }

    private static boolean isNamed(Expr expr, String name) {
        return expr instanceof Expr.Reference reference && reference.name().equals(name);
    }

    private static boolean canBeRead(Item item) {
        return item instanceof Item.Output || item instanceof Item.Spike || item instanceof Item.States;
    }

    private static boolean delivers(Item item) {
        return item instanceof Item.Assign assign
                && Symbols.base(assign.target()) instanceof Expr.Member member
                && isNamed(Symbols.base(member.of()), "post");
    }

    private static void item(Item item, DiagnosticSink sink) {
        if (item instanceof Item.States states) {
            for (Binding binding : states.bindings()) {
                if (binding.value().isEmpty()) {
                    sink.error(
                            Code.MISSING_VALUE,
                            binding.name().span(),
                            "state '" + binding.name() + "' needs an initial value",
                            Note.of("write state " + binding.name() + " = 0"));
                }
            }
        } else if (item instanceof Item.Cases cases) {
            boolean elsewhere =
                    cases.cases().stream().anyMatch(single -> single.at().isEmpty());
            if (!elsewhere) {
                sink.error(
                        Code.MISSING_VALUE,
                        cases.name().span(),
                        "'" + cases.name() + "' is not defined everywhere",
                        Note.of("add 'elsewhere: ...'"));
            }
        }
    }
}
