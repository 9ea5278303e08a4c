package org.altdsl.tests.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.ast.Declaration;
import org.altdsl.diag.DiagnosticPrinter;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.driver.Checked;
import org.altdsl.driver.FrontEnd;
import org.altdsl.lower.DatasetLowering;
import org.altdsl.lower.Experiment;
import org.altdsl.lower.ExperimentLowering;
import org.altdsl.lower.LoweredRule;
import org.altdsl.lower.LoweredTest;
import org.altdsl.lower.TestLowering;
import org.altdsl.names.LinkedProgram;
import org.altdsl.runtime.data.DataLocator;
import org.altdsl.runtime.data.DataSource;
import org.altdsl.source.SourceFile;

/** Texts of the language, taken through the front end of the compiler. */
public final class Programs {
    private static final Library LIBRARY = new Library();

    private Programs() {}

    /** The standard library. */
    public static Library library() {
        return LIBRARY;
    }

    /** A checked program; an assertion error with the diagnostics where there are errors. */
    public static LinkedProgram read(String name, String text) {
        return read(new SourceFile(name, text));
    }

    /** A checked program; an assertion error with the diagnostics where there are errors. */
    public static LinkedProgram read(SourceFile file) {
        Checked checked = new FrontEnd(LIBRARY).read(file);
        return checked.program().orElseThrow(() -> failure(checked.diagnostics(), file.text()));
    }

    /** Every entry of the comparison of an experiment, as IR with the gradient of every weight. */
    public static List<LoweredRule> lower(String text) {
        LinkedProgram program = read("test.exp", text);
        DiagnosticSink sink = new DiagnosticSink();
        List<LoweredRule> lowered = lower(program, sink);
        if (sink.hasErrors()) {
            throw failure(sink, text);
        }
        return lowered;
    }

    /** Every entry of the comparison that lowers; what is wrong with the others goes to the sink. */
    public static List<LoweredRule> lower(LinkedProgram program, DiagnosticSink sink) {
        Declaration declaration = program.own(Declaration.Kind.EXPERIMENT).get(0);
        Experiment experiment = Experiment.of(declaration, sink);
        ExperimentLowering lowering = new ExperimentLowering(program, experiment, sink, Map.of());
        List<LoweredRule> rules = new ArrayList<>();
        for (ExperimentLowering.Entry entry : lowering.entries()) {
            Optional<LoweredRule> rule = lowering.rule(entry, true);
            rule.ifPresent(rules::add);
        }
        return rules;
    }

    /** The test blocks of a program by name, as IR. */
    public static Map<String, LoweredTest> tests(LinkedProgram program) {
        Map<String, LoweredTest> tests = new LinkedHashMap<>();
        for (Declaration test : program.own(Declaration.Kind.TEST)) {
            DiagnosticSink sink = new DiagnosticSink();
            DataSource source = new DataSource(new DataLocator(List.of(), Map.of()), Path.of("."));
            DatasetLowering datasets = new DatasetLowering(program, sink, source, Trainer.fused());
            Optional<LoweredTest> lowered = new TestLowering(program, sink, Optional.of(datasets)).lower(test);
            tests.put(
                    test.name().text(),
                    lowered.orElseThrow(() -> failure(sink, test.span().text())));
        }
        return tests;
    }

    /** What was found, as a user reads it, above the text it was found in. */
    public static AssertionError failure(DiagnosticSink sink, String text) {
        return new AssertionError(new DiagnosticPrinter(false).print(sink) + "\n" + text);
    }

    /** The standard rules that stand in files of rules, in the order of the library. */
    public static List<Declaration> standardRules() {
        List<Declaration> rules = new ArrayList<>();
        for (SourceFile file : LIBRARY.files()) {
            rules.addAll(read(file).own(Declaration.Kind.RULE));
        }
        return rules;
    }
}
