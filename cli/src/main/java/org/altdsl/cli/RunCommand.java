package org.altdsl.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticPrinter;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.diag.Severity;
import org.altdsl.driver.Checked;
import org.altdsl.driver.FrontEnd;
import org.altdsl.driver.Preparation;
import org.altdsl.driver.PreparedExperiment;
import org.altdsl.driver.RunOptions;
import org.altdsl.runtime.data.DataLocator;
import org.altdsl.runtime.data.DataMemory;
import org.altdsl.runtime.data.DataSource;
import org.altdsl.runtime.engine.Engine.JobName;
import org.altdsl.runtime.report.ResultTable;
import org.altdsl.runtime.report.RunFolder;
import org.altdsl.runtime.report.RunResult;
import org.altdsl.runtime.report.SeedResult;
import org.altdsl.tensorcode.TensorBackend;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code altdsl run}: trains and compares what an experiment asks for. */
@Command(name = "run", description = "Run an experiment: check, compile, train, measure, report.")
final class RunCommand implements Callable<Integer> {
    /** What computes. */
    enum Engine {
        cpu,
        tensor,
        cuda,
        reference
    }

    private final Console console;

    @Parameters(paramLabel = "FILE.exp", description = "The experiment.")
    private String file;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder for the results (default: runs/<experiment>-<n>).")
    private String out;

    @Option(names = "--seeds", paramLabel = "1..5", description = "Seeds, as 1..5 or 1,3,7.")
    private String seeds;

    @Option(names = "--set", paramLabel = "PARAM=VALUE", description = "Set a param of the experiment; repeatable.")
    private Map<String, String> parameters = new LinkedHashMap<>();

