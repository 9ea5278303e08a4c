package org.altdsl.diag;

/** How grave a diagnostic is: an error stops the compilation, a warning does not. */
public enum Severity {
    ERROR,
    WARNING
}
