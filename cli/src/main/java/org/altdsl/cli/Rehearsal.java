package org.altdsl.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * Runs experiments, made small, for the classes that they load: {@code Rehearsal FOLDER FILE.exp ...}. The launcher has
 * Java write these down, so that runs of the same kind start faster. Results go below the folder, and nothing is printed.
 */
public final class Rehearsal {
    private Rehearsal() {}

    /** Runs them one after another in this process; it ends with the exit code of the last that failed. */
    public static void main(String[] arguments) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        Path home = Path.of(System.getProperty("altdsl.home", "")).toAbsolutePath();
        Console console = new Console(nowhere, nowhere, false, false, 100, Map.copyOf(System.getenv()), home);
        int exitCode = ExitCode.DONE;
        for (int i = 1; i < arguments.length; i++) {
            String out = Path.of(arguments[0], String.valueOf(i)).toString();
            int own = Altdsl.run(console, "run", arguments[i], "--smoke", "--quiet", "--threads", "1", "--out", out);
            exitCode = own == ExitCode.DONE ? exitCode : own;
        }
        System.exit(exitCode);
    }
}
