package org.altdsl.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.altdsl.runtime.report.Environment;

/** What a run runs on, for its record. */
final class Machine {
    private Machine() {}

    static Environment describe(Console console, String backend, int threads, String precision) {
        return new Environment(
                Version.text(),
                Version.commit(console.home()),
                Runtime.version() + " (" + System.getProperty("java.vendor", "unknown") + ")",
                backend,
                processor(),
                Runtime.getRuntime().availableProcessors(),
                threads,
                precision,
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
    }

    private static String processor() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException | java.io.UncheckedIOException elsewhere) {
            return System.getProperty("os.arch");
        }
    }
}
