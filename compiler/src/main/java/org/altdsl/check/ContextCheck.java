package org.altdsl.check;

import org.altdsl.diag.DiagnosticSink;

/** One rule of the language that a declaration must keep. */
@FunctionalInterface
interface ContextCheck {
    void check(Subject subject, DiagnosticSink sink);
}
