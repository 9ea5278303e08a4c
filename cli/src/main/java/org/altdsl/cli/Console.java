package org.altdsl.cli;

import static java.util.Objects.requireNonNull;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where a command talks to: results go to {@code out}, progress and diagnostics to {@code err}.
 *
 * @param terminal whether {@code err} is a terminal, on which a line can be drawn again
 * @param coloured whether diagnostics are coloured
 * @param width the terminal's columns
 * @param environment the environment variables
 * @param home the folder of the altdsl checkout, or the working directory where it is not known
 */
record Console(
        PrintStream out,
        PrintStream err,
        boolean terminal,
        boolean coloured,
        int width,
        Map<String, String> environment,
        Path home) {
    Console {
        requireNonNull(out);
        requireNonNull(err);
        environment = Map.copyOf(environment);
        requireNonNull(home);
    }
}
