package org.altdsl.check;

import java.util.List;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.SourceUnit;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.diag.Note;
import org.altdsl.source.Span;

/**
 * A file of an experiment holds one.
 *
 * <p>Allowed: one {@code experiment} in a {@code .exp} file. Not allowed: none or two there, any in a {@code .rule}
 * file.
 */
final class OneExperiment {
    private OneExperiment() {}

    static void check(SourceUnit unit, DiagnosticSink sink) {
        List<Declaration> experiments = unit.declarations().stream()
                .filter(declaration -> declaration.kind() == Declaration.Kind.EXPERIMENT)
                .toList();
        boolean mayHold = unit.file().name().endsWith(".exp");
        if (mayHold && experiments.isEmpty()) {
            sink.error(
                    Code.NO_EXPERIMENT,
                    new Span(unit.file(), 0, 0),
                    "this file declares no experiment",
                    Note.of("write experiment \"name\" { ... }, or name the file .rule"));
        }
        if (!mayHold && unit.file().name().endsWith(".rule")) {
            for (Declaration experiment : experiments) {
                sink.error(
                        Code.MANY_EXPERIMENTS,
                        experiment.name().span(),
                        "an experiment stands in a file that ends with .exp");
            }
            return;
        }
        for (Declaration experiment : experiments.stream().skip(1).toList()) {
            sink.error(
                    Code.MANY_EXPERIMENTS,
                    experiment.name().span(),
                    "a file holds one experiment; this is another",
                    Note.at(experiments.get(0).name().span(), "the first one is here"));
        }
    }
}
