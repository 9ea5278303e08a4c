package org.altdsl.driver;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.ast.SourceUnit;
import org.altdsl.ast.build.SourceReader;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.lower.Experiment;
import org.altdsl.lower.ExperimentLowering;
import org.altdsl.lower.LoweredRule;
import org.altdsl.lower.TimedModels;
import org.altdsl.names.Flattened;
import org.altdsl.names.Inheritance;
import org.altdsl.names.LinkedProgram;
import org.altdsl.names.Linker;
import org.altdsl.names.Parts;
import org.altdsl.names.RuleLibrary;
import org.altdsl.source.SourceFile;

/**
 * The network on which a rule is looked at when no experiment says another one: an input, two hidden layers and an
 * output with an objective over classes.
 */
final class HostNetwork {
    static final String FILE = "<host network>";

    /** Its layers, for a user who meets their names in a message. */
    static final String CHAIN = "x -> h1 -> h2 -> y";

    private HostNetwork() {}

    /** The rule on the host network as IR; nothing where an error was reported. */
    static Optional<LoweredRule> lower(
            LinkedProgram program, RuleLibrary library, Declaration rule, DiagnosticSink sink) {
        SourceFile file = new SourceFile(FILE, text(program, rule, new Inheritance(program, sink)));
        SourceUnit unit = SourceReader.read(file, sink)
                .orElseThrow(() -> new AssertionError("the host network does not parse: " + sink.sorted()));
        LinkedProgram host = Linker.link(unit, library, sink);
        Map<SourceFile, Map<String, Declaration>> visible = new LinkedHashMap<>(host.visible());
        visible.putAll(program.visible());
        Map<String, Declaration> names =
                new LinkedHashMap<>(program.visible().get(rule.span().file()));
        names.putAll(host.visible().get(file));
        names.put(rule.name().text(), rule);
        visible.put(file, names);
        List<SourceUnit> units = new ArrayList<>(host.units());
        units.addAll(program.units());
        LinkedProgram whole = new LinkedProgram(unit, units, visible);
        Declaration declaration = unit.declarations().get(unit.declarations().size() - 1);
        Experiment experiment = Experiment.of(declaration, sink);
        ExperimentLowering lowering = new ExperimentLowering(whole, experiment, sink, Map.of());
        return lowering.explained(lowering.entries().get(0));
    }

    private static String text(LinkedProgram program, Declaration rule, Inheritance inheritance) {
        Flattened flattened = inheritance.flatten(rule);
        if (TimedModels.takesTime(flattened)) {
            return inTime(rule, flattened);
        }
        String neuron = neuron(program, rule, flattened, inheritance);
        boolean takesFunction = neuron.equals("Rate")
                || program.find(rule.span().file(), Declaration.Kind.NEURON, neuron)
                        .map(model -> inheritance.flatten(model).parameters().containsKey("f"))
                        .orElse(false);
        String use = use(rule, flattened, "correct", false);
        return """
                import neurons, objectives, optimizers
                experiment "host network" {
                    network {
                        steps = 2
                        x  : Input[6]
                        h1 : %2$s[5]%3$s
                        h2 : %2$s[4]%3$s
                        y  : %2$s[3]%4$s
                        x -> h1 -> h2 -> y via Linear { w ~ kaiming } learns %1$s
                    }
                    objective CrossEntropy(y.u, 0)
                    optimizer SGD(eta = 0.1)
                }
                """.formatted(use, neuron, takesFunction ? "(f = tanh)" : "", takesFunction ? "(f = identity)" : "");
    }

    /**
     * The use of a rule, with what it cannot do without.
     *
     * @param modulated what its modulators are bound to
     * @param always whether they are bound even where they have a default
     */
    private static String use(Declaration rule, Flattened flattened, String modulated, boolean always) {
        List<String> arguments = new ArrayList<>();
        for (Binding parameter : flattened.parameters().values()) {
            if (parameter.value().isEmpty()) {
                arguments.add(parameter.name() + " = 1");
            }
        }
        for (Item.Modulators modulators : flattened.items(Item.Modulators.class)) {
            Binding modulator = modulators.bindings().get(0);
            boolean known = List.of("loss", "correct").contains(modulator.name().text());
            if (!known && (always || modulator.value().isEmpty())) {
                arguments.add(modulator.name() + " = " + modulated);
            }
        }
        return rule.name() + (arguments.isEmpty() ? "" : "(" + String.join(", ", arguments) + ")");
    }

