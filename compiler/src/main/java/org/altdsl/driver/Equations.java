package org.altdsl.driver;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Item;
import org.altdsl.ast.Name;
import org.altdsl.names.Flattened;

/** Sets the equations of a rule, with everything it inherits, one a line. */
final class Equations {
    private static final Map<String, String> SYMBOLS = Map.ofEntries(
            Map.entry("delta", "δ"),
            Map.entry("eta", "η"),
            Map.entry("theta", "θ"),
            Map.entry("tau", "τ"),
            Map.entry("beta", "β"),
            Map.entry("alpha", "α"),
            Map.entry("gamma", "γ"),
            Map.entry("kappa", "κ"),
            Map.entry("lambda", "λ"),
            Map.entry("sigma", "σ"),
            Map.entry("mu", "μ"),
            Map.entry("eps", "ε"),
            Map.entry("xi", "ξ"));

    private final List<String> lines = new ArrayList<>();

    private Equations() {}

    /**
     * The equations as text.
     *
     * @param uses what is given for its parameters wherever it is used; a parameter has all the values of its uses
     */
    static String of(Flattened rule, List<Map<String, String>> uses) {
        Equations equations = new Equations();
        rule.parameters().forEach((name, binding) -> equations.parameter(name, binding, uses));
        rule.items().forEach(item -> equations.item(item, ""));
        return String.join("\n", equations.lines);
    }

    private void parameter(String name, Binding binding, List<Map<String, String>> uses) {
        Optional<String> usual = binding.value().map(value -> value.span().text());
        Set<String> values = new LinkedHashSet<>();
        uses.forEach(
                given -> Optional.ofNullable(given.get(name)).or(() -> usual).ifPresent(values::add));
        if (uses.isEmpty()) {
            usual.ifPresent(values::add);
        }
        if (!values.isEmpty()) {
            boolean drawn = binding.drawn() && usual.filter(values::contains).isPresent();
            add("", name + (drawn ? " ~ " : " = ") + plain(String.join(" or ", values)));
        }
    }

    private void item(Item item, String where) {
        if (item instanceof Item.Feedback feedback) {
            String way = feedback.fromOutput() ? " from the output" : "";
            add(
                    where,
                    "feedback " + feedback.name() + way + (feedback.drawn() ? " ~ " : " = ")
                            + plain(feedback.value().span().text()));
        } else if (item instanceof Item.Cases cases) {
            for (Item.Case one : cases.cases()) {
                String at = one.at().map(Name::text).map(name -> "  at " + name).orElse("  elsewhere");
                add(where, cases.name() + " = " + plain(one.value().span().text()) + at);
            }
        } else if (item instanceof Item.States states) {
            for (Binding binding : states.bindings()) {
                String place = states.place()
                        .map(Name::text)
                        .map(name -> "  (" + name + ", start)")
                        .orElse("  (start)");
                binding.value()
                        .ifPresent(value -> add(
                                where,
                                binding.name()
                                        + (binding.drawn() ? " ~ " : " = ")
                                        + plain(value.span().text())
                                        + place));
            }
        } else if (item instanceof Item.Lets lets) {
            for (Binding binding : lets.bindings()) {
                binding.value()
                        .ifPresent(value -> add(
                                where,
                                binding.name() + " = " + plain(value.span().text())));
            }
        } else if (item instanceof Item.Handler handler) {
            String event = handler.event().map(e -> e.span().text()).orElse("");
            lines.add("");
            add(where, handler.trigger().name().toLowerCase(Locale.ROOT) + " " + event + ":");
            handler.body().forEach(inner -> item(inner, where + "    "));
        } else if (item instanceof Item.Located located) {
            String at =
                    located.at().map(Name::text).map(name -> "at " + name + ":").orElse("elsewhere:");
            add(where, at);
            item(located.item(), where + "    ");
        } else if (item instanceof Item.If branch) {
            add(where, "if " + plain(branch.condition().span().text()) + ":");
            branch.body().forEach(inner -> item(inner, where + "    "));
            if (!branch.otherwise().isEmpty()) {
                add(where, "otherwise:");
                branch.otherwise().forEach(inner -> item(inner, where + "    "));
            }
        } else if (!(item instanceof Item.Reads)) {
            add(where, plain(item.span().text()));
        }
    }

    private void add(String where, String line) {
        lines.add(where + symbols(line));
    }

    private static String plain(String text) {
        return text.replaceAll("//[^\\n]*", "").replaceAll("\\s+", " ").strip();
    }

    /** Greek letters for their names, Δ for proposals, ′ for derivatives. */
    private static String symbols(String line) {
        String set = line;
        for (Map.Entry<String, String> symbol : SYMBOLS.entrySet()) {
            set = set.replaceAll("\\b" + symbol.getKey() + "\\b", symbol.getValue());
        }
        return set.replaceAll("\\bd([wbB])\\b(?!\\()", "Δ$1").replace("'", "′").replace(" * ", " · ");
    }
}
