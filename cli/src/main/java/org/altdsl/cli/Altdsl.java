package org.altdsl.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import org.altdsl.runtime.data.DataException;
import org.altdsl.runtime.report.OutputException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line. */
@Command(
        name = "altdsl",
        versionProvider = Version.class,
        synopsisHeading = "Usage: ",
        synopsisSubcommandLabel = "COMMAND",
        descriptionHeading = "%n",
        description = {
            "Write learning rules, check them, and compare them on data.",
            "",
            "  altdsl run examples/quickstart/quickstart.exp    compare rules on handwritten digits",
            "  altdsl new my-rule                               start a rule of your own",
            "  altdsl explain CoFire                            what a rule uses and costs"
        },
        optionListHeading = "%nOptions:%n",
        commandListHeading = "%nCommands:%n",
        footerHeading = "%nExit codes:%n",
        footer = {
            "  0 done, 64 wrong usage, 65 the program has errors, 70 a fault of altdsl, 73 cannot write,",
            "  74 cannot read, 75 stopped and can be resumed, 130 interrupted"
        })
public final class Altdsl implements Runnable {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = CommandLine.ScopeType.INHERIT,
            description = "Show this help.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    private boolean version;

    @Spec
    private CommandSpec spec;

    private Altdsl() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.setProperty("java.awt.headless", "true");
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8);
        Map<String, String> environment = System.getenv();
        boolean terminal = Boolean.getBoolean("altdsl.terminal");
        Console console = new Console(
                out,
                err,
                terminal,
                terminal && !environment.containsKey("NO_COLOR"),
                Integer.getInteger("altdsl.columns", 100),
                environment,
                Path.of(System.getProperty("altdsl.home", "")).toAbsolutePath());
        int exitCode = run(console, arguments);
        out.flush();
        err.flush();
        System.exit(exitCode);
    }

    /** Runs one command; its exit code. */
    static int run(Console console, String... arguments) {
        CommandLine line = new CommandLine(new Altdsl());
        line.addSubcommand(new RunCommand(console));
        line.addSubcommand(new CheckCommand(console));
        line.addSubcommand(new ExplainCommand(console));
        line.addSubcommand(new TestCommand(console));
        line.addSubcommand(new CompareCommand(console));
        line.addSubcommand(new ReportCommand(console));
        line.addSubcommand(new DataCommand(console));
        line.addSubcommand(new NewCommand(console));
        line.setOut(new java.io.PrintWriter(console.out(), true));
        line.setErr(new java.io.PrintWriter(console.err(), true));
        line.setUsageHelpWidth(Math.max(80, Math.min(110, console.width())));
        line.setAbbreviatedOptionsAllowed(false);
        line.setColorScheme(CommandLine.Help.defaultColorScheme(
                console.coloured() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
        line.setParameterExceptionHandler((failure, given) -> wrongUsage(console, failure));
        line.setExecutionExceptionHandler((failure, command, parsed) -> failed(console, failure));
        try {
            return line.execute(arguments);
        } catch (OutOfMemoryError e) {
            console.err()
                    .println("altdsl: not enough memory. Give it more with"
                            + " ALTDSL_JAVA_OPTS=-Xmx8g, or use fewer --threads.");
            return ExitCode.INTERNAL;
        } catch (Error e) {
            return CrashLog.report(console, e);
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command? See: altdsl --help");
    }

    private static int wrongUsage(Console console, ParameterException failure) {
        console.err().println("altdsl: " + failure.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(failure, new java.io.PrintWriter(console.err(), true));
        String command = failure.getCommandLine().getCommandSpec().qualifiedName();
        console.err().println("See: " + command + " --help");
        return ExitCode.USAGE;
    }

    private static int failed(Console console, Exception failure) {
        if (failure instanceof Failure told) {
            console.err().println("altdsl: " + told.getMessage());
            return told.exitCode();
        }
        if (failure instanceof DataException data) {
            console.err().println("altdsl: " + data.getMessage());
            return ExitCode.CANNOT_READ;
        }
        if (failure instanceof OutputException output) {
            console.err().println("altdsl: " + output.getMessage());
            return output.getMessage().startsWith("cannot read") ? ExitCode.CANNOT_READ : ExitCode.CANNOT_WRITE;
        }
        return CrashLog.report(console, failure);
    }
}
