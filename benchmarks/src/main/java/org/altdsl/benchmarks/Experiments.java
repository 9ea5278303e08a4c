package org.altdsl.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.diag.DiagnosticPrinter;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.driver.Checked;
import org.altdsl.driver.FrontEnd;
import org.altdsl.driver.Preparation;
import org.altdsl.driver.PreparedExperiment;
import org.altdsl.driver.RunOptions;
import org.altdsl.names.RuleLibrary;
import org.altdsl.runtime.data.DataLocator;
import org.altdsl.runtime.data.DataSource;
import org.altdsl.source.SourceFile;

/** Prepares experiments, with the standard library and the files beside them. */
final class Experiments {
    private static final String FOLDER = "/altdsl/stdlib/";

    private Experiments() {}

    /**
     * What a command line of a timer says behind its file.
     *
     * @param parameters what stands as {@code name=value}
     * @param numbers what stands alone, in its order
     */
    record Wanted(Map<String, String> parameters, List<Integer> numbers) {
        static Wanted of(String... arguments) {
            Map<String, String> parameters = new LinkedHashMap<>();
            List<Integer> numbers = new ArrayList<>();
            for (String argument : arguments) {
                int equals = argument.indexOf('=');
                if (equals > 0) {
                    parameters.put(argument.substring(0, equals), argument.substring(equals + 1));
                } else if (argument.matches("\\d+")) {
                    numbers.add(Integer.parseInt(argument));
                }
            }
            return new Wanted(parameters, numbers);
        }

        /** The number at a place, or another where none stands there. */
        int number(int place, int otherwise) {
            return place < numbers.size() ? numbers.get(place) : otherwise;
        }
    }

    /** The experiment of a file, ready to run; its data is looked for where altdsl looks for data. */
    static PreparedExperiment prepare(Path file, Map<String, String> parameters) throws IOException {
        SourceFile source = new SourceFile(file.toString(), Files.readString(file));
        Checked checked = new FrontEnd(new Library(file.toAbsolutePath().getParent())).read(source);
        DiagnosticSink sink = checked.diagnostics();
        DataSource data = new DataSource(
                new DataLocator(List.of(), System.getenv()),
                file.toAbsolutePath().getParent());
        RunOptions options =
                new RunOptions(parameters, Optional.empty(), Optional.empty(), Optional.empty(), false, false);
        Optional<PreparedExperiment> prepared =
                checked.program().flatMap(program -> Preparation.prepare(program, options, data, sink));
        return prepared.orElseThrow(() -> new IllegalArgumentException(new DiagnosticPrinter(false).print(sink)));
    }

    private static final class Library implements RuleLibrary {
        private final Map<String, SourceFile> files = new LinkedHashMap<>();

        Library(Path folder) throws IOException {
            resource("index.txt")
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(line -> {
                        String[] words = line.strip().split("\\s+");
                        files.put(words[0], new SourceFile("stdlib/" + words[1], resource(words[1])));
                    });
            try (DirectoryStream<Path> own = Files.newDirectoryStream(folder, "*.rule")) {
                for (Path path : own) {
                    String name = path.getFileName().toString();
                    files.put(name.replace(".rule", ""), new SourceFile(name, Files.readString(path)));
                }
            }
        }

        @Override
        public Optional<SourceFile> find(String name, SourceFile importer) {
            return Optional.ofNullable(files.get(name));
        }

        @Override
        public List<String> names(SourceFile importer) {
            return List.copyOf(files.keySet());
        }

        private static String resource(String name) {
            try (InputStream stream = Experiments.class.getResourceAsStream(FOLDER + name)) {
                return new String(stream.readAllBytes(), UTF_8);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}
