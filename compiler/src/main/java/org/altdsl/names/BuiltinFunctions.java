package org.altdsl.names;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The functions of the language, read once from the table {@code functions.txt} beside this class. */
public final class BuiltinFunctions {
    private static final Map<String, BuiltinFunction> ALL = read("functions.txt");

    private BuiltinFunctions() {}

    /** The function of a name. */
    public static Optional<BuiltinFunction> find(String name) {
        return Optional.ofNullable(ALL.get(name));
    }

    /** Whether there is a function of that name and of that kind. */
    public static boolean is(String name, BuiltinFunction.Kind kind) {
        return find(name).filter(function -> function.kind() == kind).isPresent();
    }

    /** All names, for suggestions. */
    public static Set<String> names() {
        return ALL.keySet();
    }

    /** The names of some kinds. */
    public static List<String> names(Collection<BuiltinFunction.Kind> kinds) {
        return ALL.values().stream()
                .filter(function -> kinds.contains(function.kind()))
                .map(BuiltinFunction::name)
                .toList();
    }

    private static Map<String, BuiltinFunction> read(String resource) {
        Map<String, BuiltinFunction> found = new LinkedHashMap<>();
        try (InputStream stream = BuiltinFunctions.class.getResourceAsStream(resource);
                BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    BuiltinFunction function = parse(line.trim().split("\\s+"));
                    found.put(function.name(), function);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Collections.unmodifiableMap(found);
    }

    private static BuiltinFunction parse(String[] columns) {
        String arguments = columns[1];
        int fewest;
        int most;
        if (arguments.endsWith("+")) {
            fewest = Integer.parseInt(arguments.substring(0, arguments.length() - 1));
            most = Integer.MAX_VALUE;
        } else {
            String[] ends = arguments.split("\\.\\.");
            fewest = Integer.parseInt(ends[0]);
            most = Integer.parseInt(ends[ends.length - 1]);
        }
        return new BuiltinFunction(
                columns[0],
                fewest,
                most,
                BuiltinFunction.Kind.valueOf(columns[2].toUpperCase(Locale.ROOT)),
                BuiltinFunction.Law.valueOf(columns[3].toUpperCase(Locale.ROOT)),
                columns.length > 4 ? List.of(columns[4].split(",")) : List.of());
    }
}
