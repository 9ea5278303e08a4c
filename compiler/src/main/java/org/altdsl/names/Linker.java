package org.altdsl.names;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Import;
import org.altdsl.ast.SourceUnit;
import org.altdsl.ast.build.SourceReader;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.diag.Note;
import org.altdsl.source.SourceFile;

/** Reads the files that a file imports, and says which names each file can use. */
public final class Linker {
    private final RuleLibrary library;
    private final DiagnosticSink sink;
    private final Map<SourceFile, SourceUnit> done = new LinkedHashMap<>();
    private final Deque<SourceFile> open = new ArrayDeque<>();
    private final Map<SourceFile, Map<String, Declaration>> visible = new LinkedHashMap<>();

    private Linker(RuleLibrary library, DiagnosticSink sink) {
        this.library = requireNonNull(library);
        this.sink = requireNonNull(sink);
    }

    /** Links a file; import errors go to the sink, and what could be read is returned all the same. */
    public static LinkedProgram link(SourceUnit main, RuleLibrary library, DiagnosticSink sink) {
        Linker linker = new Linker(library, sink);
        linker.visit(main);
        return new LinkedProgram(main, List.copyOf(linker.done.values()), linker.visible, library);
    }

    private void visit(SourceUnit unit) {
        open.push(unit.file());
        Map<String, Declaration> names = new LinkedHashMap<>();
        for (Import imported : unit.imports()) {
            include(unit, imported, names);
        }
        Map<String, Declaration> own = new LinkedHashMap<>();
        for (Declaration declaration : unit.declarations()) {
            boolean named =
                    declaration.kind() != Declaration.Kind.TEST && declaration.kind() != Declaration.Kind.EXPERIMENT;
            if (!named) {
                continue;
            }
            Declaration earlier = own.putIfAbsent(declaration.name().text(), declaration);
            if (earlier != null) {
                sink.error(
                        Code.DUPLICATE_NAME,
                        declaration.name().span(),
                        "'" + declaration.name() + "' is declared twice in this file",
                        Note.at(earlier.name().span(), "the first one is here"));
            }
            names.put(declaration.name().text(), declaration);
        }
        visible.put(unit.file(), names);
        open.pop();
        done.put(unit.file(), unit);
    }

    private void include(SourceUnit unit, Import imported, Map<String, Declaration> names) {
        Optional<SourceFile> found = library.find(imported.name(), unit.file());
        if (found.isEmpty()) {
            List<String> known = new ArrayList<>(library.names(unit.file()));
            sink.error(
                    Code.UNKNOWN_IMPORT,
                    imported.span(),
                    "no file '" + imported.name() + ".rule' here or in the standard library"
                            + Suggestions.didYouMean(imported.name(), known));
            return;
        }
        SourceFile file = found.get();
        if (open.contains(file)) {
            sink.error(Code.IMPORT_CYCLE, imported.span(), "'" + imported.name() + "' imports this file again");
            return;
        }
        SourceUnit other = done.get(file);
        if (other == null) {
            Optional<SourceUnit> read = SourceReader.read(file, sink);
            if (read.isEmpty()) {
                return;
            }
            other = read.get();
            visit(other);
        }
        for (Declaration declaration : other.declarations()) {
            if (declaration.kind() == Declaration.Kind.TEST) {
                continue;
            }
            Declaration earlier = names.put(declaration.name().text(), declaration);
            if (earlier != null && !earlier.equals(declaration)) {
                sink.error(
                        Code.AMBIGUOUS_NAME,
                        imported.span(),
                        "'" + declaration.name() + "' is declared by two imported files",
                        Note.at(earlier.name().span(), "here"),
                        Note.at(declaration.name().span(), "and here"));
            }
        }
    }
}
