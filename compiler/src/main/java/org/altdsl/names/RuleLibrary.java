package org.altdsl.names;

import java.util.List;
import java.util.Optional;
import org.altdsl.source.SourceFile;

/** Where imported files come from. The compiler itself never looks at a file system or a class path. */
public interface RuleLibrary {
    /**
     * The file behind an import.
     *
     * @param name what the import says, such as {@code backprop-family}
     * @param importer the file that imports it; its neighbours are looked at first
     */
    Optional<SourceFile> find(String name, SourceFile importer);

    /** All names that could be imported from {@code importer}, for suggestions and listings. */
    List<String> names(SourceFile importer);
}
