package org.altdsl.check;

import java.util.List;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.SourceUnit;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.names.Catalogue;
import org.altdsl.units.TypedProgram;

/** The rules of the language beside those of names and units, in the order in which they are checked. */
final class ContextChecks {
    private static final List<ContextCheck> ORDER = List.of(
            new AllowedItems(),
            new RequiredParts(),
            new Contradictions(),
            new EvenLists(),
            new ReadParameters(),
            new LearningRules());

    private ContextChecks() {}

    /** Checks every declaration of every file. */
    static void check(TypedProgram program, DiagnosticSink sink) {
        Catalogue catalogue = new Catalogue(program.resolved());
        for (SourceUnit unit : program.resolved().program().units()) {
            OneExperiment.check(unit, sink);
            for (Declaration declaration : unit.declarations()) {
                Subject subject = new Subject(declaration, catalogue.flattened(declaration), catalogue);
                ORDER.forEach(check -> check.check(subject, sink));
            }
        }
    }
}
