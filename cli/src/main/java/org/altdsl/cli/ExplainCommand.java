package org.altdsl.cli;

import static java.util.Objects.requireNonNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Item;
import org.altdsl.diag.Diagnostic;
import org.altdsl.diag.DiagnosticPrinter;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.driver.Checked;
import org.altdsl.driver.Explainer;
import org.altdsl.driver.Explanation;
import org.altdsl.driver.FrontEnd;
import org.altdsl.driver.Preparation;
import org.altdsl.driver.PreparedExperiment;
import org.altdsl.driver.RunOptions;
import org.altdsl.names.LinkedProgram;
import org.altdsl.names.Suggestions;
import org.altdsl.runtime.data.DataLocator;
import org.altdsl.runtime.data.DataSource;
import org.altdsl.runtime.kernel.SynapseMemory;
import org.altdsl.runtime.plan.RulePlan;
import org.altdsl.source.SourceFile;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code altdsl explain}: what the compiler knows of a rule. */
@Command(name = "explain", description = "Show a rule's card: what it reads, whether it is local, what it costs.")
final class ExplainCommand implements Callable<Integer> {
    private final Console console;
    private final Set<Diagnostic> told = new HashSet<>();

    @Parameters(index = "0", paramLabel = "NAME|FILE", description = "A rule of the standard library, or a file.")
    private String subject;

