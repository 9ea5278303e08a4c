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
import org.altdsl.runtime.record.RecordArchive;

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

    /** Writes an experiment into the folder and runs it into {@code out}. */
    public Ended experiment(String text, String... options) throws IOException {
        Files.writeString(folder.resolve("test.exp"), text);
        List<String> arguments = new ArrayList<>(List.of("run", "test.exp", "--out", "out"));
        arguments.addAll(List.of(options));
        return run(arguments.toArray(String[]::new));
    }

    /** The rows of an array that a job of a run into {@code out} recorded, such as that of {@code no-rule-seed1}. */
    public double[][] rows(String job, String record, String name) {
        try (RecordArchive archive = new RecordArchive(folder.resolve("out/records/" + job + "/" + record + ".npz"))) {
            RecordArchive.Reader reader = archive.array(name);
            double[][] rows = new double[Math.toIntExact(reader.rows())][];
            for (int row = 0; row < rows.length; row++) {
                rows[row] = reader.row().clone();
            }
            return rows;
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
