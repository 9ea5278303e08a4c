package org.altdsl.names;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.SourceUnit;
import org.altdsl.source.SourceFile;

/**
 * A file with everything it imports.
 *
 * @param main the file that was asked for
 * @param units all files, imported ones before those that import them
 * @param visible what each file can name: its own declarations and those of the files it imports
 */
public record LinkedProgram(
        SourceUnit main, List<SourceUnit> units, Map<SourceFile, Map<String, Declaration>> visible) {
    public LinkedProgram {
        requireNonNull(main);
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
