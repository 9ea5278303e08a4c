package org.altdsl.cli;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.altdsl.runtime.report.ResultTable;
import org.altdsl.runtime.report.RunFolder;
import org.altdsl.runtime.report.RunResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code altdsl compare}: finished runs below each other. */
@Command(name = "compare", description = "Show finished runs together.")
final class CompareCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "DIR", arity = "1..*", description = "Folders that runs left behind.")
    private List<String> folders;

    CompareCommand(Console console) {
        this.console = requireNonNull(console);
    }

    @Override
    public Integer call() {
        for (String folder : folders) {
            Path directory = SourceFolder.path(folder);
            RunResult result = RunFolder.read(directory);
            console.out()
                    .println(folder + ": " + result.experiment() + " ("
                            + result.status().name().toLowerCase(java.util.Locale.ROOT) + ", "
                            + result.seeds().size()
                            + (result.seeds().size() == 1 ? " seed" : " seeds") + ", altdsl "
                            + result.environment().version()
                            + ", " + result.environment().precision() + ")");
            console.out().println(ResultTable.of(result));
        }
        return ExitCode.DONE;
    }
}