    /**
     * Spiking neurons that have every quantity that the rule reads at its neurons. What it reads at the output is
     * filtered from the spikes there, and what it reads of an objective is of one over that.
     */
    private static String inTime(Declaration rule, Flattened flattened) {
        Set<String> wanted = new LinkedHashSet<>();
        Set<String> ofOutput = new LinkedHashSet<>();
        boolean[] reads = new boolean[2];
        for (Item item : flattened.items()) {
            Parts.everyExpression(item, expr -> {
                if (expr instanceof Expr.Reference name && !isOfRule(flattened, name.name())) {
                    reads[0] |= Set.of("objective", "loss", "error", "target").contains(name.name());
                    reads[1] |= name.name().equals("error");
                }
                if (!(expr instanceof Expr.Member member)
                        || !(member.of() instanceof Expr.Reference place)
                        || isOfRule(flattened, member.name().text())) {
                    return;
                }
                if (place.name().equals("pre") || place.name().equals("post")) {
                    wanted.add(member.name().text());
                } else if (place.name().equals("output")) {
                    ofOutput.add(member.name().text());
                }
            });
        }
        boolean hasObjective = reads[0];
        for (Item.Adapts adapts : flattened.items(Item.Adapts.class)) {
            adapts.targets().forEach(target -> wanted.add(target.span().text().replaceFirst(".*\\.", "")));
        }
        if (reads[1]) {
            // An error is told at the potential.
            wanted.add("u");
        }
        wanted.removeAll(Set.of("spike", "potential_of_host", "index", "rank", "hops", "output_index"));
        ofOutput.removeAll(Set.of("spike", "index", "error", "target"));
        ofOutput.removeAll(wanted);
        StringBuilder states = new StringBuilder();
        wanted.forEach(name -> states.append("    state ").append(name).append(" = 0\n"));
        if (hasObjective && !reads[1] && ofOutput.isEmpty()) {
            ofOutput.add("rate_of_host");
        }
        StringBuilder filters = new StringBuilder();
        ofOutput.forEach(name -> filters.append(
                "        state %1$s[y] = 0\n        each step { %1$s += 0.1 * (y.spike - %1$s) }\n".formatted(name)));
        String about = reads[1] ? "y.u" : ofOutput.stream().findFirst().orElse("");
        return """
                import objectives, optimizers
                neuron HostCell {
                    state potential_of_host = 0
                %2$s
                    potential_of_host' = -potential_of_host / (10 ms)
                    spike when potential_of_host > 1 { potential_of_host = 0 }
                }
                synapse HostSynapse { weight w; on pre.spike { post.potential_of_host += w } }
                experiment "host network" {
                    dt = 1 ms
                    network {
                        x  : HostCell[6]
                        h1 : HostCell[5]
                        h2 : HostCell[4]
                        y  : HostCell[3]
                        x -> h1 -> h2 -> y via HostSynapse { w ~ uniform(0, 1) } learns %1$s
                        output = y
                        state told = 0
                        each step { told += 0.1 * (mean(y.spike) - told) }
                %3$s
                    }
                %4$s
                    optimizer SGD(eta = 0.1)
                    protocol { run 1 ms }
                }
                """.formatted(
                        use(rule, flattened, "told", true),
                        states,
                        filters,
                        hasObjective ? "    objective CrossEntropy(" + about + ", 0)" : "");
    }

    /** The neuron model of the host: one that has every quantity that the rule reads at its neurons. */
    private static String neuron(
            LinkedProgram program, Declaration rule, Flattened flattened, Inheritance inheritance) {
        Set<String> wanted = new LinkedHashSet<>();
        for (Item item : flattened.items()) {
            Parts.everyExpression(item, expr -> {
                if (expr instanceof Expr.Member member
                        && member.of() instanceof Expr.Reference place
                        && (place.name().equals("pre") || place.name().equals("post"))) {
                    wanted.add(member.name().text());
                }
            });
        }
        Set<String> offered = quantities(inheritance, program, rule, "Rate");
        if (offered.containsAll(wanted)) {
            return "Rate";
        }
        for (Declaration candidate : program.all(rule.span().file(), Declaration.Kind.NEURON)) {
            Set<String> own =
                    quantities(inheritance, program, rule, candidate.name().text());
            boolean hasMissing = wanted.stream()
                    .filter(name -> !offered.contains(name))
                    .allMatch(name -> own.contains(name) || isOfRule(flattened, name));
            if (own.contains("u") && hasMissing) {
                return candidate.name().text();
            }
        }
        return "Rate";
    }

    private static boolean isOfRule(Flattened rule, String name) {
        return rule.items(Item.States.class).stream()
                        .anyMatch(s -> s.bindings().get(0).name().text().equals(name))
                || rule.items(Item.Cases.class).stream()
                        .anyMatch(c -> c.name().text().equals(name))
                || rule.items(Item.Modulators.class).stream()
                        .anyMatch(m -> m.bindings().get(0).name().text().equals(name))
                || rule.items(Item.Lets.class).stream()
                        .anyMatch(l -> l.bindings().get(0).name().text().equals(name));
    }

    private static Set<String> quantities(
            Inheritance inheritance, LinkedProgram program, Declaration rule, String neuron) {
        Set<String> names = new LinkedHashSet<>();
        program.find(rule.span().file(), Declaration.Kind.NEURON, neuron).ifPresent(declaration -> {
            for (Item item : inheritance.flatten(declaration).items()) {
                if (item instanceof Item.Lets lets) {
                    names.add(lets.bindings().get(0).name().text());
                } else if (item instanceof Item.Output output) {
                    names.add(output.name().text());
                } else if (item instanceof Item.Input input) {
                    names.add(input.name().text());
                } else if (item instanceof Item.Weight bias) {
                    names.add(bias.binding().name().text());
                }
            }
        });
        return names;
    }
}
