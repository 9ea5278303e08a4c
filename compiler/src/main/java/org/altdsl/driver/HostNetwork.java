package org.altdsl.driver;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    /** The state that makes its neurons in time spike. */
    static final String POTENTIAL = "potential_of_host";

    /** Its layers, for a user who meets their names in a message. */
    static final String CHAIN = "x -> h1 -> h2 -> y";

    private HostNetwork() {}

    /** The rule on the host network as IR; nothing where an error was reported. */
    static Optional<LoweredRule> lower(
            LinkedProgram program, RuleLibrary library, Declaration rule, DiagnosticSink sink) {
        return lower(program, library, rule, text(program, rule, new Inheritance(program, sink)), sink);
    }

    /** What the host network has that a rule's costs may depend on: its step, neurons, objective, optimizer, arguments. */
    static String assumptions(LinkedProgram program, Declaration rule) {
        String text = text(program, rule, new Inheritance(program, new DiagnosticSink()));
        List<String> parts = new ArrayList<>();
        found(text, "(dt = .*)").ifPresent(parts::add);
        found(text, "h1 +: (?!HostCell)(\\w+\\[5\\].*)").ifPresent(neurons -> parts.add(neurons.replace("[5]", "")));
        found(text, "objective (.*)").ifPresent(parts::add);
        found(text, "optimizer (.*)").ifPresent(parts::add);
        found(text, "learns (\\w+\\(.*\\))").ifPresent(parts::add);
        return String.join(", ", parts) + "; what else the rule is told, as its defaults have it";
    }

    private static Optional<String> found(String text, String line) {
        Matcher matcher = Pattern.compile(line).matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1).strip()) : Optional.empty();
    }

    /** A neuron or synapse model in time, alone on its host network; nothing where an error was reported. */
    static Optional<LoweredRule> lowerModel(
            LinkedProgram program, RuleLibrary library, Declaration model, String step, DiagnosticSink sink) {
        Flattened flattened = new Inheritance(program, sink).flatten(model);
        String text = model.kind() == Declaration.Kind.NEURON
                ? ofNeuron(model, flattened, step)
                : ofSynapse(model, flattened, step);
        return lower(program, library, model, text, sink);
    }

    private static String ofNeuron(Declaration neuron, Flattened flattened, String step) {
        return """
                experiment "host network" {
                    dt = %1$s
                    network { x : %2$s[1]%3$s }
                    protocol { run %1$s }
                }
                """.formatted(step, neuron.name(), needed(flattened));
    }

    /** Targets with the inputs that the synapse delivers to, and whatever else it reads of them. */
    private static String ofSynapse(Declaration synapse, Flattened flattened, String step) {
        Set<String> delivered = new LinkedHashSet<>();
        for (Item item : flattened.items()) {
            if (item instanceof Item.Assign assign && assign.target() instanceof Expr.Member member) {
                delivered.add(member.name().text());
            }
        }
        Set<String> read = readAtEnds(flattened);
        read.removeAll(delivered);
        read.removeAll(events(flattened));
        read.removeAll(Set.of("spike", "index"));
        StringBuilder parts = new StringBuilder();
        delivered.forEach(name -> parts.append("    input ").append(name).append('\n'));
        read.forEach(name -> parts.append("    state ").append(name).append(" = 0\n"));
        events(flattened)
                .forEach(name -> parts.append("    event ").append(name).append(" when " + POTENTIAL + " > 2 { }\n"));
        return """
                neuron HostCell {
                    state %4$s = 0
                %5$s
                    spike when %4$s > 1 { %4$s = 0 }
                }
                experiment "host network" {
                    dt = %1$s
                    network { x : HostCell[2];  y : HostCell[2];  s : x -> y via %2$s%3$s }
                    protocol { run %1$s }
                }
                """.formatted(step, synapse.name(), needed(flattened), POTENTIAL, parts);
    }

    /** Values for the parameters that have none. */
    private static String needed(Flattened model) {
        List<String> arguments = model.parameters().values().stream()
                .filter(parameter -> parameter.value().isEmpty())
                .map(parameter -> parameter.name() + " = 1")
                .toList();
        return arguments.isEmpty() ? "" : "(" + String.join(", ", arguments) + ")";
    }

    private static Optional<LoweredRule> lower(
            LinkedProgram program, RuleLibrary library, Declaration rule, String text, DiagnosticSink sink) {
        SourceFile file = new SourceFile(FILE, text);
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
        LinkedProgram whole = new LinkedProgram(unit, units, visible, library);
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
        Consumer<Expr> collect = expr -> {
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
        };
        flattened.items().forEach(item -> Parts.everyExpression(item, collect));
        flattened.parameters().values().forEach(parameter -> Parts.everyExpression(parameter, collect));
        boolean hasObjective = reads[0];
        for (Item.Adapts adapts : flattened.items(Item.Adapts.class)) {
            adapts.targets().forEach(target -> wanted.add(target.span().text().replaceFirst(".*\\.", "")));
        }
        if (reads[1]) {
            // An error is told at the potential.
            wanted.add("u");
        }
        Set<String> events = events(flattened);
        wanted.removeAll(events);
        wanted.removeAll(Set.of("spike", "potential_of_host", "index", "rank", "hops", "output_index"));
        ofOutput.removeAll(Set.of("spike", "index", "error", "target"));
        ofOutput.removeAll(wanted);
        StringBuilder states = new StringBuilder();
        wanted.forEach(name -> states.append("    state ").append(name).append(" = 0\n"));
        events.forEach(name -> states.append("    event ").append(name).append(" when potential_of_host > 2 { }\n"));
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
        Set<String> wanted = readAtEnds(flattened);
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

    /** What a rule reads of its neurons beside their spikes and their places. */
    static List<String> readOfNeurons(Flattened rule) {
        Set<String> names = new LinkedHashSet<>(readAtEnds(rule));
        names.removeIf(name -> isOfRule(rule, name));
        names.removeAll(events(rule));
        names.removeAll(Set.of("spike", "index", "rank", "hops", "output_index"));
        return List.copyOf(names);
    }

    /** What a rule needs of its neurons besides their spikes: what it reads of them, and the events that it waits for. */
    static List<String> neededOfNeurons(Flattened rule) {
        Set<String> names = new LinkedHashSet<>(readOfNeurons(rule));
        names.addAll(events(rule));
        return List.copyOf(names);
    }

    /** Whether a neuron has some quantities and events, a potential {@code v} in volts, and spikes. */
    static boolean has(Flattened neuron, List<String> wanted) {
        Set<String> names = new LinkedHashSet<>(neuron.parameters().keySet());
        boolean hasPotential = false;
        boolean spikes = false;
        for (Item item : neuron.items()) {
            if (item instanceof Item.Spike spike) {
                spikes |= spike.event().isEmpty();
                spike.event().ifPresent(event -> names.add(event.text()));
            }
            if (item instanceof Item.States states) {
                Binding state = states.bindings().get(0);
                names.add(state.name().text());
                hasPotential |= state.name().text().equals("v")
                        && state.type()
                                .map(type -> type.span().text().endsWith("V"))
                                .orElse(false);
            } else if (item instanceof Item.Lets lets) {
                names.add(lets.bindings().get(0).name().text());
            } else if (item instanceof Item.Output output) {
                names.add(output.name().text());
            }
        }
        return hasPotential && spikes && names.containsAll(wanted);
    }

    /** The names of what a rule reads as {@code pre.name} or {@code post.name}, also as the default of a parameter. */
    private static Set<String> readAtEnds(Flattened rule) {
        Set<String> names = new LinkedHashSet<>();
        Consumer<Expr> collect = expr -> {
            if (expr instanceof Expr.Member member
                    && member.of() instanceof Expr.Reference place
                    && (place.name().equals("pre") || place.name().equals("post"))) {
                names.add(member.name().text());
            }
        };
        rule.items().forEach(item -> Parts.everyExpression(item, collect));
        rule.parameters().values().forEach(parameter -> Parts.everyExpression(parameter, collect));
        return names;
    }

    /** What the rule waits for that is no spike: {@code on post.burst}. */
    private static Set<String> events(Flattened rule) {
        Set<String> names = new LinkedHashSet<>();
        for (Item.Handler handler : rule.items(Item.Handler.class)) {
            if (handler.trigger() == Item.Trigger.ON && handler.event().orElse(null) instanceof Expr.Member event) {
                names.add(event.name().text());
            }
        }
        names.remove("spike");
        return names;
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
