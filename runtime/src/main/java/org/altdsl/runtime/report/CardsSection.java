package org.altdsl.runtime.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The report's rule cards: what each rule reads and needs, its equations, and its source. */
final class CardsSection {

    private final RunResult run;
    private final List<String> labels;
    private final Markup page;

    CardsSection(RunResult run, List<String> labels, Markup page) {
        this.run = run;
        this.labels = labels;
        this.page = page;
    }

    void write() {
        if (run.rules().isEmpty()) {
            return;
        }
        page.open("section", "id", "rules").leaf("h2", "Rules");
        page.leaf("p", "What the compiler found each rule to use, whatever its name says.", "class", "caption");
        page.open("div", "class", "cards").line();
        for (int i = 0; i < run.rules().size(); i++) {
            card(run.rules().get(i), i);
        }
        page.close().close().line();
    }

    private void card(RuleResult rule, int index) {
        page.open("article", "class", "card", "id", "rule-" + index).open("h3");
        HtmlReport.swatch(page, index);
        page.text(labels.get(index)).close();
        RuleCard card = rule.card();
        if (!card.reads().isEmpty()) {
            page.open("p", "class", "chips").leaf("span", "reads", "class", "chips-title");
            for (String read : card.reads()) {
                boolean atSynapse = List.of("pre", "post", "synapse").contains(read);
                page.leaf("span", read.replace('_', ' '), "class", atSynapse ? "chip" : "chip far")
                        .text(" ");
            }
            page.close();
        }
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("local", yes(card.local()));
        facts.put("online", yes(card.online()));
        facts.put("causal", yes(card.causal()));
        facts.put("weight transport", yes(card.weightTransport()));
        facts.put("phases", String.valueOf(card.phases()));
        facts.put("stores history", yes(card.storesHistory()));
        HtmlReport.definitions(page, facts);
        facts.clear();
        rule.parameters().forEach((name, value) -> facts.put(name, String.valueOf(value)));
        put(facts, "samples per second", rule.cost().samplesPerSecond());
        card.more().forEach(fact -> facts.put(fact.label(), fact.value()));
        HtmlReport.definitions(page, facts);
        if (!rule.equations().isBlank()) {
            page.open("pre", "class", "equations", "tabindex", "0")
                    .text(rule.equations().stripTrailing())
                    .close();
        }
        if (!rule.text().isBlank()) {
            page.open("details").leaf("summary", "Source");
            page.open("pre", "tabindex", "0")
                    .leaf("code", rule.text().stripTrailing())
                    .close()
                    .close();
        }
        page.close().line();
    }

    private static void put(Map<String, String> facts, String label, OptionalDouble value) {
        if (value.isPresent()) {
            facts.put(label, Measure.significant(value.getAsDouble(), 3));
        }
    }

    private static String yes(boolean flag) {
        return flag ? "yes" : "no";
    }
}
