package org.altdsl.tests.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Item;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.driver.Checked;
import org.altdsl.driver.FrontEnd;
import org.altdsl.lower.LoweredRule;
import org.altdsl.lower.Timing;
import org.altdsl.names.Flattened;
import org.altdsl.names.Inheritance;
import org.altdsl.names.LinkedProgram;
import org.altdsl.source.SourceFile;

/** The rules of the standard library for networks of rates, each in a network with two hidden layers of the neurons it can teach. */
public final class StandardRules {
    /** Numbers an image has. */
    public static final int INPUTS = 5;

    /** Classes a label has. */
    public static final int CLASSES = 3;

    /** Neurons of the library, tried in this order; {@code %1$s} is their number, {@code %2$s} their function. */
    private static final List<String> NEURONS = List.of("Rate[%1$s](f = %2$s)", "Normed[%1$s](f = %2$s)", "Coin[%1$s]");

    /** Which file declares a rule, as an import names it. */
    private static final Map<String, String> FILES = new LinkedHashMap<>();

    /** The rules with a value for every parameter that has none, and a modulator for every one that is not bound. */
    private static final List<String> USES = new ArrayList<>();

    static {
        for (String name : Programs.library().names(null)) {
            LinkedProgram program =
                    Programs.read(Programs.library().find(name, null).orElseThrow());
            Inheritance inheritance = new Inheritance(program, new DiagnosticSink());
            for (Declaration rule : program.own(Declaration.Kind.RULE)) {
                if (Timing.takesTime(inheritance.flatten(rule))) {
                    // These need networks of neurons that spike.
                    continue;
                }
                FILES.put(rule.name().text(), name);
                USES.add(use(program, rule));
            }
        }
    }

    private StandardRules() {}

    /** Every rule of the library, lowered. */
    public static List<LoweredRule> inNetwork(int hidden, String activation, String optimizer) {
        return connected("", hidden, activation, optimizer);
    }

    /** Every rule of the library, lowered, where all projections are connected as said: {@code connect sparse(0.5)}. */
    public static List<LoweredRule> connected(String how, int hidden, String activation, String optimizer) {
        return USES.stream()
                .map(use -> one(use, how, hidden, activation, optimizer))
                .toList();
    }

    /** The file that declares the rule of a use, as an import names it. */
    public static String file(String use) {
        return FILES.get(use.replaceAll("\\(.*", ""));
    }

    /** Uses of the rules of the library that teach plain rate neurons. */
    public static List<String> ofRates() {
        return USES.stream()
                .filter(use -> attempt(use, "", NEURONS.get(0), 6, "tanh", "SGD", new DiagnosticSink())
                        .isPresent())
                .toList();
    }

    /** A rule as written in a network, such as {@code CoFire(c = 2)}, lowered. */
    public static LoweredRule one(String use, int hidden, String activation, String optimizer) {
        return one(use, "", hidden, activation, optimizer);
    }

    private static LoweredRule one(String use, String how, int hidden, String activation, String optimizer) {
        DiagnosticSink first = new DiagnosticSink();
        for (String neuron : NEURONS) {
            DiagnosticSink sink = first.hasErrors() ? new DiagnosticSink() : first;
            Optional<LoweredRule> rule = attempt(use, how, neuron, hidden, activation, optimizer, sink);
            if (rule.isPresent()) {
                return rule.get();
            }
        }
        throw Programs.failure(first, use);
    }

    private static Optional<LoweredRule> attempt(
            String use,
            String how,
            String neuron,
            int hidden,
            String activation,
            String optimizer,
            DiagnosticSink sink) {
        String text = """
                import neurons, objectives, optimizers, %s
                dataset Samples {
                    field image : [%d] = [[0, 0, 0, 0, 0]]
                    field label : class(%d) = [0]
                }
                experiment "standard rule" {
                    data Samples batch 8
                    network {
                        x  : Input(data.image)
                        h1 : %s
                        h2 : %s
                        y  : %s
                        x -> h1 -> h2 -> y %s via Linear { w ~ kaiming } learns %s
                    }
                    objective CrossEntropy(y.u, data.label)
                    optimizer %s
                    train 1 epochs
                }
                """.formatted(
                        file(use),
                        INPUTS,
                        CLASSES,
                        neuron.formatted(hidden, activation),
                        neuron.formatted(4, activation),
                        neuron.formatted(CLASSES, "identity"),
                        how,
                        use,
                        optimizer);
        Checked checked = new FrontEnd(Programs.library()).read(new SourceFile("test.exp", text));
        checked.diagnostics().sorted().forEach(sink::add);
        return checked.program()
                .flatMap(program -> Programs.lower(program, sink).stream().findFirst());
    }

    private static String use(LinkedProgram program, Declaration rule) {
        Flattened flattened = new Inheritance(program, new DiagnosticSink()).flatten(rule);
        List<String> arguments = new ArrayList<>();
        for (Binding parameter : flattened.parameters().values()) {
            if (parameter.value().isEmpty()) {
                arguments.add(parameter.name() + " = 0.5");
            }
        }
        for (Item.Modulators modulators : flattened.items(Item.Modulators.class)) {
            Binding modulator = modulators.bindings().get(0);
            boolean known = List.of("loss", "correct").contains(modulator.name().text());
            if (!known && modulator.value().isEmpty()) {
                arguments.add(modulator.name() + " = correct");
            }
        }
        return rule.name() + (arguments.isEmpty() ? "" : "(" + String.join(", ", arguments) + ")");
    }

    /** Everything of the library, as an import names it. */
    public static String imports() {
        return String.join(", ", Programs.library().names(null));
    }

    /** Whether a rule of the library assigns its weights itself. */
    public static boolean assigns(LoweredRule rule) {
        return rule.learnables().stream()
                .anyMatch(learnable -> !rule.proposals().containsKey(learnable.variable()));
    }
}
