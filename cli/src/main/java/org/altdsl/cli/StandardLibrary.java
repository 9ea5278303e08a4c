package org.altdsl.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.altdsl.source.SourceFile;

/** The rule files that come with altdsl, on the class path; messages name them {@code stdlib/rate/oja.rule}. */
final class StandardLibrary {
    private static final String FOLDER = "/altdsl/stdlib/";
    private static final String SHOWN = "stdlib/";

    private final Map<String, String> paths = new LinkedHashMap<>();

    StandardLibrary() {
        resource("index.txt").lines().map(String::strip).forEach(line -> {
            if (!line.isEmpty() && !line.startsWith("#")) {
                String[] words = line.split("\\s+");
                paths.put(words[0], words[1]);
            }
        });
    }

    /** The names that can be imported. */
    List<String> names() {
        return List.copyOf(paths.keySet());
    }

    /** A file by what imports call it, such as {@code oja}, or as messages do, such as {@code stdlib/rate/oja.rule}. */
    Optional<SourceFile> find(String name) {
        String path = paths.get(name);
        if (path == null && name.startsWith(SHOWN) && paths.containsValue(name.substring(SHOWN.length()))) {
            path = name.substring(SHOWN.length());
        }
        return Optional.ofNullable(path).map(found -> new SourceFile(SHOWN + found, resource(found)));
    }

    /** Whether some file of the library declares a name. */
    boolean declares(String name) {
        String declaration = "(?m)^(rule|neuron|synapse|optimizer|objective|dataset|function|enum) " + name + "\\b";
        Pattern wanted = Pattern.compile(declaration);
        return paths.values().stream()
                .anyMatch(path -> wanted.matcher(resource(path)).find());
    }

    private static String resource(String name) {
        try (InputStream stream = StandardLibrary.class.getResourceAsStream(FOLDER + name)) {
            if (stream == null) {
                throw new IllegalStateException("no resource " + FOLDER + name);
            }
            return new String(stream.readAllBytes(), UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
