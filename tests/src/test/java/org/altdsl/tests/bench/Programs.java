package org.altdsl.tests.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.ast.Declaration;
import org.altdsl.diag.DiagnosticPrinter;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.driver.Checked;
import org.altdsl.driver.FrontEnd;
import org.altdsl.lower.Experiment;
import org.altdsl.lower.ExperimentLowering;
import org.altdsl.lower.LoweredRule;
import org.altdsl.names.LinkedProgram;
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
