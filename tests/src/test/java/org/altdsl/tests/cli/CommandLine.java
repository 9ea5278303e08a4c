package org.altdsl.tests.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The command line as a process of its own: the launcher where the program is packaged, and the same main class where
 * only classes are there.
 */
public final class CommandLine {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private final Path folder;
    private final List<String> javaOptions;

    /** Runs commands in a folder. */
    public CommandLine(Path folder) {
        this(folder, List.of());
    }

    private CommandLine(Path folder, List<String> javaOptions) {
        this.folder = folder;
        this.javaOptions = List.copyOf(javaOptions);
    }

    /** The same with more options for Java. */
    public CommandLine with(String... options) {
        return new CommandLine(folder, List.of(options));
    }

    /** The folder of the repository. */
    public static Path root() {
        return ROOT;
    }

    /** What a command left: exit code, standard output, standard error. */
    public record Ended(int exitCode, String out, String err) {}

    /** Runs a command to its end. */
    public Ended run(String... arguments) {
        try {
            Path out = Files.createTempFile("altdsl-out", ".txt");
            Path err = Files.createTempFile("altdsl-err", ".txt");
            Process process = process(arguments)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            if (!process.waitFor(300, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("altdsl " + String.join(" ", arguments) + " did not end");
            }
            Ended ended = new Ended(process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
            Files.delete(out);
            Files.delete(err);
            return ended;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** A command to be started; its input is empty. */
    public ProcessBuilder process(String... arguments) {
        List<String> command = new ArrayList<>();
        String classPath = System.getProperty("java.class.path");
        boolean packaged = classPath.contains("altdsl-cli.jar");
        if (packaged) {
            command.add(ROOT.resolve("altdsl").toString());
        } else {
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(javaOptions);
            command.addAll(List.of("-Daltdsl.home=" + ROOT, "-cp", classPath, "org.altdsl.cli.Altdsl"));
        }
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.directory(folder.toFile());
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        Map<String, String> environment = builder.environment();
        environment.put("ALTDSL_BUILD", "never");
        environment.put("ALTDSL_JAVA_OPTS", String.join(" ", javaOptions));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        return builder;
    }

    /** Reads JSON. */
    public static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (IOException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }
}
