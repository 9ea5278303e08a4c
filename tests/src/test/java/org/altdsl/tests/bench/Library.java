package org.altdsl.tests.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.names.RuleLibrary;
import org.altdsl.source.SourceFile;

/** The standard library, read from the class path as a user's program gets it. */
public final class Library implements RuleLibrary {
    private static final String FOLDER = "/altdsl/stdlib/";

    private final Map<String, SourceFile> files = new LinkedHashMap<>();

    /** All files that the library's index lists. */
    public Library() {
        resource("index.txt")
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .forEach(line -> {
                    String[] words = line.strip().split("\\s+");
                    files.put(words[0], new SourceFile("stdlib/" + words[1], resource(words[1])));
                });
    }

    @Override
    public Optional<SourceFile> find(String name, SourceFile importer) {
        return Optional.ofNullable(files.get(name));
    }

    @Override
    public List<String> names(SourceFile importer) {
        return List.copyOf(files.keySet());
    }

    /** Every file of the library. */
    public List<SourceFile> files() {
        return List.copyOf(files.values());
    }

    private static String resource(String name) {
        try (InputStream stream = Library.class.getResourceAsStream(FOLDER + name)) {
            if (stream == null) {
                throw new IllegalStateException("no resource " + FOLDER + name);
            }
            // Golden texts quote rules; they are the same on every platform.
            return new String(stream.readAllBytes(), UTF_8).replace("\r\n", "\n");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
