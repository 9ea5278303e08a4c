package org.altdsl.driver;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Item;
import org.altdsl.check.NotYet;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.flow.Information;
import org.altdsl.flow.InformationFlow;
import org.altdsl.ir.Printer;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.Var;
import org.altdsl.janino.FusedOptions;
import org.altdsl.janino.FusedProgram;
import org.altdsl.lower.LoweredRule;
import org.altdsl.names.Flattened;
import org.altdsl.names.Inheritance;
import org.altdsl.names.LinkedProgram;
import org.altdsl.names.RuleLibrary;
import org.altdsl.optimize.Decision;
import org.altdsl.runtime.report.RuleCard;

/** Explains a rule: its card, its equations, the program it becomes and the kernels of that. */
public final class Explainer {
    private Explainer() {}

    /** The explanation of a rule; nothing where an error was reported. */
    public static Optional<Explanation> explain(
            LinkedProgram program, RuleLibrary library, Declaration rule, DiagnosticSink sink) {
        NotYet.check(new Inheritance(program, new DiagnosticSink()).flatten(rule), sink);
        if (sink.hasErrors()) {
            return Optional.empty();
        }
        Optional<LoweredRule> lowered = HostNetwork.lower(program, library, rule, sink);
        if (lowered.isEmpty()) {
            return Optional.empty();
        }
        LoweredRule host = lowered.get();
        FusedProgram code = (FusedProgram) Backend.cpu(FusedOptions.standard())
                .compile(host.train(), new Sizes(host.sizes()), host.observedInTraining());
        List<Decision> decisions = code.decisions();
        PreparedExperiment.RuleText text = Cards.of(host, code, decisions, 4);
        return Optional.of(new Explanation(
                card(rule, host, text, decisions, HostNetwork.assumptions(program, rule)),
                text.equations(),
                Printer.print(host.train()),
                code.javaSource()));
    }

    private static String card(
            Declaration rule,
            LoweredRule host,
            PreparedExperiment.RuleText text,
            List<Decision> decisions,
            String assumptions) {
        RuleCard card = text.card();
        List<String> lines = new ArrayList<>();
        lines.add(rule.name().text());
        rule.documentation().lines().forEach(line -> lines.add("  " + line.strip()));
        lines.add("");
        LoweredRule.Model model = host.models().get(0);
        Map<Information, InformationFlow.Use> uses = InformationFlow.of(host).get(model);
        lines.add("  reads");
        if (uses.isEmpty()) {
            lines.add("    nothing");
        }
        uses.forEach((information, use) -> lines.add(
                String.format("    %-17s %-47s %s", information.word(), information.description(), chain(use))));
        lines.add("");
        row(lines, "contract", Cards.hasContract(model) ? "declared with 'reads', and kept" : "none declared");
        row(lines, "local", yes(card.local()));
        row(lines, "online", yes(card.online()));
        row(lines, "causal", yes(card.causal()));
        row(lines, "weight transport", yes(card.weightTransport()));
        row(lines, "phases", Integer.toString(card.phases()));
        row(lines, "stores history", yes(card.storesHistory()));
        card.more().forEach(fact -> row(lines, fact.label(), fact.value()));
        List<String> equations = integrated(host, List.of("h1->h2.", "h2."));
        if (!equations.isEmpty()) {
            lines.add("");
            lines.add("  equations, between h1 and h2");
            lines.addAll(equations);
        }
        lines.add("");
        lines.add("  how it was compiled, between the two hidden layers h1 and h2 of a network 6-5-4-3");
        lines.add("    assumed: " + assumptions);
        Map<String, String> ways = new LinkedHashMap<>();
        for (Decision decision : decisions) {
            boolean here = decision.variable().startsWith("h1->h2.")
                    || decision.variable().startsWith("h2.");
            if (!here) {
                continue;
            }
            ways.putIfAbsent(
                    decision.variable() + decision.method(),
                    String.format("    %-18s %-26s %s", decision.variable(), decision.method(), decision.detail()));
        }
        lines.addAll(ways.values());
        return String.join("\n", lines);
    }

    /** How the equations of states are integrated whose names begin in certain ways; each once. */
    private static List<String> integrated(LoweredRule host, List<String> places) {
        Set<String> lines = new LinkedHashSet<>();
        for (LoweredRule.Integrated one : host.integrated()) {
            String state = one.state();
            boolean ofHost = state.endsWith(HostNetwork.POTENTIAL);
            if (!ofHost && places.stream().anyMatch(state::startsWith)) {
                String reason = one.reason().isEmpty() ? "" : "  " + one.reason();
                lines.add(String.format("    %-18s %-20s%s", state, one.method(), reason)
                        .stripTrailing());
            }
        }
        return List.copyOf(lines);
    }

    /**
     * How the equations of a neuron or a synapse are integrated, a line each; empty where it has none.
     *
     * @param step how long a step is, as the language writes it; what is wrong with it for an equation goes to the sink
     */
    public static List<String> integration(
            LinkedProgram program, RuleLibrary library, Declaration model, String step, DiagnosticSink sink) {
        Flattened flattened = new Inheritance(program, new DiagnosticSink()).flatten(model);
        DiagnosticSink later = new DiagnosticSink();
        NotYet.check(flattened, later);
        if (later.hasErrors() || flattened.items(Item.Equation.class).isEmpty()) {
            return List.of();
        }
        return HostNetwork.lowerModel(program, library, model, step, sink)
                .map(host -> integrated(host, List.of("")))
                .orElse(List.of());
    }

    private static String chain(InformationFlow.Use use) {
        List<String> names = use.path().stream().map(Var::name).toList();
        return names.size() > 1 ? String.join(" <- ", names) : "";
    }

    private static void row(List<String> lines, String label, String value) {
        lines.add(String.format("  %-34s %s", label, value));
    }

    private static String yes(boolean value) {
        return value ? "yes" : "no";
    }
}
