package org.altdsl.flow;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.diag.Note;
import org.altdsl.ir.Var;
import org.altdsl.lower.LoweredRule;
import org.altdsl.names.Suggestions;
import org.altdsl.source.Span;

/**
 * Holds rules to their contracts: {@code reads pre, post} makes every update that uses more an error, which shows the
 * chain from the update to what it uses.
 *
 * <p>Allowed: {@code rule R { reads pre, post; after forward { dw = pre.r * post.r * w } }}; a rule may always use the
 * synapse it changes. Not allowed: the same with {@code sum(abs(w) over pre)}, which is {@code post_aggregate}.
 */
public final class Contracts {
    private Contracts() {}

    /**
     * Checks one rule in use against the contract it declares, if it declares one.
     *
     * @param example the layers of a network that stands for the user's; empty where it is the user's
     */
    public static void check(
            LoweredRule.Model model, Map<Information, InformationFlow.Use> uses, String example, DiagnosticSink sink) {
        for (Item.Reads reads : model.flattened().items(Item.Reads.class)) {
            Set<Information> allowed = EnumSet.of(Information.SYNAPSE);
            Set<String> quantities = new HashSet<>();
            for (Expr word : reads.information()) {
                allow(word, allowed, quantities, sink);
            }
            for (InformationFlow.Use use : uses.values()) {
                if (!allowed.contains(use.information()) && !quantities.contains(quantity(use))) {
                    report(model, reads, use, example, sink);
                }
            }
        }
    }

    private static String quantity(InformationFlow.Use use) {
        String label = use.path().get(use.path().size() - 1).label();
        return use.information().word() + "." + label;
    }

    private static void allow(Expr word, Set<Information> allowed, Set<String> quantities, DiagnosticSink sink) {
        if (word instanceof Expr.Reference reference) {
            if (reference.name().equals("feedback")) {
                allowed.add(Information.FEEDBACK_FIXED);
                allowed.add(Information.FEEDBACK_LEARNED);
                return;
            }
            if (Information.ofWord(reference.name()).isPresent()) {
                allowed.add(Information.ofWord(reference.name()).get());
                return;
            }
            List<String> words = new ArrayList<>(List.of("feedback"));
            for (Information information : Information.values()) {
                words.add(information.word());
            }
            sink.error(
                    Code.UNKNOWN_INFORMATION,
                    word.span(),
                    "'" + reference.name() + "' is no kind of information"
                            + Suggestions.didYouMean(reference.name(), words));
            return;
        }
        quantities.add(word.span().text().replaceAll("\\s", ""));
    }

    private static void report(
            LoweredRule.Model model, Item.Reads reads, InformationFlow.Use use, String example, DiagnosticSink sink) {
        List<Note> notes = new ArrayList<>();
        String chain = use.path().stream()
                .map(step -> example.isEmpty() ? placed(step) : step.label())
                .collect(Collectors.joining(" <- "));
        notes.add(Note.of(
                (example.isEmpty() ? "the chain: " : "the chain, in an example network " + example + ": ") + chain));
        List<Item.Feedback> pathways = pathways(model, use);
        // The ends of the chain are the update and what it may not read; between them are the rule's own quantities.
        for (Var step : use.path().subList(1, Math.max(1, use.path().size() - 1))) {
            if (!step.origin().equals(use.at())
                    && step.origin().end() > step.origin().start()) {
                notes.add(Note.at(step.origin(), "'" + step.label() + "'"));
            }
        }
        for (Item.Feedback pathway : pathways) {
            notes.add(Note.at(
                    pathway.span(), "'" + pathway.span().text().strip() + "' is where " + brought(use.information())));
        }
        notes.add(Note.at(
                reads.span(),
                "the contract of '" + model.flattened().name() + "'; add '"
                        + use.information().word() + "' to it, or do without"));
        String through = pathways.isEmpty()
                ? "'" + use.path().get(use.path().size() - 1).label() + "'"
                : pathways.stream()
                        .map(pathway -> "'" + pathway.span().text().strip() + "'")
                        .collect(Collectors.joining(" and "));
        sink.error(
                Code.READS_MORE,
                use.at(),
                "this reads " + use.information().word() + " ("
                        + use.information().description() + ", through " + through
                        + "), which the contract does not allow",
                notes.toArray(new Note[0]));
    }

    private static String brought(Information information) {
        return information == Information.WEIGHT_TRANSPORT ? "the forward weights come in" : "the pathway is declared";
    }

    /** A quantity and what it belongs to, by the names that the network has for them. */
    private static String placed(Var step) {
        int dot = step.name().lastIndexOf('.');
        String owner = dot < 0 ? "" : step.name().substring(0, dot);
        return owner.isEmpty() ? step.label() : step.label() + " of " + owner;
    }

    /** The declarations of the reverse pathways by which information comes that only they bring. */
    private static List<Item.Feedback> pathways(LoweredRule.Model model, InformationFlow.Use use) {
        boolean backwards = use.information() == Information.WEIGHT_TRANSPORT
                || use.information() == Information.FEEDBACK_FIXED
                || use.information() == Information.FEEDBACK_LEARNED;
        if (!backwards) {
            return List.of();
        }
        List<Item.Feedback> declared = model.flattened().items(Item.Feedback.class);
        List<Item.Feedback> named = declared.stream()
                .filter(pathway ->
                        use.path().stream().anyMatch(step -> names(step.origin(), pathway)) || names(use.at(), pathway))
                .toList();
        return named.isEmpty() ? declared : named;
    }

    private static boolean names(Span text, Item.Feedback pathway) {
        String name = Pattern.quote(pathway.name().text());
        return Pattern.compile("(?<![\\w.])" + name + "(?!\\w)")
                .matcher(text.text())
                .find();
    }
}