    @Option(names = "--epochs", paramLabel = "N", description = "How many epochs to train.")
    private Integer epochs;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description =
                    "For jobs (rule by seed) side by side, or for the kernels of a job alone (default: all cores).")
    private Integer threads;

    @Option(names = "--precision", paramLabel = "float|double", description = "The type of all numbers.")
    private String precision;

    @Option(
            names = "--backend",
            paramLabel = "cpu|tensor|cuda|reference",
            description = "What computes: fused kernels (cpu, the default), ND4J operations on the CPU (tensor) or on a"
                    + " CUDA device (cuda), or the reference interpreter.")
    private Engine backend = Engine.cpu;

    @Option(names = "--data", paramLabel = "DIR", description = "Look for data here first; repeatable.")
    private List<String> data = new ArrayList<>();

    @Option(
            names = "--data-memory",
            paramLabel = "SIZE",
            description = "Memory that data may take, as 500M or 2G; larger data are read in pieces"
                    + " (default: half of Java's).")
    private String dataMemory;

    @Option(names = "--resume", description = "Continue the run in --out DIR.")
    private boolean resume;

    @Option(
            names = "--smoke",
            description = "The same experiment made small: 256 samples (in time 32), 1 epoch, 2 seeds.")
    private boolean smoke;

    @Option(names = "--quiet", description = "No progress.")
    private boolean quiet;

    @Option(names = "--json", description = "Print summary.json and nothing else on standard output.")
    private boolean json;

    private int unprepared = ExitCode.PROGRAM;

    RunCommand(Console console) {
        this.console = requireNonNull(console);
    }

    @Override
    public Integer call() {
        RunOptions options = options();
        long started = System.nanoTime();
        Optional<PreparedExperiment> made = prepare(options);
        if (made.isEmpty()) {
            return unprepared;
        }
        PreparedExperiment prepared = made.get();
        long preparing = System.nanoTime() - started;
        int jobs = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        Map<String, String> more = new LinkedHashMap<>();
        if (smoke) {
            more.put("smoke", "yes: made small");
        }
        Results results =
                new Results(prepared, Machine.describe(console, backend.name(), jobs, prepared.precision()), more);
        RunFolder folder = folder(prepared);
        Map<JobName, SeedResult> kept = Map.of();
        double before = 0;
        if (resume) {
            RunResult earlier = RunFolder.read(folder.directory());
            results.difference(earlier, folder.directory()).ifPresent(difference -> {
                throw new Failure(ExitCode.USAGE, "cannot resume the run in " + folder.directory() + ": " + difference);
            });
            kept = results.finished(earlier);
            before = earlier.wallSeconds();
        }
        folder.sources(prepared.sources());
        folder.log(Training.event("compiled", "seconds", preparing / 1e9));
        Training training = new Training(console, prepared, results, folder, jobs, quiet);
        RunResult result = training.run(kept, before);
        report(result, folder);
        return training.exitCode();
    }

    private Optional<PreparedExperiment> prepare(RunOptions options) {
        SourceFolder sources = new SourceFolder();
        DiagnosticPrinter printer = new DiagnosticPrinter(console.coloured());
        Checked read = new FrontEnd(sources).read(sources.read(file));
        DiagnosticSink sink = read.diagnostics();
        Optional<PreparedExperiment> prepared = Optional.empty();
        if (read.program().isPresent()) {
            Path folder = Optional.ofNullable(
                            SourceFolder.path(file).toAbsolutePath().getParent())
                    .orElse(Path.of("").toAbsolutePath());
            List<Path> first = data.stream().map(SourceFolder::path).toList();
            DataSource source = new DataSource(new DataLocator(first, console.environment()), folder, memory());
            prepared = Preparation.prepare(read.program().get(), options, source, sink);
        }
        console.err().print(printer.print(sink));
        boolean noData = sink.hasErrors()
                && sink.sorted().stream()
                        .filter(found -> found.severity() == Severity.ERROR)
                        .allMatch(found -> found.code() == Code.NO_DATA || found.code() == Code.BAD_DATA);
        unprepared = noData ? ExitCode.CANNOT_READ : ExitCode.PROGRAM;
        return prepared;
    }

    private DataMemory memory() {
        if (dataMemory == null) {
            return DataMemory.standard();
        }
        Matcher size = Pattern.compile("(\\d{1,6})([MG])B?").matcher(dataMemory.strip());
        if (!size.matches()) {
            throw new Failure(ExitCode.USAGE, "--data-memory is a size such as 500M or 2G, not '" + dataMemory + "'");
        }
        return DataMemory.of(Long.parseLong(size.group(1)) << (size.group(2).equals("M") ? 20 : 30));
    }

    private RunOptions options() {
        if (backend == Engine.cuda && !TensorBackend.hasCuda()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "this build of altdsl has no ND4J for CUDA on its class path; build one with"
                            + " 'mvn -Pcuda -DskipTests -pl cli -am package', or take --backend tensor, the same"
                            + " operations on the CPU");
        }
        positive("--epochs", epochs);
        positive("--threads", threads);
        if (precision != null && !precision.equals("float") && !precision.equals("double")) {
            throw new Failure(ExitCode.USAGE, "--precision is float or double, not '" + precision + "'");
        }
        if (resume && out == null) {
            throw new Failure(ExitCode.USAGE, "--resume needs --out DIR, the folder of the run to continue");
        }
        return new RunOptions(
                parameters,
                Optional.ofNullable(seeds).map(RunCommand::seeds),
                Optional.ofNullable(epochs),
                Optional.ofNullable(precision),
                backend == Engine.reference,
                smoke,
                backend == Engine.tensor || backend == Engine.cuda);
    }

    private static void positive(String option, Integer value) {
        if (value != null && value < 1) {
            throw new Failure(ExitCode.USAGE, option + " is at least 1, not " + value);
        }
    }

    /** Seeds as {@code 1..5}, {@code 1,3,7} or both. */
    private static List<Integer> seeds(String text) {
        List<Integer> seeds = new ArrayList<>();
        for (String part : text.split(",")) {
            String[] ends = part.strip().split("\\.\\.", -1);
            try {
                int first = Integer.parseInt(ends[0].strip());
                int last = Integer.parseInt(ends[ends.length - 1].strip());
                if (ends.length > 2 || last < first || last - first >= 10_000) {
                    throw new NumberFormatException();
                }
                for (int seed = first; seed <= last; seed++) {
                    if (seeds.contains(seed)) {
                        throw new Failure(ExitCode.USAGE, "--seeds has " + seed + " twice");
                    }
                    seeds.add(seed);
                }
            } catch (NumberFormatException e) {
                throw new Failure(ExitCode.USAGE, "--seeds is like 1..5 or 1,3,7, not '" + text + "'");
            }
        }
        return seeds;
    }

    private RunFolder folder(PreparedExperiment prepared) {
        if (out == null) {
            return RunFolder.numbered(Path.of("runs"), prepared.plan().name());
        }
        Path directory = SourceFolder.path(out);
        boolean holds = Files.exists(directory.resolve("summary.json"));
        if (resume && !holds) {
            throw new Failure(ExitCode.CANNOT_READ, "there is no run to resume in " + out);
        }
        if (!resume && holds) {
            throw new Failure(
                    ExitCode.CANNOT_WRITE,
                    out + " holds a run already; continue it with --resume, or choose another folder");
        }
        return RunFolder.at(directory);
    }

    private void report(RunResult result, RunFolder folder) {
        Path directory = folder.directory();
        if (json) {
            try {
                console.out().print(Files.readString(directory.resolve("summary.json")));
            } catch (IOException failure) {
                throw new Failure(ExitCode.CANNOT_READ, "cannot read " + directory.resolve("summary.json"));
            }
        } else {
            console.out().print(ResultTable.of(result));
        }
        console.out().flush();
        if (result.status() == RunResult.Status.STOPPED) {
            console.err().println("stopped; to go on: altdsl run " + file + " --out " + directory + " --resume");
        }
        if (!quiet) {
            console.err().println("report: " + directory.resolve("report.html"));
        }
    }
}
