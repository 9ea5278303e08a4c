package org.altdsl.janino;

/** Generated Java did not compile: a mistake of altdsl, never of its user. Shows the whole source. */
public final class InternalCompilerError extends AssertionError {
    private static final long serialVersionUID = 1;

    InternalCompilerError(String fileName, String source, Throwable cause) {
        super(
                "error while compiling the generated class of " + fileName + ": " + cause.getMessage()
                        + "\nThis is a mistake in altdsl; please report it together with the following source.\n"
                        + source,
                cause);
    }
}
