package org.altdsl.driver;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.names.LinkedProgram;

/** A file with everything that was found about it; the program is absent where there are errors. */
public record Checked(Optional<LinkedProgram> program, DiagnosticSink diagnostics) {
    public Checked {
        requireNonNull(program);
        requireNonNull(diagnostics);
    }
}
