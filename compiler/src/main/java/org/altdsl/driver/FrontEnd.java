package org.altdsl.driver;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.SourceUnit;
import org.altdsl.ast.build.SourceReader;
import org.altdsl.check.Checks;
import org.altdsl.check.NotYet;
import org.altdsl.diag.Diagnostic;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.diag.Note;
import org.altdsl.diag.Severity;
import org.altdsl.flow.Contracts;
import org.altdsl.flow.InformationFlow;
import org.altdsl.flow.Liveness;
import org.altdsl.lower.Experiment;
import org.altdsl.lower.ExperimentLowering;
import org.altdsl.lower.LoweredRule;
import org.altdsl.lower.TestLowering;
import org.altdsl.lower.Timing;
import org.altdsl.names.Inheritance;
import org.altdsl.names.LinkedProgram;
import org.altdsl.names.Linker;
import org.altdsl.names.RuleLibrary;
import org.altdsl.source.SourceFile;

/** Reads and checks files: everything up to IR, nothing that runs. */
public final class FrontEnd {
    private final RuleLibrary library;

    public FrontEnd(RuleLibrary library) {
        this.library = requireNonNull(library);
    }

    RuleLibrary library() {
        return library;
    }

    /** Reads a file and what it imports, and checks names, units and the rules of the language. */
    public Checked read(SourceFile file) {
        DiagnosticSink sink = new DiagnosticSink();
        Optional<SourceUnit> unit = SourceReader.read(file, sink);
        if (unit.isEmpty()) {
            return new Checked(Optional.empty(), sink);
        }
        LinkedProgram program = Linker.link(unit.get(), library, sink);
        Checks.run(program, sink);
        return new Checked(sink.hasErrors() ? Optional.empty() : Optional.of(program), sink);
    }

    /**
     * Checks a file as far as that is possible without data: also places, contracts and what this version can run, for
     * every rule, test and experiment it declares.
     */
    public Checked check(SourceFile file) {
        Checked read = read(file);
        if (read.program().isEmpty()) {
            return read;
        }
        LinkedProgram program = read.program().get();
        DiagnosticSink sink = read.diagnostics();
        Inheritance inheritance = new Inheritance(program, new DiagnosticSink());
        for (Declaration declaration : program.main().declarations()) {
            NotYet.check(inheritance.flatten(declaration), sink);
        }
        if (!sink.hasErrors()) {
            for (Declaration rule : program.own(Declaration.Kind.RULE)) {
                if (!Timing.takesTime(inheritance.flatten(rule))) {
                    // The host is a network of rates; a rule in time is seen where it is used.
                    rule(program, rule, sink);
                }
            }
            for (Declaration test : program.own(Declaration.Kind.TEST)) {
                test(program, test, sink);
            }
            for (Declaration experiment : program.own(Declaration.Kind.EXPERIMENT)) {
                experiment(program, experiment, sink);
            }
        }
        return new Checked(sink.hasErrors() ? Optional.empty() : read.program(), sink);
    }

    private void rule(LinkedProgram program, Declaration rule, DiagnosticSink sink) {
        DiagnosticSink own = new DiagnosticSink();
        Optional<LoweredRule> lowered = HostNetwork.lower(program, library, rule, own);
        lowered.ifPresent(host -> {
            contracts(host, Set.of(rule), HostNetwork.CHAIN, own);
            Liveness.check(host, own);
        });
        keep(own, sink);
    }

    /** What concerns the user's text: nothing of the host network, and each place once, not once a layer. */
    private static void keep(DiagnosticSink found, DiagnosticSink sink) {
        Set<String> seen = new LinkedHashSet<>();
        for (Diagnostic one : found.sorted()) {
            boolean ofHost = one.at().file().name().equals(HostNetwork.FILE);
            if (ofHost || !seen.add(one.code() + " " + one.at())) {
                continue;
            }
            List<Note> notes = one.notes().stream()
                    .filter(note -> note.at().isEmpty()
                            || !note.at().get().file().name().equals(HostNetwork.FILE))
                    .toList();
            sink.add(new Diagnostic(one.code(), one.severity(), one.at(), one.message(), notes));
        }
    }

    private void test(LinkedProgram program, Declaration test, DiagnosticSink sink) {
        boolean ofData = test.tested()
                .flatMap(use -> program.find(
                        test.span().file(),
                        Declaration.Kind.DATASET,
                        use.span().text().replaceAll("\\(.*", "").trim()))
                .isPresent();
        if (!ofData) {
            DiagnosticSink own = new DiagnosticSink();
            new TestLowering(program, own, Optional.empty()).lower(test);
            own.sorted().forEach(sink::add);
        }
    }

    private void experiment(LinkedProgram program, Declaration declaration, DiagnosticSink sink) {
        DiagnosticSink own = new DiagnosticSink();
        Experiment experiment = Experiment.of(declaration, own);
        ExperimentLowering lowering = new ExperimentLowering(program, experiment, own, Map.of());
        lowering.augmentation();
        for (ExperimentLowering.Entry entry : lowering.entries()) {
            DiagnosticSink ofEntry = new DiagnosticSink();
            ExperimentLowering again = new ExperimentLowering(program, experiment, ofEntry, Map.of());
            again.rule(entry, false).ifPresent(lowered -> {
                Set<Declaration> used = new LinkedHashSet<>();
                lowered.models().forEach(model -> used.add(model.declaration()));
                contracts(lowered, used, "", ofEntry);
            });
            ofEntry.sorted().forEach(own::add);
        }
        // What a library rule does in this network is worth an error here, but not its warnings; and what a rule of
        // this
        // file does has been told of the rule itself.
        List<Diagnostic> told = sink.sorted();
        own.sorted().stream()
                .filter(found -> told.stream()
                        .noneMatch(one -> one.code() == found.code() && one.at().equals(found.at())))
                .filter(found -> found.severity() == Severity.ERROR
                        || found.at().file().equals(declaration.span().file()))
                .forEach(sink::add);
    }

    /**
     * Holds the rules of a lowered network to their contracts.
     *
     * @param example the network, where it is none of the user's; else empty
     */
    static void contracts(LoweredRule lowered, Set<Declaration> rules, String example, DiagnosticSink sink) {
        Map<LoweredRule.Model, Map<org.altdsl.flow.Information, InformationFlow.Use>> uses =
                InformationFlow.of(lowered);
        uses.forEach((model, found) -> {
            if (rules.contains(model.declaration())) {
                Contracts.check(model, found, example, sink);
            }
        });
    }
}
