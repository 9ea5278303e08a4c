package org.altdsl.check;

import java.util.Optional;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.names.LinkedProgram;
import org.altdsl.names.NameResolver;
import org.altdsl.names.ResolvedProgram;
import org.altdsl.units.TypedProgram;
import org.altdsl.units.UnitChecker;

/** All checks that need only the declarations of a program: names, then units, then the rules of the language. */
public final class Checks {
    private Checks() {}

    /**
     * Checks a program; every error and warning goes to the sink.
     *
     * @return the program if it holds no error; a group of checks is left out where an earlier one found any
     */
    public static Optional<TypedProgram> run(LinkedProgram program, DiagnosticSink sink) {
        if (sink.hasErrors()) {
            return Optional.empty();
        }
        ResolvedProgram resolved = NameResolver.resolve(program, sink);
        if (sink.hasErrors()) {
            return Optional.empty();
        }
        TypedProgram typed = UnitChecker.check(resolved, sink);
        if (sink.hasErrors()) {
            return Optional.empty();
        }
        ContextChecks.check(typed, sink);
        return sink.hasErrors() ? Optional.empty() : Optional.of(typed);
    }
}
