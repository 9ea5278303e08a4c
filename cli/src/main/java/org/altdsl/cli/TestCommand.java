package org.altdsl.cli;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.altdsl.ast.Declaration;
import org.altdsl.diag.DiagnosticPrinter;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.driver.Backend;
import org.altdsl.driver.Checked;
import org.altdsl.driver.FrontEnd;
import org.altdsl.driver.TestRunner;
import org.altdsl.janino.FusedOptions;
import org.altdsl.lower.DatasetLowering;
import org.altdsl.lower.LoweredTest;
import org.altdsl.lower.TestLowering;
import org.altdsl.names.LinkedProgram;
import org.altdsl.runtime.data.DataException;
import org.altdsl.runtime.data.DataLocator;
import org.altdsl.runtime.data.DataSource;
import org.altdsl.runtime.kernel.Precision;
import org.altdsl.source.SourceFile;
import org.altdsl.tensorcode.UnsupportedConstruct;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code altdsl test}: runs the test blocks of files. */
@Command(name = "test", description = "Run the test blocks of rule files, in double precision.")
final class TestCommand implements Callable<Integer> {
    /** What runs a test. */
    enum Engine {
        cpu,
        tensor,
        reference
    }

    private final Console console;
    private int passed;
    private int failed;

    @Parameters(
            paramLabel = "PATH",
            arity = "1..*",
            description = "Files, folders, the name of a library file, or stdlib for all of the standard library.")
    private List<String> paths;

    @Option(
            names = "--backend",
            paramLabel = "cpu|tensor|reference",
            description = "What runs them: compiled kernels (default), ND4J operations or the reference interpreter.")
    private Engine backend = Engine.cpu;

    TestCommand(Console console) {
        this.console = requireNonNull(console);
    }

    @Override
    public Integer call() {
        SourceFolder folder = new SourceFolder();
        FrontEnd frontEnd = new FrontEnd(folder);
        FusedOptions doubles = FusedOptions.standard().withPrecision(Precision.DOUBLE);
        Backend runs =
                switch (backend) {
                    case cpu -> Backend.cpu(doubles);
                    case tensor -> Backend.tensor(doubles);
                    case reference -> Backend.reference();
                };
        for (SourceFile file : folder.expand(paths)) {
            Checked read = frontEnd.read(file);
            console.err().print(new DiagnosticPrinter(console.coloured()).print(read.diagnostics()));
            if (read.program().isEmpty()) {
                console.out().println("FAIL  " + file.name() + ": the file has errors");
                failed++;
                continue;
            }
            LinkedProgram program = read.program().get();
            for (Declaration test : program.own(Declaration.Kind.TEST)) {
                run(program, test, runs, source(file));
            }
        }
        console.out().println(passed + " passed, " + failed + " failed");
        return failed == 0 ? ExitCode.DONE : ExitCode.PROGRAM;
    }

    private DataSource source(SourceFile file) {
        Path folder = Optional.ofNullable(Path.of(file.name()).getParent()).orElse(Path.of(""));
        return new DataSource(new DataLocator(List.of(), console.environment()), folder.toAbsolutePath());
    }

    private void run(LinkedProgram program, Declaration test, Backend runs, DataSource source) {
        String name = test.span().file().name() + ":" + test.span().line() + "  "
                + test.tested()
                        .map(tested -> tested.span().text() + ": ")
                        .orElse("")
                        .replaceAll("\\s+", " ")
                + test.name().text();
        DiagnosticSink sink = new DiagnosticSink();
        try {
            DatasetLowering datasets = new DatasetLowering(program, sink, source, runs);
            Optional<LoweredTest> lowered = new TestLowering(program, sink, Optional.of(datasets)).lower(test);
            console.out().flush();
            console.err().print(new DiagnosticPrinter(console.coloured()).print(sink));
            if (lowered.isEmpty()) {
                fail(name);
                return;
            }
            List<TestRunner.Failure> failures = new TestRunner(runs).run(lowered.get());
            if (failures.isEmpty()) {
                passed++;
                console.out().println("ok    " + name);
                return;
            }
            fail(name);
            for (TestRunner.Failure failure : failures) {
                console.out().println("      " + failure.at() + ": " + failure.message());
                console.out().println("          " + failure.at().text().replaceAll("\\s+", " "));
            }
        } catch (DataException | UnsupportedConstruct refused) {
            fail(name);
            console.out().println("      " + refused.getMessage());
        }
    }

    private void fail(String name) {
        failed++;
        console.out().println("FAIL  " + name);
    }
}
