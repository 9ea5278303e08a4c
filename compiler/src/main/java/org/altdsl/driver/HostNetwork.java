package org.altdsl.driver;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Item;
import org.altdsl.ast.SourceUnit;
import org.altdsl.ast.build.SourceReader;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.lower.Experiment;
import org.altdsl.lower.ExperimentLowering;
import org.altdsl.lower.LoweredRule;
import org.altdsl.names.Flattened;
import org.altdsl.names.Inheritance;
import org.altdsl.names.LinkedProgram;
import org.altdsl.names.Linker;
import org.altdsl.names.RuleLibrary;
import org.altdsl.source.SourceFile;

/**
 * The network on which a rule is looked at when no experiment says another one: an input, two hidden layers and an
 * output with an objective over classes.
 */
final class HostNetwork {
    static final String FILE = "<host network>";

    private HostNetwork() {}

    /** The rule on the host network as IR; nothing where an error was reported. */
    static Optional<LoweredRule> lower(
            LinkedProgram program, RuleLibrary library, Declaration rule, DiagnosticSink sink) {
        SourceFile file = new SourceFile(FILE, text(rule, new Inheritance(program, sink).flatten(rule)));
        SourceUnit unit = SourceReader.read(file, sink)
                .orElseThrow(() -> new AssertionError("the host network does not parse: " + sink.sorted()));
        LinkedProgram host = Linker.link(unit, library, sink);
        Map<SourceFile, Map<String, Declaration>> visible = new LinkedHashMap<>(host.visible());
        visible.putAll(program.visible());
        Map<String, Declaration> names = new LinkedHashMap<>(program.visible().get(rule.span().file()));
        names.putAll(host.visible().get(file));
        names.put(rule.name().text(), rule);
        visible.put(file, names);
        List<SourceUnit> units = new ArrayList<>(host.units());
        units.addAll(program.units());
        LinkedProgram whole = new LinkedProgram(unit, units, visible);
        Declaration declaration = unit.declarations().get(0);
        Experiment experiment = Experiment.of(declaration, sink);
        ExperimentLowering lowering = new ExperimentLowering(whole, experiment, sink, Map.of());
        return lowering.rule(lowering.entries().get(0), false);
    }

    private static String text(Declaration rule, Flattened flattened) {
        List<String> arguments = new ArrayList<>();
        for (Binding parameter : flattened.parameters().values()) {
            if (parameter.value().isEmpty()) {
                arguments.add(parameter.name() + " = 1");
            }
        }
        for (Item.Modulators modulators : flattened.items(Item.Modulators.class)) {
            Binding modulator = modulators.bindings().get(0);
            boolean known = List.of("loss", "correct").contains(modulator.name().text());
            if (!known && modulator.value().isEmpty()) {
                arguments.add(modulator.name() + " = correct");
            }
        }
        String use = rule.name() + (arguments.isEmpty() ? "" : "(" + String.join(", ", arguments) + ")");
        return """
                import neurons, objectives, optimizers
                experiment "host network" {
                    network {
                        x  : Input[6]
                        h1 : Rate[5](f = tanh)
                        h2 : Rate[4](f = tanh)
                        y  : Rate[3](f = identity)
                        x -> h1 -> h2 -> y via Linear { w ~ kaiming } learns %s
                    }
                    objective CrossEntropy(y.u, 0)
                    optimizer SGD(eta = 0.1)
                }
                """
                .formatted(use);
    }
}
