package org.altdsl.cli;

import static java.util.Objects.requireNonNull;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Item;
import org.altdsl.diag.DiagnosticPrinter;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.driver.Checked;
import org.altdsl.driver.Explainer;
import org.altdsl.driver.Explanation;
import org.altdsl.driver.FrontEnd;
import org.altdsl.names.LinkedProgram;
import org.altdsl.names.Suggestions;
import org.altdsl.source.SourceFile;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code altdsl explain}: what the compiler knows of a rule. */
@Command(name = "explain", description = "Show a rule's card: what it reads, whether it is local, what it costs.")
final class ExplainCommand implements Callable<Integer> {
    private final Console console;

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
        console.err().print(new DiagnosticPrinter(console.coloured()).print(checked.diagnostics()));
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
            if (wanted.isEmpty()) {
                throw new Failure(ExitCode.USAGE, file.name() + " declares no rule; name one that it imports");
            }
        }
        int exitCode = ExitCode.DONE;
        for (Declaration declaration : wanted) {
            exitCode = Math.max(exitCode, show(folder, program, declaration));
        }
        return exitCode;
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
            console.err().print(new DiagnosticPrinter(console.coloured()).print(sink));
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
        console.err().print(new DiagnosticPrinter(console.coloured()).print(sink));
        return sink.hasErrors() ? ExitCode.PROGRAM : ExitCode.DONE;
    }
}
