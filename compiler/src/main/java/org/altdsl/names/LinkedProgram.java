package org.altdsl.names;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.SourceUnit;
import org.altdsl.ast.build.SourceReader;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.source.SourceFile;

/**
 * A file with everything it imports.
 *
 * @param main the file that was asked for
 * @param units all files, imported ones before those that import them
 * @param visible what each file can name: its own declarations and those of the files it imports
 * @param library where more could be imported from
 */
public record LinkedProgram(
        SourceUnit main,
        List<SourceUnit> units,
        Map<SourceFile, Map<String, Declaration>> visible,
        RuleLibrary library) {
    public LinkedProgram {
        requireNonNull(main);
        requireNonNull(library);
        units = List.copyOf(units);
        visible = new LinkedHashMap<>(visible);
    }

    /** The declaration that a name means in a file. */
    public Optional<Declaration> find(SourceFile from, String name) {
        return Optional.ofNullable(visible.getOrDefault(from, Map.of()).get(name));
    }

    /** Like {@link #find}, of one kind. */
    public Optional<Declaration> find(SourceFile from, Declaration.Kind kind, String name) {
        return find(from, name).filter(declaration -> declaration.kind() == kind);
    }

    /**
     * What to do about a name that a file cannot name: {@code ; add 'import stdp', which declares it}, where some file
     * that could be imported declares it, else the nearest of the names that are known.
     *
     * @param kinds what it would have to be
     */
    public String advice(SourceFile from, List<Declaration.Kind> kinds, String name, Collection<String> known) {
        String words = kinds.stream().map(Declaration.Kind::word).collect(Collectors.joining("|"));
        Pattern declaration = Pattern.compile("\\b(" + words + ")\\s+" + Pattern.quote(name) + "\\b");
        for (String imported : library.names(from)) {
            Optional<SourceFile> file = library.find(imported, from)
                    .filter(found -> !found.equals(from)
                            && declaration.matcher(found.text()).find());
            boolean declares = file.flatMap(found -> SourceReader.read(found, new DiagnosticSink()))
                    .map(unit -> unit.declarations().stream()
                            .anyMatch(one -> kinds.contains(one.kind())
                                    && one.name().text().equals(name)))
                    .orElse(false);
            if (declares) {
                return "; add 'import " + imported + "', which declares it";
            }
        }
        return Suggestions.didYouMean(name, known);
    }

    /** Everything a file can name, of one kind. */
    public List<Declaration> all(SourceFile from, Declaration.Kind kind) {
        Collection<Declaration> seen = visible.getOrDefault(from, Map.of()).values();
        return seen.stream().filter(declaration -> declaration.kind() == kind).toList();
    }

    /** The names of a kind that a file can name, for suggestions. */
    public List<String> names(SourceFile from, Declaration.Kind kind) {
        List<String> names = new ArrayList<>();
        all(from, kind).forEach(declaration -> names.add(declaration.name().text()));
        return names;
    }

    /** The declarations of the main file of one kind. */
    public List<Declaration> own(Declaration.Kind kind) {
        return main.declarations().stream()
                .filter(declaration -> declaration.kind() == kind)
                .toList();
    }
}
