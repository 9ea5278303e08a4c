package org.altdsl.cli;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.altdsl.runtime.report.RunFolder;
import org.altdsl.runtime.report.RunResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code altdsl report}: makes a run's report and plots again from its numbers. */
@Command(name = "report", description = "Make a run's report.html and plots again from its numbers.")
final class ReportCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "DIR", description = "A folder that a run left behind.")
    private String folder;

    ReportCommand(Console console) {
        this.console = requireNonNull(console);
    }

    @Override
    public Integer call() {
        Path directory = SourceFolder.path(folder);
        RunResult result = RunFolder.read(directory);
        RunFolder.at(directory).writeReport(result);
        console.out().println(directory.resolve("report.html"));
        return ExitCode.DONE;
    }
}
