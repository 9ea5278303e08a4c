package org.altdsl.cli;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.concurrent.Callable;
import org.altdsl.diag.DiagnosticPrinter;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.driver.FrontEnd;
import org.altdsl.source.SourceFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code altdsl check}: diagnostics only. */
@Command(name = "check", description = "Find errors: names, units, places, contracts. Runs nothing, needs no data.")
final class CheckCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "Rule and experiment files, folders of them, or stdlib.")
    private List<String> files;

    CheckCommand(Console console) {
        this.console = requireNonNull(console);
    }

    @Override
    public Integer call() {
        SourceFolder folder = new SourceFolder();
        int bad = 0;
        for (SourceFile file : folder.expand(files)) {
            DiagnosticSink found = new FrontEnd(folder).check(file).diagnostics();
            console.err().print(new DiagnosticPrinter(console.coloured()).print(found));
            if (found.hasErrors()) {
                bad++;
            } else {
                int warnings = found.sorted().size();
                console.out()
                        .println(file.name() + ": no errors"
                                + (warnings == 0 ? "" : ", " + warnings + (warnings == 1 ? " warning" : " warnings")));
            }
        }
        return bad == 0 ? ExitCode.DONE : ExitCode.PROGRAM;
    }
}