    @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "A rule of the file (default: all).")
    private String name;

    @ArgGroup
    private View view = new View();

    /** Which stage to show. */
    static final class View {
        @Option(names = "--card", description = "The rule card (default).")
        private boolean card;

        @Option(names = "--equations", description = "The equations, with everything inherited.")
        private boolean equations;

        @Option(names = "--ir", description = "The intermediate representation.")
        private boolean ir;

        @Option(names = "--java", description = "The generated Java.")
        private boolean java;

        @Option(
                names = "--window",
                description =
                        "How a pair of spikes changes a weight by their distance, and trains of pairs by their rate;"
                                + " measured by running the compiled rule.")
        private boolean window;

        private boolean isCard() {
            return !equations && !ir && !java && !window;
        }
    }

    @ArgGroup(exclusive = false, heading = "%nOf --window:%n")
    private WindowOptions windowOptions = new WindowOptions();

    ExplainCommand(Console console) {
        this.console = requireNonNull(console);
    }

    @Override
    public Integer call() {
        SourceFolder folder = new SourceFolder();
        boolean isFile = Files.exists(SourceFolder.path(subject)) || subject.matches(".*(\\.rule|\\.exp|/.*)");
        return isFile ? file(folder, folder.expand(List.of(subject)).get(0)) : library(folder);
    }

    private int file(SourceFolder folder, SourceFile file) {
        Checked checked = new FrontEnd(folder).check(file);
        tell(checked.diagnostics());
        if (checked.program().isEmpty()) {
            return ExitCode.PROGRAM;
        }
        LinkedProgram program = checked.program().get();
        List<Declaration> wanted = new ArrayList<>();
        if (name != null) {
            wanted.add(program.find(file, name).orElseThrow(() -> {
                List<String> known = program.visible().get(file).values().stream()
                        .map(declaration -> declaration.name().text())
                        .toList();
                return new Failure(
                        ExitCode.USAGE, file.name() + " knows no '" + name + "'" + Suggestions.didYouMean(name, known));
            }));
        } else {
            wanted.addAll(program.own(Declaration.Kind.RULE));
            if (!program.own(Declaration.Kind.EXPERIMENT).isEmpty() && view.isCard()) {
                return Math.max(each(folder, program, wanted), memory(file, program));
            }
            if (wanted.isEmpty()) {
                throw new Failure(ExitCode.USAGE, file.name() + " declares no rule; name one that it imports");
            }
        }
        return each(folder, program, wanted);
    }

    private int each(SourceFolder folder, LinkedProgram program, List<Declaration> wanted) {
        int exitCode = ExitCode.DONE;
        for (Declaration declaration : wanted) {
            exitCode = Math.max(exitCode, show(folder, program, declaration));
        }
        return exitCode;
    }

    /** What each projection of an experiment holds for a synapse, for every rule that it compares. */
    private int memory(SourceFile file, LinkedProgram program) {
        DiagnosticSink sink = new DiagnosticSink();
        Path folder = Optional.ofNullable(
                        SourceFolder.path(subject).toAbsolutePath().getParent())
                .orElse(Path.of("").toAbsolutePath());
        DataSource source = new DataSource(new DataLocator(List.of(), console.environment()), folder);
        Optional<PreparedExperiment> prepared = Preparation.prepare(program, RunOptions.asWritten(), source, sink);
        tell(sink);
        if (prepared.isEmpty()) {
            return ExitCode.PROGRAM;
        }
        console.out().println(file.name() + ": \"" + prepared.get().plan().name() + "\"");
        Map<String, List<String>> found = new LinkedHashMap<>();
        for (int i = 0; i < prepared.get().rules().size(); i++) {
            List<String> lines = new ArrayList<>();
            for (SynapseMemory one : prepared.get().rules().get(i).projections()) {
                lines.add(String.format("    %-18s %3d bytes: %s", one.projection(), one.bytes(), one.words()));
            }
            found.put(label(prepared.get().plan().rules().get(i)), lines);
        }
        found.forEach((rule, lines) -> {
            console.out().println("\n  memory per synapse, " + rule);
            lines.forEach(console.out()::println);
        });
        return ExitCode.DONE;
    }

    private static String label(RulePlan rule) {
        String parameters = rule.parameters().entrySet().stream()
                .map(parameter -> parameter.getKey() + " = " + parameter.getValue())
                .collect(Collectors.joining(", "));
        return rule.rule() + (parameters.isEmpty() ? "" : "(" + parameters + ")");
    }

    private int library(SourceFolder folder) {
        List<String> known = new ArrayList<>();
        for (String file : folder.standard().names()) {
            SourceFile source = folder.standard().find(file).orElseThrow();
            // A look at the text first: parsing the whole library for one name would take most of a second.
            if (!source.text().matches("(?s).*\\b" + java.util.regex.Pattern.quote(subject) + "\\b.*")) {
                continue;
            }
            Optional<LinkedProgram> program = new FrontEnd(folder).read(source).program();
            Optional<Declaration> found = program.flatMap(read -> read.main().declarations().stream()
                    .filter(declaration -> declaration.kind() != Declaration.Kind.TEST
                            && declaration.name().text().equals(subject))
                    .findFirst());
            if (found.isPresent()) {
                return show(folder, program.get(), found.get());
            }
        }
        for (String file : folder.standard().names()) {
            folder.standard().find(file).map(SourceFile::text).ifPresent(text -> names(text, known));
        }
        throw new Failure(
                ExitCode.USAGE,
                "the standard library has no '" + subject + "'" + Suggestions.didYouMean(subject, known) + "\nIt has: "
                        + String.join(", ", known));
    }

    private static void names(String text, List<String> names) {
        java.util.regex.Matcher declared = java.util.regex.Pattern.compile(
                        "(?m)^(?:rule|neuron|synapse|optimizer|objective|dataset)\\s+(\\w+)")
                .matcher(text);
        while (declared.find()) {
            names.add(declared.group(1));
        }
    }

    private int show(SourceFolder folder, LinkedProgram program, Declaration declaration) {
        if (view.window) {
            windowOptions.show(console, program, declaration);
            return ExitCode.DONE;
        }
        if (declaration.kind() != Declaration.Kind.RULE) {
            declaration.documentation().lines().forEach(line -> console.out().println("/// " + line.strip()));
            console.out().println(declaration.span().text());
            console.out().println("(" + declaration.span() + ")");
            boolean isModel =
                    List.of(Declaration.Kind.NEURON, Declaration.Kind.SYNAPSE).contains(declaration.kind());
            return isModel ? integration(folder, program, declaration) : ExitCode.DONE;
        }
        DiagnosticSink sink = new DiagnosticSink();
        Optional<Explanation> explained = Explainer.explain(program, folder, declaration, sink);
        if (explained.isEmpty()) {
            tell(sink);
            return ExitCode.PROGRAM;
        }
        Explanation explanation = explained.get();
        console.out()
                .println(
                        view.equations
                                ? explanation.equations()
                                : view.ir ? explanation.ir() : view.java ? explanation.java() : explanation.card());
        return ExitCode.DONE;
    }

    /** How the equations of a model are integrated, and what is wrong with the step for them. */
    private int integration(SourceFolder folder, LinkedProgram program, Declaration model) {
        String step = program.own(Declaration.Kind.EXPERIMENT).stream()
                .flatMap(experiment -> experiment.body().stream())
                .filter(Item.Assign.class::isInstance)
                .map(Item.Assign.class::cast)
                .filter(assign -> assign.target().span().text().equals("dt"))
                .map(assign -> assign.value().span().text())
                .findFirst()
                .orElse("0.1 ms");
        DiagnosticSink sink = new DiagnosticSink();
        List<String> lines = Explainer.integration(program, folder, model, step, sink);
        if (!lines.isEmpty()) {
            console.out().println("\n  equations, in steps of " + step);
            lines.forEach(console.out()::println);
        }
        tell(sink);
        return sink.hasErrors() ? ExitCode.PROGRAM : ExitCode.DONE;
    }

    /** Prints what has not been said before: an experiment and the model that it uses may have the same to say. */
    private void tell(DiagnosticSink sink) {
        DiagnosticSink news = new DiagnosticSink();
        sink.sorted().stream().filter(told::add).forEach(news::add);
        console.err().print(new DiagnosticPrinter(console.coloured()).print(news));
    }
}
